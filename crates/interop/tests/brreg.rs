//! The register's adapter against a server of the register's shape.

#![expect(clippy::expect_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::disallowed_methods, reason = "the server ends with the test")]

use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::ports::{BusinessRegister, Lookup, RegisteredUnit};
use interop::brreg::{BrregRegister, OfflineRegister};
use tokio::net::TcpListener;
use types::OrganisationNumber;

const COMPANY: &str = include_str!("fixtures/brreg-enhet.json");

fn number(text: &str) -> OrganisationNumber {
    text.parse().expect("a valid number")
}

fn json(body: impl Into<String>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}

/// Each number has its own way to answer.
async fn unit(Path(asked): Path<String>) -> Response {
    match asked.as_str() {
        // The second of them is another unit's answer.
        "974760673" | "942110464" => json(COMPANY),
        "811754862" => json(r#"{"organisasjonsnummer":"811754862","navn":"LITE FIRMA"}"#),
        "991825827" => json(
            r#"{"organisasjonsnummer":"991825827","navn":"KONKURSBO AS","konkurs":true,"antallAnsatte":0}"#,
        ),
        "912660680" => {
            json(r#"{"organisasjonsnummer":"912660680","navn":"BORTE AS","slettedato":"2025-03-01"}"#)
        }
        "964338531" => json(r#"{"organisasjonsnummer":"974760673","navn":"#),
        "964965226" => json(format!(r#"{{"navn":"{}"}}"#, "x".repeat(1 << 20))),
        "916879067" => std::future::pending().await,
        "820710592" => StatusCode::GONE.into_response(),
        "916882807" => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        "972417793" => (StatusCode::FOUND, [(header::LOCATION, "http://192.0.2.1/")]).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn register(timeout: Duration) -> BrregRegister {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let app = Router::new().route("/enhetsregisteret/api/enheter/{number}", get(unit));
    tokio::spawn(async move { axum::serve(listener, app).await });
    BrregRegister::with_timeout(&format!("http://{address}/"), timeout)
}

async fn look_up(text: &str) -> Lookup {
    register(Duration::from_secs(30)).await.look_up(&number(text)).await
}

#[tokio::test]
async fn a_unit_is_found_with_its_facts() {
    assert_eq!(
        look_up("974760673").await,
        Lookup::Found(RegisteredUnit {
            organisation_number: number("974760673"),
            name: "NORDLYS VELFERDSTEKNOLOGI AS".to_owned(),
            form: Some("AS".to_owned()),
            employees: Some(14),
            website: Some("https://www.nordlys-velferd.example".to_owned()),
            municipality_number: Some("5501".to_owned()),
            is_ended: false,
        })
    );
}

#[tokio::test]
async fn what_the_register_does_not_say_stays_unknown() {
    let Lookup::Found(unit) = look_up("811754862").await else { panic!("found") };
    assert_eq!((unit.employees, unit.form, unit.website, unit.municipality_number), (None, None, None, None));
}

#[tokio::test]
async fn bankrupt_and_deleted_units_are_ended() {
    let Lookup::Found(bankrupt) = look_up("991825827").await else { panic!("found") };
    assert!(bankrupt.is_ended);
    assert_eq!(bankrupt.employees, Some(0));
    let Lookup::Found(deleted) = look_up("912660680").await else { panic!("found") };
    assert!(deleted.is_ended);
}

#[tokio::test]
async fn no_such_number_is_unknown() {
    assert_eq!(look_up("916075855").await, Lookup::Unknown);
    assert_eq!(look_up("820710592").await, Lookup::Unknown, "removed");
}

#[tokio::test]
async fn trouble_is_offline_and_never_an_error() {
    for (asked, trouble) in [
        ("964338531", "broken JSON"),
        ("942110464", "another unit's answer"),
        ("964965226", "an endless answer"),
        ("916882807", "503"),
        ("972417793", "a redirect elsewhere"),
    ] {
        assert_eq!(look_up(asked).await, Lookup::Offline, "{trouble}");
    }
}

#[tokio::test]
async fn a_register_that_never_answers_is_offline() {
    let register = register(Duration::from_millis(100)).await;
    assert_eq!(register.look_up(&number("916879067")).await, Lookup::Offline);
}

#[tokio::test]
async fn an_unreachable_register_is_offline() {
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("its address");
    let register = BrregRegister::new(&format!("http://{closed}"));
    assert_eq!(register.look_up(&number("974760673")).await, Lookup::Offline);
    assert_eq!(BrregRegister::new("not a url").look_up(&number("974760673")).await, Lookup::Offline);
}

#[tokio::test]
async fn the_offline_register_knows_what_it_was_given() {
    let Lookup::Found(unit) = look_up("974760673").await else { panic!("found") };
    let register = OfflineRegister::new([unit.clone()]);
    assert_eq!(register.look_up(&number("974760673")).await, Lookup::Found(unit));
    assert_eq!(register.look_up(&number("811754862")).await, Lookup::Offline);
    assert_eq!(OfflineRegister::default().look_up(&number("974760673")).await, Lookup::Offline);
}
