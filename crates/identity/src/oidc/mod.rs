//! Signing in by another service: the authorisation code flow of `OpenID` Connect with
//! PKCE, as its relying party.
//!
//! No crate of the protocol is used: the one that is well kept brings a second generation
//! of the cryptography that is here already, and asks the system for the time. What is
//! needed of the protocol is these files; signatures are `jsonwebtoken`'s.
//!
//! Never taken: a national identity number. Claims that are not named here are not read,
//! scopes that bring one are refused by the configuration, and the domain refuses a subject
//! that is one.

mod fetch;
mod id_token;
mod known;
mod represents;
mod settings;

use async_trait::async_trait;
use domain::ports::{Provider, ProviderAnswer, ProviderRequest, Providers, ShownIdentity};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use types::{EmailAddress, SignInFailure, Time};
use url::Url;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use settings::{ClientAuthentication, OidcSettings};

use fetch::{Fault, Fetcher};
use id_token::{Claims, Expected, PersonClaims, Wrong};
use known::{Keeper, Known};

/// A name may be so long.
const LONGEST_NAME: usize = 120;

/// The services that an installation takes part with.
#[derive(Debug)]
pub struct OidcProviders {
    providers: Vec<Provider>,
    settings: Vec<(OidcSettings, Keeper)>,
    fetcher: Fetcher,
}

/// What the token endpoint answers.
#[derive(Deserialize)]
struct TokenAnswer {
    id_token: Option<String>,
    access_token: Option<String>,
    authorization_details: Option<Value>,
}

/// What the userinfo endpoint answers.
#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    #[serde(flatten)]
    person: PersonClaims,
}

impl OidcProviders {
    /// As the operator set them up.
    pub fn new(settings: Vec<OidcSettings>) -> Self {
        Self {
            providers: settings.iter().map(|s| s.provider.clone()).collect(),
            settings: settings.into_iter().map(|s| (s, Keeper::default())).collect(),
            fetcher: Fetcher::new(),
        }
    }

    fn find(&self, key: &str) -> Result<(&OidcSettings, &Keeper), SignInFailure> {
        let found = self.settings.iter().find(|(settings, _)| settings.provider.key == key);
        found.map(|(settings, keeper)| (settings, keeper)).ok_or(SignInFailure::Untrusted)
    }

    async fn exchange(
        &self,
        settings: &OidcSettings,
        known: &Known,
        answer: &ProviderAnswer,
    ) -> Result<TokenAnswer, SignInFailure> {
        let mut form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", answer.code.clone()),
            ("redirect_uri", answer.asked.redirect_uri.clone()),
            ("code_verifier", answer.asked.verifier.clone()),
            ("client_id", settings.client_id.clone()),
        ];
        let mut basic = None;
        match &settings.authentication {
            ClientAuthentication::None => {}
            ClientAuthentication::Basic(secret) => {
                // Both are form-encoded first (RFC 6749, 2.3.1).
                let encoded =
                    |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                basic = Some((encoded(&settings.client_id), encoded(secret)));
            }
            ClientAuthentication::Post(secret) => form.push(("client_secret", secret.clone())),
            ClientAuthentication::PrivateKey { pem, kid } => {
                let assertion = assertion(settings, pem, kid.clone(), answer)
                    .ok_or_else(|| failure(settings, Fault::Untrusted("our own key there does not sign")))?;
                let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                form.extend([("client_assertion_type", kind.to_owned()), ("client_assertion", assertion)]);
            }
        }
        let address = &known.metadata.token_endpoint;
        let sent = self.fetcher.post(address, settings.may_be_plain, &form, basic).await;
        match sent.map_err(|fault| failure(settings, fault))? {
            Ok(answered) => Ok(answered),
            // Spent, of another client, or too old; otherwise the settings are wrong.
            Err(word) if word == "invalid_grant" => Err(SignInFailure::TooLate),
            Err(_) => Err(failure(
                settings,
                Fault::Untrusted("it does not redeem codes for us: is the secret right?"),
            )),
        }
    }

    /// Claims of the person that stand at the userinfo endpoint only, as they do with most.
    async fn person(
        &self,
        settings: &OidcSettings,
        known: &Known,
        claims: &Claims,
        access_token: Option<&str>,
    ) -> Result<PersonClaims, SignInFailure> {
        let is_asked = settings.scopes.iter().any(|scope| scope == "email");
        let (Some(address), Some(token)) = (&known.metadata.userinfo_endpoint, access_token) else {
            return Ok(claims.person.clone());
        };
        if claims.person.email.is_some() || !is_asked {
            return Ok(claims.person.clone());
        }
        let found = self.fetcher.get::<UserInfo>(address, settings.may_be_plain, Some(token)).await;
        let found = found.map_err(|fault| failure(settings, fault))?;
        if found.sub != claims.sub {
            return Err(failure(settings, Fault::Untrusted("it tells of another person")));
        }
        Ok(found.person)
    }
}

#[async_trait]
impl Providers for OidcProviders {
    fn all(&self) -> &[Provider] {
        &self.providers
    }

    async fn address(&self, key: &str, asked: &ProviderRequest, now: Time) -> Result<String, SignInFailure> {
        let (settings, keeper) = self.find(key)?;
        let known = keeper.known(&self.fetcher, settings, now).await.map_err(|f| failure(settings, f))?;
        let url = Url::parse(&known.metadata.authorization_endpoint);
        let is_fine =
            |url: &Url| url.scheme() == "https" || (url.scheme() == "http" && settings.may_be_plain);
        let mut url = url
            .ok()
            .filter(is_fine)
            .ok_or_else(|| failure(settings, Fault::Untrusted("an authorisation endpoint without TLS")))?;
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", &settings.client_id)
                .append_pair("redirect_uri", &asked.redirect_uri)
                .append_pair("scope", &settings.scopes.join(" "))
                .append_pair("state", &asked.state)
                .append_pair("nonce", &asked.nonce)
                .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(Sha256::digest(&asked.verifier)))
                .append_pair("code_challenge_method", "S256")
                .append_pair("ui_locales", asked.language.as_str());
            if !settings.acr_values.is_empty() {
                query.append_pair("acr_values", &settings.acr_values.join(" "));
            }
            if settings.authorization_details.is_array() {
                query.append_pair("authorization_details", &settings.authorization_details.to_string());
            }
            if asked.is_fresh {
                query.append_pair("prompt", "login").append_pair("max_age", "0");
            }
        }
        Ok(url.into())
    }

    async fn redeem(&self, key: &str, answer: &ProviderAnswer) -> Result<ShownIdentity, SignInFailure> {
        let (settings, keeper) = self.find(key)?;
        let known = keeper.known(&self.fetcher, settings, answer.now).await;
        let known = known.map_err(|fault| failure(settings, fault))?;
        // The promise is what makes its absence a sign of a mix-up (RFC 9207, 2.4).
        let is_promised = known.metadata.authorization_response_iss_parameter_supported;
        match &answer.issuer {
            Some(issuer) if *issuer == settings.provider.issuer => {}
            None if !is_promised => {}
            _ => return Err(failure(settings, Fault::Untrusted("an answer of another issuer"))),
        }
        let tokens = self.exchange(settings, &known, answer).await?;
        let id_token = tokens.id_token.as_deref().unwrap_or_default();
        let expected = Expected {
            issuer: &settings.provider.issuer,
            client_id: &settings.client_id,
            nonce: &answer.asked.nonce,
            acr_values: &settings.acr_values,
            fresh_since: answer.asked.is_fresh.then_some(answer.asked_at),
            now: answer.now,
        };
        let claims = match id_token::read(id_token, &known, &expected) {
            Err(Wrong::UnknownKey) => {
                // The service may have changed its keys.
                let again = keeper.look_again(&self.fetcher, settings, answer.now).await;
                let again = again.map_err(|fault| failure(settings, fault))?;
                again.map_or(Err(Wrong::UnknownKey), |known| id_token::read(id_token, &known, &expected))
            }
            read => read,
        };
        let claims = claims.map_err(|wrong| refusal(settings, wrong))?;
        let person = self.person(settings, &known, &claims, tokens.access_token.as_deref()).await?;
        let granted = claims.authorization_details.as_ref().or(tokens.authorization_details.as_ref());
        let represents = granted
            .map(|granted| represents::organisations(granted, &settings.authorization_details))
            .unwrap_or_default();
        Ok(ShownIdentity {
            email: person.email.as_deref().and_then(|email| email.parse::<EmailAddress>().ok()),
            is_email_verified: settings.emails_are_verified
                || person.email_verified.as_ref().is_some_and(id_token::Flag::is_true),
            name: name(&person),
            assurance: claims.acr.clone().filter(|acr| acr.len() <= 100),
            authenticated_at: claims.auth_time.and_then(|at| Time::from_timestamp(at, 0)),
            subject: claims.sub,
            represents,
        })
    }
}

/// The name of the person, on one line.
fn name(person: &PersonClaims) -> Option<String> {
    let parts = [person.given_name.as_deref(), person.family_name.as_deref()];
    let whole =
        person.name.clone().unwrap_or_else(|| parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '.' | '\'' | '’');
    let name: String = whole.chars().filter(|c| is_plain(*c)).take(LONGEST_NAME).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

/// Who we are, signed (RFC 7523): for this one request.
fn assertion(
    settings: &OidcSettings,
    pem: &str,
    kid: Option<String>,
    answer: &ProviderAnswer,
) -> Option<String> {
    let (algorithm, key) = signing_key(pem)?;
    let (now, client) = (answer.now.timestamp(), &settings.client_id);
    let claims = json!({
        "iss": client,
        "sub": client,
        "aud": settings.provider.issuer,
        // The code is redeemed once, so this is used once.
        "jti": URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{client} {}", answer.code))),
        "iat": now,
        "exp": now + 60,
    });
    jsonwebtoken::encode(&Header { kid, ..Header::new(algorithm) }, &claims, &key).ok()
}

/// What a fault means to the person; the operator reads in the log what it is.
fn failure(settings: &OidcSettings, fault: Fault) -> SignInFailure {
    let (failure, why) = match fault {
        Fault::Unreachable(why) => (SignInFailure::Unreachable, why),
        Fault::Untrusted(why) => (SignInFailure::Untrusted, why),
    };
    tracing::warn!(provider = settings.provider.key, why, "a sign-in service does not answer as it should");
    failure
}

fn refusal(settings: &OidcSettings, wrong: Wrong) -> SignInFailure {
    let (failure, why) = match wrong {
        Wrong::UnknownKey => (SignInFailure::Untrusted, "a token by a key that it does not publish"),
        Wrong::Clock(why) => (SignInFailure::Clock, why),
        Wrong::NotFresh => (SignInFailure::NotFresh, "it did not ask the person anew, or does not tell when"),
        Wrong::TooWeak => (SignInFailure::TooWeak, "less sure than is asked for"),
        Wrong::Untrusted(why) => (SignInFailure::Untrusted, why),
    };
    tracing::warn!(provider = settings.provider.key, why, "a sign-in service's answer was refused");
    failure
}

/// Whether a text is a private key that we can sign with.
pub fn is_signing_key(pem: &str) -> bool {
    signing_key(pem).is_some()
}

fn signing_key(pem: &str) -> Option<(Algorithm, EncodingKey)> {
    let pem = pem.as_bytes();
    EncodingKey::from_rsa_pem(pem)
        .map(|key| (Algorithm::RS256, key))
        .or_else(|_| EncodingKey::from_ec_pem(pem).map(|key| (Algorithm::ES256, key)))
        .or_else(|_| EncodingKey::from_ed_pem(pem).map(|key| (Algorithm::EdDSA, key)))
        .ok()
}
