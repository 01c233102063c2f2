//! Whatever is one person's makes the whole answer theirs, wherever it stands in the document.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use api::{
    http::{Limits, RequestGate},
    schema::{Visibility, sdl, visibility_of},
};
use async_graphql::{
    Variables,
    parser::{
        parse_schema,
        types::{BaseType, Type, TypeKind, TypeSystemDefinition},
    },
};

/// Type -> its fields, each with the type it gives.
type Types = BTreeMap<String, BTreeMap<String, String>>;

fn types() -> (Types, BTreeMap<String, Vec<String>>) {
    let document = parse_schema(sdl()).expect("a schema");
    let (mut types, mut unions) = (Types::new(), BTreeMap::new());
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        let name = definition.node.name.node.to_string();
        match definition.node.kind {
            TypeKind::Object(object) => {
                let fields = object
                    .fields
                    .into_iter()
                    .map(|field| (field.node.name.node.to_string(), named(&field.node.ty.node)));
                types.insert(name, fields.collect());
            }
            TypeKind::Union(union) => {
                let members = union.members.iter().map(|member| member.node.to_string());
                unions.insert(name, members.collect());
            }
            _ => {}
        }
    }
    (types, unions)
}

fn named(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(item) => named(item),
    }
}

/// A way from the query to each object type: what stands before its fields, and how many brackets are
/// open there.
fn ways() -> BTreeMap<String, (String, usize)> {
    let (types, unions) = types();
    let mut ways = BTreeMap::from([("Query".to_owned(), ("{ ".to_owned(), 1))]);
    let mut next = VecDeque::from(["Query".to_owned()]);
    while let Some(at) = next.pop_front() {
        let (way, open) = ways[&at].clone();
        for (field, gives) in &types[&at] {
            let mut found = Vec::new();
            if types.contains_key(gives) {
                found.push((gives.clone(), format!("{way}{field} {{ "), open + 1));
            }
            for member in unions.get(gives).into_iter().flatten() {
                let way = format!("{way}{field} {{ ... on {member} {{ ");
                found.push((member.clone(), way, open + 2));
            }
            for (name, way, open) in found {
                if !ways.contains_key(&name) {
                    ways.insert(name.clone(), (way, open));
                    next.push_back(name);
                }
            }
        }
    }
    ways
}

#[test]
fn a_personal_field_beside_public_ones_is_never_for_all() {
    let gate = RequestGate::new(&sdl()).expect("a gate");
    let (types, _) = types();
    let mut tried = BTreeSet::new();
    for (name, (way, open)) in ways() {
        for (field, gives) in &types[&name] {
            if visibility_of(&name, field) != Some(Visibility::Personal) {
                continue;
            }
            let inside = if types.contains_key(gives) {
                " { __typename }"
            } else {
                ""
            };
            let closed = " }".repeat(open - 1);
            let source = format!("query {way}{field}{inside}{closed} newsCategories {{ slug }} }}")
                .replacen("query { ", "query { guideCategories { slug } ", 1);
            let admitted = gate
                .admit(&source, None, &Variables::default(), &Limits::staff())
                .unwrap_or_else(|refusal| panic!("{refusal:?}: {source}"));
            let exposure = gate.exposure(&admitted.document, None);
            assert_eq!(exposure.visibility, Visibility::Personal, "{source}");
            tried.insert(format!("{name}.{field}"));
        }
    }
    assert!(tried.len() > 200, "only {} fields were tried", tried.len());
    assert!(tried.contains("Benefit.eligibility") && tried.contains("Query.viewer"));
}

#[test]
fn public_fields_alone_are_for_all() {
    let gate = RequestGate::new(&sdl()).expect("a gate");
    for source in [
        "{ newsCategories { slug } }",
        "{ news { nodes { ...card } } } fragment card on NewsArticle { headline organisation { shortName } }",
        "{ __schema { types { name } } }",
        "{ search(query: \"отпуск\") { edges { node { __typename ... on Benefit { title } } } } }",
    ] {
        let admitted = gate
            .admit(source, None, &Variables::default(), &Limits::public())
            .expect("admitted");
        let exposure = gate.exposure(&admitted.document, None);
        assert!(exposure.visibility < Visibility::Personal, "{source}");
    }
    // A fragment hides nothing.
    let source = "{ benefits { nodes { ...a } } } fragment a on Benefit { ...b } fragment b on Benefit { eligibility { status } }";
    let admitted = gate
        .admit(source, None, &Variables::default(), &Limits::public())
        .expect("admitted");
    let exposure = gate.exposure(&admitted.document, None);
    assert_eq!(exposure.visibility, Visibility::Personal);
}
