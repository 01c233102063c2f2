//! All figures of some reports, and the index that sums them up.

use entities::enums::TermMeasure;

use super::{
    Counts, Distribution, Share, ShareCode,
    numbers::{real, rounded},
};

/// With fewer reports nothing is published.
const PUBLISHED_FROM: i64 = 5;
/// Digits behind the point of means of marks, of the index and of days.
const DIGITS: i32 = 1;
/// Of mean visits, which are few.
const DIGITS_OF_VISITS: i32 = 2;
/// What the index is made of, and how much each part weighs in per cent. Of what is bad, what is left
/// to the whole counts.
const WEIGHTS: [(ShareCode, i64); 5] = [
    (ShareCode::Completion, 30),
    (ShareCode::Satisfaction, 25),
    (ShareCode::TermCompliance, 20),
    (ShareCode::TechnicalFailure, 15),
    (ShareCode::UnexplainedRefusal, 10),
];

/// How many reports are missing before figures are published.
#[must_use]
pub fn missing(reports: i64) -> i64 {
    (PUBLISHED_FROM - reports).max(0)
}

/// What is published of some reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    pub reports: i64,
    /// In the order of the methodology.
    pub shares: Vec<Share>,
    /// Of marks from 1 to 5.
    pub mean_rating: Option<f64>,
    pub mean_visits: Option<f64>,
    /// One a unit, the most frequent first.
    pub terms: Vec<TermFigures>,
    pub median_days_to_answer: Option<f64>,
    pub index: Option<Index>,
}

impl Figures {
    /// The figures, if there are reports enough to publish them.
    #[must_use]
    pub fn of(counts: &Counts) -> Option<Self> {
        (missing(counts.reports) == 0).then(|| Self {
            reports: counts.reports,
            shares: ShareCode::ALL
                .into_iter()
                .map(|code| Share::of(code, counts))
                .collect(),
            mean_rating: mean(counts.rating_sum, counts.rated, DIGITS),
            mean_visits: mean(counts.visits, counts.reports, DIGITS_OF_VISITS),
            terms: terms(counts),
            median_days_to_answer: percentile(&counts.distributions.answered_after, 50),
            index: Index::of(counts),
        })
    }

    /// One of the shares.
    #[must_use]
    pub fn share(&self, code: ShareCode) -> Option<&Share> {
        self.shares.iter().find(|share| share.code == code)
    }
}

fn mean(sum: i64, of: i64, digits: i32) -> Option<f64> {
    (of > 0).then(|| rounded(real(sum) / real(of), digits))
}

/// How long services took, in one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct TermFigures {
    pub unit: TermMeasure,
    pub reports: i64,
    pub median: f64,
    pub ninetieth_percentile: f64,
    /// How many were later than the official term.
    pub late: i64,
    /// By how much in the middle.
    pub median_overrun: Option<f64>,
}

fn terms(counts: &Counts) -> Vec<TermFigures> {
    let distributions = &counts.distributions;
    let of_unit = |(unit, taken): (&TermMeasure, &Distribution)| {
        let overrun = distributions.overrun.get(unit);
        Some(TermFigures {
            unit: *unit,
            reports: taken.size(),
            median: percentile(taken, 50)?,
            ninetieth_percentile: percentile(taken, 90)?,
            late: overrun.map_or(0, Distribution::size),
            median_overrun: overrun.and_then(|days| percentile(days, 50)),
        })
    };
    let mut terms: Vec<TermFigures> = distributions.taken.iter().filter_map(of_unit).collect();
    // Stable: of equally frequent ones the working days stay first.
    terms.sort_by_key(|term| std::cmp::Reverse(term.reports));
    terms
}

fn percentile(days: &Distribution, percent: i64) -> Option<f64> {
    let tenths = days.percentile_in_tenths(percent)?;
    Some(rounded(real(tenths) / 10.0, DIGITS))
}

/// One number for a service, never without its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// From 0 to 100.
    pub value: f64,
    /// Those that are known; of an unknown one the others take over the weight.
    pub parts: Vec<IndexPart>,
}

/// A part of the index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IndexPart {
    pub share: Share,
    /// Its weight in per cent, if all are known.
    pub weight: i64,
    /// How many points of the index it brings.
    pub points: f64,
}

impl Index {
    /// The index of those reports; `None` while no part is known.
    #[must_use]
    pub fn of(counts: &Counts) -> Option<Self> {
        let known: Vec<(Share, i64, f64)> = WEIGHTS
            .iter()
            .filter_map(|(code, weight)| {
                let share = Share::of(*code, counts);
                let exact = share.exact()?;
                let good = if code.is_bad() { 1.0 - exact } else { exact };
                Some((share, *weight, good))
            })
            .collect();
        let weights: i64 = known.iter().map(|(_, weight, _)| weight).sum();
        if weights == 0 {
            return None;
        }
        let points = |weight: i64, good: f64| 100.0 * real(weight) * good / real(weights);
        let sum: f64 = known
            .iter()
            .map(|(_, weight, good)| points(*weight, *good))
            .sum();
        let part = |(share, weight, good): &(Share, i64, f64)| IndexPart {
            share: *share,
            weight: *weight,
            points: rounded(points(*weight, *good), DIGITS),
        };
        Some(Self {
            value: rounded(sum, DIGITS),
            parts: known.iter().map(part).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn four() -> Counts {
        Counts {
            reports: 4,
            closed: 4,
            online: 4,
            online_closed: 4,
            online_completed: 2,
            ..Counts::default()
        }
    }

    #[test]
    fn four_reports_are_too_few() {
        assert_eq!(Figures::of(&four()), None);
        assert_eq!(missing(4), 1);
        assert_eq!(missing(7), 0);
        let five = Counts {
            reports: 5,
            ..four()
        };
        assert_eq!(Figures::of(&five).unwrap().reports, 5);
    }

    #[test]
    fn an_unknown_part_leaves_its_weight_to_the_others() {
        // Completion 0.5 weighs 30, no failure at all 15: (15 + 15) of 45.
        let index = Index::of(&four()).unwrap();
        assert!((index.value - 66.7).abs() < 1e-9, "{}", index.value);
        let parts: Vec<(ShareCode, i64)> = index
            .parts
            .iter()
            .map(|part| (part.share.code, part.weight))
            .collect();
        assert_eq!(
            parts,
            [
                (ShareCode::Completion, 30),
                (ShareCode::TechnicalFailure, 15)
            ]
        );
        assert_eq!(Index::of(&Counts::default()), None);
    }

    #[test]
    fn an_index_of_all_parts_weighs_them_as_written() {
        let counts = Counts {
            reports: 10,
            closed: 10,
            online_closed: 10,
            online_completed: 9,
            rated: 10,
            satisfied: 8,
            timed: 10,
            in_time: 7,
            failed: 1,
            refused: 2,
            unexplained: 1,
            ..Counts::default()
        };
        // 27 + 20 + 14 + 13.5 + 5
        let index = Index::of(&counts).unwrap();
        assert!((index.value - 79.5).abs() < 1e-9, "{}", index.value);
    }

    #[test]
    fn means_are_of_what_was_said() {
        let counts = Counts {
            reports: 8,
            rated: 4,
            rating_sum: 13,
            visits: 3,
            ..Counts::default()
        };
        let figures = Figures::of(&counts).unwrap();
        // 3.25 is in the middle, and goes to the even digit; so does 0.375.
        assert!((figures.mean_rating.unwrap() - 3.2).abs() < 1e-9);
        assert!((figures.mean_visits.unwrap() - 0.38).abs() < 1e-9);
        assert_eq!(figures.median_days_to_answer, None);
    }
}
