//! `/graphql/ws`: operations by graphql-transport-ws.
//!
//! The protocol is ours ([`talk`]), since its close codes and its difference
//! between `error` and `next` matter to clients. A browser's cookie counts only
//! from our own pages: any site may open a socket here.
//!
//! Each operation runs in a task of its own, so that none waits for the socket with a
//! connection or a lock in its hands. Nothing is queued but each operation's next answer,
//! and who does not read is dropped.

mod talk;

use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response as Answer};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use domain::{Actor, Error};
use futures::stream::{BoxStream, SelectAll};
use futures::{Stream, StreamExt};
use hyper::upgrade::OnUpgrade;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use types::ErrorCode;

use super::caller::{self, bearer};
use super::graphql::was_refused;
use super::open::{Basis, Ended, Place};
use super::refusal::Refusal;
use super::{Web, price, request};
use talk::{Act, Close, Talk};

const PROTOCOL: &str = "graphql-transport-ws";
/// The other side has so long to say goodbye too.
const GOODBYE: Duration = Duration::from_secs(2);
/// Whether anybody is there is asked so often; two questions without an answer end it.
const PING: Duration = Duration::from_secs(30);
/// The largest message, as for `POST /graphql`.
const MAX_MESSAGE: usize = ::graphql::limits::MAX_BODY;
/// What a socket reads and writes at once: there may be thousands.
const BUFFER: usize = 4 * 1024;
/// So many operations at once on one socket.
const MAX_OPERATIONS: usize = 100;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/graphql/ws", get(open))
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
    Next {
        id: String,
        answer: Box<Answer>,
        listens: bool,
    },
    Done {
        id: String,
        listens: bool,
    },
    /// It ended without a word: a mistake of ours.
    Broken,
}

async fn open(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    spelling: Extensions,
    upgrade: WebSocketUpgrade,
) -> Response {
    let language = actor.language;
    let is_foreign = actor.person.is_some()
        && !headers.contains_key(header::AUTHORIZATION)
        && !is_own_page(&headers, web.is_secure);
    let place = if is_foreign {
        Err(Refusal::of(StatusCode::FORBIDDEN, ErrorCode::Forbidden))
    } else {
        let token = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(bearer);
        let basis = Basis::new(actor, token);
        web.open.take(&basis).map(|place| (basis, place))
    };
    let (basis, place) = match place {
        Ok(both) => both,
        Err(refusal) => return refusal.answer(&headers, language),
    };
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(2 * MAX_MESSAGE);
    let upgrade = upgrade.max_frame_size(2 * MAX_MESSAGE).read_buffer_size(BUFFER).write_buffer_size(BUFFER);
    let patience = web.open.patience();
    let mut response = upgrade.on_upgrade(async move |mut socket| {
        let close = match socket.protocol() {
            Some(protocol) if protocol.as_bytes() == PROTOCOL.as_bytes() => {
                let talk = Talk::new(MAX_OPERATIONS);
                Listener { web, basis, place, talk, streams: SelectAll::new() }.listen(&mut socket).await
            }
            _ => Close::PROTOCOL,
        };
        if close != Close::CUT {
            end(&mut socket, &close, patience).await;
        }
    });
    // hyper answers in the letters in which it was asked, if it finds them here: Python's `gql`
    // looks for `Sec-WebSocket-Protocol` to the letter, and takes us for an older protocol's
    // server without.
    let mut spelling = spelling;
    spelling.remove::<OnUpgrade>();
    response.extensions_mut().extend(spelling);
    response
}

/// Closes in order: says why, or answers who has said it, and waits a moment for the other
/// side to have read it. Whoever drops a connection with something unread in it may take what
/// was said before along.
async fn end(socket: &mut WebSocket, close: &Close, patience: Duration) {
    let frame = CloseFrame { code: close.code, reason: close.reason.as_ref().into() };
    let _ = timeout(patience, socket.send(Message::Close(Some(frame)))).await;
    let goodbye = async { while let Some(Ok(_)) = socket.recv().await {} };
    let _ = timeout(Ord::min(patience, GOODBYE), goodbye).await;
}

/// Whether the page that opens the socket is one of ours. Programs are no pages.
fn is_own_page(headers: &HeaderMap, is_secure: bool) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    match (headers.contains_key(header::ORIGIN), text(header::ORIGIN), text(header::HOST)) {
        (false, ..) => true,
        (true, Some(origin), Some(host)) => match origin.split_once("://") {
            Some((scheme, from)) => from == host && (scheme == "https" || !is_secure),
            None => false,
        },
        (true, ..) => false,
    }
}

struct Listener {
    web: Web,
    basis: Basis,
    place: Place,
    talk: Talk,
    streams: SelectAll<BoxStream<'static, Event>>,
}

impl Listener {
    /// Listens and answers until the talk is over.
    async fn listen(mut self, socket: &mut WebSocket) -> Close {
        let hello = sleep_until(Instant::now() + self.web.open.patience());
        tokio::pin!(hello);
        let mut pings = interval(PING);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is at once.
        pings.tick().await;
        let mut unanswered = 0;
        loop {
            let done = tokio::select! {
                () = self.web.stop.cancelled() => Err(Close::STOPPING),
                () = self.place.end.cancelled() => Err(Close::FORBIDDEN),
                () = &mut hello, if self.talk.is_silent() => Err(Close::SILENT),
                _ = pings.tick() => {
                    unanswered += 1;
                    if unanswered > 2 { Err(Close::CUT) } else { self.write(socket, Message::Ping(Vec::new().into())).await }
                }
                Some(event) = self.streams.next() => self.tell(socket, event).await,
                message = socket.recv() => {
                    unanswered = 0;
                    match message {
                        Some(Ok(message)) => self.hear(socket, message).await,
                        Some(Err(_)) => Err(Close::UNREADABLE),
                        None => Err(Close::GONE),
                    }
                }
            };
            if let Err(close) = done {
                return close;
            }
        }
    }

    async fn hear(&mut self, socket: &mut WebSocket, message: Message) -> Result<(), Close> {
        let text = match message {
            Message::Text(text) if text.len() > MAX_MESSAGE => return Err(Close::TOO_BIG),
            Message::Text(text) => text,
            Message::Binary(_) => return Err(Close::invalid("binary")),
            Message::Close(_) => return Err(Close::GONE),
            // The transport answers by itself.
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
        };
        match self.talk.hear(&text)? {
            Act::Nothing => Ok(()),
            Act::Pong => self.send(socket, &json!({ "type": "pong" })).await,
            Act::Greet(payload) => {
                self.greet(payload.unwrap_or_default()).await?;
                self.talk.acknowledge();
                self.send(socket, &json!({ "type": "connection_ack" })).await
            }
            Act::TooMany(id) => {
                let refusal = Refusal::of(StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooManyConnections);
                let errors = [refusal.error(self.basis.actor.language)];
                self.send(socket, &json!({ "type": "error", "id": id, "payload": errors })).await
            }
            Act::Run(id, request, stop) => {
                self.basis.still(&self.web.app, &self.web.tokens).await?;
                let actor = &self.basis.actor;
                let wait = caller::wait(&self.web, actor, price::REQUEST).await;
                let Some(seconds) = wait else {
                    self.run(id, *request, stop);
                    return Ok(());
                };
                self.talk.end(&id);
                let errors = [Refusal::throttled(seconds, actor.language).error(actor.language)];
                self.send(socket, &json!({ "type": "error", "id": id, "payload": errors })).await
            }
        }
    }

    /// A token in the hello counts as one in the header.
    async fn greet(&mut self, payload: Map<String, Value>) -> Result<(), Close> {
        let told = payload.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let mut told = told.map(|(_, value)| value);
        let Some(token) = told.next() else { return Ok(()) };
        let token = token.as_str().and_then(bearer).filter(|_| told.next().is_none());
        let unknown = |error: Error| {
            tracing::error!(%error, "the caller can't be found out");
            Close::INTERNAL
        };
        let found = match token {
            Some(token) => self.web.tokens.actor_of(token).await.map_err(unknown)?.map(|a| (a, token)),
            None => None,
        };
        let Some((actor, token)) = found else {
            caller::note_unknown(&self.web, token).await.map_err(unknown)?;
            // Whoever guesses by this door pays what it costs by the other.
            let guest = Actor { address: self.basis.actor.address.clone(), ..Actor::default() };
            let _ = caller::wait(&self.web, &guest, price::REFUSED).await;
            return Err(Close::FORBIDDEN);
        };
        let before = &mut self.basis.actor;
        let actor = Actor { language: before.language, address: before.address.take(), ..actor };
        self.basis = Basis::new(actor, Some(token));
        self.place.rest_on(&self.basis).map_err(|_| Close::FULL)
    }

    fn run(&mut self, id: String, request: Request, stop: CancellationToken) {
        let listens = request.query.contains("subscription")
            && request::kind(&self.web.api, &request) == Some(OperationType::Subscription);
        let answers = self.web.api.execute_stream(request, &self.basis.actor);
        let (tell, told) = mpsc::channel(1);
        self.web.tracker.spawn(run(id, answers, listens, stop.clone(), tell));
        self.streams.push(events(told, stop).boxed());
    }

    async fn tell(&mut self, socket: &mut WebSocket, event: Event) -> Result<(), Close> {
        match event {
            Event::Done { id, listens } if self.talk.end(&id) => {
                if listens {
                    // A subscription ends by itself when its rights do, and that is no end of news.
                    self.basis.still(&self.web.app, &self.web.tokens).await?;
                }
                self.send(socket, &json!({ "type": "complete", "id": id })).await
            }
            Event::Next { id, answer, listens } if self.talk.runs(&id) => {
                if listens {
                    // The watch would find it too, but this is not to be told any more.
                    self.basis.still(&self.web.app, &self.web.tokens).await?;
                }
                if was_refused(&answer) {
                    self.talk.end(&id);
                    let message = json!({ "type": "error", "id": id, "payload": answer.errors });
                    return self.send(socket, &message).await;
                }
                self.send(socket, &Next { kind: "next", id: &id, payload: &answer }).await
            }
            Event::Done { .. } | Event::Next { .. } => Ok(()),
            // Whoever listens shall know that nothing comes any more.
            Event::Broken => Err(Close::INTERNAL),
        }
    }

    async fn send(&mut self, socket: &mut WebSocket, message: &impl Serialize) -> Result<(), Close> {
        let text = serde_json::to_string(message).map_err(|_| Close::INTERNAL)?;
        self.write(socket, Message::text(text)).await
    }

    /// Writes, unless nobody reads.
    async fn write(&mut self, socket: &mut WebSocket, message: Message) -> Result<(), Close> {
        tokio::select! {
            () = self.place.end.cancelled() => Err(Close::FORBIDDEN),
            written = timeout(self.web.open.patience(), socket.send(message)) => match written {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) | Err(_) => Err(Close::CUT),
            },
        }
    }
}

/// What a running operation tells. What was stopped is not told, also if its answer is on the
/// way: its id may be another's.
fn events(told: mpsc::Receiver<Event>, stop: CancellationToken) -> impl Stream<Item = Event> {
    futures::stream::unfold(Some((told, stop)), async |running| {
        let (mut told, stop) = running?;
        let event = told.recv().await;
        if stop.is_cancelled() {
            return None;
        }
        match event {
            Some(event @ Event::Next { .. }) => Some((event, Some((told, stop)))),
            Some(last) => Some((last, None)),
            None => Some((Event::Broken, None)),
        }
    })
}

/// Runs an operation until it ends, somebody stops it, or the socket is gone.
async fn run(
    id: String,
    mut answers: BoxStream<'static, Answer>,
    listens: bool,
    stop: CancellationToken,
    tell: mpsc::Sender<Event>,
) {
    loop {
        let answer = tokio::select! {
            () = stop.cancelled() => return,
            () = tell.closed() => return,
            answer = answers.next() => answer,
        };
        let Some(answer) = answer else { break };
        if tell.send(Event::Next { id: id.clone(), answer: Box::new(answer), listens }).await.is_err() {
            return;
        }
    }
    // Nobody may be there to hear it.
    let _ = tell.send(Event::Done { id, listens }).await;
}

impl From<Ended> for Close {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Forbidden => Self::FORBIDDEN,
            Ended::Unknown => Self::INTERNAL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_breaks_off_is_told_and_what_was_stopped_is_not() {
        let done = || Event::Done { id: "a".to_owned(), listens: false };
        let told = async |event: Option<Event>, is_stopped: bool| {
            let (tell, heard) = mpsc::channel(1);
            let stop = CancellationToken::new();
            if let Some(event) = event {
                tell.send(event).await.expect("somebody hears");
            }
            drop(tell);
            if is_stopped {
                stop.cancel();
            }
            events(heard, stop).collect::<Vec<_>>().await
        };
        assert!(matches!(told(Some(done()), false).await[..], [Event::Done { .. }]));
        assert!(matches!(told(None, false).await[..], [Event::Broken]), "a panic leaves nobody waiting");
        assert!(told(Some(done()), true).await.is_empty() && told(None, true).await.is_empty());
    }

    #[test]
    fn a_cookie_counts_from_our_own_pages_alone() {
        let own = |origin: Option<&str>, is_secure| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "samspill.example.no".parse().expect("a value"));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().expect("a value"));
            }
            is_own_page(&headers, is_secure)
        };
        assert!(own(None, true) && own(Some("https://samspill.example.no"), true));
        assert!(own(Some("http://samspill.example.no"), false));
        for foreign in ["null", "http://samspill.example.no", "https://samspill.example.no:1", "https://x.no"]
        {
            assert!(!own(Some(foreign), true), "{foreign}");
        }
    }
}
