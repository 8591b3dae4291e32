//! A node: the program as a process, with its log, until it is stopped, killed or dropped.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::until;
use crate::wire;

/// Runs the program until it is told otherwise, or our end of its standard input closes,
/// which it does however we end: no node outlives its test.
const KEEPER: &str = r#"
ulimit -n "$(ulimit -Hn)"
"$@" </dev/null >&2 & server=$!
echo $server
read -r word
case $word in
  stop) kill -TERM $server ;;
  *) kill -KILL $server 2>/dev/null ;;
esac
wait $server
echo $?
"#;

/// A running process of the program.
pub(crate) struct Node {
    /// `127.0.0.1:port`; a worker has one and does not listen there.
    pub(crate) host: String,
    log: PathBuf,
    keeper: Child,
    said: BufReader<ChildStdout>,
    /// The process of the program itself.
    pub(crate) id: u32,
}

/// The program that the run names.
pub(crate) fn program() -> PathBuf {
    let path = std::env::var_os("SAMSPILL_BIN").map(PathBuf::from);
    let path = path.expect("SAMSPILL_BIN is not set: run cargo xtask test --only cluster");
    assert!(path.is_file(), "{} is not built", path.display());
    path
}

/// What a process of the program is told by its environment, and nothing of the developer's.
pub(crate) fn environment(command: &mut Command, settings: &[(String, String)]) {
    command.env_clear().env("PATH", std::env::var_os("PATH").expect("a path"));
    command.envs(settings.iter().map(|(name, value)| (name, value)));
}

impl Node {
    /// Starts one; its log goes on in the file that is there.
    pub(crate) fn start(host: &str, log: &Path, arguments: &[&str], settings: &[(String, String)]) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(log).expect("a log");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", KEEPER, "keeper"]).arg(program()).args(arguments).args(["--bind", host]);
        environment(&mut command, settings);
        let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(file);
        let mut keeper = streams.spawn().expect("a process");
        let mut said = BufReader::new(keeper.stdout.take().expect("a pipe"));
        let mut line = String::new();
        said.read_line(&mut line).expect("the process's id");
        let id = line.trim().parse().expect("a process's id");
        Self { host: host.to_owned(), log: log.to_owned(), keeper, said, id }
    }

    /// Waits until it says that it may be asked.
    pub(crate) async fn ready(self) -> Self {
        until(&format!("{} serves", self.host), async || {
            let answer = wire::send(&self.host, "GET", "/health/ready", &[], &[]).await.ok()?;
            (answer.status == 200).then_some(())
        })
        .await;
        self
    }

    /// Waits until its log holds a word more often than before.
    pub(crate) async fn says(self, word: &str) -> Self {
        until(&format!("the log says {word}"), async || self.log_text().contains(word).then_some(())).await;
        self
    }

    /// What it has logged, with those before it in this place.
    pub(crate) fn log_text(&self) -> String {
        std::fs::read_to_string(&self.log).expect("a log")
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    /// Asks it to end, and waits for that; whether it ended well.
    pub(crate) fn stop(mut self) -> bool {
        let mut stdin = self.keeper.stdin.take().expect("a pipe");
        stdin.write_all(b"stop\n").expect("told");
        let mut line = String::new();
        self.said.read_line(&mut line).expect("how it ended");
        line.trim() == "0"
    }

    fn end(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }

    /// Memory that it has, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id)).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes * 1024
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.end();
        if std::thread::panicking()
            && let Ok(log) = File::open(&self.log)
        {
            let lines: Vec<String> = BufReader::new(log).lines().map_while(Result::ok).collect();
            let last = lines.len().saturating_sub(60);
            println!("-- the log of {}:\n{}\n--", self.host, lines[last..].join("\n"));
        }
    }
}
