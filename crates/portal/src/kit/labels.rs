//! Lets the list of errors, which stands above the fields, name them.
//!
//! The list leaves a mark for each error; every field tells its label while it
//! is rendered; when the page is whole, marks become links with labels. An
//! error whose field is not on the page stays plain text, no dead link.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use askama::filters::HtmlSafe;

use super::form;

/// Private-use characters: where an error begins and ends. Text of users that
/// holds them names no field, so it passes unchanged.
const BEGIN: char = '\u{E010}';
const MIDDLE: char = '\u{E011}';
const END: char = '\u{E012}';

/// The fields of one page: name and label.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels(Arc<Mutex<Vec<(String, String)>>>);

impl Labels {
    /// A field says that it is there.
    pub(super) fn introduce(&self, name: &str, label: &str) {
        let mut labels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        labels.push((name.to_owned(), label.to_owned()));
    }

    /// Turns the marks of a whole page into links.
    pub(super) fn resolve(&self, page: String) -> String {
        if !page.contains(BEGIN) {
            return page;
        }
        let labels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::with_capacity(page.len());
        let mut rest = page.as_str();
        while let Some((before, mark)) = rest.split_once(BEGIN) {
            out.push_str(before);
            let Some((name, after)) = mark.split_once(MIDDLE) else {
                rest = mark;
                continue;
            };
            let Some((message, after)) = after.split_once(END) else {
                rest = mark;
                continue;
            };
            let found = labels.iter().find(|(field, _)| form::is_at(name, field));
            match found {
                Some((field, label)) => {
                    let label = label.trim_end_matches(['?', '.', ':']);
                    let label = askama::filters::escape(label, askama::filters::Html);
                    let label = label.map(|l| l.to_string()).unwrap_or_default();
                    let id = form::id(field);
                    let _ = write!(out, "<a class=\"ds-link\" href=\"#{id}\">{label}: {message}</a>");
                }
                None => out.push_str(message),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// Where an error of the list begins.
pub(super) struct Begin<'f>(pub(super) &'f str);

impl fmt::Display for Begin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BEGIN}{}{MIDDLE}", self.0)
    }
}

/// Where it ends.
pub(super) struct End;

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{END}")
    }
}

impl HtmlSafe for End {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_field_and_one_without_a_field_is_plain() {
        let labels = Labels::default();
        labels.introduce("questions.0.text", "What & why?");
        labels.introduce("cpvCodes", "CPV codes");
        let error = |name: &str| format!("<li>{}Write it.{End}</li>", Begin(name));
        let page = error("questions.0.text") + &error("cpvCodes.3") + &error("elsewhere") + "\u{E010}x";
        assert_eq!(
            labels.resolve(page),
            "<li><a class=\"ds-link\" href=\"#questions-0-text\">What &#38; why: Write it.</a></li>\
             <li><a class=\"ds-link\" href=\"#cpvCodes\">CPV codes: Write it.</a></li>\
             <li>Write it.</li>x"
        );
    }
}
