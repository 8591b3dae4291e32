//! Who reads what, when: each field of the query and each field of what has an id, asked by
//! each kind of person about a need in each state, against `tests/golden/queries.txt`.
//!
//! Complete by construction: fields come from the schema. A field that gives everybody the
//! same is named with its type; one that does not has its row; so a new one changes the file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use domain::Actor;
use serde_json::{Value, json};
use tests::{Api, House};

use super::stage::{STATES, Stage};
use super::{PERSONAS, compare};
use crate::leaks::crawl;
use crate::leaks::shape::{Field, Shape, arguments};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/queries.txt");

/// A type's field, or the query's.
type Place = String;
/// What was given, and to whom.
type Row = BTreeMap<String, BTreeSet<&'static str>>;

/// Everything that was read.
#[derive(Default)]
struct Matrix(BTreeMap<Place, Vec<(&'static str, Row)>>);

impl Matrix {
    fn note(&mut self, place: &str, state: &'static str, outcome: &str, persona: &'static str) {
        let rows = self.0.entry(place.to_owned()).or_default();
        if rows.last().is_none_or(|(last, _)| *last != state) {
            rows.push((state, Row::new()));
        }
        if let Some((_, row)) = rows.last_mut() {
            row.entry(outcome.to_owned()).or_default().insert(persona);
        }
    }
}

#[tokio::test]
async fn everybody_is_given_what_they_may_read_and_nothing_else() {
    // The engine has no say in it: behind the wall `leaks` asks all of it.
    if House::is_on_postgres() {
        return;
    }
    let mut matrix = Matrix::default();
    let mut shape = None;
    for state in STATES {
        let stage = Box::pin(Stage::in_state(state)).await;
        let api = stage.house.api();
        if shape.is_none() {
            shape = Some(Shape::of(&api).await);
        }
        let shape = shape.as_ref().expect("the schema");
        let asks = asks(&stage, shape).await;
        for (persona, actor) in &stage.personas[..PERSONAS] {
            for ask in &asks {
                let mut note = |place: &str, outcome: &str| matrix.note(place, state, outcome, persona);
                ask.put(&api, actor, shape, &mut note).await;
            }
        }
        stage.house.finish().await;
    }
    let shape = shape.expect("the schema");
    let missing: Vec<&String> =
        shape.0["Query"].fields.keys().filter(|f| !matrix.0.contains_key(&format!("Query.{f}"))).collect();
    assert!(missing.is_empty(), "nothing asks for {missing:?}: say in `given` what they are asked with");
    let is_asked = |of: &str| matrix.0.keys().any(|place| place.starts_with(&format!("{of}.")));
    let possible = shape.0["Node"].possible.iter().map(String::as_str);
    let unstaged: Vec<&str> = possible.filter(|of| !is_asked(of)).collect();
    assert_eq!(unstaged, UNSTAGED, "what is not on the stage");
    compare(GOLDEN, &printed(&matrix));
}

/// Nodes of which the stage has none: `quality.rs` has comments, and an announcement is
/// everybody's who sees its need.
const UNSTAGED: [&str; 2] = ["Announcement", "SurveyComment"];

/// An object, or the query, with its fields.
struct Ask {
    /// Its type; `Query` for the query.
    of: String,
    variables: Value,
    /// Name and selection of each field.
    fields: Vec<(String, String)>,
}

impl Ask {
    fn document<'a>(&self, fields: impl Iterator<Item = &'a (String, String)>) -> String {
        let fields: Vec<&str> = fields.map(|(_, selection)| selection.as_str()).collect();
        let fields = fields.join(" ");
        if self.of == "Query" {
            format!("{{ {fields} }}")
        } else {
            format!("query($id: ID!) {{ node(id: $id) {{ ... on {} {{ {fields} }} }} }}", self.of)
        }
    }

    fn object<'a>(&self, answer: &'a Value) -> &'a Value {
        if self.of == "Query" { &answer["data"] } else { &answer["data"]["node"] }
    }

    /// What each field gives, together if nothing is refused, else one by one.
    async fn put(&self, api: &Api, actor: &Actor, shape: &Shape, note: &mut dyn FnMut(&str, &str)) {
        let answer = api.run(actor, &self.document(self.fields.iter()), self.variables.clone()).await;
        if answer["errors"].is_null() {
            for (field, _) in &self.fields {
                self.look(field, &self.object(&answer)[field], shape, note);
            }
            return;
        }
        for field in &self.fields {
            let document = self.document(std::iter::once(field));
            let answer = api.run(actor, &document, self.variables.clone()).await;
            match answer["errors"][0]["extensions"]["code"].as_str() {
                Some(code) => note(&format!("{}.{}", self.of, field.0), code),
                None => self.look(&field.0, &self.object(&answer)[&field.0], shape, note),
            }
        }
    }

    fn look(&self, field: &str, value: &Value, shape: &Shape, note: &mut dyn FnMut(&str, &str)) {
        // The machine's own time: none at all is as good as some.
        let outcome_here = if field == "durationMs" && value.is_number() { "given" } else { outcome(value) };
        note(&format!("{}.{field}", self.of), outcome_here);
        let of = &shape.0[&self.of].fields[field].of;
        let (within, value) = match shape.0[of].fields.get("nodes") {
            Some(nodes) => (&nodes.of, &value["nodes"]),
            None => (of, value),
        };
        if is_part(shape, within) {
            for part in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
                for (name, value) in
                    part.as_object().into_iter().flatten().filter(|(n, _)| *n != "__typename")
                {
                    note(&format!("{within}.{name}"), outcome(value));
                }
            }
        }
    }
}

/// In a word, what came.
fn outcome(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(true) => "yes",
        Value::Bool(false) => "no",
        Value::Array(items) if items.is_empty() => "empty",
        Value::String(text) if text.is_empty() => "empty",
        Value::Number(number) if number.as_f64() == Some(0.0) => "empty",
        Value::Object(fields) if fields.get("nodes").is_some_and(|n| n == &json!([])) => "empty",
        _ => "given",
    }
}

/// Whether a type has no id of its own, so that it is only read within another.
fn is_part(shape: &Shape, of: &str) -> bool {
    let known = &shape.0[of];
    known.kind == "OBJECT" && !of.ends_with("Connection") && !shape.0["Node"].possible.iter().any(|n| n == of)
}

/// What is asked of what a field leads to.
fn within(shape: &Shape, of: &str) -> String {
    let leaves = |of: &str| {
        let fields = shape.0[of].fields.iter().filter(|(_, f)| shape.is_leaf(&f.of) && f.args.is_empty());
        fields.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ")
    };
    if shape.is_leaf(of) {
        return String::new();
    }
    match shape.0[of].fields.get("nodes") {
        Some(nodes) if is_part(shape, &nodes.of) => {
            format!("{{ nodes {{ __typename {} }} }}", leaves(&nodes.of))
        }
        Some(_) => "{ nodes { __typename } }".to_owned(),
        None if is_part(shape, of) => format!("{{ __typename {} }}", leaves(of)),
        None => "{ __typename }".to_owned(),
    }
}

async fn asks(stage: &Stage, shape: &Shape) -> Vec<Ask> {
    let db = &stage.house.app.db;
    let slugs = crawl::slugs(db).await;
    let roots = shape.0["Query"].fields.iter().map(|(field, known)| {
        let given = given(field, known, stage, &slugs);
        (field.clone(), format!("{field}{given} {}", within(shape, &known.of)))
    });
    let mut asks = vec![Ask { of: "Query".to_owned(), variables: Value::Null, fields: roots.collect() }];
    let is_node = |of: &str| shape.0["Node"].possible.iter().any(|node| node == of);
    for (of, ids) in crawl::nodes(db).await.into_iter().filter(|(of, _)| is_node(of)) {
        // What is told of the record depends on the kind of an entry, and `changes.rs` has all.
        for id in ids.iter().take(if of == "LogEntry" || of == "Change" { 30 } else { 12 }) {
            let fields = shape.0[of].fields.iter().map(|(field, known)| {
                (field.clone(), format!("{field}{} {}", arguments(&known.args), within(shape, &known.of)))
            });
            let fields = fields.collect();
            asks.push(Ask { of: of.to_owned(), variables: json!({ "id": id }), fields });
        }
    }
    asks
}

/// What a field of the query is asked with.
fn given(field: &str, known: &Field, stage: &Stage, slugs: &BTreeMap<&'static str, Vec<String>>) -> String {
    let must = known.args.iter().filter(|(_, _, must)| *must).map(|(name, ..)| match name.as_str() {
        "id" => format!("id: {}", stage.ids["need"]),
        "ids" => format!("ids: [{}]", stage.ids["need"]),
        "slug" => format!("slug: {}", json!(slugs[field].first().map_or("none", String::as_str))),
        "organisation" => format!("organisation: {}", json!("trondheim-kommune")),
        "organisationNumber" => "organisationNumber: \"942110464\"".to_owned(),
        "proof" | "token" => format!("{name}: \"x\""),
        "words" => "words: \"sensor\"".to_owned(),
        "order" => "order: NEWEST".to_owned(),
        _ => panic!("what is {field} asked with? {name}"),
    });
    let must: Vec<String> = must.collect();
    if must.is_empty() { String::new() } else { format!("({})", must.join(", ")) }
}

/// First the fields that tell persons apart, then those that do not, in a line for each type.
fn printed(matrix: &Matrix) -> String {
    let mut text = String::from(
        "Who is given what, when: made and checked by the test `authz::queries`, which says how to write it anew.\n\
         A persona that stands in two lines of a state is given some and not others.\n",
    );
    let mut same: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (place, rows) in &matrix.0 {
        let (of, field) = place.split_once('.').expect("a type and a field");
        let everybody = |row: &Row| {
            row.values().all(|who| who.len() == row.values().flatten().collect::<BTreeSet<_>>().len())
        };
        if rows.iter().all(|(_, row)| row.len() == 1 || everybody(row)) && of != "Query" {
            same.entry(of).or_default().push(field);
            continue;
        }
        writeln!(text, "\n{place}").unwrap();
        let mut lines: Vec<(Vec<&str>, &Row)> = Vec::new();
        for (state, row) in rows {
            match lines.iter_mut().find(|(_, known)| *known == row) {
                Some((states, _)) => states.push(state),
                None => lines.push((vec![state], row)),
            }
        }
        for (states, row) in lines {
            let states = if states.len() == STATES.len() { "ALWAYS".to_owned() } else { states.join(" ") };
            writeln!(text, "  {states}").unwrap();
            for (outcome, personas) in row {
                writeln!(text, "    {outcome}: {}", personas.iter().copied().collect::<Vec<_>>().join(" "))
                    .unwrap();
            }
        }
    }
    text.push_str("\nThe same to everybody who sees the object at all\n");
    for (of, fields) in same {
        writeln!(text, "  {of}: {}", fields.join(" ")).unwrap();
    }
    text
}
