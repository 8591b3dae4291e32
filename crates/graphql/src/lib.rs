//! The GraphQL schema: types, queries, mutations, limits, subscriptions.
//!
//! A resolver parses ids and input, calls one domain command or query, and
//! words the outcome; it decides nothing. A slice `needs` of the domain is a
//! room `needs` here: `types`, `query`, `mutation`. Fields that a later slice
//! adds to [`needs::Need`] stand in that slice's room as a part of the merged
//! object, so each room knows only its own.
//!
//! Expected refusals are `userErrors` in a payload; top-level errors mean
//! unauthenticated, over a limit, or a bug, with `extensions.code`.

#![warn(missing_docs)]
#![expect(unreachable_pub, reason = "the types of a schema are public by its definition")]
#![expect(clippy::unused_async, reason = "resolvers are async by the macro that makes them fields")]

use std::sync::Arc;

use async_graphql::{MergedObject, Schema};
use domain::App;
use domain::ports::TokenIssuer;

pub mod accounts;
pub mod attachments;
pub mod changes;
mod context;
pub mod disclosures;
mod error;
pub mod events;
mod ids;
pub mod interest;
pub mod limits;
mod list;
pub mod needs;
mod node;
pub mod notifications;
mod orders;
pub mod organisations;
pub mod partners;
pub mod quality;
pub mod questions;
pub mod reference;
pub mod responses;
mod scalars;
pub mod scopes;
mod subjects;
mod subscription;
pub mod summary;
pub mod webhooks;

pub use context::{Ctx, Tokens};
pub use error::UserError;
pub use ids::{GlobalId, decode, encode};
pub use limits::{Api, ApiSettings};
pub use scalars::{CpvCode, Date, Markdown, Money, OrganisationNumber};
pub use subscription::Subscription;

/// Everything that can be read.
#[derive(Debug, Default, MergedObject)]
#[graphql(name = "Query")]
pub struct Query(Foundations, Dialogue, Outcomes);

/// Reading: people, places and needs.
#[derive(Debug, Default, MergedObject)]
pub struct Foundations(
    node::NodeQuery,
    reference::ReferenceQuery,
    organisations::OrganisationQuery,
    accounts::AccountQuery,
    accounts::TokenQuery,
    accounts::ProviderQuery,
    needs::NeedQuery,
    attachments::AttachmentQuery,
);

/// Reading: what a dialogue consists of. At most eight; then a further group.
#[derive(Debug, Default, MergedObject)]
pub struct Dialogue(
    questions::QuestionQuery,
    events::EventQuery,
    responses::ResponseQuery,
    quality::QualityQuery,
);

/// Reading: who takes part, who stands together, and what came of it.
#[derive(Debug, Default, MergedObject)]
pub struct Outcomes(
    interest::InterestQuery,
    partners::PartnerQuery,
    summary::SummaryQuery,
    notifications::NotificationQuery,
    changes::ChangeQuery,
    webhooks::WebhookQuery,
);

/// Everything that can be done.
#[derive(Debug, Default, MergedObject)]
#[graphql(name = "Mutation")]
pub struct Mutation(FoundationsMutation, GuardMutation, DialogueMutation, OutcomesMutation);

/// Doing: people and needs.
#[derive(Debug, Default, MergedObject)]
pub struct FoundationsMutation(
    accounts::SignInMutation,
    accounts::MemberMutation,
    accounts::TokenMutation,
    needs::NeedMutation,
    needs::ImportMutation,
    attachments::AttachmentMutation,
);

/// Doing: sessions that go on and end, organisations that are stopped.
#[derive(Debug, Default, MergedObject)]
pub struct GuardMutation(
    accounts::SessionMutation,
    accounts::RefreshMutation,
    accounts::PasskeyMutation,
    accounts::ProviderMutation,
    organisations::SuspensionMutation,
);

/// Doing: what a dialogue consists of.
#[derive(Debug, Default, MergedObject)]
pub struct DialogueMutation(
    questions::QuestionMutation,
    events::EventMutation,
    events::RegistrationMutation,
    responses::ResponseMutation,
    quality::QualityMutation,
);

/// Doing: who takes part, who stands together, and what came of it.
#[derive(Debug, Default, MergedObject)]
pub struct OutcomesMutation(
    disclosures::DisclosureMutation,
    interest::InterestMutation,
    partners::PartnerMutation,
    summary::SummaryMutation,
    webhooks::WebhookMutation,
);

/// The schema.
pub type ApiSchema = Schema<Query, Mutation, Subscription>;

/// Builds the schema over an application. What comes from outside goes through [`Api`].
pub fn schema(app: Arc<App>, tokens: Arc<dyn TokenIssuer>) -> ApiSchema {
    builder().data(app).data(Tokens(tokens)).finish()
}

/// The schema's definition language, for `graphql/schema.graphql`.
pub fn sdl() -> String {
    builder().finish().sdl_with_options(
        async_graphql::SDLExportOptions::new().sorted_fields().sorted_enum_items().include_specified_by(),
    )
}

fn builder() -> async_graphql::SchemaBuilder<Query, Mutation, Subscription> {
    // A suggestion names what the asker did not know of. The limits are in `limits`.
    let builder = Schema::build(Query::default(), Mutation::default(), Subscription).disable_suggestions();
    list::described(builder)
}
