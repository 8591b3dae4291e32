//! Nobody overwrites what they have not read: what changes something takes the version that
//! was read, or says why not, and a test that it need not.

use std::collections::BTreeSet;

use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;
use tests::House;

use crate::authz::{DONE, Stage, attempt, input};
use crate::schema::{list, name, types, written};

/// Mutations of something with a version that take no `expectedVersion`, by why.
const MAKES_IT: [&str; 7] = [
    "askQuestion",
    "createNeed",
    "createWebhookEndpoint",
    "invitePartner",
    "joinNeed",
    "planEvent",
    "registerForEvent",
];
/// One's own choice, which nobody else makes.
const OWN_CHOICE: [&str; 2] = ["followNeed", "unfollowNeed"];
/// Says again what it said: whoever comes second changes nothing.
const SAYS_IT: [&str; 3] = ["acknowledgeResponse", "replayFailedWebhookDeliveries", "setEventAttendance"];
/// Moves it from one state to the next and overwrites nothing: whoever comes second is told
/// `WRONG_STATE`, `NOT_REGISTERED` or the like.
const MOVES_IT: [&str; 17] = [
    "announceCompetition",
    "cancelEvent",
    "closeEventRegistration",
    "closeNeed",
    "declineQuestion",
    "disableWebhookEndpoint",
    "enableWebhookEndpoint",
    "leavePartnership",
    "markEventHeld",
    "openEventRegistration",
    "removePartner",
    "resumeNeed",
    "returnNeed",
    "withdrawFromEvent",
    "withdrawInterest",
    "withdrawPassage",
    "withdrawQuestion",
];

#[tokio::test]
async fn what_overwrites_something_takes_the_version_that_was_read() {
    let house = House::new().await;
    let types = types(&house.api()).await;
    let of = |wanted: &str| types.iter().find(|kind| name(kind) == wanted).unwrap();
    let has = |kind: &Value, part: &str, field: &str| list(kind, part).iter().any(|f| name(f) == field);
    let mut without = BTreeSet::new();
    for mutation in list(of("Mutation"), "fields") {
        let payload = written(&mutation["type"]);
        let versioned = list(of(payload.trim_end_matches('!')), "fields").iter().any(|field| {
            let kind = written(&field["type"]);
            types.iter().any(|t| name(t) == kind.trim_end_matches('!') && has(t, "fields", "version"))
        });
        let takes = list(mutation, "args").iter().any(|arg| {
            let kind = written(&arg["type"]);
            has(of(kind.trim_end_matches('!')), "inputFields", "expectedVersion")
        });
        if versioned && !takes {
            without.insert(name(mutation));
        }
    }
    let known: BTreeSet<&str> =
        MAKES_IT.into_iter().chain(OWN_CHOICE).chain(SAYS_IT).chain(MOVES_IT).collect();
    assert_eq!(without, known, "take `expectedVersion`, or say here why not");
    house.finish().await;
}

/// Where it can be done, if not in a dialogue.
const ELSEWHERE: [(&str, &str); 3] =
    [("returnNeed", "IN_REVIEW"), ("resumeNeed", "ON_HOLD"), ("announceCompetition", "TO_PROCUREMENT")];

async fn entries(house: &House) -> u64 {
    entity::record_entry::Entity::find().count(house.app.db.product()).await.unwrap()
}

#[tokio::test]
async fn what_takes_no_version_is_done_once() {
    // As for `authz`: the engine has no say in it, and each deed wants a fresh copy.
    if House::is_on_postgres() {
        return;
    }
    let mut wrong = Vec::new();
    for state in ["IN_DIALOGUE"].into_iter().chain(ELSEWHERE.map(|(_, state)| state)) {
        let stage = Box::pin(Stage::in_state(state)).await;
        let of_state =
            |m: &&str| ELSEWHERE.iter().find(|(n, _)| n == m).map_or("IN_DIALOGUE", |(_, s)| s) == state;
        let (mut copy, mut api) = (stage.house.copy().await, stage.house.api());
        for mutation in MOVES_IT.into_iter().chain(SAYS_IT).filter(of_state) {
            api = api.over(&copy);
            let mut first = None;
            for (persona, actor) in &stage.personas {
                let Some(input) = input(mutation, &stage, persona) else { continue };
                if attempt(&copy, &api, actor, mutation, input.clone()).await == DONE {
                    first = Some((actor, input));
                    break;
                }
            }
            let (actor, input) = first.unwrap_or_else(|| panic!("nobody may {mutation} while {state}"));
            let before = entries(&copy).await;
            let again = attempt(&copy, &api, actor, mutation, input).await;
            let is_right = if SAYS_IT.contains(&mutation) {
                again == DONE && entries(&copy).await == before
            } else {
                ["WRONG_STATE", "NOT_REGISTERED", "NOT_FOUND", "ALREADY", "DIALOGUE_CLOSED"]
                    .iter()
                    .any(|code| again.starts_with(code))
            };
            if !is_right {
                wrong.push(format!("{mutation}: {again}"));
            }
            copy = stage.house.copy().await;
        }
        stage.house.finish().await;
    }
    assert_eq!(wrong, Vec::<String>::new(), "done twice, though nobody says what they had read");
}
