//! Services to sign in by, which say what a test has them say.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use domain::accounts::providers::{self, Answer, Finished, Outcome};
use domain::ports::{Provider, ProviderAnswer, ProviderRequest, Providers, ShownIdentity};
use domain::{Actor, accounts};
use types::{Representation, SignInFailure, Time};

use crate::House;

/// Four of them: `porten` chooses an organisation, `felles` makes members, `altinn` proves
/// claims; `kommunen` vouches for the mailboxes of one domain and makes accounts.
#[derive(Debug)]
pub struct FakeProviders {
    all: Vec<Provider>,
    says: Mutex<Result<ShownIdentity, SignInFailure>>,
    asked: Mutex<Vec<ProviderRequest>>,
    redeemed: Mutex<Vec<ProviderAnswer>>,
}

impl Default for FakeProviders {
    fn default() -> Self {
        let kommunen = Provider {
            creates_people: true,
            trusted_domains: vec!["trondheim.example.no".to_owned()],
            only_domains: vec!["trondheim.example.no".to_owned()],
            ..provider("kommunen", Representation::Chooses)
        };
        let firmaet = Provider {
            trusted_domains: vec!["firma.example.no".to_owned()],
            ..provider("firmaet", Representation::Chooses)
        };
        let porten = provider("porten", Representation::Chooses);
        let felles = provider("felles", Representation::Joins);
        let altinn = provider("altinn", Representation::Claims);
        Self {
            all: vec![porten, felles, altinn, kommunen, firmaet],
            says: Mutex::new(Ok(somebody("kari-der"))),
            asked: Mutex::default(),
            redeemed: Mutex::default(),
        }
    }
}

fn provider(key: &str, representation: Representation) -> Provider {
    let name = |language: &str| format!("{key} ({language})");
    Provider {
        key: key.to_owned(),
        names: [name("nb"), name("nn"), name("en")],
        issuer: format!("https://{key}.example.no"),
        creates_people: false,
        trusted_domains: Vec::new(),
        only_domains: Vec::new(),
        representation,
    }
}

/// Somebody whom a service knows as `subject`, and of whom it says nothing more.
pub fn somebody(subject: &str) -> ShownIdentity {
    ShownIdentity {
        subject: subject.to_owned(),
        email: None,
        is_email_verified: false,
        name: None,
        assurance: Some("high".to_owned()),
        authenticated_at: None,
        represents: Vec::new(),
    }
}

impl FakeProviders {
    /// What is said from now on.
    pub fn say(&self, what: Result<ShownIdentity, SignInFailure>) {
        *self.says.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }

    /// What the last browser was sent with.
    pub fn asked(&self) -> ProviderRequest {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).last().expect("somebody was sent").clone()
    }

    /// What was redeemed, in order.
    pub fn redeemed(&self) -> Vec<ProviderAnswer> {
        self.redeemed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Providers for FakeProviders {
    fn all(&self) -> &[Provider] {
        &self.all
    }

    async fn address(&self, key: &str, asked: &ProviderRequest, _: Time) -> Result<String, SignInFailure> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
        Ok(format!("https://{key}.example.no/authorize?state={}", asked.state))
    }

    async fn redeem(&self, _: &str, answer: &ProviderAnswer) -> Result<ShownIdentity, SignInFailure> {
        self.redeemed.lock().unwrap_or_else(PoisonError::into_inner).push(answer.clone());
        self.says.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl House {
    /// Somebody goes to a service and comes back, while it says `what`.
    pub async fn sign_in_by(&self, actor: &Actor, key: &str, what: ShownIdentity) -> Finished {
        self.providers.say(Ok(what));
        let started = providers::start(&self.app, actor, key, Some("/nb/needs"), None).await;
        let started = started.expect("no error").expect("a service that answers");
        let state = self.providers.asked().state;
        let answer = Answer {
            state: Some(&state),
            code: Some("a code"),
            browser: Some(&started.browser),
            ..Answer::default()
        };
        providers::finish(&self.app, actor, key, answer).await.expect("no error")
    }

    /// What a browser keeps of an identity that nobody has yet.
    pub async fn pending_proof(&self, key: &str, subject: &str) -> String {
        match self.sign_in_by(&Actor::default(), key, somebody(subject)).await.outcome {
            Outcome::Pending { proof, .. } => proof,
            other => panic!("{other:?} is not pending"),
        }
    }

    /// The actor whom a sign-in made.
    pub async fn signed_in_by(&self, finished: &Finished) -> Actor {
        let Outcome::Signed(signed, _) = &finished.outcome else { panic!("{finished:?}") };
        accounts::actor_of_token(&self.app, &signed.token).await.expect("a session").expect("an actor")
    }
}
