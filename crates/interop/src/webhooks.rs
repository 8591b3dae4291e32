//! Calls webhooks: addresses that somebody else chose, so everything that such a call
//! could be misused for is shut here.
//!
//! A name is looked up once for each try; what it leads to is checked, and the connection
//! goes to an address that passed: one that answers otherwise the next time gains
//! nothing. No proxy stands between, no redirect is followed, no connection is kept for the
//! next try, no cookie or credential is sent. The whole try ends after a fixed time, and of
//! the answer no more is read than is kept.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::ports::{WebhookAnswer, WebhookCall, WebhookFault, WebhookSender};
use domain::webhooks::address::may_call;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Response, Url, header};
use tokio::time::{Instant, timeout};

/// A receiver has so long to answer, from the look-up of its name to its first bytes.
pub const TIMEOUT: Duration = Duration::from_secs(15);
/// So long for the connection alone.
const CONNECT: Duration = Duration::from_secs(5);
/// So much of an answer is read and kept; then we hang up.
const MAX_BODY: usize = 4 * 1024;
/// So long we wait for it once the receiver has said whether it took the message.
const BODY_TIMEOUT: Duration = Duration::from_secs(2);
/// The longest header that is kept.
const MAX_HEADER: usize = 64;

/// Looks names up.
#[async_trait]
pub trait Names: Send + Sync + std::fmt::Debug {
    /// The addresses of a name.
    async fn look_up(&self, name: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The system's.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn look_up(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect())
    }
}

/// Calls webhooks over HTTP.
#[derive(Debug)]
pub struct HttpWebhooks {
    on_loopback: bool,
    timeout: Duration,
    /// Absent if this machine offers no trusted certificates.
    client: Option<Client>,
}

impl HttpWebhooks {
    /// With the system's names. `on_loopback` allows this machine's own addresses, also
    /// without https: for tests, and for who develops a receiver.
    pub fn new(on_loopback: bool) -> Self {
        Self::with(on_loopback, TIMEOUT, Arc::new(SystemNames))
    }

    /// With another time limit and other names.
    pub fn with(on_loopback: bool, timeout: Duration, names: Arc<dyn Names>) -> Self {
        // Refused if the process has a provider already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .https_only(!on_loopback)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT.min(timeout))
            .timeout(timeout)
            .user_agent(concat!("Samspill-Webhooks/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(Checked { on_loopback, names }))
            .build()
            .inspect_err(|error| tracing::warn!(%error, "webhooks can't be called from here"))
            .ok();
        Self { on_loopback, timeout, client }
    }

    async fn call(&self, call: &WebhookCall) -> Result<WebhookAnswer, WebhookFault> {
        let url = Url::parse(&call.url).map_err(|_| WebhookFault::UnknownName)?;
        // An address in place of a name is looked up nowhere.
        let literal = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(url::Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(url::Host::Domain(_)) => None,
            None => return Err(WebhookFault::UnknownName),
        };
        if literal.is_some_and(|address| !may_call(address, self.on_loopback)) {
            return Err(WebhookFault::AddressNotAllowed);
        }
        let client = self.client.as_ref().ok_or(WebhookFault::NotConnected)?;
        let request = client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "*/*")
            .header("webhook-id", &call.id)
            .header("webhook-timestamp", call.timestamp)
            .header("webhook-signature", &call.signature)
            .body(call.body.clone());
        // The client's own limit too; this one also ends a look-up that hangs.
        match timeout(self.timeout, request.send()).await {
            Err(_) => Err(WebhookFault::TimedOut),
            Ok(Err(error)) => Err(fault(&error)),
            Ok(Ok(response)) => Ok(answer(response).await),
        }
    }
}

#[async_trait]
impl WebhookSender for HttpWebhooks {
    async fn send(&self, call: &WebhookCall) -> (Result<WebhookAnswer, WebhookFault>, Duration) {
        let began = Instant::now();
        let outcome = self.call(call).await;
        (outcome, began.elapsed())
    }
}

/// Status and beginning; what comes after is not waited for.
async fn answer(mut response: Response) -> WebhookAnswer {
    let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|v| v.to_str().ok());
    let retry_after = retry_after.filter(|text| text.len() <= MAX_HEADER).map(str::to_owned);
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = MAX_BODY - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == MAX_BODY {
                break;
            }
        }
    };
    let _ = timeout(BODY_TIMEOUT, read).await;
    WebhookAnswer { status, retry_after, body }
}

fn fault(error: &reqwest::Error) -> WebhookFault {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(refused) = error.downcast_ref::<Refused>() {
            return refused.0;
        }
        source = error.source();
    }
    if error.is_timeout() { WebhookFault::TimedOut } else { WebhookFault::NotConnected }
}

/// Why a name was not called.
#[derive(Debug)]
struct Refused(WebhookFault);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl Error for Refused {}

/// Lets through addresses that may be called, and no other.
#[derive(Debug)]
struct Checked {
    on_loopback: bool,
    names: Arc<dyn Names>,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, on_loopback) = (Arc::clone(&self.names), self.on_loopback);
        Box::pin(async move {
            let found = names.look_up(name.as_str()).await.unwrap_or_default();
            if found.is_empty() {
                return Err(Refused(WebhookFault::UnknownName).into());
            }
            let passed: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| may_call(*address, on_loopback))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if passed.is_empty() {
                return Err(Refused(WebhookFault::AddressNotAllowed).into());
            }
            Ok(Box::new(passed.into_iter()) as Addrs)
        })
    }
}
