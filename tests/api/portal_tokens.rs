//! The pages of an organisation's tokens.

use axum::http::StatusCode;
use chrono::TimeDelta;
use identity::Tokens;
use serde_json::json;
use tests::House;
use types::{OrganisationKind, Role};

const OK: StatusCode = StatusCode::OK;
const INVALID: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test]
async fn one_makes_a_token_sees_it_once_and_ends_it() {
    let house = House::new().await;
    let firm = house.organisation(OrganisationKind::Supplier, "Firma AS", None).await;
    house.member(&firm, "kari@firma.example.no", &[Role::SupplierAdministrator]).await;
    house.member(&firm, "per@firma.example.no", &[Role::SupplierAdministrator]).await;
    house.member(&firm, "lise@firma.example.no", &[Role::Member]).await;
    let mut kari = house.browser_of("kari@firma.example.no").await;
    kari.get("/nb/organisation/members").await.says("Nøkler");
    kari.get("/nb/organisation/tokens").await.is(OK).says("Ingen nøkler ennå").says("Les om API-et");
    let new = "/nb/organisation/tokens/new";
    kari.get(new).await.is(OK).says("Velg ikke mer enn systemet trenger").says("6 måneder");
    kari.post(new, &[("name", ""), ("days", "180")]).await.is(INVALID).says("Fyll ut");
    let fields = [("name", "Kundesystemet"), ("scopes", "READ"), ("scopes", "PARTICIPATE"), ("days", "90")];
    let made = kari.post(new, &fields).await.is(OK).says("Nøkkelen «Kundesystemet» er laget");
    let made = made.says("aldri igjen").says("Authorization");
    let (_, rest) = made.html.split_once("value=\"samspill_").unwrap();
    let secret = format!("samspill_{}", rest.split('"').next().unwrap());
    let bearer = Tokens::new(house.app.clone());
    let system = bearer.actor_of(&secret).await.unwrap().unwrap();

    house.clock.advance(TimeDelta::minutes(1));
    let list = kari.get("/nb/organisation/tokens").await.says("Kundesystemet").says("Lese, Delta i dialoger");
    let list = list.says("kari har ansvaret").says("I bruk").hides(&secret).says("Sist brukt");
    let token = list.link("/nb/organisation/tokens/T");
    kari.get(&token).await.is(OK).hides("Overta den").says("Trekk den tilbake").hides(&secret);
    let count = "{ organisationTokens { totalCount isTotalCountExact nodes { name } } }";
    let kari_again = house.member(&firm, "kari@firma.example.no", &[Role::SupplierAdministrator]).await;
    let counted = house.api().ask(&kari_again, count, json!({})).await;
    assert_eq!(counted["organisationTokens"]["totalCount"], 1);

    // Who does not manage members sees nothing; who does takes it over.
    let mut reader = house.browser_of("lise@firma.example.no").await;
    for path in ["/nb/organisation/tokens", new, &token] {
        let seen = reader.get(path).await;
        assert!(
            [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&seen.status),
            "{path}: {}",
            seen.status
        );
    }
    reader.get("/nb/organisation/members").await.hides("/organisation/tokens\"");
    let mut per = house.browser_of("per@firma.example.no").await;
    per.get(&token).await.says("Overta den");
    per.post(&format!("{token}/take-over"), &[])
        .await
        .is(OK)
        .says("Du har nå ansvaret")
        .says("per har ansvaret");

    // What is dangerous asks who one is.
    house.clock.advance(TimeDelta::minutes(16));
    per.post(new, &fields).await.is(StatusCode::UNAUTHORIZED);
    // To stop it does not.
    per.post(&format!("{token}/revoke"), &[]).await.is(OK).says("virker ikke lenger").says("Trukket tilbake");
    assert_eq!(bearer.actor_of(&secret).await.unwrap(), None);
    per.get(&token).await.is(OK).hides("Trekk den tilbake");
    per.post(&format!("{token}/revoke"), &[]).await.is(INVALID);
    per.get("/nb/organisation/tokens/zzz").await.is(StatusCode::NOT_FOUND);
    drop(system);
    house.work().await;
    let letter = house.mail_to("kari@firma.example.no").await;
    assert!(letter.contains("/nb/organisation/tokens"), "{letter}");
    house.finish().await;
}

#[tokio::test]
async fn the_log_says_what_was_done_by_a_token() {
    let house = House::new().await;
    let owner = house.officer().await;
    let made = json!({ "name": "Sakssystemet", "scopes": ["NEEDS"], "expiresAt": house.app.now() + TimeDelta::days(9) });
    let made = house.api().done(&owner, "createOrganisationToken", "secret", made).await;
    let bearer = Tokens::new(house.app.clone());
    let system = bearer.actor_of(made["secret"].as_str().unwrap()).await.unwrap().unwrap();
    let need = json!({ "content": { "title": "Fra sakssystemet" } });
    let need = house.api().done(&system, "createNeed", "need { slug }", need).await;
    house.work().await;
    let mut browser = house.browser_of("olav.officer@trondheim.example.no").await;
    let log = format!("/nb/m/needs/{}/log", need["need"]["slug"].as_str().unwrap());
    browser.get(&log).await.is(OK).says("med nøkkelen «Sakssystemet»");
    house.finish().await;
}
