//! Together: needs that others may join, a partner's own page, the owner's desk.

use std::borrow::Borrow;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use serde::Deserialize;

use crate::kit::operations::types::*;
use crate::kit::{After, Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/partners/partners.graphql":
    JointNeeds, MyPartnerships, PartnerPage, PartnerDesk, InvitePartner, RemovePartner, AnswerPartnership,
    JoinNeed, LeavePartnership
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/joint", get(joint))
        .route("/m/together", get(mine))
        .route("/m/together/{slug}", get(show).post(answer))
        .route("/m/together/{slug}/leave", post(leave))
        .route("/m/needs/{slug}/partners", get(desk))
        .route("/m/needs/{slug}/partners/invite", post(invite))
        .route("/m/needs/{slug}/partners/remove", post(remove))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    after: Option<String>,
    q: String,
}

#[derive(Template)]
#[template(path = "partners/joint.html")]
struct JointTemplate {
    v: Visitor,
    data: joint_needs::JointNeedsJointNeeds,
}

impl JointTemplate {
    fn next(&self) -> Option<&str> {
        let page = &self.data.page_info;
        page.end_cursor.as_deref().filter(|_| page.has_next_page)
    }
}

async fn joint(v: Visitor, Query(q): Query<ListQuery>) -> Page {
    let data = v.run::<JointNeeds>(joint_needs::Variables { after: q.after }).await?.joint_needs;
    v.page(&JointTemplate { v: v.clone(), data })
}

#[derive(Template)]
#[template(path = "partners/mine.html")]
struct MineTemplate {
    v: Visitor,
    partnerships: Vec<Mine>,
    next: Option<String>,
}

type Mine = my_partnerships::MyPartnershipsMyPartnershipsNodes;

impl MineTemplate {
    /// What waits for an answer first, what is over last.
    fn groups(&self) -> Vec<(String, Vec<&Mine>)> {
        let t = self.v.t;
        let of = |states: &[PartnerState]| -> Vec<&Mine> {
            self.partnerships.iter().filter(|p| states.contains(&p.state)).collect()
        };
        [
            (t.together_group_invited(), of(&[PartnerState::Invited])),
            (t.together_group_in(), of(BEHIND)),
            (t.partners_group_watching(), of(&[PartnerState::Observer])),
            (t.together_group_left(), of(&[PartnerState::Withdrawn])),
        ]
        .into_iter()
        .filter(|(_, group)| !group.is_empty())
        .collect()
    }
}

/// Who stands behind a need, the firmest first.
const BEHIND: &[PartnerState] = &[
    PartnerState::Mandated,
    PartnerState::OptionParty,
    PartnerState::Intent,
    PartnerState::NeedAligned,
    PartnerState::Interested,
];

async fn mine(v: Visitor, Query(After { after }): Query<After>) -> Page {
    v.signed_in()?;
    let list = v.run::<MyPartnerships>(my_partnerships::Variables { after }).await?.my_partnerships;
    let next = list.page_info.end_cursor.filter(|_| list.page_info.has_next_page);
    v.page(&MineTemplate { v: v.clone(), partnerships: list.nodes, next })
}

type Need = partner_page::PartnerPageNeed;

#[derive(Template)]
#[template(path = "partners/answer.html")]
struct AnswerTemplate {
    v: Visitor,
    f: Form,
    refused: &'static str,
    need: Need,
}

impl AnswerTemplate {
    /// Whether there is a partnership to answer for, and not one that ended.
    fn takes_part(&self) -> bool {
        self.need.my_partnership.as_ref().is_some_and(|p| p.state != PartnerState::Withdrawn)
    }

    /// Whether an answer is taken: it takes part, or may join unasked.
    fn may_answer(&self) -> bool {
        let is_over = self.need.state == NeedState::Closed || self.need.competition_announced_at.is_some();
        !is_over && (self.takes_part() || (self.need.is_joint && self.need.published_at.is_some()))
    }

    /// An invitation is declined; what one stands in, one leaves.
    fn leave_words(&self) -> String {
        let state = self.need.my_partnership.as_ref().map(|p| p.state);
        let t = self.v.t;
        if state == Some(PartnerState::Invited) { t.partners_decline() } else { t.partners_leave() }
    }

    /// Whether suppliers may have let it read their responses.
    fn may_read_responses(&self) -> bool {
        let mine = self.need.my_partnership.as_ref().map(|p| p.state);
        let reads = !matches!(
            mine,
            None | Some(PartnerState::Invited | PartnerState::Observer | PartnerState::Withdrawn)
        );
        reads && self.need.published_at.is_some()
    }

    fn is_bound(&self) -> bool {
        let state = self.need.my_partnership.as_ref().map(|p| p.state);
        matches!(state, Some(PartnerState::Mandated | PartnerState::OptionParty))
    }

    fn states(&self) -> Vec<Choice> {
        use PartnerState as S;
        let t = self.v.t;
        [S::Interested, S::NeedAligned, S::Intent, S::Observer]
            .into_iter()
            .map(|s| {
                Choice::new(s, t.word("partner-state", s.as_str())).help(t.word("partner-help", s.as_str()))
            })
            .collect()
    }

    fn sections(&self) -> Vec<(String, &str)> {
        let t = self.v.t;
        let Some(c) = &self.need.partner_draft else { return Vec::new() };
        [
            (t.need_challenge(), &c.challenge_html),
            (t.need_effects(), &c.effects_html),
            (t.need_scale(), &c.scale_html),
            (t.need_plan(), &c.plan_html),
        ]
        .into_iter()
        .filter(|(_, html)| !html.is_empty())
        .map(|(title, html)| (title, html.as_str()))
        .collect()
    }
}

/// The need, where the visitor's buyer takes part or may join.
async fn load(v: &Visitor, slug: String) -> Result<Need, PageError> {
    v.signed_in()?;
    let need = v.run::<PartnerPage>(partner_page::Variables { slug }).await?.need;
    need.filter(|n| !n.viewer_can.is_owner && (n.is_joint || n.my_partnership.is_some()))
        .ok_or(PageError::NotFound)
}

async fn show(v: Visitor, Path(slug): Path<String>) -> Page {
    let need = load(&v, slug).await?;
    let mut f = Form::of(&v);
    if let Some(mine) = &need.my_partnership {
        let state = if mine.state == PartnerState::Invited { PartnerState::Interested } else { mine.state };
        f = f
            .with("state", state)
            .with_some("volume.minimum", mine.volume_minimum)
            .with_some("volume.expected", mine.volume_expected)
            .with_some("volume.maximum", mine.volume_maximum)
            .with_some("volume.units", mine.units.as_ref())
            .with_some("startsOn", mine.starts_on)
            .with_some("note", mine.note.as_ref())
            .with("expectedVersion", mine.version);
    }
    v.page(&AnswerTemplate { f, refused: "", need, v: v.clone() })
}

async fn answer(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug).await?;
    let takes_part = need.my_partnership.as_ref().is_some_and(|p| p.state != PartnerState::Withdrawn);
    let (minimum, expected) = (f.number("volume.minimum"), f.number("volume.expected"));
    let (maximum, units) = (f.number("volume.maximum"), f.some("volume.units"));
    let starts_on = f.day("startsOn");
    let refused = if takes_part {
        let state = f.read("state").unwrap_or(PartnerState::Interested);
        let input = answer_partnership::AnswerPartnershipInput {
            need_id: need.id.clone(),
            state,
            volume: Some(answer_partnership::PartnerVolumeInput { expected, maximum, minimum, units }),
            starts_on,
            note: f.some("note"),
            expected_version: f.number("expectedVersion"),
        };
        if !f.is_valid() {
            return v.invalid(&AnswerTemplate { f, refused: "answer", need, v: v.clone() });
        }
        v.send::<AnswerPartnership>(answer_partnership::Variables { input }).await?.err()
    } else {
        let input = join_need::JoinNeedInput {
            need_id: need.id.clone(),
            volume: Some(join_need::PartnerVolumeInput { expected, maximum, minimum, units }),
            starts_on,
            note: f.some("note"),
        };
        if !f.is_valid() {
            return v.invalid(&AnswerTemplate { f, refused: "answer", need, v: v.clone() });
        }
        v.send::<JoinNeed>(join_need::Variables { input }).await?.err()
    };
    match refused {
        None => v.redirect_saying(&format!("/m/together/{}", need.slug), "partnership-answered"),
        Some(refused) => {
            f.refuse(&refused);
            v.invalid(&AnswerTemplate { f, refused: "answer", need, v: v.clone() })
        }
    }
}

async fn leave(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug).await?;
    let input =
        leave_partnership::LeavePartnershipInput { need_id: need.id.clone(), reason: f.text_of("reason") };
    if let Err(refused) = v.send::<LeavePartnership>(leave_partnership::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&AnswerTemplate { f, refused: "leave", need, v: v.clone() });
    }
    v.redirect_saying("/m/together", "partnership-left")
}

#[derive(Template)]
#[template(path = "partners/desk.html")]
struct DeskTemplate {
    v: Visitor,
    /// One for all forms of the page; a row's fields end in its organisation's id.
    f: Form,
    q: String,
    need: partner_desk::PartnerDeskNeed,
    found: Vec<partner_desk::PartnerDeskOrganisationsNodes>,
}

/// Whole kroner, as people read them.
pub(crate) fn kroner(v: &Visitor, amount: i64) -> String {
    v.t.money(&::types::Money { amount, currency: "NOK".to_owned() })
}

type Row = partner_desk::PartnerDeskNeedPartners;

impl DeskTemplate {
    fn rows(&self) -> &[Row] {
        self.need.partners.as_deref().unwrap_or_default()
    }

    fn groups(&self) -> Vec<(String, Vec<&Row>)> {
        let t = self.v.t;
        let of = |states: &[PartnerState]| -> Vec<&Row> {
            self.rows().iter().filter(|p| states.contains(&p.state)).collect()
        };
        [
            (t.partners_behind(), of(BEHIND)),
            (t.partners_group_invited(), of(&[PartnerState::Invited])),
            (t.partners_group_watching(), of(&[PartnerState::Observer])),
            (t.partners_group_left(), of(&[PartnerState::Withdrawn])),
        ]
        .into_iter()
        .filter(|(_, group)| !group.is_empty())
        .collect()
    }

    /// A mandate binds, and who left is gone.
    fn may_remove(&self, row: &Row) -> bool {
        use PartnerState as S;
        self.need.viewer_can.publish && !matches!(row.state, S::Mandated | S::OptionParty | S::Withdrawn)
    }

    fn remove_words(&self, row: &Row) -> String {
        let t = self.v.t;
        if row.state == PartnerState::Invited { t.partners_uninvite() } else { t.partners_remove() }
    }

    /// The buyers found that can be invited: neither the owner nor one that takes part.
    fn choices(&self) -> Vec<Choice> {
        let is_in = |id: &str| {
            id == self.need.organisation.id
                || self.rows().iter().any(|p| p.organisation.id == id && p.state != PartnerState::Withdrawn)
        };
        self.found.iter().filter(|o| !is_in(&o.id)).map(|o| Choice::new(&o.id, &o.name)).collect()
    }

    fn kroner(&self, amount: impl Borrow<i64>) -> String {
        kroner(&self.v, *amount.borrow())
    }

    fn volume(&self, row: &Row) -> Option<String> {
        let between = |a: i64, b: i64| self.v.t.need_value_between(self.kroner(a), self.kroner(b));
        match (row.volume_expected, row.volume_minimum, row.volume_maximum) {
            (Some(expected), Some(least), Some(most)) => {
                Some(format!("{} ({})", self.kroner(expected), between(least, most)))
            }
            (Some(expected), ..) => Some(self.kroner(expected)),
            (None, Some(least), Some(most)) => Some(between(least, most)),
            (None, Some(least), None) => Some(self.v.t.need_value_from(self.kroner(least))),
            (None, None, Some(most)) => Some(self.v.t.need_value_to(self.kroner(most))),
            (None, None, None) => None,
        }
    }

    /// What those who stand behind it expect together, for the owner alone.
    fn total(&self) -> Option<String> {
        let stands = self.rows().iter().filter(|p| p.state.stands_behind());
        let sum: i64 = stands.filter_map(|p| p.volume_expected).sum();
        (sum > 0).then(|| self.kroner(sum))
    }
}

async fn desk_page(v: &Visitor, slug: String, q: String, refused: Option<Form>) -> Page {
    v.signed_in()?;
    let query = Some(q.clone()).filter(|q| !q.trim().is_empty());
    let data = v.run::<PartnerDesk>(partner_desk::Variables { slug, query: query.clone() }).await?;
    let need = data.need.filter(|n| n.viewer_can.is_owner).ok_or(PageError::NotFound)?;
    let found = if query.is_some() { data.organisations.nodes } else { Vec::new() };
    let failed = refused.is_some();
    let f = refused.unwrap_or_else(|| Form::of(v).with("q", &q));
    let page = DeskTemplate { v: v.clone(), f, q, need, found };
    if failed { v.invalid(&page) } else { v.page(&page) }
}

async fn desk(v: Visitor, Path(slug): Path<String>, Query(q): Query<ListQuery>) -> Page {
    desk_page(&v, slug, q.q, None).await
}

async fn invite(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = target(&v, slug).await?;
    let q = f.text_of("q");
    let input = invite_partner::InvitePartnerInput {
        need_id: need.id,
        organisation_id: f.text_of("organisationId"),
        message: f.some("message"),
    };
    if let Err(refused) = v.send::<InvitePartner>(invite_partner::Variables { input }).await? {
        f.refuse(&refused);
        return desk_page(&v, need.slug, q, Some(f)).await;
    }
    v.redirect_saying(&format!("/m/needs/{}/partners", need.slug), "partner-invited")
}

async fn remove(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = target(&v, slug).await?;
    let organisation = f.text_of("removed");
    let input = remove_partner::RemovePartnerInput {
        need_id: need.id,
        organisation_id: organisation.clone(),
        reason: f.text_of(&format!("reason-{organisation}")),
    };
    if let Err(refused) = v.send::<RemovePartner>(remove_partner::Variables { input }).await? {
        f.refuse_row(&refused, &organisation);
        return desk_page(&v, need.slug, String::new(), Some(f)).await;
    }
    v.redirect_saying(&format!("/m/needs/{}/partners", need.slug), "partner-removed")
}

async fn target(v: &Visitor, slug: String) -> Result<partner_page::PartnerPageNeed, PageError> {
    v.signed_in()?;
    let need = v.run::<PartnerPage>(partner_page::Variables { slug }).await?.need;
    need.filter(|n| n.viewer_can.is_owner).ok_or(PageError::NotFound)
}
