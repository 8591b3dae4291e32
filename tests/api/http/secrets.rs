//! What is secret never stands in the log, and nobody writes a line of his own there.

use serde_json::{Value, json};

use super::{OFFICER, Served, demonstration};

const EMAIL: &str = "hemmelig.person@loggen.example.no";

/// Signs in by mail; everything that must stay between the two.
fn secrets_of_a_sign_in(served: &Served) -> Vec<(&'static str, String)> {
    let begin = "mutation($email: String!) { startSignIn(input: { email: $email }) {
        attempt { attempt } userErrors { code } } }";
    let started = served.graphql("", begin, &json!({ "email": EMAIL }));
    let attempt = started["data"]["startSignIn"]["attempt"]["attempt"].as_str().unwrap().to_owned();
    let text = mail_to(served, EMAIL);
    let link = text.split_whitespace().find(|w| w.contains("token=")).unwrap();
    let link_token = link.split("token=").nth(1).unwrap().to_owned();
    let code = text.split_whitespace().map(|w| w.trim_matches('.')).find(|w| is_code(w)).unwrap();

    // As the browser does it: the link's page first, with a wrong code before the right one.
    assert_eq!(served.get(&format!("/nb/login/confirm?token={link_token}")).status, 200);
    let complete = "mutation($input: CompleteSignInInput!) { completeSignIn(input: $input) {
        signedIn { accessToken sessionToken } userErrors { code } } }";
    let with = |code: &str| json!({ "input": { "attempt": attempt, "code": code } });
    let wrong = served.graphql("", complete, &with("2222-2222"));
    assert_eq!(wrong["data"]["completeSignIn"]["userErrors"][0]["code"], "INVALID_CODE");
    let done = served.graphql("", complete, &with(code));
    let signed = &done["data"]["completeSignIn"]["signedIn"];
    let text = |name: &str| signed[name].as_str().unwrap().to_owned();
    let (access, session) = (text("accessToken"), text("sessionToken"));

    // Both are used, rightly and wrongly.
    let viewer = served.graphql(&access, "{ viewer { name email } }", &json!({}));
    assert_eq!(viewer["data"]["viewer"]["email"], EMAIL);
    let cookie = format!("samspill_session={session}");
    assert_eq!(served.send("GET", "/nb", &[("Cookie", &cookie)], &[]).status, 200);
    let signature = access.rsplit('.').next().unwrap().to_owned();
    let cut = format!("Bearer {}", &access[..access.len() - 5]);
    assert_eq!(served.send("GET", "/nb", &[("Authorization", &cut)], &[]).status, 401);
    vec![
        ("the attempt", attempt.clone()),
        ("the link's token", link_token),
        ("the code", code.to_owned()),
        ("the access token", access),
        ("its signature", signature[..20].to_owned()),
        ("the session", session),
        ("the address", EMAIL.to_owned()),
    ]
}

pub(super) fn is_code(word: &str) -> bool {
    word.len() == 9
        && word.as_bytes()[4] == b'-'
        && word.bytes().all(|b| b == b'-' || b.is_ascii_alphanumeric())
}

/// The newest mail to an address, once the worker has filed it.
pub(super) fn mail_to(served: &Served, email: &str) -> String {
    // Each look is a request to a server that works meanwhile; it is there after a few.
    for _ in 0..2_000 {
        let mails: Value =
            serde_json::from_slice(&served.send("GET", "/dev/mail.json", &[], &[]).body).unwrap();
        let newest = mails.as_array().unwrap().iter().rev().find(|m| m["to"] == email);
        if let Some(mail) = newest {
            return mail["text"].as_str().unwrap().to_owned();
        }
    }
    panic!("no mail to {email}");
}

#[tokio::test]
async fn no_secret_stands_in_the_log() {
    let served = demonstration().await;
    let secrets = secrets_of_a_sign_in(served);
    let persona = served.token_of(OFFICER);
    let invite = served.send("GET", "/nb/invitations/en-hemmelig-lenke", &[("Accept", "text/html")], &[]);
    assert_eq!(invite.status, 404);
    // A token of an organisation where it does not belong is refused, and not written down.
    let make = "mutation($input: CreateOrganisationTokenInput!) { createOrganisationToken(input: $input) {
        secret userErrors { code } } }";
    let input = json!({ "input": { "name": "Sakssystemet", "scopes": ["READ"], "expiresAt": "2027-01-05T08:00:00Z" } });
    let answer = served.graphql(&persona, make, &input);
    let token = answer["data"]["createOrganisationToken"]["secret"].as_str().expect("a token").to_owned();
    for address in
        [format!("/graphql/{token}"), format!("/nb/needs?q={token}"), format!("/graphql?x={token}")]
    {
        let refused = served.get(&address);
        assert_eq!(refused.refusal(), (400, "TOKEN_IN_URL".to_owned()), "{}", refused.text());
        assert!(!refused.text().contains(&token) && !format!("{:?}", refused.headers).contains(&token));
    }
    let log = std::fs::read_to_string(&served.log).unwrap();
    assert!(!log.contains(&token) && log.contains("path=/graphql/…"), "a token stands in the log");
    // It is the log of this very server, at a level that tells much.
    assert!(log.contains("/nb/login/confirm") && log.contains(" DEBUG "), "{log}");
    for (what, secret) in secrets {
        assert!(!log.contains(&secret), "{what} stands in the log");
    }
    assert!(!log.contains(&persona), "the token of a persona stands in the log");
    assert!(!log.contains("en-hemmelig-lenke"), "an invitation stands in the log");
}

#[tokio::test]
async fn nobody_writes_a_line_of_the_log() {
    let served = demonstration().await;
    let forged = "FORGERY\n2026-11-23T00:00:00Z  INFO FORGERY \u{1b}[31m\r\n";
    let body = json!({ "query": "{ __typename }", "operationName": forged }).to_string();
    let json_type = ("Content-Type", "application/json");
    served.send("POST", "/graphql", &[json_type, ("User-Agent", "FORGERY \u{85}")], body.as_bytes());
    let named = json!({ "query": "query FORGERY { __typename }", "operationName": "FORGERY" }).to_string();
    served.send("POST", "/graphql", &[json_type], named.as_bytes());
    served.get("/nb/FORGERY%0d%0a2026-11-23T00:00:00Z%20INFO%20FORGERY%1b%5b31m");
    let log = std::fs::read_to_string(&served.log).unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("FORGERY")).collect();
    assert!(!lines.is_empty(), "an operation is logged by its name");
    for line in lines {
        assert!(!line.contains('\u{1b}') && !line.contains('\r'), "{line:?}");
        assert!(!line.starts_with("FORGERY") && !line.starts_with("2026-11-23T00:00:00Z"), "{line:?}");
    }
}
