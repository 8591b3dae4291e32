//! Whom the person chose to represent: `authorization_details` (RFC 9396), in the shapes
//! of Ansattporten (<https://docs.digdir.no/docs/ansattporten/ansattporten_rar.html>).
//!
//! - `ansattporten:altinn:resource`: `authorized_parties[].orgno.ID`
//! - `ansattporten:orgno`: the same, or, as it was first, `orgno.ID`
//! - `ansattporten:altinn:service`: `reportees[].ID`
//!
//! An id is an ISO 6523 identifier, `0192:` and the organisation number. A person may
//! choose to represent nobody but himself; then there is only the type.

use serde::Deserialize;
use serde_json::Value;
use types::OrganisationNumber;

/// More than anybody chooses.
const MOST: usize = 50;

#[derive(Deserialize)]
struct Detail {
    r#type: String,
    orgno: Option<Id>,
    #[serde(default)]
    authorized_parties: Vec<Party>,
    #[serde(default)]
    reportees: Vec<Id>,
}

#[derive(Deserialize)]
struct Party {
    orgno: Option<Id>,
}

#[derive(Deserialize)]
struct Id {
    #[serde(rename = "ID")]
    id: String,
}

/// The organisations in what a service granted, of the types that were asked for.
pub(super) fn organisations(granted: &Value, asked: &Value) -> Vec<OrganisationNumber> {
    let types: Vec<&str> = list(asked).filter_map(|detail| detail["type"].as_str()).collect();
    let mut found: Vec<OrganisationNumber> = Vec::new();
    // One that can't be read takes no other along.
    for detail in list(granted).filter_map(|detail| Detail::deserialize(detail).ok()) {
        if !types.contains(&detail.r#type.as_str()) {
            continue;
        }
        let parties = detail.authorized_parties.into_iter().filter_map(|party| party.orgno);
        for id in detail.orgno.into_iter().chain(parties).chain(detail.reportees) {
            let number = id.id.strip_prefix("0192:").and_then(|number| number.parse().ok());
            if let Some(number) = number.filter(|number| !found.contains(number) && found.len() < MOST) {
                found.push(number);
            }
        }
    }
    found
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(granted: &Value) -> Vec<String> {
        let kind = granted[0]["type"].clone();
        let found = organisations(granted, &json!([{ "type": kind }]));
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_shape_that_ansattporten_documents_is_read() {
        let resource = json!([{
            "type": "ansattporten:altinn:resource",
            "resource": "urn:altinn:resource:samspill",
            "authorized_parties": [
                { "orgno": { "authority": "iso6523-actorid-upis", "ID": "0192:974760673" }, "name": "X", "unit_type": "AS" },
                { "orgno": { "authority": "iso6523-actorid-upis", "ID": "0192:942110464" } },
                { "orgno": { "authority": "iso6523-actorid-upis", "ID": "0192:974760673" } }
            ]
        }]);
        assert_eq!(read(&resource), ["974760673", "942110464"]);
        let service = json!([{
            "type": "ansattporten:altinn:service",
            "reportees": [{ "Authority": "iso6523-actorid-upis", "ID": "0192:974760673", "Rights": ["Read"] }]
        }]);
        assert_eq!(read(&service), ["974760673"]);
        let first =
            json!([{ "type": "ansattporten:orgno", "orgno": { "authority": "x", "ID": "0192:974760673" } }]);
        assert_eq!(read(&first), ["974760673"]);
        let now = json!([{ "type": "ansattporten:orgno", "authorized_parties": [{ "orgno": { "ID": "0192:974760673" } }] }]);
        assert_eq!(read(&now), ["974760673"]);
    }

    #[test]
    fn nobody_is_represented_by_what_was_not_asked_for_or_is_no_number() {
        assert!(read(&json!([{ "type": "ansattporten:orgno" }])).is_empty(), "oneself");
        for id in ["974760673", "0192:974760674", "0007:974760673", "0192:", "0192:47906701517"] {
            let granted = json!([{ "type": "ansattporten:orgno", "orgno": { "ID": id } }]);
            assert!(read(&granted).is_empty(), "{id}");
        }
        let other = json!([{ "type": "payment", "orgno": { "ID": "0192:974760673" } }]);
        assert!(organisations(&other, &json!([{ "type": "ansattporten:orgno" }])).is_empty());
        assert!(organisations(&json!("x"), &json!(null)).is_empty());
    }
}
