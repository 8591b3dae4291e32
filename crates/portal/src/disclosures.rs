//! The ledger: what was told to whom, who took part, and what is not shared yet.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use serde::Deserialize;

use crate::kit::operations::types::*;
use crate::kit::{Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/disclosures/ledger.graphql":
    LedgerPage, NoteDisclosure, ShareDisclosure, WaiveDisclosure
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/m/needs/{slug}/ledger", get(show))
        .route("/m/needs/{slug}/ledger/note", post(note))
        .route("/m/needs/{slug}/ledger/{id}/share", post(share))
        .route("/m/needs/{slug}/ledger/{id}/waive", post(waive))
}

type Need = ledger_page::LedgerPageNeed;
type Row = ledger_page::LedgerPageNeedDisclosures;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LedgerQuery {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "disclosures/ledger.html")]
struct LedgerTemplate {
    v: Visitor,
    /// One for all forms of the page; a row's fields end in its id.
    f: Form,
    /// The disclosure whose form was refused.
    refused: String,
    need: Need,
}

impl LedgerTemplate {
    fn new(v: &Visitor, need: Need, refused: Option<(String, Form)>) -> Self {
        let (refused, f) = refused.unwrap_or_else(|| (String::new(), Form::of(v)));
        let page = Self { v: v.clone(), f: f.clone(), refused, need };
        // What was told is proposed for what is shared.
        let others = page.unshared().into_iter().filter(|d| d.id != page.refused);
        let f = others.fold(f, |f, d| f.with(&format!("text-{}", d.id), &d.told));
        Self { f, ..page }
    }

    fn may_waive(&self) -> bool {
        self.need.viewer_can.publish
    }

    fn unshared(&self) -> Vec<&Row> {
        let all = self.need.disclosures.iter().flatten();
        all.filter(|d| d.state == DisclosureState::Unshared).collect()
    }

    fn channels(&self) -> Vec<Choice> {
        Choice::words(self.v.t, "disclosure-channel", DisclosureChannel::ALL)
    }

    /// The organisations in the dialogue, each once, by name.
    fn known(&self) -> Vec<Choice> {
        let interested =
            self.need.interest.iter().flatten().map(|i| (&i.organisation.name, &i.organisation.id));
        let took_part = self.need.participants.iter().flatten().filter_map(|p| p.organisation.as_ref());
        let all: std::collections::BTreeMap<&String, &String> =
            interested.chain(took_part.map(|o| (&o.name, &o.id))).collect();
        all.into_iter().map(|(name, id)| Choice::new(id, name)).collect()
    }

    fn told_to(row: &Row) -> String {
        let names = row.told_to.iter().map(|o| o.name.as_str());
        names.chain(row.told_to_note.as_deref()).collect::<Vec<_>>().join(", ")
    }

    fn entries(&self) -> &[ledger_page::LedgerPageNeedLedgerNodes] {
        self.need.ledger.as_ref().map_or(&[], |l| l.nodes.as_slice())
    }

    fn names(entry: &ledger_page::LedgerPageNeedLedgerNodes) -> String {
        entry.told_to.iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn next(&self) -> Option<&str> {
        let page = &self.need.ledger.as_ref()?.page_info;
        page.end_cursor.as_deref().filter(|_| page.has_next_page)
    }

    fn participants(&self) -> &[ledger_page::LedgerPageNeedParticipants] {
        self.need.participants.as_deref().unwrap_or_default()
    }
}

async fn load(v: &Visitor, slug: String, after: Option<String>) -> Result<Need, PageError> {
    v.signed_in()?;
    let need = v.run::<LedgerPage>(ledger_page::Variables { slug, after }).await?.need;
    need.filter(|n| n.viewer_can.is_owner).ok_or(PageError::NotFound)
}

async fn show(v: Visitor, Path(slug): Path<String>, Query(q): Query<LedgerQuery>) -> Page {
    let need = load(&v, slug, q.after).await?;
    v.page(&LedgerTemplate::new(&v, need, None))
}

async fn note(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug, None).await?;
    let told_at = f.moment("toldAt");
    let channel = f.read::<DisclosureChannel>("channel");
    for (name, is_there) in [("toldAt", told_at.is_some()), ("channel", channel.is_some())] {
        if !is_there && f.error(name).is_none() {
            f.fail(name, ::types::ErrorCode::Required);
        }
    }
    if let (Some(told_at), Some(channel), true) = (told_at, channel, f.is_valid()) {
        let input = note_disclosure::NoteDisclosureInput {
            need_id: need.id.clone(),
            told: f.text_of("told"),
            told_to: Some(f.all("toldTo")),
            told_to_note: f.some("toldToNote"),
            channel,
            told_at,
        };
        match v.send::<NoteDisclosure>(note_disclosure::Variables { input }).await? {
            Ok(_) => return v.redirect_saying(&format!("/m/needs/{}/ledger", need.slug), "disclosure-noted"),
            Err(refused) => f.refuse(&refused),
        }
    }
    v.invalid(&LedgerTemplate::new(&v, need, Some((String::new(), f))))
}

async fn share(v: Visitor, Path((slug, id)): Path<(String, String)>, mut f: Form) -> Page {
    let need = load(&v, slug, None).await?;
    let input = share_disclosure::ShareDisclosureInput {
        disclosure_id: id.clone(),
        text: f.some(&format!("text-{id}")),
    };
    if let Err(refused) = v.send::<ShareDisclosure>(share_disclosure::Variables { input }).await? {
        f.refuse_row(&refused, &id);
        return v.invalid(&LedgerTemplate::new(&v, need, Some((id, f))));
    }
    v.redirect_saying(&format!("/m/needs/{}/ledger", need.slug), "disclosure-shared")
}

async fn waive(v: Visitor, Path((slug, id)): Path<(String, String)>, mut f: Form) -> Page {
    let need = load(&v, slug, None).await?;
    let input = waive_disclosure::WaiveDisclosureInput {
        disclosure_id: id.clone(),
        reason: f.text_of(&format!("reason-{id}")),
    };
    if let Err(refused) = v.send::<WaiveDisclosure>(waive_disclosure::Variables { input }).await? {
        f.refuse_row(&refused, &id);
        return v.invalid(&LedgerTemplate::new(&v, need, Some((id, f))));
    }
    v.redirect_saying(&format!("/m/needs/{}/ledger", need.slug), "disclosure-waived")
}
