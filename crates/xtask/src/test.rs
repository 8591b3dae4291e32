//! `cargo xtask test`: every check there is, in order, each timed.
//!
//! A step that fails does not stop the next ones, and none is skipped in silence: what
//! can't run has failed, except the licences, whose tool may be out of reach and which
//! then say so and count nothing.

use std::ffi::OsStr;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

use crate::postgres::Postgres;
use crate::report::{Outcome, Report};
use crate::shell::{Workspace, follow, run};
use crate::{sbom, schema, tools};

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Also runs the slow tests, those marked `#[ignore]`.
    #[arg(long)]
    full: bool,
    /// Runs these steps only.
    #[arg(long, value_enum, num_args = 1.., value_name = "STEP")]
    only: Vec<Step>,
}

/// The steps, in the order in which they run: the quick ones that find most come first.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Installs what is missing.
    Tools,
    /// `cargo fmt`.
    Fmt,
    /// Lints of all targets.
    Clippy,
    /// The documentation, private items too.
    Doc,
    /// `graphql/schema.graphql` is what the code says.
    Schema,
    /// graphql-eslint over schema and operations, and what breaks clients of the last release.
    Lint,
    /// Tests beside the code.
    Unit,
    /// API tests on SQLite.
    ApiSqlite,
    /// API tests on PostgreSQL.
    ApiPostgres,
    /// Other people's clients of the API, in JavaScript and Python.
    Clients,
    /// Whatever the schema allows, and what it does not: on both engines.
    Fuzz,
    /// Several nodes on one PostgreSQL.
    Cluster,
    /// Journeys in Chromium.
    Browser,
    /// Licences and sources of the dependencies.
    Licences,
    /// The bill of materials names all that is delivered.
    Sbom,
}

/// Runs the steps; the last line of the output is `N passed, N failed`.
pub(crate) fn run_steps(workspace: &Workspace, options: &Options) -> ExitCode {
    let mut run = Run { workspace, full: options.full, postgres: None };
    let mut report = Report::default();
    for step in Step::value_variants() {
        if !options.only.is_empty() && !options.only.contains(step) {
            continue;
        }
        let name = step.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = run.step(*step).unwrap_or_else(|error| Outcome::broken(&error));
        if !outcome.note.is_empty() {
            println!("{}", outcome.note);
        }
        println!(
            "== {name}: {} passed, {} failed in {:.1} s",
            outcome.passed,
            outcome.failed,
            start.elapsed().as_secs_f64()
        );
        report.add(name, outcome, start.elapsed());
    }
    // Before the report, so that its last line is ours.
    drop(run);
    if report.print() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Run<'a> {
    workspace: &'a Workspace,
    full: bool,
    postgres: Option<Postgres>,
}

impl Run<'_> {
    fn step(&mut self, step: Step) -> Result<Outcome> {
        let mut cargo = self.workspace.cargo();
        match step {
            Step::Tools => Ok(Outcome::of(tools::all(self.workspace))),
            Step::Fmt => Ok(Outcome::of(run(cargo.args(["fmt", "--all", "--", "--check"])))),
            Step::Clippy => {
                cargo.args([
                    "clippy",
                    "--quiet",
                    "--keep-going",
                    "--workspace",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ]);
                Ok(Outcome::of(run(&mut cargo)))
            }
            Step::Doc => {
                cargo.args(["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items"]);
                Ok(Outcome::of(run(cargo.env("RUSTDOCFLAGS", "-D warnings"))))
            }
            Step::Schema => Ok(Outcome::of(schema::check(self.workspace))),
            Step::Lint => self.lint(),
            // All that a crate has beside its code: unit, integration and documentation tests.
            Step::Unit => self.cargo_test(&["--exclude", "tests"], &[]),
            Step::ApiSqlite => self.api(&[("SAMSPILL_TEST_ENGINE", "sqlite".into())]),
            Step::ApiPostgres => {
                let url = self.postgres()?;
                self.api(&[("SAMSPILL_TEST_ENGINE", "postgres".into()), ("SAMSPILL_TEST_POSTGRES", url)])
            }
            Step::Clients => self.clients(),
            Step::Fuzz => self.fuzz(),
            Step::Cluster => {
                let url = self.postgres()?;
                self.suite(
                    "cluster",
                    &[("SAMSPILL_TEST_ENGINE", "postgres".into()), ("SAMSPILL_TEST_POSTGRES", url)],
                )
            }
            Step::Browser => self.browser(),
            Step::Licences => self.licences(),
            Step::Sbom => Ok(Outcome::of(sbom::write(self.workspace))),
        }
    }

    /// One server for all steps that want one.
    fn postgres(&mut self) -> Result<String> {
        if self.postgres.is_none() {
            self.postgres = Some(Postgres::start()?);
        }
        Ok(self.postgres.as_ref().map(|server| server.url.clone()).unwrap_or_default())
    }

    /// The API's tests, among them the README's examples.
    fn api(&self, variables: &[(&str, String)]) -> Result<Outcome> {
        tools::curl()?;
        self.suite("api", variables)
    }

    /// A binary of the `tests` package, which runs the built program too.
    fn suite(&self, name: &str, variables: &[(&str, String)]) -> Result<Outcome> {
        let binary = ("SAMSPILL_BIN", self.workspace.build("samspill")?.display().to_string());
        self.cargo_test(&["--test", name], &[variables, &[binary]].concat())
    }

    /// Always over the whole workspace, whatever is picked: features are resolved
    /// together, so no dependency is built twice.
    fn cargo_test(&self, pick: &[&str], variables: &[(&str, String)]) -> Result<Outcome> {
        let mut cargo = self.workspace.cargo();
        cargo.args(["test", "--quiet", "--workspace", "--no-fail-fast"]).args(pick);
        if self.full {
            cargo.args(["--", "--include-ignored"]);
        }
        // Its SMTP server receives what the mail tests send.
        cargo.env("SAMSPILL_TEST_PYTHON", tools::python(self.workspace)?);
        let mut outcome = Outcome::default();
        let success = follow(cargo.envs(variables.iter().cloned()), |line| outcome.heed(line))?;
        Ok(outcome.conclude(success))
    }

    /// GraphQL over HTTP's audits, and clients that must work.
    fn clients(&self) -> Result<Outcome> {
        tools::node_modules(self.workspace, "clients")?;
        let binary = self.workspace.build("samspill")?;
        let python = tools::python(self.workspace)?;
        let variables = [("SAMSPILL_BIN", binary.as_os_str()), ("SAMSPILL_TEST_PYTHON", python.as_os_str())];
        self.scripts("tests/clients", &["run.mjs"], &variables)
    }

    /// Documents made from the schema, for a minute, or with `--full` for five: half of it on each engine.
    fn fuzz(&mut self) -> Result<Outcome> {
        // A demonstration fills it, and the server has no other use for it.
        let url =
            format!("{}/postgres", self.postgres()?.trim_end_matches('/').trim_end_matches("/postgres"));
        let binary = self.workspace.build("samspill")?;
        let python = tools::python(self.workspace)?;
        let seconds = if self.full { "150" } else { "30" };
        let mut outcome = Outcome::default();
        let mut success = true;
        for database in [None, Some(("DATABASE_URL", url))] {
            let mut script = Command::new(&python);
            script.current_dir(self.workspace.root.join("tests/fuzz")).args(["run.py", "--seconds", seconds]);
            script.env_remove("DATABASE_URL").env("SAMSPILL_BIN", &binary).envs(database);
            success &= follow(&mut script, |line| outcome.heed(line))?;
        }
        Ok(outcome.conclude(success))
    }

    /// The schema and the operations, and before them the test of the check of breaking changes.
    fn lint(&self) -> Result<Outcome> {
        tools::node_modules(self.workspace, "lint")?;
        self.scripts("tests/lint", &["lint.mjs", "breaking.test.mjs", "breaking.mjs"], &[])
    }

    /// Scripts that tell of each test in a line, `ok …` or `not ok …`.
    fn scripts(&self, folder: &str, scripts: &[&str], variables: &[(&str, &OsStr)]) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut success = true;
        for script in scripts {
            let mut node = Command::new("node");
            node.current_dir(self.workspace.root.join(folder)).arg(script).envs(variables.iter().copied());
            success &= follow(&mut node, |line| outcome.heed(line))?;
        }
        Ok(outcome.conclude(success))
    }

    /// The journeys, and before them the test of their runner.
    fn browser(&self) -> Result<Outcome> {
        tools::node_modules(self.workspace, "browser")?;
        let chromium = tools::chromium()?;
        let binary = self.workspace.build("samspill")?;
        let out = self.workspace.target.join("browser");
        let variables = [
            ("SAMSPILL_BIN", binary.as_os_str()),
            ("SAMSPILL_CHROMIUM", chromium.as_os_str()),
            ("SAMSPILL_BROWSER_OUT", out.as_os_str()),
        ];
        self.scripts("tests/browser", &["runner.test.mjs", "run.mjs"], &variables)
    }

    fn licences(&self) -> Result<Outcome> {
        let deny = match tools::cargo_deny(self.workspace) {
            Ok(deny) => deny,
            Err(error) => {
                let note = format!("NOT CHECKED: cargo-deny can't be installed: {error:#}");
                return Ok(Outcome { note, ..Outcome::default() });
            }
        };
        ensure!(self.workspace.root.join("deny.toml").is_file(), "no deny.toml");
        // Advisories would need their database from the network: a build of yesterday must
        // not fail today for that.
        let mut command = Command::new(deny);
        command.current_dir(&self.workspace.root).args(["--log-level=error", "check"]);
        command.args(["--hide-inclusion-graph", "licenses", "bans", "sources"]);
        Ok(Outcome::of(run(&mut command)))
    }
}
