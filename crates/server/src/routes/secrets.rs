//! Secrets in addresses: refused where they are credentials, hidden from the
//! log where they are a link's.
//!
//! An address is kept by proxies, histories and logs, so a token that stood in
//! one counts as lost, and is refused whether or not it is in force.

use std::borrow::Cow;

use axum::http::Uri;

/// Names under which clients put credentials into addresses.
const NAMES: [&str; 7] =
    ["accesstoken", "apikey", "authorization", "authtoken", "bearer", "idtoken", "refreshtoken"];
/// How the secrets begin that we give to programs.
const OURS: [&str; 2] = ["samspill_", "whsec_"];
/// The shortest of them has so many letters after its beginning.
const SHORTEST: usize = 38;
/// Under the API a token has no other business; the portal's first-run page has.
const NAME_AT_THE_API: &str = "token";

/// Whether credentials stand in an address, by their name or by their look.
pub(super) fn are_in(uri: &Uri) -> bool {
    let is_api = uri.path().starts_with("/graphql");
    // What a service lets the browser bring back works once, and here; it may look like anything.
    let is_back = uri.path().starts_with("/sign-in/");
    let is_named = |name: &str| {
        let name = name.to_ascii_lowercase().replace(['-', '_'], "");
        NAMES.contains(&name.as_str()) || (is_api && name == NAME_AT_THE_API)
    };
    let query = uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| is_named(&name) || (is_token(&value) && !(is_back && name == "code")))
        || uri.path().split('/').any(is_token)
}

/// A path as the log may have it: without the token that opens an invitation,
/// and without anything that looks like one of ours.
pub(super) fn hidden(path: &str) -> Cow<'_, str> {
    if let Some(at) = path.find("/invitations/") {
        return Cow::Borrowed(&path[..at + "/invitations/".len()]);
    }
    if path.split('/').any(is_token) {
        let parts = path.split('/').map(|part| if is_token(part) { "…" } else { part });
        return Cow::Owned(parts.collect::<Vec<_>>().join("/"));
    }
    Cow::Borrowed(path)
}

/// Whether a text looks like a JWT, or like a secret of ours, with or without its scheme.
fn is_token(text: &str) -> bool {
    let text = match text.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest,
        _ => text,
    };
    let parts = text.split('.').collect::<Vec<_>>();
    let is_base64 = |p: &str| p.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_+/=".contains(&b));
    if OURS
        .iter()
        .any(|start| text.strip_prefix(start).is_some_and(|rest| rest.len() >= SHORTEST && is_base64(rest)))
    {
        return true;
    }
    // `eyJ` is `{"` in base64: the beginning of a token's head.
    parts.len() == 3
        && parts[0].starts_with("eyJ")
        && parts[0].len() > 10
        && parts.iter().all(|p| is_base64(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiIxIn0.c2ln";

    #[test]
    fn a_token_in_an_address_is_seen() {
        let holds = |address: &str| are_in(&address.parse().expect("an address"));
        for bad in
            ["/graphql?access_token=x", "/graphql?Api-Key=x", "/graphql/ws?token=x", "/nb?Authorization=x"]
        {
            assert!(holds(bad), "{bad}");
        }
        assert!(holds(&format!("/graphql?query={{a}}&x=Bearer%20{TOKEN}")));
        assert!(holds(&format!("/nb/needs?q={TOKEN}")));
        assert!(holds(&format!("/graphql/{TOKEN}")));
        for ours in [
            "samspill_W9vbAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABBBBBB",
            "samspill_refresh_W9vbAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-_",
            "whsec_KmQuWgxop2tHuMOVjKr1sUj83ZogJ8AF2n6i22qFAiw=",
        ] {
            assert!(holds(&format!("/graphql/{ours}")) && holds(&format!("/nb/needs?q={ours}")), "{ours}");
            assert_eq!(hidden(&format!("/graphql/{ours}")), "/graphql/…");
        }
        assert!(holds("/graphql?refreshToken=x") && !holds("/nb/needs?q=samspill_brukerveiledning_2026"));
        assert!(!holds(&format!("/sign-in/x/callback?code={TOKEN}")));
        assert!(holds(&format!("/sign-in/x/callback?state={TOKEN}")));
        for good in ["/graphql?query={a}", "/nb/setup?token=x", "/nb/needs?q=key", "/nb/needs?q=eyJ.a.b"] {
            assert!(!holds(good), "{good}");
        }
    }

    #[test]
    fn no_secret_reaches_the_log() {
        assert_eq!(hidden("/nb/invitations/secret"), "/nb/invitations/");
        assert_eq!(hidden(&format!("/graphql/{TOKEN}")), "/graphql/…");
        assert_eq!(hidden("/nb/needs/snow"), "/nb/needs/snow");
    }
}
