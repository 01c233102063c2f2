//! Who may get the same answer to an operation, and what the answer is made of: read from the document
//! before it runs, each fragment once.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::CostModel;
use crate::{
    infra::cache::TagSet,
    schema::{Visibility, tags_of, visibility_of},
};

/// What an operation shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The most private of its fields.
    pub visibility: Visibility,
    /// What its answer is made of.
    pub tags: TagSet,
}

impl Exposure {
    /// An operation that shows nothing.
    pub const NOTHING: Self = Self {
        visibility: Visibility::Public,
        tags: TagSet::NONE,
    };

    fn and(self, other: Self) -> Self {
        Self {
            visibility: self.visibility.max(other.visibility),
            tags: self.tags.and(other.tags),
        }
    }
}

/// Walks a document that the gate has measured, so that its fragments lead into no circle.
pub struct Walker<'a> {
    types: &'a CostModel,
    document: &'a ExecutableDocument,
    memo: HashMap<&'a str, Exposure>,
}

impl<'a> Walker<'a> {
    pub fn new(types: &'a CostModel, document: &'a ExecutableDocument) -> Self {
        Self {
            types,
            document,
            memo: HashMap::new(),
        }
    }

    /// What a set shows that stands in that type; `None`: in one the schema does not have.
    pub fn set(&mut self, set: &'a SelectionSet, parent: Option<&'a str>) -> Exposure {
        let mut together = Exposure::NOTHING;
        for selection in &set.items {
            let shown = match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    self.field(name, &field.node.selection_set.node, parent)
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(spread.node.fragment_name.node.as_str())
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let parent = condition.map(|on| on.node.on.node.as_str()).or(parent);
                    self.set(&inline.node.selection_set.node, parent)
                }
            };
            together = together.and(shown);
        }
        together
    }

    fn field(&mut self, name: &str, inside: &'a SelectionSet, parent: Option<&str>) -> Exposure {
        // The schema about itself: the same for everybody, until there is another version.
        if name.starts_with("__") {
            return Exposure::NOTHING;
        }
        let declared = parent.and_then(|parent| visibility_of(parent, name));
        let field = parent.and_then(|parent| self.types.field(parent, name));
        let inside_type = field.and_then(|field| field.object_type.as_deref());
        let own = Exposure {
            // The schema refuses what it does not know; nobody keeps the answer.
            visibility: declared.unwrap_or(Visibility::Personal),
            tags: inside_type.map_or(TagSet::NONE, tags_of),
        };
        own.and(self.set(inside, inside_type))
    }

    fn fragment(&mut self, name: &'a str) -> Exposure {
        if let Some(known) = self.memo.get(name) {
            return *known;
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return Exposure::NOTHING;
        };
        let on = fragment.node.type_condition.node.on.node.as_str();
        let shown = self.set(&fragment.node.selection_set.node, Some(on));
        self.memo.insert(name, shown);
        shown
    }
}
