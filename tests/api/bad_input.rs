//! Bad input to every mutation: ids of another type, text that can't be stored, numbers and
//! times out of range. Each is refused in words that lead to the field, nothing is written,
//! and none is our own mistake.

use domain::Actor;
use serde_json::Value;
use tests::{Api, House};
use types::PersonId;
use uuid::Uuid;

use crate::authz::{DONE, NEVER, Stage, attempt, input, mutations};

/// What stands in the place of a right value.
struct Bad {
    value: Value,
    /// Whether it must be refused; else it need only be no mistake of ours.
    is_refused: bool,
}

fn refused(value: impl Into<Value>) -> Bad {
    Bad { value: value.into(), is_refused: true }
}

fn odd(value: impl Into<Value>) -> Bad {
    Bad { value: value.into(), is_refused: false }
}

fn bad(path: &str, right: &Value) -> Vec<Bad> {
    let name = path.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
    match right {
        Value::String(_) if name.ends_with("Id") || name == "toldTo" => {
            let person = graphql::encode(PersonId(Uuid::nil())).to_string();
            vec![refused(person), refused("x"), refused(""), refused("\u{0}")]
        }
        Value::String(right) if right.parse::<types::Time>().is_ok() => vec![
            refused("i morgen"),
            refused("2026-02-30T10:00:00Z"),
            odd("0001-01-01T00:00:00Z"),
            odd("9999-12-31T23:59:59Z"),
            odd("+262000-01-01T00:00:00Z"),
        ],
        Value::String(_) => vec![
            refused("a\u{0}b"),
            refused("x".repeat(100_001)),
            refused("vend \u{202e}om"),
            odd(""),
            odd(" \u{feff} "),
            odd("👩‍🔧'; DROP TABLE needs; --"),
        ],
        Value::Number(_) => {
            vec![odd(-1), odd(0), odd(i32::MAX), refused(i64::MAX), refused(1.5), refused("1")]
        }
        Value::Bool(_) => vec![refused("ja")],
        // The same a thousand times over: too many, or one of each.
        Value::Array(items) => vec![odd(vec![items[0].clone(); 1000]), odd(vec![items[0].clone(); 2])],
        _ => vec![],
    }
}

/// The paths of all single values and of all lists.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            found.push(at.to_owned());
            leaves(&items[0], &format!("{at}/0"), found);
        }
        Value::Null => {}
        _ => found.push(at.to_owned()),
    }
}

/// The first who may do it in this stage.
async fn who(stage: &Stage, api: &Api, mutation: &str) -> Option<(&'static str, Actor)> {
    let copy = stage.house.copy().await;
    let api = api.clone().over(&copy);
    for (persona, actor) in &stage.personas {
        let Some(input) = input(mutation, stage, persona) else { continue };
        if attempt(&copy, &api, actor, mutation, input).await == DONE {
            return Some((persona, actor.clone()));
        }
    }
    None
}

/// Tries everything bad in one stage; what was taken, or broke something.
async fn try_all(during: &str, mutations: &[String]) -> Vec<String> {
    let stage = Box::pin(Stage::in_state(during)).await;
    let mut copy = stage.house.copy().await;
    let mut api = stage.house.api().over(&copy);
    let mut wrong = Vec::new();
    for mutation in mutations {
        let Some((persona, actor)) = who(&stage, &api, mutation).await else {
            panic!("nobody may {mutation} while {during}");
        };
        let right = input(mutation, &stage, persona).unwrap();
        let mut paths = Vec::new();
        leaves(&right, "", &mut paths);
        for path in paths {
            for Bad { value, is_refused } in bad(&path, right.pointer(&path).unwrap()) {
                let mut input = right.clone();
                *input.pointer_mut(&path).unwrap() = value.clone();
                let outcome = attempt(&copy, &api, &actor, mutation, input).await;
                let is_ours = ["INTERNAL", "UNAVAILABLE"].iter().any(|code| outcome.starts_with(code));
                if is_ours || (is_refused && outcome == DONE) {
                    let shown: String = value.to_string().chars().take(40).collect();
                    wrong.push(format!("{mutation} {path} = {shown}: {outcome}"));
                }
                if outcome == DONE {
                    copy = stage.house.copy().await;
                    api = api.over(&copy);
                }
            }
        }
    }
    stage.house.finish().await;
    wrong
}

/// What can't be done in a dialogue can be done in these states; all else is tried there.
const ELSEWHERE: [(&str, &[&str]); 5] = [
    ("DRAFT", &["deleteNeedDraft", "submitNeed"]),
    ("IN_REVIEW", &["approveNeed", "returnNeed"]),
    ("ON_HOLD", &["resumeNeed"]),
    ("SUMMARISED", &["answerSurvey"]),
    ("TO_PROCUREMENT", &["announceCompetition"]),
];

#[tokio::test]
async fn no_bad_value_is_taken_or_breaks_anything() {
    // As for `authz`: the values are checked before any engine sees them.
    if House::is_on_postgres() {
        return;
    }
    let house = House::new().await;
    let mut rest = mutations(&house.api()).await;
    house.finish().await;
    rest.retain(|m| !NEVER.contains(&m.as_str()));
    let mut wrong = Vec::new();
    for (state, some) in ELSEWHERE {
        rest.retain(|m| !some.contains(&m.as_str()));
        let some: Vec<String> = some.iter().map(|&m| m.to_owned()).collect();
        wrong.extend(Box::pin(try_all(state, &some)).await);
    }
    wrong.extend(Box::pin(try_all("IN_DIALOGUE", &rest)).await);
    assert_eq!(wrong, Vec::<String>::new());
}
