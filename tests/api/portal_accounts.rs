//! Accounts in the portal: signing in, joining, managing members.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::App;
use domain::keys::token_hash;
use tests::House;
use types::{OrganisationKind, Role};

const OK: StatusCode = StatusCode::OK;
const INVALID: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test]
async fn a_code_signs_in_and_leads_where_one_was_going() {
    let house = House::new().await;
    let mut kari = house.browser();
    let login = kari.get("/nn/act-as").await.at("/nn/login?next=%2Fnn%2Fact-as");
    let next = login.field("next");
    kari.post("/nn/login", &[("email", "nobody"), ("next", &next)])
        .await
        .is(INVALID)
        .says("Skriv ei e-postadresse");
    let code_page = kari.post("/nn/login", &[("email", "kari+1@firma.example.no"), ("next", &next)]).await;
    code_page.at("/nn/login/code").says("kari+1@firma.example.no");

    let code = house.code_for("kari+1@firma.example.no").await;
    kari.post("/nn/login/code", &[("code", "BBBB-BBBB")]).await.is(INVALID).says("Etter fem forsøk");
    let typed = code.to_lowercase().replace('-', " ");
    kari.post("/nn/login/code", &[("code", &typed)])
        .await
        .is(OK)
        .at("/nn/act-as")
        .says("Du er ikkje med i nokon organisasjon enno");
    assert!(!kari.cookies.contains_key("samspill_attempt"));

    kari.post("/nn/logout", &[]).await.at("/nn").says("Du er logga ut.");
    assert!(!kari.cookies.contains_key("samspill_session"));
    house.finish().await;
}

#[tokio::test]
async fn a_link_is_spent_by_a_button_in_the_browser_that_asked() {
    let house = House::new().await;
    let (mut here, mut elsewhere) = (house.browser(), house.browser());
    here.post("/en/login", &[("email", "kari@firma.example.no")]).await.at("/en/login/code");
    let link = house.link_for("kari@firma.example.no").await;

    // A mail scanner, and another browser: nothing is spent.
    elsewhere.get(&link).await.is(OK).says("another browser").hides("name=\"code\"");
    let token = link.split_once("token=").unwrap().1;
    elsewhere.post("/en/login/confirm", &[("token", token)]).await.is(INVALID).says("another browser");
    elsewhere.post("/en/login", &[("email", "per@firma.example.no")]).await;
    let button = elsewhere.get(&link).await.field("token");
    elsewhere.post("/en/login/confirm", &[("token", &button)]).await.is(INVALID).says("another browser");

    let button = here.get(&link).await.is(OK).says("kari@firma.example.no").field("token");
    here.post("/en/login/confirm", &[("token", &button)]).await.is(OK).at("/en/welcome").says("Welcome");

    // Once only, and not for ever.
    here.post("/en/login/confirm", &[("token", &button)]).await.is(INVALID).says("no longer works");
    here.post("/en/login", &[("email", "kari@firma.example.no")]).await;
    let late = house.link_for("kari@firma.example.no").await;
    house.clock.advance(TimeDelta::minutes(16));
    let button = here.get(&late).await.field("token");
    here.post("/en/login/confirm", &[("token", &button)]).await.is(INVALID).says("no longer works");
    house.finish().await;
}

#[tokio::test]
async fn nothing_leads_to_another_site() {
    let mut house = House::new().await;
    Arc::get_mut(&mut house.app).unwrap().settings.is_demo = true;
    house.account("kari@firma.example.no").await;
    for evil in ["//evil.no", "https://evil.no/", "/\\evil.no", "/\t/evil.no", "/.//evil.no", "javascript:x"]
    {
        let mut kari = house.browser();
        let fields = [("email", "kari@firma.example.no"), ("next", evil)];
        let page = kari.post("/en/login/persona", &fields).await;
        assert!(page.path.starts_with("/en") || page.path == "/evil.no", "{evil:?} led to {}", page.path);
    }
    house.finish().await;
}

#[tokio::test]
async fn whoever_has_several_organisations_chooses_first() {
    let house = House::new().await;
    let buyer = house.organisation(OrganisationKind::Municipality, "Fjordvik kommune", None).await;
    let firm = house.organisation(OrganisationKind::Supplier, "Firma & Sønn AS", Some("974760673")).await;
    house.member(&buyer, "kari@fjordvik.example.no", &[Role::Owner]).await;
    house.member(&firm, "kari@fjordvik.example.no", &[Role::Member]).await;

    let mut kari = house.browser();
    kari.post("/nb/login", &[("email", "kari@fjordvik.example.no"), ("next", "/nb/profile")]).await;
    let code = house.code_for("kari@fjordvik.example.no").await;
    let page = kari.post("/nb/login/code", &[("code", &code)]).await.is(OK);
    let page = page.says("Firma & Sønn AS").says("Medlem · 974 760 673 · Bekreftet");
    let next = page.field("next");
    kari.post("/nb/act-as", &[("next", &next)]).await.is(INVALID).says("Fyll ut");
    let id = graphql::encode(firm.id).to_string();
    kari.post("/nb/act-as", &[("organisationId", &id), ("next", &next)]).await.is(OK).at("/nb/profile");
    assert!(kari.get("/nb/act-as").await.html.contains("for Firma &#38; Sønn AS"));

    let foreign = house.organisation(OrganisationKind::Supplier, "Fremmed AS", None).await;
    let id = graphql::encode(foreign.id).to_string();
    kari.post("/nb/act-as", &[("organisationId", &id)]).await.is(INVALID);

    // The only owner can't leave, the member can.
    let leave = "/nb/act-as/leave/fjordvik-kommune";
    kari.get(leave).await.is(OK);
    kari.post(leave, &[]).await.is(INVALID).says("minst én");
    let leave = kari.get("/nb/act-as").await.link("/nb/act-as/leave/firma");
    kari.post(&leave, &[]).await.is(OK).at("/nb/act-as").says("gått ut").hides("Firma &#38; Sønn AS");
    house.finish().await;
}

#[tokio::test]
async fn a_profile_is_saved_and_what_is_wrong_is_kept() {
    let house = House::new().await;
    let mut kari = house.browser_of("kari@firma.example.no").await;
    let wrong = [("name", "Kari <script>"), ("language", "nn")];
    let page = kari.post("/nb/profile", &wrong).await.is(INVALID);
    assert_eq!(page.field("name"), "Kari <script>");
    let page = kari.post("/nb/profile", &[("name", "Kari Nordmann"), ("language", "nn")]).await;
    page.at("/nn/profile").says("Profilen din er lagra.");
    let page = kari.get("/nb/profile").await;
    assert!(page.html.contains("value=\"nn\" checked"), "mails are in Nynorsk, whatever the page is in");
    house.finish().await;
}

#[tokio::test]
async fn the_first_administrator_is_made_once() {
    let house = House::new().await;
    house.browser().get("/nb/setup").await.is(StatusCode::NOT_FOUND);
    let tx = house.app.db.write().await.unwrap();
    App::set_setting(&*tx, "setup_token_hash", &token_hash("from the console")).await.unwrap();
    tx.commit().await.unwrap();

    let mut ada = house.browser();
    assert_eq!(ada.get("/en/setup?token=guess").await.is(OK).field("token"), "guess");
    let page = ada.post("/en/setup", &[("token", "guess"), ("name", "Ada"), ("email", "ada")]).await;
    assert_eq!(page.is(INVALID).says("Write an e-mail address").field("name"), "Ada");
    let right = [("token", "from the console"), ("name", "Ada"), ("email", "ada@drift.example.no")];
    ada.post("/en/setup", &right).await.at("/en/admin");
    assert!(ada.cookies.contains_key("samspill_session"));
    house.browser().post("/en/setup", &right).await.is(StatusCode::NOT_FOUND);
    house.finish().await;
}

#[tokio::test]
async fn a_demonstration_lets_anybody_be_its_personas_only() {
    let mut house = House::new().await;
    let buyer = house.organisation(OrganisationKind::Municipality, "Fjordvik kommune", None).await;
    house.member(&buyer, "kari@fjordvik.example.no", &[Role::Owner, Role::Reader]).await;
    let tx = house.app.db.write().await.unwrap();
    App::set_setting(&*tx, "personas", "kari@fjordvik.example.no").await.unwrap();
    tx.commit().await.unwrap();
    let kari = [("email", "kari@fjordvik.example.no"), ("next", "/nb/profile")];
    house.browser().get("/nb/login").await.is(OK).hides("kari@fjordvik");
    house.browser().post("/nb/login/persona", &kari).await.is(INVALID);

    Arc::get_mut(&mut house.app).unwrap().settings.is_demo = true;
    let mut browser = house.browser();
    let page = browser.get("/nb/login?next=/nb/profile").await.is(OK);
    page.says("Fjordvik kommune kari")
        .says("Eier – Styrer alt")
        .says("Leser – Følger arbeidet uten å endre noe");
    browser.post("/nb/login/persona", &kari).await.is(OK).at("/nb/profile");
    drop(browser);
    house.finish().await;
}
