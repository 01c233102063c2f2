//! Putting what a client named into a document.

use async_graphql::{ID, MaybeUndefined};
use uuid::Uuid;

use crate::infra::{error::Error, graphql::NodeTag};

/// Not named: as it is. `null`: emptied, as is a text of blanks.
pub fn patch<T: Emptiable>(target: &mut Option<T>, sent: MaybeUndefined<T>) {
    match sent {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *target = None,
        MaybeUndefined::Value(value) => *target = (!value.is_blank()).then_some(value),
    }
}

/// The same for a reference.
///
/// # Errors
/// `BAD_USER_INPUT` for what is not an id.
pub fn patch_id(
    target: &mut Option<Uuid>,
    tag: NodeTag,
    field: &str,
    sent: MaybeUndefined<ID>,
) -> Result<(), Error> {
    match sent {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *target = None,
        MaybeUndefined::Value(id) => {
            *target = Some(tag.decode(&format!("input.{field}"), &id)?);
        }
    }
    Ok(())
}

/// What was named; `null` empties a list and takes a mark away.
pub fn named<T: Default>(sent: MaybeUndefined<T>) -> Option<T> {
    match sent {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(T::default()),
        MaybeUndefined::Value(value) => Some(value),
    }
}

/// What may be there and yet say nothing.
pub trait Emptiable {
    fn is_blank(&self) -> bool {
        false
    }
}

impl Emptiable for String {
    fn is_blank(&self) -> bool {
        self.trim().is_empty()
    }
}

impl Emptiable for chrono::DateTime<chrono::Utc> {}
impl Emptiable for entities::enums::NewsKind {}
impl Emptiable for crate::domain::news::Video {}
