//! Programs that the checks need, installed where they are missing.
//!
//! Each function looks first and installs second, so a step may call it freely. Debian
//! packages need root (or a `sudo` that does not ask); everything else goes into the
//! target folder and is kept there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{Workspace, find, run};

/// Newer ones may want a newer Rust than ours.
const CARGO_DENY: &str = "0.20.2";
const CARGO_CYCLONEDX: &str = "0.5.9";

/// Is this process root?
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    ensure!(find("apt-get", &[]).is_some(), "no apt-get here; install it by hand: {}", arguments.join(" "));
    let mut command = if is_root() { Command::new("apt-get") } else { Command::new("sudo") };
    if !is_root() {
        command.args(["-n", "apt-get"]);
    }
    run(command.args(["-q", "-y"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Installs Debian packages; the lists are fetched once.
fn install(packages: &[&str]) -> Result<()> {
    static UPDATED: OnceLock<bool> = OnceLock::new();
    // An update that failed is no reason to stop: the lists that are there may do.
    UPDATED.get_or_init(|| apt_get(&["update"]).is_ok());
    apt_get(&[&["install", "--no-install-recommends"], packages].concat())
}

/// Chromium, with a font to draw letters with.
pub(crate) fn chromium() -> Result<PathBuf> {
    let look = || ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| find(name, &[]));
    if look().is_none() {
        install(&["chromium"])?;
    }
    if !has_font(Path::new("/usr/share/fonts")) {
        install(&["fonts-dejavu-core"])?;
    }
    look().context("Chromium was installed but is not in PATH")
}

fn has_font(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().map(|entry| entry.path()).any(|path| {
        let is_font = path.extension().is_some_and(|e| ["ttf", "otf", "ttc"].iter().any(|known| e == *known));
        is_font || (path.is_dir() && has_font(&path))
    })
}

/// The folder of PostgreSQL's server binaries.
pub(crate) fn postgres() -> Result<PathBuf> {
    let look = || {
        // Debian keeps them out of PATH, a folder for each version.
        let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
            .unwrap_or_default();
        versions.sort();
        versions.reverse();
        find("initdb", &versions).filter(|initdb| initdb.with_file_name("postgres").is_file())
    };
    if look().is_none() {
        install(&["postgresql-15"])?;
    }
    let initdb = look().context("PostgreSQL was installed but its server binaries were not found")?;
    Ok(initdb.parent().context("no folder")?.to_owned())
}

/// With which the README's examples are run.
pub(crate) fn curl() -> Result<()> {
    if find("curl", &[]).is_none() {
        install(&["curl"])?;
    }
    Ok(())
}

/// The packages of a folder of `tests`, exactly as locked.
pub(crate) fn node_modules(workspace: &Workspace, name: &str) -> Result<()> {
    let folder = workspace.root.join("tests").join(name);
    // What npm wrote down when it last installed, beside what it was told to.
    let stamp = folder.join("node_modules/.samspill-lock");
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("tests/{name}/package-lock.json"))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    run(Command::new("npm").current_dir(&folder).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(stamp, lock).context("can't note what is installed")
}

/// A Python with the packages of `tests/requirements.txt`, in an environment of its own.
pub(crate) fn python(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("tools/python");
    let python = folder.join("bin/python");
    let requirements = workspace.root.join("tests/requirements.txt");
    let (stamp, wanted) = (folder.join("requirements.txt"), fs::read(&requirements)?);
    if python.is_file() && fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let make = || run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    if make().is_err() {
        install(&["python3-venv"])?;
        make()?;
    }
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(&requirements))?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

/// `cargo-deny`, which looks at licences and sources.
pub(crate) fn cargo_deny(workspace: &Workspace) -> Result<PathBuf> {
    cargo_tool(workspace, "cargo-deny", CARGO_DENY)
}

/// `cargo-cyclonedx`, which writes the bill of materials.
pub(crate) fn cargo_cyclonedx(workspace: &Workspace) -> Result<PathBuf> {
    cargo_tool(workspace, "cargo-cyclonedx", CARGO_CYCLONEDX)
}

/// Built without optimisation: it runs for a second but compiles for minutes.
fn cargo_tool(workspace: &Workspace, name: &str, version: &str) -> Result<PathBuf> {
    let folder = workspace.target.join("tools");
    let mut folders = vec![folder.join("bin")];
    folders.extend(std::env::var_os("CARGO_HOME").map(|home| PathBuf::from(home).join("bin")));
    if let Some(there) = find(name, &folders) {
        return Ok(there);
    }
    let build = folder.join("build");
    let installed = run(workspace
        .cargo()
        .env("CARGO_TARGET_DIR", &build)
        .args(["install", name, "--quiet", "--locked", "--debug", "--version", version, "--root"])
        .arg(&folder));
    if let Err(error) = fs::remove_dir_all(&build)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        bail!("can't remove {}: {error}", build.display());
    }
    installed.map(|()| folder.join("bin").join(name))
}

/// All of them. What is missing is reported together; `cargo-deny` is the licence step's own affair.
pub(crate) fn all(workspace: &Workspace) -> Result<()> {
    let missing: Vec<String> = [
        ("Chromium", chromium().map(drop)),
        ("PostgreSQL", postgres().map(drop)),
        ("curl", curl()),
        ("npm packages of the journeys", node_modules(workspace, "browser")),
        ("npm packages of the clients", node_modules(workspace, "clients")),
        ("npm packages of the lint", node_modules(workspace, "lint")),
        ("Python packages", python(workspace).map(drop)),
    ]
    .into_iter()
    .filter_map(|(tool, result)| result.err().map(|error| format!("{tool}: {error:#}")))
    .collect();
    ensure!(missing.is_empty(), "{}", missing.join("; "));
    Ok(())
}
