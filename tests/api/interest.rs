//! Interest, public and discreet; partners; following.

use axum::http::StatusCode;
use domain::interest::{self, Counts, Register};
use domain::needs::{self, Need};
use domain::page::PageRequest;
use domain::questions::{self, Announce};
use domain::{Actor, Error};
use tests::House;
use types::{ErrorCode, InterestState, InterestVisibility, Language, Outcome};

use crate::disclosures::summarised;
use crate::thread::published;

fn register(need: &Need, visibility: InterestVisibility, looks: bool) -> Register {
    Register {
        need_id: need.id,
        visibility,
        is_looking_for_partners: looks,
        message: if looks { "Vi mangler sensorer.".to_owned() } else { String::new() },
        expected_version: None,
    }
}

#[tokio::test]
async fn discreet_interest_is_known_to_the_buyer_and_the_supplier_alone() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let shy = house.supplier("Hemmelig AS", "kari@hemmelig.example.no").await;
    let open = house.supplier("Annen AS", "per@annen.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    house.work().await;
    house.mail.take();
    interest::register(app, &shy, register(&need, InterestVisibility::Discreet, false)).await.unwrap();
    interest::register(app, &open, register(&need, InterestVisibility::Public, false)).await.unwrap();
    house.work().await;
    let mails = house.mail.take();
    let to_buyer: Vec<_> = mails.iter().filter(|m| m.to.to_string().contains("officer")).collect();
    assert_eq!(to_buyer.len(), 2);
    assert!(to_buyer.iter().any(|m| m.text.contains("Diskret")));
    assert!(to_buyer.iter().any(|m| m.text.contains("Annen AS")));
    assert!(mails.iter().all(|m| !m.text.contains("Hemmelig")), "mail is forwarded");

    let needs_ = [need.clone()];
    let visitor = Actor::anonymous(Language::Nb);
    for actor in [&open, &visitor] {
        let counts = interest::counts(app, actor, &needs_).await.unwrap()[&need.id];
        assert_eq!(counts, Counts { public: 1, discreet: None });
        let page = PageRequest::new(Some(100), None).unwrap();
        let seen = format!("{:?}", needs::log(app, actor, &need, &page).await.unwrap());
        assert!(!seen.contains(&shy.organisation_id().unwrap().to_string()), "{seen}");
        assert!(interest::list(app, actor, &need).await.is_err());
    }
    let named = interest::list_public(app, &need).await.unwrap();
    assert_eq!(named.iter().map(|(o, _)| Some(*o)).collect::<Vec<_>>(), [open.organisation_id()]);
    let counts = interest::counts(app, &officer, &needs_).await.unwrap()[&need.id];
    assert_eq!(counts, Counts { public: 1, discreet: Some(1) });
    assert_eq!(interest::list(app, &reviewer, &need).await.unwrap().len(), 2);
    assert!(interest::find_own(app, &shy, need.id).await.unwrap().is_some());
    house.finish().await;
}

#[tokio::test]
async fn registering_twice_changes_and_withdrawing_ends() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    let public = || register(&need, InterestVisibility::Public, false);
    let none = interest::change(app, &supplier, public()).await.unwrap_err();
    assert_eq!(none.code(), ErrorCode::NotRegistered);

    let first = interest::register(app, &supplier, public()).await.unwrap();
    let second = interest::register(app, &supplier, public()).await.unwrap();
    assert_eq!((first.id, first.registered_at), (second.id, second.registered_at));
    let stale = Register { expected_version: Some(first.version), ..public() };
    let refused = interest::change(app, &supplier, stale).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::StaleVersion);

    let colleague = house.supplier("Sensor Trøndelag AS", "ola@sensor.example.no").await;
    let gone = interest::withdraw(app, &colleague, need.id).await.unwrap();
    assert_eq!(gone.state, InterestState::Withdrawn);
    assert!(interest::find_own(app, &supplier, need.id).await.unwrap().is_none());
    let twice = interest::withdraw(app, &supplier, need.id).await.unwrap_err();
    assert_eq!(twice.code(), ErrorCode::NotRegistered);
    assert!(interest::list_public(app, &need).await.unwrap().is_empty());
    let again = interest::register(app, &supplier, public()).await.unwrap();
    assert_eq!((again.id, again.state), (first.id, InterestState::Active));

    let buyer = interest::register(app, &officer, public()).await.unwrap_err();
    assert_eq!(buyer.code(), ErrorCode::WrongOrganisation);
    let nobody = house.person("anne@privat.example.no").await;
    let unplaced = interest::register(app, &nobody, public()).await.unwrap_err();
    assert_eq!(unplaced.code(), ErrorCode::ActingRequired);
    house.finish().await;
}

#[tokio::test]
async fn a_colleagues_interest_is_not_overwritten_unseen_and_a_wrong_id_is_told() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    let path = format!("/nb/needs/{}/interest", need.slug);
    let mut kari = house.browser_of("kari@sensor.example.no").await;
    let discreet = [("visibility", "DISCREET")];
    kari.post(&path, &discreet).await.is(StatusCode::OK).says("Interessen er lagret");
    kari.post(&path, &discreet).await.is(StatusCode::OK).says("Interessen var allerede meldt");
    let other = kari.post(&path, &[("visibility", "PUBLIC")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let version = other.says("allerede meldt interesse").field("expectedVersion");
    let again = [("visibility", "PUBLIC"), ("expectedVersion", version.as_str())];
    kari.post(&path, &again).await.is(StatusCode::OK).says("Interessen er lagret");
    kari.post(&format!("{path}/withdraw"), &[]).await.is(StatusCode::OK);
    let twice = kari.post(&format!("{path}/withdraw"), &[]).await;
    twice.is(StatusCode::UNPROCESSABLE_ENTITY).says("har ikke meldt interesse");

    let nothing = serde_json::json!(graphql::encode(types::NeedId(uuid::Uuid::nil())));
    for (id, code) in [(nothing, "NOT_FOUND needId"), ("x".into(), "INVALID_FORMAT needId")] {
        let input = serde_json::json!({ "needId": id, "visibility": "PUBLIC" });
        assert_eq!(house.api().refused(&supplier, "registerInterest", input).await, [code]);
    }
    house.finish().await;
}

#[tokio::test]
async fn who_looks_for_partners_sees_the_others_who_do() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let a = house.supplier("Alfa AS", "kari@alfa.example.no").await;
    let b = house.supplier("Beta AS", "per@beta.example.no").await;
    let c = house.supplier("Gamma AS", "gro@gamma.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    interest::register(app, &a, register(&need, InterestVisibility::Public, true)).await.unwrap();
    interest::register(app, &c, register(&need, InterestVisibility::Public, false)).await.unwrap();
    let shy = register(&need, InterestVisibility::Discreet, true);
    let Error::Invalid(errors) = interest::register(app, &b, shy).await.unwrap_err() else {
        panic!("a field is told");
    };
    assert_eq!(errors[0].code, ErrorCode::DiscreetHasNoPartners);

    assert!(interest::seekers(app, &a, &need).await.unwrap().is_empty());
    for outsider in [&b, &c, &officer] {
        assert!(interest::seekers(app, outsider, &need).await.unwrap().is_empty());
    }
    interest::register(app, &b, register(&need, InterestVisibility::Public, true)).await.unwrap();
    let found = interest::seekers(app, &b, &need).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].contact_email.to_string(), "kari@alfa.example.no");
    assert_eq!(found[0].message, "Vi mangler sensorer.");
    interest::withdraw(app, &a, need.id).await.unwrap();
    assert!(interest::seekers(app, &b, &need).await.unwrap().is_empty());
    house.finish().await;
}

#[tokio::test]
async fn followers_and_interested_get_the_news_and_nobody_else_knows_who_follows() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let interested = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    house.supplier("Sensor Trøndelag AS", "ola@sensor.example.no").await;
    let citizen = house.person("anne@privat.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    interest::register(app, &interested, register(&need, InterestVisibility::Discreet, false)).await.unwrap();
    let first = interest::follow(app, &citizen, need.id).await.unwrap();
    assert_eq!(interest::follow(app, &citizen, need.id).await.unwrap().id, first.id);
    house.work().await;
    house.mail.take();

    let announce = || Announce { need_id: need.id, title: "Nytt".to_owned(), body: "Ny frist.".to_owned() };
    questions::announce(app, &officer, announce()).await.unwrap();
    house.work().await;
    let mut told: Vec<String> = house.mail.take().into_iter().map(|m| m.to.to_string()).collect();
    told.sort();
    assert_eq!(told, ["anne@privat.example.no", "kari@sensor.example.no", "ola@sensor.example.no"]);

    let page = PageRequest::new(Some(100), None).unwrap();
    let log = needs::log(app, &officer, &need, &page).await.unwrap().into_rows();
    let me = citizen.person.as_ref().map(|p| p.id);
    assert!(log.iter().all(|e| e.actor_person_id != me), "whom one follows is one's own");
    assert_eq!(interest::follower_count(app, &officer, &need).await.unwrap(), 1);
    assert!(interest::follower_count(app, &interested, &need).await.is_err());

    interest::unfollow(app, &citizen, need.id).await.unwrap();
    interest::unfollow(app, &citizen, need.id).await.unwrap();
    questions::announce(app, &officer, announce()).await.unwrap();
    house.work().await;
    assert!(house.mail.take().iter().all(|m| m.to.to_string() != "anne@privat.example.no"));
    house.finish().await;
}

#[tokio::test]
async fn r4_no_interest_after_the_competition_is_announced() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let early = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let late = house.supplier("Annen AS", "per@annen.example.no").await;
    let need = summarised(&house, &officer, &reviewer).await;
    let public = || register(&need, InterestVisibility::Public, false);
    interest::register(app, &early, public()).await.unwrap();
    needs::close(app, &officer, need.id, Outcome::ToProcurement, "Vi lyser ut.").await.unwrap();
    needs::announce_competition(app, &officer, need.id, "https://doffin.no/1").await.unwrap();
    let refused = interest::register(app, &late, public()).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::DialogueClosed);
    let refused = interest::change(app, &early, public()).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::DialogueClosed);
    let ask = questions::Ask { need_id: need.id, text: "For sent?".to_owned() };
    assert_eq!(questions::ask(app, &late, ask).await.unwrap_err().code(), ErrorCode::DialogueClosed);
    interest::withdraw(app, &early, need.id).await.unwrap();
    house.finish().await;
}

#[tokio::test]
async fn an_unverified_claim_reads_no_interest_from_before_it() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let real = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    interest::register(app, &real, register(&need, InterestVisibility::Discreet, false)).await.unwrap();
    let mut claimant = real.clone();
    house.clock.advance(chrono::TimeDelta::hours(1));
    if let Some(acting) = &mut claimant.acting {
        acting.reads_since = Some(app.now());
    }
    assert!(interest::find_own(app, &claimant, need.id).await.unwrap().is_none());
    assert!(
        interest::list_mine(app, &claimant, &PageRequest::default()).await.unwrap().into_rows().is_empty()
    );
    assert_eq!(interest::list_mine(app, &real, &PageRequest::default()).await.unwrap().into_rows().len(), 1);
    house.finish().await;
}
