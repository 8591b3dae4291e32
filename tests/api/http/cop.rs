//! The twelve attacks of graphql-cop, by its names, and two that it has no name for in its
//! list. Two of what it reports are so by design, and have tests that say within what bounds.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Answer, Served, demonstration};

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn post(served: &Served, body: &Value) -> Answer {
    served.send("POST", "/graphql", &[JSON], body.to_string().as_bytes())
}

fn query(served: &Served, query: &str) -> Value {
    serde_json::from_slice(&post(served, &json!({ "query": query })).body).unwrap()
}

/// The measure that was too much. Nothing ran.
fn too_much(answer: &Value) -> &str {
    let told = &answer["errors"][0]["extensions"];
    assert_eq!((&told["code"], answer.get("data")), (&json!("QUERY_TOO_LARGE"), None), "{answer}");
    told["measure"].as_str().unwrap()
}

#[tokio::test]
async fn alias_overloading() {
    let served = demonstration().await;
    let mut aliases = String::new();
    for n in 0..101 {
        write!(aliases, "alias{n}: __typename ").unwrap();
    }
    assert_eq!(too_much(&query(served, &format!("query cop {{ {aliases} }}"))), "rootFields");
    let below = format!("{{ needs {{ nodes {{ {} }} }} }}", aliases.replace("__typename", "title"));
    assert_eq!(too_much(&query(served, &below)), "aliases");
}

#[tokio::test]
async fn array_based_query_batching() {
    let served = demonstration().await;
    let batch: Vec<Value> = (0..10).map(|_| json!({ "query": "query cop { __typename }" })).collect();
    assert_eq!(post(served, &batch.into()).refusal(), (400, "BAD_USER_INPUT".to_owned()));
}

#[tokio::test]
async fn get_method_query_support() {
    // By design: what is read may be linked to. It is read with nobody's cookie from another
    // site, and GET changes nothing.
    let served = demonstration().await;
    let answer = served.send("GET", "/graphql?query=query%20cop%20%7B__typename%7D", &[], b"");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""));
    let foreign = [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")];
    let read = served.send("GET", "/graphql?query=query%20cop%20%7B__typename%7D", &foreign, b"");
    assert_eq!(read.header("access-control-allow-origin"), "", "no page of another site sees the answer");
    assert_eq!(read.header("cross-origin-resource-policy"), "same-origin", "nor embeds it");
}

#[tokio::test]
async fn post_based_url_encoded_query() {
    let served = demonstration().await;
    for (kind, body) in [
        ("application/x-www-form-urlencoded", "query=query%20cop%20%7B__typename%7D"),
        ("text/plain", "{\"query\":\"{ __typename }\"}"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{\"query\":\"{__typename}\"}\r\n--x--",
        ),
    ] {
        let answer = served.send("POST", "/graphql", &[("Content-Type", kind)], body.as_bytes());
        assert_eq!(answer.refusal(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()), "{kind}");
    }
}

#[tokio::test]
async fn trace_mode() {
    let served = demonstration().await;
    let asked = [JSON, ("X-Apollo-Tracing", "1"), ("Apollo-Tracing", "1"), ("X-Debug", "1")];
    let answer = served.send("POST", "/graphql", &asked, b"{\"query\":\"query cop { __typename }\"}");
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    let extensions: Vec<_> = body["extensions"].as_object().unwrap().keys().collect();
    assert_eq!(extensions, ["cost"], "neither times nor traces");
    for word in ["tracing", "stacktrace", "exception", "debug"] {
        assert!(!answer.text().to_lowercase().contains(word), "{}", answer.text());
    }
}

#[tokio::test]
async fn field_duplication() {
    let served = demonstration().await;
    let root = format!("query cop {{ {} }}", "__typename \n".repeat(500));
    assert_eq!(too_much(&query(served, &root)), "rootFields");
    let below = format!("{{ needs {{ nodes {{ {} }} }} }}", "title \n".repeat(2_001));
    assert_eq!(too_much(&query(served, &below)), "fields");
    let longer = format!("{{ needs {{ nodes {{ {} }} }} }}", "title \n".repeat(10_000));
    assert_eq!(too_much(&query(served, &longer)), "tokens");
}

#[tokio::test]
async fn field_suggestions() {
    let served = demonstration().await;
    for wrong in [
        "query cop { __schema { directive } }",
        "{ need }",
        "{ needs { node { id } } }",
        "{ needs(firts: 1) { nodes { id } } }",
        "{ node(id: 1) { ... on Nede { id } } }",
        "mutation { publishNeeds { id } }",
    ] {
        let answer = query(served, wrong).to_string();
        assert!(answer.contains("GRAPHQL_VALIDATION_FAILED"), "{wrong}: {answer}");
        assert!(!answer.to_lowercase().contains("did you mean"), "{answer}");
    }
}

#[tokio::test]
async fn graphql_ide() {
    // By design: `/graphql` shows a page to a browser. It is ours: it loads nothing from
    // elsewhere, may do nothing that the caller may not, and is not framed.
    let served = demonstration().await;
    for path in ["/graphiql", "/playground", "/console"] {
        assert!(served.get(path).status >= 300, "{path}");
    }
    let page = served.get("/graphql");
    assert_eq!(page.status, 200);
    for word in ["graphiql", "GraphQL Playground", "graphql-playground", "https://", "cdn"] {
        assert!(!page.text().contains(word), "{word}");
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[tokio::test]
async fn introspection() {
    // By design: the schema is public, as its documentation is. Who may see what is decided
    // by row, not by hiding names; and it costs, so nobody reads it without end.
    let served = demonstration().await;
    let answer = query(served, "query cop { __schema { types { name fields { name } } } }");
    assert!(answer["data"]["__schema"]["types"].as_array().unwrap().len() > 100, "{answer}");
    assert!(answer["extensions"]["cost"]["actualQueryCost"].as_u64().unwrap() >= 100);
}

#[tokio::test]
async fn directive_overloading() {
    let served = demonstration().await;
    let known = format!("query cop {{ __typename {} }}", "@include(if: true)".repeat(51));
    assert_eq!(too_much(&query(served, &known)), "directives");
    let unknown = format!("query cop {{ __typename {} }}", "@aa".repeat(500));
    assert_eq!(too_much(&query(served, &unknown)), "directives");
    let twice = query(served, "query cop { __typename @include(if: true) @include(if: true) }");
    assert_eq!(twice["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{twice}");
}

#[tokio::test]
async fn introspection_based_circular_query() {
    let served = demonstration().await;
    let circular = "query cop { __schema { types { fields { type { fields { type { fields { type { fields {
        type { name } } } } } } } } } } }";
    assert_eq!(too_much(&query(served, circular)), "introspectionLists");
}

#[tokio::test]
async fn mutation_is_allowed_over_get() {
    let served = demonstration().await;
    let link = served.send("GET", "/graphql?query=mutation%20cop%20%7BsignOut%7B__typename%7D%7D", &[], b"");
    assert_eq!(link.refusal(), (405, "METHOD_NOT_ALLOWED".to_owned()));
}

#[tokio::test]
async fn unhandled_errors_detection() {
    let served = demonstration().await;
    for (wrong, code) in [
        ("qwerty cop { abc }", "GRAPHQL_PARSE_FAILED"),
        ("query cop { node(id: \"\\u0000\") { id } }", "BAD_USER_INPUT"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("\u{0}", "GRAPHQL_PARSE_FAILED"),
        ("query(\u{202e})", "GRAPHQL_PARSE_FAILED"),
        ("query cop { abc }", "GRAPHQL_VALIDATION_FAILED"),
        // What graphql-cop means most: variables that nobody gave.
        ("query cop($id: ID!) { node(id: $id) { id } }", "BAD_USER_INPUT"),
        (
            "mutation cop($input: StartSignInInput!) { startSignIn(input: $input) { __typename } }",
            "BAD_USER_INPUT",
        ),
    ] {
        let answer = post(served, &json!({ "query": wrong }));
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], code, "{wrong}: {body}");
        assert!(!answer.text().contains("exception") && !answer.text().contains(".rs"), "{wrong}: {body}");
    }
}

#[tokio::test]
async fn circular_fragment() {
    let served = demonstration().await;
    let circular = "query { __schema { ...A } } fragment A on __Schema { __typename ...B } \
                    fragment B on __Schema { ...A }";
    let answer = query(served, circular);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{answer}");
    // Fragments that double each other would be a million fields.
    let mut doubling = "{ ...F0 } ".to_owned();
    for n in 0..20 {
        write!(doubling, "fragment F{n} on Query {{ ...F{0} ...F{0} }} ", n + 1).unwrap();
    }
    doubling.push_str("fragment F20 on Query { needs { totalCount } }");
    assert!(["rootFields", "fields"].contains(&too_much(&query(served, &doubling))));
}
