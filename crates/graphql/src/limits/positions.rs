//! Whether what is given may stand where it stands: rules of GraphQL that async-graphql does
//! not hold to the letter. A variable's type fits its place (section 5.8.5), an enum is no
//! text (3.9), and `@include` and `@skip` have their condition, wherever they are (3.13).

use async_graphql::parser::types::{BaseType, Directive, OperationDefinition, Type};
use async_graphql::{Pos, Positioned, ServerResult, Value};
use async_graphql_value::Value as Literal;
use types::ErrorCode;

use super::shape::{Input, Shape};
use super::{Refused, codes};

/// Where values stand.
#[derive(Clone, Copy)]
pub(super) struct Positions<'a> {
    pub(super) shape: &'a Shape,
    pub(super) operation: &'a OperationDefinition,
}

impl Positions<'_> {
    /// A value and all that is in it.
    pub(super) fn check(self, value: &Literal, of: &Input, at: Pos) -> ServerResult<()> {
        self.value(value, &of.ty, of.has_default, at)
    }

    fn value(self, value: &Literal, ty: &Type, has_default: bool, at: Pos) -> ServerResult<()> {
        match (value, &ty.base) {
            (Literal::Variable(name), _) => self.variable(name, ty, has_default, at),
            (Literal::List(items), BaseType::List(inner)) => {
                items.iter().try_for_each(|item| self.value(item, inner, false, at))
            }
            // One stands for a list of one.
            (one, BaseType::List(inner)) if *one != Literal::Null => self.value(one, inner, false, at),
            (Literal::Object(fields), BaseType::Named(name)) => {
                let Some(known) = self.shape.input(name) else { return Ok(()) };
                let known =
                    fields.iter().filter_map(|(name, value)| Some((known.get(name.as_str())?, value)));
                known.into_iter().try_for_each(|(of, value)| self.check(value, of, at))
            }
            (Literal::String(_), BaseType::Named(name)) if self.shape.is_enum(name) => {
                Err(invalid(format!("A value of `{name}` is written without quotation marks."), at))
            }
            _ => Ok(()),
        }
    }

    fn variable(self, name: &str, ty: &Type, has_default: bool, at: Pos) -> ServerResult<()> {
        let mut definitions = self.operation.variable_definitions.iter().map(|d| &d.node);
        // One that is not declared, validation refuses.
        let Some(definition) = definitions.find(|d| d.name.node == name) else { return Ok(()) };
        let own = &definition.var_type.node;
        let is_given = definition.default_value.as_ref().is_some_and(|d| d.node != Value::Null);
        let may_be_null = own.nullable && !ty.nullable;
        if may_be_null && !is_given && !has_default {
            return Err(misplaced(name, own, ty, at));
        }
        if fits(&Type { nullable: ty.nullable, ..own.clone() }, ty) || (!may_be_null && fits(own, ty)) {
            Ok(())
        } else {
            Err(misplaced(name, own, ty, at))
        }
    }

    /// A directive where something is selected.
    pub(super) fn directive(self, directive: &Positioned<Directive>) -> ServerResult<()> {
        let (at, name) = (directive.pos, directive.node.name.node.as_str());
        if !["include", "skip"].contains(&name) {
            return Err(invalid(format!("There is no directive `@{name}` here."), at));
        }
        let condition = directive.node.arguments.iter().find(|(name, _)| name.node == "if");
        let boolean = Type::new("Boolean!").ok_or_else(codes::internal)?;
        match condition.map(|(_, value)| &value.node) {
            Some(Literal::Boolean(_)) => Ok(()),
            Some(Literal::Variable(name)) => self.variable(name, &boolean, false, at),
            _ => Err(invalid(format!("`@{name}` needs a condition: `if`, which is true or false."), at)),
        }
    }
}

/// Whether each value of one type is one of the other.
fn fits(own: &Type, place: &Type) -> bool {
    (place.nullable || !own.nullable)
        && match (&own.base, &place.base) {
            (BaseType::Named(own), BaseType::Named(place)) => own == place,
            (BaseType::List(own), BaseType::List(place)) => fits(own, place),
            _ => false,
        }
}

fn misplaced(name: &str, own: &Type, place: &Type, at: Pos) -> Refused {
    invalid(
        format!("The variable `${name}` of the type `{own}` can't stand where `{place}` is expected."),
        at,
    )
}

fn invalid(words: String, at: Pos) -> Refused {
    codes::error(ErrorCode::GraphqlValidationFailed, words, Some(at))
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use async_graphql::parser::parse_query;

    use super::super::examine::examine;
    use super::*;

    fn check(document: &str) -> ServerResult<()> {
        let shape = Shape::of_definition(&crate::sdl());
        let given = ["i", "n", "l", "f", "o", "b"].map(|name| (name, "x"));
        let given = serde_json::json!(given.into_iter().collect::<std::collections::HashMap<_, _>>());
        examine(&parse_query(document).unwrap(), None, &Variables::from_json(given), &shape).map(drop)
    }

    #[test]
    fn a_variable_fits_its_place() {
        for good in [
            "query($i: ID!) { node(id: $i) { id } }",
            "query($i: ID = \"x\") { node(id: $i) { id } }",
            "query($n: Int!) { needs(first: $n) { nodes { id } } }",
            "query($l: [ID!]!) { nodes(ids: $l) { id } }",
            "query($i: ID!) { nodes(ids: [$i]) { id } }",
            "query($f: NeedFilter) { needs(filter: $f) { nodes { id } } }",
            "query($b: Boolean!) { needs @include(if: $b) { nodes { id } } }",
            "query($i: ID!) { ...A } fragment A on Query { node(id: $i) { id } }",
            "{ needs(orderBy: { field: PUBLISHED_AT, direction: ASC }) { nodes { id } } }",
        ] {
            check(good).unwrap_or_else(|error| panic!("{good}: {}", error.message));
        }
        for bad in [
            "query($i: ID) { node(id: $i) { id } }",
            "query($i: String!) { node(id: $i) { id } }",
            "query($i: ID = null) { node(id: $i) { id } }",
            "query($n: String) { needs(first: $n) { nodes { id } } }",
            "query($l: [ID]!) { nodes(ids: $l) { id } }",
            "query($i: ID!) { nodes(ids: $i) { id } }",
            "query($i: ID) { nodes(ids: [$i]) { id } }",
            "query($o: String!) { needs(orderBy: { field: $o, direction: ASC }) { nodes { id } } }",
            "query($b: Boolean) { needs @include(if: $b) { nodes { id } } }",
            "query($i: ID) { ...A } fragment A on Query { node(id: $i) { id } }",
            "{ needs(orderBy: { field: \"PUBLISHED_AT\", direction: ASC }) { nodes { id } } }",
            "{ __typename @include }",
            "{ __typename @include(if: null) }",
            "{ __typename @deprecated }",
        ] {
            let error = check(bad).expect_err(bad);
            let code = error.extensions.as_ref().and_then(|e| e.get("code"));
            assert_eq!(code, Some(&Value::from("GRAPHQL_VALIDATION_FAILED")), "{bad}: {}", error.message);
        }
    }
}
