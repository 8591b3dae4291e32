//! What was counted, and how it is told.

use std::time::Duration;

use anyhow::Result;

/// The count of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Tests that passed; 1 for a step that is itself the test.
    pub(crate) passed: u32,
    /// Tests that failed.
    pub(crate) failed: u32,
    /// What else the reader must know.
    pub(crate) note: String,
}

impl Outcome {
    /// A step without tests of its own counts as one.
    pub(crate) fn of(result: Result<()>) -> Self {
        match result {
            Ok(()) => Self { passed: 1, ..Self::default() },
            Err(error) => Self::broken(&error),
        }
    }

    /// A step that could not come to an end.
    pub(crate) fn broken(error: &anyhow::Error) -> Self {
        Self { failed: 1, note: format!("{error:#}"), passed: 0 }
    }

    /// Adds what a line of a test program says: libtest's `test result: …`, or `ok NAME`
    /// and `not ok NAME` of the browser journeys.
    pub(crate) fn heed(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += number_before(counts, " passed");
            self.failed += number_before(counts, " failed");
            let ignored = number_before(counts, " ignored");
            if ignored > 0 {
                self.note = format!("{ignored} left to --full");
            }
        } else if line.starts_with("ok ") {
            self.passed += 1;
        } else if line.starts_with("not ok ") {
            self.failed += 1;
        }
    }

    /// Sees to it that a test program that broke, or that tested nothing, is not taken for a success.
    pub(crate) fn conclude(mut self, success: bool) -> Self {
        if !success && self.failed == 0 {
            self.failed = 1;
            "ended with an error".clone_into(&mut self.note);
        } else if success && self.passed + self.failed == 0 {
            self.failed = 1;
            "no test ran".clone_into(&mut self.note);
        }
        self
    }
}

fn number_before(text: &str, word: &str) -> u32 {
    let Some(end) = text.find(word) else { return 0 };
    let digits = text[..end].rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

/// All steps so far.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<(String, Outcome, Duration)>,
}

impl Report {
    /// Notes a step.
    pub(crate) fn add(&mut self, step: String, outcome: Outcome, time: Duration) {
        self.rows.push((step, outcome, time));
    }

    /// Prints the table and, as the very last line, the sums. `true` if nothing failed.
    pub(crate) fn print(&self) -> bool {
        println!();
        for (step, outcome, time) in &self.rows {
            let Outcome { passed, failed, note } = outcome;
            let mark = if *failed == 0 { "    " } else { "FAIL" };
            println!(
                "{mark} {step:<14}{passed:>6} passed {failed:>4} failed {:>8.1} s  {note}",
                time.as_secs_f64()
            );
        }
        let passed: u32 = self.rows.iter().map(|row| row.1.passed).sum();
        let failed: u32 = self.rows.iter().map(|row| row.1.failed).sum();
        println!("{passed} passed, {failed} failed");
        failed == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heeding(lines: &[&str], success: bool) -> Outcome {
        let mut outcome = Outcome::default();
        for line in lines {
            outcome.heed(line);
        }
        outcome.conclude(success)
    }

    #[test]
    fn sums_libtest_results() {
        let outcome = heeding(
            &[
                "running 3 tests",
                "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s",
                "test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            ],
            false,
        );
        assert_eq!((outcome.passed, outcome.failed), (16, 2));
        assert_eq!(outcome.note, "1 left to --full");
    }

    #[test]
    fn counts_journeys() {
        let outcome = heeding(&["ok pages", "not ok ask a question", "  ok indented is prose"], false);
        assert_eq!((outcome.passed, outcome.failed), (1, 1));
    }

    #[test]
    fn neither_a_crash_nor_silence_is_success() {
        assert_eq!(heeding(&["ok one"], false).failed, 1);
        assert_eq!(heeding(&[], true).failed, 1);
        assert_eq!(heeding(&["ok one"], true).failed, 0);
    }
}
