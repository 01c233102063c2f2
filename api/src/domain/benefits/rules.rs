//! Pure decisions about benefits: who may use one, and whether it runs.

use chrono::{Months, NaiveDate};
use entities::enums::Okrug;
use uuid::Uuid;

use crate::infra::auth::{Membership, Viewer};

/// Whom a benefit is for. Empty lists ask nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EligibilityRules {
    pub organisation_ids: Vec<Uuid>,
    pub okrugs: Vec<Okrug>,
    pub min_membership_months: u32,
}

/// Why somebody may not use a benefit, or not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    NoMembership,
    OtherOrganisation,
    OtherOkrug,
    TooShortMembership,
    TemporarilySuspended,
}

/// Whether a viewer may use a benefit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Eligibility {
    Eligible,
    Ineligible {
        obstacles: Vec<Obstacle>,
        /// The first day on which time alone will have removed every obstacle.
        eligible_from: Option<NaiveDate>,
    },
    SignInRequired,
}

impl Eligibility {
    /// The same while nobody is given the benefit. No day is promised: staff end a suspension, not
    /// time.
    #[must_use]
    pub fn while_suspended(self) -> Self {
        let mut obstacles = match self {
            Self::SignInRequired => return self,
            Self::Eligible => Vec::new(),
            Self::Ineligible { obstacles, .. } => obstacles,
        };
        obstacles.push(Obstacle::TemporarilySuspended);
        Self::Ineligible {
            obstacles,
            eligible_from: None,
        }
    }
}

/// Explains whether that viewer may use the benefit on that Moscow day. A suspension is not looked at.
#[must_use]
pub fn eligibility(rules: &EligibilityRules, viewer: &Viewer, today: NaiveDate) -> Eligibility {
    let Some(signed_in) = viewer.signed_in() else {
        return Eligibility::SignInRequired;
    };
    let Some(member) = &signed_in.membership else {
        return Eligibility::Ineligible {
            obstacles: vec![Obstacle::NoMembership],
            eligible_from: None,
        };
    };
    let mut obstacles = Vec::new();
    if !belongs_to_one_of(member, &rules.organisation_ids) {
        obstacles.push(Obstacle::OtherOrganisation);
    }
    if !rules.okrugs.is_empty()
        && !member
            .okrugs
            .iter()
            .any(|okrug| rules.okrugs.contains(okrug))
    {
        obstacles.push(Obstacle::OtherOkrug);
    }
    let long_enough_on = member
        .member_since
        .checked_add_months(Months::new(rules.min_membership_months));
    let only_time_is_lacking = obstacles.is_empty();
    if long_enough_on.is_none_or(|day| day > today) {
        obstacles.push(Obstacle::TooShortMembership);
    }
    if obstacles.is_empty() {
        Eligibility::Eligible
    } else {
        Eligibility::Ineligible {
            obstacles,
            eligible_from: long_enough_on.filter(|_| only_time_is_lacking),
        }
    }
}

fn belongs_to_one_of(member: &Membership, organisation_ids: &[Uuid]) -> bool {
    organisation_ids.is_empty()
        || member
            .organisation_and_ancestor_ids
            .iter()
            .any(|id| organisation_ids.contains(id))
}

/// Whether the benefit's term covers that Moscow day.
#[must_use]
pub fn is_running(from: NaiveDate, through: Option<NaiveDate>, today: NaiveDate) -> bool {
    from <= today && through.is_none_or(|through| today <= through)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::auth::SignedIn;
    use entities::enums::SessionKind;
    use std::sync::Arc;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn signed_in(membership: Option<Membership>) -> Viewer {
        Viewer::SignedIn(Arc::new(SignedIn {
            account_id: Uuid::nil(),
            session_id: Uuid::nil(),
            session_kind: SessionKind::Member,
            authenticated_at: chrono::DateTime::UNIX_EPOCH,
            membership,
            grants: vec![],
        }))
    }

    fn member(organisation_id: Uuid) -> Viewer {
        signed_in(Some(Membership {
            organisation_ids: vec![organisation_id],
            organisation_and_ancestor_ids: vec![organisation_id],
            okrugs: vec![Okrug::Zao],
            is_youth: false,
            member_since: day("2026-06-15"),
        }))
    }

    #[test]
    fn strangers_are_asked_to_sign_in() {
        let answer = eligibility(
            &EligibilityRules::default(),
            &Viewer::Anonymous,
            day("2026-11-22"),
        );
        assert_eq!(answer, Eligibility::SignInRequired);
        assert_eq!(answer.while_suspended(), Eligibility::SignInRequired);
    }

    #[test]
    fn who_has_signed_in_without_a_membership_is_told_so() {
        let rules = EligibilityRules::default();
        assert_eq!(
            eligibility(&rules, &signed_in(None), day("2026-11-22")),
            Eligibility::Ineligible {
                obstacles: vec![Obstacle::NoMembership],
                eligible_from: None,
            }
        );
    }

    #[test]
    fn a_suspension_promises_no_day() {
        let rules = EligibilityRules {
            min_membership_months: 6,
            ..Default::default()
        };
        let viewer = member(Uuid::now_v7());
        let suspended = |today| eligibility(&rules, &viewer, day(today)).while_suspended();
        assert_eq!(
            suspended("2026-12-14"),
            Eligibility::Ineligible {
                obstacles: vec![Obstacle::TooShortMembership, Obstacle::TemporarilySuspended],
                eligible_from: None,
            }
        );
        assert_eq!(
            suspended("2026-12-15"),
            Eligibility::Ineligible {
                obstacles: vec![Obstacle::TemporarilySuspended],
                eligible_from: None,
            }
        );
    }

    #[test]
    fn time_alone_gives_the_day_from_which_it_is_enough() {
        let rules = EligibilityRules {
            min_membership_months: 6,
            ..Default::default()
        };
        let viewer = member(Uuid::now_v7());
        assert_eq!(
            eligibility(&rules, &viewer, day("2026-12-14")),
            Eligibility::Ineligible {
                obstacles: vec![Obstacle::TooShortMembership],
                eligible_from: Some(day("2026-12-15")),
            }
        );
        assert_eq!(
            eligibility(&rules, &viewer, day("2026-12-15")),
            Eligibility::Eligible
        );
    }

    #[test]
    fn another_organisation_is_no_matter_of_time() {
        let rules = EligibilityRules {
            organisation_ids: vec![Uuid::now_v7()],
            okrugs: vec![Okrug::Tao],
            min_membership_months: 60,
        };
        let Eligibility::Ineligible {
            obstacles,
            eligible_from,
        } = eligibility(&rules, &member(Uuid::now_v7()), day("2026-11-22"))
        else {
            panic!("must be ineligible");
        };
        assert_eq!(obstacles.len(), 3);
        assert_eq!(eligible_from, None);
    }

    #[test]
    fn the_last_day_of_a_term_counts() {
        let running = |today| is_running(day("2026-01-01"), Some(day("2026-12-31")), day(today));
        assert!(!running("2025-12-31") && running("2026-12-31") && !running("2027-01-01"));
    }
}
