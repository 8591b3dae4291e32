//! The same way over the API.

use super::*;

/// Runs a document as an actor; what it gives, with its errors.
async fn run(house: &House, actor: &Actor, query: &str, variables: serde_json::Value) -> serde_json::Value {
    let tokens = std::sync::Arc::new(identity::Tokens::new(house.app.clone()));
    let schema = graphql::schema(house.app.clone(), tokens);
    let request = async_graphql::Request::new(query)
        .variables(async_graphql::Variables::from_json(variables))
        .data(actor.clone());
    serde_json::to_value(schema.execute(request).await).unwrap()
}

#[tokio::test]
async fn the_api_carries_a_response_from_draft_to_disposition() {
    let house = House::new().await;
    let (need, officer, reviewer) = published(&house).await;
    let supplier = house.supplier("Sensor Trøndelag AS", "kari@sensor.example.no").await;
    let id = graphql::encode(need.id);
    let save = "mutation($id: ID!, $answers: [ResponseAnswerInput!]!) {
        saveResponseDraft(input: { needId: $id, answers: $answers }) {
            response { state version isChanged missing { path code } } userErrors { path code }
        }
    }";
    let answers = serde_json::json!([
        { "key": "q1", "text": OPEN }, { "key": "q2", "text": SECRET, "isSecret": true }, { "key": "q7", "text": "x" }
    ]);
    let refused = run(&house, &supplier, save, serde_json::json!({ "id": id, "answers": answers })).await;
    let errors = &refused["data"]["saveResponseDraft"]["userErrors"];
    assert_eq!(*errors, serde_json::json!([{ "path": ["answers", "2", "key"], "code": "NOT_FOUND" }]));
    let answers = serde_json::json!([answers[0], answers[1]]);
    let saved = run(&house, &supplier, save, serde_json::json!({ "id": id, "answers": answers })).await;
    let missing = &saved["data"]["saveResponseDraft"]["response"]["missing"];
    assert_eq!(
        *missing,
        serde_json::json!([{ "path": ["answers", "q2", "claimReason"], "code": "REQUIRED" }])
    );
    let answers = serde_json::json!([{ "key": "q2", "claimReason": WHY }]);
    run(&house, &supplier, save, serde_json::json!({ "id": id, "answers": answers })).await;

    let submit = "mutation($id: ID!) { submitResponse(input: { needId: $id }) {
        submission { number hash salt content answers { key question isSecret } } userErrors { code }
    } }";
    let done = run(&house, &supplier, submit, serde_json::json!({ "id": id })).await;
    let receipt = &done["data"]["submitResponse"]["submission"];
    let content = serde_json::from_str(receipt["content"].as_str().unwrap()).unwrap();
    assert_eq!(responses::receipt_hash(receipt["salt"].as_str().unwrap(), &content), receipt["hash"]);

    let read = "query($slug: String!) { need(slug: $slug) {
        myResponse { id }
        responses { nodes { supplier { name } revisions { number } submissions { hash } version
            passages { id text claimReason confidentiality disposition } } }
        answeredQuestions { key question count }
        comparison(question: \"q2\") { nodes { text response { supplier { name } } } }
    } }";
    let slug = serde_json::json!({ "slug": need.slug });
    let seen = run(&house, &officer, read, slug.clone()).await;
    let need_seen = &seen["data"]["need"];
    assert_eq!(need_seen["myResponse"], serde_json::Value::Null);
    let response = &need_seen["responses"]["nodes"][0];
    assert_eq!(response["passages"][1]["text"], SECRET, "{seen}");
    assert_eq!(
        (&response["submissions"], &response["version"]),
        (&serde_json::json!([]), &serde_json::Value::Null)
    );
    assert_eq!(need_seen["comparison"]["nodes"][0]["response"]["supplier"]["name"], "Sensor Trøndelag AS");
    let keys: Vec<&str> = need_seen["answeredQuestions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|q| q["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["q1", "q2"]);
    let little = run(&house, &reviewer, read, slug.clone()).await.to_string();
    assert!(little.contains(OPEN) && !little.contains("KESTREL") && !little.contains(WHY), "{little}");
    let visitor = Actor::anonymous(types::Language::Nb);
    let nothing = run(&house, &visitor, read, slug).await;
    assert_eq!(nothing["data"]["need"]["responses"]["nodes"], serde_json::json!([]), "{nothing}");

    let point = response["passages"][0]["id"].clone();
    let dispose = "mutation($id: ID!) { disposePassage(input: {
        passageId: $id, disposition: PARTLY_ADOPTED, reason: \"Delvis med.\"
    }) { passage { disposition dispositionReason } userErrors { code } } }";
    let done = serde_json::json!({
        "passage": { "disposition": "PARTLY_ADOPTED", "dispositionReason": "Delvis med." }, "userErrors": []
    });
    let refused = serde_json::json!({ "passage": null, "userErrors": [{ "code": "FORBIDDEN" }] });
    for (actor, wanted) in [(&officer, done), (&reviewer, refused)] {
        let given = run(&house, actor, dispose, serde_json::json!({ "id": point })).await;
        assert_eq!(given["data"]["disposePassage"], wanted);
    }
    let node = "query($id: ID!) { node(id: $id) { id ... on Passage { text } } }";
    let other = house.supplier("Annen AS", "per@annen.example.no").await;
    for (actor, is_seen) in [(&officer, true), (&supplier, true), (&other, false), (&visitor, false)] {
        let found = run(&house, actor, node, serde_json::json!({ "id": point })).await;
        assert_eq!(found["data"]["node"].is_object(), is_seen, "{found}");
    }
    house.finish().await;
}
