//! A field that failed is `null`, as GraphQL demands (§6.4.4 *Handling
//! Execution Errors*).
//!
//! async-graphql leaves such a field's key out, whatever its type; an object
//! of which nothing is left becomes `null`, and so does one of whose fragments
//! none applies. So a document is [`marked`] before it runs: each selection
//! asks for one thing more that can't fail, its type's name, under a key that
//! no client can write. Thus no object is empty, and what each is of is known.
//! What fails as a field of an interface has no path there, and can't be mended:
//! our one interface, `Node`, has nothing but its id, which does not fail.
//! Afterwards [`complete`] puts `null` at the nearest place above each error
//! that may be `null`, and takes the marks away.

use std::collections::HashSet;

use async_graphql::parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
    SelectionSet, Type,
};
use async_graphql::{Name, PathSegment, Positioned, Response, Value};

use super::shape::Shape;

/// The key of a mark: no name in GraphQL.
const MARK: &str = "\0";

/// The document with a mark in each selection.
pub(super) fn marked(document: &ExecutableDocument) -> ExecutableDocument {
    let mut document = document.clone();
    for fragment in document.fragments.values_mut() {
        mark_below(&mut fragment.node.selection_set.node);
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => mark_operation(&mut operation.node),
        DocumentOperations::Multiple(all) => {
            for operation in all.values_mut() {
                mark_operation(&mut operation.node);
            }
        }
    }
    document
}

fn mark_operation(operation: &mut OperationDefinition) {
    mark_below(&mut operation.selection_set.node);
    // At the top of a subscription stands its one field alone.
    if operation.ty != OperationType::Subscription {
        mark(&mut operation.selection_set);
    }
}

/// Marks the selections of the fields in this one. What a fragment selects
/// comes beside the mark of the field that it stands in.
fn mark_below(set: &mut SelectionSet) {
    for item in &mut set.items {
        match &mut item.node {
            // A leaf has no selection, and the schema itself does not fail.
            Selection::Field(field) => {
                let Field { name, selection_set, .. } = &mut field.node;
                if !selection_set.node.items.is_empty() && !name.node.starts_with("__") {
                    mark_below(&mut selection_set.node);
                    mark(selection_set);
                }
            }
            Selection::InlineFragment(fragment) => mark_below(&mut fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn mark(set: &mut Positioned<SelectionSet>) {
    let at = set.pos;
    let field = Field {
        alias: Some(Positioned::new(Name::new(MARK), at)),
        name: Positioned::new(Name::new("__typename"), at),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet::default(), at),
    };
    set.node.items.push(Positioned::new(Selection::Field(Positioned::new(field, at)), at));
}

/// Puts `null` where something failed, and takes the marks away.
pub(super) fn complete(
    mut answer: Response,
    document: &ExecutableDocument,
    operation: Option<&str>,
    shape: &Shape,
) -> Response {
    let chosen = match (&document.operations, operation) {
        (DocumentOperations::Single(only), _) => Some(only),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
        (DocumentOperations::Multiple(all), None) => all.values().next(),
    };
    if let Some(operation) = chosen
        && !answer.errors.is_empty()
        && answer.data != Value::Null
    {
        // A field that is selected twice runs twice here, and fails once.
        let mut failed = HashSet::new();
        answer.errors.retain(|error| error.path.is_empty() || failed.insert(format!("{:?}", error.path)));
        for error in answer.errors.iter().filter(|error| !error.path.is_empty()) {
            let place = Places { document, shape }.nearest(&operation.node, &error.path, &answer.data);
            put_null(&mut answer.data, &error.path[..place]);
        }
    }
    unmark(&mut answer.data);
    answer
}

/// The places of an answer, as the document and the schema tell of them.
struct Places<'a> {
    document: &'a ExecutableDocument,
    shape: &'a Shape,
}

impl<'a> Places<'a> {
    /// How far down a path the last place lies that may be `null`: 0 is `data` itself.
    fn nearest(&self, operation: &'a OperationDefinition, path: &[PathSegment], data: &Value) -> usize {
        let mut sets = vec![&operation.selection_set.node];
        let mut on = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let (mut nearest, mut value) = (0, Some(data));
        let mut ty: Option<&Type> = None;
        for (place, segment) in path.iter().enumerate() {
            // Nothing is left here, or `null` already: it goes no further down.
            let Some(here) = value.filter(|value| **value != Value::Null) else { break };
            match (segment, here) {
                (PathSegment::Field(key), Value::Object(object)) => {
                    if let Some(Value::String(name)) = object.get(MARK) {
                        on = name;
                    }
                    let found = self.fields(&sets, on, key);
                    let Some(known) = found.iter().find_map(|f| self.shape.field(on, &f.name.node)) else {
                        break;
                    };
                    sets = found.iter().map(|field| &field.selection_set.node).collect();
                    (ty, on, value) = (Some(&known.ty), &known.gives, object.get(key.as_str()));
                }
                (PathSegment::Index(index), Value::List(items)) => {
                    let Some(Type { base: BaseType::List(inner), .. }) = ty else { break };
                    (ty, value) = (Some(inner.as_ref()), items.get(*index));
                }
                _ => break,
            }
            if ty.is_some_and(|ty| ty.nullable) {
                nearest = place + 1;
            }
        }
        nearest
    }

    /// The fields that answer to a key, where the object is of this type.
    fn fields(&self, sets: &[&'a SelectionSet], on: &str, key: &str) -> Vec<&'a Field> {
        let mut found = Vec::new();
        for item in sets.iter().flat_map(|set| &set.items) {
            let (condition, set) = match &item.node {
                Selection::Field(field) => {
                    if field.node.response_key().node == key {
                        found.push(&field.node);
                    }
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    (fragment.node.type_condition.as_ref(), &fragment.node.selection_set.node)
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) else {
                        continue;
                    };
                    (Some(&fragment.node.type_condition), &fragment.node.selection_set.node)
                }
            };
            if condition.is_none_or(|condition| self.shape.is_a(on, &condition.node.on.node)) {
                found.extend(self.fields(&[set], on, key));
            }
        }
        found
    }
}

fn put_null(value: &mut Value, path: &[PathSegment]) {
    match (path.split_first(), value) {
        (None, value) => *value = Value::Null,
        (Some((PathSegment::Field(key), rest)), Value::Object(object)) => {
            put_null(object.entry(Name::new(key)).or_default(), rest);
        }
        (Some((PathSegment::Index(index), rest)), Value::List(items)) => {
            if let Some(item) = items.get_mut(*index) {
                put_null(item, rest);
            }
        }
        _ => {}
    }
}

fn unmark(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.shift_remove(MARK);
            object.values_mut().for_each(unmark);
        }
        Value::List(items) => items.iter_mut().for_each(unmark),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use async_graphql::parser::parse_query;
    use async_graphql::{
        Context, EmptyMutation, EmptySubscription, Interface, Object, Request, Result, Schema, Union,
    };
    use serde_json::{Value, json};

    use super::*;

    struct Query;
    struct Thing;
    struct Other;

    #[derive(Union)]
    enum Either {
        Thing(Thing),
        Other(Other),
    }

    #[derive(Interface)]
    #[graphql(field(name = "kind", ty = "&str"))]
    enum Named {
        Thing(Thing),
        Other(Other),
    }

    /// The paths that fail.
    type Fails = HashSet<String>;

    fn path(ctx: &Context<'_>) -> String {
        ctx.path_node.map(|node| node.to_string_vec().join("/")).unwrap_or_default()
    }

    fn meet(ctx: &Context<'_>) -> Result<()> {
        meet_at(ctx, &path(ctx))
    }

    fn meet_at(ctx: &Context<'_>, path: &str) -> Result<()> {
        if ctx.data::<Fails>()?.contains(path) { Err("failed".into()) } else { Ok(()) }
    }

    fn fragile(ctx: &Context<'_>) -> Result<Vec<Result<Thing>>> {
        meet(ctx)?;
        Ok((0..2).map(|n| meet_at(ctx, &format!("{}/{n}", path(ctx))).map(|()| Thing)).collect())
    }

    #[Object]
    impl Query {
        async fn thing(&self, ctx: &Context<'_>) -> Result<Option<Thing>> {
            meet(ctx).map(|()| Some(Thing))
        }
        async fn sure_thing(&self, ctx: &Context<'_>) -> Result<Thing> {
            meet(ctx).map(|()| Thing)
        }
        async fn named(&self, ctx: &Context<'_>) -> Result<Option<Named>> {
            meet(ctx).map(|()| Some(Named::Other(Other)))
        }
        async fn fragile(&self, ctx: &Context<'_>) -> Result<Vec<Result<Thing>>> {
            fragile(ctx)
        }
    }

    #[Object]
    impl Thing {
        async fn kind(&self) -> &str {
            "k"
        }
        async fn name(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
            meet(ctx).map(|()| Some("n"))
        }
        async fn sure_name(&self, ctx: &Context<'_>) -> Result<&str> {
            meet(ctx).map(|()| "s")
        }
        async fn thing(&self, ctx: &Context<'_>) -> Result<Option<Thing>> {
            meet(ctx).map(|()| Some(Thing))
        }
        async fn sure_thing(&self, ctx: &Context<'_>) -> Result<Thing> {
            meet(ctx).map(|()| Thing)
        }
        async fn things(&self, ctx: &Context<'_>) -> Result<Vec<Thing>> {
            meet(ctx).map(|()| vec![Thing, Thing])
        }
        async fn any_things(&self, ctx: &Context<'_>) -> Result<Option<Vec<Thing>>> {
            meet(ctx).map(|()| Some(vec![Thing, Thing]))
        }
        async fn holes(&self, ctx: &Context<'_>) -> Result<Vec<Option<Thing>>> {
            meet(ctx).map(|()| vec![Some(Thing), None, Some(Thing)])
        }
        async fn any_holes(&self, ctx: &Context<'_>) -> Result<Option<Vec<Option<Thing>>>> {
            meet(ctx).map(|()| Some(vec![None, Some(Thing)]))
        }
        async fn fragile(&self, ctx: &Context<'_>) -> Result<Vec<Result<Thing>>> {
            fragile(ctx)
        }
        async fn any_fragile(&self, ctx: &Context<'_>) -> Result<Option<Vec<Result<Thing>>>> {
            fragile(ctx).map(Some)
        }
        async fn either(&self, ctx: &Context<'_>) -> Result<Option<Either>> {
            meet(ctx).map(|()| Some(Either::Other(Other)))
        }
        async fn sure_either(&self, ctx: &Context<'_>) -> Result<Either> {
            meet(ctx).map(|()| Either::Thing(Thing))
        }
        async fn named(&self, ctx: &Context<'_>) -> Result<Option<Named>> {
            meet(ctx).map(|()| Some(Named::Other(Other)))
        }
        async fn many_either(&self, ctx: &Context<'_>) -> Result<Option<Vec<Either>>> {
            meet(ctx).map(|()| Some(vec![Either::Thing(Thing), Either::Other(Other)]))
        }
    }

    #[Object]
    impl Other {
        async fn kind(&self) -> &str {
            "k"
        }
        async fn name(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
            meet(ctx).map(|()| Some("n"))
        }
        async fn sure_name(&self, ctx: &Context<'_>) -> Result<&str> {
            meet(ctx).map(|()| "s")
        }
        async fn other(&self, ctx: &Context<'_>) -> Result<Option<Other>> {
            meet(ctx).map(|()| Some(Other))
        }
        async fn thing(&self, ctx: &Context<'_>) -> Result<Thing> {
            meet(ctx).map(|()| Thing)
        }
    }

    fn answer(query: &str, fails: impl IntoIterator<Item = String>) -> Value {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let shape = Shape::of_definition(&schema.sdl());
        let asked = parse_query(query).unwrap();
        let mut request = Request::new(query).data(fails.into_iter().collect::<Fails>());
        request.set_parsed_query(marked(&asked));
        let answer = futures::executor::block_on(schema.execute(request));
        serde_json::to_value(complete(answer, &asked, None, &shape)).unwrap()
    }

    /// `nulls.jsonl` is made by `tests/clients/reference/nulls.mjs`.
    #[test]
    fn null_stands_where_the_reference_implementation_puts_it() {
        let cases = include_str!("nulls.jsonl").lines().map(|line| serde_json::from_str(line).unwrap());
        let cases: Vec<Value> = cases.collect();
        assert!(cases.len() >= 250);
        for case in &cases {
            let fails: Vec<String> = serde_json::from_value(case["fails"].clone()).unwrap();
            let found = answer(case["query"].as_str().unwrap(), fails);
            assert_eq!(found["data"], case["data"], "{case}\n{found}");
        }
    }

    #[test]
    fn a_field_that_is_selected_twice_fails_once() {
        let found = answer(
            "{ thing { name name things { name } things { sureName } } }",
            ["thing/name".to_owned(), "thing/things/1/name".to_owned()],
        );
        let things = json!([{ "name": "n", "sureName": "s" }, { "name": null, "sureName": "s" }]);
        assert_eq!(found["data"], json!({ "thing": { "name": null, "things": things } }));
        assert_eq!(found["errors"].as_array().unwrap().len(), 2, "{found}");
    }

    #[test]
    fn an_object_of_which_nothing_is_selected_is_no_null() {
        let found =
            answer("{ thing { sureEither { ... on Other { name } } either { ... on Thing { name } } } }", []);
        assert_eq!(found["data"], json!({ "thing": { "sureEither": {}, "either": {} } }));
        assert_eq!(answer("{ thing @skip(if: true) { name } }", [])["data"], json!({}));
    }
}
