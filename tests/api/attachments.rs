//! Files: who sees them, what is refused, and what becomes of their contents.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::attachments::{self, Attachment, Subject};
use domain::needs::{self, CreateNeed, Need};
use domain::ports::BlobStore;
use domain::{Actor, App, uploads};
use sea_orm::EntityTrait;
use tests::House;
use tokio::io::AsyncRead;
use types::{AttachmentSubject, ErrorCode, Language, OrganisationKind, Role};

const PDF: &[u8] = b"%PDF-1.7\nEit notat\n%%EOF\n";

fn of(need: &Need) -> Subject {
    Subject { kind: AttachmentSubject::Need, id: need.id.0 }
}

async fn draft(house: &House, officer: &Actor) -> Need {
    let content = crate::thread::content(house);
    needs::create(&house.app, officer, CreateNeed { content }).await.unwrap()
}

async fn publish(house: &House, officer: &Actor, need: &Need) {
    let reviewer = house.reviewer().await;
    needs::submit(&house.app, officer, need.id, None).await.unwrap();
    needs::approve(&house.app, &reviewer, need.id, None, None).await.unwrap();
}

async fn blob_rows(app: &App) -> usize {
    entity::blob::Entity::find().all(app.db.read()).await.unwrap().len()
}

fn key(row: &Attachment) -> String {
    format!("{}/{}", row.organisation_id, row.sha256)
}

#[tokio::test]
async fn a_file_is_the_buyers_until_the_need_is_public() {
    let house = House::new().await;
    let app = &house.app;
    let officer = house.officer().await;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let visitor = Actor::anonymous(Language::Nb);
    let need = draft(&house, &officer).await;

    let unseen = attachments::add(app, &supplier, of(&need), "n.pdf", PDF).await.unwrap_err();
    assert_eq!(unseen.code(), ErrorCode::NotFound);
    let file = attachments::add(app, &officer, of(&need), "../Notat om fall.pdf", PDF).await.unwrap();
    assert_eq!((file.name.as_str(), file.media_type.as_str()), ("Notat om fall.pdf", "application/pdf"));
    for other in [&supplier, &visitor] {
        assert!(attachments::find(app, other, file.id).await.unwrap().is_none());
        assert_eq!(attachments::read(app, other, file.id).await.unwrap_err().code(), ErrorCode::NotFound);
        assert_eq!(attachments::remove(app, other, file.id).await.unwrap_err().code(), ErrorCode::NotFound);
        let ids = [need.id.0];
        let listed = attachments::list_for(app, other, AttachmentSubject::Need, &ids).await.unwrap();
        assert!(listed.is_empty());
    }
    assert_eq!(attachments::read(app, &officer, file.id).await.unwrap().1, PDF);

    needs::submit(app, &officer, need.id, None).await.unwrap();
    let frozen = attachments::add(app, &officer, of(&need), "to.pdf", PDF).await.unwrap_err();
    assert_eq!(frozen.code(), ErrorCode::FrozenForReview);
    let frozen = attachments::remove(app, &officer, file.id).await.unwrap_err();
    assert_eq!(frozen.code(), ErrorCode::FrozenForReview);
    needs::approve(app, &house.reviewer().await, need.id, None, None).await.unwrap();

    assert_eq!(attachments::read(app, &visitor, file.id).await.unwrap().1, PDF);
    let refused = attachments::add(app, &supplier, of(&need), "n.pdf", PDF).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Forbidden);
    house.finish().await;
}

#[tokio::test]
async fn what_was_public_stays_listed_when_it_is_removed() {
    let house = House::new().await;
    let app = &house.app;
    let officer = house.officer().await;
    let need = draft(&house, &officer).await;
    let file = attachments::add(app, &officer, of(&need), "notat.pdf", PDF).await.unwrap();
    publish(&house, &officer, &need).await;

    let removed = attachments::remove(app, &officer, file.id).await.unwrap();
    assert!(removed.removed_at.is_some());
    let again = attachments::remove(app, &officer, file.id).await.unwrap_err();
    assert_eq!(again.code(), ErrorCode::WrongState);
    let visitor = Actor::anonymous(Language::Nb);
    let listed = attachments::list_for(app, &visitor, AttachmentSubject::Need, &[need.id.0]).await.unwrap();
    assert_eq!(listed, [removed]);
    assert_eq!(attachments::read(app, &visitor, file.id).await.unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(attachments::read(app, &officer, file.id).await.unwrap().1, PDF, "R9: the buyer keeps it");
    house.finish().await;
}

#[tokio::test]
async fn hostile_files_are_refused() {
    let house = House::new().await;
    let app = &house.app;
    let officer = house.officer().await;
    let need = draft(&house, &officer).await;
    let large = [PDF, &vec![b' '; app.settings.max_upload]].concat();
    let cases: [(&str, &[u8], ErrorCode); 7] = [
        ("side.html", b"<!doctype html><script>alert(1)</script>", ErrorCode::FileTypeRefused),
        ("bilde.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", ErrorCode::FileTypeRefused),
        ("notat.pdf", b"MZ\x90\0\x03\0\0\0", ErrorCode::FileTypeRefused),
        ("notat.txt", b"\x89PNG\r\n\x1a\n\0\0\0", ErrorCode::FileTypeRefused),
        ("notat", PDF, ErrorCode::FileTypeRefused),
        ("tom.pdf", b"", ErrorCode::FileEmpty),
        ("stor.pdf", &large, ErrorCode::FileTooLarge),
    ];
    for (name, bytes, wanted) in cases {
        let error = attachments::add(app, &officer, of(&need), name, bytes).await.unwrap_err();
        assert_eq!(error.code(), wanted, "{name}");
    }
    assert_eq!(blob_rows(app).await, 0, "nothing of them is kept");

    for n in 0..attachments::MAX_FILES {
        let text = format!("vedlegg {n}");
        attachments::add(app, &officer, of(&need), "a.txt", text.as_bytes()).await.unwrap();
    }
    let error = attachments::add(app, &officer, of(&need), "a.txt", b"ett til").await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfRange);
    house.finish().await;
}

#[tokio::test]
async fn the_same_file_under_the_same_name_is_attached_once() {
    let house = House::new().await;
    let app = &house.app;
    let officer = house.officer().await;
    let need = draft(&house, &officer).await;
    let file = attachments::add(app, &officer, of(&need), "notat.pdf", PDF).await.unwrap();
    let Err(domain::Error::Invalid(errors)) =
        attachments::add(app, &officer, of(&need), "../notat.pdf", PDF).await
    else {
        panic!("it is there already")
    };
    assert_eq!((errors[0].code, errors[0].path.join(".").as_str()), (ErrorCode::Duplicate, "uploadId"));
    for language in Language::ALL {
        assert!(i18n::Texts::of(*language).error(&errors[0]).starts_with("notat.pdf "), "it is named");
    }
    let api = house.api();
    let empty = uploads::store(app, &officer, "tom.pdf", b"").await.unwrap_err();
    assert_eq!(empty.code(), ErrorCode::FileEmpty);
    let upload = uploads::store(app, &officer, "notat.pdf", PDF).await.unwrap().id;
    let input = serde_json::json!({
        "subjectId": graphql::encode(need.id), "uploadId": graphql::encode(upload)
    });
    assert_eq!(api.refused(&officer, "addAttachment", input).await, ["DUPLICATE uploadId"]);

    // Another name, another content, or again after it was removed.
    attachments::add(app, &officer, of(&need), "kopi.pdf", PDF).await.unwrap();
    attachments::add(app, &officer, of(&need), "notat.pdf", b"%PDF-1.7\nEit anna\n%%EOF\n").await.unwrap();
    attachments::remove(app, &officer, file.id).await.unwrap();
    attachments::add(app, &officer, of(&need), "notat.pdf", PDF).await.unwrap();
    house.finish().await;
}

#[tokio::test]
async fn a_content_is_kept_once_an_organisation_and_goes_with_its_last_file() {
    let house = House::new().await;
    let app = &house.app;
    let officer = house.officer().await;
    let (one, other) = (draft(&house, &officer).await, draft(&house, &officer).await);
    let first = attachments::add(app, &officer, of(&one), "a.pdf", PDF).await.unwrap();
    let second = attachments::add(app, &officer, of(&other), "b.pdf", PDF).await.unwrap();
    let bergen = house.organisation(OrganisationKind::Municipality, "Bergen kommune", None).await;
    let theirs = house.member(&bergen, "bea@bergen.example.no", &[Role::NeedOwner]).await;
    let need = draft(&house, &theirs).await;
    let third = attachments::add(app, &theirs, of(&need), "c.pdf", PDF).await.unwrap();
    assert_eq!((blob_rows(app).await, key(&first)), (2, key(&second)));
    assert_ne!(key(&first), key(&third), "no organisation learns what another one has");

    attachments::remove(app, &officer, first.id).await.unwrap();
    assert_eq!(attachments::read(app, &officer, second.id).await.unwrap().1, PDF);
    needs::delete_draft(app, &officer, other.id).await.unwrap();
    assert_eq!(blob_rows(app).await, 1);
    assert!(app.blobs.get(&key(&second)).await.is_err(), "the file is gone too");
    assert_eq!(attachments::read(app, &theirs, third.id).await.unwrap().1, PDF);
    house.finish().await;
}

type Hook = Arc<dyn Fn() -> futures::future::BoxFuture<'static, ()> + Send + Sync>;

/// A store in which something happens before a content is written or after it is.
struct Racing {
    inner: Arc<dyn BlobStore>,
    before_put: Mutex<Option<Hook>>,
    after_put: Mutex<Option<Hook>>,
}

impl std::fmt::Debug for Racing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Racing")
    }
}

#[async_trait]
impl BlobStore for Racing {
    async fn put(&self, key: &str, bytes: &[u8]) -> std::io::Result<()> {
        let hook = self.before_put.lock().unwrap().take();
        if let Some(hook) = hook {
            hook().await;
        }
        self.inner.put(key, bytes).await?;
        let hook = self.after_put.lock().unwrap().take();
        if let Some(hook) = hook {
            hook().await;
        }
        Ok(())
    }
    async fn get(&self, key: &str) -> std::io::Result<Vec<u8>> {
        self.inner.get(key).await
    }
    async fn open(&self, key: &str) -> std::io::Result<Box<dyn AsyncRead + Send + Unpin>> {
        self.inner.open(key).await
    }
    async fn delete(&self, key: &str) -> std::io::Result<()> {
        self.inner.delete(key).await
    }
}

/// The same installation with a racing store.
fn racing(house: &House) -> (Arc<App>, Arc<Racing>) {
    let store = Arc::new(Racing {
        inner: house.app.blobs.clone(),
        before_put: Mutex::default(),
        after_put: Mutex::default(),
    });
    let app = App {
        db: house.app.db.clone(),
        clock: house.app.clock.clone(),
        entropy: house.app.entropy.clone(),
        keys: domain::keys::Keys::new(b"a secret that only tests know, 32 characters"),
        notices: house.app.notices.clone(),
        register: house.app.register.clone(),
        blobs: store.clone(),
        passkeys: house.app.passkeys.clone(),
        providers: house.app.providers.clone(),
        mailer: house.app.mailer.clone(),
        webhooks: house.app.webhooks.clone(),
        settings: house.app.settings.clone(),
        cpv: domain::reference::CpvCache::default(),
        throttle: domain::throttle::Throttle::default(),
        refused: domain::record::Refused::default(),
        grown: domain::record::Grown::default(),
        sealed: tokio::sync::watch::Sender::new(0),
    };
    (Arc::new(app), store)
}

#[tokio::test]
async fn a_content_that_comes_back_while_its_last_file_goes_is_never_lost() {
    let house = House::new().await;
    let officer = house.officer().await;
    let (one, other) = (draft(&house, &officer).await, draft(&house, &officer).await);
    for when in ["before the content is written", "after it"] {
        let (app, store) = racing(&house);
        let first = attachments::add(&app, &officer, of(&one), "a.pdf", PDF).await.unwrap();
        let (inner, actor) = (house.app.clone(), officer.clone());
        let hook: Hook = Arc::new(move || {
            let (app, actor) = (inner.clone(), actor.clone());
            Box::pin(async move {
                attachments::remove(&app, &actor, first.id).await.unwrap();
            })
        });
        let slot = if when.starts_with("before") { &store.before_put } else { &store.after_put };
        *slot.lock().unwrap() = Some(hook);
        let second = attachments::add(&app, &officer, of(&other), "b.pdf", PDF).await.unwrap();
        assert_eq!(attachments::read(&app, &officer, second.id).await.unwrap().1, PDF, "removed {when}");
        attachments::remove(&app, &officer, second.id).await.unwrap();
        assert_eq!(blob_rows(&app).await, 0);
    }
    house.finish().await;
}

#[tokio::test]
async fn the_sweep_takes_what_was_never_attached_and_leaves_what_is_on_its_way() {
    let house = House::new().await;
    let officer = house.officer().await;
    let need = draft(&house, &officer).await;
    let (app, store) = racing(&house);

    // A slow store: the sweep comes by when the content is written and takes it.
    let (inner, clock) = (house.app.clone(), house.clock.clone());
    let hook: Hook = Arc::new(move || {
        let (app, clock) = (inner.clone(), clock.clone());
        Box::pin(async move {
            assert_eq!(attachments::sweep(&app).await.unwrap(), 0, "it is on its way");
            clock.advance(TimeDelta::minutes(61));
            assert_eq!(attachments::sweep(&app).await.unwrap(), 1);
        })
    });
    *store.after_put.lock().unwrap() = Some(hook);
    let file = attachments::add(&app, &officer, of(&need), "a.pdf", PDF).await.unwrap();
    assert_eq!(attachments::read(&app, &officer, file.id).await.unwrap().1, PDF);

    // A command that ends between its two transactions leaves a content behind.
    let (inner, actor, id) = (house.app.clone(), officer.clone(), need.id);
    let hook: Hook = Arc::new(move || {
        let (app, actor) = (inner.clone(), actor.clone());
        Box::pin(async move {
            needs::submit(&app, &actor, id, None).await.unwrap();
        })
    });
    *store.before_put.lock().unwrap() = Some(hook);
    let error = attachments::add(&app, &officer, of(&need), "b.txt", b"til overs").await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::FrozenForReview);
    assert_eq!(blob_rows(&app).await, 2);
    house.clock.advance(TimeDelta::minutes(61));
    house.work().await;
    assert_eq!(blob_rows(&app).await, 1, "the one in use stays");
    assert_eq!(attachments::read(&app, &officer, file.id).await.unwrap().1, PDF);
    house.finish().await;
}

#[tokio::test]
async fn an_upload_is_its_senders_for_a_day() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let upload = uploads::store(app, &officer, "..\\notat.pdf", PDF).await.unwrap();
    assert_eq!(upload.name, "notat.pdf");
    assert_eq!(uploads::take(app, &officer, upload.id).await.unwrap().1, PDF);
    let error = uploads::take(app, &reviewer, upload.id).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    let error = uploads::discard(app, &reviewer, upload.id).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    let visitor = Actor::anonymous(Language::Nb);
    assert_eq!(uploads::store(app, &visitor, "a", PDF).await.unwrap_err().code(), ErrorCode::Unauthenticated);

    uploads::discard(app, &officer, upload.id).await.unwrap();
    assert_eq!(uploads::take(app, &officer, upload.id).await.unwrap_err().code(), ErrorCode::NotFound);

    for _ in 0..50 {
        uploads::store(app, &officer, "a.txt", b"a").await.unwrap();
    }
    let error = uploads::store(app, &officer, "a.txt", b"a").await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::RateLimited);
    house.clock.advance(TimeDelta::hours(24));
    house.work().await;
    let left = entity::upload::Entity::find().all(app.db.read()).await.unwrap();
    assert!(left.is_empty(), "all of them are out of date");
    house.finish().await;
}

#[tokio::test]
async fn who_follows_a_need_is_told_of_a_file_that_comes_later() {
    let house = House::new().await;
    let app = &house.app;
    let officer = house.officer().await;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let need = draft(&house, &officer).await;
    attachments::add(app, &officer, of(&need), "utkast.pdf", PDF).await.unwrap();
    publish(&house, &officer, &need).await;
    domain::interest::follow(app, &supplier, need.id).await.unwrap();
    house.work().await;
    assert!(house.mail.take().iter().all(|m| !m.text.contains("utkast.pdf")));

    attachments::add(app, &officer, of(&need), "Plantegning.pdf", PDF).await.unwrap();
    house.work().await;
    let mails = house.mail.take();
    let told: Vec<_> = mails.iter().filter(|m| m.text.contains("Plantegning.pdf")).collect();
    assert_eq!(told.len(), 1, "who added it is not told");
    assert_eq!(told[0].to.to_string(), "kari@sensor.example.no");
    assert!(
        told[0]
            .text
            .contains(&format!("/nb/needs/{}", needs::get(app, &supplier, need.id).await.unwrap().slug))
    );
    house.finish().await;
}
