//! Publishing and taking away at a time: jobs, of which exactly one of several workers does each.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::{content, content_draft, enums::DraftState};
use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, DbErr, TransactionTrait};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    publishing::{problems_of, show},
    retiring::take_away,
    step::{Begun, Step, Stop},
};
use crate::{
    domain::editing::{
        editor::{Actor, Right},
        kinds::editable,
        problem::Problem,
        store::{self, Held},
        types::EditingErrorCode,
    },
    infra::{
        clock::Clock,
        db::Database,
        error::Error,
        jobs::{Handler, NewJob, Outcome, enqueue},
    },
};

/// The job that publishes a scheduled draft.
pub const PUBLISH_JOB: &str = "content.publish";
/// The job that takes away what was published until a time.
pub const UNPUBLISH_JOB: &str = "content.unpublish";

/// What staff read on a draft that was not fit when its time came.
const NOT_READY: &str =
    "Не опубликовано в назначенное время: черновик больше не готов. Исправьте и опубликуйте снова.";

#[derive(Serialize, Deserialize)]
struct Payload {
    content_id: Uuid,
}

/// Puts a draft into the schedule.
pub(super) async fn schedule(
    mut begun: Begun,
    actor: &Actor<'_>,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Held, Stop> {
    // Whether it notifies stands in the draft already. What was archived or withdrawn has no draft; it would need one to wait as.
    begun
        .turn_draft(now, |draft| {
            draft.state = DraftState::Scheduled;
            draft.publish_at = Some(at);
        })
        .await?;
    begun.advance(|_| ()).await?;
    let content = &begun.held.content;
    plan(&begun.transaction, PUBLISH_JOB, content, at, now).await?;
    begun
        .note(actor, "content.schedule", json!({ "at": at }), now)
        .await?;
    begun.commit().await
}

/// Plans the end of what has one.
pub(super) async fn plan_unpublishing(
    transaction: &impl ConnectionTrait,
    content: &content::Model,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    match content.unpublish_at {
        Some(at) => plan(transaction, UNPUBLISH_JOB, content, at, now).await,
        None => Ok(()),
    }
}

/// Plans what waits for its time in content that came from elsewhere, where its jobs stayed. What is
/// due already is done at once.
///
/// # Errors
/// Whatever the driver reports.
pub async fn plan_arrived(
    transaction: &impl ConnectionTrait,
    content_id: Uuid,
    (publish_at, unpublish_at): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for (kind, at) in [(PUBLISH_JOB, publish_at), (UNPUBLISH_JOB, unpublish_at)] {
        let Some(run_at) = at else { continue };
        let job = NewJob {
            kind,
            payload: json!({ "content_id": content_id }),
            // The version that would name it may have had its job here before; one too many finds
            // nothing to do.
            unique_key: None,
            run_at,
        };
        enqueue(transaction, job, now).await?;
    }
    Ok(())
}

async fn plan(
    transaction: &impl ConnectionTrait,
    kind: &'static str,
    content: &content::Model,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let job = NewJob {
        kind,
        payload: json!({ "content_id": content.id }),
        unique_key: Some(format!("{kind}:{}:{}", content.id, content.version)),
        run_at: at,
    };
    enqueue(transaction, job, now).await
}

/// Writing goes on, and no time is set.
pub(super) const fn take_out(draft: &mut content_draft::Model) {
    draft.state = DraftState::Draft;
    draft.publish_at = None;
    draft.notifies = false;
}

/// Takes a draft out of the schedule. Its job will find nothing to do.
///
/// # Errors
/// [`Stop`].
pub async fn unschedule(step: Step<'_>, id: Uuid, version: i64) -> Result<Held, Stop> {
    let mut begun = step.begin(id).await?;
    step.require(&begun, Right::Publish).await?;
    let state = begun.draft()?.state;
    if state == DraftState::Draft && begun.follows(version) {
        return Ok(begun.held);
    }
    begun.check_version(version)?;
    if state != DraftState::Scheduled {
        return Err(EditingErrorCode::NotScheduled.into());
    }
    let now = step.editor.now;
    begun.turn_draft(now, take_out).await?;
    begun.advance(|_| ()).await?;
    let actor = Actor::Editor(step.editor);
    begun
        .note(&actor, "content.unschedule", json!({}), now)
        .await?;
    begun.commit().await
}

/// Publishes what its time has come for.
#[must_use]
pub fn publish_handler(database: Database, clock: Clock) -> Handler {
    Arc::new(move |payload| {
        let (database, clock) = (database.clone(), clock.clone());
        async move {
            let Some(begun) = begin(&database, payload).await? else {
                return Ok(Outcome::Done);
            };
            finished(publish_due(begun, clock.now()).await)
        }
        .boxed()
    })
}

/// Archives what its time is over for.
#[must_use]
pub fn unpublish_handler(database: Database, clock: Clock) -> Handler {
    Arc::new(move |payload| {
        let (database, clock) = (database.clone(), clock.clone());
        async move {
            let Some(begun) = begin(&database, payload).await? else {
                return Ok(Outcome::Done);
            };
            let now = clock.now();
            if !begun.is_to_go(now) {
                return Ok(Outcome::Done);
            }
            let kind = editable(begun.held.content.kind)?;
            finished(take_away(kind, begun, &Actor::Scheduler, None, now).await)
        }
        .boxed()
    })
}

async fn begin(database: &Database, payload: Value) -> Result<Option<Begun>, Error> {
    let payload: Payload = serde_json::from_value(payload)?;
    let transaction = database.writer().begin().await?;
    let held = store::hold(&transaction, payload.content_id).await?;
    Ok(held.map(|held| Begun { transaction, held }))
}

async fn publish_due(begun: Begun, now: DateTime<Utc>) -> Result<Held, Stop> {
    let is_due = begun.held.draft.as_ref().is_some_and(|draft| {
        draft.state == DraftState::Scheduled && draft.publish_at.is_some_and(|at| at <= now)
    });
    // Taken out of the schedule meanwhile, or put elsewhere in it: that has a job of its own.
    if !is_due {
        return Ok(begun.held);
    }
    let kind = editable(begun.held.content.kind)?;
    let problems = problems_of(kind, &begun, now).await?;
    if problems.is_empty() {
        show(kind, begun, &Actor::Scheduler, now).await
    } else {
        give_back(begun, &problems, now).await
    }
}

/// What it pointed to went while it waited: staff find the draft with its problems.
async fn give_back(
    mut begun: Begun,
    problems: &[Problem],
    now: DateTime<Utc>,
) -> Result<Held, Stop> {
    begun
        .turn_draft(now, |draft| {
            take_out(draft);
            draft.return_comment = Some(NOT_READY.into());
        })
        .await?;
    begun.advance(|_| ()).await?;
    let details = json!({ "problems": problems.len() });
    begun
        .note(&Actor::Scheduler, "content.not_published", details, now)
        .await?;
    begun.commit().await
}

fn finished(stopped: Result<Held, Stop>) -> Result<Outcome, Error> {
    match stopped {
        Ok(_) => Ok(Outcome::Done),
        Err(Stop::Failed(error)) => Err(error),
        // Held and looked at in the same transaction: nothing can stand against it.
        Err(_) => Ok(Outcome::Hopeless("the schedule met what it had ruled out")),
    }
}
