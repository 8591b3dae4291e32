//! Interest and following: the supplier's page, its list, the buyer's desk.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};

use crate::kit::operations::types::*;
use crate::kit::{After, Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/interest/interest.graphql":
    InterestPage, InterestDesk, MyInterests, SupplierHome, FollowTarget, MyNotifications, RegisterInterest,
    WithdrawInterest, FollowNeed, UnfollowNeed
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/needs/{slug}/interest", get(show).post(register))
        .route("/needs/{slug}/interest/withdraw", post(withdraw))
        .route("/needs/{slug}/follow", post(follow))
        .route("/needs/{slug}/unfollow", post(unfollow))
        .route("/notifications", get(notifications))
        .route("/supplier", get(home))
        .route("/supplier/interests", get(mine))
        .route("/m/needs/{slug}/interest", get(desk))
}

type Need = interest_page::InterestPageNeed;

#[derive(Template)]
#[template(path = "interest/register.html")]
struct RegisterTemplate {
    v: Visitor,
    f: Form,
    need: Need,
}

impl RegisterTemplate {
    fn path(&self) -> String {
        format!("/needs/{}", self.need.slug)
    }

    fn is_supplier(&self) -> bool {
        let acting = self.v.viewer().and_then(|viewer| viewer.acting.as_ref());
        acting.is_some_and(|a| a.organisation.kind == OrganisationKind::Supplier)
    }

    fn visibilities(&self) -> Vec<Choice> {
        let t = self.v.t;
        vec![
            Choice::new(InterestVisibility::Public, t.interest_public()).help(t.interest_public_help()),
            Choice::new(InterestVisibility::Discreet, t.interest_discreet()).help(t.interest_discreet_help()),
        ]
    }
}

async fn load(v: &Visitor, slug: String) -> Result<Need, PageError> {
    v.signed_in()?;
    v.run::<InterestPage>(interest_page::Variables { slug }).await?.need.ok_or(PageError::NotFound)
}

async fn show(v: Visitor, Path(slug): Path<String>) -> Page {
    let need = load(&v, slug).await?;
    let f = match &need.my_interest {
        Some(mine) => Form::of(&v)
            .with("visibility", mine.visibility)
            .with("isLookingForPartners", if mine.is_looking_for_partners { "true" } else { "" })
            .with_some("message", mine.message.as_ref())
            .with("expectedVersion", mine.version),
        None => Form::of(&v).with("visibility", InterestVisibility::Public),
    };
    v.page(&RegisterTemplate { f, need, v: v.clone() })
}

async fn register(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug).await?;
    let input = register_interest::RegisterInterestInput {
        need_id: need.id.clone(),
        visibility: f.read("visibility").unwrap_or(InterestVisibility::Discreet),
        is_looking_for_partners: f.ticked("isLookingForPartners"),
        message: f.some("message"),
        expected_version: f.number("expectedVersion"),
    };
    if let Some(mine) = &need.my_interest
        && need.takes_interest
        && input.expected_version.is_none()
    {
        // A page from before a colleague registered, or a second click on it.
        let is_same = mine.visibility == input.visibility
            && mine.is_looking_for_partners == input.is_looking_for_partners
            && mine.message.as_deref().unwrap_or_default() == input.message.as_deref().unwrap_or_default();
        if is_same {
            return v.redirect_saying(&format!("/needs/{}/interest", need.slug), "interest-already");
        }
        f.fail_saying("", v.t.interest_already());
        f.put("expectedVersion", mine.version);
    }
    if f.is_valid() {
        match v.send::<RegisterInterest>(register_interest::Variables { input }).await? {
            Ok(_) => {
                return v.redirect_saying(&format!("/needs/{}/interest", need.slug), "interest-registered");
            }
            Err(refused) => f.refuse(&refused),
        }
    }
    v.invalid(&RegisterTemplate { f, need, v: v.clone() })
}

async fn withdraw(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let need = load(&v, slug).await?;
    let input = withdraw_interest::WithdrawInterestInput { need_id: need.id.clone() };
    if let Err(refused) = v.send::<WithdrawInterest>(withdraw_interest::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&RegisterTemplate { f, need, v: v.clone() });
    }
    v.redirect_saying(&format!("/needs/{}", need.slug), "interest-withdrawn")
}

async fn target(v: &Visitor, slug: String) -> Result<follow_target::FollowTargetNeed, PageError> {
    v.signed_in()?;
    v.run::<FollowTarget>(follow_target::Variables { slug }).await?.need.ok_or(PageError::NotFound)
}

async fn follow(v: Visitor, Path(slug): Path<String>, _: Form) -> Page {
    let need = target(&v, slug).await?;
    let input = follow_need::FollowNeedInput { need_id: need.id };
    match v.send::<FollowNeed>(follow_need::Variables { input }).await? {
        Ok(_) => v.redirect_saying(&format!("/needs/{}", need.slug), "need-followed"),
        Err(_) => Err(PageError::NotFound),
    }
}

async fn unfollow(v: Visitor, Path(slug): Path<String>, f: Form) -> Page {
    let need = target(&v, slug).await?;
    let input = unfollow_need::UnfollowNeedInput { need_id: need.id };
    match v.send::<UnfollowNeed>(unfollow_need::Variables { input }).await? {
        Ok(_) if f.ticked("stay") => v.redirect_saying("/notifications", "need-unfollowed"),
        Ok(_) => v.redirect_saying(&format!("/needs/{}", need.slug), "need-unfollowed"),
        Err(_) => Err(PageError::NotFound),
    }
}

#[derive(Template)]
#[template(path = "interest/home.html")]
struct HomeTemplate {
    v: Visitor,
    data: supplier_home::ResponseData,
}

type Waiting = supplier_home::SupplierHomeMyInterestsNodesNeed;

impl HomeTemplate {
    /// Needs of interest that take answers, the nearest deadline first.
    fn waiting(&self) -> Vec<&Waiting> {
        let active = self.data.my_interests.nodes.iter().filter(|i| i.state == InterestState::Active);
        let mut open: Vec<_> = active.filter_map(|i| i.need.as_ref()).filter(|n| n.is_open).collect();
        open.sort_by_key(|n| n.response_deadline);
        open
    }
}

async fn home(v: Visitor) -> Page {
    v.signed_in()?;
    let data = v.run::<SupplierHome>(supplier_home::Variables {}).await?;
    v.page(&HomeTemplate { v: v.clone(), data })
}

#[derive(Template)]
#[template(path = "interest/mine.html")]
struct MineTemplate {
    v: Visitor,
    data: my_interests::ResponseData,
}

impl MineTemplate {
    fn next(&self) -> Option<&str> {
        let page = &self.data.my_interests.page_info;
        page.end_cursor.as_deref().filter(|_| page.has_next_page)
    }
}

async fn mine(v: Visitor, Query(After { after }): Query<After>) -> Page {
    v.signed_in()?;
    let data = v.run::<MyInterests>(my_interests::Variables { after }).await?;
    v.page(&MineTemplate { v: v.clone(), data })
}

/// Where every letter's last line leads: what one gets mail about.
#[derive(Template)]
#[template(path = "interest/notifications.html")]
struct NotificationsTemplate {
    v: Visitor,
    list: my_notifications::MyNotificationsMyNotifications,
}

type Addressed = my_notifications::MyNotificationsMyNotificationsNodes;
type Reason = my_notifications::NotificationReason;

impl NotificationsTemplate {
    fn next(&self) -> Option<&str> {
        let page = &self.list.page_info;
        page.end_cursor.as_deref().filter(|_| page.has_next_page)
    }

    fn follows(addressed: &Addressed) -> bool {
        addressed.reasons.iter().any(|reason| matches!(reason, Reason::FOLLOWS))
    }

    fn is_interested(addressed: &Addressed) -> bool {
        addressed.reasons.iter().any(|reason| matches!(reason, Reason::INTERESTED))
    }

    fn has_asked(addressed: &Addressed) -> bool {
        addressed.reasons.iter().any(|reason| matches!(reason, Reason::ASKED))
    }

    fn has_responded(addressed: &Addressed) -> bool {
        addressed.reasons.iter().any(|reason| matches!(reason, Reason::RESPONDED))
    }

    /// Whether the news come also after one has stopped what can be stopped.
    fn is_bound(addressed: &Addressed) -> bool {
        let is_free = |reason: &Reason| matches!(reason, Reason::FOLLOWS | Reason::INTERESTED);
        !addressed.reasons.iter().all(is_free)
    }
}

async fn notifications(v: Visitor, Query(After { after }): Query<After>) -> Page {
    v.signed_in()?;
    let list = v.run::<MyNotifications>(my_notifications::Variables { after }).await?.my_notifications;
    v.page(&NotificationsTemplate { v: v.clone(), list })
}

#[derive(Template)]
#[template(path = "interest/desk.html")]
struct DeskTemplate {
    v: Visitor,
    need: interest_desk::InterestDeskNeed,
}

impl DeskTemplate {
    fn rows(&self) -> &[interest_desk::InterestDeskNeedInterest] {
        self.need.interest.as_deref().unwrap_or_default()
    }
}

async fn desk(v: Visitor, Path(slug): Path<String>) -> Page {
    v.signed_in()?;
    let need = v.run::<InterestDesk>(interest_desk::Variables { slug }).await?.need;
    let need = need.filter(|n| n.viewer_can.is_owner).ok_or(PageError::NotFound)?;
    v.page(&DeskTemplate { v: v.clone(), need })
}
