//! People and organisations that tests need, made by the product's own commands.

use domain::accounts::{self, Person, Proof};
use domain::organisations::{self, NewOrganisation, Organisation};
use domain::{Actor, App};
use types::{ClaimState, EntryKind, Language, MembershipState, OrganisationKind, Role};

use crate::House;

impl House {
    /// Somebody with an account, acting for nobody. Named after the mailbox.
    pub async fn person(&self, email: &str) -> Actor {
        let person = self.account(email).await;
        self.sign_in(&person).await
    }

    /// An account.
    pub async fn account(&self, email: &str) -> Person {
        let tx = self.app.db.write().await.expect("a write");
        let email = email.parse().expect("an address");
        let person =
            accounts::ensure_person(&self.app, &tx, &email, None, Language::Nb).await.expect("a person");
        tx.commit().await.expect("committed");
        person
    }

    /// A verified organisation that people can be put into.
    pub async fn organisation(
        &self,
        kind: OrganisationKind,
        name: &str,
        number: Option<&str>,
    ) -> Organisation {
        let number = number.map(|n| n.parse().expect("a number"));
        let tx = self.app.db.write().await.expect("a write");
        let system = Actor::system();
        let new = NewOrganisation {
            county_number: kind.is_buyer().then(|| "50".to_owned()),
            ..NewOrganisation::norwegian(kind, name, number)
        };
        let known = organisations::ensure_known(&self.app, &tx, &system, new).await.expect("known");
        let now = self.app.now();
        let verified =
            organisations::change(&self.app, &tx, &system, known, EntryKind::OrganisationVerified, |row| {
                row.claim = sea_orm::ActiveValue::Set(ClaimState::Verified);
                row.claimed_at = sea_orm::ActiveValue::Set(Some(now));
            })
            .await
            .expect("verified");
        tx.commit().await.expect("committed");
        verified
    }

    /// Somebody with a role in an organisation, signed in and acting for it.
    pub async fn member(&self, organisation: &Organisation, email: &str, roles: &[Role]) -> Actor {
        let person = self.account(email).await;
        let tx = self.app.db.write().await.expect("a write");
        let system = Actor::system();
        let active = MembershipState::Active;
        accounts::ensure_membership(&self.app, &tx, &system, person.id, organisation.id, roles, active, None)
            .await
            .expect("a membership");
        tx.commit().await.expect("committed");
        let actor = self.sign_in(&person).await;
        accounts::act_for(&self.app, &actor, Some(organisation.id)).await.expect("acting")
    }

    /// The buyer of most tests: Trondheim, with an officer.
    pub async fn officer(&self) -> Actor {
        let buyer = self.trondheim().await;
        self.member(&buyer, "olav.officer@trondheim.example.no", &[Role::Owner, Role::ProcurementOfficer])
            .await
    }

    /// Trondheim's second person.
    pub async fn reviewer(&self) -> Actor {
        let buyer = self.trondheim().await;
        self.member(&buyer, "rita.reviewer@trondheim.example.no", &[Role::Reviewer]).await
    }

    /// A supplier's administrator.
    pub async fn supplier(&self, name: &str, email: &str) -> Actor {
        let known =
            organisations::find_by_slug(&self.app, &domain::text::slug::slug(name)).await.expect("a look-up");
        let organisation = match known {
            Some(known) => known,
            None => self.organisation(OrganisationKind::Supplier, name, None).await,
        };
        self.member(&organisation, email, &[Role::SupplierAdministrator]).await
    }

    async fn trondheim(&self) -> Organisation {
        match organisations::find_by_slug(&self.app, "trondheim-kommune").await.expect("a look-up") {
            Some(known) => known,
            None => {
                self.organisation(OrganisationKind::Municipality, "Trondheim kommune", Some("942110464"))
                    .await
            }
        }
    }

    /// Signs in by mail, as a person does.
    pub async fn sign_in(&self, person: &Person) -> Actor {
        let app: &App = &self.app;
        let visitor = Actor::anonymous(Language::Nb);
        let attempt = accounts::start_sign_in(app, &visitor, person.email.as_str(), None)
            .await
            .expect("a sign-in begun");
        self.work().await;
        let code =
            self.mail.sent().iter().rev().find_map(|kept| code_in(&kept.text)).expect("a code by mail");
        let proof = Proof {
            attempt: Some(&attempt.secret),
            code: Some(&code),
            device_token: None,
            token: None,
            identity: None,
        };
        let signed = accounts::complete_sign_in(app, &visitor, proof).await.expect("signed in");
        accounts::actor_of_token(app, &signed.token).await.expect("a session").expect("an actor")
    }
}

/// The sign-in code in a mail's text: four, hyphen, four.
pub(crate) fn code_in(text: &str) -> Option<String> {
    text.split_whitespace().map(|w| w.trim_matches('.')).find(|w| is_code(w)).map(str::to_owned)
}

fn is_code(word: &str) -> bool {
    word.len() == 9
        && word.as_bytes()[4] == b'-'
        && word.bytes().all(|b| b == b'-' || b.is_ascii_uppercase() || b.is_ascii_digit())
}
