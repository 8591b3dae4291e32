//! The demonstration: every page has something true to show, on either engine.

use serde_json::json;

use super::{OFFICER, Served, demonstration};

#[tokio::test]
async fn its_pages_show_what_it_holds() {
    let served = demonstration().await;
    let query = "{ needs(first: 1, orderBy: { field: PUBLISHED_AT, direction: DESC }) { nodes { slug title organisation { slug name } } } }";
    let found = served.graphql("", query, &json!({}));
    let need = &found["data"]["needs"]["nodes"][0];
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let (slug, title) = (text(&need["slug"]), text(&need["title"]));
    let (buyer, name) = (text(&need["organisation"]["slug"]), text(&need["organisation"]["name"]));

    for language in ["nb", "nn", "en"] {
        for (path, shows) in [
            (String::new(), ""),
            ("/needs".to_owned(), title.as_str()),
            (format!("/needs/{slug}"), title.as_str()),
            ("/organisations".to_owned(), ""),
            (format!("/organisations/{buyer}"), name.as_str()),
            (format!("/quality/{buyer}"), name.as_str()),
            ("/help".to_owned(), ""),
            ("/login".to_owned(), OFFICER),
        ] {
            let path = format!("/{language}{path}");
            let page = served.get(&path);
            assert_eq!(page.status, 200, "{path}");
            assert!(page.header("content-security-policy").contains("default-src"), "{path}");
            let html = page.text();
            assert!(html.contains(&format!("<html lang=\"{language}\"")), "{path}");
            assert!(html.contains(shows), "{shows:?} is not on {path}");
        }
    }
    let mailbox = served.get("/dev/mail");
    assert_eq!(mailbox.status, 200);
    assert!(mailbox.text().contains("example.no"), "mail was sent in the months before");
    assert_eq!(served.get("/nb/needs/no-such-need").status, 404);
    let desk = served.get("/nb/m");
    assert!(desk.status == 303 && desk.header("location").contains("/nb/login"), "{desk:?}");
}

#[tokio::test]
async fn every_persona_signs_in_and_has_something_to_see() {
    let served = demonstration().await;
    let personas = served.graphql("", "{ personas { name } }", &json!({}));
    let personas = personas["data"]["personas"].as_array().unwrap();
    assert!(personas.len() >= 8, "{personas:?}");
    for persona in personas {
        let name = persona["name"].as_str().unwrap();
        let token = served.token_of(name);
        let seen = served.graphql(&token, "{ viewer { name acting { organisation { name } } } }", &json!({}));
        assert_eq!(seen["data"]["viewer"]["name"], name);
        assert!(seen["data"]["viewer"]["acting"].is_object(), "{name} acts for nobody");
    }
}

#[tokio::test]
async fn started_again_it_keeps_what_was_done() {
    let data = tempfile::tempdir().unwrap();
    let url = tests::empty_database().await;
    let start = || Served::start(data.path(), url.as_deref(), &["demo"], true);
    let first = start();
    let token = first.token_of(OFFICER);
    let create = "mutation { createNeed(input: { content: { title: \"Blir det?\" } }) { need { id } } }";
    let made = first.graphql(&token, create, &json!({}));
    let id = &made["data"]["createNeed"]["need"]["id"];
    assert!(id.is_string(), "{made}");
    first.stop();

    let second = start();
    let token = second.token_of(OFFICER);
    let read = "query($id: ID!) { node(id: $id) { ... on Need { title } } }";
    let kept = second.graphql(&token, read, &json!({ "id": id }));
    assert_eq!(kept["data"]["node"]["title"], "Blir det?");
    second.stop();
}
