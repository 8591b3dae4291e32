//! Cursors. One holds a place in a list, and says which list: it fits the same
//! list with the same filter in the same order, and no other, where it would
//! leave things out in silence. It is opaque, not secret: whoever forges one
//! reads from another place what it may read anyway.

use async_graphql::{Context, Value};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

/// The list that a field gives: its name, and all arguments but the page's.
pub(super) fn list_of(ctx: &Context<'_>) -> u64 {
    let field = ctx.field();
    let arguments = field.arguments().unwrap_or_default();
    let mut parts: Vec<String> = arguments
        .iter()
        .filter(|(name, _)| !["first", "after"].contains(&name.as_str()))
        .filter_map(|(name, value)| Some(format!("{name}:{}", plain(value)?)))
        .collect();
    parts.sort();
    digest(&format!("{}({})", field.name(), parts.join(" ")))
}

/// A value in one way of writing: what chooses nothing is not there, one item
/// is the list of it, and the order of fields says nothing.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Enum(name) => Some(format!("{:?}", name.as_str())),
        Value::String(text) => Some(format!("{text:?}")),
        Value::List(items) => {
            let items: Vec<String> = items.iter().filter_map(plain).collect();
            (!items.is_empty()).then(|| items.join(","))
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, value)| Some(format!("{name}:{}", plain(value)?)));
            let mut fields: Vec<String> = fields.collect();
            fields.sort();
            (!fields.is_empty()).then(|| format!("{{{}}}", fields.join(" ")))
        }
        other => Some(other.to_string()),
    }
}

/// FNV-1a: the same on every node and in every version.
fn digest(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The cursor of a place in a list.
pub(super) fn seal(list: u64, place: &str) -> String {
    BASE64.encode([&list.to_be_bytes(), place.as_bytes()].concat())
}

/// The place that a cursor holds, if it is of this list.
pub(super) fn open(list: u64, cursor: &str) -> Option<String> {
    let bytes = BASE64.decode(cursor).ok()?;
    let place = bytes.strip_prefix(&list.to_be_bytes())?;
    String::from_utf8(place.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::value;

    #[test]
    fn a_cursor_opens_in_its_own_list_alone() {
        let cursor = seal(digest("needs()"), "1_x");
        assert_eq!(open(digest("needs()"), &cursor).as_deref(), Some("1_x"));
        for (list, cursor) in
            [("events()", cursor.as_str()), ("needs()", "🙂"), ("needs()", "AAAA"), ("needs()", "")]
        {
            assert_eq!(open(digest(list), cursor), None, "{list} {cursor}");
        }
    }

    #[test]
    fn the_same_choice_is_written_in_one_way() {
        for (one, other) in [
            (value!({ "a": 1, "b": "X" }), value!({ "b": "X", "a": [1], "c": null, "d": [] })),
            (value!(["A"]), Value::Enum(async_graphql::Name::new("A"))),
            (value!({}), Value::Null),
        ] {
            assert_eq!(plain(&one), plain(&other));
        }
        assert_ne!(plain(&value!({ "a": "x b:1" })), plain(&value!({ "a": "x", "b": 1 })));
        assert_ne!(plain(&value!(["a", "b"])), plain(&value!(["a,b"])));
    }
}
