//! Ranking services by the worst that a share of theirs may well be.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Share;
use crate::infra::db::{Direction, Page, Position, Slice};

/// A service with fewer reports is not ranked.
pub const RANKED_FROM: i64 = 20;
/// Cursors hold a bound as a whole number.
const BILLIONTHS: f64 = 1e9;

/// A service and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rank {
    /// From 1, the best.
    pub place: i32,
    pub guide_id: Uuid,
    pub reports: i64,
    pub share: Share,
    /// The worst that the share may well be, 0 to 1: the more, the better the service.
    pub at_worst: f64,
}

/// Where a service stands in a ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankPosition {
    billionths: i64,
    guide_id: Uuid,
}

impl Position for RankPosition {
    const LIST: &'static str = "serviceQualityRanking";
}

impl Rank {
    /// Where it stands, whatever comes before it.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a bound is between 0 and 1"
    )]
    pub fn position(&self) -> RankPosition {
        RankPosition {
            billionths: (self.at_worst * BILLIONTHS).round() as i64,
            guide_id: self.guide_id,
        }
    }
}

impl RankPosition {
    /// What positions are sorted by: the best first.
    fn order(&self) -> (Reverse<i64>, Uuid) {
        (Reverse(self.billionths), self.guide_id)
    }
}

/// Ranks services, the best first, without those of which the share or too little is known.
#[must_use]
pub fn ranked(services: impl IntoIterator<Item = (Uuid, i64, Share)>) -> Vec<Rank> {
    let mut ranks: Vec<Rank> = services
        .into_iter()
        .filter(|(_, reports, _)| *reports >= RANKED_FROM)
        .filter_map(|(guide_id, reports, share)| {
            Some(Rank {
                place: 0,
                guide_id,
                reports,
                share,
                at_worst: share.at_worst()?,
            })
        })
        .collect();
    ranks.sort_by_key(|rank| rank.position().order());
    for (place, rank) in (1..).zip(&mut ranks) {
        rank.place = place;
    }
    ranks
}

/// Cuts a page out of a ranking.
#[must_use]
pub fn cut(ranks: Vec<Rank>, page: &Page<RankPosition>) -> Slice<Rank> {
    let is_within = |rank: &Rank| {
        let order = rank.position().order();
        let is_after = page.after.as_ref().is_none_or(|end| order > end.order());
        let is_before = page.before.as_ref().is_none_or(|end| order < end.order());
        is_after && is_before
    };
    let mut within: Vec<Rank> = ranks.into_iter().filter(is_within).collect();
    if page.direction == Direction::Backward {
        within.reverse();
    }
    within.truncate(usize::try_from(page.probe()).unwrap_or(usize::MAX));
    page.slice(within)
}

#[cfg(test)]
mod tests {
    use super::{super::ShareCode, *};

    fn service(number: u128, numerator: i64, denominator: i64) -> (Uuid, i64, Share) {
        let share = Share {
            code: ShareCode::Completion,
            numerator,
            denominator,
        };
        (Uuid::from_u128(number), denominator, share)
    }

    fn places(ranks: &[Rank]) -> Vec<u128> {
        ranks.iter().map(|rank| rank.guide_id.as_u128()).collect()
    }

    #[test]
    fn few_good_reports_rank_below_many_that_are_nearly_as_good() {
        let ranks = ranked([
            service(1, 20, 20),
            service(2, 970, 1000),
            service(3, 400, 1000),
            service(4, 19, 19),
        ]);
        assert_eq!(places(&ranks), [2, 1, 3]);
        assert_eq!(ranks[2].place, 3);
    }

    #[test]
    fn a_page_is_cut_from_either_end() {
        let ranks = ranked((1..=5).map(|number| service(number, 20, 20)));
        let page = |direction, after: Option<usize>| Page {
            limit: 2,
            direction,
            after: after.map(|place| ranks[place].position()),
            before: None,
        };
        let first = cut(ranks.clone(), &page(Direction::Forward, Some(1)));
        assert_eq!(places(&first.rows), [3, 4]);
        assert!(first.has_previous && first.has_next);
        let last = cut(ranks.clone(), &page(Direction::Backward, None));
        assert_eq!(places(&last.rows), [4, 5]);
        assert!(last.has_previous && !last.has_next);
    }
}
