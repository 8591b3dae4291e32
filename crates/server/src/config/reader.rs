//! Reads settings one by one and notes what is wrong.

use std::path::Path;
use std::str::FromStr;

use figment::value::Value;

use super::{Layers, Mistake, Secret};

/// Reads from the layers.
pub(super) struct Reader<'a> {
    layers: &'a Layers,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(layers: &'a Layers) -> Self {
        Self { layers, mistakes: layers.mistakes.clone() }
    }

    /// Where a setting's value comes from.
    pub(super) fn source(&self, path: &str) -> Option<String> {
        self.layers.figment.find_metadata(path).map(|m| m.name.to_string())
    }

    pub(super) fn wrong(&mut self, path: &str, what: impl Into<String>) {
        let source = self.source(path);
        self.mistakes.push(Mistake { setting: path.to_owned(), source, what: what.into() });
    }

    /// A value of whatever shape, if there is one.
    pub(super) fn value(&self, path: &str) -> Option<Value> {
        self.layers.figment.find_value(path).ok()
    }

    /// A value as text, if there is one that is not empty.
    pub(super) fn text(&mut self, path: &str) -> Option<String> {
        let text = match self.layers.figment.find_value(path).ok()? {
            Value::String(_, text) => text,
            Value::Char(_, c) => c.to_string(),
            Value::Bool(_, flag) => flag.to_string(),
            Value::Num(_, number) => match (number.to_i128(), number.to_u128(), number.to_f64()) {
                (Some(n), _, _) => n.to_string(),
                (_, Some(n), _) => n.to_string(),
                (_, _, Some(n)) => n.to_string(),
                _ => return None,
            },
            _ => {
                self.wrong(path, "must be a single value");
                return None;
            }
        };
        let text = text.trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// A secret, or what the file named in `<path>_file` holds.
    pub(super) fn secret(&mut self, path: &str) -> Option<Secret> {
        let file = format!("{path}_file");
        match (self.text(path), self.text(&file)) {
            (Some(_), Some(_)) => {
                self.wrong(&file, format!("{path} is set as well; keep one of them"));
                None
            }
            (Some(value), None) => Some(Secret::new(value)),
            (None, Some(name)) => match std::fs::read_to_string(Path::new(&name)) {
                Ok(value) => Some(Secret::new(value.trim_end_matches(['\r', '\n']).to_owned())),
                Err(why) => {
                    self.wrong(&file, format!("{name} can't be read: {why}"));
                    None
                }
            },
            (None, None) => None,
        }
    }

    /// A value of a type; `right` says what would be right.
    pub(super) fn parse<T: FromStr>(&mut self, path: &str, right: &str) -> Option<T> {
        let text = self.text(path)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.wrong(path, format!("`{text}` is not {right}"));
        }
        value
    }

    /// One of a few words; the first where nothing is said.
    pub(super) fn word<T: Copy>(&mut self, path: &str, words: &[(&str, T)]) -> Option<T> {
        let Some(text) = self.text(path) else { return words.first().map(|w| w.1) };
        let found = words.iter().find(|w| w.0.eq_ignore_ascii_case(&text)).map(|w| w.1);
        if found.is_none() {
            let all: Vec<&str> = words.iter().map(|w| w.0).collect();
            self.wrong(path, format!("`{text}` is not one of {}", all.join(", ")));
        }
        found
    }
}
