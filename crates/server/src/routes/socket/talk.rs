//! The rules of graphql-transport-ws, without a socket: what a message means in
//! the present state, and when the talk is over.

use std::borrow::Cow;
use std::collections::HashMap;

use async_graphql::Request;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::routes::{json, request};

/// A reason has room for so many bytes (RFC 6455, section 5.5).
const MAX_REASON: usize = 123;

/// Why the socket is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: Cow<'static, str>,
}

impl Close {
    pub(super) const GONE: Self = Self::of(1000, "Gone");
    /// Nobody is there who would read why: the connection is cut. The code is never sent
    /// (RFC 6455, section 7.4.1).
    pub(super) const CUT: Self = Self::of(1006, "Nobody reads");
    pub(super) const STOPPING: Self = Self::of(1001, "Going away");
    pub(super) const UNREADABLE: Self = Self::of(1002, "Protocol error");
    pub(super) const TOO_BIG: Self = Self::of(1009, "Message too big");
    pub(super) const INTERNAL: Self = Self::of(1011, "Internal error");
    pub(super) const FULL: Self = Self::of(1013, "Too many connections");
    pub(super) const UNAUTHORISED: Self = Self::of(4401, "Unauthorized");
    pub(super) const FORBIDDEN: Self = Self::of(4403, "Forbidden");
    pub(super) const PROTOCOL: Self = Self::of(4406, "Subprotocol not acceptable");
    pub(super) const SILENT: Self = Self::of(4408, "Connection initialisation timeout");
    pub(super) const HELLO_TWICE: Self = Self::of(4429, "Too many initialisation requests");

    const fn of(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    pub(super) fn invalid(what: &str) -> Self {
        Self::because(4400, format!("Invalid message: {what}"))
    }

    fn because(code: u16, mut reason: String) -> Self {
        if reason.len() > MAX_REASON {
            reason.truncate(reason.floor_char_boundary(MAX_REASON - '…'.len_utf8()));
            reason.push('…');
        }
        Self { code, reason: Cow::Owned(reason) }
    }
}

/// What is to be done about a message.
#[derive(Debug)]
pub(super) enum Act {
    /// Find out who it is, then [`Talk::acknowledge`].
    Greet(Option<Map<String, Value>>),
    /// Answer a ping.
    Pong,
    /// Run an operation until it ends or the token is cancelled.
    Run(String, Box<Request>, CancellationToken),
    /// Nothing; what was to be ended is ended.
    Nothing,
    /// Refuse the operation: so many run already.
    TooMany(String),
}

/// The state of one talk.
pub(super) struct Talk {
    state: State,
    running: HashMap<String, CancellationToken>,
    most: usize,
}

#[derive(PartialEq, Eq)]
enum State {
    Silent,
    Greeted,
    Acknowledged,
}

impl Talk {
    /// A talk that begins, with so many operations at once at most.
    pub(super) fn new(most: usize) -> Self {
        Self { state: State::Silent, running: HashMap::new(), most }
    }

    /// Whether nobody has said hello.
    pub(super) fn is_silent(&self) -> bool {
        self.state == State::Silent
    }

    /// From now on operations may be run.
    pub(super) fn acknowledge(&mut self) {
        self.state = State::Acknowledged;
    }

    /// Hears a message.
    pub(super) fn hear(&mut self, text: &str) -> Result<Act, Close> {
        let Value::Object(mut said) = json::read(text.as_bytes()).map_err(|e| Close::invalid(&e))? else {
            return Err(Close::invalid("no object"));
        };
        let kind = said.remove("type");
        match kind.as_ref().and_then(Value::as_str) {
            Some("connection_init") => {
                let payload = payload(&mut said)?;
                if self.state != State::Silent {
                    return Err(Close::HELLO_TWICE);
                }
                self.state = State::Greeted;
                Ok(Act::Greet(payload))
            }
            Some("ping") => payload(&mut said).map(|_| Act::Pong),
            Some("pong") => payload(&mut said).map(|_| Act::Nothing),
            Some("complete") => {
                // What is not known has ended already.
                self.end(&id(&mut said)?);
                Ok(Act::Nothing)
            }
            Some("subscribe") => self.subscribe(said),
            _ => Err(Close::invalid("no such type")),
        }
    }

    fn subscribe(&mut self, mut said: Map<String, Value>) -> Result<Act, Close> {
        let id = id(&mut said)?;
        let Some(Value::Object(payload)) = said.remove("payload") else {
            return Err(Close::invalid("no payload"));
        };
        let request = request::of_fields(payload).map_err(|refusal| Close::invalid(refusal.words()))?;
        if self.state != State::Acknowledged {
            return Err(Close::UNAUTHORISED);
        }
        if self.running.contains_key(&id) {
            return Err(Close::because(4409, format!("Subscriber for {id} already exists")));
        }
        if self.running.len() >= self.most {
            return Ok(Act::TooMany(id));
        }
        let stop = CancellationToken::new();
        self.running.insert(id.clone(), stop.clone());
        Ok(Act::Run(id, Box::new(request), stop))
    }

    /// Whether somebody still waits for this operation.
    pub(super) fn runs(&self, id: &str) -> bool {
        self.running.contains_key(id)
    }

    /// Ends an operation; whether it ran.
    pub(super) fn end(&mut self, id: &str) -> bool {
        self.running.remove(id).is_some_and(|stop| {
            stop.cancel();
            true
        })
    }
}

fn id(said: &mut Map<String, Value>) -> Result<String, Close> {
    match said.remove("id") {
        Some(Value::String(id)) if !id.is_empty() => Ok(id),
        _ => Err(Close::invalid("no id")),
    }
}

fn payload(said: &mut Map<String, Value>) -> Result<Option<Map<String, Value>>, Close> {
    match said.remove("payload") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(payload)) => Ok(Some(payload)),
        Some(_) => Err(Close::invalid("the payload is no object")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = r#"{"type":"connection_init"}"#;
    const A: &str = r#"{"type":"subscribe","id":"a","payload":{"query":"subscription{a}"}}"#;

    fn acknowledged() -> Talk {
        let mut talk = Talk::new(2);
        assert!(matches!(talk.hear(HELLO), Ok(Act::Greet(None))));
        talk.acknowledge();
        talk
    }

    fn code(heard: Result<Act, Close>) -> u16 {
        heard.err().map_or(0, |close| close.code)
    }

    #[test]
    fn whoever_does_not_say_hello_is_told_nothing() {
        let mut talk = Talk::new(2);
        assert!(matches!(talk.hear(r#"{"type":"ping","payload":{}}"#), Ok(Act::Pong)));
        assert!(matches!(talk.hear(r#"{"type":"complete","id":"a"}"#), Ok(Act::Nothing)));
        assert!(talk.is_silent());
        assert_eq!(code(talk.hear(A)), 4401);
        assert_eq!(code(acknowledged().hear(HELLO)), 4429);
        let mut hasty = Talk::new(2);
        assert!(hasty.hear(HELLO).is_ok());
        assert_eq!(code(hasty.hear(A)), 4401, "before it is acknowledged");
        assert_eq!(code(hasty.hear(HELLO)), 4429, "before it is acknowledged");
    }

    #[test]
    fn an_id_names_one_operation_as_long_as_it_runs() {
        let mut talk = acknowledged();
        let Ok(Act::Run(id, _, stop)) = talk.hear(A) else { unreachable!("it runs") };
        assert!(id == "a" && talk.runs("a"));
        assert_eq!(talk.hear(A).unwrap_err(), Close::because(4409, "Subscriber for a already exists".into()));
        assert!(talk.hear(r#"{"type":"complete","id":"a"}"#).is_ok());
        assert!(stop.is_cancelled() && !talk.runs("a") && !talk.end("a"));
        assert!(matches!(talk.hear(A), Ok(Act::Run(..))), "the id is free again");
        let b = A.replace("\"a\"", "\"b\"");
        assert!(matches!(talk.hear(&b), Ok(Act::Run(..))));
        assert!(matches!(talk.hear(&A.replace("\"a\"", "\"c\"")), Ok(Act::TooMany(_))));
        assert!(talk.end("b"));
    }

    #[test]
    fn what_is_no_message_ends_the_talk() {
        for bad in [
            "",
            "no json",
            "[]",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"next","id":"a","payload":{}}"#,
            r#"{"type":"ping","payload":1}"#,
            r#"{"type":"ping","type":"pong"}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"a"}"#,
            r#"{"type":"subscribe","id":"a","payload":{"query":1}}"#,
            r#"{"type":"subscribe","id":"a","payload":{"query":"{a}","variables":[]}}"#,
        ] {
            assert_eq!(code(acknowledged().hear(bad)), 4400, "{bad}");
        }
        let mut silent = Talk::new(2);
        assert_eq!(code(silent.hear(r#"{"type":"connection_init","payload":"x"}"#)), 4400);
    }

    #[test]
    fn a_reason_fits_its_frame() {
        let mut talk = acknowledged();
        let long = A.replace("\"a\"", &format!("\"{}\"", "å".repeat(200)));
        assert!(talk.hear(&long).is_ok());
        let close = talk.hear(&long).unwrap_err();
        assert!(close.code == 4409 && close.reason.len() <= MAX_REASON && close.reason.ends_with('…'));
    }
}
