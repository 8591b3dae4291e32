//! The checked-in SDL. It is printed by the graphql crate's own small binary, which does
//! not link the portal, so that the portal's typed documents never wait for themselves.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{Workspace, read};

fn file(workspace: &Workspace) -> PathBuf {
    workspace.root.join("graphql/schema.graphql")
}

fn print(workspace: &Workspace) -> Result<String> {
    read(&mut Command::new(workspace.build("schema")?))
}

/// Rewrites the file.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    let file = file(workspace);
    let schema = print(workspace)?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file, schema).with_context(|| format!("can't write {}", file.display()))
}

/// Fails if the file is not what the code says, naming the first line that differs.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let built = print(workspace)?;
    let file = file(workspace);
    let kept = fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
    match first_difference(&kept, &built) {
        None => Ok(()),
        Some((line, kept, built)) => bail!(
            "graphql/schema.graphql is out of date at line {line} (`{kept}`, built: `{built}`); run `cargo xtask schema`"
        ),
    }
}

fn first_difference<'a>(kept: &'a str, built: &'a str) -> Option<(usize, &'a str, &'a str)> {
    if kept == built {
        return None;
    }
    let (mut left, mut right) = (kept.lines(), built.lines());
    let mut line = 1;
    loop {
        match (left.next(), right.next()) {
            (Some(l), Some(r)) if l == r => line += 1,
            (l, r) => return Some((line, l.unwrap_or_default().trim(), r.unwrap_or_default().trim())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn names_the_first_line_that_differs() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some((2, "b", "c")));
        assert_eq!(first_difference("a\n", "a\nc\n"), Some((2, "", "c")));
        assert_eq!(first_difference("a\n", "a"), Some((2, "", "")), "a lost line end is drift too");
    }
}
