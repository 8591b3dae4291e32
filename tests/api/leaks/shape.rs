//! Documents that ask for everything: made from the schema itself, so that a new field is
//! asked for without anybody thinking of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use domain::Actor;
use futures::stream::BoxStream;
use serde_json::{Value, json};
use tests::Api;

/// The scalars that are words of anybody's own.
const TEXTS: [&str; 4] = ["CpvCode", "Markdown", "OrganisationNumber", "String"];

const INTROSPECT: &str = "{ __schema { types { kind name possibleTypes { name }
    fields { name type { ...T } args { name type { ...T } } }
    inputFields { name type { ...T } } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// A type of the schema.
#[derive(Debug, Default)]
pub(crate) struct Type {
    pub(crate) kind: String,
    pub(crate) fields: BTreeMap<String, Field>,
    pub(crate) inputs: BTreeMap<String, String>,
    pub(crate) possible: Vec<String>,
}

/// A field: the type that it leads to, and its arguments.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) of: String,
    /// Name, type, and whether it must be given.
    pub(crate) args: Vec<(String, String, bool)>,
}

/// The schema, as a client learns it.
#[derive(Debug)]
pub(crate) struct Shape(pub(crate) BTreeMap<String, Type>);

impl Shape {
    /// Asks for it.
    pub(crate) async fn of(api: &Api) -> Self {
        let schema = api.ask(&Actor::default(), INTROSPECT, Value::Null).await;
        let mut types = BTreeMap::new();
        for told in schema["__schema"]["types"].as_array().unwrap() {
            let mut known = Type { kind: text(&told["kind"]), ..Type::default() };
            for field in told["fields"].as_array().into_iter().flatten() {
                let args = field["args"].as_array().unwrap().iter();
                let args = args.map(|arg| {
                    let must = arg["type"]["kind"] == "NON_NULL";
                    (text(&arg["name"]), named(&arg["type"]), must)
                });
                let field = (text(&field["name"]), Field { of: named(&field["type"]), args: args.collect() });
                known.fields.insert(field.0, field.1);
            }
            for field in told["inputFields"].as_array().into_iter().flatten() {
                known.inputs.insert(text(&field["name"]), named(&field["type"]));
            }
            known.possible =
                told["possibleTypes"].as_array().into_iter().flatten().map(|t| text(&t["name"])).collect();
            types.insert(text(&told["name"]), known);
        }
        Self(types)
    }

    /// Whether nothing is within.
    pub(crate) fn is_leaf(&self, name: &str) -> bool {
        ["SCALAR", "ENUM"].contains(&self.0[name].kind.as_str())
    }

    /// Everything within an object of `name`, so many objects deep. No type stands within
    /// itself, or the selection would have no end.
    pub(crate) fn selection(&self, name: &str, depth: usize, above: &mut Vec<String>) -> String {
        let of = &self.0[name];
        if of.kind == "INTERFACE" {
            // What it is, is asked by its own id.
            return "__typename id".to_owned();
        }
        let mut out = String::from("__typename ");
        above.push(name.to_owned());
        for (field, Field { of, args }) in &of.fields {
            // An edge holds its node again.
            let is_again = field == "edges";
            if self.is_leaf(of) {
                write!(out, "{field} ").unwrap();
                continue;
            }
            let is_wrapper = of.ends_with("Connection") || of == "PageInfo" || name.ends_with("Connection");
            if is_again {
                out.push_str("edges { cursor } ");
            } else if !above.contains(of) && (depth > 0 || is_wrapper) {
                let depth = if is_wrapper { depth } else { depth - 1 };
                if depth == 0 && of.ends_with("Connection") {
                    continue;
                }
                let within = self.selection(of, depth, above);
                write!(out, "{field}{} {{ {within} }} ", arguments(args)).unwrap();
            }
        }
        above.pop();
        out
    }

    /// The input fields of type `String` (and the like) that a value fills, as `Type.field`, with the text.
    pub(crate) fn filled(&self, of: &str, value: &Value, note: &mut dyn FnMut(String, &str)) {
        let Value::Object(fields) = value else { return };
        for (name, value) in fields {
            let kind = &self.0[of].inputs[name];
            match value {
                Value::String(text) => note(format!("{of}.{name}"), text),
                Value::Object(_) => self.filled(kind, value, note),
                Value::Array(items) => {
                    for item in items {
                        match item {
                            Value::String(text) => note(format!("{of}.{name}"), text),
                            _ => self.filled(kind, item, note),
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// All input fields that take words of anybody's own.
    pub(crate) fn words(&self) -> BTreeSet<String> {
        let inputs = self.0.iter().filter(|(_, t)| t.kind == "INPUT_OBJECT");
        let fields = inputs.flat_map(|(name, t)| t.inputs.iter().map(move |(field, of)| (name, field, of)));
        fields
            .filter(|(_, _, of)| TEXTS.contains(&of.as_str()))
            .map(|(name, field, _)| format!("{name}.{field}"))
            .collect()
    }
}

/// What a field within an object is asked with.
pub(crate) fn arguments(args: &[(String, String, bool)]) -> String {
    let given = args.iter().filter_map(|(name, _, must)| match name.as_str() {
        "first" => Some("first: 10".to_owned()),
        "question" => Some("question: \"q1\"".to_owned()),
        _ => {
            assert!(!must, "what is {name} asked with?");
            None
        }
    });
    let given = given.collect::<Vec<_>>().join(", ");
    if given.is_empty() { given } else { format!("({given})") }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The type behind lists and what must be there.
fn named(of: &Value) -> String {
    let mut of = of;
    while of["ofType"] != Value::Null {
        of = &of["ofType"];
    }
    text(&of["name"])
}

/// A document with its variables.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    /// What it is about, for who reads a failure.
    pub(crate) place: String,
    document: String,
    variables: Value,
}

impl Ask {
    /// Asks for a field of the query with these arguments, and for all that is within.
    pub(crate) fn root(shape: &Shape, field: &str, given: &Value, depth: usize) -> Self {
        Self::of(shape, "Query", field, given, depth)
    }

    /// Listens to a field of the subscription with these arguments, and to all that is within.
    pub(super) fn subscription(shape: &Shape, field: &str, given: &Value, depth: usize) -> Self {
        Self::of(shape, "Subscription", field, given, depth)
    }

    fn of(shape: &Shape, root: &str, field: &str, given: &Value, depth: usize) -> Self {
        let known = &shape.0[root].fields[field];
        let taken: Vec<_> = known.args.iter().filter(|(name, ..)| !given[name].is_null()).collect();
        let variables: Vec<String> = taken.iter().map(|(name, of, _)| format!("${name}: {of}!")).collect();
        let passed: Vec<String> = taken.iter().map(|(name, ..)| format!("{name}: ${name}")).collect();
        let frame = |words: &[String]| {
            if words.is_empty() { String::new() } else { format!("({})", words.join(", ")) }
        };
        let within = if shape.is_leaf(&known.of) {
            String::new()
        } else {
            format!("{{ {} }}", shape.selection(&known.of, depth, &mut Vec::new()))
        };
        let kind = root.to_lowercase();
        let document = format!("{kind}{} {{ {field}{} {within} }}", frame(&variables), frame(&passed));
        Self { place: format!("{field} {given}"), document, variables: given.clone() }
    }

    /// Asks for an object by its id: for all that is within, if `of` is a node.
    pub(crate) fn node(shape: &Shape, of: &str, id: &Value, depth: usize) -> Self {
        let is_node = shape.0["Node"].possible.iter().any(|node| node == of);
        let within = if is_node {
            format!("... on {of} {{ {} }}", shape.selection(of, depth, &mut Vec::new()))
        } else {
            String::new()
        };
        let document = format!("query($id: ID!) {{ node(id: $id) {{ __typename id {within} }} }}");
        Self { place: format!("node {of} {id}"), document, variables: json!({ "id": id }) }
    }

    /// The answer.
    pub(crate) async fn put(&self, api: &Api, actor: &Actor) -> Value {
        api.run(actor, &self.document, self.variables.clone()).await
    }

    /// The answers.
    pub(super) fn listen(&self, api: &Api, actor: &Actor) -> BoxStream<'static, Value> {
        api.listen(actor, &self.document, self.variables.clone())
    }
}
