//! Organisations in the portal: claimed, joined, managed, appointed.

use axum::http::StatusCode;
use domain::App;
use domain::keys::token_hash;
use domain::ports::RegisteredUnit;
use interop::brreg::OfflineRegister;
use tests::{Browser, House};
use types::{OrganisationKind, Role};

const OK: StatusCode = StatusCode::OK;
const INVALID: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// A register that knows one firm.
async fn house() -> House {
    let unit = RegisteredUnit {
        organisation_number: "974760673".parse().unwrap(),
        name: "Lys & Varme AS".to_owned(),
        form: None,
        website: Some("https://www.lysogvarme.no".to_owned()),
        employees: Some(12),
        municipality_number: Some("5001".to_owned()),
        is_ended: false,
    };
    House::with_register(OfflineRegister::new([unit])).await
}

/// Somebody new registers the firm.
async fn claimed_by(house: &House, email: &str) -> Browser {
    let mut browser = house.browser_of(email).await;
    let number = [("organisationNumber", "974 760 673"), ("kind", "SUPPLIER")];
    browser.post("/en/supplier/start", &number).await.is(OK).at("/en/supplier/claimed");
    browser
}

#[tokio::test]
async fn a_supplier_is_looked_up_and_claimed_and_a_colleague_joins() {
    let house = house().await;
    let mut kari = house.browser_of("kari@lysogvarme.no").await;
    kari.get("/en/welcome").await.is(OK);
    kari.post("/en/welcome", &[("name", "Kari"), ("side", "")]).await.is(INVALID);
    kari.post("/en/welcome", &[("name", "Kari"), ("side", "supplier")]).await.at("/en/supplier/start");
    kari.get("/en/supplier/start?organisationNumber=123456789").await.is(INVALID).says("nine digits");
    let page = kari.get("/en/supplier/start?organisationNumber=974+760+673&kind=SUPPLIER").await.is(OK);
    let page = page.says("Lys & Varme AS").says("974 760 673").says("kari@lysogvarme.no");
    let (number, kind) = (page.field("organisationNumber"), page.field("kind"));
    kari.post("/en/supplier/start", &[("organisationNumber", &number), ("kind", &kind)])
        .await
        .is(OK)
        .says("You act for Lys & Varme AS")
        .says("Buyers see that the organisation is verified");

    let mut per = house.browser_of("per@gmail.com").await;
    let look = "/en/supplier/start?organisationNumber=974760673";
    let join = per.get(look).await.is(OK).says("already here").link("/en/organisations/");
    per.post("/en/supplier/start", &[("organisationNumber", "974760673")])
        .await
        .is(INVALID)
        .says("Somebody already acts for this organisation");
    let long = "x".repeat(1001);
    per.post(&join, &[("message", &long)]).await.is(INVALID).says("1000");
    per.post(&join, &[("message", "I run <b>sales</b>.")]).await.is(OK).says("Your request is sent");
    per.get("/en/act-as").await.says("You have asked to join").says("Lys & Varme AS");
    per.post(&join, &[("message", "Again")]).await.is(INVALID);

    let members = kari.get("/en/organisation/members").await.says("I run <b>sales</b>.");
    let request = members.link("/en/organisation/requests/");
    kari.get(&request).await.is(OK).says("per@gmail.com");
    kari.post(&request, &[("decision", "approve")]).await.is(INVALID).says("Fill in this field");
    kari.post(&request, &[("decision", "approve"), ("roles", "MEMBER")]).await.is(OK).says("now a member");
    kari.get(&request).await.is(StatusCode::NOT_FOUND);

    per.get("/en/act-as").await.says("Member · 974 760 673 · Verified");
    house.finish().await;
}

#[tokio::test]
async fn an_unproved_claim_says_so_and_yields_to_a_proved_one() {
    let house = house().await;
    let mut per = claimed_by(&house, "per@gmail.com").await;
    per.get("/nb/supplier/claimed").await.says("Ikke bekreftet ennå");
    let mut kari = house.browser_of("kari@lysogvarme.no").await;
    let look = "/nb/supplier/start?organisationNumber=974760673";
    kari.get(look).await.is(OK).says("Er det du som representerer den?");
    kari.post("/nb/supplier/start", &[("organisationNumber", "974760673")]).await.says("er bekreftet");
    per.get("/nb/act-as").await.hides("Lys &#38; Varme AS");
    house.finish().await;
}

#[tokio::test]
async fn where_the_register_is_silent_and_abroad_the_name_is_typed() {
    let house = House::new().await;
    let mut kari = house.browser_of("kari@firma.example.no").await;
    kari.get("/nn/supplier/start?organisationNumber=974760673").await.is(OK).says("svarar ikkje");
    let number = ("organisationNumber", "974760673");
    let page = kari.post("/nn/supplier/start", &[number, ("website", "firma.no")]).await.is(INVALID);
    assert_eq!(page.says("nettadresse").field("website"), "firma.no");
    kari.post("/nn/supplier/start", &[number, ("name", "Firma AS")]).await.says("Du handlar for Firma AS");

    let mut anna = house.browser_of("anna@foretag.example.se").await;
    let abroad = "/en/supplier/start/abroad";
    let page = anna.post(abroad, &[("name", "Företag AB"), ("country", "OTHER")]).await.is(INVALID);
    assert_eq!(page.field("name"), "Företag AB");
    anna.post(abroad, &[("name", "Företag AB"), ("country", "OTHER"), ("countryCode", "no")])
        .await
        .is(INVALID);
    anna.post(abroad, &[("name", "Företag AB"), ("country", "SE")]).await.says("Not verified yet");
    anna.get("/en/organisations?q=Företag").await.says("Företag AB").says("Sweden").says("Unverified");
    house.finish().await;
}

#[tokio::test]
async fn an_invitation_is_for_one_mailbox_only() {
    let house = House::new().await;
    let buyer = house.organisation(OrganisationKind::Municipality, "Fjordvik kommune", None).await;
    house.member(&buyer, "olav@fjordvik.example.no", &[Role::Owner]).await;
    let mut olav = house.browser_of("olav@fjordvik.example.no").await;
    let invite = "/nb/organisation/members/invite";
    let rita = ("email", "rita@fjordvik.example.no");
    olav.post(invite, &[rita]).await.is(INVALID).says("Fyll ut");
    olav.post(invite, &[rita, ("roles", "SUPPLIER_ADMINISTRATOR")]).await.is(INVALID);
    olav.post(invite, &[rita, ("roles", "REVIEWER")])
        .await
        .is(OK)
        .says("Invitasjonen er på vei.")
        .says("Godkjenner");
    let link = house.link_for("rita@fjordvik.example.no").await;

    olav.get(&link).await.says("Du er olav@fjordvik.example.no her").hides("Bli med</button>");
    olav.post(&link, &[]).await.is(INVALID);

    let mut rita = house.browser();
    let page = rita.get(&link).await.says("Invitasjon til Fjordvik kommune").says("Leser utkast");
    let (email, next) = (page.field("email"), page.field("next"));
    rita.post("/nb/login", &[("email", &email), ("next", &next)]).await.is(OK);
    let code = house.code_for("rita@fjordvik.example.no").await;
    rita.post("/nb/login/code", &[("code", &code)]).await.is(OK).at(&link).says("Bli med");
    rita.post(&link, &[]).await.is(OK).at("/nb/organisation/members").says("Du er med");
    rita.get(&link).await.is(StatusCode::NOT_FOUND).says("virker ikke lenger");
    rita.get(invite).await.is(StatusCode::FORBIDDEN);

    // Roles change and end; the last owner stays.
    let members = olav.get("/nb/organisation/members").await;
    let of = |name: &str| {
        let (before, _) = members.html.split_once(&format!(">{name}</a>")).unwrap();
        before.rsplit("href=\"").next().unwrap().trim_end_matches('"').to_owned()
    };
    let (of_rita, of_olav) = (of("rita"), of("olav"));
    olav.post(&of_rita, &[("roles", "READER"), ("roles", "NEED_OWNER")]).await.says("Rollene er endret.");
    olav.post(&of_olav, &[("roles", "READER")]).await.is(INVALID).says("minst én");
    olav.get(&format!("{of_rita}/remove")).await.says("Fjerne rita fra Fjordvik kommune?");
    olav.post(&format!("{of_rita}/remove"), &[]).await.says("ikke lenger medlem").hides("rita@");
    rita.get("/nb/organisation/members").await.at("/nb/act-as").hides("Fjordvik");

    olav.post(invite, &[("email", "per@fjordvik.example.no"), ("roles", "READER")]).await.is(OK);
    let id = olav.get("/nb/organisation/members").await.field("invitationId");
    let page = olav.post("/nb/organisation/members/revoke", &[("invitationId", &id)]).await;
    page.says("trukket tilbake").hides("per@fjordvik");
    house.finish().await;
}

#[tokio::test]
async fn whoever_changes_roles_has_just_shown_who_it_is() {
    let house = House::new().await;
    let buyer = house.organisation(OrganisationKind::Municipality, "Fjordvik kommune", None).await;
    house.member(&buyer, "olav@fjordvik.example.no", &[Role::Owner]).await;
    house.member(&buyer, "rita@fjordvik.example.no", &[Role::Reviewer]).await;
    let mut olav = house.browser_of("olav@fjordvik.example.no").await;
    let members = olav.get("/nb/organisation/members").await;
    let (before, _) = members.html.split_once(">rita</a>").unwrap();
    let rita = before.rsplit("href=\"").next().unwrap().trim_end_matches('"').to_owned();

    house.clock.advance(chrono::TimeDelta::minutes(15) + chrono::TimeDelta::seconds(1));
    let asked = olav.post(&rita, &[("roles", "READER")]).await.is(StatusCode::UNAUTHORIZED);
    let asked = asked.says("Vis en gang til at det er deg").says("Det du skrev, er tatt vare på");
    assert_eq!(asked.field("roles"), "READER");
    olav.get("/nb/organisation/members").await.says("Godkjenner");

    let email = "olav@fjordvik.example.no";
    olav.post("/nb/login", &[("email", email)]).await.is(OK);
    let code = house.code_for(email).await;
    olav.post("/nb/login/code", &[("code", &code)]).await.is(OK);
    olav.post(&rita, &[("roles", "READER")]).await.is(OK).says("Rollene er endret.");
    house.finish().await;
}

#[tokio::test]
async fn administrators_verify_claims_and_appoint_owners() {
    let house = house().await;
    let mut per = claimed_by(&house, "per@gmail.com").await;
    house.organisation(OrganisationKind::County, "Vestfjord fylkeskommune", None).await;
    for page in ["/en/admin", "/en/admin/appoint", "/en/admin/appoint/vestfjord-fylkeskommune"] {
        per.get(page).await.is(StatusCode::FORBIDDEN);
    }
    let tx = house.app.db.write().await.unwrap();
    App::set_setting(&*tx, "setup_token_hash", &token_hash("secret")).await.unwrap();
    tx.commit().await.unwrap();
    let mut ada = house.browser();
    let first = [("token", "secret"), ("name", "Ada"), ("email", "ada@drift.example.no")];
    let id = ada.post("/en/setup", &first).await.is(OK).says("Lys & Varme AS").field("organisationId");
    ada.post("/en/admin", &[("organisationId", &id)])
        .await
        .is(OK)
        .says("is verified")
        .says("No claims are waiting");
    ada.post("/en/admin", &[("organisationId", &id)]).await.is(INVALID).says("cannot be done now");
    per.get("/en/organisations/lys-varme-as").await.says("Verified");

    let found = ada.get("/en/admin/appoint?q=vestfjord").await.is(OK).link("/en/admin/appoint/");
    ada.post(&found, &[("email", "hei")]).await.is(INVALID);
    ada.post(&found, &[("email", "eva@vestfjord.example.no")]).await.is(OK).says("on its way");
    let link = house.link_for("eva@vestfjord.example.no").await;
    let mut eva = house.browser_of("eva@vestfjord.example.no").await;
    eva.post(&link, &[]).await.is(OK).says("eva").says("Owner");
    house.finish().await;
}

#[tokio::test]
async fn organisations_are_found_by_everybody_page_by_page() {
    let house = House::new().await;
    for n in 0..23 {
        house.organisation(OrganisationKind::Supplier, &format!("Firma {n:02} AS"), None).await;
    }
    house.organisation(OrganisationKind::Municipality, "Fjordvik kommune", Some("942110464")).await;
    let mut visitor = house.browser();
    let first =
        visitor.get("/en/organisations?kind=SUPPLIER").await.is(OK).says("Firma 00 AS").hides("Fjordvik");
    let next = first.html.split("href=\"").find(|l| l.contains("after=")).unwrap().split('"').next().unwrap();
    let next = next.replace("&#38;", "&");
    visitor.get(&next).await.is(OK).says("Firma 22 AS").hides("Firma 00 AS").says("start of the list");
    visitor.get("/en/organisations?q=942+110+464").await.says("Fjordvik kommune").hides("Firma");
    visitor.get("/en/organisations?kind=buyers&q=nothing").await.says("No organisation fits");
    visitor.get("/en/organisations?after=%00bad").await.is(StatusCode::BAD_REQUEST);
    let page = visitor.get("/en/organisations/fjordvik-kommune").await.is(OK);
    page.says("942 110 464").says("Trøndelag").says("No needs are published");
    visitor.get("/en/organisations/nobody").await.is(StatusCode::NOT_FOUND);
    let join = visitor.get("/en/organisations/fjordvik-kommune/join").await;
    assert!(join.path.starts_with("/en/login?next="), "{}", join.path);
    house.finish().await;
}
