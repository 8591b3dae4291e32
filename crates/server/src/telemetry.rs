//! The log: text for people or JSON lines for machines, on standard error.

use std::io::IsTerminal;
use std::sync::Once;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Log;

/// Begins logging; the first call counts.
pub(crate) fn begin(log: &Log) {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
        // A filter that is meant to make the log short does not end the audit: only one that names it.
        let audit = format!("{}=info", domain::audit::TARGET);
        let filter = match audit.parse() {
            Ok(directive) if !log.filter.contains(domain::audit::TARGET) => filter.add_directive(directive),
            _ => filter,
        };
        let registry = tracing_subscriber::registry().with(filter);
        let layer = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
        // Somebody embedding us may log already.
        let _ = if log.is_json {
            registry.with(layer.json().flatten_event(true)).try_init()
        } else {
            registry.with(layer.with_target(false).compact()).try_init()
        };
    });
}
