//! An installation full of secrets, each planted by the product's own commands where
//! somebody would write it, with those who may read it.
//!
//! In two parts: what is public, and then what strangers must not notice at all.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Actor, uploads};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{Api, House};
use types::{OrganisationKind, Role};

use super::secrets::Secrets;
use super::shape::Shape;

/// The buyer's people, in any role.
pub(super) const OWN: &[&str] = &["reader", "reviewer", "need-owner", "officer", "owner"];
/// Those of them who run a dialogue: they alone read trade secrets (R14).
pub(super) const NAMED: &[&str] = &["need-owner", "officer", "owner"];
/// The supplier with the most secrets.
const SENSOR: &[&str] = &["supplier", "colleague"];
/// Buyers that were asked to stand behind the draft.
const ASKED: &[&str] = &["invited", "observer", "intent"];
const NOBODY: &[&str] = &[];

/// Somebody who looks around.
#[derive(Clone, Debug)]
pub(super) struct Persona {
    pub(super) name: &'static str,
    pub(super) email: String,
    pub(super) actor: Actor,
}

/// See the module.
pub(super) struct Scene {
    pub(super) house: House,
    pub(super) api: Api,
    pub(super) shape: Shape,
    pub(super) people: Vec<Persona>,
    pub(super) secrets: Secrets,
    /// What there is, by name.
    pub(super) ids: BTreeMap<&'static str, Value>,
    /// The input fields in which a secret was written.
    pub(super) marked: BTreeSet<String>,
}

impl Scene {
    /// People, and a dialogue as strangers know it.
    pub(super) async fn public() -> Self {
        let house = House::new().await;
        let api = house.api();
        let shape = Shape::of(&api).await;
        let people = vec![Persona { name: "visitor", email: String::new(), actor: Actor::default() }];
        let secrets = Secrets::default();
        let (ids, marked) = (BTreeMap::new(), BTreeSet::new());
        let mut scene = Self { house, api, shape, people, secrets, ids, marked };
        scene.peopled().await;
        scene.opened().await;
        scene.house.work().await;
        scene
    }

    async fn peopled(&mut self) {
        use OrganisationKind::{Municipality, Supplier};
        let own = self.organisation("buyer", Municipality, "Trondheim kommune").await;
        let roles = [
            ("reader", vec![Role::Reader]),
            ("reviewer", vec![Role::Reviewer]),
            ("need-owner", vec![Role::NeedOwner]),
            ("officer", vec![Role::ProcurementOfficer]),
            ("owner", vec![Role::Owner]),
            ("removed", vec![Role::ProcurementOfficer]),
        ];
        for (name, roles) in roles {
            let colleagues = if name == "removed" { NOBODY } else { OWN };
            self.joins(name, colleagues, &own, &roles).await;
        }
        for (name, called) in [
            ("invited", "Malvik kommune"),
            ("observer", "Skaun kommune"),
            ("intent", "Orkland kommune"),
            ("left", "Melhus kommune"),
            ("neighbour", "Stjørdal kommune"),
        ] {
            let other = self.organisation(name, Municipality, called).await;
            self.joins(name, &[], &other, &[Role::Owner]).await;
        }
        let sensor = self.organisation("sensor", Supplier, "Sensor AS").await;
        self.joins("supplier", &["supplier", "colleague", "rival"], &sensor, &[Role::SupplierAdministrator])
            .await;
        self.joins("colleague", SENSOR, &sensor, &[Role::Member]).await;
        for (name, called) in [("rival", "Rival AS"), ("outsider", "Annen AS")] {
            let other = self.organisation(name, Supplier, called).await;
            let finder = if name == "rival" { SENSOR } else { NOBODY };
            self.joins(name, finder, &other, &[Role::SupplierAdministrator]).await;
        }
        for name in ["nobody", "claimer", "requester", "administrator"] {
            let email = self.email(name, if name == "requester" { OWN } else { NOBODY });
            let actor = self.house.person(&email).await;
            self.people.push(Persona { name, email, actor });
        }
        let claim = json!({ "country": "SE", "name": "Nordisk AB" });
        self.make("claimed", "claimer", "claimSupplier", "organisation", claim).await;
        let removed = self.actor("removed").person.as_ref().unwrap().id;
        let members = entity::membership::Entity::find().all(self.house.app.db.product()).await.unwrap();
        let member = members.iter().find(|m| m.person_id == removed).unwrap();
        let member = json!({ "membershipId": graphql::encode(member.id) });
        self.run("owner", "removeMember", "membership { id }", member).await;
        let app = self.house.app.clone();
        let claimed = graphql::decode(&self.ids["claimed"].as_str().unwrap().into(), "id").unwrap();
        domain::accounts::act_for(&app, self.actor("claimer"), Some(claimed)).await.unwrap();
        let email = self.person("administrator").email.parse().unwrap();
        domain::accounts::make_administrator(&app, &email, None, types::Language::Nb).await.unwrap();
        for name in ["claimer", "removed", "administrator"] {
            self.reread(name).await;
        }
    }

    /// A need in dialogue: published, asked about, with a meeting.
    async fn opened(&mut self) {
        let content = json!({ "content": {
            "title": "Trygghet hjemme", "summary": "Trygt hjemme.", "challenge": "Mange faller.",
            "effects": "30 prosent færre fall innen 2028.", "cpvCodes": ["33190000"], "places": ["5001"],
            "questions": [{ "text": "Hva finnes?" }, { "text": "Hva koster det?" }, { "text": "Når?" }],
            "responseDeadline": self.in_days(30), "jointInterest": true,
            "contactName": "Innkjøp", "contactEmail": "innkjop@t.example.no",
        } });
        self.make("need", "need-owner", "createNeed", "need", content).await;
        let it = self.it();
        self.run("need-owner", "submitNeed", "need { id }", it.clone()).await;
        self.run("officer", "approveNeed", "need { id }", it).await;
        let link = self.mark("link of an announced meeting", &[OWN, SENSOR]);
        let content = json!({ "title": "Dialogmøte", "description": "Vi møtes.", "place": "Rådhuset",
            "startsAt": self.in_days(20), "endsAt": self.in_days(21), "capacity": 1,
            "link": format!("https://moete.example.no/{link}") });
        let plan = json!({ "needId": self.ids["need"], "kind": "DIALOGUE_CONFERENCE", "content": content });
        self.make("event", "need-owner", "planEvent", "event", plan).await;
        self.run("need-owner", "announceEvent", "event { id }", json!({ "eventId": self.ids["event"] }))
            .await;
        // What is answered is public, in the buyer's words and without a name.
        let original = self.mark("words in which an answered question was asked", &[OWN, &["supplier"]]);
        let ask = json!({ "needId": self.ids["need"], "text": format!("Hva med {original}?") });
        self.make("answered", "supplier", "askQuestion", "question", ask).await;
        let answer = json!({ "questionId": self.ids["answered"], "publishedText": "Hva med natten?", "answer": "Ja." });
        self.run("need-owner", "answerQuestion", "question { id }", answer).await;
        // A place is taken, and strangers see that; not by whom.
        let place =
            json!({ "eventId": self.ids["event"], "persons": [self.guest("supplier", &[OWN, SENSOR])] });
        self.make("registration", "supplier", "registerForEvent", "registration", place).await;
        let words = self.mark("words of a supplier that looks for partners", &[SENSOR, &["rival"]]);
        for (who, message) in [("supplier", format!("Vi søker {words}.")), ("rival", "Vi også.".to_owned())]
        {
            let public = json!({ "needId": self.ids["need"], "visibility": "PUBLIC",
                "isLookingForPartners": true, "message": message });
            self.run(who, "registerInterest", "interest { id }", public).await;
        }
        self.told().await;
    }

    /// What strangers must not notice.
    pub(super) async fn plant(&mut self) {
        self.drafts().await;
        self.partners().await;
        self.voices().await;
        self.responses().await;
        self.internals().await;
        self.accounts().await;
        self.house.work().await;
    }

    /// Every field of a need's content, marked.
    fn content(&mut self, of: &str, readers: &[&[&'static str]]) -> Value {
        let mut mark = |field: &str| self.mark(&format!("{field} of {of}"), readers);
        let mut content = json!({ "questions": [{ "text": mark("question") }],
            "contactEmail": format!("{}@t.example.no", mark("contactEmail")) });
        for field in [
            "title",
            "summary",
            "challenge",
            "users",
            "effects",
            "successCriteria",
            "constraints",
            "openness",
            "scale",
            "plan",
            "ownerUnit",
            "caseNumber",
            "contactName",
        ] {
            content[field] = json!(format!("Om {}", mark(field)));
        }
        content["jointInterest"] = json!(true);
        content["responseDeadline"] = self.in_days(30);
        content["cpvCodes"] = json!(["33190000"]);
        content["places"] = json!(["5001"]);
        content
    }

    async fn drafts(&mut self) {
        let content = self.content("a draft", &[OWN, ASKED]);
        let content = json!({ "content": content });
        self.make("draft", "need-owner", "createNeed", "need", content).await;
        let content = self.content("a draft that was sent back", &[OWN]);
        self.make("returned", "need-owner", "createNeed", "need", json!({ "content": content })).await;
        let it = json!({ "needId": self.ids["returned"] });
        self.run("need-owner", "submitNeed", "need { id }", it).await;
        // Told by letter to who asked for the review.
        let comment = self.mark("comment of a reviewer", &[NOBODY]);
        let back = json!({ "needId": self.ids["returned"], "comment": format!("Si mer om {comment}.") });
        self.run("reviewer", "returnNeed", "need { id }", back).await;
        // The next version of what is public.
        let content = self.content("a version to come", &[OWN]);
        let save = json!({ "needId": self.ids["need"], "content": content });
        self.run("need-owner", "saveNeedDraft", "need { id }", save).await;
        // A meeting that nobody was told of, and a file.
        for (name, of, of_need) in
            [("planned", "a planned meeting", "need"), ("planned-draft", "a meeting of a draft", "draft")]
        {
            let mut content = json!({ "startsAt": self.in_days(20), "endsAt": self.in_days(21) });
            for field in ["title", "description", "agenda", "place"] {
                content[field] = json!(format!("Om {}", self.mark(&format!("{field} of {of}"), &[OWN])));
            }
            let link = self.mark(&format!("link of {of}"), &[OWN]);
            content["link"] = json!(format!("https://moete.example.no/{link}"));
            let plan =
                json!({ "needId": self.ids[of_need], "kind": "INFORMATION_MEETING", "content": content });
            self.make(name, "need-owner", "planEvent", "event", plan).await;
        }
        self.attach("need-owner", "draft", "a file of a draft", &[OWN, ASKED]).await;
    }

    async fn partners(&mut self) {
        for who in ["invited", "observer", "intent", "left"] {
            let readers: &[&[&'static str]] = &[OWN, &[self.person(who).name]];
            let words = self.mark(&format!("invitation of {who}"), readers);
            let invite = json!({ "needId": self.ids["draft"], "organisationId": self.ids[who],
                "message": format!("Bli med, {words}") });
            self.run("officer", "invitePartner", "partner { id }", invite).await;
        }
        for (who, state) in [("observer", "OBSERVER"), ("intent", "INTENT"), ("left", "INTERESTED")] {
            let readers: &[&[&'static str]] = &[OWN, &[self.person(who).name]];
            let note = self.mark(&format!("note of {who}"), readers);
            // Who watches or leaves has no volume.
            let volume = if who == "intent" {
                let units = self.mark("units of a volume", readers);
                json!({ "minimum": 1, "expected": 2, "maximum": 3, "units": units })
            } else {
                Value::Null
            };
            for state in ["INTERESTED", "NEED_ALIGNED", state] {
                let answer = json!({ "needId": self.ids["draft"], "state": state, "note": note,
                    "volume": volume });
                self.run(who, "answerPartnership", "partner { id }", answer).await;
            }
        }
        let reason = self.mark("reason of who left", &[OWN, &["left"]]);
        let leave = json!({ "needId": self.ids["draft"], "reason": reason });
        self.run("left", "leavePartnership", "partner { id }", leave).await;
    }

    /// Questions without an answer, discreet interest, and who waits for a place.
    async fn voices(&mut self) {
        for (name, of) in [("question", "an open question"), ("withdrawn", "a withdrawn question")] {
            // A question is its asker's own, not the colleagues'; the buyer got it at once.
            let text = self.mark(&format!("text of {of}"), &[OWN, &["supplier"]]);
            let ask = json!({ "needId": self.ids["need"], "text": format!("Hva med {text}?") });
            self.make(name, "supplier", "askQuestion", "question", ask).await;
        }
        let back = json!({ "questionId": self.ids["withdrawn"] });
        self.run("supplier", "withdrawQuestion", "question { id }", back).await;
        let text = self.mark("text of a declined question", &[OWN, &["rival"]]);
        let ask = json!({ "needId": self.ids["need"], "text": format!("Hva med {text}?") });
        self.make("declined", "rival", "askQuestion", "question", ask).await;
        let reason = self.mark("reason of a declined question", &[OWN, &["rival"]]);
        let decline = json!({ "questionId": self.ids["declined"], "reason": format!("Om {reason}.") });
        self.run("need-owner", "declineQuestion", "question { id }", decline).await;

        let message = self.mark("words of a discreet interest", &[&["claimer"]]);
        let discreet = json!({ "needId": self.ids["need"], "visibility": "DISCREET", "message": message });
        self.run("claimer", "registerInterest", "interest { id }", discreet).await;
        let waits =
            json!({ "eventId": self.ids["event"], "persons": [self.guest("rival", &[OWN, &["rival"]])] });
        self.make("waits", "rival", "registerForEvent", "registration", waits).await;
    }

    async fn responses(&mut self) {
        let open = self.mark("an open passage", &[OWN, SENSOR]);
        let secret = self.mark("a claimed passage", &[NAMED, SENSOR]);
        let claim = self.mark("reason of a claim", &[NAMED, SENSOR]);
        let rejected = self.mark("a passage whose claim was rejected", &[NAMED, SENSOR]);
        let why = self.mark("reason of a rejected claim", &[NAMED, SENSOR]);
        let answers = json!([
            { "key": "q1", "text": format!("Vi har {open}.") },
            { "key": "q2", "text": format!("Den koster {secret}."), "isSecret": true, "claimReason": claim },
            { "key": "q3", "text": format!("Det kommer {rejected}."), "isSecret": true, "claimReason": why },
        ]);
        let draft = json!({ "needId": self.ids["need"], "answers": answers });
        self.make("response", "supplier", "saveResponseDraft", "response", draft).await;
        self.attach("supplier", "response", "a response's file", &[OWN, SENSOR]).await;
        let it = self.it();
        self.make("submission", "supplier", "submitResponse", "submission", it).await;
        for passage in entity::passage::Entity::find().all(self.house.app.db.product()).await.unwrap() {
            let name = match passage.question_key.as_str() {
                "q1" => "passage",
                "q2" => "claimed-passage",
                "q3" => "rejected-passage",
                _ => "file-passage",
            };
            self.ids.insert(name, json!(graphql::encode(passage.id)));
        }
        let reason = self.mark("reason of a disposition", &[OWN, SENSOR]);
        let dispose = json!({ "passageId": self.ids["passage"], "disposition": "ADOPTED", "reason": reason });
        self.run("officer", "disposePassage", "passage { id }", dispose).await;
        let reason = self.mark("reason of a rejection", &[NAMED, SENSOR]);
        let reject =
            json!({ "passageId": self.ids["rejected-passage"], "isAccepted": false, "reason": reason });
        self.run("officer", "decideConfidentiality", "passage { id }", reject).await;
        // Changed again, and not sent.
        let draft = self.mark("text of a response that is not sent", &[SENSOR]);
        let reason = self.mark("reason of a claim that is not sent", &[SENSOR]);
        let draft = json!({ "needId": self.ids["need"], "answers": [
            { "key": "q1", "text": draft, "isSecret": true, "claimReason": reason }] });
        self.run("supplier", "saveResponseDraft", "response { id }", draft).await;
        let other = self.mark("text of a rival's draft", &[&["rival"]]);
        let draft = json!({ "needId": self.ids["need"], "answers": [{ "key": "q1", "text": other }] });
        self.make("rival-response", "rival", "saveResponseDraft", "response", draft).await;
        self.attach("rival", "rival-response", "a file of a rival's draft", &[&["rival"]]).await;
    }

    /// What the buyer told somebody. That it did is public (R1), but not what and to whom.
    async fn told(&mut self) {
        let told = self.mark("what was told and not shared", &[OWN]);
        let note = self.mark("note of whom it was told", &[OWN]);
        let told = json!({ "needId": self.ids["need"], "channel": "PHONE", "told": format!("Rammen er {told}."),
            "toldAt": self.in_days(-1), "toldTo": [self.ids["sensor"]], "toldToNote": note });
        self.make("disclosure", "need-owner", "noteDisclosure", "disclosure", told).await;
        let waived = self.mark("what was told and will not be shared", &[OWN]);
        let told = json!({ "needId": self.ids["need"], "channel": "PHONE", "told": format!("Rammen er {waived}."),
            "toldAt": self.in_days(-1), "toldToNote": "Noen" });
        self.make("waived", "need-owner", "noteDisclosure", "disclosure", told).await;
        let reason = self.mark("reason not to share", &[OWN]);
        let waive = json!({ "disclosureId": self.ids["waived"], "reason": reason });
        self.run("officer", "waiveDisclosure", "disclosure { id }", waive).await;
    }

    /// What the buyer writes for itself.
    async fn internals(&mut self) {
        let mut summary = json!({ "needId": self.ids["need"] });
        for field in ["asked", "changes", "newFacts", "nextSteps", "overview"] {
            summary[field] =
                json!(format!("Om {}", self.mark(&format!("{field} of a summary's draft"), &[OWN])));
        }
        let answer = self.mark("answer of a summary's draft", &[OWN]);
        summary["answers"] = json!([{ "key": "q1", "text": answer }]);
        self.run("need-owner", "saveSummaryDraft", "summaryDraft { version }", summary).await;
    }

    /// Invitations, requests, uploads, names.
    async fn accounts(&mut self) {
        let email = format!("{}@t.example.no", self.mark("address of who was invited", &[&["owner"]]));
        let invite = json!({ "email": email, "roles": ["READER"] });
        self.make("invitation", "owner", "inviteMember", "invitation", invite).await;
        let message = self.mark("words of who asks to join", &[OWN, &["requester"]]);
        let join = json!({ "organisationId": self.ids["buyer"], "message": message });
        self.make("request", "requester", "requestToJoin", "membership", join).await;
        let (path, purpose) = (
            self.mark("address of a webhook", &[&["owner"]]),
            self.mark("description of a webhook", &[&["owner"]]),
        );
        let webhook = json!({ "url": format!("https://hook.example.no/{path}"), "description": format!("Til {purpose}") });
        let made = self.run("owner", "createWebhookEndpoint", "secret", webhook).await;
        self.secrets.note(made["secret"].as_str().unwrap(), "secret of a webhook");
        let name = self.mark("name of an upload", &[NOBODY]);
        let text = self.mark("text of an upload", &[NOBODY]);
        let name = format!("{name}.txt");
        uploads::store(&self.house.app, self.actor("supplier"), &name, text.as_bytes()).await.unwrap();
        self.passkey().await;
        // Those who look for partners find each other.
        for (who, readers) in [("supplier", &[SENSOR, &["rival"]][..]), ("officer", &[OWN][..])] {
            let name = self.mark(&format!("name of {who}"), readers);
            let change = json!({ "name": format!("Kari {name}") });
            self.run(who, "updateViewer", "viewer { name }", change).await;
            self.reread(who).await;
        }
    }

    /// A passkey, whose name is its person's own.
    async fn passkey(&mut self) {
        let supplier = self.actor("supplier").clone();
        let begun = domain::accounts::passkeys::begin(&self.house.app, &supplier).await.unwrap();
        let mut device = tests::Authenticator::new(&self.house.app.settings.public_url, 1);
        let response = device.create(&serde_json::from_str(&begun.options).unwrap());
        let name = self.mark("name of a passkey", &[&["supplier"]]);
        let add = json!({ "ceremony": begun.ceremony, "response": response, "name": name });
        self.make("passkey", "supplier", "addPasskey", "passkey", add).await;
    }

    /// A guest of a meeting, with all that is said of one.
    fn guest(&mut self, who: &str, readers: &[&[&'static str]]) -> Value {
        json!({ "name": self.mark(&format!("name of {who}'s guest"), readers),
            "email": format!("{}@x.example.no", self.mark(&format!("address of {who}'s guest"), readers)),
            "needs": self.mark(&format!("needs of {who}'s guest"), readers) })
    }

    /// A file with a marked name and content.
    async fn attach(&mut self, who: &str, to: &str, of: &str, readers: &[&[&'static str]]) {
        let name = self.mark(&format!("name of {of}"), readers);
        let text = self.mark(&format!("content of {of}"), readers);
        let name = format!("{name}.txt");
        let upload = uploads::store(&self.house.app, self.actor(who), &name, text.as_bytes()).await.unwrap();
        let add = json!({ "subjectId": self.ids[to], "uploadId": graphql::encode(upload.id) });
        self.run(who, "addAttachment", "attachment { id }", add).await;
    }

    fn email(&mut self, who: &'static str, others: &[&'static str]) -> String {
        format!("{}@x.example.no", self.mark(&format!("address of {who}"), &[&[who], others]))
    }

    async fn organisation(
        &mut self,
        id: &'static str,
        kind: OrganisationKind,
        name: &str,
    ) -> domain::organisations::Organisation {
        let made = self.house.organisation(kind, name, None).await;
        self.ids.insert(id, json!(graphql::encode(made.id)));
        made
    }

    async fn joins(
        &mut self,
        name: &'static str,
        others: &[&'static str],
        organisation: &domain::organisations::Organisation,
        roles: &[Role],
    ) {
        let email = self.email(name, others);
        let actor = self.house.member(organisation, &email, roles).await;
        self.people.push(Persona { name, email, actor });
    }

    /// Who somebody is now.
    async fn reread(&mut self, name: &str) {
        let session = self.actor(name).session.unwrap();
        let actor = domain::accounts::actor_of_session(&self.house.app, session).await.unwrap().unwrap();
        self.people.iter_mut().find(|p| p.name == name).unwrap().actor = actor;
    }

    fn mark(&mut self, what: &str, readers: &[&[&'static str]]) -> String {
        self.secrets.mark(what, readers)
    }

    fn person(&self, name: &str) -> &Persona {
        self.people.iter().find(|p| p.name == name).unwrap()
    }

    pub(super) fn actor(&self, name: &str) -> &Actor {
        &self.person(name).actor
    }

    /// The ids of all needs.
    pub(super) async fn needs(&self) -> Vec<Value> {
        let rows = entity::need::Entity::find().all(self.house.app.db.migrate()).await.unwrap();
        rows.into_iter().map(|need| json!(graphql::encode(need.id))).collect()
    }

    fn it(&self) -> Value {
        json!({ "needId": self.ids["need"] })
    }

    fn in_days(&self, days: i64) -> Value {
        json!(self.house.app.now() + chrono::TimeDelta::days(days))
    }

    async fn run(&mut self, who: &str, mutation: &str, fields: &str, input: Value) -> Value {
        let of = &self.shape.0["Mutation"].fields[mutation].args[0].1;
        let secrets = &self.secrets;
        let mut marked = BTreeSet::new();
        self.shape.filled(of, &input, &mut |field, text| {
            if !secrets.within(text).is_empty() {
                marked.insert(field);
            }
        });
        self.marked.extend(marked);
        self.api.done(self.actor(who), mutation, fields, input).await
    }

    /// Runs a mutation and keeps the id of what it made.
    async fn make(&mut self, name: &'static str, who: &str, mutation: &str, object: &str, input: Value) {
        let made = self.run(who, mutation, &format!("{object} {{ id }}"), input).await;
        self.ids.insert(name, made[object]["id"].clone());
    }
}
