//! Cookies: out of reach for scripts and other sites, and over TLS bound to
//! this host, so that no neighbour can plant one.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::CookieJar;

use super::PortalConfig;

impl PortalConfig {
    /// The cookie that holds a session's secret; the server reads it.
    pub fn session_cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-samspill_session" } else { "samspill_session" }
    }

    /// The cookie of a browser that asked to sign in.
    pub fn attempt_cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-samspill_attempt" } else { "samspill_attempt" }
    }

    /// The cookie of a browser that was sent to another service to sign in.
    pub fn provider_cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-samspill_provider" } else { "samspill_provider" }
    }

    /// The cookie that holds, sealed, who somebody is at another service, until the person
    /// has said whose account it is.
    pub fn identity_cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-samspill_identity" } else { "samspill_identity" }
    }

    /// The cookie by which a browser is known again when somebody signs in there.
    pub fn device_cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-samspill_device" } else { "samspill_device" }
    }
}

/// A cookie for `seconds`; none forgets it. What is in `value` must be
/// percent-encoded unless it is a word of ours.
pub fn set(name: &str, value: &str, config: &PortalConfig, seconds: i64) -> Option<HeaderValue> {
    let secure = if config.is_secure() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}

/// What a cookie holds, percent-decoded.
pub fn get(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|c| c.value().to_owned())
}
