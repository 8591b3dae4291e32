//! Where things lie, and how other programs are run.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// The checkout and its target folder.
pub(crate) struct Workspace {
    /// The root of the checkout.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, which may lie elsewhere.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds both from this program's own place: `TARGET/debug/xtask`, started by cargo.
    pub(crate) fn locate() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("start me with `cargo xtask`")?;
        let root = Path::new(&manifest).ancestors().nth(2).context("no workspace above xtask")?;
        let program = std::env::current_exe()?;
        let target = program.ancestors().nth(2).context("no target folder above xtask")?;
        Ok(Self { root: root.to_owned(), target: target.to_owned() })
    }

    /// Cargo, as the developer would start it: the variables that `cargo run` set for
    /// this program would otherwise make build scripts run again.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        for (name, _) in std::env::vars_os() {
            let spelt = name.to_string_lossy();
            if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|p| spelt.starts_with(p)) {
                cargo.env_remove(name);
            }
        }
        cargo
    }

    /// Builds one binary and says where it is.
    ///
    /// Features are resolved over the whole workspace, as the tests do it, so that no
    /// dependency is built twice; only what the binary needs is compiled.
    pub(crate) fn build(&self, binary: &str) -> Result<PathBuf> {
        run(self.cargo().args(["build", "--quiet", "--workspace", "--bin", binary]))?;
        Ok(self.target.join("debug").join(binary))
    }
}

/// Runs a program whose output the developer shall see; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("can't start {}", name(command)))?;
    ensure!(status.success(), "{} ended with {status}", name(command));
    Ok(())
}

/// Runs a program, shows its standard output line by line and gives each line to `heed`.
/// The answer is whether it ended with success.
pub(crate) fn follow(command: &mut Command, mut heed: impl FnMut(&str)) -> Result<bool> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("can't start {}", name(command)))?;
    let output = child.stdout.take().context("no standard output")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        heed(&line);
    }
    Ok(child.wait()?.success())
}

/// Runs a program quietly and gives its standard output; on failure the error says what it said.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("can't start {}", name(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{} ended with {}: {}", name(command), output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first file named `program` in `folders` and then in `PATH`.
pub(crate) fn find(program: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.iter().cloned().chain(std::env::split_paths(&path)).map(|f| f.join(program)).find(|p| p.is_file())
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
