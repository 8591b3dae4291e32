//! The pages of an organisation's webhooks.

use axum::http::StatusCode;
use chrono::TimeDelta;
use tests::House;
use types::{OrganisationKind, Role};

const OK: StatusCode = StatusCode::OK;
const INVALID: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const NEW: &str = "/nb/organisation/webhooks/new";

#[tokio::test]
async fn one_makes_a_webhook_tries_it_changes_it_and_ends_it() {
    let house = House::new().await;
    let firm = house.organisation(OrganisationKind::Supplier, "Firma AS", None).await;
    house.member(&firm, "kari@firma.example.no", &[Role::SupplierAdministrator]).await;
    house.member(&firm, "lise@firma.example.no", &[Role::Member]).await;
    let mut kari = house.browser_of("kari@firma.example.no").await;
    for page in ["/nb/organisation/members", "/nb/organisation/tokens"] {
        assert_eq!(
            kari.get(page).await.is(OK).link("/nb/organisation/webhooks"),
            "/nb/organisation/webhooks"
        );
    }
    kari.get("/nb/organisation/webhooks").await.is(OK).says("Ingen systemvarsler ennå");
    kari.get(NEW).await.is(OK).says("Vi følger ingen videresending").says("Spørsmål og kunngjøringer");
    // What is wrong is said at its field, and nothing that was typed is lost.
    let wrong = [("description", "Kundesystemet"), ("url", "https://10.0.0.1/hook"), ("kinds", "EVENTS")];
    let again = kari.post(NEW, &wrong).await.is(INVALID).says("Adresser i egne nett går ikke");
    for kept in ["value=\"https://10.0.0.1/hook\"", "value=\"Kundesystemet\""] {
        assert!(again.html.contains(kept), "{kept}: {}", again.html);
    }
    let fields = [
        ("description", "Kundesystemet"),
        ("url", "https://firma.example.no/hook"),
        ("kinds", "EVENTS"),
        ("kinds", "NEEDS"),
    ];
    let made = kari.post(NEW, &fields).await.is(OK).says("Systemvarselet «Kundesystemet» er laget");
    let made = made.says("aldri igjen");
    let (_, rest) = made.html.split_once("value=\"whsec_").unwrap();
    let secret = rest.split('"').next().unwrap().to_owned();
    let list =
        kari.get("/nb/organisation/webhooks").await.is(OK).says("Kundesystemet").says("Behov, Arrangementer");
    let list = list.says("kari har ansvaret").says("I gang").says("Ingenting tatt imot ennå").hides(&secret);
    let page = list.link("/nb/organisation/webhooks/V");
    kari.get(&page).await.is(OK).hides(&secret).says("https://firma.example.no/hook").says("Ingenting her");

    // A test, whose name nobody knows here.
    kari.post(&format!("{page}/test"), &[]).await.is(OK).says("Prøvemeldingen er på vei");
    house.work().await;
    let seen =
        kari.get(&page).await.is(OK).says("Prøvemelding").says("Fant ikke adressen").says("Kom ikke fram");
    let line = seen.link("/nb/organisation/webhooks/deliveries/");
    let detail = kari.get(&line).await.is(OK).says("webhook.ping").says("msg_").says("Send på nytt");
    detail.hides(&secret);
    kari.get(&format!("{page}?state=DELIVERED")).await.is(OK).says("Ingenting her");
    kari.post(&format!("{line}/replay"), &[]).await.is(OK).says("Det blir sendt på nytt");
    kari.post(&format!("{line}/replay"), &[]).await.is(INVALID);
    house.work().await;
    kari.post(&format!("{page}/replay"), &[("since", "")]).await.is(INVALID).says("Fyll ut");
    kari.post(&format!("{page}/replay"), &[("since", "2026-01-01T00:00")])
        .await
        .is(OK)
        .says("Det blir sendt på nytt");

    // Changed; two who write do not undo each other.
    let change = format!("{page}/change");
    let shown = kari.get(&change).await.is(OK);
    for value in ["value=\"https://firma.example.no/hook\"", "name=\"version\""] {
        assert!(shown.html.contains(value), "{value}: {}", shown.html);
    }
    let new = |version| {
        [("version", version), ("description", "Kundesystemet"), ("url", "https://firma.example.no/ny")]
    };
    kari.post(&change, &new("1"))
        .await
        .is(OK)
        .says("Systemvarselet er endret")
        .says("https://firma.example.no/ny")
        .says("Alt");
    kari.post(&change, &new("1")).await.is(INVALID);

    // A new secret, shown once, and until when the old one does.
    let rotated = kari.post(&format!("{page}/rotate"), &[]).await.is(OK).says("har fått ny hemmelighet");
    let rotated = rotated.says("Den gamle hemmeligheten signerer også til").hides(&secret);
    assert!(rotated.html.contains("value=\"whsec_"));
    kari.get(&page).await.is(OK).hides("whsec_").says("Den gamle hemmeligheten signerer også til");

    // Who does not manage members sees nothing of it.
    let mut reader = house.browser_of("lise@firma.example.no").await;
    for path in ["/nb/organisation/webhooks", NEW, &page, &change, &line] {
        let seen = reader.get(path).await;
        let is_refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&seen.status);
        assert!(is_refused, "{path}: {}", seen.status);
    }

    kari.post(&format!("{page}/disable"), &[])
        .await
        .is(OK)
        .says("Systemvarselet er stoppet")
        .says("Start igjen");
    kari.post(&format!("{page}/test"), &[]).await.is(INVALID);
    // What is dangerous asks who one is; to stop or delete does not.
    house.clock.advance(TimeDelta::minutes(16));
    kari.post(NEW, &fields).await.is(StatusCode::UNAUTHORIZED);
    kari.post(&format!("{page}/enable"), &[]).await.is(StatusCode::UNAUTHORIZED);
    kari.post(&format!("{page}/rotate"), &[]).await.is(StatusCode::UNAUTHORIZED);
    kari.post(&format!("{page}/delete"), &[])
        .await
        .is(OK)
        .says("Systemvarselet er slettet")
        .says("Ingen systemvarsler");
    kari.get(&page).await.is(StatusCode::NOT_FOUND);
    kari.get(&line).await.is(StatusCode::NOT_FOUND);
    let letter = house.mail_to("kari@firma.example.no").await;
    assert!(letter.contains("/nb/organisation/webhooks"), "{letter}");
    house.finish().await;
}

#[tokio::test]
async fn kinds_that_were_chosen_one_by_one_are_kept_where_one_keeps_them() {
    let house = House::new().await;
    let owner = house.officer().await;
    let input = serde_json::json!({ "url": "https://kommune.example.no/hook", "description": "Arkivet",
        "kinds": ["NEED_PUBLISHED", "SUMMARY_PUBLISHED", "SUMMARY_DRAFT_SAVED"] });
    house.api().done(&owner, "createWebhookEndpoint", "endpoint { id }", input).await;
    house.work().await;
    let mut browser = house.browser_of("olav.officer@trondheim.example.no").await;
    let list = browser.get("/en/organisation/webhooks").await.is(OK).says("Summaries, single kinds");
    let page = list.link("/en/organisation/webhooks/V");
    let change = format!("{page}/change");
    browser.get(&change).await.is(OK).says("Keep the kinds");
    let fields = [
        ("version", "1"),
        ("description", "Arkivet"),
        ("url", "https://kommune.example.no/hook"),
        ("kinds", "EVENTS"),
        ("kinds", "AS_IS"),
    ];
    browser.post(&change, &fields).await.is(OK).says("Events, single kinds");
    let read = "{ webhookEndpoints { nodes { kinds } } }";
    let seen = house.api().ask(&owner, read, serde_json::json!({})).await;
    let kinds = seen["webhookEndpoints"]["nodes"][0]["kinds"].as_array().unwrap().clone();
    assert!(kinds.contains(&"NEED_PUBLISHED".into()) && kinds.contains(&"EVENT_CANCELLED".into()));
    assert!(!kinds.contains(&"SUMMARY_PUBLISHED".into()));
    let nn = browser.get(&page.replace("/en/", "/nn/")).await.is(OK);
    nn.says("Lag ny løyndom");
    house.finish().await;
}
