//! The schema as a whole: what it promises of every type, asked of the schema itself.

use std::collections::{BTreeMap, BTreeSet};

use domain::Actor;
use serde_json::{Value, json};
use tests::{Api, House};

use crate::authz::Stage;

const SHAPE: &str = "{ __schema { types { kind name description
    interfaces { name }
    enumValues(includeDeprecated: true) { name description }
    inputFields { name description defaultValue type { kind name ofType { kind name ofType { kind name } } } }
    fields(includeDeprecated: true) { name description
      type { kind name ofType { kind name ofType { kind name } } }
      args { name description type { kind name ofType { kind name } } } } } } }";

/// Each of its types, without those of the language itself.
pub(crate) async fn types(api: &Api) -> Vec<Value> {
    let mut shape = api.ask(&Actor::default(), SHAPE, json!({})).await;
    let Value::Array(types) = shape["__schema"]["types"].take() else { panic!("no types") };
    types.into_iter().filter(|t| !name(t).starts_with("__")).collect()
}

pub(crate) fn name(of: &Value) -> &str {
    of["name"].as_str().unwrap_or_default()
}

pub(crate) fn list<'v>(of: &'v Value, part: &str) -> &'v [Value] {
    of[part].as_array().map_or(&[], Vec::as_slice)
}

/// `ID!`, `[Need!]!`, …, as far as it was asked for.
pub(crate) fn written(kind: &Value) -> String {
    match kind["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&kind["ofType"])),
        Some("LIST") => format!("[{}]", written(&kind["ofType"])),
        _ => name(kind).to_owned(),
    }
}

#[tokio::test]
async fn everything_is_described() {
    let house = House::new().await;
    let mut bare = Vec::new();
    let mut look = |path: String, of: &Value| {
        if of["description"].as_str().is_none_or(|d| d.trim().is_empty()) {
            bare.push(path);
        }
    };
    for kind in types(&house.api()).await {
        if name(&kind) != "ID" {
            look(name(&kind).to_owned(), &kind);
        }
        for part in ["fields", "inputFields", "enumValues"] {
            for field in list(&kind, part) {
                let path = format!("{}.{}", name(&kind), name(field));
                for arg in list(field, "args") {
                    look(format!("{path}({})", name(arg)), arg);
                }
                look(path, field);
            }
        }
    }
    assert_eq!(bare, Vec::<String>::new(), "without a description");
    house.finish().await;
}

/// What everybody may read of the stage below; anything else is null for a visitor.
const PUBLIC: [&str; 8] =
    ["Announcement", "Attachment", "Event", "LogEntry", "Need", "NeedVersion", "Organisation", "Summary"];
/// Shown where it is made: a change in the feed, and a comment, which comes with a release.
const ELSEWHERE: [&str; 2] = ["Change", "SurveyComment"];

const OF_THE_BUYER: &str =
    "query($id: ID!) { viewer { person { ...it } sessions { ...it } passkeys { ...it } identities { ...it } memberships { ...it } }
  members { invitations { ...it } } organisationTokens(first: 1) { nodes { ...it } }
  webhookEndpoints(first: 2) { nodes { ...it deliveries(first: 1) { nodes { ...it } } } }
  node(id: $id) { ...it ... on Need {
    organisation { ...it } announcements { ...it } attachments { ...it } disclosures { ...it }
    events { ...it participants { registration { ...it } } } interest { ...it } partners { ...it }
    versions { ...it } summaryVersions { ...it } survey { ...it } log(first: 100) { nodes { ...it isPublic } }
    marketQuestions { nodes { ...it } } responses { nodes { ...it passages { ...it } } } } } }
  fragment it on Node { __typename id }";
const OF_THE_SUPPLIER: &str = "query($id: ID!) { node(id: $id) { ... on Need { myResponse {
    submissions { __typename id } } } } }";

/// One id of each type in an answer; of the log's entries, a public one.
fn ids(answer: &Value, found: &mut BTreeMap<String, String>) {
    match answer {
        Value::Object(fields) => {
            if let (Some(kind), Some(id)) = (answer["__typename"].as_str(), answer["id"].as_str())
                && answer["isPublic"] != json!(false)
            {
                found.entry(kind.to_owned()).or_insert_with(|| id.to_owned());
            }
            fields.values().for_each(|value| ids(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| ids(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn whatever_has_an_id_is_a_node_for_whom_it_is() {
    let stage = Box::pin(Stage::in_state("SUMMARISED")).await;
    let api = stage.house.api();
    let (owner, supplier) = (stage.actor("owner"), stage.actor("responder"));
    let need = stage.ids["need"].clone();
    let news = json!({ "needId": need, "title": "Nytt", "body": "Til alle." });
    let said = api.done(stage.actor("second"), "publishAnnouncement", "announcement { id }", news);
    let mut found = BTreeMap::from([(
        "Announcement".to_owned(),
        said.await["announcement"]["id"].as_str().unwrap().to_owned(),
    )]);
    stage.house.work().await;
    ids(&api.ask(owner, OF_THE_BUYER, json!({ "id": need })).await, &mut found);
    ids(&api.ask(supplier, OF_THE_SUPPLIER, json!({ "id": need })).await, &mut found);

    let mut nodes = BTreeSet::new();
    for kind in types(&api).await.iter().filter(|kind| kind["kind"] == "OBJECT") {
        let has_id = list(kind, "fields").iter().any(|f| name(f) == "id" && written(&f["type"]) == "ID!");
        let is_node = list(kind, "interfaces").iter().any(|i| name(i) == "Node");
        assert_eq!(has_id, is_node, "{} has an id, or is a node, without the other", name(kind));
        if is_node {
            nodes.insert(name(kind).to_owned());
        }
    }
    let known: BTreeSet<String> =
        found.keys().cloned().chain(ELSEWHERE.iter().map(ToString::to_string)).collect();
    assert_eq!(known, nodes, "no instance of some type was found, or one that is no node");

    let one = "query($id: ID!) { node(id: $id) { __typename id } }";
    let many = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    for (kind, id) in &found {
        let reader = if kind == "Submission" { supplier } else { owner };
        let it = json!({ "__typename": kind, "id": id });
        assert_eq!(api.ask(reader, one, json!({ "id": id })).await["node"], it, "{kind}");
        let seen = api.ask(&Actor::default(), one, json!({ "id": id })).await;
        let expected = if PUBLIC.contains(&kind.as_str()) { it } else { Value::Null };
        assert_eq!(seen["node"], expected, "{kind}, read by a visitor");
    }
    // Many at once are the same for everybody, in their order, also where one comes twice.
    let all: Vec<&String> = found.values().chain(found.values().take(2)).collect();
    for (persona, actor) in &stage.personas {
        let seen = api.ask(actor, many, json!({ "ids": all })).await;
        for (id, node) in all.iter().zip(list(&seen, "nodes")) {
            let alone = api.ask(actor, one, json!({ "id": id })).await;
            assert_eq!(*node, alone["node"], "{id} among others, for {persona}");
        }
    }
    // No ids, and ids of nothing.
    for id in ["", "x", "TmVlZDo", "🙂", graphql::encode(types::NeedId(uuid::Uuid::nil())).as_ref()] {
        assert_eq!(api.ask(owner, one, json!({ "id": id })).await["node"], Value::Null, "{id}");
    }
    let crowd = api.run(owner, many, json!({ "ids": vec![need; 101] })).await;
    assert_eq!(crowd["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    stage.house.finish().await;
}

/// Lists of the root that are no connections: each has an end by nature.
const BOUNDED: [&str; 7] =
    ["counties", "cpvCodes", "municipalities", "nodes", "personas", "searchCpvCodes", "signInProviders"];

#[tokio::test]
async fn every_list_is_a_connection_or_has_an_end() {
    let house = House::new().await;
    let types = types(&house.api()).await;
    let of = |wanted: &str| types.iter().find(|kind| name(kind) == wanted).unwrap();
    let arrays: BTreeSet<&str> = list(of("Query"), "fields")
        .iter()
        .filter(|field| written(&field["type"]).starts_with('['))
        .map(name)
        .collect();
    assert_eq!(arrays, BTreeSet::from(BOUNDED), "a list of the root must be a connection");
    for kind in &types {
        if name(kind).ends_with("Connection") {
            let fields: BTreeSet<&str> = list(kind, "fields").iter().map(name).collect();
            assert!(fields.is_superset(&BTreeSet::from(["edges", "nodes", "pageInfo"])), "{}", name(kind));
        }
        for field in list(kind, "fields") {
            if written(&field["type"]).trim_end_matches('!').ends_with("Connection") {
                let args: Vec<(&str, String)> =
                    list(field, "args").iter().map(|a| (name(a), written(&a["type"]))).collect();
                for arg in [("first", "Int".to_owned()), ("after", "String".to_owned())] {
                    assert!(args.contains(&arg), "{}.{} takes no {}", name(kind), name(field), arg.0);
                }
            }
        }
    }
    house.finish().await;
}

/// Lists without an order of the reader's: the feed's order is its promise, and the order of
/// comments must tell nothing.
const UNORDERED: [&str; 3] = ["changes", "surveyComments", "surveyCommentsToReview"];

#[tokio::test]
async fn all_lists_are_asked_alike() {
    let house = House::new().await;
    let types = types(&house.api()).await;
    let of = |wanted: &str| types.iter().find(|kind| name(kind) == wanted).unwrap();
    let mut unordered = BTreeSet::new();
    for (kind, field) in types.iter().flat_map(|kind| list(kind, "fields").iter().map(move |f| (kind, f))) {
        if !written(&field["type"]).trim_end_matches('!').ends_with("Connection") {
            continue;
        }
        let place = format!("{}.{}", name(kind), name(field));
        let mut is_ordered = false;
        for arg in list(field, "args") {
            let takes = written(&arg["type"]);
            match name(arg) {
                "first" => assert_eq!(takes, "Int", "{place}"),
                "after" => assert_eq!(takes, "String", "{place}"),
                "filter" => {
                    assert!(takes.ends_with("Filter"), "{place} takes a filter of another name: {takes}");
                    for part in list(of(&takes), "inputFields") {
                        let part_type = written(&part["type"]);
                        // What must be there has a value by itself.
                        let may_be_left_out = !part_type.ends_with('!') || !part["defaultValue"].is_null();
                        assert!(may_be_left_out, "{takes}.{} can't be left out", name(part));
                    }
                }
                "orderBy" => {
                    is_ordered = true;
                    let order = takes.strip_suffix("Order").unwrap_or_else(|| panic!("{place}: {takes}"));
                    let parts: Vec<String> = list(of(&takes), "inputFields")
                        .iter()
                        .map(|part| format!("{}: {}", name(part), written(&part["type"])))
                        .collect();
                    let shape =
                        [format!("field: {order}OrderField!"), "direction: OrderDirection!".to_owned()];
                    assert_eq!(parts, shape, "{place}");
                }
                // What the list is of.
                other => {
                    let words = "is a choice, and belongs into the filter";
                    assert!(takes.ends_with('!'), "{place}({other}) {words}");
                }
            }
        }
        if !is_ordered {
            unordered.insert(name(field));
        }
    }
    assert_eq!(unordered, BTreeSet::from(UNORDERED), "take `orderBy`, or say here why not");
    house.finish().await;
}

/// A list of five, from one end to the other in pages of two, by what its nodes say.
async fn walked(api: &Api, actor: &Actor, list_name: &str, order: &str, says: &str) -> Vec<String> {
    let page = format!(
        "query($after: String) {{ it: {list_name}(first: 2, after: $after{order}) {{
            nodes {{ {says} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut after, mut found) = (Value::Null, Vec::new());
    loop {
        let seen = api.ask(actor, &page, json!({ "after": after })).await["it"].take();
        found.extend(list(&seen, "nodes").iter().map(ToString::to_string));
        if seen["pageInfo"]["hasNextPage"] == json!(false) {
            return found;
        }
        after = seen["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test]
async fn a_list_runs_both_ways_and_its_cursors_go_no_other() {
    let house = House::new().await;
    let per = house.supplier("Annen AS", "per@annen.example.no").await;
    let officer = house.officer().await;
    let api = house.api();
    for title in ["En båt", "To båter", "Tre båter"] {
        let content = json!({ "content": { "title": title } });
        api.done(&officer, "createNeed", "need { id }", content).await;
        house.clock.advance(chrono::Duration::minutes(1));
    }
    for (list_name, actor, field, says) in
        [("ownNeeds", &officer, "UPDATED_AT", "title"), ("organisations", &per, "NAME", "slug")]
    {
        let order = |direction| format!(", orderBy: {{ field: {field}, direction: {direction} }}");
        let up = walked(&api, actor, list_name, &order("ASC"), says).await;
        let mut down = walked(&api, actor, list_name, &order("DESC"), says).await;
        assert!(up.len() >= 2, "{list_name}: {up:?}");
        assert_ne!(up, down, "{list_name}");
        down.reverse();
        assert_eq!(up, down, "{list_name}");
    }
    let first = "{ ownNeeds(first: 1) { pageInfo { endCursor } } }";
    let cursor = api.ask(&officer, first, json!({})).await["ownNeeds"]["pageInfo"]["endCursor"].take();
    let on = async |arguments: &str| {
        let next =
            format!("query($after: String) {{ ownNeeds(after: $after{arguments}) {{ nodes {{ id }} }} }}");
        let seen = api.run(&officer, &next, json!({ "after": cursor })).await;
        seen["errors"][0]["extensions"].clone()
    };
    // The same list, said otherwise.
    for same in
        ["", ", first: 7", ", filter: {}", ", filter: null, orderBy: null", ", filter: { states: [] }"]
    {
        assert_eq!(on(same).await, Value::Null, "{same}");
    }
    let refused = json!({ "code": "INVALID_CURSOR", "argument": "after" });
    for other in [", orderBy: { direction: ASC }", ", filter: { states: [DRAFT] }"] {
        assert_eq!(on(other).await, refused, "{other}");
    }
    let elsewhere = "query($after: String) { organisations(after: $after) { nodes { id } } }";
    let seen = api.run(&officer, elsewhere, json!({ "after": cursor })).await;
    assert_eq!(seen["errors"][0]["extensions"], refused);
    house.finish().await;
}

#[tokio::test]
async fn a_list_is_paged_to_its_end_and_counted_only_where_that_is_asked_for() {
    let house = House::new().await;
    let per = house.supplier("Annen AS", "per@annen.example.no").await;
    let officer = house.officer().await;
    let api = house.api();
    for title in ["En", "To", "Tre", "Fire", "Fem"] {
        let content = json!({ "content": { "title": title } });
        api.done(&officer, "createNeed", "need { id }", content).await;
    }
    let page = "query($after: String) { ownNeeds(first: 2, after: $after) {
        totalCount isTotalCountExact nodes { title } pageInfo { hasNextPage endCursor } } }";
    let (mut after, mut titles) = (Value::Null, Vec::new());
    loop {
        let seen = api.ask(&officer, page, json!({ "after": after })).await["ownNeeds"].take();
        assert_eq!((&seen["totalCount"], &seen["isTotalCountExact"]), (&json!(5), &json!(true)));
        titles.extend(list(&seen, "nodes").iter().map(|n| n["title"].as_str().unwrap().to_owned()));
        if seen["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
        after = seen["pageInfo"]["endCursor"].clone();
    }
    titles.sort();
    assert_eq!(titles, ["En", "Fem", "Fire", "To", "Tre"], "each once");
    let cost = async |fields: &str| {
        let before = house.app.db.statements();
        api.ask(&officer, &format!("{{ ownNeeds {{ {fields} }} }}"), json!({})).await;
        house.app.db.statements() - before
    };
    assert_eq!(
        cost("nodes { title }").await + 1,
        cost("... on NeedConnection { all: totalCount } edges { cursor }").await
    );
    // Nobody counts what is not theirs to see.
    let public = "{ needs { totalCount nodes { title } } }";
    let seen = api.ask(&per, public, json!({})).await;
    assert_eq!(seen["needs"], json!({ "totalCount": 0, "nodes": [] }));
    let bad = api.run(&officer, page, json!({ "after": "x" })).await;
    assert_eq!(bad["errors"][0]["extensions"]["code"], "INVALID_CURSOR");
    house.finish().await;
}
