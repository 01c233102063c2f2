//! Taking content away from readers: quietly, or with an explanation and something in its place.

use chrono::{DateTime, Utc};
use entities::enums::ContentState;
use serde_json::json;
use uuid::Uuid;

use super::{
    publishing::{gone, tell},
    scheduling::take_out,
    step::{Begun, Step, Stop},
};
use crate::domain::{
    editing::{
        editor::{Actor, Right},
        kinds::Editable,
        store::{self, Held},
        types::EditingErrorCode,
    },
    push::call_off,
};

/// Why something is withdrawn, and what to read instead.
#[derive(Clone, Debug)]
pub struct Withdrawing {
    pub explanation: String,
    pub replacement_id: Option<Uuid>,
}

/// Withdraws what is published: whoever could see it learns why.
///
/// # Errors
/// [`Stop`].
pub async fn withdraw(
    step: Step<'_>,
    id: Uuid,
    version: i64,
    why: Withdrawing,
) -> Result<Held, Stop> {
    let begun = step.begin(id).await?;
    step.require(&begun, Right::Publish).await?;
    let is_done = begun.held.content.state == ContentState::Withdrawn;
    if is_done && begun.follows(version) {
        return Ok(begun.held);
    }
    begun.check_version(version)?;
    if let Some(replacement_id) = why.replacement_id {
        let replacement = store::find(&begun.transaction, replacement_id).await?;
        let fits = replacement.is_some_and(|other| {
            other.content.state == ContentState::Published && other.content.id != id
        });
        if !fits {
            let code = EditingErrorCode::ReplacementNotFound;
            return Err(Stop::Refused(code, Some("replacementId")));
        }
    }
    let actor = Actor::Editor(step.editor);
    take_away(step.kind, begun, &actor, Some(why), step.editor.now).await
}

/// Archives what is published: it is not found any more.
///
/// # Errors
/// [`Stop`].
pub async fn archive(step: Step<'_>, id: Uuid, version: i64) -> Result<Held, Stop> {
    let begun = step.begin(id).await?;
    step.require(&begun, Right::Publish).await?;
    let is_done = begun.held.content.state == ContentState::Archived;
    if is_done && begun.follows(version) {
        return Ok(begun.held);
    }
    begun.check_version(version)?;
    let actor = Actor::Editor(step.editor);
    take_away(step.kind, begun, &actor, None, step.editor.now).await
}

pub(super) async fn take_away(
    kind: &dyn Editable,
    mut begun: Begun,
    actor: &Actor<'_>,
    why: Option<Withdrawing>,
    now: DateTime<Utc>,
) -> Result<Held, Stop> {
    if begun.held.content.state != ContentState::Published {
        return Err(EditingErrorCode::NotPublished.into());
    }
    let change = gone(&begun.held);
    // What somebody takes away must not come back by itself.
    if matches!(actor, Actor::Editor(_)) && begun.held.is_scheduled() {
        begun.turn_draft(now, take_out).await?;
    }
    let id = begun.held.content.id;
    kind.hide(&begun.executor(), id).await?;
    call_off(&begun.transaction, id, now).await?;
    let (state, action) = match why {
        Some(_) => (ContentState::Withdrawn, "content.withdraw"),
        None => (ContentState::Archived, "content.archive"),
    };
    let (explanation, replacement_id) = match why {
        Some(why) => (Some(why.explanation), why.replacement_id),
        None => (None, None),
    };
    begun
        .advance(|content| {
            content.state = state;
            content.unpublish_at = None;
            content.withdrawal_explanation = explanation;
            content.withdrawal_replacement_id = replacement_id;
            content.updated_at = now;
        })
        .await?;
    begun.note(actor, action, json!({}), now).await?;
    tell(&begun, kind, change, now).await?;
    begun.commit().await
}

impl Begun {
    /// Whether its time to go has come.
    pub(super) fn is_to_go(&self, now: DateTime<Utc>) -> bool {
        let content = &self.held.content;
        let is_due = content.unpublish_at.is_some_and(|at| at <= now);
        is_due && content.state == ContentState::Published
    }
}
