//! The row filter and the policy agree: what a slice's SQL finds for somebody is
//! what its policy says exists for them, for everybody on the stage and a need in each state.
//! On PostgreSQL the filter is asked behind the wall, and what the wall alone lets through is
//! held against the policy too.
//!
//! Complete by construction over the slices: one with SQL of its own is compared here, or says
//! why there is nothing to compare.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use domain::page::PageRequest;
use domain::record::{self, Log};
use domain::{Actor, App, accounts, attachments, events, interest, needs, questions, responses};
use entity::{
    attachment, event, event_registration, interest as interests, need, need_partner, organisation_token,
    passage, question, record_entry, response,
};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use tests::House;
use types::{AttachmentSubject, ErrorCode};
use uuid::Uuid;

use crate::authz::{STATES, Stage};

/// Compared below.
const COMPARED: &[&str] = &[
    "accounts/tokens",
    "attachments",
    "events",
    "interest",
    "needs",
    "needs/partners",
    "questions",
    "responses",
];
/// SQL without a filter of its own, and who answers for it.
const ELSEWHERE: &[(&str, &str)] = &[
    ("accounts", "by person or organisation acted for, in the statement itself; `leaks` asks for others'"),
    ("accounts/passkeys", "by the person, in the statement itself: `passkeys.rs`"),
    ("accounts/providers", "by the person, in the statement itself: `providers.rs`"),
    ("accounts/refresh", "by the token's hash"),
    ("disclosures", "`needs` asks its policy, and takes what is shared or all"),
    ("idempotency", "by a hash of key and caller: `idempotency.rs`"),
    ("organisations", "everybody reads them"),
    ("quality", "comments are few and asked one by one: `quality.rs`"),
    ("summary", "versions are as public as their need; the draft is the desk's, by the need's policy"),
    ("throttle", "what a caller may still ask for; no answer shows another's"),
    ("webhooks", "the tokens' policy, asked of the organisation in the statement: `webhooks`"),
];

type Ids = BTreeSet<Uuid>;

/// What differs, and how many rows each comparison allowed.
#[derive(Default)]
struct Tally(BTreeSet<String>, BTreeMap<&'static str, BTreeSet<usize>>);

impl Tally {
    fn agree(&mut self, what: &'static str, who: &str, state: &str, found: &Ids, allowed: &Ids) {
        let differ: Vec<_> = found.symmetric_difference(allowed).collect();
        if !differ.is_empty() {
            self.0.insert(format!(
                "{what} of {state} for {who}: found {}, allowed {}",
                found.len(),
                allowed.len()
            ));
        }
        self.1.entry(what).or_default().insert(allowed.len());
    }
}

#[tokio::test]
async fn what_is_found_is_what_the_policy_allows() {
    let mut tally = Tally::default();
    for state in STATES {
        let stage = Box::pin(Stage::in_state(state)).await;
        for (who, actor) in &stage.personas {
            compare(&stage.house, who, actor, state, &mut tally).await;
        }
        stage.house.finish().await;
    }
    assert!(tally.0.is_empty(), "{}", tally.0.into_iter().collect::<Vec<_>>().join("\n"));
    let compared = [
        "needs",
        "events",
        "registrations",
        "questions",
        "interest",
        "partners",
        "files of needs",
        "files of responses",
        "responses",
        "passages",
        "tokens",
        "log",
    ];
    assert_eq!(tally.1.keys().copied().collect::<BTreeSet<_>>(), BTreeSet::from(compared));
    for (what, sizes) in tally.1 {
        // The stage's response has no file; `responses/files.rs` has some.
        assert!(sizes.len() > 1 || what == "files of responses", "{what}: the same for everybody, always");
    }
}

async fn compare(house: &House, who: &str, actor: &Actor, state: &str, tally: &mut Tally) {
    let product = &house.app;
    let db = product.db.product();
    let app: &App = &product.asked_by(actor);
    let all = PageRequest::largest();

    let rows = need::Entity::find().all(db).await.unwrap();
    let partners = need_partner::Entity::find().all(db).await.unwrap();
    let is_asked = |need: &need::Model| {
        let own = partners.iter().find(|p| p.need_id == need.id && actor.acts_for(p.organisation_id));
        own.is_some_and(|p| p.state != types::PartnerState::Withdrawn)
    };
    let ids: Vec<_> = rows.iter().map(|n| n.id).collect();
    let seen = needs::list_by_ids(app, actor, &ids).await.unwrap();
    let found: Ids = seen.iter().map(|n| n.id.0).collect();
    let allowed = rows.iter().filter(|n| needs::sees(actor, n, is_asked(n))).map(|n| n.id.0).collect();
    tally.agree("needs", who, state, &found, &allowed);
    walled(app, "needs", who, state, &allowed, tally).await;
    let need_of = |id: types::NeedId| rows.iter().find(|n| n.id == id).unwrap();

    let rows = event::Entity::find().all(db).await.unwrap();
    let found = events::list_of_needs(app, actor, &ids).await.unwrap();
    let found = found.into_iter().map(|view| view.event.id.0).collect();
    let allowed = rows.iter().filter(|e| events::sees(actor, e)).map(|e| e.id.0).collect();
    tally.agree("events", who, state, &found, &allowed);
    walled(app, "events", who, state, &allowed, tally).await;
    let event_of = |id: types::EventId| rows.iter().find(|e| e.id == id).unwrap();

    let rows = event_registration::Entity::find().all(db).await.unwrap();
    let mut found = Ids::new();
    if actor.acting.is_some() {
        let mine = events::list_mine(app, actor, &all).await.unwrap().into_rows();
        found.extend(mine.into_iter().filter_map(|view| view.mine).map(|r| r.id.0));
    }
    for view in events::list_of_needs(app, actor, &ids).await.unwrap() {
        let comes = events::participants(app, &view).await.unwrap();
        found.extend(comes.into_iter().filter_map(|p| p.registration).map(|r| r.id.0));
    }
    let reads = |r: &&event_registration::Model| events::reads_registration(actor, event_of(r.event_id), r);
    let allowed = rows.iter().filter(reads).map(|r| r.id.0).collect();
    tally.agree("registrations", who, state, &found, &allowed);
    walled(app, "event_registrations", who, state, &allowed, tally).await;

    let rows = question::Entity::find().all(db).await.unwrap();
    let mut found = Ids::new();
    for need in &seen {
        found.extend(
            questions::list(app, actor, need, &all).await.unwrap().into_rows().into_iter().map(|q| q.id.0),
        );
    }
    let reads = |q: &&question::Model| {
        needs::sees(actor, need_of(q.need_id), is_asked(need_of(q.need_id)))
            && questions::sees(actor, need_of(q.need_id), q)
    };
    let allowed = rows.iter().filter(reads).map(|q| q.id.0).collect();
    tally.agree("questions", who, state, &found, &allowed);
    walled(app, "questions", who, state, &allowed, tally).await;

    let rows = interests::Entity::find().all(db).await.unwrap();
    let mut found = Ids::new();
    if let Ok(mine) = interest::list_mine(app, actor, &all).await {
        found.extend(mine.into_rows().into_iter().map(|i| i.id.0));
    }
    for need in &seen {
        if let Ok(whole) = interest::list(app, actor, need).await {
            found.extend(whole.into_iter().map(|i| i.id.0));
        }
        let public = interest::list_public(app, need).await.unwrap().into_iter().map(|(id, _)| id);
        let told = rows.iter().filter(|i| i.need_id == need.id && interest::is_public(i));
        assert_eq!(public.collect::<BTreeSet<_>>(), told.map(|i| i.organisation_id).collect(), "{who}");
    }
    let reads = |i: &&interests::Model| interest::reads(actor, need_of(i.need_id), i);
    let allowed = rows.iter().filter(reads).map(|i| i.id.0).collect();
    tally.agree("interest", who, state, &found, &allowed);
    let public = rows.iter().filter(|i| interest::is_public(i)).map(|i| i.id.0);
    let allowed = allowed.into_iter().chain(public).collect();
    walled(app, "interests", who, state, &allowed, tally).await;

    let mut found = Ids::new();
    if let Ok(own) = needs::partners::list_own(app, actor, &all).await {
        found.extend(own.into_rows().into_iter().map(|p| p.id.0));
    }
    for need in &seen {
        if let Ok(whole) = needs::partners::list(app, actor, need).await {
            found.extend(whole.into_iter().map(|p| p.id.0));
        }
    }
    let reads = |p: &&need_partner::Model| needs::partners::reads_partner(actor, need_of(p.need_id), p);
    let allowed = partners.iter().filter(reads).map(|p| p.id.0).collect();
    tally.agree("partners", who, state, &found, &allowed);

    let rows = response::Entity::find().all(db).await.unwrap();
    let passages = passage::Entity::find().all(db).await.unwrap();
    let (mut found, mut allowed) = (Ids::new(), Ids::new());
    let (mut found_parts, mut allowed_parts) = (Ids::new(), Ids::new());
    for need in &seen {
        let reader = responses::reader_of(app, actor, need).await.unwrap();
        let list = responses::list(app, actor, need, &all).await.unwrap().into_rows();
        let own = responses::own(app, actor, need.id).await.unwrap();
        found.extend(list.into_iter().chain(own).map(|r| r.id.0));
        let of: Vec<_> = rows.iter().filter(|r| r.need_id == need.id).cloned().collect();
        allowed.extend(of.iter().filter(|r| responses::reads_response(&reader, r)).map(|r| r.id.0));
        let parts = responses::passages_of(app, &reader, &of).await.unwrap();
        found_parts.extend(parts.into_iter().map(|p| p.id.0));
        for part in passages.iter().filter(|p| p.need_id == need.id) {
            let response = rows.iter().find(|r| r.id == part.response_id).unwrap();
            if responses::reads_passage(&reader, response, part, product.now()) {
                allowed_parts.insert(part.id.0);
            }
        }
    }
    tally.agree("responses", who, state, &found, &allowed);
    walled(app, "responses", who, state, &allowed, tally).await;
    tally.agree("passages", who, state, &found_parts, &allowed_parts);
    walled(app, "passages", who, state, &allowed_parts, tally).await;

    let files = attachment::Entity::find().all(db).await.unwrap();
    for (what, kind) in
        [("files of needs", AttachmentSubject::Need), ("files of responses", AttachmentSubject::Response)]
    {
        let of: Vec<Uuid> = files.iter().filter(|f| f.subject_kind == kind).map(|f| f.subject_id).collect();
        let found = attachments::list_for(app, actor, kind, &of).await.unwrap();
        let found = found.into_iter().map(|f| f.id.0).collect();
        let is_read = |f: &&attachment::Model| match f.subject_kind {
            AttachmentSubject::Need => {
                let need = need_of(types::NeedId(f.subject_id));
                needs::sees(actor, need, is_asked(need))
            }
            AttachmentSubject::Response => {
                let response = rows.iter().find(|r| r.id.0 == f.subject_id).unwrap();
                responses::reads_response(&responses::own_reader(actor), response)
            }
        };
        let of = files.iter().filter(|f| f.subject_kind == kind);
        let allowed = of.filter(is_read).map(|f| f.id.0).collect();
        tally.agree(what, who, state, &found, &allowed);
    }

    let rows = organisation_token::Entity::find().all(db).await.unwrap();
    let found = match accounts::tokens::list(app, actor, &all).await {
        Ok(page) => page.into_rows().into_iter().map(|t| t.token.id.0).collect(),
        Err(error) => {
            assert!(
                [ErrorCode::Forbidden, ErrorCode::Unauthenticated, ErrorCode::ActingRequired]
                    .contains(&error.code())
            );
            Ids::new()
        }
    };
    let manages =
        |t: &&organisation_token::Model| accounts::may_manage_tokens(actor, t.organisation_id).is_ok();
    let allowed = rows.iter().filter(manages).map(|t| t.id.0).collect();
    tally.agree("tokens", who, state, &found, &allowed);

    let entries = record_entry::Entity::find().all(db).await.unwrap();
    for need in &seen {
        let which = if needs::reads_internals(actor, need) { Log::Whole } else { Log::Visible };
        let stream = record::need_stream(need.id);
        let found = record::log_of(app, actor, &stream, which, &all).await.unwrap().into_rows();
        let found = found.into_iter().map(|e| e.id.0).collect::<Ids>();
        let of = entries.iter().filter(|e| e.stream == stream);
        let allowed = of.clone().filter(|e| record::reads(actor, which, e)).map(|e| e.id.0).collect::<Ids>();
        // The newest hundred are a page.
        let newest = allowed.iter().rev().take(found.len().max(1)).copied().collect::<Ids>();
        let allowed = if allowed.len() > 100 { newest } else { allowed };
        tally.agree("log", who, state, &found, &allowed);
    }
}

/// What PostgreSQL gives without any filter.
async fn walled(app: &App, table: &'static str, who: &str, state: &str, allowed: &Ids, tally: &mut Tally) {
    if !app.db.is_postgres() {
        return;
    }
    let read = app.db.read();
    let sql = Statement::from_string(read.get_database_backend(), format!("SELECT id FROM {table}"));
    let found: Ids =
        read.query_all_raw(sql).await.unwrap().iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    if found != *allowed {
        let (n, m) = (found.len(), allowed.len());
        tally.0.insert(format!("behind the wall, {table} of {state} for {who}: found {n}, allowed {m}"));
    }
}

#[test]
fn every_slice_with_sql_is_compared_or_says_why_not() {
    let domain = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/domain/src");
    let mut rooms = BTreeSet::new();
    let mut folders = vec![domain.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("store.rs") {
                rooms.insert(folder.strip_prefix(&domain).unwrap().display().to_string());
            }
        }
    }
    let elsewhere = ELSEWHERE.iter().map(|(room, _)| *room);
    let known: BTreeSet<String> = COMPARED.iter().copied().chain(elsewhere).map(str::to_owned).collect();
    assert_eq!(rooms, known, "a slice's filter and policy are compared, or it is said who answers for them");
}
