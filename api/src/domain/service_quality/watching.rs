//! What reports tell editors of a guide: that its service fails, or that it is not right itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use entities::enums::GuideConcernKind;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    rules::{Accuracy, Failures},
    store::{self, PublishedGuide},
};
use crate::{
    domain::guide_watch::{self, Concern},
    infra::{clock::moscow_date, error::Error},
};

/// What readers could be warned of while a service fails; an editor confirms it first.
const PROPOSED_ALERT: &str = "В последние дни чаще сообщают о технических сбоях при подаче через интернет. Если не получается, сохраните снимок экрана, попробуйте позже или подайте заявление в МФЦ.";

/// Failures are recent for so many days: whoever closed a concern over them since has seen most of those
/// that are counted now, and every report that is accepted would call them again.
const FAILURES_DEALT_WITH_FOR: TimeDelta = TimeDelta::days(7);
/// An author says once in so long whether a guide was right: whoever found no fault with it has heard them.
const ACCURACY_DEALT_WITH_FOR: TimeDelta = TimeDelta::days(30);

/// Calls editors to those of the named guides that need them, and returns how many concerns are new. Only
/// published guides can be looked at, and only a report that has come to count makes one need it.
pub async fn watch(
    transaction: &impl ConnectionTrait,
    guides: &[PublishedGuide],
    named: &BTreeSet<Uuid>,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let watched: Vec<&PublishedGuide> = guides
        .iter()
        .filter(|guide| named.contains(&guide.id))
        .collect();
    if watched.is_empty() {
        return Ok(0);
    }
    let mut concerns = spikes(transaction, &watched, now).await?;
    concerns.extend(inaccuracies(transaction, &watched).await?);
    let mut raised = 0;
    for concern in concerns {
        if is_dealt_with(transaction, &concern, now).await? {
            continue;
        }
        raised += usize::from(guide_watch::raise(transaction, concern, now).await?);
    }
    Ok(raised)
}

/// Whether editors have dealt with what is counted now. A guide that was corrected is another one, of which
/// nothing was dealt with yet.
async fn is_dealt_with(
    transaction: &impl ConnectionTrait,
    concern: &Concern,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (guide_id, kind) = (concern.guide_id, concern.kind);
    let (end, holds_for) = match kind {
        GuideConcernKind::Accuracy => (
            guide_watch::find_last_dismissal(transaction, guide_id, kind).await?,
            ACCURACY_DEALT_WITH_FOR,
        ),
        _ => (
            guide_watch::find_last_end(transaction, guide_id, kind).await?,
            FAILURES_DEALT_WITH_FOR,
        ),
    };
    Ok(end.is_some_and(|end| now - end < holds_for))
}

async fn spikes(
    transaction: &impl ConnectionTrait,
    guides: &[&PublishedGuide],
    now: DateTime<Utc>,
) -> Result<Vec<Concern>, Error> {
    let today = moscow_date(now);
    let ids: Vec<Uuid> = guides.iter().map(|guide| guide.id).collect();
    let mut failures: BTreeMap<Uuid, Failures> = BTreeMap::new();
    for report in store::list_since(transaction, Failures::first_day(today), &ids).await? {
        let counted = failures.entry(report.guide_id).or_default();
        counted.note(&report, today);
    }
    let concern = |(guide_id, failures): (Uuid, Failures)| {
        failures.spike().map(|spike| Concern {
            guide_id,
            kind: GuideConcernKind::Spike,
            details: spike.details(),
            proposed_alert: Some(PROPOSED_ALERT.into()),
        })
    };
    Ok(failures.into_iter().filter_map(concern).collect())
}

/// Answers are about the revision that their author had before them: once a guide is corrected, what was
/// said of the one before counts no more.
async fn inaccuracies(
    transaction: &impl ConnectionTrait,
    guides: &[&PublishedGuide],
) -> Result<Vec<Concern>, Error> {
    let revisions: BTreeMap<Uuid, i32> = guides
        .iter()
        .map(|guide| (guide.id, guide.revision))
        .collect();
    let ids: Vec<Uuid> = revisions.keys().copied().collect();
    let mut answers: BTreeMap<Uuid, Accuracy> = BTreeMap::new();
    for count in store::count_answers(transaction, &ids).await? {
        if revisions.get(&count.guide_id) == Some(&count.revision) {
            let accuracy = answers.entry(count.guide_id).or_default();
            accuracy.answered += count.reports;
            if count.is_matched {
                accuracy.matched += count.reports;
            }
        }
    }
    let concern = |(guide_id, accuracy): (Uuid, Accuracy)| {
        accuracy.concern().map(|details| Concern {
            guide_id,
            kind: GuideConcernKind::Accuracy,
            details,
            proposed_alert: None,
        })
    };
    Ok(answers.into_iter().filter_map(concern).collect())
}
