//! Pure decisions about drafts: what a draft's state allows, who is still at it.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    draft_presence,
    enums::{ContentState, DraftState},
};
use uuid::Uuid;

/// Whoever has not been heard of for so long has left: three times the pause between two signs.
pub const GONE_AFTER: TimeDelta = TimeDelta::seconds(60);
/// Drafts that one person may be at, in tabs of a browser.
pub const MOST_DRAFTS: usize = 20;
/// Editors that a draft shows.
pub const MOST_EDITORS: usize = 20;

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

/// The drafts that somebody who is at another one now has left: there they have not been heard of, or
/// there are too many. Who comes back to one comes anew.
///
/// `known`: where they are at, the last touched first.
#[must_use]
pub fn left_by_now(
    known: &[draft_presence::Model],
    touched_id: Uuid,
    now: DateTime<Utc>,
) -> Vec<Uuid> {
    let is_here = |row: &draft_presence::Model| row.last_seen_at > now - GONE_AFTER;
    let gone = known.iter().filter(|row| !is_here(row));
    let others = known
        .iter()
        .filter(|row| is_here(row) && row.content_id != touched_id);
    // The one that is touched has a place as well.
    gone.chain(others.skip(MOST_DRAFTS - 1))
        .map(|row| row.content_id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_not_heard_of_or_is_everywhere_has_left() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let at = |seconds_ago: i64| draft_presence::Model {
            content_id: Uuid::now_v7(),
            account_id: Uuid::nil(),
            since_at: now,
            last_seen_at: now - TimeDelta::seconds(seconds_ago),
        };
        let known = [at(0), at(59), at(60), at(3600)];
        let ids = known.each_ref().map(|row| row.content_id);
        assert_eq!(left_by_now(&known, Uuid::now_v7(), now), ids[2..]);
        // Whoever comes back comes anew.
        assert_eq!(left_by_now(&known, ids[3], now), ids[2..]);

        let many: Vec<_> = (0..25).map(at).collect();
        let ids: Vec<_> = many.iter().map(|row| row.content_id).collect();
        assert_eq!(left_by_now(&many, Uuid::now_v7(), now), ids[19..]);
        assert_eq!(left_by_now(&many, ids[0], now), ids[20..]);
    }
}
