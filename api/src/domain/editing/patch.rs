//! Putting what a client named into a document.

use async_graphql::{ID, MaybeUndefined};
use uuid::Uuid;

use super::{audience::AudienceInput, kinds::Envelope};
use crate::infra::{
    error::Error,
    graphql::{DateTime, NodeTag},
};

/// Puts in what every kind of content has.
///
/// # Errors
/// `BAD_USER_INPUT` for what is not an id.
pub fn patch_envelope(
    envelope: &mut Envelope,
    slug: MaybeUndefined<String>,
    audience: MaybeUndefined<AudienceInput>,
    unpublish_at: MaybeUndefined<DateTime>,
) -> Result<(), Error> {
    patch(&mut envelope.slug, slug);
    match audience {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => envelope.audience = Default::default(),
        MaybeUndefined::Value(audience) => envelope.audience = audience.definition()?,
    }
    patch(
        &mut envelope.unpublish_at,
        unpublish_at.map_value(|at| at.0),
    );
    Ok(())
}

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

/// A text that says something.
pub fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_blank())
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

impl Emptiable for i32 {}
impl Emptiable for chrono::DateTime<chrono::Utc> {}
impl Emptiable for chrono::NaiveDate {}
impl Emptiable for entities::enums::BenefitProvider {}
impl Emptiable for entities::enums::NewsKind {}
impl Emptiable for crate::domain::news::Video {}
impl Emptiable for super::benefits::BenefitAdMarkDocument {}
