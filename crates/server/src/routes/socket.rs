//! `/graphql/ws`: subscriptions by graphql-transport-ws.
//!
//! The loop is ours, since the protocol's close codes and its difference
//! between `error` and `next` matter to clients. A browser's cookie counts only
//! from our own pages: any site may open a socket here.

use std::collections::HashMap;
use std::time::Duration;

use async_graphql::{Request, Response as Answer, Value, Variables};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::{Actor, accounts};
use futures::StreamExt;
use futures::stream::{BoxStream, SelectAll};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Web;
use super::caller::bearer;

const PROTOCOL: &str = "graphql-transport-ws";
/// A client says hello so soon.
const HELLO: Duration = Duration::from_secs(10);
/// The largest message, as for `POST /graphql`.
const MAX_MESSAGE: usize = 2 * 1024 * 1024;
/// So many subscriptions at once on one socket.
const MAX_OPERATIONS: usize = 100;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/graphql/ws", get(open))
}

/// What clients send.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionInit {
        #[serde(default)]
        payload: Option<serde_json::Value>,
    },
    Subscribe {
        id: String,
        payload: Operation,
    },
    Complete {
        id: String,
    },
    Ping {},
    Pong {},
}

#[derive(Deserialize)]
struct Operation {
    query: String,
    #[serde(default, rename = "operationName")]
    name: Option<String>,
    #[serde(default)]
    variables: Option<serde_json::Map<String, serde_json::Value>>,
}

/// One answer, with its fields in the order that was asked for.
#[derive(Serialize)]
struct Next<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    payload: &'a Answer,
}

/// What a running operation does.
enum Event {
    Next(String, Box<Answer>),
    Done(String),
}

/// Why the socket is closed.
struct Close(u16, &'static str);

async fn open(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if actor.person.is_some() && !headers.contains_key(header::AUTHORIZATION) && !is_own_page(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    upgrade.protocols([PROTOCOL]).max_message_size(MAX_MESSAGE).on_upgrade(async move |mut socket| {
        let close = match socket.protocol() {
            Some(protocol) if protocol.as_bytes() == PROTOCOL.as_bytes() => {
                Talk { web, actor, running: HashMap::new(), streams: SelectAll::new() }.run(&mut socket).await
            }
            _ => Close(4406, "Subprotocol not acceptable"),
        };
        let frame = CloseFrame { code: close.0, reason: close.1.into() };
        let _ = socket.send(Message::Close(Some(frame))).await;
    })
}

/// Whether the page that opens the socket is one of ours.
fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split("://").nth(1) == Some(host),
        (Some(_), None) => false,
    }
}

struct Talk {
    web: Web,
    actor: Actor,
    running: HashMap<String, CancellationToken>,
    streams: SelectAll<BoxStream<'static, Event>>,
}

impl Talk {
    async fn run(mut self, socket: &mut WebSocket) -> Close {
        match timeout(HELLO, socket.recv()).await {
            Err(_) => return Close(4408, "Connection initialisation timeout"),
            Ok(Some(Ok(message))) => match read(&message) {
                Ok(Some(Said::ConnectionInit { payload })) => {
                    if let Err(close) = self.greet(payload).await {
                        return close;
                    }
                }
                Ok(_) => return Close(4401, "Unauthorized"),
                Err(close) => return close,
            },
            Ok(_) => return Close(1000, "Gone"),
        }
        if send(socket, &json!({ "type": "connection_ack" })).await.is_err() {
            return Close(1000, "Gone");
        }
        loop {
            let said = tokio::select! {
                () = self.web.stop.cancelled() => return Close(1001, "Going away"),
                Some(event) = self.streams.next() => self.tell(socket, event).await,
                message = socket.recv() => match message {
                    Some(Ok(message)) => self.hear(socket, &message).await,
                    _ => return Close(1000, "Gone"),
                },
            };
            if let Err(close) = said {
                return close;
            }
        }
    }

    /// A token in the hello counts as one in the header.
    async fn greet(&mut self, payload: Option<serde_json::Value>) -> Result<(), Close> {
        let payload = payload.unwrap_or_default();
        let told = payload.get("authorization").or_else(|| payload.get("Authorization"));
        let Some(told) = told else { return Ok(()) };
        let token = told.as_str().and_then(bearer).ok_or(Close(4403, "Forbidden"))?;
        let found = self.web.tokens.actor_of(token).await.map_err(|_| Close(1011, "Internal error"))?;
        let actor = found.ok_or(Close(4403, "Forbidden"))?;
        self.actor = Actor { language: self.actor.language, address: self.actor.address.take(), ..actor };
        Ok(())
    }

    async fn hear(&mut self, socket: &mut WebSocket, message: &Message) -> Result<(), Close> {
        match read(message)? {
            None | Some(Said::Pong {}) => Ok(()),
            Some(Said::Ping {}) => send(socket, &json!({ "type": "pong" })).await,
            Some(Said::ConnectionInit { .. }) => Err(Close(4429, "Too many initialisation requests")),
            Some(Said::Complete { id }) => {
                if let Some(token) = self.running.remove(&id) {
                    token.cancel();
                }
                Ok(())
            }
            Some(Said::Subscribe { id, .. }) if self.running.contains_key(&id) => {
                // The protocol wants the id in the reason; a constant has to do.
                Err(Close(4409, "Subscriber already exists"))
            }
            Some(Said::Subscribe { .. }) if self.running.len() >= MAX_OPERATIONS => {
                Err(Close(4429, "Too many subscriptions"))
            }
            Some(Said::Subscribe { id, payload }) => {
                self.subscribe(id, payload);
                Ok(())
            }
        }
    }

    fn subscribe(&mut self, id: String, operation: Operation) {
        let variables = operation.variables.map(serde_json::Value::Object).unwrap_or_default();
        let mut request = Request::new(operation.query).variables(Variables::from_json(variables));
        if let Some(name) = operation.name {
            request = request.operation_name(name);
        }
        let token = CancellationToken::new();
        let (next, done) = (id.clone(), id.clone());
        let answers = self.web.api.execute_stream(request, &self.actor);
        let stream = answers
            .map(move |answer| Event::Next(next.clone(), Box::new(answer)))
            .chain(futures::stream::once(async move { Event::Done(done) }))
            .take_until(token.clone().cancelled_owned());
        self.running.insert(id, token);
        self.streams.push(stream.boxed());
    }

    async fn tell(&mut self, socket: &mut WebSocket, event: Event) -> Result<(), Close> {
        match event {
            Event::Done(id) => {
                if self.running.remove(&id).is_none() {
                    return Ok(());
                }
                send(socket, &json!({ "type": "complete", "id": id })).await
            }
            Event::Next(id, answer) => {
                if !self.running.contains_key(&id) {
                    return Ok(());
                }
                still_signed_in(&self.web, &self.actor).await?;
                let is_refused =
                    answer.data == Value::Null && answer.errors.iter().all(|e| e.path.is_empty());
                if is_refused && !answer.errors.is_empty() {
                    if let Some(token) = self.running.remove(&id) {
                        token.cancel();
                    }
                    let message = json!({ "type": "error", "id": id, "payload": answer.errors });
                    return send(socket, &message).await;
                }
                send(socket, &Next { kind: "next", id: &id, payload: &answer }).await
            }
        }
    }
}

/// A session may end while its socket is open, also on another node.
async fn still_signed_in(web: &Web, actor: &Actor) -> Result<(), Close> {
    let Some(session) = actor.session else { return Ok(()) };
    match accounts::actor_of_session(&web.app, session).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Close(4403, "Forbidden")),
        Err(_) => Err(Close(1011, "Internal error")),
    }
}

/// A message of the protocol; `None` for what the transport does by itself.
fn read(message: &Message) -> Result<Option<Said>, Close> {
    match message {
        Message::Text(text) => {
            serde_json::from_str(text).map(Some).map_err(|_| Close(4400, "Invalid message"))
        }
        Message::Binary(_) => Err(Close(4400, "Invalid message")),
        Message::Close(_) => Err(Close(1000, "Gone")),
        Message::Ping(_) | Message::Pong(_) => Ok(None),
    }
}

async fn send(socket: &mut WebSocket, message: &impl Serialize) -> Result<(), Close> {
    let text = serde_json::to_string(message).map_err(|_| Close(1011, "Internal error"))?;
    socket.send(Message::text(text)).await.map_err(|_| Close(1000, "Gone"))
}
