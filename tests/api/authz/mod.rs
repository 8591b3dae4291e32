//! Who may do what, when: each mutation of the schema, tried by each kind of person on a
//! need in each state, against `tests/golden/authz.txt`.
//!
//! Complete by construction: the mutations come from the schema, and one without an input
//! fails. Each must be done by somebody somewhere, so a wrong input is no refusal. A refusal
//! writes nothing into the record.

mod inputs;
mod queries;
mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use domain::Actor;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;
use tests::{Api, House};

use inputs::ABOUT_PEOPLE;
pub(crate) use inputs::input;
pub(crate) use stage::{STATES, Stage};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/authz.txt");
/// In the golden file; who stands behind the scenes is not.
const PERSONAS: usize = 11;
/// Nobody may here: there is no demonstration, somebody administers already, no
/// comment waits (`quality.rs` has some), and the token's member is the only owner
/// (`organisation_tokens.rs` has two).
pub(crate) const NEVER: [&str; 4] =
    ["reviewSurveyComment", "setUpInstallation", "signInAsPersona", "takeOverOrganisationToken"];

/// The outcome of what was done; only then the next one needs a fresh copy.
pub(crate) const DONE: &str = "ok";

/// What came of it: persons by outcome, states by that.
type Row = BTreeMap<String, Vec<&'static str>>;

#[tokio::test]
async fn every_mutation_is_done_by_those_who_may_and_refused_to_the_rest() {
    // The engine has no say in it, and each deed wants a fresh copy of the database.
    if House::is_on_postgres() {
        return;
    }
    let mut matrix: BTreeMap<String, Vec<(&str, Row)>> = BTreeMap::new();
    for state in STATES {
        let stage = Box::pin(Stage::in_state(state)).await;
        let mut copy = stage.house.copy().await;
        let mut api = stage.house.api().over(&copy);
        let mutations = mutations(&api).await;
        for mutation in mutations {
            if state != STATES[0] && ABOUT_PEOPLE.contains(&mutation.as_str()) {
                continue;
            }
            let mut row = Row::new();
            for at in 0..PERSONAS {
                let (persona, actor) = stage.personas[at].clone();
                let Some(input) = input(&mutation, &stage, persona) else { continue };
                let outcome = attempt(&copy, &api, &actor, &mutation, input).await;
                if outcome == DONE {
                    copy = stage.house.copy().await;
                    api = api.over(&copy);
                }
                row.entry(outcome).or_default().push(persona);
            }
            matrix.entry(mutation).or_default().push((state, row));
        }
        stage.house.finish().await;
    }
    let never: BTreeSet<&str> = matrix
        .iter()
        .filter(|(_, rows)| rows.iter().all(|(_, row)| !row.contains_key(DONE)))
        .map(|(mutation, _)| mutation.as_str())
        .collect();
    assert_eq!(never, BTreeSet::from(NEVER), "somebody may do the others somewhere");
    compare(GOLDEN, &printed(&matrix));
}

/// All mutations of the schema.
pub(crate) async fn mutations(api: &Api) -> Vec<String> {
    let document = "{ __schema { mutationType { fields { name } } } }";
    let schema = api.ask(&Actor::default(), document, Value::Null).await;
    let fields = schema["__schema"]["mutationType"]["fields"].as_array().unwrap();
    fields.iter().map(|f| f["name"].as_str().unwrap().to_owned()).collect()
}

/// Tries it; `ok`, or why not.
pub(crate) async fn attempt(house: &House, api: &Api, actor: &Actor, mutation: &str, input: Value) -> String {
    let entries = || entity::record_entry::Entity::find().count(house.app.db.read());
    let before = entries().await.unwrap();
    let refused = api.refused(actor, mutation, input).await;
    if refused.is_empty() {
        return DONE.to_owned();
    }
    assert_eq!(entries().await.unwrap(), before, "a refused {mutation} is recorded");
    refused.join(", ")
}

/// States with the same outcome share a line.
fn printed(matrix: &BTreeMap<String, Vec<(&str, Row)>>) -> String {
    let mut text = String::from(
        "Who may do what, when: made and checked by the test `authz`, which says how to write it anew.\n",
    );
    for (mutation, rows) in matrix {
        writeln!(text, "\n{mutation}").unwrap();
        let mut lines: Vec<(Vec<&str>, &Row)> = Vec::new();
        for (state, row) in rows {
            match lines.iter_mut().find(|(_, known)| *known == row) {
                Some((states, _)) => states.push(state),
                None => lines.push((vec![state], row)),
            }
        }
        for (states, row) in lines {
            let is_always = states.len() == rows.len();
            let states = if is_always { "ALWAYS".to_owned() } else { states.join(" ") };
            if row.is_empty() {
                writeln!(text, "  {states}: nothing to do it to").unwrap();
                continue;
            }
            writeln!(text, "  {states}").unwrap();
            for (outcome, personas) in row {
                writeln!(text, "    {outcome}: {}", personas.join(" ")).unwrap();
            }
        }
    }
    text
}

fn compare(file: &str, now: &str) {
    let golden = std::fs::read_to_string(file).unwrap_or_default();
    if golden == now {
        return;
    }
    if std::env::var_os("SAMSPILL_BLESS").is_some() {
        std::fs::write(file, now).unwrap();
        return;
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (golden.lines().collect(), now.lines().collect());
    let at = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let show = |lines: &[&str]| {
        lines.iter().skip(at.saturating_sub(4)).take(12).copied().collect::<Vec<_>>().join("\n")
    };
    panic!(
        "who may do what has changed, from line {}:\n{}\n\nbut the golden file has\n{}\n\n\
         If it shall be so: SAMSPILL_BLESS=1 cargo test -p tests --test api authz",
        at + 1,
        show(&new),
        show(&old)
    );
}
