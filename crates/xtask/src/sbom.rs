//! `cargo xtask sbom`: the bill of materials of what is delivered, as `CycloneDX` 1.5.
//!
//! Two files in `TARGET/sbom`: `samspill.cdx.json` has the crates of the program,
//! `portal.cdx.json` the packages that the portal serves from within it. Both come from
//! the lock files, so the same checkout gives the same list.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::shell::{Workspace, read, run};
use crate::tools;

/// The name under which `cargo cyclonedx` leaves a file in each crate.
const LEFT: &str = "samspill.cdx";

/// Writes both files, and checks that nothing is missing in them.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target.join("sbom");
    fs::create_dir_all(&folder)?;
    let program = folder.join("samspill.cdx.json");
    of_program(workspace, &program)?;
    let portal = folder.join("portal.cdx.json");
    of_portal(workspace, &portal)?;
    println!("{}\n{}", program.display(), portal.display());
    Ok(())
}

fn of_program(workspace: &Workspace, to: &Path) -> Result<()> {
    let cyclonedx = tools::cargo_cyclonedx(workspace)?;
    let mut command = Command::new(cyclonedx);
    command.current_dir(&workspace.root).args(["cyclonedx", "--quiet", "--format", "json"]);
    command.args(["--spec-version", "1.5", "--target", "all", "--no-build-deps"]);
    command.args(["--manifest-path", "crates/server/Cargo.toml", "--override-filename", LEFT]);
    let made = run(command.env("SOURCE_DATE_EPOCH", "0"));
    // It describes every crate of the workspace, each beside its manifest.
    for left in left_behind(&workspace.root)? {
        if left.parent().is_some_and(|crate_| crate_.ends_with("crates/server")) {
            // Where the checkout lies is nobody's business.
            let text = fs::read_to_string(&left)?.replace(&workspace.root.display().to_string(), "");
            fs::write(to, text)?;
        }
        fs::remove_file(left)?;
    }
    made?;
    let listed = components(to)?;
    let mut tree = workspace.cargo();
    tree.args(["tree", "--package", "server", "--edges", "normal", "--prefix", "none"]);
    tree.args(["--target", "all", "--format", "{p}"]);
    let wanted = read(&mut tree)?;
    let wanted = wanted.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned()))
    });
    ensure_listed(wanted.filter(|(name, _)| name != "server"), &listed)
}

fn of_portal(workspace: &Workspace, to: &Path) -> Result<()> {
    let folder = workspace.root.join("crates/portal");
    let mut npm = Command::new("npm");
    npm.current_dir(&folder).args(["sbom", "--package-lock-only", "--sbom-format", "cyclonedx"]);
    fs::write(to, read(&mut npm)?)?;
    let lock: Value = serde_json::from_str(&fs::read_to_string(folder.join("package-lock.json"))?)?;
    let packages = lock["packages"].as_object().context("package-lock.json has no packages")?;
    let wanted = packages.iter().filter_map(|(path, package)| {
        let name = path.rsplit_once("node_modules/")?.1;
        Some((name.to_owned(), package["version"].as_str()?.to_owned()))
    });
    ensure_listed(wanted, &components(to)?)
}

fn left_behind(root: &Path) -> Result<Vec<PathBuf>> {
    let crates = fs::read_dir(root.join("crates"))?.map(|entry| Ok(entry?.path()));
    let crates: Result<Vec<PathBuf>> = crates.collect();
    let folders = crates?.into_iter().chain(["migrations", "tests"].map(|name| root.join(name)));
    Ok(folders.map(|folder| folder.join(format!("{LEFT}.json"))).filter(|file| file.is_file()).collect())
}

/// Name and version of each component.
fn components(file: &Path) -> Result<BTreeSet<(String, String)>> {
    let list: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    let components = list["components"].as_array().context("no components")?;
    let text = |component: &Value, field: &str| component[field].as_str().unwrap_or_default().to_owned();
    Ok(components
        .iter()
        .map(|component| {
            // A scope of npm's is a group of CycloneDX's.
            let group = text(component, "group");
            let name = text(component, "name");
            let name = if group.is_empty() { name } else { format!("{group}/{name}") };
            (name, text(component, "version"))
        })
        .collect())
}

fn ensure_listed(
    wanted: impl Iterator<Item = (String, String)>,
    listed: &BTreeSet<(String, String)>,
) -> Result<()> {
    let wanted: BTreeSet<(String, String)> = wanted.collect();
    ensure!(!wanted.is_empty(), "nothing is depended on?");
    let missing: Vec<_> = wanted.difference(listed).collect();
    ensure!(missing.is_empty(), "not in the bill of materials: {missing:?}");
    Ok(())
}
