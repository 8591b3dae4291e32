//! What the examination knows of the schema: which fields are objects, which
//! are lists, what they are lists of, and what may be null. Read once from the definition language.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
};

use crate::ApiSchema;

/// The types of the schema, by name.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Those that have fields.
    fields: HashMap<String, HashMap<String, Field>>,
    /// The objects that stand behind an interface or a union.
    behind: HashMap<String, HashSet<String>>,
    /// The input types.
    inputs: HashMap<String, Inputs>,
    /// The enums.
    enums: HashSet<String>,
}

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    /// The type of what it gives.
    pub(super) gives: String,
    /// Whether that has fields of its own.
    pub(super) is_object: bool,
    /// Whether it gives many at once.
    pub(super) is_list: bool,
    /// All of its type: where it is a list, and where it may be null.
    pub(super) ty: Type,
    /// What may be given to it.
    pub(super) arguments: Inputs,
}

/// What may be given: arguments, or the fields of an input.
pub(super) type Inputs = HashMap<String, Input>;

/// An argument, or a field of an input.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) ty: Type,
    pub(super) has_default: bool,
}

fn inputs(definitions: &[Positioned<InputValueDefinition>]) -> Inputs {
    let read = |definition: &Positioned<InputValueDefinition>| {
        let InputValueDefinition { name, ty, default_value, .. } = &definition.node;
        (name.node.to_string(), Input { ty: ty.node.clone(), has_default: default_value.is_some() })
    };
    definitions.iter().map(read).collect()
}

impl Shape {
    /// A field of a type.
    pub(super) fn field(&self, of: &str, name: &str) -> Option<&Field> {
        self.fields.get(of)?.get(name)
    }

    /// The fields of an input type.
    pub(super) fn input(&self, name: &str) -> Option<&Inputs> {
        self.inputs.get(name)
    }

    /// Whether a type is an enum.
    pub(super) fn is_enum(&self, name: &str) -> bool {
        self.enums.contains(name)
    }

    /// Whether an object of this type is one of that.
    pub(super) fn is_a(&self, object: &str, ty: &str) -> bool {
        object == ty || self.behind.get(ty).is_some_and(|objects| objects.contains(object))
    }

    pub(super) fn of_definition(definition: &str) -> Self {
        // The definition is ours: a test would not pass if it could not be parsed.
        let Ok(document) = parse_schema(definition) else { return Self::default() };
        let types = document.definitions.iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) => Some(&ty.node),
            _ => None,
        });
        let mut objects: HashMap<&str, &[_]> = HashMap::new();
        let mut behind: HashMap<String, HashSet<String>> = HashMap::new();
        let (mut taken, mut enums) = (HashMap::new(), HashSet::new());
        for ty in types {
            let name = ty.name.node.as_str();
            match &ty.kind {
                TypeKind::Object(object) => {
                    objects.insert(name, &object.fields);
                    for interface in &object.implements {
                        behind.entry(interface.node.to_string()).or_default().insert(name.to_owned());
                    }
                }
                TypeKind::Interface(object) => drop(objects.insert(name, &object.fields)),
                TypeKind::Union(union) => {
                    let members = union.members.iter().map(|member| member.node.to_string());
                    behind.insert(name.to_owned(), members.collect());
                }
                TypeKind::InputObject(input) => drop(taken.insert(name.to_owned(), inputs(&input.fields))),
                TypeKind::Enum(_) => drop(enums.insert(name.to_owned())),
                TypeKind::Scalar => {}
            }
        }
        let field = |definition: &FieldDefinition| {
            let ty = definition.ty.node.clone();
            let (gives, is_list) = (named(&ty.base).to_owned(), matches!(ty.base, BaseType::List(_)));
            let is_object = objects.contains_key(gives.as_str()) || behind.contains_key(&gives);
            let arguments = inputs(&definition.arguments);
            (definition.name.node.to_string(), Field { gives, is_object, is_list, ty, arguments })
        };
        let fields = objects
            .iter()
            .map(|(name, fields)| ((*name).to_owned(), fields.iter().map(|f| field(&f.node)).collect()));
        Self { fields: fields.collect(), behind, inputs: taken, enums }
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
        assert!(!needs.ty.nullable && shape.field("Query", "need").unwrap().ty.nullable);
        assert!(shape.is_a("Need", "Node") && shape.is_a("Need", "Need") && !shape.is_a("Viewer", "Node"));
    }
}
