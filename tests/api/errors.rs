//! `docs/api/errors.md` tells of every code, and what it tells is true: its table is made here.
//! `SAMSPILL_BLESS=1` writes it anew.

use std::collections::BTreeMap;
use std::path::Path;

use domain::Actor;
use serde_json::json;
use tests::House;
use types::ErrorCode;

/// Codes that have a status of their own, told before anything runs; any other comes with 200.
const STATUS: [(ErrorCode, &str); 17] = [
    (ErrorCode::Unauthenticated, "401¹"),
    (ErrorCode::ScopeMissing, "400²"),
    (ErrorCode::RateLimited, "429¹"),
    (ErrorCode::QueryTooLarge, "400²"),
    (ErrorCode::TokenInUrl, "400"),
    (ErrorCode::MethodNotAllowed, "405"),
    (ErrorCode::NotAcceptable, "406"),
    (ErrorCode::UnsupportedMediaType, "415"),
    (ErrorCode::TooManyConnections, "429, 503"),
    (ErrorCode::BadUserInput, "400¹"),
    (ErrorCode::GraphqlParseFailed, "400²"),
    (ErrorCode::GraphqlValidationFailed, "400²"),
    (ErrorCode::IntrospectionDisabled, "400²"),
    (ErrorCode::BodyTooLarge, "413"),
    (ErrorCode::IdempotencyKeyReused, "422"),
    (ErrorCode::IdempotencyKeyInUse, "409"),
    (ErrorCode::IdempotencyKeyRefused, "400"),
];

/// Codes after which the same request may go well; any other stays as it is until something changes.
const PASSING: [(ErrorCode, &str); 6] = [
    (ErrorCode::ReauthenticationRequired, "after signing in once more"),
    (ErrorCode::RateLimited, "after `retryAfter`"),
    (ErrorCode::TooManyConnections, "after `retryAfter`"),
    (ErrorCode::IdempotencyKeyInUse, "soon"),
    (ErrorCode::Unavailable, "soon"),
    (ErrorCode::Internal, "once"),
];

fn cell<'c>(known: &[(ErrorCode, &'c str)], code: ErrorCode, other: &'c str) -> &'c str {
    known.iter().find(|(one, _)| *one == code).map_or(other, |(_, words)| words)
}

/// What people are told, with `…` where something of the case stands.
fn told(code: ErrorCode) -> String {
    let key = format!("error-{} = ", code.as_str().to_lowercase().replace('_', "-"));
    let texts = include_str!("../../crates/i18n/locales/en/errors.ftl");
    let text = texts.lines().find_map(|line| line.strip_prefix(&key)).unwrap();
    let mut pieces = text.split("{ $");
    let first = pieces.next().unwrap().to_owned();
    pieces.fold(first, |told, piece| format!("{told}…{}", piece.split_once('}').unwrap().1))
}

fn table(meanings: &BTreeMap<String, String>) -> String {
    let head = "| code | meaning | what people are told | status | again |\n|---|---|---|---|---|\n";
    let row = |code: &ErrorCode| {
        let (status, again) = (cell(&STATUS, *code, "200"), cell(&PASSING, *code, "no"));
        let (name, meaning) = (code.as_str(), meanings[code.as_str()].replace('\n', " "));
        format!("| `{name}` | {meaning} | {} | {status} | {again} |\n", told(*code))
    };
    let rows: Vec<String> = ErrorCode::ALL.iter().map(row).collect();
    format!("{head}{}", rows.concat())
}

#[tokio::test]
async fn the_document_of_errors_tells_of_every_code_as_it_is() {
    let house = House::new().await;
    let asked = r#"{ __type(name: "ErrorCode") { enumValues { name description } } }"#;
    let mut answer = house.api().ask(&Actor::default(), asked, json!({})).await;
    let values = answer["__type"]["enumValues"].take();
    let text = |value: &serde_json::Value| value.as_str().unwrap().trim().to_owned();
    let meanings = values.as_array().unwrap().iter().map(|v| (text(&v["name"]), text(&v["description"])));
    let table = table(&meanings.collect());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api/errors.md");
    let written = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = written.split_once("| code |").unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    let made = format!("{before}{table}\n{after}");
    if std::env::var_os("SAMSPILL_BLESS").is_some() {
        std::fs::write(&file, made).unwrap();
    } else {
        assert!(made == written, "the table is another one: bless it, and look at the difference");
    }
    house.finish().await;
}
