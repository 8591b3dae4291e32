//! The same operations as server-sent events: graphql-sse's distinct
//! connections mode, one operation a request.
//!
//! Each answer is an event `next`, the end is an event `complete`. A stream
//! whose session ended breaks off without one, so that its client does not take
//! it for the end of what there was to tell.

use std::convert::Infallible;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response as Answer};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::Actor;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use tokio::sync::mpsc;

use super::caller::bearer;
use super::graphql::{refused, was_refused};
use super::open::{Basis, Place};
use super::{Web, request};

/// Proxies end what is silent for longer.
const KEEP_ALIVE: Duration = Duration::from_secs(12);

/// Where a stream stands.
enum Stage {
    /// The head is out.
    Begun,
    /// Answers come.
    Running,
    /// All was told.
    Told,
}

struct Telling {
    web: Web,
    place: Place,
    told: mpsc::Receiver<Told>,
    stage: Stage,
}

/// What an operation tells; where it breaks off, its end is not told.
enum Told {
    Next(Box<Answer>),
    End,
}

/// Answers a request with events.
pub(super) fn answer(web: &Web, actor: &Actor, headers: &HeaderMap, request: Request) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(bearer);
    let basis = Basis::new(actor.clone(), token);
    let place = match web.open.take(&basis) {
        Ok(place) => place,
        Err(refusal) => return refusal.answer(headers, actor.language),
    };
    let listens = request::kind(&web.api, &request) == Some(OperationType::Subscription);
    let answers = web.api.execute_stream(request, actor);
    let (tell, told) = mpsc::channel(1);
    web.tracker.spawn(run(web.clone(), basis, answers, listens, tell));
    let telling = Telling { web: web.clone(), place, told, stage: Stage::Begun };
    let events = stream::unfold(telling, Telling::next).map(Ok::<_, Infallible>);
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // A proxy that collects would tell everything at the end.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// Runs the operation in a task of its own: who reads slowly holds up nobody who waits for
/// what it has in its hands.
async fn run(
    web: Web,
    basis: Basis,
    mut answers: BoxStream<'static, Answer>,
    listens: bool,
    tell: mpsc::Sender<Told>,
) {
    loop {
        let answer = tokio::select! {
            () = tell.closed() => return,
            answer = answers.next() => answer,
        };
        // Also before the end: a subscription ends by itself when its rights do.
        if listens && basis.still(&web.app, &web.tokens).await.is_err() {
            return;
        }
        let is_last = answer.is_none();
        let told = answer.map_or(Told::End, |answer| Told::Next(Box::new(answer)));
        if tell.send(told).await.is_err() || is_last {
            return;
        }
    }
}

impl Telling {
    async fn next(mut self) -> Option<(Event, Self)> {
        match self.stage {
            Stage::Begun => {
                // Some clients wait for a first byte.
                self.stage = Stage::Running;
                Some((Event::default().comment(""), self))
            }
            Stage::Running => {
                let told = tokio::select! {
                    () = self.web.stop.cancelled() => return None,
                    () = self.place.end.cancelled() => return None,
                    told = self.told.recv() => told,
                };
                let Told::Next(answer) = told? else { return Some(self.complete()) };
                let text = if was_refused(&answer) {
                    serde_json::to_string(&refused(&answer))
                } else {
                    serde_json::to_string(&answer)
                };
                Some((Event::default().event("next").data(text.ok()?), self))
            }
            Stage::Told => None,
        }
    }

    fn complete(mut self) -> (Event, Self) {
        self.stage = Stage::Told;
        // Without data a browser would not tell of the event.
        (Event::default().event("complete").data("null"), self)
    }
}
