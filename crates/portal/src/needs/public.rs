//! What everybody sees: the list, a need, its changes.

use std::borrow::Borrow;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use serde::Deserialize;

use crate::kit::operations::types::*;
use crate::kit::{Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/needs/list.graphql": NeedList }
crate::operations! { "../../graphql/operations/needs/page.graphql": NeedPage, NeedChanges }

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/needs", get(list))
        .route("/needs/{slug}", get(page))
        .route("/needs/{slug}/changes", get(changes))
}

/// The list's address: every filter is in it, so it can be kept and sent on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    q: String,
    state: String,
    county: String,
    division: String,
    open: String,
    joint: String,
    order: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "needs/list.html")]
struct ListTemplate {
    v: Visitor,
    f: Form,
    data: need_list::ResponseData,
    states: Vec<Choice>,
    counties: Vec<Choice>,
    divisions: Vec<Choice>,
    orders: Vec<Choice>,
    is_filtered: bool,
    is_later_page: bool,
}

async fn list(v: Visitor, Query(q): Query<ListQuery>) -> Page {
    let some = |text: &str| (!text.trim().is_empty()).then(|| vec![text.trim().to_owned()]);
    let state = q.state.parse::<NeedState>().ok();
    let filter = need_list::NeedFilter {
        query: Some(q.q.clone()).filter(|t| !t.trim().is_empty()),
        states: state.map(|s| vec![s]),
        county_numbers: some(&q.county),
        cpv_codes: some(&q.division),
        is_open: q.open == "1",
        is_joint: (q.joint == "1").then_some(true),
        organisation_ids: None,
        places: None,
    };
    let (field, direction) = match q.order.as_str() {
        "newest" => (need_list::NeedOrderField::PUBLISHED_AT, need_list::OrderDirection::DESC),
        "deadline" => (need_list::NeedOrderField::RESPONSE_DEADLINE, need_list::OrderDirection::ASC),
        _ => (need_list::NeedOrderField::RELEVANCE, need_list::OrderDirection::DESC),
    };
    let is_later_page = q.after.is_some();
    let order_by = need_list::NeedOrder { direction, field };
    let variables = need_list::Variables { filter: Some(filter), order_by, after: q.after.clone() };
    let data = v.run::<NeedList>(variables).await?;
    let f = Form::of(&v)
        .with("q", &q.q)
        .with("state", &q.state)
        .with("county", &q.county)
        .with("division", &q.division)
        .with("order", if q.order.is_empty() { "relevance" } else { q.order.as_str() })
        .with("open", &q.open)
        .with("joint", &q.joint);
    let is_filtered =
        [&q.q, &q.state, &q.county, &q.division, &q.open, &q.joint].iter().any(|t| !t.is_empty());
    let facet = |value: &str, name: &str, count: i64| Choice::new(value, format!("{name} ({count})"));
    let states = data.need_facets.states.iter().map(|s| facet(&s.value, &s.name, s.count)).collect();
    let counties = data.need_facets.counties.iter().map(|s| facet(&s.value, &s.name, s.count)).collect();
    let divisions = data.need_facets.divisions.iter().map(|s| facet(&s.value, &s.name, s.count)).collect();
    let orders = vec![
        Choice::new("relevance", v.t.needs_order_relevance()),
        Choice::new("newest", v.t.needs_order_newest()),
        Choice::new("deadline", v.t.needs_order_deadline()),
    ];
    v.page(&ListTemplate {
        v: v.clone(),
        f,
        data,
        states,
        counties,
        divisions,
        orders,
        is_filtered,
        is_later_page,
    })
}

#[derive(Template)]
#[template(path = "needs/page.html")]
struct NeedTemplate {
    v: Visitor,
    need: need_page::NeedPageNeed,
    content: need_page::NeedPageNeedContent,
}

impl NeedTemplate {
    /// The sections of text, in the order of the page; what is empty is not there.
    fn sections(&self) -> Vec<(String, &str)> {
        let (t, c) = (self.v.t, &self.content);
        [
            (t.need_challenge(), &c.challenge_html),
            (t.need_users(), &c.users_html),
            (t.need_effects(), &c.effects_html),
            (t.need_success_criteria(), &c.success_criteria_html),
            (t.need_openness(), &c.openness_html),
            (t.need_constraints(), &c.constraints_html),
            (t.need_scale(), &c.scale_html),
            (t.need_plan(), &c.plan_html),
        ]
        .into_iter()
        .filter(|(_, html)| !html.is_empty())
        .map(|(title, html)| (title, html.as_str()))
        .collect()
    }

    /// What happened, newest first; the same thing several times in a row counts as one.
    fn happened(&self) -> Vec<(DateTime, &str, usize)> {
        let mut grouped: Vec<(DateTime, &str, usize)> = Vec::new();
        for entry in &self.need.log.nodes {
            match grouped.last_mut() {
                Some((_, text, count)) if *text == entry.text => *count += 1,
                _ => grouped.push((entry.occurred_at, &entry.text, 1)),
            }
        }
        grouped
    }

    fn value(&self) -> Option<String> {
        let value = self.content.value.as_ref()?;
        let money =
            |amount: i64| self.v.t.money(&::types::Money { amount, currency: value.currency.clone() });
        match (value.minimum, value.maximum) {
            (Some(least), Some(most)) => Some(self.v.t.need_value_between(money(least), money(most))),
            (Some(least), None) => Some(self.v.t.need_value_from(money(least))),
            (None, Some(most)) => Some(self.v.t.need_value_to(money(most))),
            (None, None) => None,
        }
    }

    fn kroner(&self, amount: impl Borrow<i64>) -> String {
        crate::partners::kroner(&self.v, *amount.borrow())
    }

    /// Whether the visitor's buyer takes part, or may join.
    fn may_join(&self) -> bool {
        let acting = self.v.viewer().and_then(|viewer| viewer.acting.as_ref());
        let is_other_buyer =
            !self.need.viewer_can.is_owner && acting.is_some_and(|a| a.organisation.kind.is_buyer());
        let is_over = self.need.state == NeedState::Closed || self.need.competition_announced_at.is_some();
        is_other_buyer && (self.need.my_partnership.is_some() || (self.need.is_joint && !is_over))
    }

    fn answered(&self) -> Vec<&need_page::NeedPageNeedMarketQuestionsNodes> {
        self.need.market_questions.nodes.iter().filter(|q| q.state == QuestionState::Answered).collect()
    }

    fn mine_open(&self) -> Vec<&need_page::NeedPageNeedMarketQuestionsNodes> {
        self.need
            .market_questions
            .nodes
            .iter()
            .filter(|q| q.is_mine && q.state != QuestionState::Answered)
            .collect()
    }
}

async fn page(v: Visitor, Path(slug): Path<String>) -> Page {
    let found = v.run::<NeedPage>(need_page::Variables { slug }).await?.need;
    let mut need = found.ok_or(PageError::NotFound)?;
    match need.content.take() {
        Some(content) => v.page(&NeedTemplate { v: v.clone(), need, content }),
        // Not public yet: its people find it in their workspace.
        None => v.redirect(&format!("/m/needs/{}", need.slug)),
    }
}

#[derive(Template)]
#[template(path = "needs/changes.html")]
struct ChangesTemplate {
    v: Visitor,
    need: need_changes::NeedChangesNeed,
}

impl ChangesTemplate {
    fn path(&self) -> String {
        format!("/needs/{}", self.need.slug)
    }
}

async fn changes(v: Visitor, Path(slug): Path<String>) -> Page {
    let need =
        v.run::<NeedChanges>(need_changes::Variables { slug }).await?.need.ok_or(PageError::NotFound)?;
    if need.versions.is_empty() {
        return Err(PageError::NotFound);
    }
    v.page(&ChangesTemplate { v: v.clone(), need })
}
