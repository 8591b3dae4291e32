//! Who stands behind a need together.

use domain::needs::partners::{self, Answer, Invite, Volume};
use domain::needs::{self, CreateNeed, Need};
use domain::organisations::Organisation;
use domain::page::PageRequest;
use domain::responses::{self, AnswerInput, Consent, SaveDraft};
use domain::{Actor, accounts};
use tests::House;
use types::{ErrorCode, MembershipState, OrganisationKind, PartnerState, Role};

use crate::thread::{content, published};

fn answer(need: &Need, state: PartnerState, expected: Option<i64>) -> Answer {
    Answer {
        need_id: need.id,
        state,
        volume: Volume { expected, ..Volume::default() },
        starts_on: None,
        note: String::new(),
        expected_version: None,
    }
}

fn invite(need: &Need, organisation: &Organisation) -> Invite {
    Invite { need_id: need.id, organisation_id: organisation.id, message: "Bli med!".to_owned() }
}

async fn municipality(house: &House, name: &str, mailbox: &str) -> (Organisation, Actor) {
    let buyer = house.organisation(OrganisationKind::Municipality, name, None).await;
    let officer = house.member(&buyer, mailbox, &[Role::ProcurementOfficer]).await;
    (buyer, officer)
}

#[tokio::test]
async fn an_invited_municipality_reads_the_draft_and_joins() {
    let house = House::new().await;
    let app = &house.app;
    let officer = house.officer().await;
    let (malvik, per) = municipality(&house, "Malvik kommune", "per@malvik.example.no").await;
    let (_, stranger) = municipality(&house, "Oppdal kommune", "gro@oppdal.example.no").await;
    let need = needs::create(app, &officer, CreateNeed { content: content(&house) }).await.unwrap();
    assert!(needs::find(app, &per, need.id).await.unwrap().is_none());
    house.work().await;
    house.mail.take();

    partners::invite(app, &officer, invite(&need, &malvik)).await.unwrap();
    let twice = partners::invite(app, &officer, invite(&need, &malvik)).await.unwrap_err();
    assert_eq!(twice.code(), ErrorCode::AlreadyExists);
    house.work().await;
    let mails = house.mail.take();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to.to_string(), "per@malvik.example.no");
    assert!(mails[0].text.contains("Bli med!"));

    let seen = needs::find(app, &per, need.id).await.unwrap().unwrap();
    let draft = partners::draft(app, &per, &seen).await.unwrap().unwrap();
    assert_eq!(draft.title, "Trygghet hjemme for eldre");
    assert!(needs::find(app, &stranger, need.id).await.unwrap().is_none());
    assert!(!partners::reads(app, &per, &need).await.unwrap(), "an invitation reads no dialogue");
    let edit = needs::SaveDraft { need_id: need.id, expected_version: None, content: content(&house) };
    assert!(needs::save_draft(app, &per, edit).await.is_err());

    let silent = partners::answer(app, &per, answer(&need, PartnerState::Intent, None)).await.unwrap_err();
    assert_eq!(silent.code(), ErrorCode::Required);
    let binding = partners::answer(app, &per, answer(&need, PartnerState::Mandated, Some(1))).await;
    assert_eq!(binding.unwrap_err().code(), ErrorCode::WrongState);
    let joined =
        partners::answer(app, &per, answer(&need, PartnerState::Intent, Some(4_000_000))).await.unwrap();
    assert_eq!(joined.volume_expected, Some(4_000_000));
    assert!(partners::reads(app, &per, &need).await.unwrap());
    house.work().await;
    let mails = house.mail.take();
    assert!(mails.iter().any(|m| m.to.to_string().contains("officer") && m.text.contains("Malvik kommune")));

    let uninvited = partners::answer(app, &stranger, answer(&need, PartnerState::Interested, None)).await;
    assert_eq!(uninvited.unwrap_err().code(), ErrorCode::NotFound);
    needs::delete_draft(app, &officer, need.id).await.unwrap();
    assert!(partners::list_own(app, &per, &PageRequest::default()).await.unwrap().into_rows().is_empty());
    house.finish().await;
}

#[tokio::test]
async fn nobody_else_learns_a_partners_volume_or_who_watches() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let need = published(&house, &officer, &reviewer).await;
    let (malvik, per) = municipality(&house, "Malvik kommune", "per@malvik.example.no").await;
    let (melhus, gro) = municipality(&house, "Melhus kommune", "gro@melhus.example.no").await;
    let (skaun, ida) = municipality(&house, "Skaun kommune", "ida@skaun.example.no").await;
    let (orkland, ole) = municipality(&house, "Orkland kommune", "ole@orkland.example.no").await;
    for buyer in [&malvik, &melhus, &skaun, &orkland] {
        partners::invite(app, &officer, invite(&need, buyer)).await.unwrap();
    }
    let intent = |kroner| answer(&need, PartnerState::Intent, Some(kroner));
    partners::answer(app, &per, intent(4_111_000)).await.unwrap();
    partners::answer(app, &gro, intent(7_222_000)).await.unwrap();
    partners::answer(app, &ida, answer(&need, PartnerState::Observer, None)).await.unwrap();
    house.work().await;

    let ids = [need.id];
    let names = partners::stands_behind(app, &ids).await.unwrap();
    let names: Vec<_> = names[&need.id].iter().map(|s| s.organisation_id).collect();
    assert_eq!(names, [malvik.id, melhus.id], "no observer and nobody who was only invited");
    assert!(partners::public_volumes(app, &ids).await.unwrap().is_empty(), "two show no sum");
    let page = PageRequest::new(Some(100), None).unwrap();
    for actor in [&supplier, &gro] {
        let log = format!("{:?}", needs::log(app, actor, &need, &page).await.unwrap());
        for secret in ["4111000", "7222000", &skaun.id.to_string(), &orkland.id.to_string()] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
        assert!(log.contains(&malvik.id.to_string()), "who stands behind it is public");
        assert_eq!(partners::list(app, actor, &need).await.unwrap_err().code(), ErrorCode::Forbidden);
    }
    assert!(house.mail.take().iter().all(|m| !m.text.contains("4 111 000") && !m.text.contains("4111000")));
    assert_eq!(partners::own(app, &gro, &need).await.unwrap().unwrap().volume_expected, Some(7_222_000));
    let all = partners::list(app, &officer, &need).await.unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(partners::total(&all).expected, 11_333_000);

    partners::answer(app, &ole, intent(1_000_000)).await.unwrap();
    let sum = partners::public_volumes(app, &ids).await.unwrap()[&need.id];
    assert_eq!((sum.kroner, sum.parties), (12_333_000, 3));
    partners::answer(app, &ida, intent(5_000_000)).await.unwrap();
    let sum = partners::public_volumes(app, &ids).await.unwrap()[&need.id];
    assert_eq!(sum.kroner, 12_333_000, "the fourth's volume is not the difference of two days");

    // Who goes back to watching has left, as far as others know.
    partners::answer(app, &per, answer(&need, PartnerState::Observer, None)).await.unwrap();
    house.work().await;
    let log = format!("{:?}", needs::log(app, &supplier, &need, &page).await.unwrap());
    assert!(!log.contains("OBSERVER"), "{log}");
    house.finish().await;
}

#[tokio::test]
async fn a_buyer_joins_a_need_that_is_open_for_it_and_leaves() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let (malvik, per) = municipality(&house, "Malvik kommune", "per@malvik.example.no").await;
    let closed = published(&house, &officer, &reviewer).await;
    let refused = partners::join(app, &per, answer(&closed, PartnerState::Interested, None)).await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::WrongState);

    let mut open = content(&house);
    open.joint_interest = Some(true);
    let need = needs::create(app, &officer, CreateNeed { content: open }).await.unwrap();
    needs::submit(app, &officer, need.id, None).await.unwrap();
    let need = needs::approve(app, &reviewer, need.id, None, None).await.unwrap();
    let page = PageRequest::new(None, None).unwrap();
    let listed = partners::list_open(app, &per, &page).await.unwrap().into_rows();
    assert_eq!(listed.iter().map(|f| f.need.id).collect::<Vec<_>>(), [need.id]);
    house.work().await;
    house.mail.take();
    let joined = partners::join(app, &per, answer(&need, PartnerState::Mandated, Some(10))).await.unwrap();
    assert_eq!(joined.state, PartnerState::Interested, "whatever was asked for");
    house.work().await;
    assert!(house.mail.take().iter().any(|m| m.to.to_string().contains("officer")));
    let own = partners::join(app, &officer, answer(&need, PartnerState::Interested, None)).await;
    assert_eq!(own.unwrap_err().code(), ErrorCode::WrongOrganisation);
    let reader = house.member(&malvik, "lise@malvik.example.no", &[Role::Reader]).await;
    let weak = partners::answer(app, &reader, answer(&need, PartnerState::NeedAligned, None)).await;
    assert_eq!(weak.unwrap_err().code(), ErrorCode::Forbidden);
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let wrong = partners::join(app, &supplier, answer(&need, PartnerState::Interested, None)).await;
    assert_eq!(wrong.unwrap_err().code(), ErrorCode::WrongOrganisation);

    assert_eq!(partners::leave(app, &per, need.id, " ").await.unwrap_err().code(), ErrorCode::Required);
    let gone = partners::leave(app, &per, need.id, "Ikke penger i år.").await.unwrap();
    assert_eq!((gone.state, gone.volume_expected), (PartnerState::Withdrawn, None));
    house.work().await;
    let mails = house.mail.take();
    assert!(
        mails.iter().any(|m| m.to.to_string().contains("officer") && m.text.contains("Ikke penger i år."))
    );
    assert!(!partners::reads(app, &per, &need).await.unwrap());

    partners::invite(app, &officer, invite(&need, &malvik)).await.unwrap();
    let removed = partners::remove(app, &officer, need.id, malvik.id, "Feil kommune.").await.unwrap();
    assert_eq!(removed.state, PartnerState::Withdrawn);
    house.work().await;
    let mails = house.mail.take();
    assert!(
        mails.iter().any(|m| m.to.to_string() == "per@malvik.example.no" && m.text.contains("Feil kommune."))
    );
    house.finish().await;
}

#[tokio::test]
async fn an_invitation_waits_for_the_first_who_can_answer() {
    let house = House::new().await;
    let app = &house.app;
    let officer = house.officer().await;
    let buyer = house.organisation(OrganisationKind::Municipality, "Malvik kommune", None).await;
    let need = needs::create(app, &officer, CreateNeed { content: content(&house) }).await.unwrap();
    partners::invite(app, &officer, invite(&need, &buyer)).await.unwrap();
    let need_owner = house.account("lise@malvik.example.no").await;
    let owner = house.account("per@malvik.example.no").await;
    house.work().await;
    house.mail.take();
    for (person, role, told) in [(&need_owner, Role::NeedOwner, 0), (&owner, Role::Owner, 1)] {
        let tx = app.db.write().await.unwrap();
        let active = MembershipState::Active;
        accounts::ensure_membership(app, &tx, &Actor::system(), person.id, buyer.id, &[role], active, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        house.work().await;
        let mails = house.mail.take();
        assert_eq!(mails.iter().filter(|m| m.text.contains("Bli med!")).count(), told, "{role}");
    }
    house.work().await;
    assert!(house.mail.take().is_empty(), "once is enough");
    house.finish().await;
}

#[tokio::test]
async fn only_other_buyers_are_invited_and_only_by_officers() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = published(&house, &officer, &reviewer).await;
    let supplier = house.organisation(OrganisationKind::Supplier, "Sensor AS", None).await;
    for id in [supplier.id, need.organisation_id] {
        let input = Invite { need_id: need.id, organisation_id: id, message: String::new() };
        let refused = partners::invite(app, &officer, input).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::WrongOrganisation);
    }
    let (malvik, per) = municipality(&house, "Malvik kommune", "per@malvik.example.no").await;
    for actor in [&reviewer, &per] {
        let refused = partners::invite(app, actor, invite(&need, &malvik)).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Forbidden);
    }
    let mut wrong = answer(&need, PartnerState::Interested, Some(5));
    wrong.volume.minimum = Some(9);
    wrong.volume.maximum = Some(-1);
    partners::invite(app, &officer, invite(&need, &malvik)).await.unwrap();
    let domain::Error::Invalid(errors) = partners::answer(app, &per, wrong).await.unwrap_err() else {
        panic!("fields are told");
    };
    let fields: Vec<String> = errors.iter().map(|e| e.path.join(".")).collect();
    assert_eq!(fields, ["volume.maximum", "volume.minimum", "volume.maximum"]);
    house.finish().await;
}

#[tokio::test]
async fn r14_a_partner_reads_a_response_only_as_its_supplier_consented() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = published(&house, &officer, &reviewer).await;
    let (malvik, per) = municipality(&house, "Malvik kommune", "per@malvik.example.no").await;
    for (name, mailbox, partners_read) in
        [("Alfa AS", "kari@alfa.example.no", true), ("Beta AS", "gro@beta.example.no", false)]
    {
        let supplier = house.supplier(name, mailbox).await;
        let answer = AnswerInput {
            key: "q1".to_owned(),
            text: Some(format!("Svar fra {name}")),
            ..AnswerInput::default()
        };
        let save = SaveDraft {
            need_id: need.id,
            expected_version: None,
            answers: vec![answer],
            consent: Some(Consent { partners_read, ..Consent::default() }),
        };
        responses::save_draft(app, &supplier, save).await.unwrap();
        responses::submit(app, &supplier, need.id, None).await.unwrap();
    }
    let page = PageRequest::new(Some(100), None).unwrap();
    let count = || async { responses::list(app, &per, &need, &page).await.unwrap().rows.len() };
    partners::invite(app, &officer, invite(&need, &malvik)).await.unwrap();
    assert_eq!(count().await, 0, "an invitation reads nothing");
    partners::answer(app, &per, answer(&need, PartnerState::Observer, None)).await.unwrap();
    let seen = responses::visible_passages(app, &per, &need, &page).await.unwrap().into_rows();
    assert_eq!(seen.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["Svar fra Alfa AS"]);
    partners::leave(app, &per, need.id, "Nok sett.").await.unwrap();
    assert_eq!(count().await, 0, "who left reads nothing");
    let warnings = domain::summary::warnings(app, &officer, &need).await.unwrap();
    assert!(warnings.contains(&domain::summary::Warning::DispositionsMissing));
    house.finish().await;
}
