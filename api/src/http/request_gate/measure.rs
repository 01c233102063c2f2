//! Measures a parsed document, each fragment once.

use std::collections::HashSet;

use async_graphql::{
    Positioned, Value, Variables,
    parser::types::{
        Directive, ExecutableDocument, Field, FragmentDefinition, OperationDefinition,
        OperationType, Selection, SelectionSet,
    },
};
use async_graphql_value::Value as DocumentValue;

use super::{
    CostModel, Limits, Memo, Refusal,
    costs::{FieldCost, Multiplies},
    texts::{check_argument, check_variable},
    variables::check_length,
};
use crate::infra::error::ErrorCode;

/// What is assumed of a connection whose page is not said; the connections' own default.
const DEFAULT_PAGE: u64 = 20;
const LARGEST_PAGE: u64 = 100;
/// How many nodes a plain list of them is assumed to hold.
const ASSUMED_NODES: u64 = 10;
/// The fields of the introspection that give lists. No field of ours has such a name.
const INTROSPECTION_LISTS: [&str; 8] = [
    "args",
    "directives",
    "enumValues",
    "fields",
    "inputFields",
    "interfaces",
    "possibleTypes",
    "types",
];

/// What a selection set amounts to when it is put in its place.
#[derive(Clone, Debug, Default)]
pub struct Measure {
    /// Selections: fields, spreads and inline fragments.
    pub nodes: u64,
    /// Fields within fields.
    pub depth: u64,
    /// The same below `__schema` and `__type`.
    pub introspection_depth: u64,
    pub aliases: u64,
    pub directives: u64,
    /// Fields at the top of the set.
    pub root_fields: u64,
    /// Cost that does not depend on the page the set stands in.
    pub fixed_cost: u64,
    /// Cost that counts once an item of that page.
    pub page_cost: u64,
    /// Connections, each of which sends a statement of its own.
    pub fixed_lists: u64,
    /// Connections that count once an item of the page the set stands in.
    pub page_lists: u64,
    /// Lists within lists of the introspection.
    pub introspection_lists: u64,
}

impl Measure {
    /// Both, one beside the other.
    pub fn beside(&self, other: &Self) -> Self {
        Self {
            nodes: self.nodes.saturating_add(other.nodes),
            depth: self.depth.max(other.depth),
            introspection_depth: self.introspection_depth.max(other.introspection_depth),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            root_fields: self.root_fields.saturating_add(other.root_fields),
            fixed_cost: self.fixed_cost.saturating_add(other.fixed_cost),
            page_cost: self.page_cost.saturating_add(other.page_cost),
            fixed_lists: self.fixed_lists.saturating_add(other.fixed_lists),
            page_lists: self.page_lists.saturating_add(other.page_lists),
            introspection_lists: self.introspection_lists.max(other.introspection_lists),
        }
    }

    /// The same, spread or inlined: one selection more, with its directives.
    fn spread(mut self, directives: u64) -> Self {
        self.nodes = self.nodes.saturating_add(1);
        self.directives = self.directives.saturating_add(directives);
        self
    }
}

/// Walks one document.
pub struct Measurer<'a> {
    costs: &'a CostModel,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    limits: &'a Limits,
    defaults: Vec<(&'a str, &'a Value)>,
    memo: Memo,
    open: HashSet<String>,
}

impl<'a> Measurer<'a> {
    pub fn new(
        costs: &'a CostModel,
        document: &'a ExecutableDocument,
        variables: &'a Variables,
        limits: &'a Limits,
    ) -> Self {
        Self {
            costs,
            document,
            variables,
            limits,
            defaults: Vec::new(),
            memo: Memo::new(),
            open: HashSet::new(),
        }
    }

    /// Measures an operation.
    pub fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Measure, Refusal> {
        self.defaults = operation
            .variable_definitions
            .iter()
            .filter_map(|definition| {
                let default = definition.node.default_value.as_ref()?;
                Some((definition.node.name.node.as_str(), &default.node))
            })
            .collect();
        for (name, default) in &self.defaults {
            check_variable(name, default)?;
        }
        // A page may be a variable with this operation's default, so nothing is kept from another.
        self.memo.clear();
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let mut measure = self.set(&operation.selection_set.node, Some(root))?;
        measure.directives = measure
            .directives
            .saturating_add(self.directives(&operation.directives)?);
        Ok(measure)
    }

    /// Measures the fragments that no operation has reached.
    pub fn unused_fragments(&mut self) -> Result<Measure, Refusal> {
        let mut together = Measure::default();
        for name in self.document.fragments.keys() {
            if !self.memo.contains_key(name.as_str()) {
                let measure = self.fragment(name.as_str())?;
                together = together.beside(&measure);
            }
        }
        Ok(together)
    }

    fn set(&mut self, set: &'a SelectionSet, parent: Option<&str>) -> Result<Measure, Refusal> {
        let mut together = Measure::default();
        for selection in &set.items {
            let measure = match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent)?,
                Selection::FragmentSpread(spread) => {
                    let directives = self.directives(&spread.node.directives)?;
                    self.fragment(spread.node.fragment_name.node.as_str())?
                        .spread(directives)
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let parent = condition.map(|on| on.node.on.node.as_str()).or(parent);
                    let directives = self.directives(&inline.node.directives)?;
                    self.set(&inline.node.selection_set.node, parent)?
                        .spread(directives)
                }
            };
            together = together.beside(&measure);
        }
        Ok(together)
    }

    fn fragment(&mut self, name: &str) -> Result<Measure, Refusal> {
        if let Some(known) = self.memo.get(name) {
            return Ok(known.clone());
        }
        let Some(FragmentDefinition {
            type_condition,
            selection_set,
            directives,
        }) = self
            .document
            .fragments
            .get(name)
            .map(|fragment| &fragment.node)
        else {
            return Err(Refusal::new(
                ErrorCode::GraphqlValidationFailed,
                "Документ использует фрагмент, которого в нём нет.",
            ));
        };
        if !self.open.insert(name.to_owned()) {
            return Err(Refusal::new(
                ErrorCode::GraphqlValidationFailed,
                "Фрагменты ссылаются друг на друга по кругу.",
            ));
        }
        let mut measure = self.set(
            &selection_set.node,
            Some(type_condition.node.on.node.as_str()),
        )?;
        measure.directives = measure
            .directives
            .saturating_add(self.directives(directives)?);
        self.open.remove(name);
        self.memo.insert(name.to_owned(), measure.clone());
        Ok(measure)
    }

    fn field(&mut self, field: &'a Field, parent: Option<&str>) -> Result<Measure, Refusal> {
        let name = field.name.node.as_str();
        for (argument, value) in &field.arguments {
            self.check_lists(argument.node.as_str(), &value.node)?;
            check_argument(argument.node.as_str(), &value.node)?;
        }
        let is_introspection = matches!(name, "__schema" | "__type");
        let cost = parent
            .and_then(|parent| self.costs.field(parent, name))
            .cloned();
        let inside_type = cost.as_ref().and_then(|cost| cost.object_type.clone());
        let inside = self.set(&field.selection_set.node, inside_type.as_deref())?;
        let directives = self.directives(&field.directives)?;
        let is_list = cost
            .as_ref()
            .is_some_and(|cost| cost.multiplies == Multiplies::OpensPage);
        let (fixed_cost, page_cost) = self.cost_of(cost.as_ref(), field, &inside);
        let (fixed_lists, page_lists) = self.lists_of(cost.as_ref(), field, &inside);
        Ok(Measure {
            nodes: inside.nodes.saturating_add(1),
            depth: if is_introspection {
                1
            } else {
                inside.depth.saturating_add(1)
            },
            introspection_depth: if is_introspection {
                inside.depth.saturating_add(1)
            } else {
                inside.introspection_depth
            },
            aliases: inside
                .aliases
                .saturating_add(u64::from(field.alias.is_some())),
            directives: inside.directives.saturating_add(directives),
            root_fields: 1,
            fixed_cost: if is_introspection { 0 } else { fixed_cost },
            page_cost: if is_introspection { 0 } else { page_cost },
            fixed_lists: fixed_lists.saturating_add(u64::from(is_list)),
            page_lists,
            introspection_lists: inside
                .introspection_lists
                .saturating_add(u64::from(INTROSPECTION_LISTS.contains(&name))),
        })
    }

    fn cost_of(&self, cost: Option<&FieldCost>, field: &Field, inside: &Measure) -> (u64, u64) {
        let own = u64::from(cost.is_some_and(|cost| cost.object_type.is_some()));
        self.multiplied(
            cost,
            field,
            (inside.fixed_cost.saturating_add(own), inside.page_cost),
        )
    }

    fn lists_of(&self, cost: Option<&FieldCost>, field: &Field, inside: &Measure) -> (u64, u64) {
        self.multiplied(cost, field, (inside.fixed_lists, inside.page_lists))
    }

    /// What stands inside a field, `(fixed, once an item of the page)`, as seen from outside it.
    fn multiplied(
        &self,
        cost: Option<&FieldCost>,
        field: &Field,
        (fixed, a_page_item): (u64, u64),
    ) -> (u64, u64) {
        match cost.map(|cost| cost.multiplies) {
            None | Some(Multiplies::Nothing) => (fixed, a_page_item),
            Some(Multiplies::ItemOfPage) => (0, fixed),
            Some(Multiplies::OpensPage) => {
                let page = a_page_item.saturating_mul(self.page_of(field));
                (fixed.saturating_add(page), 0)
            }
            Some(Multiplies::Ids) => (fixed.saturating_mul(self.ids_of(field)), 0),
            Some(Multiplies::SomeNodes) => (fixed.saturating_mul(ASSUMED_NODES), 0),
        }
    }

    fn page_of(&self, field: &Field) -> u64 {
        let said = ["first", "last"].into_iter().find_map(|argument| {
            match self.resolved(&field.get_argument(argument)?.node)? {
                Value::Number(number) => number.as_u64(),
                _ => None,
            }
        });
        said.unwrap_or(DEFAULT_PAGE).min(LARGEST_PAGE)
    }

    fn ids_of(&self, field: &Field) -> u64 {
        let ids = field
            .get_argument("ids")
            .and_then(|ids| self.resolved(&ids.node));
        match ids {
            Some(Value::List(ids)) => ids.len() as u64,
            _ => 1,
        }
    }

    fn resolved(&self, value: &DocumentValue) -> Option<Value> {
        if let DocumentValue::Variable(name) = value {
            let given = self.variables.get(name);
            let default = || {
                self.defaults
                    .iter()
                    .find(|(known, _)| *known == name.as_str())
                    .map(|(_, value)| (*value).clone())
            };
            return given.cloned().or_else(default);
        }
        value
            .clone()
            .into_const_with(|_| Ok::<_, ()>(Value::Null))
            .ok()
    }

    fn check_lists(&self, argument: &str, value: &DocumentValue) -> Result<(), Refusal> {
        match value {
            DocumentValue::List(items) => {
                check_length(argument, items.len(), self.limits)?;
                items
                    .iter()
                    .try_for_each(|item| self.check_lists(argument, item))
            }
            DocumentValue::Object(fields) => fields
                .values()
                .try_for_each(|field| self.check_lists(argument, field)),
            _ => Ok(()),
        }
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<u64, Refusal> {
        let count = directives.len() as u64;
        if count > self.limits.directives_a_field {
            return Err(Refusal::too_complex(
                "directivesOnField",
                count,
                self.limits.directives_a_field,
            ));
        }
        // The library takes any value for a condition and reads it as `false`.
        for directive in directives {
            let name = directive.node.name.node.as_str();
            let condition = directive.node.get_argument("if").map(|value| &value.node);
            let is_sound = matches!(
                condition,
                None | Some(DocumentValue::Boolean(_) | DocumentValue::Variable(_))
            );
            if matches!(name, "skip" | "include") && !is_sound {
                return Err(Refusal::new(
                    ErrorCode::GraphqlValidationFailed,
                    format!("Аргумент «if» директивы @{name} должен быть логическим."),
                ));
            }
        }
        Ok(count)
    }
}
