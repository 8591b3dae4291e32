//! A PostgreSQL server of our own, for one run: free port, no durability, gone afterwards.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::shell::read;
use crate::tools::{self, is_root};

/// Folders are named after the process that made them.
const PREFIX: &str = "samspill-postgres-";

/// Runs the server until its standard input closes, then removes the folder. The pipe
/// closes however we end, by ctrl-c or SIGKILL too, so no server outlives its run.
const KEEPER: &str = r#"
trap '' INT TERM
"$1/postgres" -D "$2/data" -c config_file="$2/data/postgresql.conf" >"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"
"#;

/// The running server; dropping it stops it.
pub(crate) struct Postgres {
    keeper: Child,
    /// `postgres://…`, of a user that may create databases.
    pub(crate) url: String,
}

impl Postgres {
    /// Makes and starts one, and waits until it answers.
    ///
    /// It lies in the system's temporary folder, not in the target folder: as root we run
    /// it as another user, who may not reach what lies in root's home, and the path of a
    /// Unix socket is short.
    pub(crate) fn start() -> Result<Self> {
        let binaries = tools::postgres()?;
        sweep(&std::env::temp_dir());
        let folder = std::env::temp_dir().join(format!("{PREFIX}{}", std::process::id()));
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        let user = if is_root() { Some(unprivileged_user()?) } else { None };
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid))?;
        }
        let command = |program: &Path| {
            let mut command = Command::new(program);
            command.current_dir(&folder);
            if let Some((uid, gid)) = user {
                command.gid(gid).uid(uid);
            }
            command
        };

        read(
            command(&binaries.join("initdb"))
                .args([
                    "--username=samspill",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                    "-D",
                ])
                .arg(folder.join("data")),
        )?;
        let port = free_port()?;
        // Appended: the last setting of a name wins.
        let settings = format!(
            "\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\n\
             max_connections = 200\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n\
             autovacuum = off\n",
            folder.display()
        );
        let file = folder.join("data/postgresql.conf");
        let kept = fs::read_to_string(&file)?;
        fs::write(&file, kept + &settings)?;

        let keeper = command(Path::new("/bin/sh"))
            .args(["-c", KEEPER, "keeper"])
            .args([&binaries, &folder])
            .stdin(Stdio::piped())
            .spawn()
            .context("can't start PostgreSQL")?;
        let mut server = Self { keeper, url: format!("postgres://samspill@127.0.0.1:{port}/postgres") };
        server.wait_until_ready(&binaries, &folder, port)?;
        Ok(server)
    }

    fn wait_until_ready(&mut self, binaries: &Path, folder: &Path, port: u16) -> Result<()> {
        let deadline = Instant::now() + Duration::from_mins(1);
        let ready = || {
            Command::new(binaries.join("pg_isready"))
                .args(["--quiet", "--host=127.0.0.1", "--username=samspill", &format!("--port={port}")])
                .status()
        };
        while !ready().context("pg_isready")?.success() {
            // The keeper stays with us even when its server gave up, so the log must tell.
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            if Instant::now() > deadline
                || log.contains("system is shut down")
                || self.keeper.try_wait()?.is_some()
            {
                bail!("PostgreSQL does not answer: {log}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Nothing is left to be done about a keeper that can't be waited for.
        drop(self.keeper.wait());
    }
}

/// Removes what a run left behind whose keeper was killed too.
fn sweep(temporary: &Path) {
    let Ok(entries) = fs::read_dir(temporary) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(process) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        let server = fs::read_to_string(entry.path().join("data/postmaster.pid")).unwrap_or_default();
        let pids = [process, server.lines().next().unwrap_or("none")];
        if !pids.iter().any(|pid| Path::new("/proc").join(pid).exists()) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// PostgreSQL refuses to run as root.
fn unprivileged_user() -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd")?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|wanted| {
            let user = users.lines().find(|line| line.split(':').next() == Some(wanted))?;
            let mut numbers = user.split(':').skip(2).map(str::parse);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        })
        .context("no user `postgres` or `nobody` to run PostgreSQL as")
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
