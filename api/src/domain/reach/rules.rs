//! Pure decisions about batches: what one may hold, on which day an event counts, how they add up.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

use super::types::{ContentEventKind, ReachErrorCode};

/// How long a batch is told from its repetition. Events of two days ago are refused, so that one that
/// names its days cannot count twice after that.
pub const BATCH_KEPT: TimeDelta = TimeDelta::hours(48);

const MOST_EVENTS: usize = 100;
/// How often an event of a batch may have happened.
const MOST_TIMES: i32 = 10;

/// Something that readers did with a piece of content on a day, so many times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    pub content_id: Uuid,
    pub kind: ContentEventKind,
    pub times: i32,
    pub day: NaiveDate,
}

/// How often readers did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub opened: i64,
    pub read: i64,
    pub shared: i64,
    pub push_opened: i64,
}

impl Counts {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            opened: self.opened.saturating_add(other.opened),
            read: self.read.saturating_add(other.read),
            shared: self.shared.saturating_add(other.shared),
            push_opened: self.push_opened.saturating_add(other.push_opened),
        }
    }
}

impl From<Event> for Counts {
    fn from(event: Event) -> Self {
        let times = i64::from(event.times);
        let none = Self::default();
        match event.kind {
            ContentEventKind::Opened => Self {
                opened: times,
                ..none
            },
            ContentEventKind::Read => Self {
                read: times,
                ..none
            },
            ContentEventKind::Shared => Self {
                shared: times,
                ..none
            },
            ContentEventKind::PushOpened => Self {
                push_opened: times,
                ..none
            },
        }
    }
}

/// What events add up to, by content and day. Sorted, so that whoever writes them all meets rows in
/// the same order as everybody else.
pub type Tally = BTreeMap<(Uuid, NaiveDate), Counts>;

/// Adds events up.
pub fn tally(events: impl IntoIterator<Item = Event>) -> Tally {
    let mut tally = Tally::new();
    for event in events {
        let counts = tally.entry((event.content_id, event.day)).or_default();
        *counts = counts.and(event.into());
    }
    tally
}

/// What is wrong with an event, and in which of its fields.
#[must_use]
pub fn fault_of(event: &Event, today: NaiveDate) -> Option<(&'static str, ReachErrorCode)> {
    if !(1..=MOST_TIMES).contains(&event.times) {
        return Some(("count", ReachErrorCode::CountOutOfRange));
    }
    let is_recent = event.day == today || Some(event.day) == today.pred_opt();
    (!is_recent).then_some(("day", ReachErrorCode::DayOutOfRange))
}

/// Whether a batch may hold so many events.
#[must_use]
pub fn fits(events: usize) -> bool {
    (1..=MOST_EVENTS).contains(&events)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: ContentEventKind, times: i32, day: &str) -> Event {
        Event {
            content_id: Uuid::nil(),
            kind,
            times,
            day: day.parse().unwrap(),
        }
    }

    #[test]
    fn events_of_one_day_add_up() {
        let tally = tally([
            event(ContentEventKind::Opened, 2, "2026-11-23"),
            event(ContentEventKind::Shared, 1, "2026-11-23"),
            event(ContentEventKind::Opened, 3, "2026-11-23"),
            event(ContentEventKind::Opened, 1, "2026-11-22"),
        ]);
        let days: Vec<(i64, i64)> = tally
            .values()
            .map(|counts| (counts.opened, counts.shared))
            .collect();
        assert_eq!(days, [(1, 0), (5, 1)]);
    }

    #[test]
    fn an_event_counts_today_and_yesterday() {
        let today = "2026-03-01".parse().unwrap();
        let fault = |times, day| fault_of(&event(ContentEventKind::Read, times, day), today);
        assert_eq!(fault(10, "2026-03-01"), None);
        assert_eq!(fault(1, "2026-02-28"), None);
        let wrong_day = Some(("day", ReachErrorCode::DayOutOfRange));
        assert_eq!(fault(1, "2026-02-27"), wrong_day);
        assert_eq!(fault(1, "2026-03-02"), wrong_day);
        let wrong_count = Some(("count", ReachErrorCode::CountOutOfRange));
        assert_eq!(fault(0, "2026-03-01"), wrong_count);
        assert_eq!(fault(11, "2026-03-01"), wrong_count);
    }
}
