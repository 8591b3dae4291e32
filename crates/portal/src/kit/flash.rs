//! A word across a redirect: a cookie that holds the key of a text, never a
//! text, so that nobody can put words on a page.

use axum::http::{HeaderMap, HeaderValue};
use i18n::Texts;

use super::{PortalConfig, cookies};

const NAME: &str = "flash";

/// The text that the last answer left for this page.
pub(super) fn text(headers: &HeaderMap, t: Texts) -> Option<String> {
    let key = format!("flash-{}", cookies::get(headers, NAME)?);
    i18n::KEYS.contains(&key.as_str()).then(|| t.get(&key, []))
}

/// Leaves `flash-<key>` for the next page.
pub(super) fn leave(key: &str, config: &PortalConfig) -> Option<HeaderValue> {
    debug_assert!(i18n::KEYS.contains(&format!("flash-{key}").as_str()), "no text flash-{key}");
    cookies::set(NAME, key, config, 120)
}

/// Forgets it once it was shown.
pub(super) fn forget(config: &PortalConfig) -> Option<HeaderValue> {
    cookies::set(NAME, "", config, 0)
}

/// Remembers the language of the interface for a year.
pub(super) fn language(language: types::Language, config: &PortalConfig) -> Option<HeaderValue> {
    cookies::set("language", language.as_str(), config, 365 * 24 * 3600)
}
