//! What this room adds to a need, and the supplier's own list.

use std::collections::HashMap;

use async_graphql::connection::Connection;
use async_graphql::{Context, Object, Result, SimpleObject};
use domain::page::Page;
use domain::responses::{self, Reader};
use types::ResponseId;

use super::types::{Passage, Response, Revision};
use crate::error::OrTop;
use crate::list::List;
use crate::needs::{NeedRef, buyers, spoken_of};
use crate::orders::{MyResponseOrder, Ordered, PassageOrder, ResponseOrder};
use crate::organisations::Organisation;
use crate::{Ctx, list};

/// One page of the form: a question with what your organisation has written.
#[derive(Clone, Debug, SimpleObject)]
pub struct ResponseTopic {
    /// The question's key, or `free` for the free text.
    pub key: String,
    /// The question; null for the free text.
    pub question: Option<String>,
    /// Whether the need no longer asks this: your answer is kept.
    pub is_dropped: bool,
    /// What is written.
    pub text: String,
    /// Whether it is claimed to be a trade secret.
    pub is_secret: bool,
    /// Why.
    pub claim_reason: String,
}

/// A question with answers that you may read.
#[derive(Clone, Debug, SimpleObject)]
pub struct AnsweredQuestion {
    /// Its key, or `free` for the free text.
    pub key: String,
    /// The question; null for the free text.
    pub question: Option<String>,
    /// How many answers you may read.
    pub count: i64,
}

/// What this room adds to a need.
#[derive(Clone, Debug)]
pub struct NeedResponses(pub(crate) NeedRef);

#[Object]
impl NeedResponses {
    /// The response of the supplier that you act for.
    async fn my_response(&self, ctx: &Context<'_>) -> Result<Option<Response>> {
        let found = responses::own(ctx.app(), ctx.actor(), self.0.row.id).await.or_top(ctx)?;
        Ok(found.map(Into::into))
    }

    /// The pages of the form: the questions, answers to questions that are no
    /// longer asked, the free text; with what your organisation has written.
    async fn response_topics(&self, ctx: &Context<'_>) -> Result<Vec<ResponseTopic>> {
        let own = responses::own(ctx.app(), ctx.actor(), self.0.row.id).await.or_top(ctx)?;
        let topics = responses::topics(ctx.app(), &self.0.row, own.as_ref()).await.or_top(ctx)?;
        Ok(topics
            .into_iter()
            .map(|t| {
                let answer = t.answer.unwrap_or_default();
                ResponseTopic {
                    key: t.key,
                    question: Some(t.question).filter(|q| !q.is_empty()),
                    is_dropped: t.is_dropped,
                    text: answer.text,
                    is_secret: answer.is_secret,
                    claim_reason: answer.claim_reason,
                }
            })
            .collect())
    }

    /// The partner buyers that a supplier can open its trade secrets for.
    async fn possible_readers(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        let ids = responses::possible_readers(ctx.app(), &self.0.row).await.or_top(ctx)?;
        let found = domain::organisations::list_by_ids(ctx.app(), &ids).await.or_top(ctx)?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// The submitted responses that you may read, the latest first: all for the
    /// buyer's people, for partners as far as each supplier consented.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn responses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<ResponseOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Response>> {
        let is_after = after.is_some();
        let (app, need) = (ctx.app(), &self.0.row);
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = responses::list(app, ctx.actor(), need, &page).await.or_top(ctx)?;
        let reader = responses::reader_of(app, ctx.actor(), need).await.or_top(ctx)?;
        let loaded = load(ctx, &reader, found).await?;
        Ok(list::counted(
            ctx,
            loaded.map(|r| Response { need: Some(need.clone().into()), ..r }),
            |r| r,
            is_after,
        ))
    }

    /// The questions with answers that you may read, in the need's order, the free text last.
    async fn answered_questions(&self, ctx: &Context<'_>) -> Result<Vec<AnsweredQuestion>> {
        let found = responses::answered_questions(ctx.app(), ctx.actor(), &self.0.row).await.or_top(ctx)?;
        Ok(found
            .into_iter()
            .map(|q| AnsweredQuestion {
                key: q.key,
                question: Some(q.question).filter(|q| !q.is_empty()),
                count: q.count,
            })
            .collect())
    }

    /// All suppliers' answers to one question, side by side, the oldest first; nothing is ranked.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn comparison(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question's key, or `free`.")] question: String,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<PassageOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Connection<String, Passage>> {
        let is_after = after.is_some();
        let (app, need) = (ctx.app(), &self.0.row);
        let page = list::request(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = responses::comparison(app, ctx.actor(), need, &question, &page).await.or_top(ctx)?;
        let reader = responses::reader_of(app, ctx.actor(), need).await.or_top(ctx)?;
        let found = found.map(Passage::from);
        let ids: Vec<ResponseId> = found.rows.iter().map(|(_, p)| p.response_id()).collect();
        let rows = responses::list_by_ids(app, &reader, &ids).await.or_top(ctx)?;
        let suppliers = buyers(ctx, rows.iter().map(|r| r.supplier_id)).await?;
        let rows: HashMap<ResponseId, responses::Response> = rows.into_iter().map(|r| (r.id, r)).collect();
        let node = |mut passage: Passage| {
            passage.response = rows.get(&passage.response_id()).cloned().map(|row| {
                Box::new(Response {
                    supplier: suppliers.get(&row.supplier_id).cloned().map(Box::new),
                    need: Some(need.clone().into()),
                    ..row.into()
                })
            });
            passage
        };
        Ok(list::connection(ctx, found, node, is_after))
    }
}

/// Reading responses.
#[derive(Debug, Default)]
pub struct ResponseQuery;

#[Object]
impl ResponseQuery {
    /// All responses of the supplier that you act for, drafts included, the newest first.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn my_responses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which order; the usual one if null.")] order_by: Option<MyResponseOrder>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<List<Response>> {
        let is_after = after.is_some();
        let page = list::countable(ctx, first, after, order_by.is_reversed()).or_top(ctx)?;
        let found = responses::list_own(ctx.app(), ctx.actor(), &page).await.or_top(ctx)?;
        let asks = |field: &str| list::asks(ctx, &["need", field]);
        let needs = spoken_of(ctx, found.rows.iter().map(|(_, r)| r.need_id), asks).await?;
        let loaded = load(ctx, &responses::own_reader(ctx.actor()), found).await?;
        let node =
            |response: Response| Response { need: needs.get(&response.row.need_id).cloned(), ..response };
        Ok(list::counted(ctx, loaded, node, is_after))
    }
}

/// What a list of responses is asked for, each part in one statement.
async fn load(ctx: &Context<'_>, reader: &Reader, page: Page<responses::Response>) -> Result<Page<Response>> {
    let rows: Vec<responses::Response> = page.rows.iter().map(|(_, r)| r.clone()).collect();
    let suppliers = buyers(ctx, rows.iter().map(|r| r.supplier_id)).await?;
    let mut passages: HashMap<ResponseId, Vec<responses::Passage>> = HashMap::new();
    let (wants_passages, wants_revisions) = (list::asks(ctx, &["passages"]), list::asks(ctx, &["revisions"]));
    if wants_passages {
        for passage in responses::passages_of(ctx.app(), reader, &rows).await.or_top(ctx)? {
            passages.entry(passage.response_id).or_default().push(passage);
        }
    }
    let mut revisions: HashMap<ResponseId, Vec<Revision>> = HashMap::new();
    if wants_revisions {
        for (id, number, submitted_at) in responses::revisions_of(ctx.app(), &rows).await.or_top(ctx)? {
            revisions.entry(id).or_default().push(Revision { number, submitted_at });
        }
    }
    Ok(page.map(|row| Response {
        supplier: suppliers.get(&row.supplier_id).cloned().map(Box::new),
        need: None,
        passages: wants_passages.then(|| passages.remove(&row.id).unwrap_or_default()),
        revisions: wants_revisions.then(|| revisions.remove(&row.id).unwrap_or_default()),
        row,
    }))
}
