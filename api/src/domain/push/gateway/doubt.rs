//! Whose fault a refusal is, where a provider's answer does not say.
//!
//! Members give out the addresses and tokens that are rung. One who gives a wrong one on purpose can
//! make a provider refuse as if this server were at fault; that must neither fail a campaign nor stop a
//! lane.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

use super::{Outcome, RetryScope};

/// So many refusals in a row, with nothing taken in between, are this server's fault.
const BELIEVED_AFTER: u32 = 20;

/// What one provider, or one of a browser's services, has said so far.
#[derive(Default)]
pub struct Doubt {
    has_taken_any: AtomicBool,
    refused_in_a_row: AtomicU32,
}

impl Doubt {
    /// Lets through what is certain. A refusal that blames this server is believed after twenty in a
    /// row; before that it is the device's, if the provider has ever taken a message, and else is asked
    /// again.
    pub fn weigh(&self, outcome: Outcome) -> Outcome {
        let reason = match &outcome {
            Outcome::BadMessage { reason } | Outcome::Misconfigured { reason } => *reason,
            Outcome::Delivered { .. } => {
                self.has_taken_any.store(true, Relaxed);
                self.refused_in_a_row.store(0, Relaxed);
                return outcome;
            }
            Outcome::Prune { .. } | Outcome::Mark { .. } | Outcome::Retry { .. } => return outcome,
        };
        let before = self.refused_in_a_row.fetch_add(1, Relaxed);
        if before.saturating_add(1) >= BELIEVED_AFTER {
            return outcome;
        }
        if self.has_taken_any.load(Relaxed) {
            return Outcome::Mark { reason };
        }
        Outcome::Retry {
            after: None,
            scope: RetryScope::Target,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAKEN: Outcome = Outcome::Delivered {
        provider_message_id: None,
    };
    const REFUSED: Outcome = Outcome::BadMessage { reason: "BAD" };

    #[test]
    fn one_refusal_among_taken_messages_is_the_devices() {
        let doubt = Doubt::default();
        for _ in 0..100 {
            assert_eq!(doubt.weigh(TAKEN), TAKEN);
            assert_eq!(doubt.weigh(REFUSED), Outcome::Mark { reason: "BAD" });
        }
    }

    #[test]
    fn refusals_before_anything_was_taken_are_tried_again_until_they_are_believed() {
        let doubt = Doubt::default();
        for _ in 1..BELIEVED_AFTER {
            let weighed = doubt.weigh(REFUSED);
            assert!(matches!(weighed, Outcome::Retry { .. }), "{weighed:?}");
        }
        assert_eq!(doubt.weigh(REFUSED), REFUSED);
        assert_eq!(doubt.weigh(REFUSED), REFUSED);
    }

    #[test]
    fn what_is_certain_passes() {
        let doubt = Doubt::default();
        let gone = Outcome::Prune {
            reason: "GONE",
            as_of: None,
        };
        assert_eq!(doubt.weigh(gone.clone()), gone);
    }
}
