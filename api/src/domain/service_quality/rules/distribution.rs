//! How often each whole number of days occurred, and exact percentiles of that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How often each number occurred.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Distribution(BTreeMap<i32, i64>);

impl Distribution {
    /// Notes one occurrence.
    pub fn note(&mut self, number: i32) {
        *self.0.entry(number).or_default() += 1;
    }

    /// Adds another's occurrences.
    pub fn take_in(&mut self, other: &Self) {
        for (number, times) in &other.0 {
            *self.0.entry(*number).or_default() += times;
        }
    }

    /// Whether nothing occurred.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many occurrences there are.
    #[must_use]
    pub fn size(&self) -> i64 {
        self.0.values().sum()
    }

    /// The percentile by linear interpolation between the two nearest ranks (Hyndman and Fan's seventh
    /// definition, which is numpy's own): at rank `(n - 1) * percent / 100`, counted from 0. In tenths,
    /// which is exact for every percent that is a multiple of ten; `None` of nothing.
    #[must_use]
    pub fn percentile_in_tenths(&self, percent: i64) -> Option<i64> {
        let hundredths_of_rank = (self.size() - 1) * percent;
        let (rank, rest) = (hundredths_of_rank / 100, hundredths_of_rank % 100);
        let below = i64::from(self.at(rank)?);
        let above = self.at(rank + 1).map_or(below, i64::from);
        Some((below * 100 + rest * (above - below)) / 10)
    }

    /// The number at that place in rising order, counted from 0.
    fn at(&self, rank: i64) -> Option<i32> {
        let mut passed = 0;
        self.0.iter().find_map(|(number, times)| {
            passed += times;
            (rank < passed).then_some(*number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[i32]) -> Distribution {
        let mut distribution = Distribution::default();
        numbers.iter().for_each(|number| distribution.note(*number));
        distribution
    }

    #[test]
    fn percentiles_are_numpys() {
        // numpy.percentile(…, [50, 90])
        for (numbers, median, ninetieth) in [
            (&[4][..], 40, 40),
            (&[3, 10], 65, 93),
            (&[5, 1, 9], 50, 82),
            (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 55, 91),
            (&[2, 2, 2, 30], 20, 216),
        ] {
            let distribution = of(numbers);
            let tenths = |percent| distribution.percentile_in_tenths(percent);
            assert_eq!(
                (tenths(50), tenths(90)),
                (Some(median), Some(ninetieth)),
                "{numbers:?}"
            );
        }
        assert_eq!(Distribution::default().percentile_in_tenths(50), None);
    }

    #[test]
    fn two_together_are_as_if_they_had_been_one() {
        let mut together = of(&[1, 2, 2]);
        together.take_in(&of(&[2, 7]));
        assert_eq!(together, of(&[1, 2, 2, 2, 7]));
        assert_eq!(together.size(), 5);
    }

    #[test]
    fn it_is_stored_briefly() {
        let stored = serde_json::to_string(&of(&[3, 5, 5])).unwrap();
        assert_eq!(stored, r#"{"3":1,"5":2}"#);
        let read: Distribution = serde_json::from_str(&stored).unwrap();
        assert_eq!(read, of(&[3, 5, 5]));
    }
}
