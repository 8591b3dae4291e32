//! Invariant 10: a killed process loses no mail, and repeats one in one case
//! only: killed between the server's acceptance and our commit, and then with
//! the same `Message-ID`.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::jobs::{self, enqueue_mail};
use domain::ports::{DeliveryError, Letter, Mailer, Message, message_id};
use domain::{App, notifications};
use mail::SmtpMailer;
use tests::House;
use types::Language;

use crate::process::Process;
use crate::record::column;
use crate::smtp::{SmtpServer, mailer};

/// Where the killed worker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Halt {
    BeforeAcceptance,
    AfterAcceptance,
    AfterCommit,
}

/// Sends, or pretends to be about to, and waits for the end.
#[derive(Debug)]
struct HaltingMailer {
    inner: SmtpMailer,
    halt: Halt,
}

#[async_trait]
impl Mailer for HaltingMailer {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryError> {
        if self.halt == Halt::BeforeAcceptance {
            halt().await;
        }
        self.inner.deliver(message).await?;
        if self.halt == Halt::AfterAcceptance {
            halt().await;
        }
        Ok(())
    }
}

async fn halt() {
    println!("halted");
    std::future::pending::<()>().await;
}

/// The worker's side: runs one job and stands still at the step.
pub(crate) async fn deliver_and_halt(url: &str, port: &str, step: &str) {
    let halt_at = match step {
        "before" => Halt::BeforeAcceptance,
        "accepted" => Halt::AfterAcceptance,
        _ => Halt::AfterCommit,
    };
    let mailer = HaltingMailer { inner: mailer(port.parse().unwrap()), halt: halt_at };
    let app = House::node(url, Arc::new(mailer)).await;
    assert!(jobs::run_next(&app).await.unwrap());
    halt().await;
}

async fn enqueue(app: &App, mailbox: &str) {
    let message = Message {
        message_id: message_id(mailbox, &app.settings.public_url),
        to: format!("{mailbox}@example.no").parse().unwrap(),
        to_name: None,
        language: Language::Nb,
        letter: Letter::SignIn {
            url: "http://127.0.0.1:8080/x".to_owned(),
            code: "1".to_owned(),
            minutes: 15,
        },
    };
    let tx = app.db.write().await.unwrap();
    enqueue_mail(app, &tx, notifications::READER, None, &message).await.unwrap();
    tx.commit().await.unwrap();
}

async fn states(house: &House) -> Vec<String> {
    column(&house.app.db, "SELECT state FROM jobs").await
}

async fn killed_at(step: &str, expected: usize) {
    let house = House::new().await;
    let server = SmtpServer::start();
    enqueue(&house.app, "kari").await;
    let port = server.port.to_string();
    let mut worker = Process::start(
        "deliver",
        &[("SAMSPILL_TEST_URL", &house.url), ("SAMSPILL_TEST_SMTP", &port), ("SAMSPILL_TEST_HALT", step)],
    );
    worker.wait_for("halted");
    worker.kill();

    // Another worker leaves it alone while the lease lasts, and then takes over.
    let next = House::node(&house.url, Arc::new(mailer(server.port))).await;
    assert!(!jobs::run_next(&next).await.unwrap(), "the dead worker's lease was not kept");
    let next = App { clock: house.clock.clone(), ..next };
    house.clock.advance(TimeDelta::minutes(6));
    while jobs::run_next(&next).await.unwrap() {}

    let received = server.received();
    assert_eq!(received.len(), expected, "{received:?}");
    assert!(received.iter().all(|mail| *mail == received[0]), "{received:?}");
    assert_eq!(received[0], ("kari@example.no".to_owned(), "<kari@127.0.0.1>".to_owned()));
    assert_eq!(states(&house).await, ["DONE"]);
    house.finish().await;
}

#[tokio::test]
async fn killed_before_the_server_accepted_it_is_sent_once() {
    killed_at("before", 1).await;
}

#[tokio::test]
async fn killed_after_acceptance_before_our_commit_it_is_sent_again_as_the_same() {
    killed_at("accepted", 2).await;
}

#[tokio::test]
async fn killed_after_our_commit_it_is_not_sent_again() {
    killed_at("committed", 1).await;
}

#[tokio::test]
async fn a_busy_server_is_tried_again_with_growing_distance_and_then_given_up() {
    let house = House::new().await;
    let server = SmtpServer::start();
    let app =
        App { clock: house.clock.clone(), ..House::node(&house.url, Arc::new(mailer(server.port))).await };
    enqueue(&app, "opptatt").await;
    let mut waits = Vec::new();
    while jobs::run_next(&app).await.unwrap() {
        assert!(!jobs::run_next(&app).await.unwrap(), "tried again at once");
        let Some(due) = jobs::next_due(&app).await.unwrap() else { break };
        waits.push((due - app.clock.now()).num_seconds());
        house.clock.set(due - TimeDelta::seconds(1));
        assert!(!jobs::run_next(&app).await.unwrap(), "tried again too early");
        house.clock.set(due);
    }
    assert_eq!(waits.len(), 13, "{waits:?}");
    assert_eq!(waits[..4], [10, 20, 40, 80]);
    assert!(waits.is_sorted());
    assert_eq!(states(&house).await, ["FAILED"]);
    let kept = column(&house.app.db, "SELECT CAST(payload AS TEXT) FROM jobs").await;
    assert!(kept[0].contains("opptatt@example.no"), "an operator can't retry what is gone: {kept:?}");
    house.finish().await;
}

#[tokio::test]
async fn a_refused_mailbox_is_not_tried_again() {
    let house = House::new().await;
    let server = SmtpServer::start();
    let app = House::node(&house.url, Arc::new(mailer(server.port))).await;
    enqueue(&app, "ukjent").await;
    assert!(jobs::run_next(&app).await.unwrap());
    assert_eq!(states(&house).await, ["FAILED"]);
    assert_eq!(jobs::next_due(&app).await.unwrap(), None);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_workers_send_each_mail_once() {
    let house = House::new().await;
    let server = SmtpServer::start();
    for i in 0..30 {
        enqueue(&house.app, &format!("person{i:02}")).await;
    }
    let node = async || House::node(&house.url, Arc::new(mailer(server.port))).await;
    let (one, two, three) = (node().await, node().await, node().await);
    let run = async |app: &App| while jobs::run_next(app).await.unwrap() {};
    tokio::join!(run(&one), run(&two), run(&three), run(&one), run(&two), run(&three));
    // SKIP LOCKED lets a worker stop while others still hold the last rows.
    run(&one).await;
    let mut to: Vec<String> = server.received().into_iter().map(|(to, _)| to).collect();
    to.sort();
    let expected: Vec<String> = (0..30).map(|i| format!("person{i:02}@example.no")).collect();
    assert_eq!(to, expected);
    house.finish().await;
}
