//! Other processes, to be killed: this test program again, in a role.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A process in a role; killed when dropped.
pub(crate) struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts one. Its role's code is in [`a_role_is_played`].
    pub(crate) fn start(role: &str, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "process::a_role_is_played", "--nocapture"])
            .env("SAMSPILL_TEST_ROLE", role)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits until the process has printed a line that ends in `word`.
    pub(crate) fn wait_for(&mut self, word: &str) {
        let said = self.lines.by_ref().map(Result::unwrap).find(|line| line.ends_with(word));
        assert!(said.is_some(), "the process ended without saying {word}");
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a started process does; in the test run itself there is no role to play.
#[tokio::test]
async fn a_role_is_played() {
    let given = |name: &str| std::env::var(name).unwrap_or_default();
    let url = given("SAMSPILL_TEST_URL");
    match given("SAMSPILL_TEST_ROLE").as_str() {
        "" => {}
        "seal" => crate::record::writers::seal_for_ever(&url).await,
        "deliver" => {
            let (port, step) = (given("SAMSPILL_TEST_SMTP"), given("SAMSPILL_TEST_HALT"));
            crate::delivery::deliver_and_halt(&url, &port, &step).await;
        }
        other => panic!("no role {other}"),
    }
}
