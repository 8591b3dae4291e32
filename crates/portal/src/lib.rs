//! The portal: server-rendered pages and forms, a client of the schema.
//!
//! A page runs one operation document against the schema, in this process, and
//! hands the typed result to a template; a form runs one mutation. So the
//! portal decides nothing: what a visitor may see and do, the API says.
//!
//! Add a slice's pages as a module with `routes()`, and merge it in `pages`.

pub mod kit;

mod accounts;
mod admin;
mod disclosures;
mod events;
mod home;
mod info;
mod interest;
mod needs;
mod organisations;
mod partners;
mod quality;
mod questions;
mod responses;
mod summary;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub use kit::shell::Throttled;
pub use kit::{ErasedExecutor, Keeper, PortalConfig, RequestData, UserError};

/// The portal's routes. They have a fallback (an address without a language
/// gets the visitor's), so what they are merged into must have none.
///
/// The server puts a [`RequestData`] into each request's extensions.
pub fn router(api: Arc<dyn ErasedExecutor>, config: PortalConfig) -> Router {
    let config = Arc::new(config);
    let api = kit::Api::new(api);
    kit::shell::frame(&pages(&config), &api, &config)
        .route("/assets/{file}", get(kit::assets::serve))
        .route("/favicon.ico", get(kit::assets::favicon))
        .route("/robots.txt", get(kit::assets::robots))
}

/// Every page, once, without its language.
fn pages(config: &PortalConfig) -> Router {
    let pages = Router::new()
        .merge(home::routes())
        .merge(accounts::routes())
        .merge(organisations::routes())
        .merge(admin::routes())
        .merge(info::routes())
        .merge(events::routes())
        .merge(needs::routes())
        .merge(questions::routes())
        .merge(quality::routes())
        .merge(responses::routes())
        .merge(interest::routes())
        .merge(partners::routes())
        .merge(disclosures::routes())
        .merge(summary::routes());
    if config.gallery { pages.merge(kit::gallery::routes()) } else { pages }
}
