//! The routes: API, health, the demonstration's mailbox, and the portal, each
//! request with its caller, its id, its line in the log and safe headers.

mod accept;
mod address;
mod body;
mod calendars;
mod caller;
mod explorer;
mod files;
mod graphql;
mod headers;
mod health;
mod idempotency;
mod json;
mod jwks;
mod mailbox;
mod open;
mod price;
mod refusal;
mod request;
mod secrets;
mod sign_in;
mod socket;
mod sse;

use std::sync::Arc;

use ::graphql::{Api, ApiSettings};
use axum::Router;
use axum::middleware::from_fn_with_state;
use domain::App;
use identity::Tokens;
use portal::PortalConfig;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Layer;
use tower::util::MapRequestLayer;
use tower_http::csrf::CsrfLayer;

use crate::config::Config;
use crate::node::Node;
use open::Open;

/// What the routes share.
#[derive(Clone)]
pub(crate) struct Web(Arc<Shared>);

pub(crate) struct Shared {
    /// Nobody's yet.
    app: Arc<App>,
    tokens: Tokens,
    api: Api,
    open: Arc<Open>,
    trusted_proxy_header: Option<String>,
    is_secure: bool,
    /// What runs on when its client goes away.
    tracker: TaskTracker,
    /// Names and attributes of cookies.
    portal: PortalConfig,
    /// Ends what would otherwise never end.
    stop: CancellationToken,
}

impl std::ops::Deref for Web {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// All routes of a node.
pub fn router(config: &Config, node: &Node, tracker: &TaskTracker, stop: &CancellationToken) -> Router {
    let open = Open::new(config.sockets);
    tracker.spawn(open::watch(Arc::clone(&node.app), Arc::clone(&open), stop.clone()));
    let tokens = Arc::new(node.tokens.clone());
    // Behind a route somebody asks, and says who (`App::asked_by`).
    let app = Arc::new(node.app.as_nobody());
    let api = Api::new(Arc::clone(&app), tokens, ApiSettings::default());
    let mut portal = PortalConfig::new(config.http.public_url.clone(), Arc::clone(&node.app.clock));
    portal.demo = config.is_demo();
    portal.gallery = config.is_demo();
    portal.max_body = config.max_upload + 1024 * 1024;
    let web = Web(Arc::new(Shared {
        app,
        tokens: node.tokens.clone(),
        api: api.clone(),
        open,
        trusted_proxy_header: config.http.trusted_proxy_header.clone(),
        is_secure: config.http.is_secure(),
        tracker: tracker.clone(),
        portal: portal.clone(),
        stop: stop.clone(),
    }));

    let mut routes = Router::new()
        .merge(graphql::routes())
        .merge(socket::routes())
        .merge(explorer::routes())
        .merge(calendars::routes())
        .merge(files::routes(config.max_upload))
        .merge(sign_in::routes())
        .with_state(web.clone());
    if config.is_demo() {
        routes = routes.merge(mailbox::routes(config.mail_folder()));
    }
    routes = routes.merge(portal::router(Arc::new(api.trusted()), portal));
    let routes = routes
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(web.clone(), caller::around))
        // A probe needs neither caller nor line in the log.
        .merge(health::routes().with_state(web.clone()))
        .merge(jwks::routes().with_state(web.clone()))
        .layer(from_fn_with_state(web, headers::add));
    // Before a route is chosen, for a route reads its parts of the address.
    Router::new().fallback_service(MapRequestLayer::new(address::readable).layer(routes))
}
