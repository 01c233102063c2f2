//! What the schema's fields cost, read from its own SDL.
//!
//! An object costs 1 and a scalar nothing; the items of a connection cost as often as its page is
//! long, `nodes(ids:)` as often as it has ids, and a plain list of nodes (things with an id, which
//! lead on to others) ten times. A plain list of other objects counts once: it comes with its
//! parent's row and leads nowhere.

use std::collections::HashMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, Type, TypeKind, TypeSystemDefinition},
};

/// The part of a schema that costs are counted by.
#[derive(Debug, Default)]
pub struct CostModel {
    types: HashMap<String, HashMap<String, FieldCost>>,
}

/// What one field means for the cost.
#[derive(Clone, Debug)]
pub struct FieldCost {
    /// The named type of the field, where it is an object, interface or union.
    pub object_type: Option<String>,
    pub multiplies: Multiplies,
}

/// By what a field multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplies {
    /// By nothing.
    Nothing,
    /// It opens a page, whose length its arguments say.
    OpensPage,
    /// It is an item of the page that its parent opened.
    ItemOfPage,
    /// By the length of its argument `ids`.
    Ids,
    /// It is a plain list of nodes, whose length nobody says.
    SomeNodes,
}

impl CostModel {
    /// Reads a schema's definition.
    ///
    /// # Errors
    /// When it does not parse.
    pub fn from_sdl(sdl: &str) -> Result<Self, String> {
        let document = parse_schema(sdl).map_err(|error| error.to_string())?;
        let definitions: Vec<_> = document
            .definitions
            .iter()
            .filter_map(|definition| match definition {
                TypeSystemDefinition::Type(definition) => Some(&definition.node),
                _ => None,
            })
            .collect();
        let is_object = |name: &str| {
            definitions.iter().any(|definition| {
                definition.name.node.as_str() == name
                    && matches!(
                        definition.kind,
                        TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)
                    )
            })
        };
        let is_node = |name: &str| {
            definitions.iter().any(|definition| {
                let TypeKind::Object(object) = &definition.kind else {
                    return false;
                };
                definition.name.node.as_str() == name
                    && object
                        .fields
                        .iter()
                        .any(|field| field.node.name.node == "id")
            })
        };
        let mut types = HashMap::new();
        for definition in &definitions {
            let fields = match &definition.kind {
                TypeKind::Object(object) => &object.fields,
                TypeKind::Interface(interface) => &interface.fields,
                _ => continue,
            };
            // `hasMore` is how a page of changes says what a connection's `pageInfo` says.
            let is_connection = fields
                .iter()
                .any(|field| ["pageInfo", "hasMore"].contains(&field.node.name.node.as_str()));
            let costs = fields.iter().map(|field| {
                let field = &field.node;
                let named = named_type(&field.ty.node);
                let takes = |argument: &str| {
                    field
                        .arguments
                        .iter()
                        .any(|taken| taken.node.name.node == argument)
                };
                let multiplies = if takes("first") || takes("last") {
                    Multiplies::OpensPage
                } else if takes("ids") {
                    Multiplies::Ids
                } else if is_connection && is_list(&field.ty.node) {
                    Multiplies::ItemOfPage
                } else if is_list(&field.ty.node) && is_node(named) {
                    Multiplies::SomeNodes
                } else {
                    Multiplies::Nothing
                };
                let cost = FieldCost {
                    object_type: is_object(named).then(|| named.to_owned()),
                    multiplies,
                };
                (field.name.node.to_string(), cost)
            });
            types.insert(definition.name.node.to_string(), costs.collect());
        }
        Ok(Self { types })
    }

    /// What a field of a type costs; `None` for one the schema does not have.
    #[must_use]
    pub fn field(&self, type_name: &str, field: &str) -> Option<&FieldCost> {
        self.types.get(type_name)?.get(field)
    }
}

fn named_type(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(item) => named_type(item),
    }
}

const fn is_list(ty: &Type) -> bool {
    matches!(ty.base, BaseType::List(_))
}
