//! Trying again: for three days, with growing pauses, and no longer.

use chrono::TimeDelta;
use domain::ports::Letter;
use domain::webhooks::{self, SCHEDULE};
use tests::House;
use types::{EntryKind, WebhookDeliveryState, WebhookFailure, WebhookState};

use super::receiver::{Answer, Receiver};
use super::{drafts, fresh, log, made, state};

const DRAFTED: &[EntryKind] = &[EntryKind::NeedDrafted];

/// The letters about webhooks that were sent, by kind.
fn letters(house: &House, kind: &str) -> Vec<domain::ports::Message> {
    let is = |m: &domain::ports::Message| matches!(&m.letter, Letter::Notice(n) if n.kind == kind);
    house.mail.messages().into_iter().filter(is).collect()
}

#[tokio::test]
async fn it_is_tried_ten_times_over_three_days_and_then_the_endpoint_stops() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    receiver.answers(Answer::Status(500, "", "Database\u{1b}[31m is\r\ndown <script>"));
    let endpoint = made(&house, &officer, &receiver.url(), DRAFTED).await;
    let id = endpoint.endpoint.id;
    drafts(&house, &officer).await;
    house.work().await;
    let began = house.app.now();
    let first = receiver.heard();
    assert_eq!(first.len(), 1);
    let mut after = TimeDelta::zero();
    for (n, pause) in SCHEDULE.iter().enumerate() {
        // Not a second too early.
        house.clock.advance(TimeDelta::seconds(pause - 1));
        house.work().await;
        assert_eq!(receiver.heard().len(), 0, "try {} came too early", n + 2);
        house.clock.advance(TimeDelta::seconds(1));
        house.work().await;
        let heard = receiver.heard();
        assert_eq!(heard.len(), 1, "try {}", n + 2);
        assert_eq!((heard[0].id(), &heard[0].body), (first[0].id(), &first[0].body), "the same message");
        // Signed anew, for its own time.
        assert_eq!(heard[0].headers["webhook-timestamp"], house.app.now().timestamp().to_string());
        assert_eq!(heard[0].signatures(&endpoint.secret), (1, 1));
        after += TimeDelta::seconds(*pause);
    }
    assert_eq!(house.app.now() - began, after);
    assert!(after > TimeDelta::days(3));
    let line = log(&house, id).await.pop().unwrap();
    assert_eq!((line.state, line.attempts), (WebhookDeliveryState::Failed, 10));
    assert_eq!((line.status, line.failure), (Some(500), Some(WebhookFailure::Refused)));
    assert_eq!(line.excerpt.as_deref(), Some("Database [31m is down <script>"));
    assert_eq!(state(&house, id).await, WebhookState::Failed);
    let told = letters(&house, "webhook.stopped");
    assert_eq!(told.len(), 1);
    let text = house.mail_to("olav.officer@trondheim.example.no").await;
    for words in ["får ikke lenger beskjed", "Ingenting kom fram på tre dager", "Sakssystemet", "127.0.0.1"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    // Nothing more happens by itself.
    drafts(&house, &officer).await;
    house.clock.advance(TimeDelta::days(2));
    house.work().await;
    assert_eq!(receiver.heard().len(), 0);
    // It goes on with what is told from then on; what was given up is sent anew at a wish.
    receiver.answers(Answer::Status(200, "", "ok"));
    let officer = fresh(&house, &officer).await;
    webhooks::enable(&house.app, &officer, id).await.unwrap();
    house.work().await;
    assert_eq!(receiver.heard().len(), 0);
    let (_, count) =
        webhooks::replay_failed(&house.app, &officer, id, began - TimeDelta::days(1)).await.unwrap();
    assert_eq!(count, 1);
    house.work().await;
    assert_eq!(receiver.heard()[0].id(), first[0].id());
    let line = log(&house, id).await.pop().unwrap();
    assert_eq!((line.state, line.attempts, line.failure), (WebhookDeliveryState::Delivered, 1, None));
    house.finish().await;
}

#[tokio::test]
async fn what_gets_through_ends_the_counting() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    let id = made(&house, &officer, &receiver.url(), DRAFTED).await.endpoint.id;
    // Two days of failures, a success, two days of failures: never three on end.
    for _ in 0..2 {
        receiver.answers(Answer::Status(502, "", ""));
        drafts(&house, &officer).await;
        for _ in 0..24 {
            house.work().await;
            house.clock.advance(TimeDelta::hours(2));
        }
        assert_eq!(state(&house, id).await, WebhookState::Active);
        receiver.answers(Answer::Status(204, "", ""));
        house.clock.advance(TimeDelta::hours(24));
        house.work().await;
        assert_eq!(log(&house, id).await.pop().unwrap().state, WebhookDeliveryState::Delivered);
    }
    assert_eq!(letters(&house, "webhook.stopped").len(), 0);
    house.finish().await;
}

#[tokio::test]
async fn an_endpoint_that_fails_is_left_in_peace_whatever_waits_for_it() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    receiver.answers(Answer::Status(500, "", ""));
    let id = made(&house, &officer, &receiver.url(), DRAFTED).await.endpoint.id;
    for _ in 0..20 {
        drafts(&house, &officer).await;
    }
    house.work().await;
    assert_eq!(receiver.heard().len(), 1, "the first has shown that it fails");
    // When it works again, all of them come at once.
    receiver.answers(Answer::Status(200, "", ""));
    house.clock.advance(TimeDelta::seconds(5));
    house.work().await;
    assert_eq!(receiver.heard().len(), 20);
    assert!(log(&house, id).await.iter().all(|d| d.state == WebhookDeliveryState::Delivered));
    house.finish().await;
}

#[tokio::test]
async fn gone_means_gone() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    let id = made(&house, &officer, &receiver.url(), DRAFTED).await.endpoint.id;
    receiver.answers(Answer::Status(410, "", ""));
    drafts(&house, &officer).await;
    drafts(&house, &officer).await;
    house.work().await;
    assert_eq!(receiver.heard().len(), 1, "not asked twice");
    assert_eq!(state(&house, id).await, WebhookState::Gone);
    let failures: Vec<_> = log(&house, id).await.into_iter().map(|d| (d.state, d.failure)).collect();
    let failed = WebhookDeliveryState::Failed;
    assert_eq!(failures, [(failed, Some(WebhookFailure::Refused)), (failed, Some(WebhookFailure::Stopped)),]);
    assert_eq!(letters(&house, "webhook.stopped").len(), 1);
    house.clock.advance(TimeDelta::days(4));
    house.work().await;
    assert_eq!(receiver.heard().len(), 0);
    house.finish().await;
}

#[tokio::test]
async fn a_wish_to_wait_is_heeded() {
    let house = House::new().await;
    let officer = house.officer().await;
    let receiver = Receiver::start();
    let id = made(&house, &officer, &receiver.url(), DRAFTED).await.endpoint.id;
    for (status, wish, seconds) in
        [(429, "retry-after: 7200\r\n", 7_200), (503, "retry-after: 99999999\r\n", 24 * 3_600)]
    {
        receiver.answers(Answer::Status(status, wish, ""));
        drafts(&house, &officer).await;
        house.work().await;
        assert_eq!(receiver.heard().len(), 1);
        // Another message does not wake it either.
        drafts(&house, &officer).await;
        house.clock.advance(TimeDelta::seconds(seconds - 1));
        house.work().await;
        assert_eq!(receiver.heard().len(), 0, "{status}");
        receiver.answers(Answer::Status(200, "", ""));
        house.clock.advance(TimeDelta::seconds(1));
        house.work().await;
        assert_eq!(receiver.heard().len(), 2, "{status}");
    }
    assert_eq!(state(&house, id).await, WebhookState::Active);
    house.finish().await;
}
