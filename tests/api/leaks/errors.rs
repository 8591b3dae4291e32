//! What is hidden and what was never there are refused in the same words: neither a code,
//! nor a text, nor which of several mistakes comes first tells the one from the other.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Actor;
use serde_json::{Value, json};
use tests::{Api, House};

use super::crawl::nothing;
use crate::authz::{Stage, input, mutations};

/// Who has nothing to do with the dialogue but to read what is public.
const STRANGERS: [&str; 4] = ["visitor", "administrator", "outsider", "neighbour"];
/// What they may know of in a dialogue; everything else, and all of a draft, is hidden.
const PUBLIC: [&str; 13] = [
    "need",
    "event",
    "begun",
    "closed",
    "held",
    "attachment",
    "buyer",
    "partner",
    "neighbour",
    "uninvited",
    "supplier",
    "claimed",
    "suspended",
];

#[tokio::test]
async fn what_is_hidden_is_refused_as_if_it_were_not_there() {
    let mut wrong = Vec::new();
    for state in ["DRAFT", "IN_DIALOGUE"] {
        let stage = Box::pin(Stage::in_state(state)).await;
        let api = stage.house.api();
        for mutation in mutations(&api).await {
            for (persona, actor) in stage.personas.iter().filter(|(name, _)| STRANGERS.contains(name)) {
                let Some(right) = input(&mutation, &stage, persona) else { continue };
                let hidden = |id: &Value| {
                    let known =
                        stage.ids.iter().find(|(_, known)| *known == id).map(|(name, _)| name.as_str());
                    let is_own = known.is_some_and(|name| name.ends_with(&format!("-{persona}")));
                    let is_known = known.is_some_and(|name| {
                        PUBLIC.contains(&name)
                            && (state != "DRAFT" || !["need", "attachment"].contains(&name))
                    });
                    known.is_some() && !is_own && !is_known
                };
                let Some(absent) = without(&right, &hidden) else { continue };
                for (right, absent) in variants(&right, &absent) {
                    let one = told(&api, actor, &mutation, &right).await;
                    let other = told(&api, actor, &mutation, &absent).await;
                    if one != other {
                        wrong.push(format!(
                            "{state}: {persona} tries {mutation} {right}:\n  {one}\n  but of nothing {other}"
                        ));
                    }
                }
            }
        }
        stage.house.finish().await;
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The input with the hidden ids replaced by one that nothing has; none if it has no such id.
fn without(right: &Value, hidden: &dyn Fn(&Value) -> bool) -> Option<Value> {
    let mut absent = right.clone();
    let mut is_changed = false;
    for value in absent.as_object_mut()?.values_mut() {
        let ids = match value {
            Value::Array(items) => items.iter_mut().collect(),
            one => vec![one],
        };
        for id in ids.into_iter().filter(|id| hidden(id)) {
            let code = URL_SAFE_NO_PAD.decode(id.as_str()?).ok()?;
            let (of, _) = std::str::from_utf8(&code).ok()?.split_once(':')?;
            *id = super::crawl::id(of, nothing());
            is_changed = true;
        }
    }
    is_changed.then_some(absent)
}

/// The pair itself, and with each other word left out: what else is wrong may be told first.
fn variants(right: &Value, absent: &Value) -> Vec<(Value, Value)> {
    let mut pairs = vec![(right.clone(), absent.clone())];
    for (name, value) in right.as_object().into_iter().flatten() {
        if value.is_string() && absent[name] == *value && !name.ends_with("Id") && !name.ends_with("At") {
            let is_choice =
                value.as_str().is_some_and(|text| text.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
            if is_choice {
                continue;
            }
            let (mut one, mut other) = (right.clone(), absent.clone());
            one[name] = json!("");
            other[name] = json!("");
            pairs.push((one, other));
        }
    }
    let (mut one, mut other) = (right.clone(), absent.clone());
    one["expectedVersion"] = json!(99);
    other["expectedVersion"] = json!(99);
    pairs.push((one, other));
    pairs
}

/// The whole answer, as text; a version that this mutation does not take is none.
async fn told(api: &Api, actor: &Actor, mutation: &str, input: &Value) -> String {
    let (first, rest) = mutation.split_at(1);
    let document = format!(
        "mutation($input: {}{rest}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code message path }} }} }}",
        first.to_uppercase()
    );
    let answer = api.run(actor, &document, json!({ "input": input })).await;
    if answer["errors"].is_null() {
        answer["data"].to_string()
    } else {
        answer["errors"][0]["extensions"].to_string()
    }
}

#[tokio::test]
async fn an_id_of_another_type_is_told_as_such_whether_it_exists_or_not() {
    let house = House::new().await;
    let officer = house.officer().await;
    let need = graphql::encode(types::NeedId(nothing()));
    let own = graphql::encode(officer.organisation_id().unwrap());
    let none = graphql::encode(types::OrganisationId(nothing()));
    let api = house.api();
    let mut told_of = Vec::new();
    for id in [own, none] {
        told_of.push(told(&api, &officer, "submitNeed", &json!({ "needId": id })).await);
    }
    assert_eq!(told_of[0], told_of[1]);
    assert!(told(&api, &officer, "submitNeed", &json!({ "needId": need })).await.contains("NOT_FOUND"));
    house.finish().await;
}

#[tokio::test]
async fn whether_a_mailbox_is_known_is_told_neither_by_words_nor_by_work() {
    let house = House::new().await;
    let (app, visitor) = (&house.app, Actor::default());
    house.person("kjent@example.no").await;
    let administrator = "sjef@example.no".parse().unwrap();
    domain::accounts::make_administrator(app, &administrator, None, types::Language::Nb).await.unwrap();
    let document = "mutation($input: StartSignInInput!) { startSignIn(input: $input) {
        attempt { attempt expiresAt } userErrors { code message path } } }";
    let proof = "mutation($input: CompleteSignInInput!) { completeSignIn(input: $input) {
        signedIn { accessToken } userErrors { code message path } } }";
    let api = house.api();
    let mut told = Vec::new();
    for mailbox in ["kjent@example.no", "sjef@example.no", "ukjent@example.no", "andre@ukjent.example.no"] {
        // Counted, for a clock would measure the machine.
        let before = app.db.statements();
        let mut begun = api.run(&visitor, document, json!({ "input": { "email": mailbox } })).await;
        let beginning = app.db.statements() - before;
        let attempt = begun["data"]["startSignIn"]["attempt"]["attempt"].take();
        let length = attempt.as_str().unwrap().len();
        let before = app.db.statements();
        let wrong = json!({ "input": { "attempt": attempt, "code": "AAAA-BBBB" } });
        let refused = api.run(&visitor, proof, wrong).await;
        told.push((beginning, begun, length, app.db.statements() - before, refused));
    }
    assert!(told.iter().all(|each| *each == told[0]), "{told:#?}");
    assert_eq!(told[0].4["data"]["completeSignIn"]["userErrors"][0]["code"], "INVALID_CODE");
    house.work().await;
    assert_eq!(house.mail.sent().len(), 5, "a letter to each, and one for the person's own sign-in");
    house.finish().await;
}
