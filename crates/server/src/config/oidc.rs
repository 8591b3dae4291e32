//! `oidc.providers`: the services by which people sign in.
//!
//! In the file as `[[oidc.providers]]` tables; in the environment, or in the file that
//! `oidc.providers_file` names, as a JSON list of the same. What is wrong is told by the
//! service's key, and never with the value.

use std::path::{Path, PathBuf};

use domain::ports::Provider;
use figment::error::Kind;
use figment::value::Value;
use identity::oidc::{ClientAuthentication, OidcSettings, is_signing_key};
use serde::Deserialize;
use types::{Representation, is_public_mail_domain};
use url::{Host, Url};

use super::reader::Reader;

const PATH: &str = "oidc.providers";
/// Scopes by which the services that we know give out national identity numbers.
const NATIONAL: [&str; 8] =
    ["pid", "nin", "nnin", "nnin_altsub", "ssn", "no_ssn", "national_identity_number", "personal_number"];

/// A service as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    key: String,
    name: Names,
    issuer: String,
    client_id: String,
    client_secret: Option<String>,
    client_secret_file: Option<PathBuf>,
    client_authentication: Option<String>,
    private_key_file: Option<PathBuf>,
    private_key_id: Option<String>,
    scopes: Option<Vec<String>>,
    #[serde(default)]
    acr_values: Vec<String>,
    authorization_details: Option<serde_json::Value>,
    #[serde(default)]
    creates_people: bool,
    #[serde(default)]
    emails_are_verified: bool,
    #[serde(default)]
    trusted_domains: Vec<String>,
    #[serde(default)]
    only_domains: Vec<String>,
    representation: Option<String>,
}

/// One name for all, or one for each language.
#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Each { nb: String, nn: String, en: String },
}

pub(super) fn read(read: &mut Reader<'_>, is_demo: bool) -> Vec<OidcSettings> {
    let Some(all) = raw(read) else { return Vec::new() };
    let mut found: Vec<OidcSettings> = Vec::new();
    for raw in all {
        let key = raw.key.clone();
        if found.iter().any(|other| other.provider.key == key) {
            read.wrong(PATH, format!("`{key}` stands there twice"));
        }
        let mut wrong = Vec::new();
        let settings = settings(raw, is_demo, &mut wrong);
        for what in wrong {
            read.wrong(PATH, format!("`{key}`: {what}"));
        }
        found.extend(settings);
    }
    found
}

fn raw(read: &mut Reader<'_>) -> Option<Vec<Raw>> {
    let tables = match read.value(PATH) {
        Some(Value::Array(_, _)) => read.value(PATH),
        _ => None,
    };
    if let Some(tables) = tables {
        return match tables.deserialize::<Vec<Raw>>() {
            Ok(all) => Some(all),
            Err(error) => {
                read.wrong(PATH, told(error));
                None
            }
        };
    }
    let text = read.secret(PATH)?;
    match serde_json::from_str(text.reveal()) {
        Ok(all) => Some(all),
        Err(error) => {
            let at = (error.line(), error.column());
            read.wrong(PATH, format!("is no JSON list of services: look at line {}, column {}", at.0, at.1));
            None
        }
    }
}

/// What is wrong with the tables, without what stands in them.
fn told(error: figment::Error) -> String {
    let place = error.path.join(".");
    match error.kind {
        Kind::UnknownField(name, known) => {
            format!("there is no `{name}`; there are {}", known.join(", "))
        }
        Kind::MissingField(name) => format!("`{name}` is missing in one of them"),
        _ => format!("{place} is of another type than it should be"),
    }
}

fn settings(raw: Raw, is_demo: bool, wrong: &mut Vec<String>) -> Option<OidcSettings> {
    let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if raw.key.is_empty() || raw.key.len() > 40 || !raw.key.chars().all(is_key) {
        wrong.push("key must be 1 to 40 of a–z, 0–9 and hyphens: it stands in addresses".to_owned());
    }
    let names = match &raw.name {
        Names::One(name) => [name.clone(), name.clone(), name.clone()],
        Names::Each { nb, nn, en } => [nb.clone(), nn.clone(), en.clone()],
    };
    if names.iter().any(|name| name.trim().is_empty() || name.len() > 60) {
        wrong.push("name must be 1 to 60 characters".to_owned());
    }
    let may_be_plain = is_issuer(&raw.issuer, is_demo, wrong);
    let mut scopes = raw.scopes.clone().unwrap_or_else(|| vec!["openid".to_owned(), "email".to_owned()]);
    if !scopes.iter().any(|scope| scope == "openid") {
        scopes.insert(0, "openid".to_owned());
    }
    for scope in scopes.iter().filter(|scope| NATIONAL.contains(&scope.to_ascii_lowercase().as_str())) {
        wrong.push(format!("the scope {scope} brings national identity numbers, which are never taken"));
    }
    if raw.emails_are_verified && raw.trusted_domains.is_empty() {
        wrong.push("emails_are_verified needs trusted_domains: whose mailboxes it vouches for".to_owned());
    }
    if raw.creates_people && raw.trusted_domains.is_empty() {
        wrong.push("creates_people needs trusted_domains: an account is a mailbox".to_owned());
    }
    let details = raw.authorization_details.clone().unwrap_or_default();
    let is_list = details.as_array().is_some_and(|all| {
        !all.is_empty() && all.iter().all(|detail| detail["type"].as_str().is_some_and(|t| !t.is_empty()))
    });
    if raw.authorization_details.is_some() && !is_list {
        wrong.push("authorization_details must be a list of tables, each with a type".to_owned());
    }
    let representation = match raw.representation.as_deref() {
        None | Some("chooses") => Representation::Chooses,
        Some("joins") => Representation::Joins,
        Some("claims") => Representation::Claims,
        Some(_) => {
            wrong.push("representation must be chooses, joins or claims".to_owned());
            Representation::Chooses
        }
    };
    if representation != Representation::Chooses && !is_list {
        wrong.push("representation needs authorization_details: whom the person represents".to_owned());
    }
    let trusted_domains = domains("trusted_domains", &raw.trusted_domains, wrong);
    if let Some(public) = trusted_domains.iter().find(|domain| is_public_mail_domain(domain)) {
        wrong.push(format!("trusted_domains: anybody can get a mailbox at {public}"));
    }
    let only_domains = domains("only_domains", &raw.only_domains, wrong);
    let authentication = authentication(&raw, wrong);
    Some(OidcSettings {
        provider: Provider {
            key: raw.key,
            names,
            issuer: raw.issuer,
            creates_people: raw.creates_people,
            trusted_domains,
            only_domains,
            representation,
        },
        client_id: raw.client_id,
        authentication: authentication?,
        scopes,
        acr_values: raw.acr_values,
        authorization_details: details,
        emails_are_verified: raw.emails_are_verified,
        may_be_plain,
    })
}

/// Whether it may be asked without TLS: on this machine, and in a demonstration.
fn is_issuer(issuer: &str, is_demo: bool, wrong: &mut Vec<String>) -> bool {
    let Ok(url) = Url::parse(issuer) else {
        wrong.push("issuer is no address such as https://ansattporten.no".to_owned());
        return false;
    };
    let is_here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let may_be_plain = is_demo && is_here;
    if url.scheme() != "https" && !(url.scheme() == "http" && may_be_plain) {
        wrong.push("issuer must be https://; http:// is for a demonstration, on this machine".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        wrong.push("issuer must be an address without query, fragment and user".to_owned());
    }
    may_be_plain
}

fn domains(what: &str, given: &[String], wrong: &mut Vec<String>) -> Vec<String> {
    let found: Vec<String> = given.iter().map(|domain| domain.trim().to_ascii_lowercase()).collect();
    let is_domain = |domain: &String| format!("a@{domain}").parse::<types::EmailAddress>().is_ok();
    if let Some(bad) = found.iter().find(|domain| !is_domain(domain)) {
        wrong.push(format!("{what}: `{bad}` is no domain, such as trondheim.kommune.no"));
    }
    found
}

fn authentication(raw: &Raw, wrong: &mut Vec<String>) -> Option<ClientAuthentication> {
    if raw.client_id.trim().is_empty() {
        wrong.push("client_id is empty".to_owned());
    }
    let mut read = |file: &Path| match std::fs::read_to_string(file) {
        Ok(text) => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(why) => {
            wrong.push(format!("{} can't be read: {why}", file.display()));
            None
        }
    };
    let secret = match (&raw.client_secret, &raw.client_secret_file) {
        (Some(_), Some(_)) => {
            wrong.push("client_secret and client_secret_file: keep one of them".to_owned());
            return None;
        }
        (Some(secret), None) => Some(secret.clone()),
        (None, Some(file)) => Some(read(file)?),
        (None, None) => None,
    };
    match (secret, &raw.private_key_file, raw.client_authentication.as_deref()) {
        (Some(_), Some(_), _) => {
            wrong.push("a secret and a private key: keep one of them".to_owned());
            None
        }
        (None, Some(file), _) => {
            let pem = read(file)?;
            if !is_signing_key(&pem) {
                wrong.push(format!("{} is no private key in PEM: RSA, P-256 or Ed25519", file.display()));
            }
            Some(ClientAuthentication::PrivateKey { pem, kid: raw.private_key_id.clone() })
        }
        (Some(secret), None, None | Some("basic")) => Some(ClientAuthentication::Basic(secret)),
        (Some(secret), None, Some("post")) => Some(ClientAuthentication::Post(secret)),
        (Some(_), None, Some(_)) => {
            wrong.push("client_authentication must be basic or post".to_owned());
            None
        }
        (None, None, _) => Some(ClientAuthentication::None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Flags, Layers, Purpose};

    const GOOD: &str = r#"
[[oidc.providers]]
key = "ansattporten"
name = { nb = "Ansattporten", nn = "Ansattporten", en = "Ansattporten (public employees)" }
issuer = "https://ansattporten.no"
client_id = "samspill"
client_secret = "a word that nobody sees"
acr_values = ["substantial"]
authorization_details = [{ type = "ansattporten:altinn:resource", resource = "urn:altinn:resource:samspill" }]
representation = "joins"

[[oidc.providers]]
key = "entra"
name = "Trondheim kommune"
issuer = "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0"
client_id = "x"
trusted_domains = ["Trondheim.kommune.no"]
emails_are_verified = true
creates_people = true
"#;

    fn check(toml: &str, purpose: Purpose) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("samspill.toml");
        std::fs::write(&file, toml).unwrap();
        let flags = Flags { config: Some(file), ..Flags::default() };
        Config::check(&Layers::gather(&flags, []), purpose).map_err(|mistakes| mistakes.to_string())
    }

    #[test]
    fn services_are_read_from_tables_and_from_json() {
        let config = check(GOOD, Purpose::Installation).unwrap();
        let [first, second] = &config.oidc[..] else { panic!("two services") };
        assert_eq!(first.scopes, ["openid", "email"]);
        assert_eq!(first.provider.names[2], "Ansattporten (public employees)");
        assert_eq!(second.provider.trusted_domains, ["trondheim.kommune.no"]);
        assert!(!format!("{config:?}").contains("nobody sees"), "a secret is shown");
        let json = r#"[{ "key": "x", "name": "X", "issuer": "https://x.no", "client_id": "c" }]"#;
        let environment = [("SAMSPILL_OIDC__PROVIDERS".to_owned(), json.to_owned())];
        let layers = Layers::gather(&Flags::default(), environment);
        assert_eq!(Config::check(&layers, Purpose::Installation).unwrap().oidc[0].provider.key, "x");
    }

    #[test]
    fn each_mistake_is_told_and_no_secret_with_it() {
        let change = |from: &str, to: &str| {
            assert!(GOOD.contains(from), "{from}");
            let told = check(&GOOD.replacen(from, to, 1), Purpose::Installation).unwrap_err();
            assert!(!told.contains("nobody sees"), "{told}");
            told
        };
        for (from, to, told) in [
            ("https://ansattporten.no", "http://ansattporten.no", "issuer must be https://"),
            ("https://ansattporten.no", "http://127.0.0.1:3000", "issuer must be https://"),
            ("https://ansattporten.no", "ansattporten", "issuer is no address"),
            ("key = \"entra\"", "key = \"ansattporten\"", "stands there twice"),
            ("key = \"entra\"", "key = \"Entra/../x\"", "it stands in addresses"),
            ("client_id = \"x\"", "client_id = \"x\"\nscopes = [\"nnin\"]", "never taken"),
            ("client_id = \"x\"", "client_id = \"x\"\nsecret = \"y\"", "there is no `secret`"),
            ("client_id = \"x\"", "client_id = 7", "of another type"),
            ("client_id = \"x\"", "", "`client_id` is missing"),
            ("Trondheim.kommune.no", "gmail.com", "anybody can get a mailbox"),
            ("Trondheim.kommune.no", "*", "is no domain"),
            ("trusted_domains = [\"Trondheim.kommune.no\"]", "", "an account is a mailbox"),
            ("\"joins\"", "\"everything\"", "chooses, joins or claims"),
            ("type = ", "kind = ", "each with a type"),
            ("client_secret = ", "private_key_file = \"/nowhere\"\nclient_secret = ", "keep one of them"),
            (
                "client_secret = \"a word that nobody sees\"",
                "private_key_file = \"/nowhere\"",
                "can't be read",
            ),
        ] {
            let mistakes = change(from, to);
            assert!(mistakes.contains(told), "{to}: {mistakes}");
        }
    }

    #[test]
    fn a_demonstration_may_ask_this_machine() {
        let here = GOOD.replacen("https://ansattporten.no", "http://127.0.0.1:3000", 1);
        assert!(check(&here, Purpose::Demo(false)).unwrap().oidc[0].may_be_plain);
    }
}
