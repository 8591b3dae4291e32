//! One need in each of its states, with everything around it that commands are about.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::accounts::passkeys::{self, AddPasskey};
use domain::{Actor, uploads};
use serde_json::{Value, json};
use tests::{Api, Authenticator, House};
use types::{OrganisationKind, Role};

use crate::import::DIALOGUE;

/// The states, in the order of the golden file. `ANNOUNCED` is a need in procurement
/// whose competition is announced.
pub(crate) const STATES: [&str; 10] = [
    "DRAFT",
    "IN_REVIEW",
    "SCHEDULED",
    "PUBLISHED",
    "IN_DIALOGUE",
    "SUMMARISED",
    "TO_PROCUREMENT",
    "ANNOUNCED",
    "ON_HOLD",
    "CLOSED",
];

/// An installation with a need in a state.
pub(crate) struct Stage {
    pub(crate) house: House,
    /// Who may try, in the order of the golden file.
    pub(crate) personas: Vec<(&'static str, Actor)>,
    /// What there is, by name; commands that need what is not there are not tried.
    pub(crate) ids: BTreeMap<String, Value>,
    api: Api,
}

impl Stage {
    /// Builds it by the product's own commands.
    pub(crate) async fn in_state(wanted: &str) -> Self {
        let mut stage = Box::pin(Self::drafted()).await;
        let need = json!({ "needId": stage.ids["need"] });
        if wanted == "DRAFT" {
            return stage.ready().await;
        }
        stage.run("drafter", "submitNeed", "need { state }", need.clone()).await;
        if wanted == "IN_REVIEW" {
            return stage.ready().await;
        }
        if wanted == "SCHEDULED" {
            let at = json!({ "needId": stage.ids["need"], "publishAt": stage.in_hours(24) });
            stage.run("second", "approveNeed", "need { state }", at).await;
            return stage.ready().await;
        }
        stage.run("second", "approveNeed", "need { state }", need.clone()).await;
        stage.published().await;
        if wanted == "PUBLISHED" {
            return stage.ready().await;
        }
        stage.in_dialogue().await;
        let close =
            |outcome: &str| json!({ "needId": need["needId"], "outcome": outcome, "reason": "Slik." });
        if wanted == "ON_HOLD" || wanted == "CLOSED" {
            stage.run("second", "closeNeed", "need { state }", close(wanted)).await;
        }
        if ["SUMMARISED", "TO_PROCUREMENT", "ANNOUNCED"].contains(&wanted) {
            stage.run("second", "publishSummary", "need { state }", need.clone()).await;
            let correction = json!({ "needId": need["needId"], "overview": "Markedet er svært modent." });
            stage.run("drafter", "saveSummaryDraft", "summaryDraft { version }", correction).await;
        }
        if ["TO_PROCUREMENT", "ANNOUNCED"].contains(&wanted) {
            let share = json!({ "disclosureId": stage.ids["disclosure"] });
            stage.run("drafter", "shareDisclosure", "disclosure { id }", share).await;
            stage.run("second", "closeNeed", "need { state }", close("TO_PROCUREMENT")).await;
        }
        if wanted == "ANNOUNCED" {
            let url = json!({ "needId": need["needId"], "url": "https://doffin.no/1" });
            stage.run("second", "announceCompetition", "need { state }", url).await;
        }
        stage.ready().await
    }

    /// A draft with a planned event, a file and a partner, and people at work.
    async fn drafted() -> Self {
        let house = House::new().await;
        let buyer =
            house.organisation(OrganisationKind::Municipality, "Trondheim kommune", Some("942110464")).await;
        let other = house.organisation(OrganisationKind::Municipality, "Malvik kommune", None).await;
        let third = house.organisation(OrganisationKind::Municipality, "Skaun kommune", None).await;
        let fourth = house.organisation(OrganisationKind::Municipality, "Orkland kommune", None).await;
        let mut administrator = house.person("sjef@samspill.example.no").await;
        administrator.person.as_mut().unwrap().is_platform_administrator = true;
        let personas = vec![
            ("visitor", Actor::default()),
            ("outsider", house.supplier("Annen AS", "per@annen.example.no").await),
            ("responder", house.supplier("Sensor AS", "kari@sensor.example.no").await),
            ("reader", house.member(&buyer, "reader@t.example.no", &[Role::Reader]).await),
            ("reviewer", house.member(&buyer, "reviewer@t.example.no", &[Role::Reviewer]).await),
            ("need-owner", house.member(&buyer, "need@t.example.no", &[Role::NeedOwner]).await),
            ("officer", house.member(&buyer, "officer@t.example.no", &[Role::ProcurementOfficer]).await),
            ("owner", house.member(&buyer, "owner@t.example.no", &[Role::Owner]).await),
            ("partner", house.member(&other, "p@malvik.example.no", &[Role::ProcurementOfficer]).await),
            ("neighbour", house.member(&third, "n@skaun.example.no", &[Role::ProcurementOfficer]).await),
            ("administrator", administrator),
            // Behind the scenes: who wrote the draft, and who approves it.
            ("drafter", house.member(&buyer, "drafter@t.example.no", &[Role::NeedOwner]).await),
            ("second", house.member(&buyer, "second@t.example.no", &[Role::ProcurementOfficer]).await),
            ("claimant", house.person("claimant@example.se").await),
        ];
        let api = house.api();
        let mut stage = Self { house, personas, ids: BTreeMap::new(), api };
        for (name, organisation) in
            [("buyer", &buyer), ("partner", &other), ("neighbour", &third), ("uninvited", &fourth)]
        {
            stage.ids.insert(name.to_owned(), json!(graphql::encode(organisation.id)));
        }
        let sensor = stage.actor("responder").organisation_id().unwrap();
        stage.ids.insert("supplier".to_owned(), json!(graphql::encode(sensor)));

        let content = json!({ "content": {
            "title": "Trygghet hjemme", "summary": "Trygt hjemme.", "challenge": "Mange faller.",
            "effects": "30 prosent færre fall innen 2028.", "cpvCodes": ["33190000"], "places": ["5001"],
            "questions": [{ "text": "Hva finnes?" }, { "text": "Hva koster det?" }, { "text": "Når?" }],
            "responseDeadline": stage.in_hours(24 * 30), "jointInterest": true,
        } });
        stage.make("need", "drafter", "createNeed", "need", content).await;
        stage.event("planned", 20, false).await;
        let upload = stage.upload("drafter", "krav.txt", b"Vedlegg").await;
        let file = json!({ "subjectId": stage.ids["need"], "uploadId": upload });
        stage.make("attachment", "drafter", "addAttachment", "attachment", file).await;
        let invite = json!({ "needId": stage.ids["need"], "organisationId": stage.ids["partner"], "message": "Bli med" });
        stage.run("second", "invitePartner", "partner { id }", invite).await;
        let joins = json!({ "needId": stage.ids["need"], "state": "INTERESTED" });
        stage.run("partner", "answerPartnership", "partner { id }", joins).await;
        stage
    }

    /// What everybody may do from now on has been done once; a further version waits.
    async fn published(&mut self) {
        let need = self.ids["need"].clone();
        let change = json!({ "needId": need, "content": { "scale": "400 brukere" } });
        self.run("drafter", "saveNeedDraft", "need { id }", change).await;
        let interest = json!({ "needId": need, "visibility": "DISCREET" });
        self.run("responder", "registerInterest", "interest { id }", interest).await;
        self.respond().await;
        let told = json!({ "needId": need, "channel": "PHONE", "told": "Rammen.", "toldAt": self.in_hours(-1),
            "toldToNote": "Noen som ringte" });
        self.make("disclosure", "drafter", "noteDisclosure", "disclosure", told).await;
    }

    async fn respond(&self) {
        let answer = |key: &str, is_secret: bool| {
            let text = format!("Svar på {key} {}", self.house.app.now());
            json!({ "key": key, "text": text, "isSecret": is_secret,
                "claimReason": if is_secret { "Metoden vår" } else { "" } })
        };
        let answers = json!([answer("q1", false), answer("q2", true), answer("q3", true)]);
        let draft = json!({ "needId": self.ids["need"], "answers": answers });
        self.run("responder", "saveResponseDraft", "response { id }", draft).await;
    }

    /// A question, events before, in and after their time, a response with its passages.
    async fn in_dialogue(&mut self) {
        let need = self.ids["need"].clone();
        let ask = json!({ "needId": need, "text": "Gjelder det natt?" });
        self.make("question", "responder", "askQuestion", "question", ask).await;
        for (name, days) in [("begun", 2), ("event", 20), ("closed", 20)] {
            self.event(name, days, true).await;
            let persons = json!([{ "name": "Kari", "email": "kari@sensor.example.no" }]);
            let book = json!({ "eventId": self.ids[name], "persons": persons });
            let registration = format!("{name}-registration");
            self.make(&registration, "responder", "registerForEvent", "registration", book).await;
        }
        let closed = json!({ "eventId": self.ids["closed"] });
        self.run("drafter", "closeEventRegistration", "event { id }", closed).await;
        self.event("held", 1, true).await;

        let it = json!({ "needId": need });
        self.run("responder", "submitResponse", "submission { id }", it).await;
        let read = "query($id: ID!) { node(id: $id) { ... on Need { responses { nodes {
            id passages { id questionKey } } } } } }";
        let seen = self.api.ask(self.actor("second"), read, json!({ "id": need })).await;
        let response = &seen["node"]["responses"]["nodes"][0];
        self.ids.insert("response".to_owned(), response["id"].clone());
        for passage in response["passages"].as_array().unwrap() {
            let key = format!("passage-{}", passage["questionKey"].as_str().unwrap());
            self.ids.insert(key, passage["id"].clone());
        }
        let reject =
            json!({ "passageId": self.ids["passage-q3"], "isAccepted": false, "reason": "Allment kjent." });
        self.run("second", "decideConfidentiality", "passage { id }", reject).await;
        let summary = json!({ "needId": need, "overview": "Modent.", "nextSteps": "Vi lyser ut." });
        self.run("drafter", "saveSummaryDraft", "summaryDraft { version }", summary).await;
        self.house.clock.advance(TimeDelta::days(2) + TimeDelta::hours(1));
        self.house.work().await;
        let held = json!({ "eventId": self.ids["held"] });
        self.run("drafter", "markEventHeld", "event { id }", held).await;
        // A changed draft, to be submitted.
        self.respond().await;
    }

    async fn event(&mut self, name: &str, days: i64, is_announced: bool) {
        let content = json!({
            "title": name, "description": "Vi møtes.", "place": "Rådhuset",
            "startsAt": self.in_hours(24 * days), "endsAt": self.in_hours(24 * days + 2),
        });
        let plan = json!({ "needId": self.ids["need"], "kind": "INFORMATION_MEETING", "content": content });
        self.make(name, "drafter", "planEvent", "event", plan).await;
        if is_announced {
            let it = json!({ "eventId": self.ids[name] });
            self.run("drafter", "announceEvent", "event { id }", it).await;
        }
    }

    /// A passkey of each, another to be added, and what the claimant's answers.
    async fn passkeys(&mut self) {
        let url = self.house.app.settings.public_url.clone();
        let known: Vec<_> =
            self.personas.iter().filter(|(_, actor)| actor.person.is_some()).cloned().collect();
        for (seed, (name, actor)) in (0_u8..).zip(known) {
            let (mut own, mut new) = (Authenticator::new(&url, seed), Authenticator::new(&url, 100 + seed));
            let begun = passkeys::begin(&self.house.app, &actor).await.unwrap();
            let made = own.create(&serde_json::from_str(&begun.options).unwrap());
            let add = AddPasskey { ceremony: &begun.ceremony, response: &made, name: "Telefonen" };
            let added = passkeys::add(&self.house.app, &actor, add).await.unwrap();
            self.ids.insert(format!("passkey-{name}"), json!(graphql::encode(added.id)));
            let begun = passkeys::begin(&self.house.app, &actor).await.unwrap();
            let made = new.create(&serde_json::from_str(&begun.options).unwrap());
            let add = json!({ "ceremony": begun.ceremony, "response": made, "name": "Maskinen" });
            self.ids.insert(format!("new-passkey-{name}"), add);
            if name == "claimant" {
                let begun = passkeys::begin_sign_in(&self.house.app).unwrap();
                let answer = own.get(&serde_json::from_str(&begun.options).unwrap());
                let answer = json!({ "ceremony": begun.ceremony, "response": answer });
                self.ids.insert("passkey-answer".to_owned(), answer);
            }
        }
    }

    /// The rest does not depend on the need: people, sign-in, uploads; and the survey.
    async fn ready(mut self) -> Self {
        let read = "query($id: ID!) { node(id: $id) { ... on Need { survey { id } } } }";
        self.house.work().await;
        let seen = self.api.ask(self.actor("second"), read, json!({ "id": self.ids["need"] })).await;
        if let Some(id) = seen["node"]["survey"]["id"].as_str() {
            self.ids.insert("survey".to_owned(), json!(id));
        }
        // Whoever tries something dangerous has just shown who it is.
        let now = self.house.app.now();
        for (_, actor) in self.personas.iter_mut().filter(|(_, actor)| actor.person.is_some()) {
            actor.authenticated_at = Some(now);
        }
        let token = json!({ "name": "Systemet", "scopes": ["READ"], "expiresAt": self.in_hours(48) });
        self.make("token", "owner", "createOrganisationToken", "token", token).await;
        for name in ["webhook", "webhook-stopped"] {
            let new = json!({ "url": "https://kommune.example.no/hook", "description": name });
            self.make(name, "owner", "createWebhookEndpoint", "endpoint", new).await;
        }
        let stop = json!({ "endpointId": self.ids["webhook-stopped"] });
        self.run("owner", "disableWebhookEndpoint", "endpoint { id }", stop).await;
        let test = json!({ "endpointId": self.ids["webhook"] });
        self.make("webhook-delivery", "owner", "sendTestWebhook", "delivery", test).await;
        let claim = json!({ "country": "SE", "name": "Nordisk AB" });
        self.make("claimed", "claimant", "claimSupplier", "organisation", claim).await;
        let join = json!({ "organisationId": self.ids["buyer"] });
        self.make("request", "claimant", "requestToJoin", "membership", join).await;
        let invite = json!({ "email": "per@annen.example.no", "roles": ["READER"] });
        self.make("invitation", "owner", "inviteMember", "invitation", invite).await;
        let link = self.house.link_for("per@annen.example.no").await;
        let token = link.rsplit('/').next().unwrap().split(['?', '#']).next().unwrap();
        self.ids.insert("invitation-token".to_owned(), json!(token));
        let members = "{ members { memberships { id person { email } } } }";
        let members = self.api.ask(self.actor("owner"), members, json!({})).await;
        let members = members["members"]["memberships"].as_array().unwrap();
        let drafter = members.iter().find(|m| m["person"]["email"] == "drafter@t.example.no").unwrap();
        self.ids.insert("member".to_owned(), drafter["id"].clone());

        let new = json!({ "email": "ny@example.no" });
        let begun = self.run("visitor", "startSignIn", "attempt { attempt }", new).await;
        self.ids.insert("attempt".to_owned(), begun["attempt"]["attempt"].clone());
        let code = self.house.code_for("ny@example.no").await;
        self.ids.insert("code".to_owned(), json!(code));

        let known = self.house.organisation(OrganisationKind::Supplier, "Stanset AS", None).await;
        let stop = json!({ "organisationId": graphql::encode(known.id), "reason": "Ingen svarer der." });
        self.make("suspended", "administrator", "suspendOrganisation", "organisation", stop).await;
        let session = self.actor("claimant").session.unwrap();
        let refresh = domain::accounts::begin_refreshing(&self.house.app, session).await.unwrap();
        self.ids.insert("refresh-token".to_owned(), json!(refresh));

        self.passkeys().await;
        let proof = self.house.pending_proof("porten", "en-som-venter").await;
        self.ids.insert("identity-proof".to_owned(), json!(proof));
        let own = self.house.pending_proof("porten", "eieren").await;
        let input = json!({ "proof": own });
        self.make("identity", "owner", "linkIdentity", "identity", input).await;

        let notice = DIALOGUE.replace("310 043 311", "942 110 464");
        let names: Vec<&str> = self.personas.iter().map(|(name, _)| *name).collect();
        for name in names.into_iter().filter(|name| *name != "visitor") {
            let id = self.upload(name, "svar.txt", b"Mer").await;
            self.ids.insert(format!("upload-{name}"), id);
            let id = self.upload(name, "notice.xml", notice.as_bytes()).await;
            self.ids.insert(format!("notice-{name}"), id);
        }
        self.house.work().await;
        self
    }

    async fn upload(&self, persona: &str, name: &str, bytes: &[u8]) -> Value {
        let upload = uploads::store(&self.house.app, self.actor(persona), name, bytes).await.unwrap();
        json!(graphql::encode(upload.id))
    }

    pub(crate) fn actor(&self, persona: &str) -> &Actor {
        &self.personas.iter().find(|(name, _)| *name == persona).unwrap().1
    }

    /// An instant so many hours from now.
    pub(super) fn in_hours(&self, hours: i64) -> Value {
        json!(self.house.app.now() + TimeDelta::hours(hours))
    }

    async fn run(&self, persona: &str, mutation: &str, fields: &str, input: Value) -> Value {
        self.api.done(self.actor(persona), mutation, fields, input).await
    }

    /// Runs a mutation and keeps the id of what it made.
    async fn make(&mut self, name: &str, persona: &str, mutation: &str, object: &str, input: Value) {
        let made = self.run(persona, mutation, &format!("{object} {{ id }}"), input).await;
        self.ids.insert(name.to_owned(), made[object]["id"].clone());
    }
}
