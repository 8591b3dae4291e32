//! `cargo xtask corpus FOLDER`: the importers against real data that nobody here wrote.
//!
//! The folder stays outside the project. Notices go through the command line of the
//! built `samspill`, into a data folder that is thrown away; organisation numbers
//! straight through their parser.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use anyhow::{Context, Result, bail, ensure};
use types::OrganisationNumber;

use crate::notice;
use crate::shell::Workspace;

/// A real number, of the register itself, that no notice of the corpus has as its buyer.
const A_STRANGER: &str = "974760673";

/// Runs everything and prints a table, closed by `N passed, N failed`.
pub(crate) fn run(workspace: &Workspace, folder: &Path) -> Result<ExitCode> {
    let program = workspace.build("samspill")?;
    let data = tempfile::tempdir()?;
    let corpus = Corpus { samspill: &program, data: data.path() };
    let mut table = Table::default();
    corpus.notices(&mut table, &folder.join("notices/eforms-nor-real"))?;
    table.add("CPV list", corpus.cpv(&find_cpv(folder)?));
    numbers(&mut table, &folder.join("orgnr/orgnr-vectors.csv"))?;
    Ok(table.print())
}

struct Corpus<'a> {
    samspill: &'a Path,
    data: &'a Path,
}

impl Corpus<'_> {
    fn import(&self, arguments: &[&OsStr]) -> Result<Output> {
        let mut command = Command::new(self.samspill);
        command.arg("import").args(arguments).arg("--data").arg(self.data);
        // What the developer has set for other work must not decide where this goes.
        command.env_remove("DATABASE_URL");
        command.output().context("can't start samspill")
    }

    fn import_notice(&self, file: &Path, buyer: &str) -> Result<Output> {
        self.import(&["notice".as_ref(), file.as_ref(), "--organisation".as_ref(), buyer.as_ref()])
    }

    fn notices(&self, table: &mut Table, folder: &Path) -> Result<()> {
        let mut files: Vec<PathBuf> = fs::read_dir(folder)
            .with_context(|| format!("can't read {}", folder.display()))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<std::io::Result<_>>()?;
        files.sort();
        for file in &files {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if !name.ends_with(".xml") {
                continue;
            }
            if name.starts_with("PriorInformationNotice") || name.contains("pin-cfc") {
                table.add(&format!("{name}: stranger refused"), self.refuses_stranger(file));
                table.add(&format!("{name}: imported"), self.accepts(file, false));
                table.add(&format!("{name}: updated"), self.accepts(file, true));
            } else if name.starts_with("ContractAwardNotice") {
                table.add(&format!("{name}: refused"), self.refuses_award(file));
            }
        }
        ensure!(table.rows > 0, "no notice in {}", folder.display());
        Ok(())
    }

    /// Imports for the notice's own buyer: a draft the first time, an update the second.
    fn accepts(&self, file: &Path, is_update: bool) -> Result<()> {
        let buyer = notice::buyer(&fs::read_to_string(file)?)?;
        let said = succeeded(&self.import_notice(file, buyer.as_str())?)?.to_lowercase();
        ensure!(
            said.contains("a draft was made") != is_update && said.contains("/needs/"),
            "said: {}",
            first_line(&said)
        );
        Ok(())
    }

    /// Another organisation's number is refused, and the answer names the buyer's.
    fn refuses_stranger(&self, file: &Path) -> Result<()> {
        let buyer = notice::buyer(&fs::read_to_string(file)?)?;
        let said = refused(&self.import_notice(file, A_STRANGER)?)?;
        let compact: String = said.chars().filter(|c| !c.is_whitespace()).collect();
        ensure!(compact.contains(buyer.as_str()), "does not name the buyer {buyer}: {}", first_line(&said));
        Ok(())
    }

    /// An award has no need left to talk about.
    fn refuses_award(&self, file: &Path) -> Result<()> {
        let buyer = notice::buyer(&fs::read_to_string(file)?)?;
        refused(&self.import_notice(file, buyer.as_str())?).map(drop)
    }

    /// The answer must count as many codes as the file has.
    fn cpv(&self, file: &Path) -> Result<()> {
        let codes = csv::Reader::from_path(file)?.records().count().to_string();
        let said = succeeded(&self.import(&["cpv".as_ref(), file.as_ref()])?)?;
        let compact: String = said.chars().filter(|c| !c.is_whitespace()).collect();
        ensure!(compact.contains(&codes), "did not count {codes} codes: {}", first_line(&said));
        Ok(())
    }
}

fn succeeded(output: &Output) -> Result<String> {
    ensure!(output.status.success(), "{}", first_line(&String::from_utf8_lossy(&output.stderr)));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A refusal is an error with a text, not a crash (101 is a panic, none a signal).
fn refused(output: &Output) -> Result<String> {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(0) => bail!("was accepted"),
        None | Some(101) => bail!("crashed: {}", first_line(&said)),
        Some(_) if said.trim().is_empty() => bail!("was refused without a word"),
        Some(_) => Ok(said),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or("(nothing said)")
}

fn find_cpv(folder: &Path) -> Result<PathBuf> {
    let is_cpv = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("cpv") && name.ends_with(".csv")
    };
    fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .find(is_cpv)
        .with_context(|| format!("no cpv*.csv in {}", folder.display()))
}

/// What the parser makes of a vector.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Agrees,
    /// We forgive a spelling that the vectors' author wants stripped first.
    DiffersByDesign,
    Wrong,
}

fn judge(text: &str, expected: bool) -> Verdict {
    match text.parse::<OrganisationNumber>() {
        Ok(_) if expected => Verdict::Agrees,
        Err(_) if !expected => Verdict::Agrees,
        // Only the dressing may differ: bare digits are right or wrong, and so is anything
        // that our parser did not have to undress.
        Ok(number) if number.as_str() != text && is_dressed(text, number.as_str()) => {
            Verdict::DiffersByDesign
        }
        _ => Verdict::Wrong,
    }
}

/// `number` with spaces, dots, `NO` before or `MVA` behind, and nothing else.
fn is_dressed(text: &str, number: &str) -> bool {
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
    let compact = compact.to_uppercase();
    ["", "NO"]
        .iter()
        .any(|before| ["", "MVA"].iter().any(|behind| compact == format!("{before}{number}{behind}")))
}

fn numbers(table: &mut Table, file: &Path) -> Result<()> {
    let mut vectors =
        csv::Reader::from_path(file).with_context(|| format!("can't read {}", file.display()))?;
    let mut agreeing = 0_u32;
    for vector in vectors.records() {
        let vector = vector?;
        let (text, expected, note) = (&vector[0], vector[1].eq_ignore_ascii_case("true"), &vector[2]);
        match judge(text, expected) {
            Verdict::Agrees => agreeing += 1,
            Verdict::DiffersByDesign => {
                println!("     differs by design: {text:?} ({note}): we read NO, MVA, spaces and dots away");
                agreeing += 1;
            }
            Verdict::Wrong => table.add(
                &format!("organisation number {text:?} ({note})"),
                Err(anyhow::anyhow!("expected {expected}")),
            ),
        }
    }
    ensure!(agreeing > 0, "no vector in {}", file.display());
    println!("ok   {agreeing} organisation numbers");
    table.passed += agreeing;
    Ok(())
}

/// Rows are printed as they come.
#[derive(Default)]
struct Table {
    rows: u32,
    passed: u32,
    failed: u32,
}

impl Table {
    fn add(&mut self, name: &str, result: Result<()>) {
        self.rows += 1;
        match result {
            Ok(()) => {
                self.passed += 1;
                println!("ok   {name}");
            }
            Err(error) => {
                self.failed += 1;
                println!("FAIL {name}: {error:#}");
            }
        }
    }

    fn print(&self) -> ExitCode {
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dressing_differs_by_design() {
        assert_eq!(judge("942 110 464", true), Verdict::Agrees);
        assert_eq!(judge("NO942110464MVA", false), Verdict::DiffersByDesign);
        assert_eq!(judge("942110464", false), Verdict::Wrong);
        assert_eq!(judge("942110465", true), Verdict::Wrong);
        assert_eq!(judge("94211046A", false), Verdict::Agrees);
    }
}
