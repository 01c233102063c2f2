//! The one gate before execution: whatever transport a document came by, it is measured here first.
//!
//! async-graphql's own limits walk fragments without a memo and recurse without a bound, so that
//! 4 KB of nesting abort the process and 1 KB of fragments hang a worker. Here bytes, nesting and
//! tokens are counted before parsing; the document is then measured with each fragment walked
//! once; only what is within the limits reaches the library, already parsed. Nor does a text that no
//! database could hold get past it, in a variable or in the document.

mod costs;
mod exposure;
mod measure;
mod refusal;
pub mod root_fields;
mod scan;
mod texts;
mod variables;

use std::collections::HashMap;

use async_graphql::{
    Variables,
    parser::{
        parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationType},
    },
};
pub use costs::CostModel;
pub use exposure::Exposure;
use measure::{Measure, Measurer};
pub use refusal::Refusal;

use crate::infra::error::ErrorCode;

/// How much one request may ask. The figures are the contract's (§2) and the reliability plan's (§4.1).
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of the document.
    pub document_bytes: usize,
    /// Brackets of any kind open at once.
    pub nesting: usize,
    /// Lexical tokens of the document.
    pub tokens: usize,
    /// Fragment definitions.
    pub fragments: usize,
    /// Operations in the document.
    pub operations: usize,
    /// Selections after every fragment is put in its place.
    pub expanded_nodes: u64,
    /// Fields within fields.
    pub depth: u64,
    /// The same below `__schema` and `__type`.
    pub introspection_depth: u64,
    /// Fields under another name.
    pub aliases: u64,
    /// Directives in all.
    pub directives: u64,
    /// Directives on one field.
    pub directives_a_field: u64,
    /// Fields of the operation itself.
    pub root_fields: u64,
    /// Connections the answer may hold: each sends a statement of its own.
    pub lists: u64,
    /// Lists within lists below `__schema` and `__type`; the standard query nests three.
    pub introspection_lists: u64,
    /// Objects the answer may hold, as [`CostModel`] counts them.
    pub cost: u64,
    /// Values within values of the variables.
    pub variables_depth: usize,
    /// Items of a list in the variables or the document.
    pub list_items: usize,
}

impl Limits {
    /// For everybody who is not staff.
    #[must_use]
    pub const fn public() -> Self {
        Self {
            document_bytes: 16 * 1024,
            nesting: 64,
            tokens: 1_000,
            fragments: 50,
            operations: 10,
            expanded_nodes: 2_000,
            depth: 10,
            introspection_depth: 20,
            aliases: 50,
            directives: 50,
            directives_a_field: 5,
            root_fields: 10,
            lists: 100,
            introspection_lists: 3,
            cost: 1_000,
            variables_depth: 16,
            list_items: 100,
        }
    }

    /// For staff, whose screens show more at once.
    #[must_use]
    pub const fn staff() -> Self {
        Self {
            document_bytes: 32 * 1024,
            tokens: 2_000,
            expanded_nodes: 5_000,
            depth: 12,
            root_fields: 20,
            cost: 5_000,
            ..Self::public()
        }
    }
}

/// A document that may be executed.
#[derive(Debug)]
pub struct Admitted {
    pub document: ExecutableDocument,
    pub operation_type: OperationType,
    /// What the operation costs.
    pub cost: u64,
}

/// Measures documents against the schema's costs.
#[derive(Debug)]
pub struct RequestGate {
    costs: CostModel,
}

impl RequestGate {
    /// A gate for the schema of that SDL.
    ///
    /// # Errors
    /// When the SDL does not parse, which would be a fault of this program.
    pub fn new(sdl: &str) -> Result<Self, String> {
        Ok(Self {
            costs: CostModel::from_sdl(sdl)?,
        })
    }

    /// Parses and measures a document.
    ///
    /// # Errors
    /// The first limit it passes, or where it does not parse.
    pub fn admit(
        &self,
        source: &str,
        operation_name: Option<&str>,
        variables: &Variables,
        limits: &Limits,
    ) -> Result<Admitted, Refusal> {
        within("bytes", source.len(), limits.document_bytes)?;
        scan::scan(source, limits)?;
        variables::check(variables, limits)?;
        texts::check_variables(variables)?;
        let document = parse_query(source).map_err(|error| Refusal::unparsable(&error))?;
        within("fragments", document.fragments.len(), limits.fragments)?;
        let operation_type = operation_type(&document, operation_name, limits)?;
        let cost = self.measure(&document, operation_name, variables, limits)?;
        Ok(Admitted {
            document,
            operation_type,
            cost,
        })
    }

    /// What an admitted document's operation shows.
    #[must_use]
    pub fn exposure(
        &self,
        document: &ExecutableDocument,
        operation_name: Option<&str>,
    ) -> Exposure {
        let mut walker = exposure::Walker::new(&self.costs, document);
        match root_fields::chosen_operation(document, operation_name) {
            Some(operation) => walker.set(&operation.selection_set.node, Some("Query")),
            None => Exposure::NOTHING,
        }
    }

    fn measure(
        &self,
        document: &ExecutableDocument,
        operation_name: Option<&str>,
        variables: &Variables,
        limits: &Limits,
    ) -> Result<u64, Refusal> {
        let mut measurer = Measurer::new(&self.costs, document, variables, limits);
        let mut everything = Measure::default();
        let mut chosen = Measure::default();
        for (name, operation) in document.operations.iter() {
            let measure = measurer.operation(&operation.node)?;
            everything = everything.beside(&measure);
            if operation_name.is_none() || operation_name == name.map(|name| name.as_str()) {
                chosen = measure;
            }
        }
        // Fragments that nothing spreads would be walked by the validation all the same.
        everything = everything.beside(&measurer.unused_fragments()?);
        within_count("expandedNodes", everything.nodes, limits.expanded_nodes)?;
        within_count("depth", everything.depth, limits.depth)?;
        within_count(
            "depth",
            everything.introspection_depth,
            limits.introspection_depth,
        )?;
        within_count("aliases", everything.aliases, limits.aliases)?;
        within_count("directives", everything.directives, limits.directives)?;
        within_count("rootFields", chosen.root_fields, limits.root_fields)?;
        within_count("lists", chosen.fixed_lists, limits.lists)?;
        let introspection_lists = everything.introspection_lists;
        within_count(
            "introspectionLists",
            introspection_lists,
            limits.introspection_lists,
        )?;
        within_count("cost", chosen.fixed_cost, limits.cost)?;
        Ok(chosen.fixed_cost)
    }
}

fn operation_type(
    document: &ExecutableDocument,
    operation_name: Option<&str>,
    limits: &Limits,
) -> Result<OperationType, Refusal> {
    match (&document.operations, operation_name) {
        (DocumentOperations::Single(operation), None) => Ok(operation.node.ty),
        (DocumentOperations::Single(_), Some(name)) => Err(Refusal::no_such_operation(name)),
        (DocumentOperations::Multiple(operations), name) => {
            within("operations", operations.len(), limits.operations)?;
            let chosen = match name {
                Some(name) => operations.iter().find(|(known, _)| known.as_str() == name),
                None if operations.len() == 1 => operations.iter().next(),
                None => {
                    return Err(Refusal::new(
                        ErrorCode::BadUserInput,
                        "В документе несколько операций: укажите «operationName».",
                    ));
                }
            };
            match (chosen, name) {
                (Some((_, operation)), _) => Ok(operation.node.ty),
                (None, name) => Err(Refusal::no_such_operation(name.unwrap_or_default())),
            }
        }
    }
}

fn within(what: &'static str, actual: usize, limit: usize) -> Result<(), Refusal> {
    if actual > limit {
        return Err(Refusal::too_complex(what, actual as u64, limit as u64));
    }
    Ok(())
}

fn within_count(what: &'static str, actual: u64, limit: u64) -> Result<(), Refusal> {
    if actual > limit {
        return Err(Refusal::too_complex(what, actual, limit));
    }
    Ok(())
}

/// Fragment name -> what spreading it once adds.
type Memo = HashMap<String, Measure>;

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    const SDL: &str = "
        type Query { news(first: Int, last: Int): NewsConnection node: News nodes(ids: [ID!]!): [News] a: Int }
        type NewsConnection { nodes: [News!]! edges: [NewsEdge!]! pageInfo: PageInfo! totalCount: Int! }
        type NewsEdge { node: News! cursor: String! }
        type PageInfo { hasNextPage: Boolean! }
        type News { id: ID! category: Category related(first: Int): NewsConnection similar: [News!]! tags: [String!]! }
        type Category { name: String! }
        schema { query: Query }";

    fn admit(source: &str) -> Result<u64, Refusal> {
        admit_with(source, serde_json::json!({}))
    }

    fn admit_with(source: &str, variables: serde_json::Value) -> Result<u64, Refusal> {
        let gate = RequestGate::new(SDL).unwrap();
        let variables = Variables::from_json(variables);
        gate.admit(source, None, &variables, &Limits::public())
            .map(|admitted| admitted.cost)
    }

    fn refused_for(source: &str) -> String {
        match admit(source) {
            Err(refusal) => refusal
                .limit_name()
                .unwrap_or(refusal.code.as_str())
                .to_owned(),
            Ok(cost) => format!("admitted at {cost}"),
        }
    }

    #[test]
    fn lists_cost_their_page() {
        assert_eq!(admit("{ news { nodes { id } } }").unwrap(), 21);
        assert_eq!(
            admit("{ news(first: 5) { nodes { category { name } } } }").unwrap(),
            11
        );
        assert_eq!(
            admit("{ news(last: 5) { edges { node { id } } pageInfo { hasNextPage } } }").unwrap(),
            12
        );
        assert_eq!(
            admit("{ nodes(ids: [1, 2, 3]) { category { name } } }").unwrap(),
            6
        );
    }

    #[test]
    fn a_page_in_a_variable_costs_as_much() {
        let source = "query($n: Int = 7) { news(first: $n) { ...page } } fragment page on NewsConnection { nodes { id } }";
        assert_eq!(admit(source).unwrap(), 8);
        assert_eq!(
            admit_with(source, serde_json::json!({ "n": 50 })).unwrap(),
            51
        );
    }

    #[test]
    fn lists_within_lists_multiply() {
        let refusal =
            admit("{ news(first: 100) { nodes { related(first: 100) { nodes { id } } } } }")
                .unwrap_err();
        assert_eq!(refusal.limit_name(), Some("lists"));
    }

    #[test]
    fn two_thousand_brackets_never_reach_the_parser() {
        let source = format!(
            "{{ __typename @include(if: {}true{}) }}",
            "[".repeat(2_000),
            "]".repeat(2_000)
        );
        assert_eq!(refused_for(&source), "nesting");
    }

    #[test]
    fn a_fragment_bomb_is_measured_and_not_walked() {
        let mut source = String::from("{ ...f0 }");
        for level in 0..30 {
            let next = level + 1;
            write!(
                source,
                " fragment f{level} on Query {{ ...f{next} ...f{next} }}"
            )
            .unwrap();
        }
        source.push_str(" fragment f30 on Query { a }");
        assert_eq!(refused_for(&source), "expandedNodes");
    }

    #[test]
    fn a_bomb_that_nothing_spreads_is_refused_too() {
        let mut source = String::from("{ a }");
        for level in 0..30 {
            let next = level + 1;
            write!(
                source,
                " fragment f{level} on Query {{ ...f{next} ...f{next} }}"
            )
            .unwrap();
        }
        source.push_str(" fragment f30 on Query { a }");
        assert_eq!(refused_for(&source), "expandedNodes");
    }

    #[test]
    fn a_bomb_whose_leaf_is_no_field_is_refused_too() {
        let bomb = |leaf: &str| {
            let mut source = String::from("{...f0}");
            for level in 0..30 {
                let next = level + 1;
                write!(source, "fragment f{level} on Query{{...f{next}...f{next}}}").unwrap();
            }
            format!("{source}fragment f30 on Query{{{leaf}}}")
        };
        assert_eq!(
            refused_for(&bomb("...nowhere")),
            "GRAPHQL_VALIDATION_FAILED"
        );
        assert_eq!(refused_for(&bomb("...{...{a}}")), "expandedNodes");
        assert_eq!(
            refused_for(&format!("{{{}}}", "...a".repeat(1_000))),
            "tokens"
        );
    }

    #[test]
    fn lists_of_nodes_are_assumed_to_be_long() {
        assert_eq!(admit("{ node { similar { id } } }").unwrap(), 11);
        let circle = "{ node { similar { similar { similar { id } } } } }";
        assert_eq!(admit(circle).unwrap_err().limit_name(), Some("cost"));
    }

    #[test]
    fn lists_within_lists_are_counted() {
        let nested = "{ news(first: 99) { nodes { related(first: 1) { totalCount } more: related(first: 1) { totalCount } } } }";
        assert_eq!(refused_for(nested), "lists");
        assert!(
            admit("{ news(first: 20) { nodes { related(first: 3) { nodes { id } } } } }").is_ok()
        );
    }

    #[test]
    fn introspection_can_not_fan_out() {
        let standard = "{ __schema { types { fields { args { type { ofType { name } } } } } } }";
        assert!(admit(standard).is_ok());
        let wide =
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
        assert_eq!(refused_for(wide), "introspectionLists");
    }

    #[test]
    fn fragments_in_a_circle_are_invalid() {
        let source = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
        assert_eq!(refused_for(source), "GRAPHQL_VALIDATION_FAILED");
    }

    #[test]
    fn a_domain_circle_is_too_deep() {
        let source = format!(
            "{{ node {} id {} }}",
            "{ related { nodes ".repeat(25) + "{",
            "}".repeat(51)
        );
        assert_eq!(refused_for(&source), "depth");
    }

    #[test]
    fn introspection_has_its_own_depth() {
        let deep = |levels| {
            format!(
                "{{ __schema {{ types {} {} }} }}",
                "{ ofType ".repeat(levels) + "{ name }",
                "}".repeat(levels)
            )
        };
        assert!(admit(&deep(15)).is_ok());
        assert_eq!(refused_for(&deep(25)), "depth");
    }

    #[test]
    fn aliases_directives_and_root_fields_are_counted() {
        let aliases: String = (0..51).map(|n| format!("a{n}: id ")).collect();
        assert_eq!(
            refused_for(&format!("{{ node {{ {aliases} }} }}")),
            "aliases"
        );
        let directives = "@skip(if: false) ".repeat(6);
        assert_eq!(
            refused_for(&format!("{{ a {directives} }}")),
            "directivesOnField"
        );
        let roots: String = (0..11).map(|n| format!("a{n}: a ")).collect();
        assert_eq!(refused_for(&format!("{{ {roots} }}")), "rootFields");
    }

    #[test]
    fn a_condition_must_be_a_boolean() {
        assert_eq!(
            refused_for("{ a @include(if: \"yes\") }"),
            "GRAPHQL_VALIDATION_FAILED"
        );
        assert!(admit("query($yes: Boolean!) { a @include(if: $yes) }").is_ok());
    }

    #[test]
    fn long_lists_and_deep_values_are_refused() {
        let ids = serde_json::json!({ "ids": vec!["a"; 101] });
        assert_eq!(
            admit_with("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids)
                .unwrap_err()
                .code,
            ErrorCode::BadUserInput
        );
        let mut deep = serde_json::json!(1);
        for _ in 0..20 {
            deep = serde_json::json!([deep]);
        }
        assert!(admit_with("{ a }", serde_json::json!({ "deep": deep })).is_err());
    }

    #[test]
    fn control_signs_are_refused_wherever_they_stand() {
        let source = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        for sign in ["\0", "\u{1b}[31m", "\u{7f}", "\u{85}"] {
            let refusal =
                admit_with(source, serde_json::json!({ "ids": ["a", sign] })).unwrap_err();
            assert_eq!(refusal.code, ErrorCode::BadUserInput);
            assert!(refusal.message.contains("«ids»"), "{}", refusal.message);
        }
        let nested = serde_json::json!({ "unused": { "b": [{ "c": "\u{7}" }] } });
        let refusal = admit_with("{ a }", nested).unwrap_err();
        assert!(
            refusal
                .message
                .contains("«unused.b.c»: недопустимый знак U+0007")
        );
        for source in [
            "{ nodes(ids: [\"a\\u0000\"]) { id } }",
            "{ nodes(ids: [\"\"\"a\u{1}\"\"\"]) { id } }",
            "query($ids: [ID!]! = [\"\\u0007\"]) { nodes(ids: $ids) { id } }",
            "{ a } fragment f on Query { nodes(ids: [\"\\u0000\"]) { id } }",
        ] {
            assert_eq!(refused_for(source), "BAD_USER_INPUT", "{source}");
        }
        assert!(admit_with(source, serde_json::json!({ "ids": ["a\tb\r\nc"] })).is_ok());
        assert!(admit("{ nodes(ids: [\"a\\tb\\n\"]) { id } }").is_ok());
    }

    #[test]
    fn comments_and_strings_hide_no_brackets() {
        assert!(admit("{ a # [[[[[[[[[[\n }").is_ok());
        let quoted = format!("{{ nodes(ids: [\"{}\"]) {{ id }} }}", "[".repeat(500));
        assert!(admit(&quoted).is_ok());
        let block = format!(
            "{{ nodes(ids: [\"\"\"{} \\\"\"\" \"\"\"]) {{ id }} }}",
            "{".repeat(500)
        );
        assert!(admit(&block).is_ok());
    }

    #[test]
    fn what_does_not_parse_says_where_and_no_more() {
        let refusal = admit(&format!("{{ a {} ", "b ".repeat(300))).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::GraphqlParseFailed);
        assert!(refusal.message.len() < 200, "{}", refusal.message);
    }
}
