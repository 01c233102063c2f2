//! The fields of the operation itself, wherever fragments have put them.

use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};

use super::Refusal;
use crate::infra::error::ErrorCode;

/// Mutations that try a secret, or cost one.
const SIGN_INS: [&str; 11] = [
    "contactChangeConfirm",
    "contactChangeRequest",
    "sessionRefresh",
    "signInCodeConfirm",
    "signInCodeRequest",
    "staffInvitationAccept",
    "staffPasswordReset",
    "staffPasswordResetRequest",
    "staffSignIn",
    "stepUp",
    "totpConfirm",
];

/// The names of the root fields that will run, as often as they will. The document has been measured,
/// so that walking its fragments is bounded.
#[must_use]
pub fn root_fields<'d>(
    document: &'d ExecutableDocument,
    operation_name: Option<&str>,
) -> Vec<&'d str> {
    let mut names = Vec::new();
    if let Some(operation) = chosen_operation(document, operation_name) {
        gather(document, &operation.selection_set.node, &mut names);
    }
    names
}

/// The operation that will run: the named one, or the only one.
#[must_use]
pub fn chosen_operation<'d>(
    document: &'d ExecutableDocument,
    operation_name: Option<&str>,
) -> Option<&'d OperationDefinition> {
    let is_chosen = |name: Option<&str>| operation_name.is_none() || operation_name == name;
    let mut operations = document.operations.iter();
    operations
        .find(|(name, _)| is_chosen(name.map(|name| name.as_str())))
        .map(|(_, operation)| &operation.node)
}

fn gather<'d>(
    document: &'d ExecutableDocument,
    selections: &'d SelectionSet,
    names: &mut Vec<&'d str>,
) {
    for selection in &selections.items {
        match &selection.node {
            Selection::Field(field) => names.push(field.node.name.node.as_str()),
            Selection::InlineFragment(inline) => {
                gather(document, &inline.node.selection_set.node, names);
            }
            Selection::FragmentSpread(spread) => {
                let fragment = document.fragments.get(&spread.node.fragment_name.node);
                if let Some(fragment) = fragment {
                    gather(document, &fragment.node.selection_set.node, names);
                }
            }
        }
    }
}

/// At most one sign-in in a request: aliases would otherwise try a hundred codes at once.
///
/// # Errors
/// `QUERY_TOO_COMPLEX`.
pub fn refuse_several_sign_ins(
    operation_type: OperationType,
    root_fields: &[&str],
) -> Result<(), Refusal> {
    let is_sign_in = |name: &&&str| SIGN_INS.contains(*name);
    let sign_ins = root_fields.iter().filter(is_sign_in).count();
    if operation_type == OperationType::Mutation && sign_ins > 1 {
        return Err(Refusal::new(
            ErrorCode::QueryTooComplex,
            "В одном запросе может быть только одно действие входа.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn is_refused(source: &str) -> bool {
        let document = parse_query(source).unwrap();
        let operation = document.operations.iter().next().unwrap().1.node.ty;
        refuse_several_sign_ins(operation, &root_fields(&document, None)).is_err()
    }

    #[test]
    fn neither_aliases_nor_fragments_give_a_second_try() {
        let one = "signInCodeConfirm(input: {}) { userErrors { code } }";
        assert!(!is_refused(&format!("mutation {{ {one} }}")));
        assert!(is_refused(&format!("mutation {{ a: {one} b: {one} }}")));
        assert!(is_refused(&format!(
            "mutation {{ ...f ...f }} fragment f on Mutation {{ {one} }}"
        )));
        assert!(is_refused(&format!(
            "mutation {{ {one} ... {{ stepUp }} }}"
        )));
        assert!(!is_refused("{ a: signInCodeConfirm b: signInCodeConfirm }"));
    }
}
