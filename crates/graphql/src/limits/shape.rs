//! What the examination knows of the schema: which fields are objects, which
//! are lists, and what they are lists of. Read once from the definition language.

use std::collections::HashMap;
use std::sync::OnceLock;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, TypeKind, TypeSystemDefinition};

use crate::ApiSchema;

/// The types that have fields, by name.
#[derive(Debug, Default)]
pub(super) struct Shape(HashMap<String, HashMap<String, Field>>);

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    /// The type of what it gives.
    pub(super) gives: String,
    /// Whether that has fields of its own.
    pub(super) is_object: bool,
    /// Whether it gives many at once.
    pub(super) is_list: bool,
}

impl Shape {
    /// A field of a type.
    pub(super) fn field(&self, of: &str, name: &str) -> Option<&Field> {
        self.0.get(of)?.get(name)
    }

    pub(super) fn of_definition(definition: &str) -> Self {
        // The definition is ours: a test would not pass if it could not be parsed.
        let Ok(document) = parse_schema(definition) else { return Self::default() };
        let types = document.definitions.iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) => Some(&ty.node),
            _ => None,
        });
        let mut objects: HashMap<&str, &[_]> = HashMap::new();
        let mut unions = Vec::new();
        for ty in types {
            match &ty.kind {
                TypeKind::Object(object) => drop(objects.insert(&ty.name.node, &object.fields)),
                TypeKind::Interface(object) => drop(objects.insert(&ty.name.node, &object.fields)),
                TypeKind::Union(_) => unions.push(ty.name.node.as_str()),
                _ => {}
            }
        }
        let field = |definition: &FieldDefinition| {
            let (gives, is_list) = match &definition.ty.node.base {
                BaseType::Named(name) => (name.as_str(), false),
                BaseType::List(inner) => (named(&inner.base), true),
            };
            let is_object = objects.contains_key(gives) || unions.contains(&gives);
            (definition.name.node.to_string(), Field { gives: gives.to_owned(), is_object, is_list })
        };
        let fields = objects
            .iter()
            .map(|(name, fields)| ((*name).to_owned(), fields.iter().map(|f| field(&f.node)).collect()));
        Self(fields.collect())
    }
}

fn named(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(&inner.base),
    }
}

/// The shape of the schema. There is one schema in a program.
pub(super) fn shape(schema: &ApiSchema) -> &'static Shape {
    static SHAPE: OnceLock<Shape> = OnceLock::new();
    SHAPE.get_or_init(|| Shape::of_definition(&schema.sdl()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_read() {
        let shape = Shape::of_definition(&crate::sdl());
        let needs = shape.field("Query", "needs").unwrap();
        assert!(needs.is_object && !needs.is_list);
        let nodes = shape.field(&needs.gives, "nodes").unwrap();
        assert!(nodes.is_object && nodes.is_list && nodes.gives == "Need");
        assert!(!shape.field("Need", "title").unwrap().is_object);
        assert!(shape.field("Need", "nothing").is_none());
    }
}
