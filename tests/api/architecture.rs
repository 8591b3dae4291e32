//! The arrows between crates and the house rules that no compiler checks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// Whom a crate may use. `tests` and `xtask` stand outside: they are no part of the product.
const ARROWS: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("i18n", &["types"]),
    ("migrations", &[]),
    ("entity", &["types"]),
    ("domain", &["types", "entity"]),
    ("identity", &["types", "domain"]),
    ("interop", &["types", "domain"]),
    ("mail", &["types", "i18n", "domain", "interop"]),
    ("graphql", &["types", "i18n", "domain"]),
    ("portal", &["types", "i18n", "graphql"]),
    (
        "server",
        &[
            "types",
            "i18n",
            "entity",
            "domain",
            "identity",
            "mail",
            "interop",
            "graphql",
            "portal",
            "migrations",
        ],
    ),
    ("xtask", &["types"]),
];

/// Which crates of others a crate of ours must not know.
const BANNED: &[(&str, &[&str])] = &[
    ("types", &["axum", "async-graphql", "lettre", "reqwest", "tokio", "sqlx"]),
    ("domain", &["axum", "async-graphql", "lettre", "reqwest", "askama", "jsonwebtoken"]),
    ("graphql", &["axum", "sea-orm", "lettre", "reqwest", "askama"]),
    ("portal", &["sea-orm", "lettre", "reqwest", "jsonwebtoken"]),
    ("mail", &["axum", "sea-orm", "async-graphql"]),
    ("interop", &["axum", "sea-orm", "async-graphql", "lettre"]),
    ("identity", &["axum", "sea-orm", "async-graphql", "lettre"]),
];

/// What `cargo metadata` says of a crate of ours. Read by hand: the `cargo_metadata` crate
/// turns on a feature of `serde_json` that would have half the product built twice.
#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    rename: Option<String>,
    /// `None` for what the shipped code uses, else `dev` or `build`.
    kind: Option<String>,
    optional: bool,
}

fn packages() -> Vec<Package> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata");
    serde_json::from_slice::<Metadata>(&output.stdout).expect("JSON").packages
}

/// The names in `[dependencies]`: what the shipped code uses.
fn dependencies(package: &Package) -> BTreeSet<&str> {
    let shipped = package.dependencies.iter().filter(|dependency| dependency.kind.is_none());
    shipped.map(|dependency| dependency.name.as_str()).collect()
}

/// Every Rust file of a package, with its text.
fn sources(package: &Package) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    collect(package.manifest_path.parent().expect("a folder"), &mut files);
    files.into_iter().map(|file| (file.clone(), fs::read_to_string(file).expect("UTF-8"))).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != "node_modules" {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The text up to the tests that stand in the same file.
fn shipped(source: &str) -> &str {
    source.split("#[cfg(test)]\nmod ").next().unwrap_or_default()
}

/// Lines of code, without comments: prose may name what code may not use.
fn code_lines(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = shipped(source).lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    numbered.filter(|(_, line)| !line.starts_with("//"))
}

fn assert_none(findings: &[String], rule: &str) {
    assert!(findings.is_empty(), "{rule}:\n  {}", findings.join("\n  "));
}

#[test]
fn crates_use_only_whom_their_arrows_allow() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut findings = Vec::new();
    for package in packages.iter().filter(|package| package.name != "tests") {
        let Some(allowed) = arrows.get(package.name.as_str()) else {
            findings.push(format!("{} has no arrows here", package.name));
            continue;
        };
        for used in dependencies(package).intersection(&ours) {
            if !allowed.contains(used) {
                findings.push(format!("{} → {used}", package.name));
            }
        }
    }
    assert_none(&findings, "arrows that the design does not have");
}

#[test]
fn crates_do_not_know_what_is_anothers_duty() {
    let mut findings = Vec::new();
    for package in &packages() {
        let banned = BANNED.iter().find(|(name, _)| *name == package.name);
        let optional = |name: &str| package.dependencies.iter().any(|d| d.name == name && d.optional);
        for name in banned.map(|(_, banned)| *banned).unwrap_or_default() {
            if dependencies(package).contains(name) && !optional(name) {
                findings.push(format!("{} → {name}", package.name));
            }
        }
    }
    assert_none(&findings, "dependencies that belong to another crate");
}

/// Does the text hold a path that begins with the crate?
fn names(text: &str, name: &str) -> bool {
    let path = format!("{name}::");
    text.match_indices(&path).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn every_dependency_is_used() {
    let mut findings = Vec::new();
    for package in &packages() {
        let text: String = sources(package).into_iter().map(|(_, source)| source).collect();
        for dependency in &package.dependencies {
            let name = dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_");
            // Optional ones are there for what a derive of theirs expands to.
            if !dependency.optional && !names(&text, &name) {
                findings.push(format!("{} does not use {name}", package.name));
            }
        }
    }
    assert_none(&findings, "dependencies without use");
}

#[test]
fn sql_stays_in_the_domain() {
    let mut findings = Vec::new();
    for package in &packages() {
        if !["graphql", "portal", "mail", "interop", "identity"].contains(&package.name.as_str()) {
            continue;
        }
        for (file, source) in sources(package) {
            for (number, line) in code_lines(&source) {
                let speaks_of_entities = line.match_indices("entity::").any(|(at, _)| {
                    // `Identity::from` is another word.
                    !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
                });
                if line.contains("sea_orm") || speaks_of_entities {
                    findings.push(format!("{}:{number}: {line}", file.display()));
                }
            }
        }
    }
    assert_none(&findings, "SQL outside the domain");
}

#[test]
fn only_the_clock_asks_for_the_time_and_only_entropy_for_chance() {
    let asks = ["Utc::now", "Local::now", "SystemTime::now", "Uuid::now_v7", "Uuid::new_v4", "thread::sleep"];
    let mut findings = Vec::new();
    for package in &packages() {
        if ["tests", "xtask"].contains(&package.name.as_str()) {
            continue;
        }
        for (file, source) in sources(package) {
            if file.ends_with("types/src/clock.rs") {
                continue;
            }
            for (number, line) in code_lines(&source) {
                if asks.iter().any(|ask| line.contains(ask)) {
                    findings.push(format!("{}:{number}: {line}", file.display()));
                }
            }
        }
    }
    assert_none(&findings, "time and chance are parameters");
}

#[test]
fn every_module_says_what_it_is() {
    let mut findings = Vec::new();
    for package in &packages() {
        for (file, source) in sources(package) {
            if !source.starts_with("//!") {
                findings.push(file.display().to_string());
            }
        }
    }
    assert_none(&findings, "files that do not begin with //!");
}
