//! Signing in by another service: who it is, whom the session acts for, and what is refused.
//! The protocol itself is `tests/clients/cases/oidc.mjs`'s, against a service that speaks it.

use chrono::TimeDelta;
use domain::Actor;
use domain::accounts::providers::{self, Answer, Finished, Outcome};
use domain::accounts::{self, Proof};
use domain::organisations::{self, Organisation};
use domain::ports::{Letter, RegisteredUnit, ShownIdentity};
use interop::brreg::OfflineRegister;
use serde_json::json;
use tests::{House, somebody};
use types::{
    ChoiceRefused, ClaimState, Language, MembershipState, OrganisationKind, Role, SignInFailure, SignInMethod,
};

const KARI: &str = "kari@firma.example.no";
/// A synthetic number, and so nobody's.
const NATIONAL: &str = "47906701517";

fn visitor() -> Actor {
    Actor::anonymous(Language::Nn)
}

fn with_mailbox(subject: &str, email: &str, is_email_verified: bool) -> ShownIdentity {
    let email = Some(email.parse().unwrap());
    ShownIdentity { email, is_email_verified, name: Some("Kari Lunde".to_owned()), ..somebody(subject) }
}

fn representing(subject: &str, numbers: &[&str]) -> ShownIdentity {
    ShownIdentity { represents: numbers.iter().map(|n| n.parse().unwrap()).collect(), ..somebody(subject) }
}

fn failure(finished: &Finished) -> Option<SignInFailure> {
    match &finished.outcome {
        Outcome::Failed(failure) => Some(*failure),
        _ => None,
    }
}

fn is_pending(finished: &Finished) -> bool {
    matches!(finished.outcome, Outcome::Pending { .. })
}

fn refused(finished: &Finished) -> Option<ChoiceRefused> {
    match &finished.outcome {
        Outcome::Signed(_, refused) => refused.as_ref().map(|(why, _)| *why),
        _ => panic!("{finished:?}"),
    }
}

async fn finish(house: &House, key: &str, answer: Answer<'_>) -> Finished {
    providers::finish(&house.app, &visitor(), key, answer).await.unwrap()
}

/// Ties an identity to somebody's account, by a code in the mail.
async fn tied(house: &House, key: &str, subject: &str, email: &str) -> Actor {
    let proof = house.pending_proof(key, subject).await;
    let attempt = accounts::start_sign_in(&house.app, &visitor(), email, None).await.unwrap();
    let code = house.code_for(email).await;
    let by_code = Proof {
        attempt: Some(&attempt.secret),
        code: Some(&code),
        identity: Some(&proof),
        ..Proof::default()
    };
    let signed = accounts::complete_sign_in(&house.app, &visitor(), by_code).await.unwrap();
    accounts::actor_of_token(&house.app, &signed.token).await.unwrap().unwrap()
}

fn letters(house: &House, kind: &str) -> usize {
    let is = |letter: &Letter| matches!(letter, Letter::Security { kind: k, .. } if k == kind);
    house.mail.messages().iter().filter(|message| is(&message.letter)).count()
}

#[tokio::test]
async fn a_mailbox_proved_once_ties_an_identity_for_good() {
    let house = House::new().await;
    // What an unverified mailbox says is not believed: the person proves one.
    let kari = house.person(KARI).await;
    for shown in
        [somebody("kari-der"), with_mailbox("kari-der", KARI, false), with_mailbox("kari-der", KARI, true)]
    {
        let finished = house.sign_in_by(&visitor(), "porten", shown).await;
        assert!(is_pending(&finished), "{finished:?}");
        assert_eq!((finished.language, finished.next.as_deref()), (Language::Nn, Some("/nb/needs")));
    }
    let proof = house.pending_proof("porten", "kari-der").await;
    let shown = "query($p: String!) { pendingIdentity(proof: $p) { provider name email next } }";
    let shown = house.api().ask(&visitor(), shown, json!({ "p": proof })).await;
    let expected = json!({ "provider": "porten (nn)", "name": null, "email": null, "next": "/nb/needs" });
    assert_eq!(shown["pendingIdentity"], expected);

    let me = tied(&house, "porten", "kari-der", KARI).await;
    assert_eq!(me.person.as_ref().unwrap().id, kari.person.as_ref().unwrap().id);
    house.work().await;
    assert_eq!(letters(&house, "identity-linked"), 1, "one is told");

    house.clock.advance(TimeDelta::minutes(20));
    let finished = house.sign_in_by(&visitor(), "porten", somebody("kari-der")).await;
    let again = house.signed_in_by(&finished).await;
    assert_eq!(again.person, kari.person);
    let session = accounts::list_sessions(&house.app, &again).await.unwrap().remove(0);
    assert_eq!(
        (session.method, session.provider.as_deref(), session.assurance.as_deref()),
        (Some(SignInMethod::Provider), Some("porten"), Some("high"))
    );
    let seen = "{ viewer { identities { id provider } sessions { provider assurance method } } }";
    let seen = house.api().ask(&again, seen, json!({})).await["viewer"].take();
    assert_eq!(seen["identities"][0]["provider"], "porten (nb)");
    assert_eq!(
        seen["sessions"][0],
        json!({ "provider": "porten (nb)", "assurance": "high", "method": "PROVIDER" })
    );
    // Whom the same service calls something else is another; so is whom another service calls so.
    assert!(is_pending(&house.sign_in_by(&visitor(), "porten", somebody("kari-Der")).await));
    assert!(is_pending(&house.sign_in_by(&visitor(), "altinn", somebody("kari-der")).await));
    house.finish().await;
}

#[tokio::test]
async fn what_was_tied_is_seen_and_removed_by_its_person_alone() {
    let house = House::new().await;
    let me = tied(&house, "porten", "kari-der", KARI).await;
    let per = house.person("per@firma.example.no").await;
    let row = providers::list_identities(&house.app, &me).await.unwrap().remove(0);
    let api = house.api();
    let input = json!({ "identityId": graphql::encode(row.id) });
    let node = "query($id: ID!) { node(id: $id) { __typename } }";
    let id = json!({ "id": graphql::encode(row.id) });
    assert_eq!(api.ask(&per, node, id.clone()).await["node"], json!(null));
    assert_eq!(api.ask(&me, node, id).await["node"]["__typename"], "Identity");
    assert_eq!(api.refused(&per, "removeIdentity", input.clone()).await, ["NOT_FOUND"]);
    // One identity, one account: what is tied is not tied again, here or elsewhere.
    let proof = house.pending_proof("porten", "per-der").await;
    let link = json!({ "proof": proof });
    assert_eq!(api.refused(&per, "linkIdentity", link.clone()).await, [""; 0]);
    assert_eq!(api.refused(&me, "linkIdentity", link).await, ["ALREADY_EXISTS identity"]);
    // Whoever found the browser open changes nothing.
    house.clock.advance(TimeDelta::minutes(16));
    let fresh = house.pending_proof("porten", "en-tredje").await;
    assert_eq!(api.refused(&me, "removeIdentity", input.clone()).await, ["REAUTHENTICATION_REQUIRED"]);
    let link = json!({ "proof": fresh });
    assert_eq!(api.refused(&me, "linkIdentity", link).await, ["REAUTHENTICATION_REQUIRED"]);

    // Who is signed in shows by the service, too, who it is: then the service is asked anew.
    let finished = house.sign_in_by(&me, "porten", somebody("kari-der")).await;
    assert!(house.providers.asked().is_fresh);
    let me = house.signed_in_by(&finished).await;
    assert_eq!(api.refused(&me, "removeIdentity", input).await, [""; 0]);
    house.work().await;
    assert_eq!(letters(&house, "identity-removed"), 1);
    assert!(
        is_pending(&house.sign_in_by(&visitor(), "porten", somebody("kari-der")).await),
        "it opens nothing"
    );
    house.finish().await;
}

#[tokio::test]
async fn what_was_long_ago_at_the_service_is_long_ago_here() {
    let house = House::new().await;
    tied(&house, "porten", "kari-der", KARI).await;
    // It lets in whoever was there before, and tells when that was; or tells nothing.
    for (told, is_recent) in [(None, false), (Some(20), false), (Some(2), true), (Some(-9), true)] {
        let at = told.map(|minutes| house.app.now() - TimeDelta::minutes(minutes));
        let shown = ShownIdentity { authenticated_at: at, ..somebody("kari-der") };
        let finished = house.sign_in_by(&visitor(), "porten", shown).await;
        assert!(!house.providers.asked().is_fresh);
        let me = house.signed_in_by(&finished).await;
        assert_eq!(me.recently_authenticated(&house.app).is_ok(), is_recent, "{told:?}");
        // A moment in the future counts as now.
        assert!(me.authenticated_at.is_none_or(|at| at <= house.app.now()));
    }
    house.finish().await;
}

#[tokio::test]
async fn an_answer_counts_once_in_its_time_and_in_its_browser() {
    let house = House::new().await;
    tied(&house, "porten", "kari-der", KARI).await;
    house.providers.say(Ok(somebody("kari-der")));
    let (app, me) = (&house.app, visitor());
    let start = || async { providers::start(app, &me, "porten", None, None).await.unwrap().unwrap() };
    let redeemed = house.providers.redeemed().len();

    let begun = start().await;
    let state = house.providers.asked().state;
    let answer =
        Answer { state: Some(&state), code: Some("c"), browser: Some(&begun.browser), ..Answer::default() };
    // Another browser, and none, spend nothing.
    let other = start().await;
    for browser in [Some(other.browser.as_str()), None, Some(""), Some("x")] {
        let finished = finish(&house, "porten", Answer { browser, ..answer }).await;
        assert_eq!(failure(&finished), Some(SignInFailure::OtherBrowser), "{browser:?}");
    }
    // Another service's address is another's answer.
    assert_eq!(failure(&finish(&house, "altinn", answer).await), Some(SignInFailure::TooLate));
    for state in [None, Some(""), Some("made up")] {
        assert_eq!(
            failure(&finish(&house, "porten", Answer { state, ..answer }).await),
            Some(SignInFailure::TooLate)
        );
    }
    assert_eq!(house.providers.redeemed().len(), redeemed, "nothing was redeemed");
    assert_eq!(failure(&finish(&house, "porten", answer).await), None);
    assert_eq!(failure(&finish(&house, "porten", answer).await), Some(SignInFailure::TooLate), "once");
    assert_eq!(house.providers.redeemed().len(), redeemed + 1);

    // Two windows of one browser: each has its own nonce and verifier.
    let first = start().await;
    let asked = house.providers.asked();
    let second = providers::start(app, &me, "porten", None, Some(&first.browser)).await.unwrap().unwrap();
    let later = house.providers.asked();
    assert_eq!(first.browser, second.browser);
    assert!(asked.state != later.state && asked.nonce != later.nonce && asked.verifier != later.verifier);
    assert_eq!(asked.verifier.len(), 43);
    let answer = Answer { browser: Some(&first.browser), code: Some("c"), ..Answer::default() };
    assert_eq!(
        failure(&finish(&house, "porten", Answer { state: Some(&asked.state), ..answer }).await),
        None
    );
    let again = house.providers.redeemed().pop().unwrap();
    assert_eq!(again.asked, asked, "it is redeemed with what it was asked with");
    house.clock.advance(TimeDelta::minutes(10));
    let late = finish(&house, "porten", Answer { state: Some(&later.state), ..answer }).await;
    assert_eq!(failure(&late), Some(SignInFailure::TooLate));

    // What the service says instead of a code, and who says it.
    for (error, meaning) in [
        ("access_denied", SignInFailure::Cancelled),
        ("temporarily_unavailable", SignInFailure::Unreachable),
        ("unmet_authentication_requirements", SignInFailure::TooWeak),
        ("<script>", SignInFailure::Untrusted),
    ] {
        let begun = start().await;
        let state = house.providers.asked().state;
        let told = Answer {
            state: Some(&state),
            error: Some(error),
            browser: Some(&begun.browser),
            ..Answer::default()
        };
        assert_eq!(failure(&finish(&house, "porten", told).await), Some(meaning), "{error}");
        assert_eq!(failure(&finish(&house, "porten", told).await), Some(SignInFailure::TooLate), "spent");
    }
    let begun = start().await;
    let state = house.providers.asked().state;
    let mixed = Answer {
        state: Some(&state),
        code: Some("c"),
        issuer: Some("https://altinn.example.no"),
        browser: Some(&begun.browser),
        ..Answer::default()
    };
    assert_eq!(failure(&finish(&house, "porten", mixed).await), Some(SignInFailure::Untrusted));
    house.finish().await;
}

#[tokio::test]
async fn what_the_service_fails_at_is_told_and_changes_nothing() {
    let house = House::new().await;
    let me = tied(&house, "porten", "kari-der", KARI).await;
    for failed in SignInFailure::ALL {
        house.providers.say(Err(*failed));
        let started = providers::start(&house.app, &me, "porten", None, None).await.unwrap().unwrap();
        let state = house.providers.asked().state;
        let answer = Answer {
            state: Some(&state),
            code: Some("c"),
            browser: Some(&started.browser),
            ..Answer::default()
        };
        let finished = providers::finish(&house.app, &me, "porten", answer).await.unwrap();
        assert_eq!(failure(&finished), Some(*failed));
        let key = format!("sign-in-failure-{}", failed.as_str().to_lowercase().replace('_', "-"));
        assert!(i18n::KEYS.contains(&key.as_str()), "{key} has no words");
    }
    assert!(accounts::actor_of_session(&house.app, me.session.unwrap()).await.unwrap().is_some());
    // Another person at the service: who is signed in stays so.
    let per = tied(&house, "porten", "per-der", "per@firma.example.no").await;
    let finished = house.sign_in_by(&me, "porten", somebody("per-der")).await;
    assert_eq!(failure(&finished), Some(SignInFailure::OtherPerson));
    assert!(accounts::actor_of_session(&house.app, me.session.unwrap()).await.unwrap().is_some());
    assert!(per.session != me.session);
    assert!(providers::start(&house.app, &me, "nothing", None, None).await.is_err());
    house.finish().await;
}

#[tokio::test]
async fn a_service_vouches_for_mailboxes_of_its_own_domains_alone() {
    let house = House::new().await;
    let mine = "ida@trondheim.example.no";
    let finished = house.sign_in_by(&visitor(), "kommunen", with_mailbox("ida-der", mine, true)).await;
    let ida = house.signed_in_by(&finished).await;
    let person = ida.person.clone().unwrap();
    assert_eq!((person.email.as_str(), person.name.as_str()), (mine, "Kari Lunde"));
    house.work().await;
    assert_eq!(letters(&house, "identity-linked"), 1);
    // A name that changes later changes nothing, nor does the mailbox: the subject counts.
    let finished = house
        .sign_in_by(&visitor(), "kommunen", with_mailbox("ida-der", "x@trondheim.example.no", true))
        .await;
    assert_eq!(house.signed_in_by(&finished).await.person.unwrap().id, person.id);

    for shown in [
        with_mailbox("b", "b@trondheim.example.no", false),
        with_mailbox("b", "b@evil.trondheim.example.no", true),
        with_mailbox("b", "b@trondheim.example.no.evil.com", true),
        with_mailbox("b", KARI, true),
        somebody("b"),
    ] {
        let finished = house.sign_in_by(&visitor(), "kommunen", shown).await;
        assert_eq!(failure(&finished), Some(SignInFailure::NotAllowed), "{finished:?}");
    }
    // One that makes no accounts ties those that there are.
    let finished = house.sign_in_by(&visitor(), "firmaet", with_mailbox("kari", KARI, true)).await;
    assert_eq!(failure(&finished), Some(SignInFailure::NoAccount));
    let kari = house.person(KARI).await;
    let finished = house.sign_in_by(&visitor(), "firmaet", with_mailbox("kari", KARI, true)).await;
    assert_eq!(house.signed_in_by(&finished).await.person, kari.person);
    let finished =
        house.sign_in_by(&visitor(), "firmaet", with_mailbox("ola", "ola@annen.example.no", true)).await;
    assert!(is_pending(&finished), "for another domain it vouches for nothing");
    // And it takes nobody over who is signed in as somebody else.
    let finished = house.sign_in_by(&ida, "firmaet", with_mailbox("kari2", KARI, true)).await;
    assert_eq!(failure(&finished), Some(SignInFailure::OtherPerson));
    house.finish().await;
}

#[tokio::test]
async fn what_waits_is_sealed_and_does_not_wait_for_ever() {
    let house = House::new().await;
    let me = house.person(KARI).await;
    let proof = house.pending_proof("porten", "kari-der").await;
    let mut forged = proof.clone().into_bytes();
    forged[60] = if forged[60] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    for bad in ["", "x", forged.as_str()] {
        assert_eq!(providers::pending_identity(&house.app, bad), None, "{bad}");
        let refused = house.api().refused(&me, "linkIdentity", json!({ "proof": bad })).await;
        assert_eq!(refused, ["INVALID_CODE identity"]);
    }
    house.clock.advance(TimeDelta::minutes(15));
    assert_eq!(providers::pending_identity(&house.app, &proof), None);
    // It is looked at before the code is spent, which then still works.
    let attempt = accounts::start_sign_in(&house.app, &visitor(), KARI, None).await.unwrap();
    let code = house.code_for(KARI).await;
    let late = Proof {
        attempt: Some(&attempt.secret),
        code: Some(&code),
        identity: Some(&proof),
        ..Proof::default()
    };
    assert!(accounts::complete_sign_in(&house.app, &visitor(), late).await.is_err());
    let without = Proof { identity: None, ..late };
    assert!(accounts::complete_sign_in(&house.app, &visitor(), without).await.is_ok());
    house.finish().await;
}

#[tokio::test]
async fn no_national_identity_number_is_taken() {
    let house = House::new().await;
    for subject in [NATIONAL, "urn:no:47906701517", "479067 01517"] {
        let finished = house.sign_in_by(&visitor(), "porten", somebody(subject)).await;
        assert_eq!(failure(&finished), Some(SignInFailure::Untrusted), "{subject}");
    }
    let shown = ShownIdentity {
        name: Some(format!("Kari {NATIONAL}")),
        ..with_mailbox("kari-der", &format!("{NATIONAL}@firma.example.no"), true)
    };
    let finished = house.sign_in_by(&visitor(), "porten", shown).await;
    let Outcome::Pending { proof, .. } = &finished.outcome else { panic!("{finished:?}") };
    let waiting = providers::pending_identity(&house.app, proof).unwrap();
    assert_eq!((waiting.name, waiting.email), (None, None));
    house.finish().await;
}

/// The state of somebody's membership, with its roles.
async fn membership(
    house: &House,
    actor: &Actor,
    organisation: &Organisation,
) -> Option<(MembershipState, String)> {
    let all = accounts::memberships_of(&house.app, actor).await.unwrap();
    all.into_iter().find(|(_, o)| o.id == organisation.id).map(|(row, _)| (row.state, row.roles))
}

async fn anew(house: &House, organisation: &Organisation) -> Organisation {
    organisations::get(&house.app, organisation.id).await.unwrap()
}

#[tokio::test]
async fn who_is_a_member_acts_for_whom_the_person_chose() {
    let house = House::new().await;
    let firm = house.organisation(OrganisationKind::Supplier, "Firma AS", Some("974760673")).await;
    let buyer =
        house.organisation(OrganisationKind::Municipality, "Trondheim kommune", Some("942110464")).await;
    house.member(&firm, KARI, &[Role::Member]).await;
    house.member(&buyer, KARI, &[Role::Reader]).await;
    tied(&house, "porten", "kari-der", KARI).await;
    for (chosen, acting) in [
        (&["942110464"][..], Some(buyer.id)),
        (&["974760673"][..], Some(firm.id)),
        // Of several the first of which the person is a member.
        (&["889640782", "942110464"][..], Some(buyer.id)),
        (&[][..], None),
    ] {
        let finished = house.sign_in_by(&visitor(), "porten", representing("kari-der", chosen)).await;
        assert_eq!(refused(&finished), None);
        assert_eq!(house.signed_in_by(&finished).await.organisation_id(), acting, "{chosen:?}");
    }
    // No member there: signed in, told why, and made nothing.
    let finished = house.sign_in_by(&visitor(), "porten", representing("kari-der", &["889640782"])).await;
    assert_eq!(refused(&finished), Some(ChoiceRefused::NotMember));
    house.finish().await;
}

#[tokio::test]
async fn a_service_that_joins_makes_members_with_the_least_role() {
    let house = House::new().await;
    let buyer =
        house.organisation(OrganisationKind::Municipality, "Trondheim kommune", Some("942110464")).await;
    let nobody = Actor::default();
    let come = || house.sign_in_by(&nobody, "felles", representing("kari-der", &["942110464"]));
    let me = tied(&house, "felles", "kari-der", KARI).await;
    // Nobody manages it, so nobody can say no either.
    assert_eq!(refused(&come().await), Some(ChoiceRefused::NotClaimed));
    let owner = house.member(&buyer, "eier@t.example.no", &[Role::Owner]).await;
    let finished = come().await;
    assert_eq!(refused(&finished), None);
    let acting = house.signed_in_by(&finished).await.acting.unwrap();
    assert_eq!((acting.organisation_id, acting.roles), (buyer.id, vec![Role::Reader]));

    // Roles that somebody gave are left alone, and whoever was removed stays so.
    let (members, _) = accounts::members_of(&house.app, &owner).await.unwrap();
    let row = members.iter().find(|(_, p)| p.email.as_str() == KARI).unwrap().0.id;
    accounts::change_roles(&house.app, &owner, row, &[Role::NeedOwner]).await.unwrap();
    come().await;
    let kept = membership(&house, &me, &buyer).await.unwrap();
    assert_eq!(kept, (MembershipState::Active, "NEED_OWNER".to_owned()));
    accounts::remove(&house.app, &owner, row).await.unwrap();
    let finished = come().await;
    assert_eq!(refused(&finished), Some(ChoiceRefused::Removed));
    assert_eq!(house.signed_in_by(&finished).await.acting, None);
    // It proves no claim.
    let firm = house.organisation(OrganisationKind::Supplier, "Firma AS", Some("974760673")).await;
    let finished =
        house.sign_in_by(&Actor::default(), "felles", representing("kari-der", &["974760673"])).await;
    assert_eq!(refused(&finished), Some(ChoiceRefused::NotClaimed));
    assert_eq!(membership(&house, &me, &firm).await, None);
    house.finish().await;
}

#[tokio::test]
async fn a_service_that_claims_proves_what_nobody_proved_before() {
    let unit = |number: &str, name: &str, form: &str| RegisteredUnit {
        organisation_number: number.parse().unwrap(),
        name: name.to_owned(),
        form: Some(form.to_owned()),
        employees: None,
        website: None,
        municipality_number: None,
        is_ended: false,
    };
    let register =
        OfflineRegister::new([unit("974760673", "Firma AS", "AS"), unit("942110464", "Trondheim", "KOMM")]);
    let house = House::with_register(register).await;
    let me = tied(&house, "altinn", "kari-der", KARI).await;
    let nobody = Actor::default();
    let come =
        |number: &'static str| house.sign_in_by(&nobody, "altinn", representing("kari-der", &[number]));
    // Unknown here, known to the register: it becomes the person's.
    let finished = come("974760673").await;
    assert_eq!(refused(&finished), None);
    let acting = house.signed_in_by(&finished).await.acting.unwrap();
    assert_eq!((acting.claim, acting.roles), (ClaimState::Verified, vec![Role::SupplierAdministrator]));
    // Who comes later is a member like others.
    tied(&house, "altinn", "per-der", "per@firma.example.no").await;
    let finished =
        house.sign_in_by(&Actor::default(), "altinn", representing("per-der", &["974760673"])).await;
    assert_eq!(house.signed_in_by(&finished).await.acting.unwrap().roles, [Role::Member]);

    // A buyer is set up by the platform, whatever a service says; and what no register knows is nobody's.
    assert_eq!(refused(&come("942110464").await), Some(ChoiceRefused::NotClaimed));
    assert_eq!(refused(&come("889640782").await), Some(ChoiceRefused::NotClaimed));
    let buyer = house.organisation(OrganisationKind::Municipality, "Malvik kommune", Some("971035560")).await;
    assert_eq!(refused(&come("971035560").await), Some(ChoiceRefused::NotClaimed));
    assert_eq!(membership(&house, &me, &buyer).await, None);
    house.finish().await;
}

#[tokio::test]
async fn a_proved_claim_ends_an_unproved_one() {
    let house = House::new().await;
    let squatter = house.person("per@gmail.com").await;
    let claim = json!({ "country": "NO", "organisationNumber": "974760673", "name": "Firma AS" });
    assert_eq!(house.api().refused(&squatter, "claimSupplier", claim).await, [""; 0]);
    let claimed = accounts::memberships_of(&house.app, &squatter).await.unwrap().pop().unwrap().1;
    assert_eq!(claimed.claim, ClaimState::Unverified);
    tied(&house, "altinn", "kari-der", KARI).await;
    let finished =
        house.sign_in_by(&Actor::default(), "altinn", representing("kari-der", &["974760673"])).await;
    assert_eq!(house.signed_in_by(&finished).await.acting.unwrap().roles, [Role::SupplierAdministrator]);
    assert_eq!(anew(&house, &claimed).await.claim, ClaimState::Verified);
    assert_eq!(membership(&house, &squatter, &claimed).await, None);
    // A suspended one is nobody's to join.
    let chief = "sjef@samspill.example.no".parse().unwrap();
    let chief = accounts::make_administrator(&house.app, &chief, None, Language::Nb).await.unwrap();
    let chief = house.sign_in(&chief).await;
    organisations::suspend(&house.app, &chief, claimed.id, "Kontoen er på avveie.").await.unwrap();
    tied(&house, "altinn", "ola-der", "ola@firma.example.no").await;
    let finished =
        house.sign_in_by(&Actor::default(), "altinn", representing("ola-der", &["974760673"])).await;
    assert_eq!(refused(&finished), Some(ChoiceRefused::Suspended));
    house.finish().await;
}
