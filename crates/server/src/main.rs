//! The program `samspill`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::commands::run()
}
