//! Pure decisions about opinions: what one may say, and when a guide is doubtful.

use chrono::TimeDelta;
use entities::enums::GuideOpinionReason;

use super::types::GuideWatchErrorCode;
use crate::infra::throttle::Allowance;

/// Characters of a comment.
const LONGEST_COMMENT: usize = 500;
/// Characters of a recommendation's title and of its text.
const LONGEST_TITLE: usize = 200;
const LONGEST_ADVICE: usize = 20_000;
/// The last opinions of a revision that are looked at, and fewer than which say nothing.
pub const LATEST: u64 = 50;
const FEWEST: usize = 20;
/// With so many in a hundred who found no use in it, a guide is doubtful.
const DOUBTFUL_PERCENT: usize = 40;
/// Opinions themselves are kept so long; the sums, for ever.
pub const OPINIONS_KEPT: TimeDelta = TimeDelta::days(365);
/// Opinions of one account, or of one address that nobody has signed in from.
pub const OPINIONS_AT_ONCE: [Allowance; 1] = [Allowance {
    most: 30,
    within: TimeDelta::hours(1),
}];

/// What somebody says of a guide, in their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saying {
    pub is_useful: bool,
    pub reason: Option<GuideOpinionReason>,
    /// Without blanks around it; never empty.
    pub comment: Option<String>,
}

impl Saying {
    /// Everything that is wrong with it, by field.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, GuideWatchErrorCode)> {
        let mut faults = Vec::new();
        if self.is_useful && self.reason.is_some() {
            faults.push(("reason", GuideWatchErrorCode::OutOfPlace));
        }
        if let Some(comment) = &self.comment {
            faults.extend(fault_of_text(comment, LONGEST_COMMENT).map(|code| ("comment", code)));
        }
        faults
    }
}

/// What is wrong with a text that may have so many characters.
#[must_use]
pub fn fault_of_text(text: &str, longest: usize) -> Option<GuideWatchErrorCode> {
    if text.chars().count() > longest {
        Some(GuideWatchErrorCode::TooLong)
    } else if text.contains('\0') {
        // What PostgreSQL can't hold.
        Some(GuideWatchErrorCode::BadCharacter)
    } else {
        None
    }
}

/// What is wrong with the title of a recommendation.
#[must_use]
pub fn fault_of_advice_title(title: &str) -> Option<GuideWatchErrorCode> {
    fault_of_needed(title, LONGEST_TITLE)
}

/// What is wrong with the Markdown of a recommendation.
#[must_use]
pub fn fault_of_advice(markdown: &str) -> Option<GuideWatchErrorCode> {
    fault_of_needed(markdown, LONGEST_ADVICE)
}

fn fault_of_needed(text: &str, longest: usize) -> Option<GuideWatchErrorCode> {
    if text.trim().is_empty() {
        return Some(GuideWatchErrorCode::Missing);
    }
    fault_of_text(text, longest)
}

/// How many of the last opinions found no use in a guide, if that makes it doubtful.
#[must_use]
pub fn doubts(are_useful: &[bool]) -> Option<usize> {
    let not_useful = are_useful.iter().filter(|is_useful| !**is_useful).count();
    let is_doubtful =
        are_useful.len() >= FEWEST && not_useful * 100 >= are_useful.len() * DOUBTFUL_PERCENT;
    is_doubtful.then_some(not_useful)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_is_doubtful_from_two_in_five_of_at_least_twenty() {
        let of = |not_useful: usize, all: usize| {
            let opinions: Vec<bool> = (0..all).map(|number| number >= not_useful).collect();
            doubts(&opinions)
        };
        assert_eq!(of(19, 19), None);
        assert_eq!(of(7, 20), None);
        assert_eq!(of(8, 20), Some(8));
        assert_eq!(of(19, 50), None);
        assert_eq!(of(20, 50), Some(20));
        assert_eq!(of(0, 0), None);
    }

    #[test]
    fn a_recommendation_has_a_title_and_a_text_of_some_length() {
        assert_eq!(fault_of_advice_title(&"я".repeat(200)), None);
        assert_eq!(fault_of_advice(&"я".repeat(20_000)), None);
        let too_long = Some(GuideWatchErrorCode::TooLong);
        assert_eq!(fault_of_advice_title(&"я".repeat(201)), too_long);
        assert_eq!(fault_of_advice(&"я".repeat(20_001)), too_long);
        let missing = Some(GuideWatchErrorCode::Missing);
        assert_eq!(fault_of_advice_title(""), missing);
        assert_eq!(fault_of_advice(" \n"), missing);
    }

    #[test]
    fn a_reason_is_for_those_who_found_no_use() {
        let saying = |is_useful, comment: Option<String>| Saying {
            is_useful,
            reason: Some(GuideOpinionReason::Outdated),
            comment,
        };
        assert!(saying(false, None).faults().is_empty());
        let faults = saying(true, Some("я".repeat(501))).faults();
        assert_eq!(
            faults,
            [
                ("reason", GuideWatchErrorCode::OutOfPlace),
                ("comment", GuideWatchErrorCode::TooLong)
            ]
        );
        assert!(saying(false, Some("я".repeat(500))).faults().is_empty());
    }
}
