//! Who reads a response: partners by consent, nobody by the log, and the same
//! in the policy and in its row filter.

use super::*;

#[tokio::test]
async fn the_public_log_does_not_name_who_answered_first() {
    let house = House::new().await;
    let (need, ..) = published(&house).await;
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    respond(&house, &need, &supplier).await;
    house.work().await;
    let visitor = Actor::anonymous(types::Language::Nb);
    let stream = record::need_stream(need.id);
    let log = record::log_of(&house.app, &visitor, &stream, Log::Visible, &all()).await.unwrap();
    let own = supplier.organisation_id();
    assert!(log.into_rows().iter().all(|entry| entry.actor_organisation_id != own));
    house.finish().await;
}

#[tokio::test]
async fn a_partner_reads_what_each_supplier_consented_to() {
    let house = House::new().await;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let app = &house.app;
    let content = ContentInput {
        joint_interest: Some(true),
        questions: Some(vec![(None, "Hva finnes?".to_owned()), (None, "Hva koster det?".to_owned())]),
        ..crate::thread::content(&house)
    };
    let need = needs::create(app, &officer, CreateNeed { content }).await.unwrap();
    let need = needs::submit(app, &officer, need.id, None).await.unwrap();
    let need = needs::approve(app, &reviewer, need.id, None, None).await.unwrap();
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let response = respond(&house, &need, &supplier).await;
    let malvik = house.organisation(OrganisationKind::Municipality, "Malvik kommune", None).await;
    let named = house.member(&malvik, "mona@malvik.example.no", &[Role::Owner]).await;
    let reader = house.member(&malvik, "leif@malvik.example.no", &[Role::Reader]).await;
    let answer = partners::Answer {
        need_id: need.id,
        state: PartnerState::Interested,
        volume: partners::Volume::default(),
        starts_on: None,
        note: String::new(),
        expected_version: None,
    };
    partners::join(app, &named, answer).await.unwrap();

    let seen = everything(&house, &named, &need, &response).await;
    assert!(!seen.contains(OPEN) && !seen.contains(&response.supplier_id.to_string()), "{seen}");
    let open = Consent { partners_read: true, secret_readers: Vec::new() };
    let secrets = Consent { secret_readers: vec![malvik.id], ..open.clone() };
    for (consent, by_named, by_reader) in [
        (open, vec![OPEN], vec![OPEN]),
        (secrets, vec![OPEN, SECRET], vec![OPEN]),
        (Consent::default(), Vec::new(), Vec::new()),
    ] {
        let change = SaveDraft { consent: Some(consent), ..save(&need, Vec::new()) };
        responses::save_draft(app, &supplier, change).await.unwrap();
        assert_eq!(texts(&house, &named, &need).await, by_named);
        assert_eq!(texts(&house, &reader, &need).await, by_reader);
        assert_eq!(count(&house, &named, &need).await, usize::from(!by_named.is_empty()));
    }
    assert_eq!(texts(&house, &officer, &need).await, [OPEN, SECRET], "the owner needs no consent");
    let change = Consent { partners_read: true, secret_readers: vec![malvik.id] };
    responses::save_draft(app, &supplier, SaveDraft { consent: Some(change), ..save(&need, Vec::new()) })
        .await
        .unwrap();
    let point = passage(&house, &named, &need, "q1").await;
    let disposed = responses::dispose(app, &named, point.id, None, Disposition::Adopted, "Ja.").await;
    assert_eq!(disposed.unwrap_err().code(), ErrorCode::Forbidden);
    partners::leave(app, &named, need.id, "Vi har ikke råd.").await.unwrap();
    assert!(texts(&house, &named, &need).await.is_empty());
    house.finish().await;
}

/// The policy and its twin, the row filter, for every kind of reader and state.
#[tokio::test]
async fn the_row_filter_agrees_with_the_policy() {
    let house = House::new().await;
    let (need, officer, _) = published(&house).await;
    let app = &house.app;
    let friend = OrganisationId(house.organisation(OrganisationKind::County, "Fylket", None).await.id.0);
    let stranger = OrganisationId(Uuid::from_u128(1));
    for (i, consent) in [
        Consent::default(),
        Consent { partners_read: true, secret_readers: Vec::new() },
        Consent { partners_read: false, secret_readers: vec![friend] },
        Consent { partners_read: true, secret_readers: vec![friend] },
    ]
    .into_iter()
    .enumerate()
    {
        for fate in 0..4 {
            let name = format!("Firma {i}{fate} AS");
            let supplier = house.supplier(&name, &format!("post@firma{i}{fate}.example.no")).await;
            let consent = Some(consent.clone());
            responses::save_draft(app, &supplier, SaveDraft { consent, ..save(&need, Vec::new()) })
                .await
                .unwrap();
            if fate == 0 {
                continue;
            }
            respond(&house, &need, &supplier).await;
            let found = passage(&house, &officer, &need, "q2").await;
            if fate > 1 {
                let decided =
                    responses::decide_confidentiality(app, &officer, found.id, None, false, "Kjent.");
                decided.await.unwrap();
            }
            if fate == 3 {
                let again = vec![answer(FREE, "Mer")];
                responses::save_draft(app, &supplier, save(&need, again)).await.unwrap();
                responses::submit(app, &supplier, need.id, None).await.unwrap();
                responses::withdraw(app, &supplier, need.id, None).await.unwrap();
            }
        }
    }
    let rows = entity::response::Entity::find().all(app.db.read()).await.unwrap();
    let passages = entity::passage::Entity::find().all(app.db.read()).await.unwrap();
    let mine = rows[5].supplier_id;
    let mut readers = vec![Reader::System, Reader::Nobody];
    for is_named in [false, true] {
        readers.push(Reader::Buyer { is_named });
        for organisation in [friend, stranger] {
            readers.push(Reader::Partner { organisation, is_named });
        }
    }
    for since in [None, Some(rows[0].created_at), Some(app.now() + TimeDelta::days(1))] {
        readers.push(Reader::Supplier { organisation: mine, since });
    }
    let mut sizes = BTreeSet::new();
    for after in [TimeDelta::zero(), WITHDRAWAL_PERIOD] {
        house.clock.advance(after);
        for reader in &readers {
            let filtered: BTreeSet<_> =
                responses::passages_of(app, reader, &rows).await.unwrap().into_iter().map(|p| p.id).collect();
            let allowed: BTreeSet<_> = passages
                .iter()
                .filter(|p| {
                    let response = rows.iter().find(|r| r.id == p.response_id).unwrap();
                    responses::reads_passage(reader, response, p, app.now())
                })
                .map(|p| p.id)
                .collect();
            assert_eq!(filtered, allowed, "{reader:?}");
            sizes.insert(allowed.len());
        }
    }
    assert!(sizes.len() > 6, "the readers differ: {sizes:?}");
    house.finish().await;
}
