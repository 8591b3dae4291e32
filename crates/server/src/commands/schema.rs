//! `schema`: the API's schema in SDL.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::cli::Schema;
use crate::say::say;

pub(super) fn schema(what: &Schema) -> Result<ExitCode> {
    match what {
        Schema::Export => {
            say(graphql::sdl().trim_end());
            Ok(ExitCode::SUCCESS)
        }
        Schema::Check { file } => check(file),
    }
}

fn check(file: &Path) -> Result<ExitCode> {
    let kept = std::fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    let built = graphql::sdl();
    let differing = kept.trim_end().lines().zip(built.trim_end().lines()).position(|(a, b)| a != b);
    let is_same = kept.trim_end() == built.trim_end();
    if is_same {
        say(format_args!("{} is the schema of this program.", file.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let line = differing.unwrap_or_else(|| kept.lines().count().min(built.lines().count())) + 1;
    say(format_args!("{} differs from the schema of this program at line {line}.", file.display()));
    Ok(ExitCode::FAILURE)
}
