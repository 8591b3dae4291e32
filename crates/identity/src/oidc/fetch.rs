//! HTTP to services: over TLS, within a time and a size, without redirects.
//!
//! What is told of a fault is our own words: an answer may hold what nobody is to read.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use url::{Host, Url};

/// A person waits for it.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Metadata and key sets are some kB.
const MAX_BYTES: usize = 512 * 1024;

/// What went wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There was none, or it says that it is not for now.
    Unreachable(&'static str),
    /// It is not what it should be.
    Untrusted(&'static str),
}

/// Asks services.
#[derive(Clone, Debug)]
pub(super) struct Fetcher {
    out: Option<Client>,
    /// What runs on this machine does not lie behind the proxy.
    here: Option<Client>,
}

/// What a service answers that refuses.
#[derive(serde::Deserialize)]
struct Refused {
    error: String,
}

impl Fetcher {
    pub(super) fn new() -> Self {
        // Refused if the process has a provider already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .timeout(TIMEOUT)
                .connect_timeout(TIMEOUT / 2)
                .redirect(reqwest::redirect::Policy::none())
                .user_agent(concat!("samspill/", env!("CARGO_PKG_VERSION")))
        };
        Self { out: builder().build().ok(), here: builder().no_proxy().build().ok() }
    }

    fn client(&self, address: &str, may_be_plain: bool) -> Result<&Client, Fault> {
        let url = Url::parse(address).map_err(|_| Fault::Untrusted("an address that can't be read"))?;
        let is_here = is_loopback(&url);
        let is_fine = url.scheme() == "https" || (url.scheme() == "http" && is_here && may_be_plain);
        if !is_fine {
            return Err(Fault::Untrusted("an address without TLS"));
        }
        let client = if is_here { &self.here } else { &self.out };
        client.as_ref().ok_or(Fault::Unreachable("no HTTP client: has this machine no trusted certificates?"))
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        address: &str,
        may_be_plain: bool,
        bearer: Option<&str>,
    ) -> Result<T, Fault> {
        let mut request =
            self.client(address, may_be_plain)?.get(address).header("accept", "application/json");
        if let Some(token) = bearer {
            request = request.bearer_auth(token);
        }
        let (status, body) = Self::send(request).await?;
        if status != StatusCode::OK {
            return Err(of_status(status));
        }
        serde_json::from_slice(&body).map_err(|_| Fault::Untrusted("an answer of another shape"))
    }

    /// Posts a form; what went wrong, in the protocol's word, is in the inner result.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        address: &str,
        may_be_plain: bool,
        form: &[(&str, String)],
        basic: Option<(String, String)>,
    ) -> Result<Result<T, String>, Fault> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = self
            .client(address, may_be_plain)?
            .post(address)
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        if let Some((user, password)) = basic {
            request = request.basic_auth(user, Some(password));
        }
        let (status, body) = Self::send(request).await?;
        if status == StatusCode::OK {
            let answer = serde_json::from_slice(&body);
            return Ok(Ok(answer.map_err(|_| Fault::Untrusted("an answer of another shape"))?));
        }
        match serde_json::from_slice::<Refused>(&body) {
            Ok(refused) if status.is_client_error() => Ok(Err(refused.error)),
            _ => Err(of_status(status)),
        }
    }

    async fn send(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), Fault> {
        let unreachable = |_| Fault::Unreachable("no answer");
        let mut response = request.send().await.map_err(unreachable)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                return Err(Fault::Untrusted("an answer without end"));
            }
        }
        Ok((response.status(), body))
    }
}

fn of_status(status: StatusCode) -> Fault {
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        Fault::Unreachable("it says that it can't answer")
    } else {
        Fault::Untrusted("another status than expected")
    }
}

/// Whether an address is this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_or_this_machine_is_asked() {
        let fetcher = Fetcher::new();
        let is_asked = |address: &str, may_be_plain| fetcher.client(address, may_be_plain).is_ok();
        assert!(is_asked("https://ansattporten.no/.well-known/openid-configuration", false));
        assert!(is_asked("http://127.0.0.1:3000/x", true) && is_asked("http://[::1]:3000/x", true));
        assert!(!is_asked("http://127.0.0.1:3000/x", false));
        for bad in
            ["http://ansattporten.no", "http://localhost.evil.no", "file:///etc/passwd", "ftp://localhost"]
        {
            assert!(!is_asked(bad, true), "{bad}");
        }
    }
}
