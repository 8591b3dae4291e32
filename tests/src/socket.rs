//! A WebSocket that speaks graphql-transport-ws, and no better than it is told to.

use std::net::SocketAddr;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// How a server refuses to open a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The status.
    pub status: u16,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u32>,
}

/// How a socket is to be opened.
#[derive(Clone, Debug)]
pub struct Opening<'a> {
    /// The subprotocol that is asked for.
    pub protocol: Option<&'a str>,
    /// Further headers.
    pub headers: &'a [(&'a str, &'a str)],
    /// The address to come from, on a machine with several.
    pub from: Option<SocketAddr>,
}

impl Default for Opening<'_> {
    fn default() -> Self {
        Self { protocol: Some("graphql-transport-ws"), headers: &[], from: None }
    }
}

/// An open socket.
#[derive(Debug)]
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens one.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn try_open(host: &str, opening: Opening<'_>) -> Result<Self, Refused> {
        let mut request = format!("ws://{host}/graphql/ws").into_client_request().expect("an address");
        let value = |text: &str| HeaderValue::from_str(text).expect("a header's value");
        if let Some(protocol) = opening.protocol {
            request.headers_mut().insert("sec-websocket-protocol", value(protocol));
        }
        for (name, text) in opening.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
            request.headers_mut().append(name, value(text));
        }
        let socket = TcpSocket::new_v4().expect("a socket");
        if let Some(from) = opening.from {
            socket.bind(from).expect("an address of this machine");
        }
        let stream = socket.connect(host.parse().expect("an address")).await.expect("a connection");
        match client_async(request, stream).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(Error::Http(answer)) => {
                let told = answer.headers().get("retry-after").and_then(|v| v.to_str().ok()?.parse().ok());
                Err(Refused { status: answer.status().as_u16(), retry_after: told })
            }
            Err(other) => panic!("no socket: {other}"),
        }
    }

    /// Opens one.
    pub async fn open(host: &str) -> Self {
        Self::try_open(host, Opening::default()).await.expect("a socket")
    }

    /// A socket that has said hello, as the holder of a token; empty for nobody.
    pub async fn greeted(host: &str, token: &str) -> Self {
        let mut socket = Self::open(host).await;
        socket.greet(token).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }

    /// Says hello, as the holder of a token; empty for nobody.
    pub async fn greet(&mut self, token: &str) {
        let payload = match token {
            "" => Value::Null,
            token => json!({ "authorization": format!("Bearer {token}") }),
        };
        self.say(json!({ "type": "connection_init", "payload": payload })).await;
    }

    /// Sends a message.
    pub async fn say(&mut self, message: Value) {
        self.say_text(&message.to_string()).await;
    }

    /// Sends a text that may be no message.
    pub async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("sent");
    }

    /// Begins an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// The next message; `None` when the socket is closed or cut.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).ok(),
                // The library answers them.
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(_) | Err(_) => return None,
            }
        }
    }

    /// The next message, which must come.
    pub async fn hear(&mut self) -> Value {
        match self.0.next().await.expect("a message").expect("a message") {
            Message::Text(text) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("{other:?}"),
        }
    }

    /// The code with which the server closes, which is to come next.
    pub async fn closed(&mut self) -> u16 {
        match self.0.next().await.expect("an end").expect("an end") {
            Message::Close(Some(frame)) => frame.code.into(),
            other => panic!("{other:?}"),
        }
    }

    /// The code with which the server closes, whatever it says before; 1006 if it is cut.
    pub async fn ended(&mut self) -> u16 {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Close(None))) => return 1005,
                Some(Ok(_)) => {}
                None | Some(Err(_)) => return 1006,
            }
        }
    }
}
