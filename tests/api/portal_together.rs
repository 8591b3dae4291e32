//! Interest, partners, the ledger and the summary in the portal, page by page.

use axum::http::StatusCode;
use domain::Actor;
use domain::needs::Need;
use domain::organisations::Organisation;
use tests::{Browser, House};
use types::{OrganisationKind, Role};

use crate::thread::published;

const OK: StatusCode = StatusCode::OK;
const INVALID: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;
const OFFICER: &str = "olav.officer@trondheim.example.no";
const REVIEWER: &str = "rita.reviewer@trondheim.example.no";

async fn opened(house: &House) -> (Actor, Need) {
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = published(house, &officer, &reviewer).await;
    (officer, need)
}

async fn municipality(house: &House, name: &str, mailbox: &str) -> (Organisation, Browser) {
    let buyer = house.organisation(OrganisationKind::Municipality, name, None).await;
    house.member(&buyer, mailbox, &[Role::ProcurementOfficer]).await;
    (buyer, house.browser_of(mailbox).await)
}

/// Every page of these slices speaks all three languages.
async fn speaks(browser: &mut Browser, paths: &[&str]) {
    for language in ["nb", "nn", "en"] {
        for path in paths {
            let seen = browser.get(&format!("/{language}{path}")).await.is(OK);
            for key in
                ["partner-state-", "partner-help-", "interest-state-", "disclosure-", "summary-warning-"]
            {
                assert!(!seen.words().contains(key), "{key} is untranslated on {}", seen.path);
            }
            assert_eq!(seen.html.matches("<h1").count(), 1, "{}", seen.path);
        }
    }
}

#[tokio::test]
async fn interest_is_registered_changed_and_withdrawn_and_a_discreet_name_stays_with_the_buyer() {
    let house = House::new().await;
    let (_, need) = opened(&house).await;
    house.supplier("Annen AS", "kari@annen.example.no").await;
    house.supplier("Tredje AS", "ida@tredje.example.no").await;
    house.supplier("Hemmelig AS", "per@hemmelig.example.no").await;
    let page = format!("/nb/needs/{}", need.slug);
    let register = format!("{page}/interest");
    let mut visitor = house.browser();
    visitor.get(&page).await.is(OK).says("Ingen har meldt åpen interesse").says("Logg inn for å følge");
    visitor.get(&register).await.at(&format!("/nb/login?next={}", register.replace('/', "%2F")));

    let mut per = house.browser_of("per@hemmelig.example.no").await;
    per.get(&page).await.is(OK).says("Meld interesse");
    let secret =
        [("visibility", "DISCREET"), ("isLookingForPartners", "true"), ("message", "Vi heter Hemmelig")];
    let refused = per.post(&register, &secret).await.is(INVALID).says("interessen være åpen");
    assert!(refused.html.contains("Vi heter Hemmelig"), "nothing typed is lost");
    assert!(refused.html.contains("href=\"#isLookingForPartners\""), "the list leads to the field");
    per.post(&register, &secret[..1]).await.is(OK).says("Interessen er lagret").says("Diskret interesse");
    per.get(&page).await.is(OK).says("Dere har meldt interesse");
    per.get("/nb/supplier").await.is(OK).says("Trygghet hjemme for eldre");
    per.get("/nb/supplier/interests").await.is(OK).says("Diskret interesse");

    let mut kari = house.browser_of("kari@annen.example.no").await;
    kari.get("/nb/supplier").await.is(OK).says("Ingenting venter nå");
    let open =
        [("visibility", "PUBLIC"), ("isLookingForPartners", "true"), ("message", "Vi mangler sensorer")];
    kari.post(&register, &open).await.is(OK).says("Ingen andre ser etter partnere");
    let mut ida = house.browser_of("ida@tredje.example.no").await;
    ida.get(&register).await.is(OK).hides("Vi mangler sensorer");
    let looks = [("visibility", "PUBLIC"), ("isLookingForPartners", "true"), ("message", "Vi kan drift")];
    ida.post(&register, &looks).await.is(OK).says("Vi mangler sensorer").says("kari@annen.example.no");
    let version = kari.get(&register).await.is(OK).says("Vi kan drift").field("expectedVersion");

    let (_, mut neighbour) = municipality(&house, "Malvik kommune", "per@malvik.example.no").await;
    house.work().await;
    for browser in [&mut visitor, &mut kari, &mut neighbour] {
        for path in
            [page.as_str(), &register, "/nb/needs", "/nb/joint", "/nb/organisations/trondheim-kommune"]
        {
            browser.get(path).await.is(OK).hides("Hemmelig").hides("Vi kan drift med");
        }
        browser.get(&page).await.says("Annen AS").says("Tredje AS").hides("Vi mangler sensorer");
        browser.get(&format!("/nb/m/needs/{}/interest", need.slug)).await.hides("Hemmelig");
    }
    kari.get(&format!("/nb/m/needs/{}/interest", need.slug)).await.is(NOT_FOUND);
    neighbour.get(&register).await.is(OK).says("Bare leverandører kan melde interesse");

    let desk = format!("/nb/m/needs/{}/interest", need.slug);
    for mailbox in [OFFICER, REVIEWER] {
        let mut buyer = house.browser_of(mailbox).await;
        buyer.get(&desk).await.is(OK).says("Hemmelig AS").says("2 åpne, 1 diskrete").hides("Vi mangler");
    }

    let hidden = [("visibility", "DISCREET"), ("message", "Ny tekst"), ("expectedVersion", version.as_str())];
    kari.post(&register, &hidden).await.is(OK);
    let stale = kari.post(&register, &hidden).await.is(INVALID).says("Noen har endret dette");
    assert!(stale.html.contains("Ny tekst"));
    visitor.get(&page).await.is(OK).hides("Annen AS");
    per.post(&format!("{register}/withdraw"), &[]).await.is(OK).at(&page).says("trukket tilbake");
    house.browser_of(OFFICER).await.get(&desk).await.is(OK).says("Hemmelig AS Trukket tilbake");

    kari.post(&format!("{page}/follow"), &[]).await.is(OK).at(&page).says("Slutt å følge");
    kari.get("/nb/supplier/interests").await.is(OK).says("Behov jeg følger Trygghet hjemme");
    kari.post(&format!("{page}/unfollow"), &[]).await.is(OK).says("Du følger ikke behovet lenger");
    let plain = format!("/needs/{}", need.slug);
    speaks(&mut kari, &["/supplier", "/supplier/interests", &plain, &format!("{plain}/interest")]).await;
    speaks(&mut house.browser_of(OFFICER).await, &[&desk[3..]]).await;
    house.finish().await;
}

#[tokio::test]
async fn municipalities_stand_together_and_nobody_else_sees_a_volume_or_who_watches() {
    let house = House::new().await;
    let (_, need) = opened(&house).await;
    house.supplier("Annen AS", "kari@annen.example.no").await;
    let mut buyer = house.browser_of(OFFICER).await;
    let (malvik, mut per) = municipality(&house, "Malvik kommune", "per@malvik.example.no").await;
    let (skaun, mut ida) = municipality(&house, "Skaun kommune", "ida@skaun.example.no").await;
    let (_, mut stranger) = municipality(&house, "Oppdal kommune", "gro@oppdal.example.no").await;
    let desk = format!("/nb/m/needs/{}/partners", need.slug);
    let own = format!("/nb/m/together/{}", need.slug);
    per.get("/nb/m/together").await.is(OK).says("Dere er ikke med på andres behov");
    per.get(&own).await.is(NOT_FOUND);

    buyer.get(&desk).await.is(OK).says("Ingen andre er med ennå").says("Bare inviterte kan bli med");
    buyer.get(&format!("{desk}?q=finnes+ikke")).await.is(OK).says("Ingen nye treff på «finnes ikke»");
    let found =
        buyer.get(&format!("{desk}?q=kommune")).await.is(OK).says("Malvik kommune").says("Skaun kommune");
    found.clone().hides(">Trondheim kommune</label>");
    let encoded = |name: &str| {
        let (before, _) = found.html.split_once(&format!(">{name}<")).unwrap();
        let (_, value) = before.rsplit_once("value=\"").unwrap();
        value.split('"').next().unwrap().to_owned()
    };
    let ids = [encoded(&malvik.name), encoded(&skaun.name)];
    let invite = format!("{desk}/invite");
    let long = "x".repeat(2001);
    let refused = buyer
        .post(&invite, &[("q", "kommune"), ("organisationId", ids[0].as_str()), ("message", long.as_str())])
        .await
        .is(INVALID)
        .says("for lang");
    assert!(refused.html.contains(&long), "nothing typed is lost");
    for id in &ids {
        let fields = [("q", ""), ("organisationId", id.as_str()), ("message", "Bli med!")];
        buyer.post(&invite, &fields).await.is(OK).says("Invitasjonen er sendt").says("har ikke svart");
    }

    per.get("/nb/m").await.is(OK).says("Invitasjoner til andres behov som venter på svar: 1");
    per.get("/nb/m/together").await.is(OK).says("Venter på svar fra dere").says("Trondheim kommune");
    let page = per.get(&own).await.is(OK).says("Bli med!").says("Takk nei").says("Mange eldre faller hjemme");
    let version = page.field("expectedVersion");
    let silent = [("state", "INTENT"), ("note", "Vi vil"), ("expectedVersion", version.as_str())];
    let refused = per.post(&own, &silent).await.is(INVALID).says("Fyll ut dette feltet");
    assert!(refused.html.contains("Vi vil") && refused.html.contains("href=\"#volume-expected\""));
    let disordered =
        [silent.as_slice(), &[("volume.expected", "4 111 000"), ("volume.maximum", "12")]].concat();
    let refused = per.post(&own, &disordered).await.is(INVALID);
    assert_eq!(refused.field("volume.expected"), "4 111 000");
    let right =
        [silent.as_slice(), &[("volume.expected", "4 111 000"), ("volume.units", "77 brukere")]].concat();
    per.post(&own, &right).await.is(OK).says("Svaret er lagret").says("Har til hensikt");
    ida.post(&own, &[("state", "OBSERVER"), ("note", "Vi ser på")]).await.is(OK).says("Svaret er lagret");

    let listed = buyer.get(&desk).await.is(OK).says("4 111 000 kr").says("77 brukere").says("Vi ser på");
    listed.says("Følger med Skaun kommune").says("Bare dere ser summen");
    let page = format!("/nb/needs/{}", need.slug);
    house.work().await;
    let mut kari = house.browser_of("kari@annen.example.no").await;
    let mut visitor = house.browser();
    for browser in [&mut visitor, &mut kari, &mut stranger, &mut ida] {
        for path in [page.as_str(), "/nb/needs", "/nb/joint", desk.as_str(), "/nb/m/together"] {
            let seen = browser.get(path).await.hides("4 111 000").hides("4111000").hides("77 brukere");
            assert!(!seen.words().contains("Skaun kommune"), "{path} tells who watches");
        }
        browser.get(&page).await.is(OK).says("Malvik kommune Har til hensikt å være med");
    }
    for browser in [&mut kari, &mut stranger] {
        browser.get(&desk).await.is(NOT_FOUND);
        browser.get(&own).await.is(NOT_FOUND);
    }

    per.post(&format!("{own}/leave"), &[]).await.is(INVALID).says("Fyll ut dette feltet");
    per.post(&format!("{own}/leave"), &[("reason", "Budsjett")]).await.is(OK).says("Dere er ikke med lenger");
    per.get(&own).await.is(OK).says("Det er ikke mulig å bli med");
    visitor.get(&page).await.is(OK).hides("Malvik kommune");
    let removed = [("removed", ids[1].as_str())];
    let refused = buyer.post(&format!("{desk}/remove"), &removed).await.is(INVALID);
    assert!(refused.html.contains(&format!("href=\"#reason-{}\"", ids[1])), "the error stands at the row");
    let reason = format!("reason-{}", ids[1]);
    let removed = [("removed", ids[1].as_str()), (reason.as_str(), "Vi er mange nok")];
    buyer.post(&format!("{desk}/remove"), &removed).await.is(OK).says("Vi er mange nok").says("Budsjett");
    speaks(&mut buyer, &[&desk[3..], &format!("{}?q=kommune", &desk[3..])]).await;
    speaks(&mut per, &["/m", "/m/together", &own[3..], "/joint"]).await;
    house.finish().await;
}

#[tokio::test]
async fn a_municipality_joins_an_open_need_unasked() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let content =
        domain::needs::ContentInput { joint_interest: Some(true), ..crate::thread::content(&house) };
    let app = &house.app;
    let need = domain::needs::create(app, &officer, domain::needs::CreateNeed { content }).await.unwrap();
    domain::needs::submit(app, &officer, need.id, None).await.unwrap();
    let need = domain::needs::approve(app, &reviewer, need.id, None, None).await.unwrap();
    let (_, mut gro) = municipality(&house, "Oppdal kommune", "gro@oppdal.example.no").await;
    house.browser().get("/nn/joint").await.is(OK).says("Trygghet hjemme for eldre");
    gro.get(&format!("/nb/needs/{}", need.slug)).await.is(OK).says("Bli med på behovet");
    let own = format!("/nb/m/together/{}", need.slug);
    let wrong = gro.post(&own, &[("volume.expected", "tolv"), ("note", "Hei")]).await.is(INVALID);
    assert_eq!(wrong.field("volume.expected"), "tolv");
    gro.post(&own, &[("volume.expected", "12"), ("note", "Hei")]).await.is(OK).says("Interessert");
    gro.get("/nb/m/together").await.is(OK).says("Dere er med");
    house.browser().get("/nb/joint").await.is(OK).says("Trondheim kommune, Oppdal kommune");
    house.finish().await;
}

#[tokio::test]
async fn r1_and_r4_in_the_portal_nothing_told_to_one_and_the_summary_come_before_procurement() {
    let house = House::new().await;
    let (_, need) = opened(&house).await;
    house.supplier("Annen AS", "kari@annen.example.no").await;
    house.supplier("Hemmelig AS", "per@hemmelig.example.no").await;
    let mut kari = house.browser_of("kari@annen.example.no").await;
    let mut per = house.browser_of("per@hemmelig.example.no").await;
    let page = format!("/nb/needs/{}", need.slug);
    kari.post(&format!("{page}/interest"), &[("visibility", "PUBLIC")]).await.is(OK);
    per.post(&format!("{page}/interest"), &[("visibility", "DISCREET")]).await.is(OK);
    house.work().await;

    let mut buyer = house.browser_of(OFFICER).await;
    let work = format!("/nb/m/needs/{}", need.slug);
    let ledger = format!("{work}/ledger");
    let empty = buyer.get(&ledger).await.is(OK).says("Alt som er notert, er delt").says("Hemmelig AS");
    let (_, after) = empty.html.split_once("name=\"toldTo\" value=\"").unwrap();
    let told_to = after.split('"').next().unwrap().to_owned();
    let typed = [("told", "Budsjettet er 12 millioner."), ("toldTo", told_to.as_str())];
    let refused = buyer.post(&format!("{ledger}/note"), &typed).await.is(INVALID);
    assert!(refused.html.contains("Budsjettet er 12 millioner."), "nothing typed is lost");
    assert!(refused.html.contains("href=\"#toldAt\"") && refused.html.contains("href=\"#channel\""));
    let at = (house.app.now() - chrono::TimeDelta::days(1)).format("%Y-%m-%dT%H:%M").to_string();
    let right = [typed.as_slice(), &[("channel", "PHONE"), ("toldAt", at.as_str())]].concat();
    buyer.post(&format!("{ledger}/note"), &right).await.is(OK).says("ikke delt med alle: 1");
    house.work().await;

    let summary = format!("{work}/summary");
    buyer.get(&summary).await.is(OK).says("Noe er ikke delt med alle");
    house.browser().get(&format!("{page}/summary")).await.is(NOT_FOUND);
    buyer.get(&format!("{summary}/publish")).await.is(OK).says("Ingenting er skrevet ennå");
    let draft = [
        ("version", "0"),
        ("participants", "LIST"),
        ("overview", "Markedet er **modent**."),
        ("answers.0.key", "q1"),
        ("answers.0.text", "Fire løsninger er i drift."),
    ];
    buyer.post(&summary, &draft).await.is(OK).at(&summary).says("Utkastet er lagret");
    let stale = buyer.post(&summary, &draft).await.is(INVALID).says("Noen har endret dette");
    assert!(stale.html.contains("Fire løsninger er i drift."));
    let check = format!("{summary}/publish");
    let lacking = buyer.post(&check, &[]).await.is(INVALID).says("Fyll ut dette feltet");
    assert!(lacking.html.contains("href=\"#nextSteps\""), "what lacks is told where it is written");
    let version = lacking.field("version");
    let whole = [
        ("version", version.as_str()),
        ("nextSteps", "Vi lyser ut i mai."),
        ("nextOn", "2026-05-04"),
        ("overview", "Markedet er **modent**."),
        ("participants", "LIST"),
        ("answers.0.key", "q1"),
        ("answers.0.text", "Fire løsninger er i drift."),
        ("then", "check"),
    ];
    let preview = buyer.post(&summary, &whole).await.is(OK).at(&check).says("Vi lyser ut i mai.");
    let version = preview.says("Svarfristen er ikke gått ut").says("ikke delt med alle").field("version");
    let public = format!("{page}/summary");
    buyer
        .post(&check, &[("version", version.as_str())])
        .await
        .is(OK)
        .at(&public)
        .says("er publisert for alle");
    let mut visitor = house.browser();
    let read =
        visitor.get(&public).await.is(OK).says("Antall leverandører: 1").says("Annen AS").hides("Hemmelig");
    read.says("Fire løsninger er i drift.").says("4. mai 2026");
    visitor.get(&page).await.is(OK).says("Les oppsummeringen");
    kari.get("/nb/supplier/interests").await.is(OK).says("Les oppsummeringen");

    // R1: what one was told stops the way to procurement until all know it.
    let close = [("outcome", "TO_PROCUREMENT"), ("reason", "Vi lyser ut.")];
    buyer.get(&work).await.is(OK).says("Behovet kan ikke gå videre til anskaffelse før alt er delt");
    let refused = buyer.post(&format!("{work}/close"), &close).await.is(INVALID);
    assert!(refused.says("Del det før behovet går videre").html.contains("Vi lyser ut."));
    for browser in [&mut visitor, &mut kari] {
        browser.get(&page).await.is(OK).hides("12 millioner").hides("Hemmelig");
        browser.get(&ledger).await.hides("12 millioner");
    }
    kari.get(&ledger).await.is(NOT_FOUND);
    let html = buyer.get(&ledger).await.is(OK).html;
    let (before, _) = html.split_once("/share\"").unwrap();
    let id = before.rsplit('/').next().unwrap().to_owned();
    buyer.post(&format!("{ledger}/{id}/waive"), &[]).await.is(INVALID).says("Fyll ut dette feltet");
    let long = "x".repeat(8001);
    let text = format!("text-{id}");
    let refused =
        buyer.post(&format!("{ledger}/{id}/share"), &[(text.as_str(), long.as_str())]).await.is(INVALID);
    assert!(refused.html.contains(&long) && refused.html.contains(&format!("href=\"#{text}\"")));
    let share = [(text.as_str(), "Rammen er 12 millioner kroner.")];
    buyer.post(&format!("{ledger}/{id}/share"), &share).await.is(OK).says("Delt med alle.");
    visitor
        .get(&page)
        .await
        .is(OK)
        .says("Rammen er 12 millioner kroner.")
        .says("På telefon")
        .hides("Hemmelig");
    buyer.post(&format!("{work}/close"), &close).await.is(OK).says("Beslutningen er lagret");
    house.work().await;
    buyer.get(&format!("{work}/log")).await.is(OK).says("Status endret: Til anskaffelse");

    // R4: the announced competition ends the dialogue.
    let url = [("url", "https://doffin.no/notices/2026-1")];
    buyer.post(&format!("{work}/competition"), &url).await.is(OK).says("dialogen er stengt");
    let late = kari.post(&format!("{page}/interest"), &[("visibility", "PUBLIC")]).await.is(INVALID);
    late.says("Dialogen er avsluttet");
    house.work().await;
    speaks(&mut buyer, &[&ledger[3..], &summary[3..], &check[3..], &work[3..]]).await;
    speaks(&mut visitor, &[&public[3..], &page[3..]]).await;
    house.finish().await;
}
