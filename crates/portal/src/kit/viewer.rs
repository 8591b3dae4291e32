//! What the frame of every page needs to know: who is signed in, for whom.

use serde::Deserialize;
use types::{OrganisationKind, Role, Time};

use super::{Api, PageError, RequestData};

/// Asked once for each page. The one document that is not typed by the
/// schema, since it is the frame around all that are; a test runs it.
const QUERY: &str = include_str!("shell.graphql");

/// What the frame shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ShellData {
    /// Who is signed in, if anybody.
    pub viewer: Option<Viewer>,
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Viewer {
    /// Name, as the person gave it; may be empty.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// What forms carry; see `typist`.
    pub form_mark: String,
    /// Whether the person runs the installation.
    pub platform_administrator: bool,
    /// For whom the person acts.
    pub acting: Option<Acting>,
}

/// For whom somebody acts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Acting {
    /// The organisation.
    pub organisation: ActingOrganisation,
    /// What the person may do for it.
    pub roles: Vec<Role>,
}

/// The organisation that somebody acts for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActingOrganisation {
    /// Global id.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Since when it is suspended; then it may be read for, and nothing done.
    pub suspended_at: Option<Time>,
    /// Why.
    pub suspension_reason: Option<String>,
}

impl Viewer {
    /// The name, or the address where there is none.
    pub fn shown_name(&self) -> &str {
        if self.name.trim().is_empty() { &self.email } else { &self.name }
    }
}

/// Asks for the frame's data.
pub(super) async fn load(api: &Api, caller: Option<&RequestData>) -> Result<ShellData, PageError> {
    api.text(caller, QUERY).await
}
