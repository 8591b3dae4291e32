//! JSON as RFC 8259 wants it, and no more: names of an object are unique.
//!
//! Two parsers that choose differently between two values of one name are two
//! opinions about what was asked for, so nothing is chosen. Depth is limited by
//! the parser itself, at 128.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Number, Value};

/// Reads one value; else says what is wrong and where, in words of ours.
pub(super) fn read(bytes: &[u8]) -> Result<Value, String> {
    // Told apart by us: the parser's own words are not for others.
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err("begins with a byte order mark".to_owned());
    }
    if std::str::from_utf8(bytes).is_err() {
        return Err("is not UTF-8".to_owned());
    }
    let strict: Result<Strict, _> = serde_json::from_slice(bytes);
    strict.map(|Strict(value)| value).map_err(|error| {
        let what = match error.classify() {
            Category::Eof => "ends too early",
            Category::Data => "has a name twice in one object",
            Category::Syntax | Category::Io => "is no JSON, or is nested too deeply",
        };
        format!("{what} (line {}, column {})", error.line(), error.column())
    })
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Seed.deserialize(deserializer).map(Self)
    }
}

struct Seed;

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Seed)? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(Seed)?;
            if all.insert(name, value).is_some() {
                return Err(A::Error::custom("a name twice"));
            }
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_json_is_read_as_it_is() {
        let text = r#" {"a":[1,-2,1.5,true,null,"å\u00e5"],"b":{"a":{}}} "#;
        let expected = json!({ "a": [1, -2, 1.5, true, null, "åå"], "b": { "a": {} } });
        assert_eq!(read(text.as_bytes()), Ok(expected));
    }

    #[test]
    fn what_is_not_is_refused_in_words_of_ours() {
        let deep = [b"[".repeat(200), b"]".repeat(200)].concat();
        let cases: [(&[u8], &str); 9] = [
            (b"", "ends too early"),
            (b"{\"a\":", "ends too early"),
            (b"{} {}", "is no JSON"),
            (b"{'a':1}", "is no JSON"),
            (b"{\"a\":1,\"b\":{\"c\":1,\"c\":1}}", "has a name twice"),
            (b"\xef\xbb\xbf{}", "begins with a byte order mark"),
            (b"{\"a\":\"\xf8\"}", "is not UTF-8"),
            (b"\"\\ud800\"", "is no JSON"),
            (&deep, "nested too deeply"),
        ];
        for (bytes, words) in cases {
            let told = read(bytes).expect_err("refused");
            assert!(told.contains(words), "{:?}: {told}", String::from_utf8_lossy(bytes));
        }
    }
}
