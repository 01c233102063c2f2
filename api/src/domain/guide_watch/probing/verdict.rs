//! Pure decisions about an official page: what its answer says, and what that means for a guide.

use chrono::{DateTime, Utc};
use entities::{
    enums::{GuideConcernKind, GuideProbeResult},
    guide_probe,
};
use uuid::Uuid;

use crate::infra::{clock::moscow_date, outbound::NotSent};

/// So many days in a row a page is given before editors hear that it does not open.
pub const DAYS_OF_PATIENCE: i32 = 3;
/// What readers could be told meanwhile.
const OUT_OF_REACH: &str = "Официальная страница услуги сейчас не открывается: попробуйте позже.";

/// What a page answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub result: GuideProbeResult,
    pub status: Option<i32>,
    /// Where it sends its readers on to.
    pub location: Option<String>,
    pub etag: Option<String>,
    pub words: Words,
}

/// What it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// Nothing that can be compared.
    Unknown,
    /// What it said last (304).
    Same,
    /// These, by their fingerprint.
    Seen(String),
}

impl Finding {
    /// An answer without a status: there was none, or none was asked for.
    #[must_use]
    pub const fn of(result: GuideProbeResult) -> Self {
        Self {
            result,
            status: None,
            location: None,
            etag: None,
            words: Words::Unknown,
        }
    }
}

/// What a status says of a page. A page that moves to where it is has not moved.
#[must_use]
pub const fn result_of(status: u16, leads_elsewhere: bool) -> GuideProbeResult {
    match status {
        301 | 308 if leads_elsewhere => GuideProbeResult::Moved,
        304 => GuideProbeResult::Reached,
        300..=399 => GuideProbeResult::Redirected,
        404 | 410 => GuideProbeResult::NotFound,
        // Many official sites serve no programs; that says nothing of what people see.
        400..=499 => GuideProbeResult::Denied,
        500..=599 => GuideProbeResult::ServerError,
        _ => GuideProbeResult::Reached,
    }
}

/// What it says that there was no answer.
#[must_use]
pub const fn result_without_answer(reason: NotSent) -> GuideProbeResult {
    match reason {
        // A large page is a page.
        NotSent::AnswerTooLong => GuideProbeResult::Reached,
        NotSent::TooManyRedirects => GuideProbeResult::Redirected,
        NotSent::Refused(_) | NotSent::Unreachable | NotSent::TimedOut => {
            GuideProbeResult::Unreachable
        }
    }
}

/// What becomes of a guide's concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// There is one.
    Raised {
        kind: GuideConcernKind,
        details: String,
        proposed_alert: Option<String>,
    },
    /// It is over by itself.
    Passed(GuideConcernKind),
}

/// What is remembered of a page from now on, and what its guide's editors are to hear.
///
/// `before`: what is remembered of the same address. Other words count when they are seen twice in a row:
/// a page that differs every day tells nobody anything.
#[must_use]
pub fn judge(
    (guide_id, url): (Uuid, &str),
    before: Option<&guide_probe::Model>,
    finding: &Finding,
    now: DateTime<Utc>,
) -> (guide_probe::Model, Vec<News>) {
    let mut news = Vec::new();
    let failures = failures_of(before, finding.result);
    if failures >= DAYS_OF_PATIENCE && is_failure(finding.result) {
        news.push(unreachable(url, finding, failures));
    }
    if finding.result == GuideProbeResult::Moved {
        news.push(moved(finding));
    }
    if is_answer(finding.result) {
        news.push(News::Passed(GuideConcernKind::Unreachable));
        if finding.result != GuideProbeResult::Moved {
            news.push(News::Passed(GuideConcernKind::Moved));
        }
    }
    let known = before.and_then(|probe| probe.fingerprint.clone());
    let candidate = before.and_then(|probe| probe.candidate.clone());
    let (fingerprint, candidate, has_changed) = compare(known, candidate, &finding.words);
    if has_changed {
        news.push(changed(url));
    }
    // An older one would call what was seen before it the same.
    let etag = match finding.words {
        Words::Seen(_) => finding.etag.clone(),
        Words::Same | Words::Unknown => before.and_then(|probe| probe.etag.clone()),
    };
    let probe = guide_probe::Model {
        guide_id,
        url: url.to_owned(),
        checked_on: moscow_date(now),
        checked_at: now,
        result: finding.result,
        status: finding.status,
        location: finding.location.clone(),
        etag,
        fingerprint,
        candidate,
        failures,
    };
    (probe, news)
}

/// The words that the guide agrees with, others that were seen last, and whether those have just taken
/// their place.
fn compare(
    known: Option<String>,
    candidate: Option<String>,
    words: &Words,
) -> (Option<String>, Option<String>, bool) {
    let seen = match words {
        Words::Unknown => return (known, candidate, false),
        Words::Same => candidate.clone().or_else(|| known.clone()),
        Words::Seen(fingerprint) => Some(fingerprint.clone()),
    };
    if seen == known || known.is_none() {
        (seen, None, false)
    } else if seen == candidate {
        (seen, None, true)
    } else {
        (known, seen, false)
    }
}

pub const fn is_failure(result: GuideProbeResult) -> bool {
    matches!(
        result,
        GuideProbeResult::NotFound | GuideProbeResult::ServerError | GuideProbeResult::Unreachable
    )
}

const fn is_answer(result: GuideProbeResult) -> bool {
    matches!(
        result,
        GuideProbeResult::Reached | GuideProbeResult::Redirected | GuideProbeResult::Moved
    )
}

/// Days in a row; one on which nothing could be learnt counts for neither side.
fn failures_of(before: Option<&guide_probe::Model>, result: GuideProbeResult) -> i32 {
    let so_far = before.map_or(0, |probe| probe.failures);
    if is_answer(result) {
        0
    } else if is_failure(result) {
        so_far.saturating_add(1)
    } else {
        so_far
    }
}

fn unreachable(url: &str, finding: &Finding, failures: i32) -> News {
    let why = match (finding.result, finding.status) {
        (GuideProbeResult::NotFound, Some(status)) => format!("такой страницы нет ({status})"),
        (_, Some(status)) => format!("сайт отвечает ошибкой {status}"),
        (_, None) => "сайт не отвечает".to_owned(),
    };
    News::Raised {
        kind: GuideConcernKind::Unreachable,
        details: format!(
            "Официальная страница не открывается, попыток подряд: {failures}, по одной в день. {url}: {why}."
        ),
        proposed_alert: Some(OUT_OF_REACH.to_owned()),
    }
}

fn moved(finding: &Finding) -> News {
    let details = match &finding.location {
        Some(location) => {
            format!("Официальная страница переехала: {location}. Проверьте адрес в инструкции.")
        }
        None => "Официальная страница переехала. Проверьте адрес в инструкции.".to_owned(),
    };
    News::Raised {
        kind: GuideConcernKind::Moved,
        details,
        proposed_alert: None,
    }
}

fn changed(url: &str) -> News {
    News::Raised {
        kind: GuideConcernKind::PageChanged,
        details: format!("Официальная страница изменилась: {url}. Сверьте с ней инструкцию."),
        proposed_alert: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://www.mos.ru/pgu/";

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn reached(words: &str) -> Finding {
        Finding {
            status: Some(200),
            words: Words::Seen(words.to_owned()),
            ..Finding::of(GuideProbeResult::Reached)
        }
    }

    /// What editors hear after each of these days.
    fn days(findings: &[Finding]) -> Vec<Vec<GuideConcernKind>> {
        let mut before: Option<guide_probe::Model> = None;
        let mut heard = Vec::new();
        for finding in findings {
            let (probe, news) = judge((Uuid::nil(), URL), before.as_ref(), finding, now());
            before = Some(probe);
            let raised = news.into_iter().filter_map(|news| match news {
                News::Raised { kind, .. } => Some(kind),
                News::Passed(_) => None,
            });
            heard.push(raised.collect());
        }
        heard
    }

    #[test]
    fn the_third_day_without_an_answer_is_told() {
        let failed = || Finding::of(GuideProbeResult::Unreachable);
        let told = vec![GuideConcernKind::Unreachable];
        let heard = days(&[failed(), failed(), failed(), failed()]);
        assert_eq!(heard, [vec![], vec![], told.clone(), told.clone()]);
        let heard = days(&[failed(), failed(), reached("a"), failed(), failed()]);
        assert!(
            heard.iter().all(Vec::is_empty),
            "an answer begins the count anew"
        );
        let denied = || Finding::of(GuideProbeResult::Denied);
        let heard = days(&[failed(), denied(), failed(), denied(), failed()]);
        assert_eq!(
            heard.last(),
            Some(&told),
            "a refusal counts for neither side"
        );
        assert!(
            days(&[denied(), denied(), denied(), denied()])
                .iter()
                .all(Vec::is_empty)
        );
    }

    #[test]
    fn other_words_are_told_when_they_stay() {
        let heard = days(&[reached("a"), reached("b"), reached("b"), reached("b")]);
        let told = vec![GuideConcernKind::PageChanged];
        assert_eq!(heard, [vec![], vec![], told, vec![]]);
        let restless = days(&[reached("a"), reached("b"), reached("c"), reached("d")]);
        assert!(restless.iter().all(Vec::is_empty));
        let back = days(&[reached("a"), reached("b"), reached("a"), reached("b")]);
        assert!(back.iter().all(Vec::is_empty));
    }

    #[test]
    fn what_has_not_changed_since_yesterday_is_what_was_seen_then() {
        let same = Finding {
            status: Some(304),
            words: Words::Same,
            ..Finding::of(GuideProbeResult::Reached)
        };
        let heard = days(&[reached("a"), reached("b"), same.clone(), same]);
        assert_eq!(
            heard,
            [vec![], vec![], vec![GuideConcernKind::PageChanged], vec![]]
        );
    }

    #[test]
    fn a_move_is_told_at_once_and_passes() {
        let moved = Finding {
            status: Some(301),
            location: Some("https://www.mos.ru/new/".into()),
            ..Finding::of(GuideProbeResult::Moved)
        };
        assert_eq!(
            days(std::slice::from_ref(&moved)),
            [vec![GuideConcernKind::Moved]]
        );
        let (probe, _) = judge((Uuid::nil(), URL), None, &moved, now());
        let (_, news) = judge((Uuid::nil(), URL), Some(&probe), &reached("a"), now());
        assert!(news.contains(&News::Passed(GuideConcernKind::Moved)));
    }

    #[test]
    fn statuses_say_what_people_would_see() {
        assert_eq!(result_of(200, false), GuideProbeResult::Reached);
        assert_eq!(result_of(301, true), GuideProbeResult::Moved);
        assert_eq!(result_of(301, false), GuideProbeResult::Redirected);
        assert_eq!(result_of(302, true), GuideProbeResult::Redirected);
        assert_eq!(result_of(304, false), GuideProbeResult::Reached);
        assert_eq!(result_of(403, false), GuideProbeResult::Denied);
        assert_eq!(result_of(404, false), GuideProbeResult::NotFound);
        assert_eq!(result_of(503, false), GuideProbeResult::ServerError);
    }
}
