//! The portal without a database: `cargo run -p portal --example gallery`
//! serves the frame, the pages without data and `/dev/gallery`, for looking at.
//! `/?as=kari` signs somebody in.

use std::sync::Arc;

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema, SimpleObject};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use portal::{PortalConfig, RequestData};
use types::SystemClock;

struct Query;

/// Whether somebody is signed in.
struct SignedIn(bool);

#[derive(SimpleObject)]
struct Viewer {
    name: &'static str,
    email: &'static str,
    form_mark: &'static str,
    platform_administrator: bool,
    acting: Acting,
}

#[derive(SimpleObject)]
struct Acting {
    organisation: Organisation,
}

#[derive(SimpleObject)]
struct Organisation {
    id: &'static str,
    name: &'static str,
}

#[Object]
impl Query {
    async fn viewer(&self, context: &async_graphql::Context<'_>) -> Option<Viewer> {
        context.data_opt::<SignedIn>().is_some_and(|s| s.0).then_some(Viewer {
            name: "Kari Nordmann",
            email: "kari@example.no",
            form_mark: "",
            platform_administrator: false,
            acting: Acting { organisation: Organisation { id: "1", name: "Fjordvik kommune" } },
        })
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".into());
    let mut config = PortalConfig::new(format!("http://{address}"), Arc::new(SystemClock));
    config.gallery = true;
    config.demo = true;
    config.contact = Some("post@example.no".into());
    let router =
        portal::router(Arc::new(schema), config).layer(from_fn(async |mut request: Request, next: Next| {
            let signed_in = request.uri().query().is_some_and(|q| q.contains("as=kari"));
            request
                .extensions_mut()
                .insert(RequestData(Arc::new(move |r: async_graphql::Request| r.data(SignedIn(signed_in)))));
            next.run(request).await
        }));
    let listener = tokio::net::TcpListener::bind(&address).await?;
    axum::serve(listener, router).await
}
