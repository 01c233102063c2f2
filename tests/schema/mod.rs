//! The live schema against its file, its descriptions and the table of visibility.

use std::collections::BTreeMap;

use api::schema::{sdl, visibility_of};
use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition},
};

fn types() -> Vec<TypeDefinition> {
    let document = parse_schema(sdl()).expect("the schema parses");
    document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            _ => None,
        })
        .collect()
}

fn fields(definition: &TypeDefinition) -> Vec<FieldDefinition> {
    match &definition.kind {
        TypeKind::Object(object) => object
            .fields
            .iter()
            .map(|field| field.node.clone())
            .collect(),
        TypeKind::Interface(interface) => interface
            .fields
            .iter()
            .map(|field| field.node.clone())
            .collect(),
        _ => vec![],
    }
}

/// The names of a type's fields.
pub fn fields_of(name: &str) -> Vec<String> {
    types()
        .iter()
        .filter(|definition| definition.name.node == name)
        .flat_map(fields)
        .map(|field| field.name.node.to_string())
        .collect()
}

/// The live schema's objects: the fields of each, and the objects that each field can give.
pub fn objects() -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
    let types = types();
    let mut possible: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for definition in &types {
        let name = definition.name.node.to_string();
        match &definition.kind {
            TypeKind::Object(object) => {
                for interface in &object.implements {
                    let interface = interface.node.to_string();
                    possible.entry(interface).or_default().push(name.clone());
                }
                possible.insert(name.clone(), vec![name]);
            }
            TypeKind::Union(union) => {
                let members = union.members.iter().map(|member| member.node.to_string());
                possible.insert(name, members.collect());
            }
            _ => {}
        }
    }
    let given_by = |field: FieldDefinition| {
        let given = possible.get(named(&field.ty.node));
        let name = field.name.node.to_string();
        (name, given.cloned().unwrap_or_default())
    };
    types
        .iter()
        .filter(|definition| matches!(definition.kind, TypeKind::Object(_)))
        .map(|definition| {
            let fields = fields(definition).into_iter().map(given_by).collect();
            (definition.name.node.to_string(), fields)
        })
        .collect()
}

#[test]
fn the_file_is_what_the_code_says() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema.graphql"))
        .expect("schema.graphql");
    assert!(
        file.trim_end() == sdl().trim_end(),
        "schema.graphql is stale: cargo run -- schema > schema.graphql"
    );
}

#[test]
fn everything_is_described() {
    let mut bare = Vec::new();
    for definition in types() {
        let name = definition.name.node.to_string();
        if definition.description.is_none() {
            bare.push(name.clone());
        }
        for field in fields(&definition) {
            let place = format!("{name}.{}", field.name.node);
            for argument in &field.arguments {
                if argument.node.description.is_none() {
                    bare.push(format!("{place}({})", argument.node.name.node));
                }
            }
            if field.description.is_none() {
                bare.push(place);
            }
        }
        match &definition.kind {
            TypeKind::InputObject(input) => {
                for field in &input.fields {
                    if field.node.description.is_none() {
                        bare.push(format!("{name}.{}", field.node.name.node));
                    }
                }
            }
            TypeKind::Enum(values) => {
                for value in &values.values {
                    if value.node.description.is_none() {
                        bare.push(format!("{name}.{}", value.node.value.node));
                    }
                }
            }
            _ => {}
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

#[test]
fn every_field_says_who_gets_the_same_answer() {
    let undeclared: Vec<String> = types()
        .iter()
        .filter(|definition| matches!(definition.kind, TypeKind::Object(_)))
        .flat_map(|definition| {
            let name = definition.name.node.to_string();
            fields(definition)
                .into_iter()
                .filter(|field| visibility_of(&name, &field.name.node).is_none())
                .map(|field| format!("{name}.{}", field.name.node))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(undeclared.is_empty(), "{undeclared:#?}");
}

#[test]
fn root_fields_may_fail_alone_and_lists_are_bounded() {
    for definition in types() {
        let name = definition.name.node.to_string();
        for field in fields(&definition) {
            let place = format!("{name}.{}", field.name.node);
            if name == "Query" {
                assert!(field.ty.node.nullable, "{place} must be nullable");
            }
            if named(&field.ty.node).ends_with("Connection") {
                let arguments: Vec<&str> = field
                    .arguments
                    .iter()
                    .map(|argument| argument.node.name.node.as_str())
                    .collect();
                // Nobody reads what was found from its end.
                let goes_back = named(&field.ty.node) != "SearchResultConnection";
                let needed = if goes_back { 4 } else { 2 };
                for needed in ["first", "after", "last", "before"].iter().take(needed) {
                    assert!(arguments.contains(needed), "{place} has no {needed}");
                }
            }
        }
    }
}

#[test]
fn every_scalar_of_ours_is_specified() {
    let text = sdl();
    for scalar in ["DateTime", "Date", "URL", "HTML", "PhoneNumber", "Decimal"] {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("scalar {scalar} ")));
        assert!(
            line.is_some_and(|line| line.contains("@specifiedBy")),
            "{scalar}"
        );
    }
    assert!(!text.contains("scalar JSON"));
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}
