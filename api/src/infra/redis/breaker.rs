//! Who may ask over a link: after an answer that did not come, one at a time until one comes.

use std::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    time::Duration,
};

/// Answers in a row that did not come, after which the link is given up.
const MOST_SILENCES: u32 = 5;
/// So long after a silence nobody asks; then one tries. Longer than all waits of one request together, and
/// short enough that a hiccup costs nothing to speak of.
const PAUSE: Duration = Duration::from_millis(200);
/// No moment: there is no pause.
const NEVER: u64 = 0;

/// What is known of one link's answers. Moments are those of the link's own life.
#[derive(Debug, Default)]
pub struct Breaker {
    silences: AtomicU32,
    /// Milliseconds at which the pause ends.
    pause_ends_at: AtomicU64,
}

impl Breaker {
    /// Whether somebody may ask at that moment. A pause ends for the first who comes after it; the others
    /// go without Redis until that one has an answer.
    pub fn admits(&self, moment: Duration) -> bool {
        let ends_at = self.pause_ends_at.load(Ordering::Relaxed);
        if ends_at == NEVER {
            return true;
        }
        let is_over = milliseconds(moment) >= ends_at;
        is_over
            && self
                .pause_ends_at
                .compare_exchange(
                    ends_at,
                    end_of_pause(moment),
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                )
                .is_ok()
    }

    /// An answer came.
    pub fn answered(&self) {
        // Every question reads these: they are written only when they change.
        if self.silences.load(Ordering::Relaxed) != 0 {
            self.silences.store(0, Ordering::Relaxed);
        }
        if self.pause_ends_at.load(Ordering::Relaxed) != NEVER {
            self.pause_ends_at.store(NEVER, Ordering::Relaxed);
        }
    }

    /// No answer came in time. Whether the link should be given up.
    pub fn fell_silent(&self, moment: Duration) -> bool {
        self.pause_ends_at
            .store(end_of_pause(moment), Ordering::Relaxed);
        self.silences.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_SILENCES
    }
}

fn end_of_pause(moment: Duration) -> u64 {
    milliseconds(moment + PAUSE)
}

fn milliseconds(moment: Duration) -> u64 {
    u64::try_from(moment.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn nobody_waits_twice_for_a_redis_that_hangs() {
        let breaker = Breaker::default();
        assert!(breaker.admits(at(0)) && breaker.admits(at(1)));
        // The first question of a request waited in vain: its second and third do not ask.
        assert!(!breaker.fell_silent(at(50)));
        assert!(!breaker.admits(at(50)) && !breaker.admits(at(249)));
    }

    #[test]
    fn after_a_pause_one_tries_for_all() {
        let breaker = Breaker::default();
        breaker.fell_silent(at(50));
        assert!(breaker.admits(at(250)));
        assert!(!breaker.admits(at(250)) && !breaker.admits(at(300)));
        breaker.answered();
        assert!(breaker.admits(at(301)) && breaker.admits(at(301)));
    }

    #[test]
    fn whoever_tried_and_went_away_keeps_nobody_out() {
        let breaker = Breaker::default();
        breaker.fell_silent(at(0));
        assert!(breaker.admits(at(200)));
        assert!(!breaker.admits(at(399)));
        assert!(breaker.admits(at(400)));
    }

    #[test]
    fn a_link_that_stays_silent_is_given_up() {
        let breaker = Breaker::default();
        for turn in 0..4 {
            assert!(!breaker.fell_silent(at(turn * 250)));
        }
        assert!(breaker.fell_silent(at(1_000)));

        // Of those who asked at once each counts: under load it is given up after one wait.
        let breaker = Breaker::default();
        let given_up = (0..100).filter(|_| breaker.fell_silent(at(50))).count();
        assert_eq!(given_up, 96);

        // An answer between them says that it is alive.
        let breaker = Breaker::default();
        for turn in 0..10 {
            assert!(!breaker.fell_silent(at(turn * 250)));
            breaker.answered();
        }
    }
}
