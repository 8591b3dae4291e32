//! What changes and `nodes` lead to most, read many at once: one statement a kind, however
//! many ids, by the scoped reads that `node` uses.

use std::collections::HashMap;

use async_graphql::{Context, ID};
use domain::{events, needs, organisations, questions, responses};
use types::{EventId, NeedId, OrganisationId, PassageId, QuestionId, ResponseId, SubmissionId};
use uuid::Uuid;

use crate::node::Node;
use crate::{Ctx, GlobalId, encode, ids};

/// A kind of row that is read so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SubjectKind {
    Need,
    Event,
    Organisation,
    Question,
    Response,
    Submission,
    Passage,
}

impl SubjectKind {
    const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Need, "need", NeedId::TYPE),
        (Self::Event, "event", EventId::TYPE),
        (Self::Organisation, "organisation", OrganisationId::TYPE),
        (Self::Question, "question", QuestionId::TYPE),
        (Self::Response, "response", ResponseId::TYPE),
        (Self::Submission, "submission", SubmissionId::TYPE),
        (Self::Passage, "passage", PassageId::TYPE),
    ];

    /// By the name in the record.
    pub(crate) fn of_record(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, record, _)| *record == name).map(|(kind, ..)| kind)
    }

    /// The kind and the key of an id of the API.
    pub(crate) fn of_id(id: &ID) -> Option<(Self, Uuid)> {
        let (name, uuid) = ids::split(id)?;
        Self::ALL.into_iter().find(|(.., id)| *id == name).map(|(kind, ..)| (kind, uuid))
    }

    /// The id in the API.
    pub(crate) fn id(self, uuid: Uuid) -> ID {
        match self {
            Self::Need => encode(NeedId(uuid)),
            Self::Event => encode(EventId(uuid)),
            Self::Organisation => encode(OrganisationId(uuid)),
            Self::Question => encode(QuestionId(uuid)),
            Self::Response => encode(ResponseId(uuid)),
            Self::Submission => encode(SubmissionId(uuid)),
            Self::Passage => encode(PassageId(uuid)),
        }
    }
}

/// A row that was read so.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Need(needs::Need),
    Event(events::EventView),
    Organisation(organisations::Organisation),
    Question(questions::QuestionView),
    Response(responses::Response),
    Submission(responses::Submission),
    Passage(responses::Passage),
}

impl From<Subject> for Node {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Need(row) => Self::Need(row.into()),
            Subject::Event(row) => Self::Event(row.into()),
            Subject::Organisation(row) => Self::Organisation(row.into()),
            Subject::Question(row) => Self::Question(row.into()),
            Subject::Response(row) => Self::Response(row.into()),
            Subject::Submission(row) => Self::Submission(row.into()),
            Subject::Passage(row) => Self::Passage(row.into()),
        }
    }
}

/// Those that exist for who asks.
pub(crate) async fn load(
    ctx: &Context<'_>,
    wanted: impl IntoIterator<Item = (SubjectKind, Uuid)>,
) -> domain::Result<HashMap<(SubjectKind, Uuid), Subject>> {
    let (app, a) = (ctx.app(), ctx.actor());
    let mut ids: HashMap<SubjectKind, Vec<Uuid>> = HashMap::new();
    for (kind, id) in wanted {
        let ids = ids.entry(kind).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut found = HashMap::new();
    for (kind, ids) in ids {
        macro_rules! read {
            ($variant:ident, $id:ident, $read:path, $row:ident => $of:expr) => {{
                let ids: Vec<$id> = ids.into_iter().map($id).collect();
                for $row in $read(app, a, &ids).await? {
                    found.insert((kind, $of), Subject::$variant($row));
                }
            }};
        }
        match kind {
            SubjectKind::Need => read!(Need, NeedId, needs::list_by_ids, row => row.id.0),
            SubjectKind::Event => read!(Event, EventId, events::list_by_ids, row => row.event.id.0),
            SubjectKind::Question => read!(Question, QuestionId, questions::find_several, row => row.id.0),
            SubjectKind::Response => read!(Response, ResponseId, responses::find_several, row => row.id.0),
            SubjectKind::Passage => read!(Passage, PassageId, responses::find_passages, row => row.id.0),
            SubjectKind::Organisation => {
                let ids: Vec<OrganisationId> = ids.into_iter().map(OrganisationId).collect();
                for row in organisations::list_by_ids(app, &ids).await? {
                    found.insert((kind, row.id.0), Subject::Organisation(row));
                }
            }
            SubjectKind::Submission => {
                let ids: Vec<SubmissionId> = ids.into_iter().map(SubmissionId).collect();
                for (_, row) in responses::find_submissions(app, a, &ids).await? {
                    found.insert((kind, row.id.0), Subject::Submission(row));
                }
            }
        }
    }
    Ok(found)
}
