//! Hashes that both engines, both directions and any JSON library agree on.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::RecordEntry;
use crate::keys::mac;

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
pub(crate) fn chain(entry: &RecordEntry, position: i64, sequence: i64, previous: &str) -> String {
    let content = said(entry);
    let (tag, position, sequence) =
        (entry.tag.clone().unwrap_or_default(), position.to_string(), sequence.to_string());
    let mut parts = vec!["entry", previous];
    parts.extend(content.iter().map(String::as_str));
    parts.extend([tag.as_str(), &position, &sequence]);
    digest(&parts)
}

/// The running hash over all sealed entries in order, one entry further.
pub(crate) fn run_on(running: &str, entry: &str) -> String {
    digest(&["record", running, entry])
}

/// The tag of an entry under the installation's key: the program writes it with
/// the entry, and nobody can who has only the database.
pub(crate) fn tag(key: &[u8; 32], entry: &RecordEntry) -> String {
    let content = said(entry);
    let parts: Vec<&[u8]> = content.iter().map(String::as_bytes).collect();
    hex::encode(mac(key, &parts))
}

/// Whether the program wrote the entry as it is.
pub(crate) fn is_ours(key: &[u8; 32], entry: &RecordEntry) -> bool {
    entry.tag.as_deref() == Some(tag(key, entry).as_str())
}

/// Everything that an entry says, before it has a place.
fn said(entry: &RecordEntry) -> [String; 13] {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let id = |id: Option<uuid::Uuid>| id.map(|i| i.to_string()).unwrap_or_default();
    [
        entry.id.to_string(),
        entry.stream.clone(),
        entry.kind.as_str().to_owned(),
        id(entry.actor_person_id.map(|p| p.0)),
        id(entry.actor_organisation_id.map(|o| o.0)),
        or_empty(&entry.actor_role),
        entry.occurred_at.timestamp_micros().to_string(),
        entry.audience.as_str().to_owned(),
        or_empty(&entry.named_organisations),
        canonical(&entry.payload),
        or_empty(&entry.subject_kind),
        id(entry.subject_id),
        or_empty(&entry.content_hash),
    ]
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
