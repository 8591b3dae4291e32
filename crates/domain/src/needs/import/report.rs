//! What was taken from a notice and what was not, for who works with the draft.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::{Need, policy};
use super::draft::api_names;
use crate::organisations::Organisation;
use crate::ports::NoticeDraft;
use crate::{Actor, Result};

/// The report of the latest import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportReport {
    /// `pin-only`, `pmc`, `cn-standard`, ….
    pub notice_type: String,
    /// The notice's subtype, if it states one.
    pub notice_subtype: Option<String>,
    /// Fields that the notice filled, by their names in the API.
    pub filled: Vec<String>,
    /// Fields that it would have changed, had they not been edited by hand.
    pub kept: Vec<String>,
    /// The notice's other buyers: possible partners.
    pub other_buyers: Vec<OtherBuyer>,
    /// What has no place in a need.
    pub unmapped: Vec<Unmapped>,
    /// What the notice said, by stored field: what differs from it was edited by hand.
    pub(super) imported: Map<String, Value>,
}

/// A buyer of the notice beside the need's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherBuyer {
    /// Its name.
    pub name: String,
    /// Its organisation number, as far as it is a valid one.
    pub organisation_number: Option<String>,
}

/// A text of the notice that has no place in a need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmapped {
    /// Where it stands in the file.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl Unmapped {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Whether somebody wrote it to be read, so that it may belong in the need;
    /// the rest are codes, addresses and identifiers.
    pub fn is_prose(&self) -> bool {
        self.text.split_whitespace().nth(3).is_some()
    }
}

impl ImportReport {
    pub(super) fn new(
        notice: &NoticeDraft,
        buyer: &Organisation,
        unmapped: Vec<Unmapped>,
        imported: Map<String, Value>,
        kept: Vec<String>,
    ) -> Self {
        let others = notice.buyers.iter().filter(|b| b.organisation_number != buyer.organisation_number);
        Self {
            notice_type: notice.notice_type.clone(),
            notice_subtype: notice.notice_subtype.clone(),
            filled: api_names(imported.keys()),
            kept,
            other_buyers: others
                .map(|b| OtherBuyer {
                    name: b.name.clone(),
                    organisation_number: b.organisation_number.as_ref().map(ToString::to_string),
                })
                .collect(),
            unmapped,
            imported,
        }
    }
}

/// The report of a draft that was made from a notice, for those who read the draft.
pub fn import_report(actor: &Actor, need: &Need) -> Result<Option<ImportReport>> {
    if policy::reads_internals(actor, need) { stored(need) } else { Ok(None) }
}

pub(super) fn stored(need: &Need) -> Result<Option<ImportReport>> {
    Ok(need.import_report.clone().map(serde_json::from_value).transpose()?)
}
