//! What the portal must be told.

use std::sync::Arc;

use types::Clock;

/// What the portal must be told; the server makes it from its configuration.
#[derive(Clone, Debug)]
pub struct PortalConfig {
    /// Where people reach the installation, without a slash at the end.
    pub public_url: String,
    /// Demo mode: every page says so.
    pub demo: bool,
    /// Shows all components at `/{lang}/dev/gallery`.
    pub gallery: bool,
    /// The largest form in bytes, files included.
    pub max_body: usize,
    /// Where to write when something is wrong, if anywhere.
    pub contact: Option<String>,
    /// The accessibility statement at uustatus.no, which public bodies must have.
    pub accessibility_statement: Option<String>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl PortalConfig {
    /// The usual values for an installation at `public_url`.
    pub fn new(public_url: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self {
            public_url: public_url.into(),
            demo: false,
            gallery: false,
            max_body: 25 * 1024 * 1024,
            contact: None,
            accessibility_statement: None,
            clock,
        }
    }

    /// Whether cookies may travel over TLS only.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
