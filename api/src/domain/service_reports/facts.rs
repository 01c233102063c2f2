//! What somebody tells of a service, read and not judged yet.

use chrono::NaiveDate;
use entities::enums::{
    HelpedBy, Okrug, PushPlatform, RefusalReason, ServiceOutcome, ServiceReportChannel,
};
use serde::Serialize;
use uuid::Uuid;

/// What somebody tells. Written down, it is what a repetition is compared with.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    pub guide_id: Uuid,
    /// The revision that they had before them; `None`: the one that is published.
    pub guide_revision: Option<i32>,
    pub channel: ServiceReportChannel,
    pub submitted_on: NaiveDate,
    pub outcome: ServiceOutcome,
    pub finished_on: Option<NaiveDate>,
    pub is_online_first: bool,
    pub is_fully_online: bool,
    pub visits: i32,
    pub queue_minutes: Option<i32>,
    pub has_extra_documents: Option<bool>,
    /// Bits of [`ServiceProblem`](super::ServiceProblem).
    pub problems: i32,
    pub refusal: Option<Refusal>,
    pub ratings: Ratings,
    pub is_guide_matched: Option<bool>,
    pub helped_by: HelpedBy,
    pub paid_rub: Option<i32>,
    pub platform: Option<PushPlatform>,
    pub okrug: Option<Okrug>,
    /// As it was written: what is kept of it is scrubbed first.
    pub comment: Option<String>,
}

/// How it was refused.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Refusal {
    pub is_explained: bool,
    pub reason: Option<RefusalReason>,
}

/// Marks of one to five, by the state's own criteria (decree 1284 of 12.12.2012).
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Ratings {
    pub overall: Option<i32>,
    pub information: Option<i32>,
    pub forms: Option<i32>,
    pub speed: Option<i32>,
    pub convenience: Option<i32>,
    pub result: Option<i32>,
}

impl Ratings {
    /// Each mark with the field that it came in.
    #[must_use]
    pub const fn each(&self) -> [(&'static str, Option<i32>); 6] {
        [
            ("ratings.overall", self.overall),
            ("ratings.information", self.information),
            ("ratings.forms", self.forms),
            ("ratings.speed", self.speed),
            ("ratings.convenience", self.convenience),
            ("ratings.result", self.result),
        ]
    }
}

/// Nothing is wrong with it.
#[cfg(test)]
pub fn sound() -> Facts {
    Facts {
        guide_id: Uuid::nil(),
        guide_revision: None,
        channel: ServiceReportChannel::Online,
        submitted_on: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
        outcome: ServiceOutcome::Completed,
        finished_on: Some(NaiveDate::from_ymd_opt(2026, 11, 12).unwrap()),
        is_online_first: false,
        is_fully_online: true,
        visits: 0,
        queue_minutes: None,
        has_extra_documents: None,
        problems: 0,
        refusal: None,
        ratings: Ratings::default(),
        is_guide_matched: Some(true),
        helped_by: HelpedBy::Nobody,
        paid_rub: None,
        platform: None,
        okrug: None,
        comment: None,
    }
}
