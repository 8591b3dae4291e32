//! Finding needs: the same hits in the same order on both engines.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::needs::{self, ContentInput, CreateNeed, Filter, Found, Need, Order};
use domain::page::PageRequest;
use domain::text::search;
use domain::{Actor, Error};
use tests::House;
use types::{ErrorCode, Language, NeedState};

struct Writers {
    officer: Actor,
    reviewer: Actor,
}

async fn writers(house: &House) -> Writers {
    Writers { officer: house.officer().await, reviewer: house.reviewer().await }
}

async fn draft(house: &House, by: &Writers, change: ContentInput) -> Need {
    let content = ContentInput { questions: None, ..crate::thread::content(house) };
    let content = ContentInput {
        title: change.title.or(content.title),
        summary: change.summary.or(content.summary),
        challenge: change.challenge.or(content.challenge),
        cpv_codes: change.cpv_codes.or(content.cpv_codes),
        response_deadline: change.response_deadline.or(content.response_deadline),
        ..content
    };
    needs::create(&house.app, &by.officer, CreateNeed { content }).await.unwrap()
}

async fn publish(house: &House, by: &Writers, change: ContentInput) -> Need {
    let need = draft(house, by, change).await;
    needs::submit(&house.app, &by.officer, need.id, None).await.unwrap();
    needs::approve(&house.app, &by.reviewer, need.id, None, None).await.unwrap()
}

/// Title and challenge; nothing else holds words that are searched for here.
fn saying(title: &str, challenge: &str) -> ContentInput {
    ContentInput {
        title: Some(title.to_owned()),
        summary: Some("Kort fortalt.".to_owned()),
        challenge: Some(challenge.to_owned()),
        ..ContentInput::default()
    }
}

fn words(text: &str) -> Filter {
    Filter { query: Some(text.to_owned()), ..Filter::default() }
}

async fn list(
    house: &House,
    filter: &Filter,
    first: i32,
    after: Option<String>,
) -> domain::page::Page<Found> {
    let visitor = Actor::anonymous(Language::Nb);
    let page = PageRequest::new(Some(first), after).unwrap();
    needs::list(&house.app, &visitor, filter, &page).await.unwrap()
}

async fn titles(house: &House, filter: &Filter) -> Vec<String> {
    list(house, filter, 100, None).await.into_rows().into_iter().map(|f| f.need.title).collect()
}

#[tokio::test]
async fn words_are_found_in_every_form_and_the_best_fit_comes_first() {
    let house = House::new().await;
    let by = writers(&house).await;
    for (title, challenge) in [
        ("Brøyting av gangveier", "Snøen blir liggende på fortauene, og folk faller."),
        ("Tryggleik heime", "Mange eldre fell på fortau om vinteren når det er snø."),
        ("Snø og fortau", "Fortau uten snø. Snø på fortauet."),
        ("Skolemat", "Elevene får ikke varm mat på skolen."),
        ("Skulen ute", "Elevane lærer ute i skog og snø."),
    ] {
        publish(&house, &by, saying(title, challenge)).await;
        house.clock.advance(TimeDelta::minutes(1));
    }
    draft(&house, &by, saying("Hemmelig snø", "Utkast om snø på fortauet.")).await;

    // The golden list: either engine must give it, to the letter.
    let cases: [(&str, &[&str]); 8] = [
        ("snø", &["Snø og fortau", "Skulen ute", "Tryggleik heime", "Brøyting av gangveier"]),
        ("snøen fortauene", &["Snø og fortau", "Tryggleik heime", "Brøyting av gangveier"]),
        ("SNØ", &["Snø og fortau", "Skulen ute", "Tryggleik heime", "Brøyting av gangveier"]),
        ("skole", &["Skulen ute", "Skolemat"]),
        ("skulen", &["Skulen ute", "Skolemat"]),
        ("hemmelig", &[]),
        ("og ikke", &[]),
        ("100% ' _ \" \\", &[]),
    ];
    for (typed, wanted) in cases {
        assert_eq!(titles(&house, &words(typed)).await, wanted, "{typed}");
    }
    house.finish().await;
}

#[test]
fn what_is_found_is_what_is_marked() {
    let text = "Snøen blir liggende på fortauene, og folk faller.";
    let marked: Vec<String> = search::highlight(text, &search::query("fortau snø"), 200)
        .into_iter()
        .filter(|f| f.is_hit)
        .map(|f| f.text)
        .collect();
    assert_eq!(marked, ["Snøen", "fortauene"]);
}

#[tokio::test]
async fn drafts_are_found_by_nobody_and_facets_do_not_count_them() {
    let house = House::new().await;
    let by = writers(&house).await;
    draft(&house, &by, saying("Uskrive", "Eit utkast om isbjørn.")).await;
    publish(&house, &by, saying("Open", "Alle kan lese dette.")).await;
    let visitor = Actor::anonymous(Language::Nb);
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let page = PageRequest::new(None, None).unwrap();
    for actor in [&visitor, &supplier, &by.officer] {
        for filter in [words("isbjørn"), Filter { states: vec![NeedState::Draft], ..Filter::default() }] {
            let found = needs::list(&house.app, actor, &filter, &page).await.unwrap();
            assert!(found.rows.is_empty(), "{filter:?}");
        }
        let facets = needs::facets(&house.app, actor, &Filter::default()).await.unwrap();
        let counts: Vec<(&str, i64)> = facets.states.iter().map(|f| (&*f.value, f.count)).collect();
        assert_eq!(counts, [("PUBLISHED", 1)]);
    }
    house.finish().await;
}

#[tokio::test]
async fn a_facet_counts_what_its_filter_would_give() {
    let house = House::new().await;
    let by = writers(&house).await;
    for codes in [["33190000", "33100000"], ["48180000", "33190000"], ["48000000", "72000000"]] {
        let codes = codes.map(str::to_owned).to_vec();
        publish(&house, &by, ContentInput { cpv_codes: Some(codes), ..ContentInput::default() }).await;
    }
    let visitor = Actor::anonymous(Language::Nb);
    let chosen = Filter { cpv_codes: vec!["72".to_owned()], ..Filter::default() };
    let facets = needs::facets(&house.app, &visitor, &chosen).await.unwrap();
    let divisions: Vec<(&str, i64)> = facets.divisions.iter().map(|f| (&*f.value, f.count)).collect();
    assert_eq!(
        divisions,
        [("33", 2), ("48", 2), ("72", 1)],
        "a need counts once, its own filter is left out"
    );
    assert_eq!(facets.states.iter().map(|f| f.count).collect::<Vec<_>>(), [1], "others are not");
    for (value, count) in divisions {
        let filter = Filter { cpv_codes: vec![value.to_owned()], ..Filter::default() };
        let found = titles(&house, &filter).await.len();
        assert_eq!(i64::try_from(found).unwrap(), count, "{value}");
    }
    house.finish().await;
}

#[tokio::test]
async fn pages_have_no_gap_and_no_repeat_whatever_the_order_and_cost_the_same() {
    let house = House::new().await;
    let by = writers(&house).await;
    let start = house.app.now();
    for n in 0..60_i64 {
        // Six are published in one moment, ten share a deadline, all say the same.
        if n % 6 == 0 {
            house.clock.advance(TimeDelta::minutes(1));
        }
        let deadline = start + TimeDelta::days(30 + n % 6);
        let content = ContentInput {
            response_deadline: Some(Some(deadline)),
            ..saying(&format!("Behov om snø {n}"), "Snø overalt.")
        };
        publish(&house, &by, content).await;
    }
    for (query, order) in [
        (None, Order::Newest),
        (None, Order::Deadline),
        (None, Order::Relevance),
        (Some("snø"), Order::Relevance),
    ] {
        let filter = Filter { query: query.map(str::to_owned), order, ..Filter::default() };
        let whole: Vec<_> = list(&house, &filter, 100, None).await.into_rows();
        let whole: Vec<_> = whole.into_iter().map(|f| f.need.id).collect();
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), 60, "{order:?}");
        let (mut paged, mut after, mut costs) = (Vec::new(), None, BTreeSet::new());
        loop {
            let before = house.app.db.statements();
            let page = list(&house, &filter, 7, after.clone()).await;
            costs.insert(house.app.db.statements() - before);
            after = page.rows.last().map(|(cursor, _)| cursor.clone());
            paged.extend(page.rows.iter().map(|(_, f)| f.need.id));
            if !page.has_next {
                break;
            }
        }
        assert_eq!(paged, whole, "{order:?}");
        assert_eq!(costs, BTreeSet::from([2]), "two statements a page, also for the last one");
        let before = house.app.db.statements();
        list(&house, &filter, 60, None).await;
        assert_eq!(house.app.db.statements() - before, 2, "and for sixty needs");
    }
    let bad = PageRequest::new(None, Some("x'; DROP TABLE needs".to_owned())).unwrap();
    let visitor = Actor::anonymous(Language::Nb);
    let error: Error = needs::list(&house.app, &visitor, &Filter::default(), &bad).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidCursor);
    house.finish().await;
}
