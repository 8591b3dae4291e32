//! The limits on a document, and what each refusal says.

use async_graphql::parser::parse_query;
use async_graphql::parser::types::DocumentOperations;
use async_graphql::{Request, Variables};
use domain::Actor;
use graphql::ApiSettings;
use serde_json::{Value, json};
use tests::House;
use types::Language;

use super::{ask, refusal};

#[tokio::test]
async fn every_operation_of_the_portal_may_also_be_sent_from_outside() {
    let house = House::new().await;
    let api = house.outside(ApiSettings::default());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../graphql/operations");
    let mut dearest = (0, String::new());
    for file in super::files(folder.as_ref()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let document = parse_query(&text).unwrap();
        let DocumentOperations::Multiple(all) = &document.operations else {
            panic!("{} has an operation without a name", file.display());
        };
        for (name, operation) in all {
            let name = name.to_string();
            // Whatever is asked for is given: what it is, is asked later.
            let asked = operation.node.variable_definitions.iter().map(|v| v.node.name.node.to_string());
            let given = asked.map(|name| (name, Value::from("x"))).collect::<serde_json::Map<_, _>>();
            let examined = api.examine(&text, Some(&name), &Variables::from_json(given.into()));
            let cost = examined.unwrap_or_else(|e| panic!("{} {name}: {}", file.display(), e.message)).cost;
            if cost > dearest.0 {
                dearest = (cost, name);
            }
        }
    }
    assert!(dearest.0 > 100, "the dearest: {dearest:?}");
    house.finish().await;
}

#[tokio::test]
async fn a_refusal_says_what_was_too_much_and_what_to_do() {
    let house = House::new().await;
    let answer = ask(&house, &format!("{{ {} }}", "__typename ".repeat(21))).await;
    assert_eq!(
        refusal(&answer),
        json!({ "code": "QUERY_TOO_LARGE", "measure": "rootFields", "limit": 20, "actual": 21 })
    );
    assert_eq!(
        answer["errors"][0]["message"],
        "Too much for one request: 21 fields at the top of the operation; at most 20 are taken. Send several requests."
    );
    assert_eq!(answer["data"], Value::Null);
    house.finish().await;
}

#[tokio::test]
async fn lists_of_the_input_are_bounded_in_variables_too() {
    let house = House::new().await;
    let api = house.outside(ApiSettings::default());
    let request = Request::new("query($ids: [ID!]!) { needs { nodes { id } } }");
    let request = request.variables(Variables::from_json(json!({ "ids": vec!["x"; 201] })));
    let answer = api.execute(request, &Actor::anonymous(Language::Nb)).await;
    let answer = serde_json::to_value(answer).unwrap();
    assert_eq!(refusal(&answer)["measure"], "listInput");
    house.finish().await;
}

#[tokio::test]
async fn every_kind_of_mistake_has_its_code() {
    let house = House::new().await;
    for (document, code, argument) in [
        ("{", "GRAPHQL_PARSE_FAILED", None),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED", None),
        ("query A { __typename } query B { __typename }", "GRAPHQL_VALIDATION_FAILED", None),
        ("{ ...A } fragment A on Query { ...A }", "GRAPHQL_VALIDATION_FAILED", None),
        ("{ needs(orderBy: nul) { nodes { id } } }", "BAD_USER_INPUT", None),
        ("{ needs(first: \"many\") { nodes { id } } }", "BAD_USER_INPUT", Some("first")),
        ("{ needs(first: 0) { nodes { id } } }", "BAD_USER_INPUT", Some("first")),
        ("{ needs(first: 101) { nodes { id } } }", "BAD_USER_INPUT", Some("first")),
        ("{ needs(after: \"🙂\") { nodes { id } } }", "INVALID_CURSOR", Some("after")),
        ("{ needs(after: \"AAAA\") { nodes { id } } }", "INVALID_CURSOR", Some("after")),
        ("{ node(id: \"x\") { id } }", "", None),
        ("{ a: needs(firts: 1) { nodes { id } } }", "GRAPHQL_VALIDATION_FAILED", None),
    ] {
        let answer = ask(&house, document).await;
        let told = &refusal(&answer);
        assert_eq!(told["code"].as_str().unwrap_or_default(), code, "{document}: {answer}");
        assert_eq!(told["argument"].as_str(), argument, "{document}: {answer}");
        assert!(!answer.to_string().contains("Did you mean"), "{document}: {answer}");
    }
    house.finish().await;
}

#[tokio::test]
async fn an_answer_says_what_it_cost() {
    let house = House::new().await;
    let answer = ask(&house, "{ needs(first: 50) { nodes { id } } }").await;
    assert_eq!(answer["extensions"]["cost"]["requestedQueryCost"], 51);
    assert_eq!(answer["extensions"]["cost"]["actualQueryCost"], 1, "there are no needs");
    house.finish().await;
}

#[tokio::test]
async fn introspection_has_room_and_can_be_closed() {
    let house = House::new().await;
    let standard = include_str!("introspection.graphql");
    let answer = ask(&house, standard).await;
    assert!(answer["data"]["__schema"]["types"].as_array().is_some_and(|t| t.len() > 100), "{answer}");
    let closed = house.outside(ApiSettings { introspection: false });
    for document in [standard, "{ __type(name: \"Need\") { name } }"] {
        let answer = closed.execute(Request::new(document), &Actor::anonymous(Language::Nb)).await;
        let answer = serde_json::to_value(answer).unwrap();
        assert_eq!(refusal(&answer)["code"], "INTROSPECTION_DISABLED");
        assert_eq!(answer["data"], Value::Null);
    }
    house.finish().await;
}
