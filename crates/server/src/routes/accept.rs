//! What kind of answer a client takes (RFC 9110, section 12.5.1).

/// The kind of a GraphQL answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `application/graphql-response+json`: the status tells how it went.
    GraphQl,
    /// `application/json`, for clients from before: 200 once the request could be read.
    Json,
}

impl Kind {
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::GraphQl => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

const EVENTS: &str = "text/event-stream";

/// What the client likes best of what we have; `None` if it takes neither.
pub(super) fn best(accept: Option<&str>) -> Option<Kind> {
    let Some(accept) = accept.filter(|a| !a.trim().is_empty()) else { return Some(Kind::Json) };
    let graphql = quality(accept, "application/graphql-response+json");
    let json = quality(accept, "application/json");
    let named = accept.to_ascii_lowercase().contains("application/graphql-response+json");
    match (graphql, json) {
        (0, 0) => None,
        (g, j) if g > j || (g == j && named) => Some(Kind::GraphQl),
        _ => Some(Kind::Json),
    }
}

/// Whether the client takes events, which it must name: `*/*` is no wish for a stream.
pub(super) fn takes_events(accept: Option<&str>) -> bool {
    accept.is_some_and(|a| a.to_ascii_lowercase().contains(EVENTS) && quality(a, EVENTS) > 0)
}

/// Whether it is to be answered with events: because it likes them better, or
/// because one answer would not do.
pub(super) fn wants_events(accept: Option<&str>, listens: bool) -> bool {
    let Some(text) = accept.filter(|a| takes_events(Some(a))) else { return false };
    let once = quality(text, "application/json").max(quality(text, "application/graphql-response+json"));
    listens || quality(text, EVENTS) > once
}

/// Whether the client would rather have a page: a browser's address bar.
pub(super) fn wants_page(accept: Option<&str>) -> bool {
    accept.is_some_and(|a| a.to_ascii_lowercase().contains("text/html"))
}

/// The quality of a media type in thousandths; the most precise range counts.
fn quality(accept: &str, wanted: &str) -> u16 {
    let kind = wanted.split('/').next().unwrap_or_default();
    let mut best = (0, 0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let precision = match name.split_once('/') {
            Some(_) if name == wanted => 3,
            Some((k, "*")) if k == kind => 2,
            Some(("*", "*")) => 1,
            _ => continue,
        };
        let mut q = 1000;
        for parameter in parts {
            match parameter.split_once('=').map(|(n, v)| (n.trim(), v.trim())) {
                Some(("q" | "Q", value)) => q = thousandths(value),
                // We write UTF-8 alone.
                Some((n, v)) if n.eq_ignore_ascii_case("charset") => {
                    let is_utf8 = v.trim_matches('"').eq_ignore_ascii_case("utf-8");
                    q = if is_utf8 { q } else { 0 };
                }
                _ => {}
            }
        }
        if precision >= best.0 {
            best = (precision, q);
        }
    }
    best.1
}

fn thousandths(value: &str) -> u16 {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
    let fraction: u16 = padded.parse().unwrap_or(0);
    if whole == "1" { 1000 } else { fraction }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_precise_range_counts() {
        assert_eq!(best(None), Some(Kind::Json));
        assert_eq!(best(Some("*/*")), Some(Kind::Json));
        assert_eq!(best(Some("application/json")), Some(Kind::Json));
        assert_eq!(best(Some("application/graphql-response+json")), Some(Kind::GraphQl));
        let both = "application/graphql-response+json, application/json;q=0.9";
        assert_eq!(best(Some(both)), Some(Kind::GraphQl));
        assert_eq!(best(Some("application/graphql-response+json;q=0.1, application/json")), Some(Kind::Json));
        assert_eq!(best(Some("application/json;q=0, */*")), Some(Kind::GraphQl));
        assert_eq!(best(Some("application/json; charset=iso-8859-1")), None);
        assert_eq!(best(Some("text/html")), None);
    }

    #[test]
    fn events_are_for_who_names_them() {
        assert!(wants_events(Some("text/event-stream"), false));
        assert!(!wants_events(Some("*/*"), true));
        assert!(!wants_events(None, true));
        let both = Some("application/json, text/event-stream");
        assert!(wants_events(both, true) && !wants_events(both, false));
        assert!(!wants_events(Some("text/event-stream;q=0, application/json"), true));
    }
}
