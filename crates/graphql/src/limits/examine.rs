//! The examination of a parsed document, before it runs.
//!
//! Fragments are written out where they are spread, as execution does it. The
//! count of fields ends the walk, so a few fragments that spread each other
//! twice, which mean billions of fields, are refused after two thousand.

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, ServerResult, Value, Variables};
use async_graphql_value::Value as Literal;
use types::ErrorCode;

use super::positions::Positions;
use super::shape::{self, Shape};
use super::{Bounds, Refused, codes};

/// So many items a list is taken to have whose length nobody chose.
const PLAIN_LIST: usize = 10;
/// A page, if nobody says how large.
const PAGE: usize = 20;
/// The largest page.
const LARGEST_PAGE: usize = 100;
/// A mutation writes.
const MUTATION: usize = 10;
/// A total is counted apart from its page.
const TOTAL: usize = 10;
/// The schema is large.
const INTROSPECTION: usize = 100;

/// What is known of an operation before it runs.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Query, mutation or subscription.
    pub kind: OperationType,
    /// The names of the fields at its top, fragments written out, aliases looked through.
    pub roots: Vec<String>,
    /// Whether it asks for the schema.
    pub introspects: bool,
    /// What it may cost at most, in points.
    pub cost: usize,
    /// What it costs even if nothing is found.
    pub(super) fixed_cost: usize,
}

/// Examines all operations of a document, and says what the chosen one is.
pub(super) fn examine(
    document: &ExecutableDocument,
    name: Option<&str>,
    variables: &Variables,
    shape: &Shape,
) -> ServerResult<Examined> {
    for value in variables.values() {
        check_value(value, None)?;
    }
    let chosen = chosen(document, name)?;
    check_given(&chosen.node, variables)?;
    let mut walk = Walk::new(document, variables, shape, chosen);
    let examined = walk.operation(chosen)?;
    // The rules of GraphQL hold for all operations, so validation walks them all.
    if let DocumentOperations::Multiple(all) = &document.operations {
        for other in all.values().filter(|o| !std::ptr::eq(*o, chosen)) {
            walk.operation(other)?;
        }
    }
    Ok(examined)
}

fn chosen<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> ServerResult<&'a Positioned<OperationDefinition>> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
        (DocumentOperations::Multiple(all), None) if all.len() == 1 => all.values().next(),
        (DocumentOperations::Single(_), Some(_)) | (DocumentOperations::Multiple(_), None) => None,
    };
    let words = match name {
        Some(_) => "The document has no operation of the name in `operationName`.",
        None => "The document has several operations: say which in `operationName`.",
    };
    found.ok_or_else(|| codes::error(ErrorCode::GraphqlValidationFailed, words, None))
}

/// One walk over the operations of a document; the counts are of all of them.
struct Walk<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    shape: &'a Shape,
    operation: &'a OperationDefinition,
    fields: usize,
    aliases: usize,
    directives: usize,
    /// What the operation costs even if nothing is found.
    fixed: usize,
    /// The fragments that are being written out, to find those that spread themselves.
    within: Vec<&'a Name>,
}

/// Where a selection stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    on: &'a str,
    depth: usize,
    /// How many the page holds, directly below a connection.
    page: usize,
    /// Lists of the schema around an introspection; `None` outside of one.
    lists: Option<usize>,
}

impl<'a> Walk<'a> {
    fn new(
        document: &'a ExecutableDocument,
        variables: &'a Variables,
        shape: &'a Shape,
        operation: &'a Positioned<OperationDefinition>,
    ) -> Self {
        let operation = &operation.node;
        Self {
            document,
            variables,
            shape,
            operation,
            fields: 0,
            aliases: 0,
            directives: 0,
            fixed: 0,
            within: Vec::new(),
        }
    }

    fn operation(&mut self, operation: &'a Positioned<OperationDefinition>) -> ServerResult<Examined> {
        self.operation = &operation.node;
        self.directives(&operation.node.directives)?;
        for variable in &operation.node.variable_definitions {
            self.directives(&variable.node.directives)?;
            if let Some(default) = &variable.node.default_value {
                check_value(&default.node, Some(default.pos))?;
            }
        }
        let kind = operation.node.ty;
        let on = match kind {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let mut roots = Vec::new();
        self.roots(&operation.node.selection_set.node, &mut roots)?;
        match kind {
            OperationType::Query => Bounds::ROOT_FIELDS.check(roots.len(), Some(operation.pos))?,
            OperationType::Mutation => Bounds::MUTATIONS.check(roots.len(), Some(operation.pos))?,
            // GraphQL, section 5.2.3.1.
            // async-graphql listens to nothing that stands in a fragment.
            OperationType::Subscription if is_one_field(&operation.node.selection_set.node) => {}
            OperationType::Subscription => {
                let words = "A subscription has one field at its top, in no fragment: send several.";
                return Err(codes::error(ErrorCode::GraphqlValidationFailed, words, Some(operation.pos)));
            }
        }
        let mutations = if kind == OperationType::Mutation { roots.len() } else { 0 };
        let introspections = roots.iter().filter(|r| is_introspection(r)).count();
        self.fixed = mutations * MUTATION + introspections * INTROSPECTION;
        let before = self.fixed;
        let place = Place { on, depth: 0, page: PLAIN_LIST, lists: None };
        let cost = before.saturating_add(self.selection(&operation.node.selection_set.node, place)?);
        Bounds::COST.check(cost, Some(operation.pos))?;
        Ok(Examined { kind, roots, introspects: introspections > 0, cost, fixed_cost: self.fixed })
    }

    /// The fields at the top; also those that fragments bring.
    fn roots(&mut self, set: &'a SelectionSet, roots: &mut Vec<String>) -> ServerResult<()> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    roots.push(field.node.name.node.to_string());
                    // More would be refused anyway, and fragments could bring billions.
                    if roots.len() > Bounds::TOKENS.most {
                        return Ok(());
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.roots(&fragment.node.selection_set.node, roots)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(set) = self.enter(name, selection.pos)? {
                        self.roots(set, roots)?;
                        self.within.pop();
                    }
                }
            }
            if roots.len() > Bounds::TOKENS.most {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The selection of a fragment; who enters leaves by `within.pop()`.
    fn enter(&mut self, name: &'a Name, at: Pos) -> ServerResult<Option<&'a SelectionSet>> {
        if self.within.contains(&name) {
            let words = format!("The fragment `{name}` spreads itself.");
            return Err(codes::error(ErrorCode::GraphqlValidationFailed, words, Some(at)));
        }
        // Spreads of empty fragments are counted too: they bring no fields, and take time.
        self.fields += 1;
        Bounds::FIELDS.check(self.fields, Some(at))?;
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(None) };
        self.within.push(name);
        Ok(Some(&fragment.node.selection_set.node))
    }

    /// What a selection costs.
    fn selection(&mut self, set: &'a SelectionSet, place: Place<'a>) -> ServerResult<usize> {
        let mut cost = 0_usize;
        for selection in &set.items {
            let more = match &selection.node {
                Selection::Field(field) => self.field(field, place)?,
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.node.directives)?;
                    let on = fragment.node.type_condition.as_ref().map(|t| t.node.on.node.as_str());
                    let place = Place { on: on.unwrap_or(place.on), ..place };
                    self.selection(&fragment.node.selection_set.node, place)?
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.node.directives)?;
                    let name = &spread.node.fragment_name.node;
                    let Some(set) = self.enter(name, selection.pos)? else { continue };
                    let on = self.document.fragments.get(name);
                    let on = on.map_or(place.on, |f| f.node.type_condition.node.on.node.as_str());
                    let cost = self.selection(set, Place { on, ..place })?;
                    self.within.pop();
                    cost
                }
            };
            cost = cost.saturating_add(more);
        }
        Ok(cost)
    }

    fn field(&mut self, field: &'a Positioned<Field>, place: Place<'a>) -> ServerResult<usize> {
        let (at, field) = (field.pos, &field.node);
        let name = field.name.node.as_str();
        self.fields += 1;
        Bounds::FIELDS.check(self.fields, Some(at))?;
        self.aliases += usize::from(field.alias.is_some());
        Bounds::ALIASES.check(self.aliases, Some(at))?;
        self.directives(&field.directives)?;
        for (_, value) in &field.arguments {
            check_literal(&value.node, value.pos)?;
        }
        let lists = match place.lists {
            None if is_introspection(name) => Some(0),
            None => None,
            Some(lists) => Some(lists + usize::from(is_list_of_schema(name))),
        };
        let depth = place.depth + 1;
        if let Some(lists) = lists {
            Bounds::INTROSPECTION_DEPTH.check(depth, Some(at))?;
            Bounds::INTROSPECTION_LISTS.check(lists, Some(at))?;
            let below = Place { on: "", depth, page: 0, lists: Some(lists) };
            self.selection(&field.selection_set.node, below)?;
            return Ok(0);
        }
        Bounds::DEPTH.check(depth, Some(at))?;
        // What does not exist costs nothing: validation refuses it.
        let Some(known) = self.shape.field(place.on, name) else {
            self.selection(&field.selection_set.node, Place { on: "", depth, ..place })?;
            return Ok(0);
        };
        let positions = Positions { shape: self.shape, operation: self.operation };
        for (name, value) in &field.arguments {
            // What does not exist, validation refuses.
            let Some(of) = known.arguments.get(name.node.as_str()) else { continue };
            positions.check(&value.node, of, value.pos)?;
        }
        let (many, page) = self.many(field, known, place);
        let looked_up = if place.on == "Query" && name == "nodes" { self.ids(field) } else { 0 };
        self.fixed += looked_up;
        if !known.is_object {
            if name != "totalCount" {
                return Ok(0);
            }
            self.fixed += TOTAL;
            return Ok(TOTAL);
        }
        let below = Place { on: &known.gives, depth, page, lists: None };
        let each = self.selection(&field.selection_set.node, below)?.saturating_add(1);
        Ok(each.saturating_mul(many).saturating_add(looked_up))
    }

    /// How many ids `nodes` is asked for: each is looked up, whether or not there is anything.
    fn ids(&self, field: &Field) -> usize {
        let listed = |value: &Value| if let Value::List(ids) = value { ids.len() } else { 1 };
        match field.get_argument("ids").map(|ids| &ids.node) {
            Some(Literal::List(ids)) => ids.len(),
            Some(Literal::Variable(name)) => {
                self.variables.get(name).or_else(|| self.default_of(name)).map_or(1, listed)
            }
            _ => 1,
        }
    }

    /// How many objects a field gives, and how many its own `nodes` and `edges` would.
    fn many(&self, field: &Field, known: &shape::Field, place: Place<'_>) -> (usize, usize) {
        if known.gives.ends_with("Connection") {
            let size = ["first", "last"].iter().find_map(|name| field.get_argument(name));
            return (1, size.map_or(PAGE, |size| self.page(&size.node)));
        }
        if place.on == "Query" && field.name.node == "nodes" {
            let ids = self.ids(field);
            return (ids, PLAIN_LIST);
        }
        let is_page = place.on.ends_with("Connection");
        match known.is_list {
            true if is_page => (place.page, PLAIN_LIST),
            true => (PLAIN_LIST, PLAIN_LIST),
            false => (1, PLAIN_LIST),
        }
    }

    /// The size of a page; what is no number is refused later, or has its default.
    fn page(&self, size: &Literal) -> usize {
        let size = match size {
            Literal::Number(number) => number.as_u64(),
            Literal::Variable(name) => match self.variables.get(name).or_else(|| self.default_of(name)) {
                Some(Value::Number(number)) => number.as_u64(),
                _ => None,
            },
            _ => None,
        };
        size.and_then(|n| usize::try_from(n).ok()).map_or(PAGE, |n| n.clamp(1, LARGEST_PAGE))
    }

    fn default_of(&self, name: &Name) -> Option<&'a Value> {
        let mut definitions = self.operation.variable_definitions.iter();
        let found = definitions.find(|d| d.node.name.node == *name)?;
        found.node.default_value.as_ref().map(|d| &d.node)
    }

    fn directives(&mut self, directives: &'a [Positioned<Directive>]) -> ServerResult<()> {
        self.directives += directives.len();
        let Some(first) = directives.first() else { return Ok(()) };
        Bounds::DIRECTIVES.check(self.directives, Some(first.pos))?;
        // §5.7.3, which async-graphql does not look at; none of ours may be repeated.
        let positions = Positions { shape: self.shape, operation: self.operation };
        for (n, directive) in directives.iter().enumerate() {
            positions.directive(directive)?;
            let name = &directive.node.name.node;
            if directives[..n].iter().any(|before| before.node.name.node == *name) {
                let words = format!("The directive \"@{name}\" can only be used once at this location.");
                return Err(codes::error(ErrorCode::GraphqlValidationFailed, words, Some(directive.pos)));
            }
        }
        Ok(())
    }
}

/// What is not given where it must be is told before anything runs (GraphQL, section 6.1.2).
fn check_given(operation: &OperationDefinition, variables: &Variables) -> ServerResult<()> {
    for definition in &operation.variable_definitions {
        let variable = &definition.node;
        let is_needed = !variable.var_type.node.nullable && variable.default_value.is_none();
        let name = &variable.name.node;
        let given = variables.get(name);
        let is_null = !variable.var_type.node.nullable && given == Some(&Value::Null);
        if is_null || (is_needed && given.is_none()) {
            return Err(codes::not_given(name, &variable.var_type.node, definition.pos));
        }
    }
    Ok(())
}

fn is_one_field(set: &SelectionSet) -> bool {
    matches!(set.items.as_slice(), [only] if matches!(only.node, Selection::Field(_)))
}

fn is_introspection(field: &str) -> bool {
    field == "__schema" || field == "__type"
}

/// The lists of `__Schema` and `__Type` that hold types or fields.
fn is_list_of_schema(field: &str) -> bool {
    ["types", "fields", "inputFields", "interfaces", "possibleTypes"].contains(&field)
}

/// What is looked at in a value of the input: how long its lists are, and whether its texts
/// can be kept.
fn check_value(value: &Value, at: Option<Pos>) -> Result<(), Refused> {
    match value {
        Value::List(items) => {
            Bounds::LIST_INPUT.check(items.len(), at)?;
            items.iter().try_for_each(|item| check_value(item, at))
        }
        Value::Object(fields) => fields.values().try_for_each(|field| check_value(field, at)),
        Value::String(text) => check_text(text, at),
        _ => Ok(()),
    }
}

fn check_literal(value: &Literal, at: Pos) -> Result<(), Refused> {
    match value {
        Literal::List(items) => {
            Bounds::LIST_INPUT.check(items.len(), Some(at))?;
            items.iter().try_for_each(|item| check_literal(item, at))
        }
        Literal::Object(fields) => fields.values().try_for_each(|field| check_literal(field, at)),
        Literal::String(text) => check_text(text, Some(at)),
        _ => Ok(()),
    }
}

/// No text holds a NUL: `PostgreSQL` keeps none, and no two engines may answer differently.
fn check_text(text: &str, at: Option<Pos>) -> Result<(), Refused> {
    if text.contains('\0') { Err(codes::unkeepable(at)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn run(document: &str) -> ServerResult<Examined> {
        run_with(document, &Variables::default())
    }

    fn run_with(document: &str, variables: &Variables) -> ServerResult<Examined> {
        let shape = Shape::of_definition(&crate::sdl());
        examine(&parse_query(document).unwrap(), None, variables, &shape)
    }

    fn measure(document: &str) -> String {
        match run(document).unwrap_err().extensions.unwrap().get("measure") {
            Some(Value::String(measure)) => measure.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn cost_is_objects_times_first() {
        let cost = |document| run(document).unwrap().cost;
        assert_eq!(cost("{ __typename }"), 0);
        assert_eq!(cost("{ viewer { __typename } }"), 1);
        assert_eq!(cost("{ needs { nodes { title } } }"), 1 + 20);
        assert_eq!(cost("{ needs(first: 100) { nodes { title } } }"), 1 + 100);
        assert_eq!(cost("{ needs(first: 5) { edges { cursor node { title } } } }"), 1 + 5 * 2);
        assert_eq!(cost("{ needs(first: 5) { ...P } } fragment P on NeedConnection { nodes { id } }"), 1 + 5);
        assert_eq!(cost("query($n: Int = 7) { needs(first: $n) { nodes { id } } }"), 1 + 7);
        let variables = Variables::from_json(serde_json::json!({ "n": 50 }));
        let found = run_with("query($n: Int = 7) { needs(first: $n) { nodes { id } } }", &variables);
        assert_eq!(found.unwrap().cost, 1 + 50);
    }

    #[test]
    fn the_fields_at_the_top_are_known() {
        let found =
            run("query { a: needs { nodes { id } } ...T } fragment T on Query { viewer { __typename } }");
        assert_eq!(found.unwrap().roots, ["needs", "viewer"]);
    }

    #[test]
    fn what_is_too_much_is_refused_by_its_measure() {
        let repeat = |text: &str, n: usize| text.repeat(n);
        assert_eq!(measure(&format!("{{ {} }}", repeat("__typename ", 21))), "rootFields");
        assert_eq!(measure(&format!("mutation {{ {} }}", repeat("signOut { ok } ", 5))), "mutations");
        let aliases = (0..51).map(|n| format!("a{n}: id")).collect::<Vec<_>>().join(" ");
        assert_eq!(measure(&format!("{{ viewer {{ {aliases} }} }}")), "aliases");
        assert_eq!(measure(&format!("{{ viewer {{ {} }} }}", repeat("id ", 2000))), "fields");
        assert_eq!(measure(&format!("{{ a {} }}", repeat("@skip(if: false) ", 51))), "directives");
        assert_eq!(measure(&format!("{{ a(b: [{}]) }}", repeat("1 ", 201))), "listInput");
        assert_eq!(measure(&format!("{} b {}", repeat("{ a ", 16), repeat("}", 16))), "depth");
        let dear = "{ needs(first: 100) { nodes { ledger(first: 100) { nodes { id } } } } }";
        assert_eq!(measure(dear), "cost");
        let circle = "{ __schema { types { fields { type { fields { name } } } } } }";
        assert_eq!(measure(circle), "introspectionLists");
    }

    #[test]
    fn what_is_looked_up_costs_also_where_nothing_is_found() {
        let fixed = |document| run(document).unwrap().fixed_cost;
        assert_eq!(fixed("{ needs { nodes { title } } }"), 0);
        assert_eq!(fixed("{ needs { totalCount } organisations { totalCount } }"), 20);
        assert_eq!(fixed("{ nodes(ids: [\"a\", \"b\", \"c\"]) { id } }"), 3);
        let variables = Variables::from_json(serde_json::json!({ "ids": vec!["a"; 100] }));
        let found = run_with("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", &variables).unwrap();
        assert_eq!((found.cost, found.fixed_cost), (200, 100));
    }

    #[test]
    fn what_must_be_given_is_asked_for_before_anything_runs() {
        let argument = |document, variables| {
            let error = run_with(document, &Variables::from_json(variables)).unwrap_err();
            error.extensions.unwrap().get("argument").cloned()
        };
        let needs = "query($id: ID!, $n: Int = 3, $after: String) { node(id: $id) { id } }";
        for variables in [serde_json::json!({}), serde_json::json!({ "id": null })] {
            assert_eq!(argument(needs, variables), Some(Value::String("id".to_owned())));
        }
        assert!(run_with(needs, &Variables::from_json(serde_json::json!({ "id": "x" }))).is_ok());
        let defaulted = "query($n: Int! = 3) { needs(first: $n) { nodes { id } } }";
        assert!(run(defaulted).is_ok());
        assert_eq!(
            argument(defaulted, serde_json::json!({ "n": null })),
            Some(Value::String("n".to_owned()))
        );
    }

    #[test]
    fn a_subscription_listens_to_one_thing() {
        let two = run("subscription { a: changes { cursor } b: changes { cursor } }").unwrap_err();
        assert!(two.message.contains("one field"), "{}", two.message);
        assert!(run("subscription { ...A } fragment A on Subscription { changes { cursor } }").is_err());
        assert!(run("subscription { changes { cursor } }").is_ok());
    }

    #[test]
    fn a_nul_is_refused_wherever_a_text_is_read() {
        let refused = |found: ServerResult<Examined>| match found.unwrap_err().extensions.unwrap().get("code")
        {
            Some(Value::String(code)) => code.clone(),
            other => panic!("{other:?}"),
        };
        for document in [
            r#"{ node(id: "a\u0000") { id } }"#,
            r#"{ nodes(ids: ["a", "\u0000"]) { id } }"#,
            r#"{ needs(filter: { text: "\u0000" }) { nodes { id } } }"#,
            r#"query($id: ID! = "\u0000") { node(id: $id) { id } }"#,
        ] {
            assert_eq!(refused(run(document)), "BAD_USER_INPUT", "{document}");
        }
        let variables = Variables::from_json(serde_json::json!({ "a": { "b": ["\0"] } }));
        let found = run_with("query($a: NeedFilter) { needs(filter: $a) { nodes { id } } }", &variables);
        assert_eq!(refused(found), "BAD_USER_INPUT");
        assert!(run(r#"{ node(id: "a\u0001") { id } }"#).is_ok());
    }

    #[test]
    fn fragments_that_spread_each_other_end_the_walk() {
        let fragment = |n: usize| format!("fragment F{n} on Query {{ ...F{} ...F{} }}", n + 1, n + 1);
        let doubling = (0..40).map(fragment).collect::<Vec<_>>().join(" ");
        let document = format!("{{ ...F0 }} {doubling} fragment F40 on Query {{ __typename }}");
        assert_eq!(measure(&document), "fields");
        let circle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
        let error = run(circle).unwrap_err();
        assert!(error.message.contains("spreads itself"), "{}", error.message);
    }
}
