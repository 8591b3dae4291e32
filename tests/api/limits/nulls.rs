//! A field that failed is null, or takes what can't be without it along.

use async_graphql::{Request, Variables};
use graphql::ApiSettings;
use serde_json::json;
use tests::House;

#[tokio::test]
async fn what_failed_is_null_at_the_nearest_place_that_may_be() {
    let house = House::new().await;
    let officer = house.officer().await;
    let draft = json!({ "content": { "title": "Båt" } });
    let made = house.api().done(&officer, "createNeed", "need { slug }", draft).await;
    let ask = async |document: &str| {
        let variables = Variables::from_json(json!({ "slug": made["need"]["slug"] }));
        let request = Request::new(document).variables(variables);
        let api = house.outside(ApiSettings::default());
        serde_json::to_value(api.execute(request, &officer).await).unwrap()
    };
    // `need` may be null; its log may not.
    let seen = ask("query($slug: String!) { fileRules { __typename } it: need(slug: $slug) {
        title log(first: 1000) { nodes { id } } } other: need(slug: $slug) { title } }")
    .await;
    let data = json!({ "fileRules": { "__typename": "FileRules" }, "it": null, "other": { "title": "Båt" } });
    assert_eq!(seen["data"], data, "{seen}");
    assert_eq!(seen["errors"][0]["path"], json!(["it", "log"]));
    // Nothing above the list may be null.
    let seen = ask("{ fileRules { __typename } needs(first: 1000) { nodes { id } } }").await;
    assert_eq!(seen["data"], json!(null), "{seen}");
    // An object is not null because nothing of it was asked for.
    let seen = ask(
        "query($slug: String!) { need(slug: $slug) { ...E } } fragment E on Node { ... on Event { id } }",
    );
    assert_eq!(seen.await["data"], json!({ "need": {} }));
    house.finish().await;
}
