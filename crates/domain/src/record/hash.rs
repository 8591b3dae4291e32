//! Hashes that both engines, both directions and any JSON library agree on.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// JSON with sorted keys and no white space.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// SHA-256 over length-prefixed parts, in hexadecimal.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex::encode(hasher.finalize())
}

/// The hash of content under its salt.
pub(crate) fn content(salt: &str, value: &Value) -> String {
    digest(&["content", salt, &canonical(value)])
}

/// The hash of a sealed entry: everything that never changes, and the chain.
pub(crate) fn chain(
    entry: &entity::record_entry::Model,
    position: i64,
    sequence: i64,
    previous: &str,
) -> String {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let id = |id: Option<uuid::Uuid>| id.map(|i| i.to_string()).unwrap_or_default();
    digest(&[
        "entry",
        previous,
        &entry.id.to_string(),
        &entry.stream,
        entry.kind.as_str(),
        &id(entry.actor_person_id.map(|p| p.0)),
        &id(entry.actor_organisation_id.map(|o| o.0)),
        &or_empty(&entry.actor_role),
        &entry.occurred_at.timestamp_micros().to_string(),
        entry.audience.as_str(),
        &or_empty(&entry.named_organisations),
        &canonical(&entry.payload),
        &or_empty(&entry.subject_kind),
        &id(entry.subject_id),
        &or_empty(&entry.content_hash),
        &position.to_string(),
        &sequence.to_string(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_json_sorts_at_every_depth() {
        let value: Value = serde_json::from_str(r#"{"b":[{"z":1,"a":null}],"a":"x\"y"}"#).unwrap();
        assert_eq!(canonical(&value), r#"{"a":"x\"y","b":[{"a":null,"z":1}]}"#);
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
    }
}
