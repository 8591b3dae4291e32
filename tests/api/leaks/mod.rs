//! Nobody reads what is not for them: a marked secret in every field that somebody may not
//! see, and then everybody asks for everything (invariant 1).
//!
//! Complete by construction: the documents are made from the schema, and a new input field
//! or column must either be marked in `scene.rs` or be said public in `plain.rs`.

pub(crate) mod crawl;
mod errors;
mod heard;
mod listeners;
mod pages;
mod plain;
mod scene;
mod secrets;
pub(crate) mod shape;
mod subscribed;
mod wall;

use heard::Heard;
use scene::Scene;
use secrets::{Secrets, Seen};
use serde_json::Value;
use subscribed::Subscribed;
use tests::House;

#[tokio::test]
async fn everybody_reads_what_is_for_them_and_nothing_else() {
    let heard = Heard::listen();
    let mut scene = Scene::public().await;
    let subscribed = Subscribed::begin(&mut scene).await;
    let asks = crawl::asks(&scene).await;
    let before = crawl::answers(&scene, &asks).await;
    scene.plant().await;
    let after = crawl::answers(&scene, &asks).await;
    let changed = before.iter().filter(|(place, answer)| after[*place] != **answer).map(|(place, answer)| {
        format!("strangers notice at {place}:\n  {}", difference(answer, &after[place], ""))
    });
    let mut wrong: Vec<String> = changed.collect();

    let asks = crawl::asks(&scene).await;
    let mut seen = Seen::default();
    wrong.extend(subscribed.end(&mut scene, &mut seen).await);
    for persona in &scene.people {
        crawl::look(&scene, &asks, persona, &mut seen).await;
        crawl::files(&scene, persona, &mut seen).await;
        wrong.extend(crawl::search(&scene, persona).await);
    }
    wrong.extend(seen.leaks(&scene.secrets));
    wrong.extend(seen.missed(&scene.secrets));
    wrong.extend(plain::unaccounted(&scene).await);
    wrong.extend(letters(&scene));
    wrong.extend(logged(&scene.secrets, &heard.text()));
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    scene.house.finish().await;
}

/// Those who belong to a page's other side, and those who once did.
const OUTSIDE: [&str; 6] = ["visitor", "outsider", "neighbour", "reader", "rival", "removed"];

#[tokio::test]
async fn every_page_shows_strangers_and_the_other_side_what_is_for_them() {
    pages_as(|name| OUTSIDE.contains(&name)).await;
}

#[tokio::test]
#[ignore = "a minute and more"]
async fn every_page_shows_everybody_what_is_for_them() {
    pages_as(|_| true).await;
}

async fn pages_as(is_one: impl Fn(&str) -> bool) {
    // Pages come from the API, which is crawled on both engines.
    if House::is_on_postgres() {
        return;
    }
    let heard = Heard::listen();
    let mut scene = Scene::public().await;
    scene.plant().await;
    let addresses = pages::addresses(&scene).await;
    let mut seen = Seen::default();
    for persona in scene.people.iter().filter(|p| is_one(p.name)) {
        pages::look(&scene, &addresses, persona, &mut seen).await;
    }
    let mut wrong = seen.leaks(&scene.secrets);
    wrong.extend(logged(&scene.secrets, &heard.text()));
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    scene.house.finish().await;
}

/// What a letter may say besides: to guests and the invited, who are no personas, and to one
/// who was still a partner then.
const TOLD: [(&str, &[&str]); 5] = [
    ("address of need-owner", &["comment of a reviewer"]),
    ("address of supplier's guest", &["name of supplier's guest", "link of an announced meeting"]),
    ("address of rival's guest", &["name of rival's guest"]),
    ("address of who was invited", &["address of owner"]),
    ("address of left", &["title of a draft"]),
];

/// What a letter says to somebody who may not read it.
fn letters(scene: &Scene) -> Vec<String> {
    let mut wrong = Vec::new();
    let sent = scene.house.mail.sent();
    assert!(!sent.is_empty());
    for mail in sent {
        let persona = scene.people.iter().find(|p| p.email == mail.to.as_str());
        let own = scene.secrets.within(mail.to.as_str());
        let letter = [&mail.subject, &mail.text, &mail.html, mail.calendar.as_ref().unwrap_or(&mail.text)];
        for part in letter {
            for what in scene.secrets.within(&part.replace("\r\n ", "")) {
                let is_reader = persona.is_some_and(|p| scene.secrets.are_read_by(what, p.name));
                let is_told = TOLD.iter().any(|(to, told)| own.contains(to) && told.contains(&what));
                if !is_reader && !is_told && !own.contains(what) {
                    let to = persona.map_or("a stranger", |p| p.name);
                    wrong.push(format!("a letter to {to} ({}) says {what}", mail.subject));
                }
            }
        }
    }
    wrong
}

/// What the log says of anybody's secrets.
fn logged(secrets: &Secrets, log: &str) -> Vec<String> {
    let lines = log.lines().filter(|line| !secrets.within(line).is_empty());
    lines.map(|line| format!("the log: {line}")).collect()
}

/// Where two answers differ first.
fn difference(one: &Value, other: &Value, at: &str) -> String {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            let key = a.keys().find(|key| a.get(*key) != b.get(*key)).cloned().unwrap_or_default();
            match (a.get(&key), b.get(&key)) {
                (Some(a), Some(b)) => difference(a, b, &format!("{at}/{key}")),
                _ => format!("{at}: {one} became {other}"),
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let n = a.iter().zip(b).take_while(|(a, b)| a == b).count();
            difference(&a[n], &b[n], &format!("{at}/{n}"))
        }
        _ => format!("{at}: {one} became {other}"),
    }
}
