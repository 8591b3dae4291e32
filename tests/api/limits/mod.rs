//! What one may ask of the API at once, and what is answered to more.

mod documents;
mod nulls;
mod numbers;
mod throttle;

use std::path::{Path, PathBuf};

use async_graphql::Request;
use domain::Actor;
use graphql::ApiSettings;
use serde_json::Value;
use tests::House;
use types::Language;

/// Asks as a visitor from outside; the whole answer.
async fn ask(house: &House, document: &str) -> Value {
    let api = house.outside(ApiSettings::default());
    let answer = api.execute(Request::new(document), &Actor::anonymous(Language::Nb)).await;
    serde_json::to_value(answer).unwrap()
}

/// What the first error says to programs.
fn refusal(answer: &Value) -> Value {
    answer["errors"][0]["extensions"].clone()
}

/// All documents below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else if entry.path().extension().is_some_and(|e| e == "graphql") {
            found.push(entry.path());
        }
    }
    found
}
