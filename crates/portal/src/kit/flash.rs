//! A word across a redirect: a cookie that holds the key of a text, never a
//! text, so that nobody can put words on a page.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::CookieJar;
use i18n::Texts;

use super::PortalConfig;

const NAME: &str = "flash";

/// The text that the last answer left for this page.
pub(super) fn text(headers: &HeaderMap, t: Texts) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let key = format!("flash-{}", jar.get(NAME)?.value());
    i18n::KEYS.contains(&key.as_str()).then(|| t.get(&key, []))
}

/// Leaves `flash-<key>` for the next page.
pub(super) fn leave(key: &str, config: &PortalConfig) -> Option<HeaderValue> {
    debug_assert!(i18n::KEYS.contains(&format!("flash-{key}").as_str()), "no text flash-{key}");
    cookie(NAME, key, config, 120)
}

/// Forgets it once it was shown.
pub(super) fn forget(config: &PortalConfig) -> Option<HeaderValue> {
    cookie(NAME, "", config, 0)
}

/// Remembers the language of the interface for a year.
pub(super) fn language(language: types::Language, config: &PortalConfig) -> Option<HeaderValue> {
    cookie("language", language.as_str(), config, 365 * 24 * 3600)
}

/// `value` is a word of ours, so it needs no quoting.
fn cookie(name: &str, value: &str, config: &PortalConfig, seconds: u32) -> Option<HeaderValue> {
    let secure = if config.is_secure() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}
