//! Pure decisions about drafts: what a draft's state allows.

use entities::enums::{ContentState, DraftState};

/// Where a thing is on its way, as staff see it: at its draft, if it has one.
#[must_use]
pub const fn state_of(draft: Option<DraftState>, content: ContentState) -> ContentState {
    match draft {
        Some(DraftState::Draft) => ContentState::Draft,
        Some(DraftState::InReview) => ContentState::InReview,
        Some(DraftState::Scheduled) => ContentState::Scheduled,
        None => content,
    }
}
