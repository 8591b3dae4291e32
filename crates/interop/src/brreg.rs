//! Enhetsregisteret, the register of Norwegian organisations (open, no key).
//!
//! A look-up never fails and never holds a form up for long: what can't be
//! had within the time limit is [`Lookup::Offline`], and the person types the
//! name instead.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use domain::ports::{BusinessRegister, Lookup, RegisteredUnit};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use types::OrganisationNumber;

/// How long a person waits for the register.
const TIMEOUT: Duration = Duration::from_secs(3);
/// A unit is about 2 kB; more is not the register.
const MAX_BYTES: usize = 256 * 1024;

/// Asks the register over HTTP.
#[derive(Debug)]
pub struct BrregRegister {
    base_url: String,
    /// Absent if this machine offers no trusted certificates.
    client: Option<Client>,
}

impl BrregRegister {
    /// Asks at `base_url`, in production `https://data.brreg.no`.
    pub fn new(base_url: &str) -> Self {
        Self::with_timeout(base_url, TIMEOUT)
    }

    /// The same with another time limit.
    pub fn with_timeout(base_url: &str, timeout: Duration) -> Self {
        // Refused if the process has a provider already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let base_url = base_url.trim_end_matches('/').to_owned();
        let mut builder = Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("samspill/", env!("CARGO_PKG_VERSION")));
        if ["http://127.0.0.1", "http://localhost", "http://[::1]"]
            .iter()
            .any(|own| base_url.starts_with(own))
        {
            // What runs on this machine does not lie behind the proxy.
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .inspect_err(|error| tracing::warn!(%error, "the business register can't be asked from here"))
            .ok();
        Self { base_url, client }
    }

    /// The answer's body, `None` for "no such unit".
    async fn fetch(&self, number: &OrganisationNumber) -> Result<Option<Vec<u8>>, String> {
        let client = self.client.as_ref().ok_or("no HTTP client")?;
        let url = format!("{}/enhetsregisteret/api/enheter/{number}", self.base_url);
        let request = client.get(url).header("accept", "application/json");
        let mut response = request.send().await.map_err(|e| e.to_string())?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(None),
            other => return Err(format!("status {other}")),
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| e.to_string())? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                return Err("an answer too long to be a unit".to_owned());
            }
        }
        Ok(Some(body))
    }
}

#[async_trait]
impl BusinessRegister for BrregRegister {
    async fn look_up(&self, number: &OrganisationNumber) -> Lookup {
        let read = |body: Vec<u8>| {
            let unit: Unit = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
            unit.registered(number).ok_or_else(|| "the answer is about another unit".to_owned())
        };
        match self.fetch(number).await.and_then(|body| body.map(read).transpose()) {
            Ok(Some(unit)) => Lookup::Found(unit),
            Ok(None) => Lookup::Unknown,
            Err(reason) => {
                tracing::info!(%number, reason, "the business register gave no answer");
                Lookup::Offline
            }
        }
    }
}

/// What we read of a unit, as the register names it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unit {
    organisasjonsnummer: String,
    navn: String,
    organisasjonsform: Option<Form>,
    antall_ansatte: Option<i32>,
    hjemmeside: Option<String>,
    forretningsadresse: Option<Address>,
    #[serde(default)]
    konkurs: bool,
    #[serde(default)]
    under_avvikling: bool,
    #[serde(default)]
    under_tvangsavvikling_eller_tvangsopplosning: bool,
    slettedato: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    kode: String,
}

#[derive(Deserialize)]
struct Address {
    kommunenummer: Option<String>,
}

impl Unit {
    fn registered(self, asked: &OrganisationNumber) -> Option<RegisteredUnit> {
        let organisation_number = self.organisasjonsnummer.parse().ok().filter(|found| found == asked)?;
        Some(RegisteredUnit {
            organisation_number,
            name: self.navn.trim().to_owned(),
            form: self.organisasjonsform.map(|form| form.kode),
            employees: self.antall_ansatte,
            website: self.hjemmeside.as_deref().and_then(website),
            municipality_number: self.forretningsadresse.and_then(|address| address.kommunenummer),
            is_ended: self.konkurs
                || self.under_avvikling
                || self.under_tvangsavvikling_eller_tvangsopplosning
                || self.slettedato.is_some(),
        })
    }
}

/// The register keeps most web sites as `www.firma.no`.
pub(crate) fn website(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if text.is_empty() || text.contains(char::is_whitespace) || !text.contains('.') {
        None
    } else if lower.starts_with("https://") || lower.starts_with("http://") {
        Some(text.to_owned())
    } else if lower.contains("://") {
        None
    } else {
        Some(format!("https://{text}"))
    }
}

/// A register without network: knows what it was given, and is offline for all else.
#[derive(Clone, Debug, Default)]
pub struct OfflineRegister {
    units: HashMap<OrganisationNumber, RegisteredUnit>,
}

impl OfflineRegister {
    /// Knows these units; with none it always answers [`Lookup::Offline`].
    pub fn new(units: impl IntoIterator<Item = RegisteredUnit>) -> Self {
        Self { units: units.into_iter().map(|unit| (unit.organisation_number.clone(), unit)).collect() }
    }
}

#[async_trait]
impl BusinessRegister for OfflineRegister {
    async fn look_up(&self, number: &OrganisationNumber) -> Lookup {
        self.units.get(number).map_or(Lookup::Offline, |unit| Lookup::Found(unit.clone()))
    }
}
