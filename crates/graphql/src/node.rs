//! `node(id:)`: anything with an id, through the same scoped reads.

use async_graphql::{Context, ID, Interface, Object, Result};
use types::{
    ChangeId, EntryId, EventId, NeedId, OrganisationId, PassageId, QuestionId, ResponseId, SubmissionId,
};

use crate::changes::Change;
use crate::error::OrTop;
use crate::events::Event;
use crate::needs::Need;
use crate::organisations::Organisation;
use crate::questions::Question;
use crate::responses::{Passage, Response, Submission};
use crate::{Ctx, GlobalId, ids};

/// Anything with an id.
#[derive(Interface)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and never kept")]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque; the same for ever."))]
pub enum Node {
    /// A need.
    Need(Need),
    /// An event.
    Event(Event),
    /// An organisation.
    Organisation(Organisation),
    /// A question.
    Question(Question),
    /// A response.
    Response(Response),
    /// A revision of your own response.
    Submission(Submission),
    /// A passage of a response.
    Passage(Passage),
    /// A change that is told to you.
    Change(Change),
}

/// Reading by id.
#[derive(Debug, Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id; null if there is none, or not for you.
    pub(crate) async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id.")] id: ID,
    ) -> Result<Option<Node>> {
        let Some((kind, uuid)) = ids::split(&id) else { return Ok(None) };
        let (app, actor) = (ctx.app(), ctx.actor());
        Ok(match kind.as_str() {
            NeedId::TYPE => {
                domain::needs::find(app, actor, NeedId(uuid)).await.or_top(ctx)?.map(|n| Node::Need(n.into()))
            }
            EventId::TYPE => domain::events::find(app, actor, EventId(uuid))
                .await
                .or_top(ctx)?
                .map(|e| Node::Event(e.into())),
            OrganisationId::TYPE => domain::organisations::find(app, OrganisationId(uuid))
                .await
                .or_top(ctx)?
                .map(|o| Node::Organisation(o.into())),
            QuestionId::TYPE => domain::questions::find(app, actor, QuestionId(uuid))
                .await
                .or_top(ctx)?
                .map(|q| Node::Question(q.into())),
            ResponseId::TYPE => domain::responses::find(app, actor, ResponseId(uuid))
                .await
                .or_top(ctx)?
                .map(|r| Node::Response(r.into())),
            SubmissionId::TYPE => domain::responses::find_submission(app, actor, SubmissionId(uuid))
                .await
                .or_top(ctx)?
                .map(|(_, s)| Node::Submission(s.into())),
            PassageId::TYPE => domain::responses::find_passage(app, actor, PassageId(uuid))
                .await
                .or_top(ctx)?
                .map(|p| Node::Passage(p.into())),
            ChangeId::TYPE => domain::changes::find(app, actor, EntryId(uuid))
                .await
                .or_top(ctx)?
                .map(|c| Node::Change(c.into())),
            _ => None,
        })
    }
}
