//! Webhooks, by which the organisation's own systems are told what happens: seen, made,
//! changed, tried, stopped, and what became of each message.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use types::EntryKind as Kind;

use crate::kit::operations::types::{
    DateTime, EntryKind, WebhookDeliveryState, WebhookFailure, WebhookState,
};
use crate::kit::{After, Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/webhooks/webhooks.graphql":
    WebhooksPage, WebhookPage, WebhookDeliveryPage, CreateWebhook, ChangeWebhook, RotateWebhookSecret,
    DisableWebhook, EnableWebhook, DeleteWebhook, SendTestWebhook, ReplayWebhookDelivery,
    ReplayFailedWebhookDeliveries
}

const LIST: &str = "/organisation/webhooks";

pub(super) fn routes() -> Router {
    Router::new()
        .route("/organisation/webhooks", get(list))
        .route("/organisation/webhooks/new", get(show_new).post(create))
        .route("/organisation/webhooks/{id}", get(show))
        .route("/organisation/webhooks/{id}/change", get(show_change).post(change))
        .route("/organisation/webhooks/{id}/rotate", post(rotate))
        .route("/organisation/webhooks/{id}/test", post(test))
        .route("/organisation/webhooks/{id}/disable", post(disable))
        .route("/organisation/webhooks/{id}/enable", post(enable))
        .route("/organisation/webhooks/{id}/delete", post(delete))
        .route("/organisation/webhooks/{id}/replay", post(replay_failed))
        .route("/organisation/webhooks/deliveries/{id}", get(show_delivery))
        .route("/organisation/webhooks/deliveries/{id}/replay", post(replay))
}

/// These pages are for those who manage members, as the API has it too.
fn manager(manages: Option<bool>) -> Result<(), PageError> {
    match manages {
        None => Err(PageError::NotFound),
        Some(false) => Err(PageError::Forbidden(None)),
        Some(true) => Ok(()),
    }
}

/// What one chooses in place of single kinds: each with the beginnings of its kinds' names.
const TOPICS: [(&str, &[&str]); 9] = [
    ("NEEDS", &["need.", "attachment."]),
    ("PARTNERS", &["need.partner_"]),
    ("QUESTIONS", &["question.", "announcement.", "disclosure."]),
    ("INTEREST", &["interest."]),
    ("EVENTS", &["event."]),
    ("RESPONSES", &["response.", "passage.", "confidentiality."]),
    ("SUMMARIES", &["summary."]),
    ("QUALITY", &["survey.", "quality."]),
    ("ORGANISATIONS", &["organisation."]),
];
/// Stands for kinds that were chosen one by one, through the API.
const AS_IS: &str = "AS_IS";

fn topic_of(kind: Kind) -> Option<&'static str> {
    let fits = |(_, starts): &&(&str, &[&str])| starts.iter().any(|start| kind.as_str().starts_with(start));
    // The last that fits: partners stand after the needs.
    TOPICS.iter().rfind(fits).map(|(topic, _)| *topic)
}

fn kinds_of(topic: &str) -> Vec<EntryKind> {
    Kind::TOLD.iter().filter(|kind| topic_of(**kind) == Some(topic)).map(|kind| EntryKind(*kind)).collect()
}

/// The topics whose kinds are all chosen, and whether that is all that is chosen.
fn topics(kinds: &[EntryKind]) -> (Vec<&'static str>, bool) {
    let whole = TOPICS.iter().map(|(topic, _)| *topic);
    let whole: Vec<&str> = whole.filter(|t| kinds_of(t).iter().all(|kind| kinds.contains(kind))).collect();
    let is_all = kinds.iter().all(|kind| topic_of(kind.0).is_some_and(|topic| whole.contains(&topic)));
    (whole, is_all)
}

/// What an endpoint is told, in words.
fn told(v: &Visitor, kinds: &[EntryKind]) -> String {
    if kinds.is_empty() {
        return v.t.webhooks_everything();
    }
    let (whole, is_all) = topics(kinds);
    let mut words: Vec<String> = whole.iter().map(|topic| v.t.word("webhook-topic", topic)).collect();
    if !is_all {
        words.push(v.t.webhooks_some_kinds());
    }
    words.join(", ")
}

fn what(v: &Visitor, kind: Option<&EntryKind>) -> String {
    match kind {
        None => v.t.webhooks_test_message(),
        Some(kind) => {
            let topic = topic_of(kind.0).map_or_else(String::new, |topic| v.t.word("webhook-topic", topic));
            format!("{topic}: {}", v.t.word("log", &kind.0.as_str().replace('.', "-")))
        }
    }
}

#[derive(Template)]
#[template(path = "webhooks/list.html")]
struct ListTemplate {
    v: Visitor,
    name: String,
    found: webhooks_page::WebhooksPageWebhookEndpoints,
}

impl ListTemplate {
    fn next(&self) -> Option<&str> {
        self.found.page_info.end_cursor.as_deref().filter(|_| self.found.page_info.has_next_page)
    }
}

async fn list(v: Visitor, Query(After { after }): Query<After>) -> Page {
    if v.signed_in()?.acting.is_none() {
        return v.redirect("/act-as");
    }
    let data = v.run::<WebhooksPage>(webhooks_page::Variables { after }).await?;
    let acting = data.viewer.and_then(|viewer| viewer.acting).ok_or(PageError::NotFound)?;
    v.page(&ListTemplate { name: acting.organisation.name, found: data.webhook_endpoints, v: v.clone() })
}

#[derive(Template)]
#[template(path = "webhooks/edit.html")]
struct EditTemplate {
    v: Visitor,
    f: Form,
    /// The endpoint that is changed; none where one is made.
    id: Option<String>,
    topics: Vec<Choice>,
}

impl EditTemplate {
    fn of(v: &Visitor, f: Form, endpoint: Option<&Endpoint>) -> Self {
        let choice = |topic: &str| Choice::new(topic, v.t.word("webhook-topic", topic));
        let mut choices: Vec<Choice> = TOPICS.iter().map(|(topic, _)| choice(topic)).collect();
        if endpoint.is_some_and(|endpoint| !topics(&endpoint.kinds).1) {
            choices.push(Choice::new(AS_IS, v.t.webhooks_as_is()));
        }
        Self { v: v.clone(), f, id: endpoint.map(|endpoint| endpoint.id.clone()), topics: choices }
    }
}

async fn show_new(v: Visitor) -> Page {
    // Asks the API: the page of a list is for the same people.
    v.signed_in()?;
    v.run::<WebhooksPage>(webhooks_page::Variables { after: None }).await?;
    v.page(&EditTemplate::of(&v, Form::of(&v), None))
}

#[derive(Template)]
#[template(path = "webhooks/made.html")]
struct MadeTemplate {
    v: Visitor,
    title: String,
    secret: String,
    id: String,
    /// Until when the one before signs too.
    until: Option<DateTime>,
}

/// The kinds of the ticked topics, and those that were there where one keeps them.
fn chosen(f: &Form, before: &[EntryKind]) -> Vec<EntryKind> {
    let ticked = f.all("kinds");
    let mut kinds: Vec<EntryKind> = ticked.iter().flat_map(|topic| kinds_of(topic)).collect();
    if ticked.iter().any(|topic| *topic == AS_IS) {
        let (whole, _) = topics(before);
        let single = |kind: &&EntryKind| topic_of(kind.0).is_none_or(|topic| !whole.contains(&topic));
        kinds.extend(before.iter().filter(single));
    }
    kinds
}

/// The secret stands in the answer to the form and nowhere else: to load the page
/// again makes none, and an address that showed it would stay in the history.
async fn create(v: Visitor, mut f: Form) -> Page {
    let input = create_webhook::CreateWebhookEndpointInput {
        url: f.text_of("url"),
        description: f.text_of("description"),
        kinds: Some(chosen(&f, &[])),
    };
    let sent = v.send::<CreateWebhook>(create_webhook::Variables { input }).await?;
    let made = match sent {
        Ok(data) => data.create_webhook_endpoint,
        Err(refused) => {
            f.refuse(&refused);
            return v.invalid(&EditTemplate::of(&v, f, None));
        }
    };
    let lacking = || PageError::internal("an endpoint without its secret");
    let (secret, endpoint) = (made.secret.ok_or_else(lacking)?, made.endpoint.ok_or_else(lacking)?);
    let title = v.t.webhooks_made(endpoint.description);
    v.page(&MadeTemplate { v: v.clone(), title, secret, id: endpoint.id, until: None })
}

type Endpoint = webhook_page::WebhookPageNodeOnWebhookEndpoint;

#[derive(Template)]
#[template(path = "webhooks/endpoint.html")]
struct EndpointTemplate {
    v: Visitor,
    f: Form,
    endpoint: Endpoint,
    states: Vec<WebhookDeliveryState>,
}

impl EndpointTemplate {
    fn next(&self) -> Option<&str> {
        let page = &self.endpoint.deliveries.page_info;
        page.end_cursor.as_deref().filter(|_| page.has_next_page)
    }

    fn is_active(&self) -> bool {
        self.endpoint.state == WebhookState::Active
    }

    fn shows(&self, state: WebhookDeliveryState) -> bool {
        self.states.contains(&state)
    }
}

/// Which part of the log.
#[derive(serde::Deserialize)]
struct LogQuery {
    after: Option<String>,
    state: Option<String>,
}

async fn load(
    v: &Visitor,
    id: String,
    states: &[WebhookDeliveryState],
    after: Option<String>,
) -> Result<Endpoint, PageError> {
    v.signed_in()?;
    let states = Some(states.to_vec());
    let data = v.run::<WebhookPage>(webhook_page::Variables { id, states, after }).await?;
    let viewer = data.viewer.ok_or(PageError::SignIn)?;
    manager(viewer.acting.map(|acting| acting.manages_members))?;
    match data.node {
        Some(webhook_page::WebhookPageNode::WebhookEndpoint(endpoint)) => Ok(endpoint),
        _ => Err(PageError::NotFound),
    }
}

async fn show(v: Visitor, Path(id): Path<String>, Query(q): Query<LogQuery>) -> Page {
    let states: Vec<WebhookDeliveryState> =
        q.state.and_then(|state| state.parse().ok()).into_iter().collect();
    let endpoint = load(&v, id, &states, q.after).await?;
    v.page(&EndpointTemplate { f: Form::of(&v), v: v.clone(), endpoint, states })
}

async fn show_change(v: Visitor, Path(id): Path<String>) -> Page {
    let endpoint = load(&v, id, &[], None).await?;
    let (mut ticked, is_all) = topics(&endpoint.kinds);
    if endpoint.kinds.is_empty() {
        ticked.clear();
    } else if !is_all {
        ticked.push(AS_IS);
    }
    let f = Form::of(&v)
        .with("url", &endpoint.url)
        .with("description", &endpoint.description)
        .with("version", endpoint.version)
        .with_all("kinds", ticked);
    v.page(&EditTemplate::of(&v, f, Some(&endpoint)))
}

async fn change(v: Visitor, Path(id): Path<String>, mut f: Form) -> Page {
    let endpoint = load(&v, id, &[], None).await?;
    let input = change_webhook::ChangeWebhookEndpointInput {
        endpoint_id: endpoint.id.clone(),
        expected_version: f.number("version"),
        url: f.text_of("url"),
        description: f.text_of("description"),
        kinds: Some(chosen(&f, &endpoint.kinds)),
    };
    if let Err(refused) = v.send::<ChangeWebhook>(change_webhook::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&EditTemplate::of(&v, f, Some(&endpoint)));
    }
    v.redirect_saying(&format!("{LIST}/{}", endpoint.id), "webhook-changed")
}

/// What one button of the endpoint's page does.
macro_rules! button {
    ($name:ident, $op:ident, $module:ident::$input:ident, $flash:literal, $to:expr) => {
        async fn $name(v: Visitor, Path(id): Path<String>, mut f: Form) -> Page {
            let endpoint = load(&v, id, &[], None).await?;
            let id = endpoint.id.clone();
            let input = $module::$input { endpoint_id: id.clone() };
            if let Err(refused) = v.send::<$op>($module::Variables { input }).await? {
                f.refuse(&refused);
                return v.invalid(&EndpointTemplate { v: v.clone(), f, endpoint, states: Vec::new() });
            }
            let to: fn(&str) -> String = $to;
            v.redirect_saying(&to(&id), $flash)
        }
    };
}

button!(test, SendTestWebhook, send_test_webhook::SendTestWebhookInput, "webhook-tested", |id| format!(
    "{LIST}/{id}"
));
button!(
    disable,
    DisableWebhook,
    disable_webhook::DisableWebhookEndpointInput,
    "webhook-disabled",
    |id| format!("{LIST}/{id}")
);
button!(enable, EnableWebhook, enable_webhook::EnableWebhookEndpointInput, "webhook-enabled", |id| format!(
    "{LIST}/{id}"
));
button!(delete, DeleteWebhook, delete_webhook::DeleteWebhookEndpointInput, "webhook-deleted", |_| LIST
    .to_owned());

async fn rotate(v: Visitor, Path(id): Path<String>, mut f: Form) -> Page {
    let endpoint = load(&v, id, &[], None).await?;
    let expected_version = f.number("version");
    let input = rotate_webhook_secret::RotateWebhookSecretInput {
        endpoint_id: endpoint.id.clone(),
        expected_version,
    };
    let sent = v.send::<RotateWebhookSecret>(rotate_webhook_secret::Variables { input }).await?;
    let made = match sent {
        Ok(data) => data.rotate_webhook_secret,
        Err(refused) => {
            f.refuse(&refused);
            return v.invalid(&EndpointTemplate { v: v.clone(), f, endpoint, states: Vec::new() });
        }
    };
    let lacking = || PageError::internal("an endpoint without its secret");
    let (secret, made) = (made.secret.ok_or_else(lacking)?, made.endpoint.ok_or_else(lacking)?);
    let title = v.t.webhooks_rotated(made.description);
    let until = made.previous_secret_until;
    v.page(&MadeTemplate { v: v.clone(), title, secret, id: made.id, until })
}

async fn replay_failed(v: Visitor, Path(id): Path<String>, mut f: Form) -> Page {
    let endpoint = load(&v, id, &[], None).await?;
    let since = f.moment("since");
    if since.is_none() && f.is_valid() {
        f.fail("since", types::ErrorCode::Required);
    }
    if let Some(since) = since {
        let input = replay_failed_webhook_deliveries::ReplayFailedWebhookDeliveriesInput {
            endpoint_id: endpoint.id.clone(),
            since,
        };
        let variables = replay_failed_webhook_deliveries::Variables { input };
        match v.send::<ReplayFailedWebhookDeliveries>(variables).await? {
            Ok(_) => return v.redirect_saying(&format!("{LIST}/{}", endpoint.id), "webhook-replayed"),
            Err(refused) => f.refuse(&refused),
        }
    }
    v.invalid(&EndpointTemplate { v: v.clone(), f, endpoint, states: Vec::new() })
}

type Delivery = webhook_delivery_page::WebhookDeliveryPageNodeOnWebhookDelivery;

#[derive(Template)]
#[template(path = "webhooks/delivery.html")]
struct DeliveryTemplate {
    v: Visitor,
    f: Form,
    delivery: Delivery,
}

impl DeliveryTemplate {
    async fn of(v: &Visitor, f: Form, id: String) -> Result<Self, PageError> {
        v.signed_in()?;
        let data = v.run::<WebhookDeliveryPage>(webhook_delivery_page::Variables { id }).await?;
        let viewer = data.viewer.ok_or(PageError::SignIn)?;
        manager(viewer.acting.map(|acting| acting.manages_members))?;
        match data.node {
            Some(webhook_delivery_page::WebhookDeliveryPageNode::WebhookDelivery(delivery)) => {
                Ok(Self { v: v.clone(), f, delivery })
            }
            _ => Err(PageError::NotFound),
        }
    }

    fn is_over(&self) -> bool {
        self.delivery.state != WebhookDeliveryState::Pending
    }
}

async fn show_delivery(v: Visitor, Path(id): Path<String>) -> Page {
    v.page(&DeliveryTemplate::of(&v, Form::of(&v), id).await?)
}

async fn replay(v: Visitor, Path(id): Path<String>, f: Form) -> Page {
    let mut page = DeliveryTemplate::of(&v, f, id.clone()).await?;
    let input = replay_webhook_delivery::ReplayWebhookDeliveryInput { delivery_id: id };
    if let Err(refused) =
        v.send::<ReplayWebhookDelivery>(replay_webhook_delivery::Variables { input }).await?
    {
        page.f.refuse(&refused);
        return v.invalid(&page);
    }
    v.redirect_saying(&format!("{LIST}/{}", page.delivery.endpoint_id), "webhook-replayed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_that_is_told_has_a_topic() {
        let mut counted = 0;
        for (topic, _) in TOPICS {
            let kinds = kinds_of(topic);
            assert!(!kinds.is_empty(), "{topic}");
            assert_eq!(topics(&kinds), (vec![topic], true));
            counted += kinds.len();
        }
        assert_eq!(counted, Kind::TOLD.len());
        let single = [EntryKind(Kind::NeedPublished)];
        assert_eq!(topics(&single), (vec![], false));
    }
}
