//! Asking another person to look, and giving back what is not good yet.

use entities::enums::DraftState;
use serde_json::json;
use uuid::Uuid;

use super::step::{Begun, Step, Stop};
use crate::domain::editing::{
    editor::{Actor, Right},
    store::Held,
    types::EditingErrorCode,
};

/// Sends a draft to review. It may still have problems: the reviewer sees them.
///
/// # Errors
/// [`Stop`].
pub async fn submit(step: Step<'_>, id: Uuid, version: i64) -> Result<Held, Stop> {
    let begun = step.begin(id).await?;
    let state = begun.draft()?.state;
    if state == DraftState::InReview && begun.follows(version) {
        return Ok(begun.held);
    }
    begun.check_version(version)?;
    match state {
        DraftState::Scheduled => return Err(EditingErrorCode::Scheduled.into()),
        DraftState::InReview => return Err(EditingErrorCode::InReview.into()),
        DraftState::Draft => {}
    }
    let turn = Turn {
        state: DraftState::InReview,
        submitted_by_id: Some(step.editor.account_id),
        comment: None,
        action: "content.submit",
    };
    take(step, begun, turn).await
}

/// Gives a draft back to whoever wrote it, and says why.
///
/// # Errors
/// [`Stop`].
pub async fn send_back(
    step: Step<'_>,
    id: Uuid,
    version: i64,
    comment: String,
) -> Result<Held, Stop> {
    let begun = step.begin(id).await?;
    step.require(&begun, Right::Edit).await?;
    let draft = begun.draft()?;
    let is_repeated = draft.state == DraftState::Draft
        && draft.return_comment.as_ref() == Some(&comment)
        && begun.follows(version);
    if is_repeated {
        return Ok(begun.held);
    }
    begun.check_version(version)?;
    if begun.draft()?.state != DraftState::InReview {
        return Err(EditingErrorCode::NotInReview.into());
    }
    let turn = Turn {
        state: DraftState::Draft,
        submitted_by_id: None,
        comment: Some(comment),
        action: "content.return",
    };
    take(step, begun, turn).await
}

struct Turn {
    state: DraftState,
    submitted_by_id: Option<Uuid>,
    comment: Option<String>,
    action: &'static str,
}

async fn take(step: Step<'_>, mut begun: Begun, turn: Turn) -> Result<Held, Stop> {
    let now = step.editor.now;
    begun
        .turn_draft(now, |draft| {
            draft.state = turn.state;
            draft.submitted_by_id = turn.submitted_by_id;
            draft.return_comment = turn.comment;
        })
        .await?;
    begun.advance(|_| ()).await?;
    let actor = Actor::Editor(step.editor);
    begun.note(&actor, turn.action, json!({}), now).await?;
    begun.commit().await
}
