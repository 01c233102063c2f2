//! The order of an answer's fields: as the client selected them.
//!
//! The library answers fields in the order in which they finish, so that the same question would
//! get other bytes each time, against the specification and against every `ETag`.

use async_graphql::{
    Name, Positioned, Value,
    indexmap::IndexMap,
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
};

use super::request_gate::root_fields::chosen_operation;

/// The response keys of a selection set, in order, each with what is selected below it.
#[derive(Debug, Default)]
pub struct AnswerOrder {
    keys: IndexMap<Name, AnswerOrder>,
}

impl AnswerOrder {
    /// Reads the order from an operation. The gate has bounded what its fragments expand to.
    pub fn of(document: &ExecutableDocument, operation_name: Option<&str>) -> Self {
        let mut order = Self::default();
        if let Some(operation) = chosen_operation(document, operation_name) {
            order.gather(&operation.selection_set.node, document);
        }
        order
    }

    fn gather(&mut self, set: &SelectionSet, document: &ExecutableDocument) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.gather_field(field, document),
                Selection::InlineFragment(inline) => {
                    self.gather(&inline.node.selection_set.node, document);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node)
                    {
                        self.gather(&fragment.node.selection_set.node, document);
                    }
                }
            }
        }
    }

    fn gather_field(&mut self, field: &Positioned<Field>, document: &ExecutableDocument) {
        let key = field.node.response_key().node.clone();
        let below = self.keys.entry(key).or_default();
        below.gather(&field.node.selection_set.node, document);
    }

    /// Puts the fields of a value in order, and those of everything inside it.
    pub fn apply(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                let place = |name: &Name| self.keys.get_index_of(name);
                if !fields.keys().map(place).is_sorted() {
                    fields.sort_by(|one, _, other, _| place(one).cmp(&place(other)));
                }
                for (name, field) in fields.iter_mut() {
                    if let Some(below) = self.keys.get(name) {
                        below.apply(field);
                    }
                }
            }
            Value::List(items) => items.iter_mut().for_each(|item| self.apply(item)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn ordered(query: &str, answer: serde_json::Value) -> String {
        let document = parse_query(query).unwrap();
        let mut value = Value::from_json(answer).unwrap();
        AnswerOrder::of(&document, None).apply(&mut value);
        value.to_string()
    }

    #[test]
    fn fields_come_as_they_were_selected() {
        let answer = serde_json::json!({ "a": 1, "b": [{ "c": 2, "d": 3 }], "z": 4 });
        assert_eq!(
            ordered("{ z b { d c } a }", answer),
            "{z: 4, b: [{d: 3, c: 2}], a: 1}"
        );
    }

    #[test]
    fn aliases_fragments_and_repeated_fields_count_where_they_first_stand() {
        let query = "{ ...more y: a b { c } } fragment more on Query { b { ... { d } } }";
        let answer = serde_json::json!({ "b": { "c": 2, "d": 3 }, "y": 1 });
        assert_eq!(ordered(query, answer), "{b: {d: 3, c: 2}, y: 1}");
    }
}
