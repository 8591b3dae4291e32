//! In whose name a form is sent.
//!
//! Every form of a page carries the mark of who is signed in and for whom: a
//! keyed hash of the API, which says nothing to the next person at the machine.
//! A form that comes back under another mark (somebody else has signed in
//! meanwhile, or another organisation is acted for) is not sent; a page asks.

use std::fmt::Write as _;

use super::Visitor;

/// The hidden field.
pub(super) const FIELD: &str = "_typist";

/// Where who one is, or for whom one acts, is what the form is about.
const CHOICES: [&str; 3] = ["/act-as", "/login", "/logout"];

/// Puts the mark into each form of a page that is posted; a form with
/// `data-typist` has its own.
pub(super) fn sign(page: String, mark: Option<&str>) -> String {
    let Some(mark) = mark.filter(|_| page.contains("method=\"post\"")) else { return page };
    let mut out = String::with_capacity(page.len() + 256);
    let mut rest = page.as_str();
    while let Some(at) = rest.find("<form") {
        // Values in a tag are escaped, so that this is its end.
        let Some(end) = rest[at..].find('>').map(|end| at + end + 1) else { break };
        let tag = &rest[at..end];
        out.push_str(&rest[..end]);
        if tag.contains("method=\"post\"") && !tag.contains("data-typist") {
            // Writing into a string can't fail.
            let _ = write!(out, "<input type=\"hidden\" name=\"{FIELD}\" value=\"{mark}\">");
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Whether a form under this mark is somebody else's than who sends it.
pub(super) fn is_other(v: &Visitor, mark: &str) -> bool {
    let is_choice = CHOICES.iter().any(|path| v.is_under(path));
    !is_choice && v.viewer().is_some_and(|viewer| viewer.form_mark != mark)
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn each_form_that_is_posted_carries_the_mark() {
        let page = "<form class=\"a\" method=\"post\"><form action=\"/b\"><form method=\"post\" data-typist>";
        let hidden = "<input type=\"hidden\" name=\"_typist\" value=\"m\">";
        let signed = page.replacen("\"post\">", &format!("\"post\">{hidden}"), 1);
        assert_eq!(sign(page.to_owned(), Some("m")), signed);
        assert_eq!(sign(page.to_owned(), None), page);
    }
}
