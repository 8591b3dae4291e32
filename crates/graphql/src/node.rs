//! `node` and `nodes`: anything with an id, through the same scoped reads as
//! its ordinary path. Every object type with an `id` stands here; a test walks
//! the schema for one that does not.

use async_graphql::{Context, ID, Interface, Object, Result};
use domain::Error;
use types::{
    AnnouncementId, AttachmentId, ChangeId, DisclosureId, EntryId, ErrorCode, EventId, IdentityId,
    InterestId, InvitationId, MembershipId, NeedId, NeedVersionId, OrganisationId, PartnerId, PassageId,
    PasskeyId, PersonId, QuestionId, RegistrationId, ResponseId, SessionId, SubmissionId, SummaryVersionId,
    SurveyCommentId, SurveyId, TokenId, WebhookDeliveryId, WebhookEndpointId,
};

use crate::accounts::{Identity, Invitation, Membership, OrganisationToken, Passkey, Person, Session};
use crate::attachments::Attachment;
use crate::changes::Change;
use crate::disclosures::Disclosure;
use crate::error::OrTop;
use crate::events::{Event, Registration};
use crate::interest::Interest;
use crate::needs::{LogEntry, Need, NeedVersion};
use crate::organisations::Organisation;
use crate::partners::Partner;
use crate::quality::{Survey, SurveyComment};
use crate::questions::{Announcement, Question};
use crate::responses::{Passage, Response, Submission};
use crate::subjects::{self, SubjectKind};
use crate::summary::Summary;
use crate::webhooks::{WebhookDelivery, WebhookEndpoint};
use crate::{Ctx, GlobalId, ids};

/// The most ids of one `nodes`.
const MAX_IDS: usize = 100;

/// Anything with an id.
#[derive(Interface)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and never kept")]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque; the same for ever."))]
pub enum Node {
    /// A word of the buyer to everybody.
    Announcement(Announcement),
    /// A file.
    Attachment(Attachment),
    /// What the buyer told somebody.
    Disclosure(Disclosure),
    /// An event.
    Event(Event),
    /// A service by which you sign in.
    Identity(Identity),
    /// A supplier's interest.
    Interest(Interest),
    /// An open invitation.
    Invitation(Invitation),
    /// An entry of a need's log.
    LogEntry(LogEntry),
    /// A person's place in an organisation.
    Membership(Membership),
    /// A need.
    Need(Need),
    /// A published version of a need.
    NeedVersion(NeedVersion),
    /// An organisation.
    Organisation(Organisation),
    /// A token of the organisation whose members you manage.
    OrganisationToken(OrganisationToken),
    /// A buyer that was asked to stand behind a need.
    Partner(Partner),
    /// A passage of a response.
    Passage(Passage),
    /// A passkey of yours.
    Passkey(Passkey),
    /// A colleague.
    Person(Person),
    /// A question.
    Question(Question),
    /// A registration for an event.
    Registration(Registration),
    /// A response.
    Response(Response),
    /// A browser or a tool in which you are signed in.
    Session(Session),
    /// A revision of your own response.
    Submission(Submission),
    /// A change that is told to you.
    Change(Change),
    /// A published version of a summary.
    Summary(Summary),
    /// The rating of a dialogue.
    Survey(Survey),
    /// What somebody wrote in a survey.
    SurveyComment(SurveyComment),
    /// What a webhook endpoint was told, and what became of it.
    WebhookDelivery(WebhookDelivery),
    /// A webhook endpoint of the organisation whose members you manage.
    WebhookEndpoint(WebhookEndpoint),
}

/// Reading by id.
#[derive(Debug, Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id; null if there is none, or not for you, or the text is no id.
    pub(crate) async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id.")] id: ID,
    ) -> Result<Option<Node>> {
        find(ctx, &id).await.or_top(ctx)
    }

    /// The objects with these ids, in their order, each null where `node` says null.
    #[graphql(complexity = "ids.len().min(100) * child_complexity + 1")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids, 1–100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MAX_IDS {
            return Err(Error::field("ids", ErrorCode::OutOfRange)).or_top(ctx);
        }
        let many = subjects::load(ctx, ids.iter().filter_map(SubjectKind::of_id)).await.or_top(ctx)?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.push(match SubjectKind::of_id(&id) {
                Some(of) => many.get(&of).cloned().map(Node::from),
                None => find(ctx, &id).await.or_top(ctx)?,
            });
        }
        Ok(found)
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> domain::Result<Option<Node>> {
    use domain::{accounts, attachments, events, interest, needs, organisations, quality, questions};
    use domain::{needs::partners, responses, summary, webhooks};
    let Some((kind, id)) = ids::split(id) else { return Ok(None) };
    let (app, a) = (ctx.app(), ctx.actor());
    Ok(match kind.as_str() {
        AnnouncementId::TYPE => {
            questions::find_announcement(app, a, id.into()).await?.map(|x| Node::Announcement(x.into()))
        }
        AttachmentId::TYPE => attachments::find(app, a, id.into()).await?.map(|x| Node::Attachment(x.into())),
        ChangeId::TYPE => domain::changes::find(app, a, EntryId(id)).await?.map(|x| Node::Change(x.into())),
        DisclosureId::TYPE => {
            needs::find_disclosure(app, a, id.into()).await?.map(|x| Node::Disclosure(x.into()))
        }
        EventId::TYPE => events::find(app, a, id.into()).await?.map(|x| Node::Event(x.into())),
        InterestId::TYPE => {
            let found = interest::find(app, a, id.into()).await?;
            found.map(|(row, is_own)| Node::Interest(Interest::read(row, is_own)))
        }
        InvitationId::TYPE => {
            accounts::find_open_invitation(app, a, id.into()).await?.map(|x| Node::Invitation(x.into()))
        }
        EntryId::TYPE => needs::find_log_entry(app, a, id.into()).await?.map(|x| Node::LogEntry(x.into())),
        TokenId::TYPE => {
            accounts::tokens::find(app, a, id.into()).await?.map(|x| Node::OrganisationToken(x.into()))
        }
        MembershipId::TYPE => {
            let found = accounts::find_membership(app, a, id.into()).await?;
            found.map(|(row, person)| Node::Membership(Membership::with(row, person)))
        }
        NeedId::TYPE => needs::find(app, a, id.into()).await?.map(|x| Node::Need(x.into())),
        NeedVersionId::TYPE => {
            needs::find_version(app, a, id.into()).await?.map(|x| Node::NeedVersion(x.into()))
        }
        OrganisationId::TYPE => {
            organisations::find(app, id.into()).await?.map(|x| Node::Organisation(x.into()))
        }
        PartnerId::TYPE => partners::find(app, a, id.into()).await?.map(|x| Node::Partner(x.into())),
        PassageId::TYPE => responses::find_passage(app, a, id.into()).await?.map(|x| Node::Passage(x.into())),
        PasskeyId::TYPE => {
            accounts::passkeys::find(app, a, id.into()).await?.map(|x| Node::Passkey(x.into()))
        }
        PersonId::TYPE => accounts::find_person(app, a, id.into()).await?.map(|x| Node::Person(Person(x))),
        QuestionId::TYPE => questions::find(app, a, id.into()).await?.map(|x| Node::Question(x.into())),
        RegistrationId::TYPE => {
            events::registration(app, a, id.into()).await?.map(|x| Node::Registration(x.into()))
        }
        ResponseId::TYPE => responses::find(app, a, id.into()).await?.map(|x| Node::Response(x.into())),
        IdentityId::TYPE => {
            accounts::providers::find_identity(app, a, id.into()).await?.map(|x| Node::Identity(x.into()))
        }
        SessionId::TYPE => accounts::find_session(app, a, id.into()).await?.map(|x| Node::Session(x.into())),
        SubmissionId::TYPE => {
            responses::find_submission(app, a, id.into()).await?.map(|(_, x)| Node::Submission(x.into()))
        }
        SummaryVersionId::TYPE => {
            summary::find_version(app, a, id.into()).await?.map(|x| Node::Summary(x.into()))
        }
        SurveyId::TYPE => quality::find(app, a, id.into()).await?.map(|x| Node::Survey(x.into())),
        SurveyCommentId::TYPE => {
            quality::find_comment(app, a, id.into()).await?.map(|x| Node::SurveyComment(x.into()))
        }
        WebhookDeliveryId::TYPE => {
            webhooks::find_delivery(app, a, id.into()).await?.map(|x| Node::WebhookDelivery(x.into()))
        }
        WebhookEndpointId::TYPE => {
            webhooks::find(app, a, id.into()).await?.map(|x| Node::WebhookEndpoint(x.into()))
        }
        _ => None,
    })
}
