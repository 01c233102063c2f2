//! What staff change of reference data.

mod headings;
mod organisations;
mod outlets;
mod partners;
mod push_topics;
mod redirects;
mod training_sessions;

use async_graphql::{ID, InputObject, MaybeUndefined, MergedObject};
pub use outlets::OutletFields;
pub use partners::PartnerFields;
pub use redirects::{RedirectFields, plan};

use super::desk::{tidy, tidy_optional};

/// Staff's mutations of reference data.
#[derive(Default, MergedObject)]
pub struct ReferenceMutation(
    headings::HeadingMutation,
    organisations::OrganisationMutation,
    partners::PartnerMutation,
    outlets::OutletMutation,
    redirects::RedirectMutation,
    push_topics::PushTopicMutation,
    training_sessions::TrainingSessionMutation,
);

/// Какую запись удалить.
#[derive(InputObject)]
pub struct ReferenceDeleteInput {
    /// Какую.
    id: ID,
}

/// A text that must stand: not named, it stays; `null` empties it.
fn set(target: &mut String, sent: MaybeUndefined<String>) {
    match sent {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => target.clear(),
        MaybeUndefined::Value(text) => *target = tidy(&text),
    }
}

/// The same of a text that need not be there; blanks empty it, too.
fn set_optional(target: &mut Option<String>, sent: MaybeUndefined<String>) {
    match sent {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *target = None,
        MaybeUndefined::Value(text) => *target = tidy_optional(Some(text)),
    }
}
