//! Types of disclosures, and what they add to a need.

use std::collections::HashMap;

use async_graphql::connection::Connection;
use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::{disclosures as domain_disclosures, ledger, needs};
use types::OrganisationId;

use crate::error::OrTop;
use crate::needs::{NeedRef, buyers};
use crate::orders::{LedgerEntryOrder, Ordered};
use crate::organisations::Organisation;
use crate::{Ctx, encode, list};

crate::api_enum! {
    /// Whether everybody knows what was told to somebody (R1).
    DisclosureState {
        /// Only those it was told to.
        Unshared,
        /// Published to all.
        Shared,
        /// Kept back, with a logged reason.
        Waived,
    }
}

crate::api_enum! {
    /// How the buyer told it.
    DisclosureChannel {
        /// In a meeting.
        Meeting,
        /// On the phone.
        Phone,
        /// By mail or message.
        Mail,
        /// On a site visit.
        SiteVisit,
        /// Otherwise.
        Other,
    }
}

/// Something that the buyer told somebody; for the buyer's people.
#[derive(Clone, Debug, Description)]
pub struct Disclosure {
    row: domain_disclosures::Disclosure,
    /// The organisations, where the list brought them.
    known: HashMap<OrganisationId, domain::organisations::Organisation>,
}

impl From<domain_disclosures::Disclosure> for Disclosure {
    fn from(row: domain_disclosures::Disclosure) -> Self {
        Self { row, known: HashMap::new() }
    }
}

fn told_to(row: &domain_disclosures::Disclosure) -> Vec<OrganisationId> {
    serde_json::from_value(row.told_to.clone()).unwrap_or_default()
}

#[Object(use_type_description)]
impl Disclosure {
    /// Opaque id.
    pub(crate) async fn id(&self) -> ID {
        encode(self.row.id)
    }

    /// What was told.
    async fn told(&self) -> &str {
        &self.row.told
    }

    /// To which organisations.
    async fn told_to(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        let ids = told_to(&self.row);
        if self.known.is_empty() {
            let found = domain::organisations::list_by_ids(ctx.app(), &ids).await.or_top(ctx)?;
            return Ok(found.into_iter().map(Into::into).collect());
        }
        Ok(ids.iter().filter_map(|id| self.known.get(id).cloned()).map(Into::into).collect())
    }

    /// Who else, in words.
    async fn told_to_note(&self) -> Option<&str> {
        self.row.told_to_note.as_deref()
    }

    /// How.
    async fn channel(&self) -> DisclosureChannel {
        self.row.channel.into()
    }

    /// When it was told.
    async fn told_at(&self) -> DateTime<Utc> {
        self.row.told_at
    }

    /// Whether everybody knows.
    async fn state(&self) -> DisclosureState {
        self.row.state.into()
    }

    /// As it was published to all.
    async fn shared_text(&self) -> Option<&str> {
        self.row.shared_text.as_deref()
    }

    /// Why it is kept back.
    async fn waive_reason(&self) -> Option<&str> {
        self.row.waive_reason.as_deref()
    }

    /// When it was shared or waived.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.row.decided_at
    }
}

/// What was told to one and is now told to all.
#[derive(Clone, Debug, SimpleObject)]
pub struct SharedDisclosure {
    /// Id of the disclosure, which the buyer's people read as a node.
    pub disclosure_id: ID,
    /// What was told.
    pub text: String,
    /// How it was first told.
    pub channel: DisclosureChannel,
    /// When it was first told.
    pub told_at: DateTime<Utc>,
    /// Since when all know.
    pub shared_at: DateTime<Utc>,
}

/// One thing that the buyer told.
#[derive(Clone, Debug, SimpleObject)]
pub struct LedgerEntry {
    /// Id of the log's entry.
    pub entry_id: ID,
    /// `question.answered`, `disclosure.made`, ….
    pub kind: String,
    /// What kind of telling, in your language.
    pub text: String,
    /// When it was told.
    pub told_at: DateTime<Utc>,
    /// Whether everybody was told at once.
    pub is_to_all: bool,
    /// To which organisations, where not to all.
    pub told_to: Vec<Organisation>,
    /// What, in short.
    pub what: String,
    /// The disclosure that it is about.
    pub disclosure_id: Option<ID>,
    /// Where that disclosure stands now.
    pub disclosure_state: Option<DisclosureState>,
}

/// Something that an organisation did in a dialogue.
#[derive(Clone, Debug, SimpleObject)]
pub struct Participation {
    /// Id of the log's entry.
    pub entry_id: ID,
    /// Which organisation.
    pub organisation: Option<Organisation>,
    /// `interest.registered`, `question.asked`, ….
    pub kind: String,
    /// What it did, in your language.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What this room adds to a need.
#[derive(Clone, Debug)]
pub struct NeedDisclosures(pub(crate) NeedRef);

fn log_word(ctx: &Context<'_>, kind: types::EntryKind) -> String {
    ctx.texts().word("log", &kind.as_str().replace('.', "_"))
}

#[Object]
impl NeedDisclosures {
    /// What was told to one and is now told to all, latest first.
    async fn shared_disclosures(&self, ctx: &Context<'_>) -> Result<Vec<SharedDisclosure>> {
        let row = std::slice::from_ref(&self.0.row);
        let found = needs::shared_disclosures(ctx.app(), row).await.or_top(ctx)?;
        Ok(found
            .into_iter()
            .map(|d| SharedDisclosure {
                disclosure_id: encode(d.id),
                text: d.text,
                channel: d.channel.into(),
                told_at: d.told_at,
                shared_at: d.shared_at,
            })
            .collect())
    }

    /// All that was noted as told to somebody, latest first; null unless you
    /// act for the buyer.
    async fn disclosures(&self, ctx: &Context<'_>) -> Result<Option<Vec<Disclosure>>> {
        if !needs::reads_internals(ctx.actor(), &self.0.row) {
            return Ok(None);
        }
        let rows = needs::disclosures(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        let known = buyers(ctx, rows.iter().flat_map(told_to)).await?;
        let rows = rows.into_iter().map(|row| {
            let ids = told_to(&row);
            let known = ids.iter().filter_map(|id| Some((*id, known.get(id)?.clone()))).collect();
            Disclosure { row, known }
        });
        Ok(Some(rows.collect()))
    }

    /// The equal-treatment ledger: all that the buyer told, newest first; null
    /// unless you act for the buyer.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn ledger(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<LedgerEntryOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<Connection<String, LedgerEntry>>> {
        let (actor, row) = (ctx.actor(), &self.0.row);
        if !needs::reads_internals(actor, row) {
            return Ok(None);
        }
        let is_after = after.is_some();
        let page = list::request(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = ledger::told(ctx.app(), actor, row, &page).await.or_top(ctx)?;
        let some = |t: &ledger::Told| match &t.to {
            ledger::ToWhom::All => Vec::new(),
            ledger::ToWhom::Some(ids) => ids.clone(),
        };
        let known = buyers(ctx, found.rows.iter().flat_map(|(_, t)| some(t))).await?;
        let node = |t: ledger::Told| LedgerEntry {
            entry_id: encode(t.entry_id),
            kind: t.kind.as_str().to_owned(),
            text: log_word(ctx, t.kind),
            told_at: t.told_at,
            is_to_all: t.to == ledger::ToWhom::All,
            told_to: some(&t).iter().filter_map(|id| known.get(id).cloned()).map(Into::into).collect(),
            what: t.what,
            disclosure_id: t.disclosure_id.map(encode),
            disclosure_state: t.disclosure_state.map(Into::into),
        };
        Ok(Some(list::connection(ctx, found, node, is_after)))
    }

    /// Who took part with what and when, newest first (R5); null unless you
    /// act for the buyer.
    async fn participants(&self, ctx: &Context<'_>) -> Result<Option<Vec<Participation>>> {
        if !needs::reads_internals(ctx.actor(), &self.0.row) {
            return Ok(None);
        }
        let found = ledger::participants(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        let known = buyers(ctx, found.iter().map(|p| p.organisation_id)).await?;
        let rows = found.into_iter().map(|p| Participation {
            entry_id: encode(p.entry_id),
            organisation: known.get(&p.organisation_id).cloned().map(Into::into),
            kind: p.activity.as_str().to_owned(),
            text: log_word(ctx, p.activity),
            at: p.at,
        });
        Ok(Some(rows.collect()))
    }
}
