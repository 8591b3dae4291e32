//! No page of the portal links to one that is not there.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use domain::interest::{self, Register};
use domain::needs::partners::{self, Invite};
use tests::{Browser, House};
use types::{InterestVisibility, OrganisationKind, Role};

use crate::disclosures::summarised;
use crate::thread::published;

/// The portal's own addresses on a page; files and calendars are the server's.
fn links(html: &str) -> impl Iterator<Item = String> {
    let found = html.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '#']).next());
    found.filter(|link| link.starts_with("/nb")).map(|link| link.replace("&#38;", "&"))
}

/// Goes to every page that can be reached by links from the front page.
async fn walk(browser: &mut Browser) -> BTreeSet<String> {
    let mut waiting = vec![("/nb".to_owned(), String::new())];
    let mut seen = BTreeSet::new();
    while let Some((path, from)) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let page = browser.get(&path).await;
        // The front page has a door for each side; the other side's says who may go in.
        let is_there = matches!(page.status, StatusCode::OK | StatusCode::FORBIDDEN);
        assert!(is_there, "{from} links to {path}, {}:\n{}", page.status, page.words());
        assert!(seen.len() < 1000, "the links never end: {path}");
        waiting.extend(links(&page.html).map(|link| (link, path.clone())));
    }
    seen
}

#[tokio::test]
async fn every_link_leads_somewhere_for_visitor_supplier_municipality_and_partner() {
    let house = House::new().await;
    let app = &house.app;
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let supplier = house.supplier("Annen AS", "kari@annen.example.no").await;
    let malvik = house.organisation(OrganisationKind::Municipality, "Malvik kommune", None).await;
    house.member(&malvik, "per@malvik.example.no", &[Role::ProcurementOfficer]).await;
    let need = published(&house, &officer, &reviewer).await;
    summarised(&house, &officer, &reviewer).await;
    let invite = Invite { need_id: need.id, organisation_id: malvik.id, message: String::new() };
    partners::invite(app, &officer, invite).await.unwrap();
    let register = Register {
        need_id: need.id,
        visibility: InterestVisibility::Public,
        is_looking_for_partners: true,
        message: "Vi mangler sensorer.".to_owned(),
        expected_version: None,
    };
    interest::register(app, &supplier, register).await.unwrap();
    house.work().await;

    let slug = &need.slug;
    walk(&mut house.browser()).await;
    let way = [
        (
            "kari@annen.example.no",
            vec!["/nb/supplier/interests".to_owned(), format!("/nb/needs/{slug}/interest")],
        ),
        ("per@malvik.example.no", vec![format!("/nb/m/together/{slug}"), "/nb/joint".to_owned()]),
        (
            "olav.officer@trondheim.example.no",
            ["interest", "partners", "ledger", "summary"]
                .map(|tab| format!("/nb/m/needs/{slug}/{tab}"))
                .to_vec(),
        ),
    ];
    for (mailbox, pages) in way {
        let seen = walk(&mut house.browser_of(mailbox).await).await;
        for page in pages {
            assert!(seen.contains(&page), "{mailbox} finds no way to {page}");
        }
    }
    let mut kari = house.browser_of("kari@annen.example.no").await;
    kari.get("/nb/m").await.is(StatusCode::FORBIDDEN).says("Organisasjonen du representerer");
    house.finish().await;
}
