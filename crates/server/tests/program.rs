//! The program as people start, stop and kill it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samspill"));
    // What the developer has set for other work must not decide what is tested.
    command.env_clear().arg("--data").arg(data);
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    program(data).args(arguments).output().expect("started")
}

fn refused(output: &Output) -> String {
    refused_with(1, output)
}

fn refused_with(code: i32, output: &Output) -> String {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A program that serves; killed when it is dropped.
struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Running {
    fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut command = program(data);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("started");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, output }
    }

    /// Reads on until a line begins so.
    fn says(&mut self, beginning: &str) {
        let mut line = String::new();
        while !line.starts_with(beginning) {
            line.clear();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "it ended and never said {beginning:?}");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> String {
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    format!("127.0.0.1:{}", probe.local_addr().unwrap().port())
}

#[test]
fn a_wrong_configuration_ends_with_2_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let output = run(&data, &["serve", "--bind", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--bind"), "{output:?}");
    assert!(!data.exists());
}

#[test]
fn a_demo_touches_no_database_but_its_own() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), &["migrate", "up"]).status.success());
    let before = std::fs::read(folder.path().join("samspill.db")).unwrap();
    for arguments in [&["demo"][..], &["demo", "--fresh"]] {
        let why = refused(&run(folder.path(), &[arguments, &["--bind", &free_port()]].concat()));
        assert!(why.contains("not made by `samspill demo`"), "{why}");
    }
    assert_eq!(std::fs::read(folder.path().join("samspill.db")).unwrap(), before);
}

#[test]
fn a_killed_seeding_starts_over_and_is_served_by_demo_alone() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut first = Running::start(folder.path(), &["demo", "--bind", &port]);
    first.says("Making");
    drop(first);
    let mut second = Running::start(folder.path(), &["demo", "--bind", &port]);
    second.says("The last seeding was interrupted");
    second.says("Samspill serves");
    let why = refused(&run(folder.path(), &["demo", "--fresh", "--bind", &free_port()]));
    assert!(why.contains("in use"), "{why}");
    drop(second);
    let why = refused(&run(folder.path(), &["serve", "--bind", &port]));
    assert!(why.contains("demonstration"), "{why}");
    let verified = run(folder.path(), &["record", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let key = folder.path().join("secret.key");
    std::fs::remove_file(&key).unwrap();
    let why = refused_with(2, &run(folder.path(), &["demo", "--bind", &port]));
    assert!(why.contains("`samspill demo --fresh`") && !key.exists(), "{why}");
}

#[test]
fn a_file_that_is_refused_makes_no_installation() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("notice.xml");
    let dialogue = include_str!("../../interop/tests/fixtures/pin-only-market-dialogue.xml");
    for (text, found) in [("<no notice", "too early"), (dialogue, "another buyer")] {
        std::fs::write(&file, text).unwrap();
        let import = ["import", "notice", file.to_str().unwrap(), "--organisation", "974760673"];
        let why = refused(&run(&data, &import));
        assert!(why.contains(found), "{why}");
    }
    std::fs::write(&file, "no list").unwrap();
    refused(&run(&data, &["import", "cpv", file.to_str().unwrap()]));
    assert!(!data.exists());
}

#[test]
fn others_work_on_the_file_while_it_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut server = Running::start(folder.path(), &["serve", "--bind", &port]);
    server.says("This installation has no administrator yet");
    server.says("Samspill serves");
    let why = refused(&run(folder.path(), &["serve", "--bind", &port]));
    assert!(why.contains("can't listen"), "{why}");
    assert!(run(folder.path(), &["admin", "create", "kari@example.no"]).status.success());
    let notice = folder.path().join("notice.xml");
    std::fs::write(&notice, "<no notice").unwrap();
    let import = ["import", "notice", notice.to_str().unwrap(), "--organisation", "974760673"];
    assert!(refused(&run(folder.path(), &import)).contains("XML"));
    let verified = run(folder.path(), &["record", "verify", "--json"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

#[test]
fn who_only_reads_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let elsewhere = format!("sqlite://{}", folder.path().join("elsewhere.db").display());
    for url in [None, Some(&elsewhere)] {
        for (arguments, code) in
            [(&["record", "verify"][..], 2), (&["migrate", "status"], 1), (&["migrate", "down"], 1)]
        {
            let mut command = program(&data);
            command.args(arguments).envs(url.map(|url| ("DATABASE_URL", url)));
            let why = refused_with(code, &command.output().unwrap());
            assert!(why.contains("there is no installation in"), "{why}");
        }
        let mut doctor = program(&data);
        doctor
            .arg("doctor")
            .env("SAMSPILL_REGISTER__MODE", "offline")
            .envs(url.map(|url| ("DATABASE_URL", url)));
        assert!(doctor.output().unwrap().status.success());
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    // An installation that nobody has used yet has nothing to verify, and no keys.
    assert!(run(&data, &["migrate", "up"]).status.success());
    let verified = run(&data, &["record", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    assert!(!data.join("secret.key").exists() && !data.join("checkpoint.key").exists());
}

#[test]
fn a_lost_key_is_missed_and_not_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(run(data, &["admin", "create", "kari@example.no"]).status.success());
    let verify = |variables: &[(&str, &str)]| {
        program(data).args(["record", "verify"]).envs(variables.iter().copied()).output().unwrap()
    };
    assert!(verify(&[]).status.success());
    for (file, variable) in
        [("secret.key", "SAMSPILL_SECRET_KEY"), ("checkpoint.key", "SAMSPILL_RECORD__CHECKPOINT_KEY")]
    {
        let (file, kept) = (data.join(file), std::fs::read_to_string(data.join(file)).unwrap());
        std::fs::remove_file(&file).unwrap();
        let port = free_port();
        for output in [
            verify(&[]),
            run(data, &["serve", "--bind", &port]),
            run(data, &["worker"]),
            run(data, &["admin", "create", "ola@example.no"]),
        ] {
            let why = refused_with(2, &output);
            assert!(
                why.contains(file.to_str().unwrap()) && why.contains(&format!("set {variable}")),
                "{why}"
            );
        }
        assert!(!file.exists());
        let doctor = program(data).arg("doctor").env("SAMSPILL_REGISTER__MODE", "offline").output().unwrap();
        assert!(String::from_utf8_lossy(&doctor.stdout).contains("problem  database: the "), "{doctor:?}");
        // Kept elsewhere it is as good.
        assert!(verify(&[(variable, kept.trim())]).status.success());
        std::fs::write(&file, "spoilt").unwrap();
        assert!(refused_with(2, &verify(&[])).contains("does not hold a key"));
        std::fs::write(&file, kept).unwrap();
    }
    let other = "0".repeat(64);
    let found = verify(&[("SAMSPILL_SECRET_KEY", &other)]);
    assert_eq!(found.status.code(), Some(1));
    let told = String::from_utf8_lossy(&found.stdout);
    assert!(told.contains("1 finding.") && told.contains("probably not this installation's"), "{told}");
}
