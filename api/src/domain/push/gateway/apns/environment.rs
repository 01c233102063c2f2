//! Whether this server speaks to the world that the tokens are from.
//!
//! Apple has two, for apps of the store and for apps in the making, and calls a token of the other one
//! bad. If more than one in a hundred is bad, it is the setting that is wrong and not the tokens: nobody
//! may be deleted for that.

use std::sync::{Mutex, PoisonError};

/// Fewer bad ones than that may be chance.
const SUSPICIOUS: u32 = 10;
/// After so many answers older ones count half.
const REMEMBERED: u32 = 2_000;

#[derive(Default)]
struct Counts {
    good: u32,
    bad: u32,
}

/// What came back lately.
#[derive(Default)]
pub struct Environment(Mutex<Counts>);

impl Environment {
    pub fn note_good(&self) {
        self.count(|counts| counts.good += 1);
    }

    /// Counts a bad token.
    pub fn is_wrong_after_another_bad_one(&self) -> bool {
        self.count(|counts| counts.bad += 1)
    }

    fn count(&self, change: impl Fn(&mut Counts)) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut counts);
        if counts.good + counts.bad >= REMEMBERED {
            counts.good /= 2;
            counts.bad /= 2;
        }
        counts.bad > SUSPICIOUS && counts.bad * 100 > counts.good + counts.bad
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_bad_tokens_are_bad_tokens() {
        let environment = Environment::default();
        for _ in 0..SUSPICIOUS {
            assert!(!environment.is_wrong_after_another_bad_one());
        }
        assert!(environment.is_wrong_after_another_bad_one());
    }

    #[test]
    fn less_than_one_in_a_hundred_is_no_wrong_environment() {
        let environment = Environment::default();
        for _ in 0..100 {
            for _ in 0..150 {
                environment.note_good();
            }
            assert!(!environment.is_wrong_after_another_bad_one());
        }
    }

    #[test]
    fn more_than_one_in_a_hundred_is() {
        let environment = Environment::default();
        let mut is_wrong = false;
        for _ in 0..100 {
            for _ in 0..50 {
                environment.note_good();
            }
            is_wrong = environment.is_wrong_after_another_bad_one();
        }
        assert!(is_wrong);
    }
}
