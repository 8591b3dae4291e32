//! Connections: taken, watched and ended.
//!
//! `axum::serve` waits for ever for a head or a body that never comes whole, so
//! a few hundred silent clients would hold a node. Here a head has to be there
//! in time ([`Patience`]), every piece of a body soon after the one before, and a
//! node holds no more than [`MOST`] connections: those beyond wait in the
//! system's queue. Sockets, once upgraded, have limits of their own
//! (`routes::socket`).

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// Until the head of a request is whole, also of the next one on a kept connection.
    head: Duration,
    /// Until the next piece of a body is there.
    piece: Duration,
}

const PATIENCE: Patience = Patience { head: Duration::from_secs(20), piece: Duration::from_secs(30) };
/// The largest head: ours are below 8 kB, cookies and tokens included.
const MOST_HEAD: usize = 64 * 1024;
/// So many connections at once.
const MOST: usize = 16_000;
/// The rest of a refused body is taken so long …
const LINGER: Duration = Duration::from_secs(5);
/// … and so far.
const MOST_THROWN: usize = 64 * 1024 * 1024;
/// After an error of the system's (no more files) it is asked again so late.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `stop`, then lets what runs end.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    serve_within(PATIENCE, listener, router, stop).await;
}

async fn serve_within(patience: Patience, listener: TcpListener, router: Router, stop: CancellationToken) {
    let Patience { head, piece } = patience;
    let room = Arc::new(Semaphore::new(MOST));
    let connections = TaskTracker::new();
    // HTTP/1.1: browsers speak HTTP/2 to the proxy in front only, which ends their TLS.
    let mut server = Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(MOST_HEAD);
    // For clients that take a header's name to the letter (`routes::socket`).
    server.preserve_header_case(true);
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (accept(&listener).await, place)
        };
        let ((stream, from), place) = tokio::select! {
            next = next => next,
            () = stop.cancelled() => break,
        };
        let router = router.clone();
        let tasks = connections.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let (router, tasks) = (router.clone(), tasks.clone());
            let request = request.map(|body| Body::new(Lingering::new(TimeoutBody::new(piece, body), tasks)));
            async move { Ok::<_, Infallible>(answer(router, request, from).await) }
        });
        let connection = server.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let stop = stop.clone();
        connections.spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => Some(ended),
                () = stop.cancelled() => None,
            };
            // A client that goes, or says nothing, is no event.
            if ended.is_none() {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
            drop(place);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn answer(
    router: Router,
    mut request: hyper::Request<Body>,
    from: SocketAddr,
) -> axum::response::Response {
    request.extensions_mut().insert(ConnectInfo(from));
    router.oneshot(request).await.unwrap_or_else(|never| match never {})
}

/// A body whose rest is read and thrown away once nobody wants it: a request is
/// refused while it streams, and a client that writes on would take a closed
/// connection for a failure, and never read why.
struct Lingering {
    body: Option<Pin<Box<TimeoutBody<Incoming>>>>,
    tasks: TaskTracker,
}

impl Lingering {
    fn new(body: TimeoutBody<Incoming>, tasks: TaskTracker) -> Self {
        Self { body: Some(Box::pin(body)), tasks }
    }
}

impl HttpBody for Lingering {
    type Data = Bytes;
    type Error = <TimeoutBody<Incoming> as HttpBody>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(body.as_mut().poll_frame(context));
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        if let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) {
            self.tasks.spawn(timeout(LINGER, throw_away(body)));
        }
    }
}

/// Reads what comes, within reason.
async fn throw_away(mut body: Pin<Box<TimeoutBody<Incoming>>>) {
    let mut read = 0;
    while read < MOST_THROWN
        && let Some(Ok(frame)) = poll_fn(|context| body.as_mut().poll_frame(context)).await
    {
        read += frame.data_ref().map_or(0, Bytes::len);
    }
}

/// The next connection. Errors are of one connection, or of a system that has
/// no more files: neither ends the server.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                // Answers are written whole, and wait for nothing.
                let _ = stream.set_nodelay(true);
                return (stream, from);
            }
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::Instant;

    use super::*;

    /// Short, so that no test waits long.
    const SHORT: Patience = Patience { head: Duration::from_millis(300), piece: Duration::from_millis(400) };

    async fn served() -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let router = Router::new().route("/", get(async || "here").post(async |_: Bytes| "taken"));
        (address, stop.clone(), TaskTracker::new().spawn(serve_within(SHORT, listener, router, stop)))
    }

    /// What comes back until the other side closes, and after how long.
    async fn sent(address: SocketAddr, text: &str) -> (String, Duration) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let began = Instant::now();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        // Reset or closed, it is the end.
        let _ = stream.read_to_string(&mut answer).await;
        (answer, began.elapsed())
    }

    #[tokio::test]
    async fn who_says_nothing_or_half_is_let_go() {
        let (address, stop, server) = served().await;
        for half in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\nX: "] {
            let (answer, after) = sent(address, half).await;
            assert!(!answer.contains("here") && after >= SHORT.head, "{half:?}: {answer} after {after:?}");
        }
        // On a connection that is kept, the next request has as long.
        let (answer, after) = sent(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert!(answer.contains("200 OK") && answer.contains("here"), "{answer}");
        assert!(after >= SHORT.head, "{after:?}");
        // A body that stops half-way.
        let half = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf";
        let (answer, after) = sent(address, half).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        assert!(after >= SHORT.piece, "{after:?}");
        stop.cancel();
        server.await.unwrap();
    }

    #[tokio::test]
    async fn a_head_without_end_is_refused() {
        let (address, stop, server) = served().await;
        let head = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n", "a".repeat(2 * MOST_HEAD));
        let (answer, _) = sent(address, &head).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
        stop.cancel();
        server.await.unwrap();
    }
}
