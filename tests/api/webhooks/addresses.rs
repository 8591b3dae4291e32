//! Where a webhook may lead, and what a receiver can't do to us.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::ports::{WebhookCall, WebhookFault, WebhookSender};
use domain::webhooks;
use interop::webhooks::{HttpWebhooks, Names};
use serde_json::json;
use tests::{FewNames, House};
use types::{EntryKind, WebhookDeliveryState, WebhookFailure, WebhookState};

use super::receiver::{Answer, Receiver};
use super::{drafts, log, made, state};

const DRAFTED: &[EntryKind] = &[EntryKind::NeedDrafted];
const PATIENT: Duration = Duration::from_secs(5);

/// Names that lead elsewhere each time they are looked up; the last place stays.
#[derive(Debug, Default)]
struct Turning(Mutex<(VecDeque<Vec<IpAddr>>, usize)>);

impl Turning {
    fn new(places: &[&[&str]]) -> Arc<Self> {
        let parse = |place: &&[&str]| place.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self(Mutex::new((places.iter().map(parse).collect(), 0))))
    }

    fn asked(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

#[async_trait]
impl Names for Turning {
    async fn look_up(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        let mut this = self.0.lock().unwrap();
        this.1 += 1;
        let place = if this.0.len() > 1 { this.0.pop_front() } else { this.0.front().cloned() };
        Ok(place.unwrap_or_default())
    }
}

fn call(url: &str) -> WebhookCall {
    WebhookCall {
        url: url.to_owned(),
        id: "msg_1".to_owned(),
        timestamp: 1,
        signature: "v1,x".to_owned(),
        body: "{}".to_owned(),
    }
}

#[tokio::test]
async fn an_address_that_is_not_public_is_never_called() {
    let receiver = Receiver::start();
    let port = receiver.port;
    // Told by its spelling, at every try, whatever was allowed when it was made.
    let sender = HttpWebhooks::with(false, PATIENT, Turning::new(&[&["127.0.0.1"]]));
    for url in [
        format!("https://127.0.0.1:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://2130706433:{port}/"),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://10.0.0.1/".to_owned(),
        format!("https://kommune.example.no:{port}/"),
        format!("https://localhost:{port}/"),
    ] {
        assert_eq!(sender.send(&call(&url)).await.0, Err(WebhookFault::AddressNotAllowed), "{url}");
    }
    assert_eq!(
        sender.send(&call(&format!("http://127.0.0.1:{port}/"))).await.0,
        Err(WebhookFault::AddressNotAllowed)
    );
    // And by what a name leads to.
    for place in [
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "fd00:ec2::254",
        "fe80::1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "224.0.0.1",
        "0.0.0.0",
    ] {
        for on_loopback in [false, true] {
            let sender = HttpWebhooks::with(on_loopback, PATIENT, Turning::new(&[&[place]]));
            let told = sender.send(&call("https://kommune.example.no/")).await.0;
            assert_eq!(told, Err(WebhookFault::AddressNotAllowed), "{place}");
        }
    }
    let nowhere = HttpWebhooks::with(false, PATIENT, Turning::new(&[&[]]));
    assert_eq!(nowhere.send(&call("https://kommune.example.no/")).await.0, Err(WebhookFault::UnknownName));
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_the_next_time_gains_nothing() {
    // Here this machine stands for the public address that it leads to at first.
    let receiver = Receiver::start();
    let names =
        Turning::new(&[&["127.0.0.1"], &["10.0.0.1"], &["169.254.169.254", "127.0.0.1"], &["10.0.0.1"]]);
    let sender = HttpWebhooks::with(true, PATIENT, names.clone());
    let url = format!("http://kommune.example.no:{}/", receiver.port);
    assert_eq!(sender.send(&call(&url)).await.0.unwrap().status, 204);
    assert_eq!((names.asked(), receiver.connections()), (1, 1), "looked up once, and called there");
    // Each try asks anew: no connection of before is used again.
    assert_eq!(sender.send(&call(&url)).await.0, Err(WebhookFault::AddressNotAllowed));
    assert_eq!((names.asked(), receiver.connections()), (2, 1));
    // Among several addresses, only those that pass are called.
    assert_eq!(sender.send(&call(&url)).await.0.unwrap().status, 204);
    assert_eq!((names.asked(), receiver.connections()), (3, 2));
    assert_eq!(sender.send(&call(&url)).await.0, Err(WebhookFault::AddressNotAllowed));
}

#[tokio::test]
async fn what_an_endpoint_may_not_be_is_told_where_it_is_typed() {
    let house = House::new().await;
    let (api, officer) = (house.api(), house.officer().await);
    for (url, code) in [
        ("https://169.254.169.254/latest/meta-data/", "ADDRESS_NOT_ALLOWED url"),
        ("https://10.0.0.1/", "ADDRESS_NOT_ALLOWED url"),
        ("https://kommune.example.no:5432/", "ADDRESS_NOT_ALLOWED url"),
        ("https://u:p@kommune.example.no/", "ADDRESS_NOT_ALLOWED url"),
        ("https://intranett/", "ADDRESS_NOT_ALLOWED url"),
        ("http://kommune.example.no/", "INVALID_URL url"),
        ("file:///etc/passwd", "INVALID_URL url"),
        ("", "REQUIRED url"),
    ] {
        let input = json!({ "url": url, "description": "Sakssystemet" });
        assert_eq!(api.refused(&officer, "createWebhookEndpoint", input).await, [code], "{url}");
    }
    let nameless = json!({ "url": "https://kommune.example.no/", "description": " " });
    assert_eq!(api.refused(&officer, "createWebhookEndpoint", nameless).await, ["REQUIRED description"]);
    house.finish().await;
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let house = House::new().await;
    let officer = house.officer().await;
    let (receiver, elsewhere) = (Receiver::start(), Receiver::start());
    let own: &'static str = format!("location: http://127.0.0.1:{}/\r\n", elsewhere.port).leak();
    for (status, to) in
        [(302, "location: http://169.254.169.254/latest/meta-data/\r\n"), (307, own), (301, own)]
    {
        let id = made(&house, &officer, &receiver.url(), DRAFTED).await.endpoint.id;
        receiver.answers(Answer::Status(status, to, ""));
        drafts(&house, &officer).await;
        house.work().await;
        let line = log(&house, id).await.pop().unwrap();
        assert_eq!((line.status, line.failure), (Some(status.into()), Some(WebhookFailure::Redirected)));
        webhooks::delete(&house.app, &officer, id).await.unwrap();
    }
    assert_eq!(elsewhere.connections(), 0);
    house.finish().await;
}

#[tokio::test]
async fn who_is_silent_or_never_ends_harms_nobody() {
    let sender: Arc<dyn WebhookSender> = Arc::new(HttpWebhooks::new(true));
    let short = Arc::new(HttpWebhooks::with(true, Duration::from_millis(300), Arc::new(FewNames)));
    let house = House::with_webhooks(short).await;
    let officer = house.officer().await;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let (bad, good) = (Receiver::start(), Receiver::start());
    made(&house, &supplier, &good.url(), &[EntryKind::NeedPublished]).await;
    for answer in [Answer::Silence, Answer::Drip] {
        let id = made(&house, &officer, &bad.url(), &[EntryKind::NeedPublished]).await.endpoint.id;
        bad.answers(answer.clone());
        let began = Instant::now();
        crate::record::published(&house).await;
        house.work().await;
        assert!(began.elapsed() < Duration::from_secs(20), "{answer:?}");
        assert_eq!(good.heard().len(), 1, "{answer:?}: another is told");
        let line = log(&house, id).await.pop().unwrap();
        assert_eq!((line.status, line.failure), (None, Some(WebhookFailure::TimedOut)), "{answer:?}");
        webhooks::delete(&house.app, &officer, id).await.unwrap();
    }
    // A gigabyte: the status counts, the beginning is kept, and we hang up.
    bad.answers(Answer::Endless);
    let (told, _) = sender.send(&call(&bad.url())).await;
    let told = told.unwrap();
    assert_eq!((told.status, told.body.len()), (200, 4 * 1024));
    // What stood in buffers was written; nothing like a gigabyte.
    let mut written = bad.written.load(Ordering::SeqCst);
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(20));
        let now = bad.written.load(Ordering::SeqCst);
        if now == written {
            break;
        }
        written = now;
    }
    assert!(written < 64 * 1024 * 1024, "{written} bytes were taken");
    house.finish().await;
}

#[tokio::test]
async fn a_receiver_that_hangs_holds_up_its_own_organisation_alone() {
    let house = House::new().await;
    let officer = house.officer().await;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let receiver = Receiver::start();
    for actor in [&officer, &officer, &supplier] {
        made(&house, actor, &receiver.url(), &[EntryKind::NeedPublished]).await;
    }
    crate::record::published(&house).await;
    while domain::settle(&house.app, "test").await.unwrap() {}
    // Taken, and not answered yet: one of each organisation.
    let mut under_way = Vec::new();
    for _ in 0..2 {
        let webhooks::Next::Try(taken) = webhooks::take_next(&house.app).await.unwrap() else {
            panic!("two organisations have something to be told")
        };
        under_way.push(taken);
    }
    let next = webhooks::take_next(&house.app).await.unwrap();
    assert!(matches!(next, webhooks::Next::Nothing), "a second of the same organisation");
    // A worker that dies leaves its place after a minute.
    drop(under_way);
    house.clock.advance(TimeDelta::seconds(61));
    house.work().await;
    let heard = receiver.heard();
    assert_eq!(heard.len(), 3);
    house.finish().await;
}

#[tokio::test]
async fn a_call_that_was_under_way_when_its_endpoint_ended_changes_nothing() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    for is_deleted in [true, false] {
        let officer = super::fresh(&house, &officer).await;
        let id = made(&house, &officer, &receiver.url(), DRAFTED).await.endpoint.id;
        drafts(&house, &officer).await;
        while domain::settle(&house.app, "test").await.unwrap() {}
        let webhooks::Next::Try(taken) = webhooks::take_next(&house.app).await.unwrap() else { panic!() };
        receiver.answers(Answer::Status(500, "", ""));
        if is_deleted {
            webhooks::delete(&house.app, &officer, id).await.unwrap();
        } else {
            webhooks::disable(&house.app, &officer, id).await.unwrap();
        }
        webhooks::try_taken(&house.app, taken).await.unwrap();
        receiver.heard();
        house.clock.advance(TimeDelta::days(1));
        house.work().await;
        assert_eq!(receiver.heard().len(), 0);
        let lines = log(&house, id).await;
        if is_deleted {
            assert_eq!(lines.len(), 0);
        } else {
            assert_eq!(lines[0].state, WebhookDeliveryState::Failed);
            assert_eq!(state(&house, id).await, WebhookState::Disabled);
        }
    }
    house.finish().await;
}
