//! What a guide has to be looked at for: many technical failures at once, or a guide that is not right.

use chrono::{Days, NaiveDate};

use super::{
    Report, Share,
    numbers::{real, rounded},
    shares::ShareCode,
};

/// Days that are looked at, today the last of them.
const RECENT_DAYS: u64 = 7;
/// Days before those that they are compared with: eight weeks.
const PRIOR_DAYS: u64 = 56;
const PRIOR_WEEKS: f64 = 8.0;
/// Fewer failures in the recent days are no spike, however rare they were before.
const FEWEST_FAILURES: i64 = 5;
/// As rare as this chance alone may be.
const RAREST_CHANCE: f64 = 0.01;
/// Fewer answers say nothing of a guide.
const FEWEST_ANSWERS: i64 = 10;
/// A guide that is right less often, in per cent, has to be reviewed.
const ACCURATE_PERCENT: i64 = 85;

/// Technical failures lately and before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    pub recent: i64,
    pub prior: i64,
}

/// More technical failures than chance explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    pub failures: Failures,
    /// Failures a week before.
    pub weekly_mean: f64,
    /// How probable so many were if nothing had changed.
    pub probability: f64,
}

impl Failures {
    /// From that day on reports are looked at.
    #[must_use]
    pub fn first_day(today: NaiveDate) -> NaiveDate {
        today
            .checked_sub_days(Days::new(RECENT_DAYS + PRIOR_DAYS - 1))
            .unwrap_or(today)
    }

    /// Counts a report. It goes by the day of the application: reports that an offline queue sends late
    /// make no spike of today.
    pub fn note(&mut self, report: &Report, today: NaiveDate) {
        if !report.has_failed() || report.submitted_on > today {
            return;
        }
        let days = (today - report.submitted_on).num_days().unsigned_abs();
        match days {
            ..RECENT_DAYS => self.recent += 1,
            _ if days < RECENT_DAYS + PRIOR_DAYS => self.prior += 1,
            _ => {}
        }
    }

    /// Whether they are more than chance explains.
    #[must_use]
    pub fn spike(self) -> Option<Spike> {
        let weekly_mean = real(self.prior) / PRIOR_WEEKS;
        let probability = poisson_tail(self.recent, weekly_mean);
        let is_spike = self.recent >= FEWEST_FAILURES && probability < RAREST_CHANCE;
        is_spike.then_some(Spike {
            failures: self,
            weekly_mean,
            probability,
        })
    }
}

impl Spike {
    /// What editors are told.
    #[must_use]
    pub fn details(&self) -> String {
        format!(
            "О технических сбоях за 7 дней сообщили {} раз; за 8 недель до того — в среднем {} в неделю (вероятность случайного совпадения {}).",
            self.failures.recent,
            written(self.weekly_mean, 2),
            written(self.probability, 4),
        )
    }
}

fn written(value: f64, digits: i32) -> String {
    rounded(value, digits).to_string().replace('.', ",")
}

/// How often readers found a guide right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accuracy {
    pub answered: i64,
    pub matched: i64,
}

impl Accuracy {
    /// What editors are told, if the guide has to be reviewed.
    #[must_use]
    pub fn concern(self) -> Option<String> {
        let is_poor = self.matched * 100 < ACCURATE_PERCENT * self.answered;
        (is_poor && self.answered >= FEWEST_ANSWERS).then(|| {
            let share = Share {
                code: ShareCode::GuideAccuracy,
                numerator: self.matched,
                denominator: self.answered,
            };
            let percent = share.exact().unwrap_or_default() * 100.0;
            format!(
                "Что всё было как в инструкции, сказали {} из {} ({} %); инструкцию следует проверить.",
                self.matched,
                self.answered,
                written(percent, 1),
            )
        })
    }
}

/// The probability of at least so many events where so many are the mean, by the Poisson distribution
/// (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.6.19): one less the sum of the terms below.
/// Each term is taken from the one before as a logarithm, or those of large means would vanish.
#[must_use]
pub fn poisson_tail(at_least: i64, mean: f64) -> f64 {
    if at_least <= 0 {
        return 1.0;
    }
    let mut logarithm = -mean;
    let mut below = logarithm.exp();
    for events in 1..at_least {
        logarithm += (mean / real(events)).ln();
        below += logarithm.exp();
    }
    (1.0 - below).max(0.0)
}

#[cfg(test)]
mod tests {
    use entities::enums::ServiceOutcome;

    use super::{super::counts::tests::plain, *};

    #[test]
    fn the_tail_is_scipys() {
        // poisson.sf(at_least - 1, mean)
        for (at_least, mean, tail) in [
            (5, 0.5, 0.000_172_115_629_955_840_72),
            (5, 1.0, 0.003_659_846_827_343_713),
            (5, 1.25, 0.009_124_279_218_395_273),
            (5, 1.3, 0.010_663_033_771_890_939),
            (12, 4.0, 0.000_915_229_147_270_060_8),
            (900, 800.0, 0.000_275_913_440_907_451_25),
            (5, 0.0, 0.0),
            (0, 3.0, 1.0),
        ] {
            let difference = poisson_tail(at_least, mean) - tail;
            assert!(difference.abs() < 1e-11, "{at_least} of {mean}");
        }
    }

    #[test]
    fn five_failures_are_a_spike_where_they_were_rare() {
        let spike = |recent, prior| Failures { recent, prior }.spike();
        assert!(spike(4, 0).is_none());
        assert!(spike(5, 0).is_some());
        assert!(spike(5, 10).is_some());
        assert!(spike(5, 11).is_none());
        assert!(spike(40, 320).is_none());
    }

    #[test]
    fn a_day_is_recent_for_a_week_and_prior_for_eight_more() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let counted = |day: &str| {
            let mut failures = Failures::default();
            let report = Report {
                outcome: ServiceOutcome::TechFailure,
                submitted_on: day.parse().unwrap(),
                ..plain()
            };
            failures.note(&report, today);
            (failures.recent, failures.prior)
        };
        assert_eq!(counted("2026-11-24"), (0, 0));
        assert_eq!(counted("2026-11-23"), (1, 0));
        assert_eq!(counted("2026-11-17"), (1, 0));
        assert_eq!(counted("2026-11-16"), (0, 1));
        assert_eq!(counted("2026-09-22"), (0, 1));
        assert_eq!(counted("2026-09-21"), (0, 0));
        assert_eq!(Failures::first_day(today).to_string(), "2026-09-22");
    }

    #[test]
    fn a_guide_is_reviewed_that_is_wrong_too_often_for_enough_readers() {
        let concern = |matched, answered| Accuracy { answered, matched }.concern();
        assert!(concern(7, 9).is_none());
        assert!(concern(17, 20).is_none());
        assert!(concern(8, 10).unwrap().contains("8 из 10 (80 %)"));
    }
}
