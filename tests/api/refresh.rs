//! Refresh tokens: spent once; one that comes again ends the session.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::accounts::{self, Refreshed};
use domain::ports::Letter;
use domain::{Actor, Error};
use identity::Tokens;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tests::House;
use types::{ErrorCode, SessionId};

const KARI: &str = "kari@firma.example.no";

async fn begun(house: &House) -> (SessionId, String) {
    let session = house.person(KARI).await.session.unwrap();
    (session, accounts::begin_refreshing(&house.app, session).await.unwrap())
}

async fn refresh(house: &House, token: &str) -> Option<Refreshed> {
    match accounts::refresh(&house.app, &Actor::default(), token).await {
        Ok(refreshed) => Some(refreshed),
        Err(Error::Invalid(errors)) => {
            assert_eq!(
                (errors[0].code, errors[0].path.join(".").as_str()),
                (ErrorCode::SessionEnded, "refreshToken")
            );
            None
        }
        Err(other) => panic!("{other}"),
    }
}

async fn is_in_force(house: &House, session: SessionId) -> bool {
    accounts::actor_of_session(&house.app, session).await.unwrap().is_some()
}

/// How many letters told that a session was copied.
fn told(house: &House) -> usize {
    let is = |letter: &Letter| matches!(letter, Letter::Security { kind, .. } if kind == "session-copied");
    house.mail.messages().iter().filter(|m| is(&m.letter) && m.to.as_str() == KARI).count()
}

#[tokio::test]
async fn one_signs_in_and_goes_on_by_refreshing() {
    let house = House::new().await;
    let api = house.api();
    let visitor = Actor::default();
    let sign_in = async |fields: &str| {
        let begun = json!({ "email": KARI });
        let begun = api.done(&visitor, "startSignIn", "attempt { attempt }", begun).await;
        let proof = json!({ "attempt": begun["attempt"]["attempt"], "code": house.code_for(KARI).await });
        api.done(&visitor, "completeSignIn", fields, proof).await["signedIn"].take()
    };
    // Who does not ask gets none: none is made that could get out.
    sign_in("signedIn { accessToken }").await;
    let rows = async || entity::refresh_token::Entity::find().all(house.app.db.read()).await.unwrap();
    assert!(rows().await.is_empty());

    let signed =
        sign_in("signedIn { accessToken kept: refreshToken ... on SignedIn { refreshToken } }").await;
    assert_eq!(rows().await.len(), 1, "one, however often it is asked for");
    assert_eq!(signed["kept"], signed["refreshToken"]);
    assert!(refresh(&house, signed["refreshToken"].as_str().unwrap()).await.is_some());
    house.finish().await;
}

#[tokio::test]
async fn a_token_is_spent_once_and_one_that_comes_again_ends_the_session() {
    let house = House::new().await;
    let (session, first) = begun(&house).await;
    let second = refresh(&house, &first).await.unwrap();
    assert_eq!(second.session, session);
    house.clock.advance(TimeDelta::minutes(10));
    let third = refresh(&house, &second.token).await.unwrap();
    house.clock.advance(TimeDelta::seconds(31));
    // The thief comes with what was spent; who holds the live one has to sign in again too.
    assert!(refresh(&house, &second.token).await.is_none());
    assert!(!is_in_force(&house, session).await, "the very next request is refused");
    assert!(refresh(&house, &third.token).await.is_none());
    house.work().await;
    assert_eq!(told(&house), 1);
    // Once is enough.
    assert!(refresh(&house, &first).await.is_none());
    house.work().await;
    assert_eq!(told(&house), 1);
    let sent = house.mail.sent();
    let letter = sent.iter().rev().find(|m| m.to.as_str() == KARI).unwrap();
    assert!(
        letter.text.contains("en nøkkel som var brukt før") && letter.text.contains("/nb/account/security")
    );
    house.finish().await;
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again() {
    let house = House::new().await;
    let (session, first) = begun(&house).await;
    let lost = refresh(&house, &first).await.unwrap();
    house.clock.advance(TimeDelta::seconds(30));
    let again = refresh(&house, &first).await.unwrap();
    assert_ne!(lost.token, again.token);
    // One of them is live.
    house.clock.advance(TimeDelta::minutes(5));
    let next = refresh(&house, &again.token).await.unwrap();
    // Within the half minute, but what was given for it has been used: nothing was lost.
    let third = refresh(&house, &next.token).await.unwrap();
    refresh(&house, &third.token).await.unwrap();
    assert!(is_in_force(&house, session).await);
    assert!(refresh(&house, &next.token).await.is_none());
    assert!(!is_in_force(&house, session).await);
    house.work().await;
    assert_eq!(told(&house), 1);

    // What was given and then replaced is dead after the half minute too.
    let (session, first) = begun(&house).await;
    let lost = refresh(&house, &first).await.unwrap();
    refresh(&house, &first).await.unwrap();
    house.clock.advance(TimeDelta::seconds(31));
    assert!(refresh(&house, &lost.token).await.is_none());
    assert!(!is_in_force(&house, session).await);
    house.finish().await;
}

#[tokio::test]
async fn two_who_ask_at_once_leave_one_live_token() {
    let house = Arc::new(House::new().await);
    let (session, first) = begun(&house).await;
    let ask = |token: String| {
        let house = house.clone();
        tokio::spawn(async move { refresh(&house, &token).await.unwrap().token })
    };
    let (one, other) = (ask(first.clone()), ask(first.clone()));
    let given = [one.await.unwrap(), other.await.unwrap()];
    assert_ne!(given[0], given[1]);
    let live = async || {
        let unused = entity::refresh_token::Column::UsedAt.is_null();
        entity::refresh_token::Entity::find().filter(unused).count(house.app.db.read()).await.unwrap()
    };
    assert_eq!(live().await, 1);
    assert!(is_in_force(&house, session).await);
    // Both go on, if they do so at once; together they hold one.
    let (one, other) = (ask(given[0].clone()), ask(given[1].clone()));
    let both = (one.await, other.await);
    let went_on = usize::from(both.0.is_ok()) + usize::from(both.1.is_ok());
    assert!(went_on >= 1);
    assert!(live().await <= 1);
    Arc::into_inner(house).unwrap().finish().await;
}

#[tokio::test]
async fn a_token_lives_no_longer_than_its_session() {
    let mut house = House::new().await;
    Arc::get_mut(&mut house.app).unwrap().settings.session_idle = TimeDelta::hours(24);
    let began = house.app.now();
    let (session, mut token) = begun(&house).await;
    // To refresh is to use: a tool that works at night keeps its session …
    for _ in 0..33 {
        house.clock.advance(TimeDelta::hours(21));
        token = refresh(&house, &token).await.unwrap().token;
    }
    // … until it is over at last.
    house.clock.set(began + TimeDelta::days(30));
    assert!(refresh(&house, &token).await.is_none());

    let (_, unused) = begun(&house).await;
    house.clock.advance(TimeDelta::hours(24));
    assert!(refresh(&house, &unused).await.is_none());

    let kari = house.person(KARI).await;
    let token = accounts::begin_refreshing(&house.app, kari.session.unwrap()).await.unwrap();
    accounts::sign_out(&house.app, &kari).await.unwrap();
    assert!(refresh(&house, &token).await.is_none());
    house.work().await;
    assert_eq!((told(&house), is_in_force(&house, session).await), (0, false), "nobody stole anything");
    house.finish().await;
}

#[tokio::test]
async fn it_is_nothing_but_a_refresh_token() {
    let house = House::new().await;
    let (session, token) = begun(&house).await;
    let tokens = Tokens::new(house.app.clone());
    assert_eq!(tokens.actor_of(&token).await.unwrap(), None, "it opens nothing");
    let (access, _) = domain::ports::TokenIssuer::issue(&tokens, session).await.unwrap();
    let signed = access.clone();
    for wrong in ["", "samspill_refresh_", "x", &access, &token[..token.len() - 1], &format!("{token}x")] {
        assert!(refresh(&house, wrong).await.is_none(), "{wrong}");
    }
    assert!(is_in_force(&house, session).await, "a guess harms nobody");
    // Nothing that is printed holds it, and the database has its hash alone.
    let refreshed = refresh(&house, &token).await.unwrap();
    assert!(!format!("{refreshed:?}").contains(&refreshed.token));
    let rows = entity::refresh_token::Entity::find().all(house.app.db.read()).await.unwrap();
    assert!(rows.iter().all(|row| row.token_hash != token && row.token_hash != refreshed.token));

    // By the API, without credentials: an access token of the session, and the next one.
    let fields = "refreshed { accessToken accessTokenExpiresAt refreshToken sessionExpiresAt }";
    let input = json!({ "refreshToken": refreshed.token });
    let answer = house.api().done(&Actor::default(), "refreshSession", fields, input.clone()).await;
    let next = answer["refreshed"]["accessToken"].as_str().unwrap();
    assert_eq!(tokens.session_of(next).await.unwrap(), Some(session));
    assert_ne!(answer["refreshed"]["refreshToken"], Value::Null);
    house.clock.advance(TimeDelta::seconds(31));
    let refused = house.api().refused(&Actor::default(), "refreshSession", input).await;
    assert_eq!(refused, ["SESSION_ENDED refreshToken"]);
    assert_eq!(tokens.actor_of(&signed).await.unwrap(), None, "its access tokens ended with it");
    house.work().await;
    house.finish().await;
}
