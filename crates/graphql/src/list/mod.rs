//! Connections: one helper for every list.

mod cursor;

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{Context, Object, OutputType, Result, SchemaBuilder};
use domain::page::{MAX_COUNT, Page};

/// A list that can be counted.
pub type List<N> = Connection<String, N, Total>;

/// How many there are on all pages.
#[derive(Clone, Copy, Debug)]
pub struct Total(Option<u64>);

#[Object]
impl Total {
    /// How many there are on all pages, as far as you may see them. Counted
    /// only when asked for, and no further than 1 000: that number is *1 000
    /// or more*.
    #[graphql(complexity = 5)]
    async fn total_count(&self) -> Result<u64> {
        self.count()
    }

    /// Whether `totalCount` is the whole number.
    #[graphql(complexity = 5)]
    async fn is_total_count_exact(&self) -> Result<bool> {
        Ok(self.count()? < MAX_COUNT)
    }
}

impl Total {
    fn count(self) -> Result<u64> {
        self.0.ok_or_else(|| async_graphql::Error::new("the list was not counted"))
    }
}

/// A page of a list that can be counted; cursors are opaque.
pub(crate) fn counted<T, N: OutputType>(
    ctx: &Context<'_>,
    page: Page<T>,
    node: impl Fn(T) -> N,
    is_after: bool,
) -> List<N> {
    let mut list = Connection::with_additional_fields(is_after, page.has_next, Total(page.total));
    list.edges.extend(edges(ctx, page.rows, node));
    list
}

/// Such a page, as the arguments ask for it: counted where a total is read.
pub(crate) fn countable(
    ctx: &Context<'_>,
    first: Option<i32>,
    after: Option<String>,
    is_reversed: bool,
) -> domain::Result<domain::page::PageRequest> {
    let asked = ctx.look_ahead();
    let is_counted = ["totalCount", "isTotalCountExact"].iter().any(|name| asked.field(name).exists());
    Ok(domain::page::PageRequest { is_counted, ..request(ctx, first, after, is_reversed)? })
}

/// A Relay connection of a page; cursors are opaque.
pub(crate) fn connection<T, N: OutputType>(
    ctx: &Context<'_>,
    page: Page<T>,
    node: impl Fn(T) -> N,
    is_after: bool,
) -> Connection<String, N> {
    let mut list = Connection::new(is_after, page.has_next);
    list.edges.extend(edges(ctx, page.rows, node));
    list
}

fn edges<T, N: OutputType>(
    ctx: &Context<'_>,
    rows: Vec<(String, T)>,
    node: impl Fn(T) -> N,
) -> Vec<Edge<String, N, EmptyFields>> {
    let list = cursor::list_of(ctx);
    rows.into_iter().map(|(place, row)| Edge::new(cursor::seal(list, &place), node(row))).collect()
}

/// Whether a list is asked for this of its nodes, so that it loads it along.
pub(crate) fn asks(ctx: &Context<'_>, path: &[&str]) -> bool {
    let asked = ctx.look_ahead();
    [asked.field("nodes"), asked.field("edges").field("node")]
        .into_iter()
        .any(|node| path.iter().fold(node, |at, field| at.field(field)).exists())
}

/// The page that arguments ask for.
pub(crate) fn request(
    ctx: &Context<'_>,
    first: Option<i32>,
    after: Option<String>,
    is_reversed: bool,
) -> domain::Result<domain::page::PageRequest> {
    let after = after.filter(|text| !text.is_empty());
    let place = after.map(|text| {
        cursor::open(cursor::list_of(ctx), &text).ok_or_else(domain::page::PageRequest::bad_cursor)
    });
    let page = domain::page::PageRequest::new(first, place.transpose()?)?;
    Ok(domain::page::PageRequest { is_reversed, ..page })
}

/// Each kind of list with its words: the connection types have no place for them.
macro_rules! described {
    ($($list:ty: $words:literal,)+) => {
        /// Says of each list type what it is a page of.
        pub(crate) fn described<Q, M, S>(builder: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S> {
            builder$(.override_output_type_description::<$list>($words))+
        }
    };
}

described! {
    List<crate::accounts::OrganisationToken>: "A page of tokens.",
    List<crate::events::Event>: "A page of events.",
    List<crate::interest::Follow>: "A page of what you follow.",
    List<crate::interest::Interest>: "A page of interest.",
    List<crate::needs::Need>: "A page of needs.",
    List<crate::notifications::NeedNotifications>: "A page of needs whose news you get.",
    List<crate::organisations::Organisation>: "A page of organisations.",
    List<crate::partners::Partner>: "A page of partnerships.",
    List<crate::quality::CommentToReview>: "A page of comments to look through.",
    List<crate::quality::Survey>: "A page of surveys.",
    List<crate::quality::SurveyComment>: "A page of comments.",
    List<crate::questions::Question>: "A page of questions.",
    List<crate::responses::Response>: "A page of responses.",
    List<crate::summary::OverdueSummary>: "A page of late summaries.",
    List<crate::webhooks::WebhookDelivery>: "A page of what a webhook endpoint was told.",
    List<crate::webhooks::WebhookEndpoint>: "A page of webhook endpoints.",
    crate::changes::ChangeConnection: "A page of changes.",
    Connection<String, crate::disclosures::LedgerEntry>: "A page of the ledger.",
    Connection<String, crate::needs::LogEntry>: "A page of the log.",
    Connection<String, crate::responses::Passage>: "A page of passages.",
}
