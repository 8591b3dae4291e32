//! Two people wrote the same: who saved meanwhile, when, and what to do.

use askama::Template;
use askama::filters::HtmlSafe;

use super::operations::types::DateTime;
use super::{PageError, Visitor};

crate::operations! { "../../graphql/operations/last_saved.graphql": LastSaved }

/// What two people wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// The object with the id.
    Itself,
    /// The summary of the need with the id.
    Summary,
}

/// What stands above a form that somebody else was faster to save. What was
/// typed stays in the fields, with the version that is saved now, so that
/// saving again is a choice; [`super::Form::beside`] shows what that replaces.
#[derive(Template)]
#[template(path = "kit/stale.html")]
pub(crate) struct Stale {
    v: Visitor,
    by: Option<String>,
    at: Option<DateTime>,
    /// Where the saved text is read, in a window of its own.
    link: Option<String>,
}

impl HtmlSafe for Stale {}

impl Stale {
    /// Of the object with this id.
    pub(crate) async fn of(v: &Visitor, id: &str, what: Written) -> Result<Self, PageError> {
        use last_saved::LastSavedNode as Node;
        let found = v.run::<LastSaved>(last_saved::Variables { id: id.to_owned() }).await?.node;
        let saved = match found {
            Some(Node::Need(need)) if what == Written::Summary => {
                need.summary_draft.map(|draft| (draft.last_saved.by, draft.last_saved.at))
            }
            Some(Node::Need(need)) => need.last_saved.map(|saved| (saved.by, saved.at)),
            Some(Node::Event(event)) => event.last_saved.map(|saved| (saved.by, saved.at)),
            Some(Node::Response(response)) => response.last_saved.map(|saved| (saved.by, saved.at)),
            _ => None,
        };
        let (by, at) = saved.map_or((None, None), |(by, at)| (by, Some(at)));
        Ok(Self { v: v.clone(), by, at, link: None })
    }

    /// Where the saved text is read.
    #[must_use]
    pub(crate) fn link(mut self, path: &str) -> Self {
        self.link = Some(self.v.href(path));
        self
    }
}
