//! An installation of several nodes: one database, one folder, any number of processes.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use domain::Actor;
use domain::needs::{self, ContentInput, CreateNeed, Need};
use domain::ports::TokenIssuer;
use identity::Tokens;
use tests::House;

use crate::node::{Node, environment, program};

/// The installation. What it needs before its nodes start is made by `house`, which is a
/// node too, in the test's process.
pub(crate) struct Cluster {
    pub(crate) house: House,
    settings: Vec<(String, String)>,
}

impl Cluster {
    /// An empty installation, at this moment.
    pub(crate) async fn new() -> Self {
        let engine = std::env::var("SAMSPILL_TEST_ENGINE").unwrap_or_default();
        assert_eq!(engine, "postgres", "several nodes want PostgreSQL: run cargo xtask test --only cluster");
        let house = House::new().await;
        house.clock.set(Utc::now());
        let of = |name: &str, value: String| (format!("SAMSPILL_{name}"), value);
        let settings = vec![
            of("DATABASE__URL", house.url.clone()),
            of("DATA__FOLDER", house.path("").display().to_string()),
            of("HTTP__PUBLIC_URL", tests::PUBLIC_URL.to_owned()),
            of("SECRET_KEY", tests::SECRET.to_owned()),
            of("RECORD__CHECKPOINT_KEY", tests::CHECKPOINT_KEY.map(|byte| format!("{byte:02x}")).concat()),
            of("REGISTER__MODE", "offline".to_owned()),
            // Here one machine asks as much as it can.
            of("LIMITS__PERSON_POINTS", "0".to_owned()),
            of("LIMITS__TOKEN_POINTS", "0".to_owned()),
            of("LIMITS__ADDRESS_POINTS", "0".to_owned()),
        ];
        Self { house, settings }
    }

    /// The same with a setting of the nodes', such as `SOCKETS__PER_NODE`.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((format!("SAMSPILL_{name}"), value.to_owned()));
        self
    }

    /// A node, as soon as it may be asked.
    pub(crate) async fn node(&self) -> Node {
        self.serve(&free_address()).await
    }

    /// A node at an address, for instance where another one was killed.
    pub(crate) async fn serve(&self, host: &str) -> Node {
        Node::start(host, &self.log_of(host), &["serve"], &self.settings).ready().await
    }

    /// A process that works and does not serve, known by its number.
    pub(crate) fn worker(&self, name: &str) -> Node {
        Node::start("127.0.0.1:1", &self.log_of(name), &["worker"], &self.settings)
    }

    fn log_of(&self, name: &str) -> PathBuf {
        self.house.path(&format!("{}.log", name.replace(':', "-")))
    }

    /// Runs a command of the program beside the nodes.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(program());
        environment(command.args(arguments), &self.settings);
        command.output().expect("the program")
    }

    /// The access token of somebody who signed in.
    pub(crate) async fn token(&self, actor: &Actor) -> String {
        let session = actor.session.expect("a session");
        Tokens::new(Arc::clone(&self.house.app)).issue(session).await.expect("a token").0
    }

    /// A need that is open to everybody.
    pub(crate) async fn published(&self, officer: &Actor, reviewer: &Actor) -> Need {
        let app = &self.house.app;
        let need =
            needs::create(app, officer, CreateNeed { content: self.content() }).await.expect("a draft");
        needs::submit(app, officer, need.id, None).await.expect("submitted");
        needs::approve(app, reviewer, need.id, None, None).await.expect("published")
    }

    /// What a need must say before it is public.
    pub(crate) fn content(&self) -> ContentInput {
        let text = |text: &str| Some(text.to_owned());
        ContentInput {
            title: text("Trygghet hjemme for eldre"),
            summary: text("Vi vil at flere eldre kan bo trygt hjemme lenger."),
            challenge: text("Mange eldre faller hjemme, og hjelpen kommer sent."),
            effects: text("30 prosent færre fall som fører til innleggelse innen 2028."),
            cpv_codes: Some(vec!["33190000".to_owned()]),
            places: Some(vec!["5001".to_owned()]),
            questions: Some(vec![(None, "Hvilke løsninger finnes i dag?".to_owned())]),
            response_deadline: Some(Some(self.house.app.now() + TimeDelta::days(30))),
            ..ContentInput::default()
        }
    }

    /// Ends a test whose nodes are gone: what they left is done, also what a killed one had
    /// in its hands, and the record verifies, for the house and for the program.
    pub(crate) async fn finish(self) {
        let Self { house, settings } = self;
        // Longer than a worker holds a job.
        house.clock.set(Utc::now() + TimeDelta::minutes(10));
        house.work().await;
        let cluster = Self { house, settings };
        let verified = cluster.run(&["record", "verify"]);
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        cluster.house.finish().await;
    }
}

/// An address that nobody listens at.
pub(crate) fn free_address() -> String {
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    probe.local_addr().expect("an address").to_string()
}
