//! What the program says to whoever started it, on standard output.

use std::io::Write;

/// Says one line. Nobody listening is no mistake.
pub(crate) fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
