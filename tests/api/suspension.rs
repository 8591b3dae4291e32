//! An organisation is suspended: it reads, and does nothing; and all that was ever given
//! stops at the next request, by whichever credential.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::accounts::{self, tokens};
use domain::ports::{Letter, TokenIssuer};
use domain::{Actor, Error, organisations};
use identity::Tokens;
use serde_json::json;
use tests::House;
use types::{ErrorCode, Language, NeedState, OrganisationKind, Role, TokenScope};

use crate::authz::{DONE, Stage, attempt, input, mutations};

/// Somebody who administers the platform, signed in just now.
async fn administrator(house: &House) -> Actor {
    let email = "sjef@samspill.example.no".parse().unwrap();
    let person = accounts::make_administrator(&house.app, &email, None, Language::Nb).await.unwrap();
    house.sign_in(&person).await
}

/// As the next request finds somebody.
pub(crate) async fn anew(house: &House, actor: &Actor) -> Actor {
    accounts::actor_of_session(&house.app, actor.session.unwrap()).await.unwrap().unwrap()
}

/// What may be done for a suspended organisation: what ends something, and what is the person's own.
const STILL: [&str; 24] = [
    "actFor",
    "addPasskey",
    "completePasskeySignIn",
    "completeSignIn",
    "deleteWebhookEndpoint",
    "disableWebhookEndpoint",
    "endOtherSessions",
    "endSession",
    "leaveOrganisation",
    "linkIdentity",
    "refreshSession",
    "removeIdentity",
    "removeMember",
    "removePasskey",
    "renamePasskey",
    "requestToJoin",
    "revokeInvitation",
    "revokeOrganisationToken",
    "signOut",
    "startPasskeyRegistration",
    "startPasskeySignIn",
    "startSignIn",
    "unfollowNeed",
    "updateViewer",
];

#[tokio::test]
async fn nothing_is_done_for_a_suspended_organisation_but_to_end_things() {
    // As of who may what: the engine has no say in it.
    if House::is_on_postgres() {
        return;
    }
    let mut done = BTreeSet::new();
    for state in ["DRAFT", "IN_REVIEW", "IN_DIALOGUE", "SUMMARISED"] {
        let stage = Box::pin(Stage::in_state(state)).await;
        let administrator = stage.actor("administrator").clone();
        let who = ["owner", "second", "responder"];
        for of in ["owner", "responder"] {
            let id = stage.actor(of).organisation_id().unwrap();
            organisations::suspend(&stage.house.app, &administrator, id, "Kontoen er på avveie.")
                .await
                .unwrap();
        }
        let mut copy = stage.house.copy().await;
        let mut api = stage.house.api().over(&copy);
        for persona in who {
            let actor = anew(&stage.house, stage.actor(persona)).await;
            assert!(actor.acting.as_ref().unwrap().suspended_at.is_some());
            for mutation in mutations(&api).await {
                let Some(input) = input(&mutation, &stage, persona) else { continue };
                if attempt(&copy, &api, &actor, &mutation, input).await == DONE {
                    done.insert(mutation);
                    copy = stage.house.copy().await;
                    api = api.over(&copy);
                }
            }
        }
        stage.house.finish().await;
    }
    let beyond: Vec<_> = done.iter().filter(|m| !STILL.contains(&m.as_str())).collect();
    assert!(beyond.is_empty(), "done for a suspended organisation: {beyond:?}");
    let lost: Vec<_> = STILL.iter().filter(|m| !done.contains(**m) && **m != "unfollowNeed").collect();
    assert!(lost.is_empty(), "it may no longer: {lost:?}");
}

#[tokio::test]
async fn it_takes_effect_at_the_next_request_by_whichever_credential() {
    let house = House::new().await;
    let administrator = administrator(&house).await;
    let owner = house.officer().await;
    let buyer = owner.organisation_id().unwrap();
    let need = house.api();
    let content = json!({ "content": { "title": "Et utkast" } });
    let drafted = need.done(&owner, "createNeed", "need { id }", content.clone()).await["need"]["id"].clone();
    let made = tokens::CreateToken {
        name: "Sakssystemet".to_owned(),
        scopes: vec![TokenScope::Read, TokenScope::Needs],
        expires_at: house.app.now() + TimeDelta::days(90),
    };
    let secret = tokens::create(&house.app, &owner, made).await.unwrap().secret;
    let bearer = Tokens::new(house.app.clone());
    let (access, _) = bearer.issue(owner.session.unwrap()).await.unwrap();
    assert!(bearer.actor_of(&secret).await.unwrap().is_some());

    // Only an administrator may, with a reason, and lately signed in.
    let suspend = json!({ "organisationId": graphql::encode(buyer), "reason": " " });
    assert_eq!(need.refused(&owner, "suspendOrganisation", suspend.clone()).await, ["FORBIDDEN"]);
    assert_eq!(need.refused(&administrator, "suspendOrganisation", suspend).await, ["REQUIRED reason"]);
    let late = Actor { authenticated_at: None, ..administrator.clone() };
    let suspended = organisations::suspend(&house.app, &late, buyer, "Slik.").await;
    assert!(matches!(suspended, Err(Error::Forbidden(ErrorCode::ReauthenticationRequired))));

    organisations::suspend(&house.app, &administrator, buyer, "Kontoen er på avveie.").await.unwrap();
    // By session and by access token: it reads its own, and writes nothing.
    for actor in [anew(&house, &owner).await, bearer.actor_of(&access).await.unwrap().unwrap()] {
        let read = "query($id: ID!) { node(id: $id) { ... on Need { title } } viewer { acting { organisation { suspendedAt suspensionReason } } } }";
        let seen = need.ask(&actor, read, json!({ "id": drafted })).await;
        assert_eq!(seen["node"]["title"], "Et utkast");
        assert_eq!(seen["viewer"]["acting"]["organisation"]["suspensionReason"], "Kontoen er på avveie.");
        assert_eq!(need.refused(&actor, "createNeed", content.clone()).await, ["ORGANISATION_SUSPENDED"]);
        let file = domain::uploads::store(&house.app, &actor, "a.txt", b"x").await;
        assert!(matches!(file, Err(Error::Forbidden(ErrorCode::OrganisationSuspended))));
    }
    // By a token of its own: not at all.
    assert_eq!(bearer.actor_of(&secret).await.unwrap(), None);
    // Everybody sees that, nobody else why.
    let slug = "query { organisation(slug: \"trondheim-kommune\") { suspendedAt suspensionReason } }";
    let seen = need.ask(&Actor::default(), slug, json!({})).await;
    assert!(
        seen["organisation"]["suspendedAt"].is_string() && seen["organisation"]["suspensionReason"].is_null()
    );
    let only =
        "{ organisations(filter: { isSuspended: true }) { nodes { slug suspensionReason } totalCount } }";
    let listed = need.ask(&administrator, only, json!({})).await;
    assert_eq!(listed["organisations"]["nodes"][0]["suspensionReason"], "Kontoen er på avveie.");
    assert_eq!(listed["organisations"]["totalCount"], 1);
    let again = organisations::suspend(&house.app, &administrator, buyer, "Igjen.").await;
    assert!(matches!(again, Err(Error::Conflict(ErrorCode::WrongState))));

    organisations::resume(&house.app, &administrator, buyer, "Alt er i orden.").await.unwrap();
    assert_eq!(need.refused(&anew(&house, &owner).await, "createNeed", content).await, [""; 0]);
    assert!(bearer.actor_of(&secret).await.unwrap().is_some(), "its tokens work again");
    house.work().await;
    let told: Vec<String> = house
        .mail
        .messages()
        .iter()
        .filter_map(|m| match &m.letter {
            Letter::Notice(notice) if !notice.quotes.is_empty() => {
                Some(format!("{} {} {}", m.to, notice.kind, notice.quotes[0].text))
            }
            _ => None,
        })
        .collect();
    // Both letters are told after both deeds here, so both give the latest reason.
    assert_eq!(
        told,
        [
            "olav.officer@trondheim.example.no organisation.suspended Alt er i orden.",
            "olav.officer@trondheim.example.no organisation.resumed Alt er i orden."
        ]
    );
    house.finish().await;
}

#[tokio::test]
async fn a_member_who_is_removed_or_loses_a_role_is_another_at_the_next_request() {
    let house = House::new().await;
    let owner = house.officer().await;
    let buyer = organisations::get(&house.app, owner.organisation_id().unwrap()).await.unwrap();
    let rita = house.member(&buyer, "rita@t.example.no", &[Role::Owner, Role::ProcurementOfficer]).await;
    let made = tokens::CreateToken {
        name: "Systemet".to_owned(),
        scopes: vec![TokenScope::Read],
        expires_at: house.app.now() + TimeDelta::days(90),
    };
    let secret = tokens::create(&house.app, &rita, made).await.unwrap().secret;
    let bearer = Tokens::new(house.app.clone());
    let (access, _) = bearer.issue(rita.session.unwrap()).await.unwrap();
    let (members, _) = accounts::members_of(&house.app, &owner).await.unwrap();
    let of_rita = members.iter().find(|(_, p)| p.email.as_str() == "rita@t.example.no").unwrap().0.id;

    accounts::change_roles(&house.app, &owner, of_rita, &[Role::Reader]).await.unwrap();
    for actor in [anew(&house, &rita).await, bearer.actor_of(&access).await.unwrap().unwrap()] {
        assert_eq!(actor.acting.unwrap().roles, [Role::Reader]);
    }
    assert_eq!(bearer.actor_of(&secret).await.unwrap(), None, "it never does what she may not");

    accounts::remove(&house.app, &owner, of_rita).await.unwrap();
    for actor in [anew(&house, &rita).await, bearer.actor_of(&access).await.unwrap().unwrap()] {
        assert_eq!(actor.acting, None);
    }
    house.work().await;
    house.finish().await;
}

#[tokio::test]
async fn what_is_public_stays_and_what_is_scheduled_waits() {
    // Copies of what is not SQLite's are not needed, but the stage is the one of who may what.
    let stage = Box::pin(Stage::in_state("SCHEDULED")).await;
    let house = &stage.house;
    let administrator = stage.actor("administrator").clone();
    let buyer = stage.actor("owner").organisation_id().unwrap();
    organisations::suspend(&house.app, &administrator, buyer, "Kontoen er på avveie.").await.unwrap();
    let now_in = async || {
        let need = json!({ "id": stage.ids["need"] });
        let owner = anew(house, stage.actor("owner")).await;
        house.api().ask(&owner, "query($id: ID!) { node(id: $id) { ... on Need { state } } }", need).await["node"]["state"].take()
    };
    house.clock.advance(TimeDelta::hours(25));
    house.work().await;
    assert_eq!(now_in().await, NeedState::Scheduled.as_str());
    let administrator = Actor { authenticated_at: Some(house.app.now()), ..administrator };
    organisations::resume(&house.app, &administrator, buyer, "Alt er i orden.").await.unwrap();
    house.work().await;
    assert_eq!(now_in().await, NeedState::Published.as_str());

    let slug = "{ needs(first: 5) { nodes { title } } }";
    organisations::suspend(&house.app, &administrator, buyer, "Igjen.").await.unwrap();
    let seen = house.api().ask(&Actor::default(), slug, json!({})).await;
    assert_eq!(seen["needs"]["nodes"].as_array().unwrap().len(), 1);
    stage.house.finish().await;
}

#[tokio::test]
async fn the_administrators_pages() {
    let house = House::new().await;
    let firm = house.organisation(OrganisationKind::Supplier, "Firma AS", None).await;
    house.member(&firm, "kari@firma.example.no", &[Role::SupplierAdministrator]).await;
    administrator(&house).await;
    let mut kari = house.browser_of("kari@firma.example.no").await;
    kari.get("/nb/admin/organisations").await.is(StatusCode::FORBIDDEN);
    kari.get("/nb/admin/sessions").await.is(StatusCode::FORBIDDEN);
    let mut chief = house.browser_of("sjef@samspill.example.no").await;
    chief.get("/nb/admin").await.says("Sperre organisasjoner").says("Logge noen ut overalt");
    chief.get("/nb/admin/organisations").await.is(StatusCode::OK).says("Ingen organisasjon er sperret");
    chief.get("/nb/admin/organisations?q=firma").await.says("Firma AS");
    let page = "/nb/admin/organisations/firma-as";
    chief.get(page).await.says("Sperre Firma AS?").says("Alle medlemmene får begrunnelsen");
    let refused = chief.post(page, &[("decision", "suspend"), ("reason", "")]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("Fyll ut");
    let done = chief.post(page, &[("decision", "suspend"), ("reason", "Kontoen er på avveie.")]).await;
    done.is(StatusCode::OK)
        .at("/nb/admin/organisations")
        .says("Organisasjonen er sperret.")
        .says("Sperret siden");

    let seen = kari.get("/nn/organisation/members").await.is(StatusCode::OK);
    seen.says("Firma AS er sperra").says("Kontoen er på avveie. Du kan lese og eksportere");
    let refused = kari
        .post("/nn/organisation/members/invite", &[("email", "ny@firma.example.no"), ("roles", "MEMBER")])
        .await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("Organisasjonen er sperra.");
    house.browser().get("/en/organisations/firma-as").await.says("Suspended").hides("avveie");

    chief.get(page).await.says("Oppheve sperringen av Firma AS?").says("Kontoen er på avveie.");
    chief
        .post(page, &[("decision", "resume"), ("reason", "Alt er i orden.")])
        .await
        .says("Sperringen er opphevet.");
    kari.get("/nn/organisation/members").await.is(StatusCode::OK).hides("er sperra");

    // Somebody's sessions, all at once.
    let page = "/nb/admin/sessions";
    chief.post(page, &[("email", "nobody")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    chief.post(page, &[("email", "nobody@example.no")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    chief.post(page, &[("email", "kari@firma.example.no")]).await.says("Personen er logget ut overalt.");
    kari.get("/nb/organisation/members").await.says("Send meg lenke og kode");
    house.work().await;
    let told = house.mail.messages();
    assert!(told.iter().any(|m| matches!(&m.letter, Letter::Security { kind, .. } if kind == "signed-out")
        && m.to.as_str() == "kari@firma.example.no"));
    house.finish().await;
}
