//! Sessions: where one is signed in, ended from elsewhere, and told of.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::accounts::{self, Proof, Signed};
use domain::ports::Letter;
use domain::{Actor, Error};
use serde_json::json;
use tests::House;
use types::{ErrorCode, Language, OrganisationKind, Role, SignInMethod};

const KARI: &str = "kari@firma.example.no";

/// Signs in as `actor` asks, with what the browser has kept.
async fn signed_in(house: &House, actor: &Actor, kept: Option<&str>) -> Signed {
    let attempt = accounts::start_sign_in(&house.app, actor, KARI, None).await.unwrap();
    let code = house.code_for(KARI).await;
    let proof = Proof {
        attempt: Some(&attempt.secret),
        code: Some(&code),
        device_token: kept,
        token: None,
        identity: None,
    };
    accounts::complete_sign_in(&house.app, actor, proof).await.unwrap()
}

async fn actor(house: &House, signed: &Signed) -> Option<Actor> {
    accounts::actor_of_token(&house.app, &signed.token).await.unwrap()
}

fn from(device: &str) -> Actor {
    Actor { device: accounts::device_of(device), ..Actor::anonymous(Language::Nb) }
}

#[tokio::test]
async fn one_sees_ones_own_sessions_and_ends_them() {
    let house = House::new().await;
    let stranger = house.person("per@annen.example.no").await;
    let here = signed_in(&house, &from("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"), None).await;
    let there = signed_in(&house, &from("curl/8.5.0"), None).await;
    let me = actor(&house, &here).await.unwrap();
    let sessions = "{ viewer { sessions { id browser system method isCurrent } } }";
    let api = house.api();
    let seen = api.ask(&me, sessions, json!({})).await["viewer"]["sessions"].take();
    assert_eq!(seen.as_array().unwrap().len(), 2);
    let (first, second) = (&seen[0], &seen[1]);
    assert_eq!(
        (&first["browser"], &first["system"], &first["method"], &first["isCurrent"]),
        (&json!("Firefox"), &json!("Windows"), &json!("CODE"), &json!(true))
    );
    assert_eq!(
        (&second["browser"], &second["system"], &second["isCurrent"]),
        (&json!("curl"), &json!(null), &json!(false))
    );

    // Somebody else's is not there.
    let other = json!({ "sessionId": second["id"] });
    assert_eq!(api.refused(&stranger, "endSession", other.clone()).await, ["NOT_FOUND"]);
    // Whoever found the browser open can't lock the owner out.
    house.clock.advance(TimeDelta::minutes(15) + TimeDelta::seconds(1));
    assert_eq!(api.refused(&me, "endSession", other.clone()).await, ["REAUTHENTICATION_REQUIRED"]);
    assert!(matches!(
        accounts::end_other_sessions(&house.app, &me).await,
        Err(Error::Forbidden(ErrorCode::ReauthenticationRequired))
    ));
    assert!(actor(&house, &there).await.is_some());

    let again = signed_in(&house, &me, Some(&here.device_token)).await;
    let me = actor(&house, &again).await.unwrap();
    assert_eq!(api.refused(&me, "endSession", other.clone()).await, [""; 0]);
    assert_eq!(actor(&house, &there).await, None, "the very next request is refused");
    assert_eq!(api.refused(&me, "endSession", other).await, ["NOT_FOUND"], "it has ended");

    let (one, two) = (signed_in(&house, &from(""), None).await, signed_in(&house, &from(""), None).await);
    assert_eq!(accounts::end_other_sessions(&house.app, &me).await.unwrap(), 2);
    assert_eq!((actor(&house, &one).await, actor(&house, &two).await), (None, None));
    assert_eq!(accounts::list_sessions(&house.app, &me).await.unwrap().len(), 1);
    house.work().await;
    house.finish().await;
}

#[tokio::test]
async fn who_shows_once_more_who_it_is_goes_on_as_before() {
    let house = House::new().await;
    let firm = house.organisation(OrganisationKind::Supplier, "Firma AS", None).await;
    let other = house.organisation(OrganisationKind::Supplier, "Annen AS", None).await;
    house.member(&firm, KARI, &[Role::Member]).await;
    let before = house.member(&other, KARI, &[Role::Member]).await;
    house.clock.advance(TimeDelta::hours(2));
    let signed = signed_in(&house, &before, None).await;
    let after = actor(&house, &signed).await.unwrap();
    assert_eq!(after.organisation_id(), Some(other.id));
    assert!(after.recently_authenticated(&house.app).is_ok());
    assert_eq!(accounts::actor_of_session(&house.app, before.session.unwrap()).await.unwrap(), None);
    // Another person in the same browser takes nothing over, and the first is signed out.
    let per = house.person("per@annen.example.no").await;
    let signed = signed_in(&house, &per, None).await;
    assert_eq!(actor(&house, &signed).await.unwrap().organisation_id(), None);
    assert_eq!(accounts::actor_of_session(&house.app, per.session.unwrap()).await.unwrap(), None);
    house.work().await;
    house.finish().await;
}

/// How many letters of a new device there are.
fn told(house: &House) -> usize {
    let is = |letter: &Letter| matches!(letter, Letter::Security { kind, .. } if kind == "new-device");
    house.mail.messages().iter().filter(|m| is(&m.letter) && m.to.as_str() == KARI).count()
}

#[tokio::test]
async fn a_sign_in_where_one_never_was_is_told() {
    let house = House::new().await;
    let firefox = from("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0");
    let first = signed_in(&house, &firefox, None).await;
    house.work().await;
    assert_eq!(told(&house), 0, "the account comes to be");
    let again = signed_in(&house, &firefox, Some(&first.device_token)).await;
    house.work().await;
    assert_eq!((told(&house), &again.device_token), (0, &first.device_token), "known again");

    let phone = from("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1");
    signed_in(&house, &phone, Some("somebody made this up, and it is long")).await;
    house.work().await;
    assert_eq!(told(&house), 1);
    let sent = house.mail.sent();
    let letter = sent.iter().rev().find(|m| m.to.as_str() == KARI).unwrap();
    assert!(letter.text.contains("Nettleser eller program: Safari, iPhone"), "{}", letter.text);
    assert!(letter.text.contains("/nb/account/security"));
    // No picture and no address but the page's: nothing tells that it was read.
    assert!(!letter.html.contains("<img") && letter.html.matches("href=").count() <= 2, "{}", letter.html);
    let rows = accounts::list_sessions(&house.app, &actor(&house, &first).await.unwrap()).await.unwrap();
    assert!(rows.iter().all(|row| row.method == Some(SignInMethod::Code)));
    house.finish().await;
}

#[tokio::test]
async fn a_tool_that_keeps_nothing_is_told_of_once() {
    let house = House::new().await;
    let script = from("python-requests/2.31");
    signed_in(&house, &from("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"), None).await;
    for _ in 0..3 {
        house.clock.advance(TimeDelta::days(9));
        signed_in(&house, &script, None).await;
    }
    house.work().await;
    assert_eq!(told(&house), 1, "the first of it");
    // Another tool is another; and so is a browser, which has a cookie to show.
    signed_in(&house, &from("curl/8.5.0"), None).await;
    signed_in(&house, &from("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"), None).await;
    house.work().await;
    assert_eq!(told(&house), 3);
    // What was not there for as long as a session lasts is new again.
    house.clock.advance(TimeDelta::days(30));
    signed_in(&house, &script, None).await;
    house.work().await;
    assert_eq!(told(&house), 4);
    house.finish().await;
}

#[tokio::test]
async fn the_page_of_ones_security() {
    let house = House::new().await;
    house.person(KARI).await;
    let mut phone = house.browser_of(KARI).await;
    let mut desk = house.browser_of(KARI).await;
    let page = desk.get("/nb/account/security").await.is(StatusCode::OK);
    let page = page.says("Her er du logget inn").says("Denne").says("Logg ut alle andre steder");
    assert_eq!(page.html.matches("name=\"sessionId\"").count(), 2);

    house.clock.advance(TimeDelta::minutes(16));
    let asked = desk.post("/nb/account/security", &[]).await.is(StatusCode::UNAUTHORIZED);
    asked.says("Vis en gang til at det er deg");
    desk.post("/nb/login", &[("email", KARI), ("next", "/nb/account/security")]).await.is(StatusCode::OK);
    let code = house.code_for(KARI).await;
    let back = desk.post("/nb/login/code", &[("code", &code)]).await.is(StatusCode::OK);
    back.at("/nb/account/security");
    let done = desk.post("/nb/account/security", &[]).await.is(StatusCode::OK);
    done.says("Du er logget ut alle andre steder.").says("Du er ikke logget inn andre steder.");
    phone.get("/nb/account/security").await.at("/nb/login?next=%2Fnb%2Faccount%2Fsecurity");
    house.finish().await;
}
