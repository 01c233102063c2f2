//! Changing what readers see without a draft: for what somebody confirms and nobody writes.

use chrono::{DateTime, Utc};
use entities::{content_draft, content_revision, enums::ContentState};
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    drafting::revision,
    publishing::{problems_of, published_of, seen_by, tell},
    step::{Begun, Step, Stop},
};
use crate::{
    domain::editing::{
        editor::{Actor, Right},
        problem::Problem,
        store::{self, Held},
        types::EditingErrorCode,
    },
    infra::{db::Change, error::Error},
};

/// Such a change.
pub trait Amendment {
    /// What the audit log calls it.
    const ACTION: &'static str;

    /// Whether a document has it already.
    ///
    /// # Errors
    /// `Internal`, when the document does not read.
    fn is_made(&self, document: &Value) -> Result<bool, Error>;

    /// The document with it.
    ///
    /// # Errors
    /// `Internal`, when the document does not read.
    fn make(&self, document: Value) -> Result<Value, Error>;

    /// Whether a problem of what readers would see stands against this change. It was fit when it was
    /// published; what has lapsed since is another change's to mend.
    fn answers_for(&self, _problem: &Problem) -> bool {
        true
    }

    /// What else is done in the same transaction.
    ///
    /// # Errors
    /// [`Stop`], after which nothing was done.
    fn settle(
        &self,
        _transaction: &DatabaseTransaction,
        _now: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), Stop>> + Send {
        async { Ok(()) }
    }
}

/// Changes what readers see, in a new revision. A draft beside it gets the change as well: publishing
/// it would otherwise take the change back.
///
/// # Errors
/// [`Stop`]; every problem of what readers would see at once.
pub async fn amend<A: Amendment>(
    step: Step<'_>,
    id: Uuid,
    version: i64,
    amendment: &A,
) -> Result<Held, Stop> {
    let mut begun = step.begin(id).await?;
    step.require(&begun, Right::Publish).await?;
    let shown = find_shown(&begun).await?;
    if begun.follows(version) && amendment.is_made(&shown.document)? {
        return Ok(begun.held);
    }
    begun.check_version(version)?;
    let now = step.editor.now;
    let drafted = begun.held.revision.clone();
    let document = amendment.make(shown.document)?;
    begun.held.revision = write_next(&step, &begun, document, now).await?;
    let mut problems = problems_of(step.kind, &begun, now).await?;
    problems.retain(|problem| amendment.answers_for(problem));
    if !problems.is_empty() {
        return Err(Stop::Unfit(problems));
    }
    let change = show(&step, &mut begun, now).await?;
    let details = json!({ "revision": begun.held.revision.number });
    if let Some(draft) = begun.held.draft.clone() {
        let document = amendment.make(drafted.document.clone())?;
        carry_over(&mut begun, draft, drafted, document, now).await?;
    }
    begun.keep_pictures(step.kind).await?;
    amendment.settle(&begun.transaction, now).await?;
    let actor = Actor::Editor(step.editor);
    begun.note(&actor, A::ACTION, details, now).await?;
    tell(&begun, step.kind, change, now).await?;
    begun.commit().await
}

/// The revision that readers see.
async fn find_shown(begun: &Begun) -> Result<content_revision::Model, Stop> {
    let content = &begun.held.content;
    let id = content
        .published_revision_id
        .filter(|_| content.state == ContentState::Published)
        .ok_or(EditingErrorCode::NotPublished)?;
    let revision = store::find_revision_by_id(&begun.transaction, id).await?;
    let lacks = || Error::internal("what is published has no revision", content.id);
    Ok(revision.ok_or_else(lacks)?)
}

/// Writes the next revision, which readers are to see.
async fn write_next(
    step: &Step<'_>,
    begun: &Begun,
    document: Value,
    now: DateTime<Utc>,
) -> Result<content_revision::Model, Stop> {
    let id = begun.held.content.id;
    let number = store::next_number(&begun.transaction, id).await?;
    let next = content_revision::Model {
        published_at: Some(now),
        ..revision(step, id, number, document)
    };
    store::insert_revision(&begun.transaction, next.clone()).await?;
    Ok(next)
}

/// Shows the revision that is held. Where it is, and for whom, stays.
async fn show(step: &Step<'_>, begun: &mut Begun, now: DateTime<Utc>) -> Result<Change, Stop> {
    let before = seen_by(&begun.held);
    let revision_id = begun.held.revision.id;
    begun
        .advance(|content| {
            content.published_revision_id = Some(revision_id);
            content.updated_at = now;
        })
        .await?;
    let published = published_of(&begun.held, now);
    let document = &begun.held.revision.document;
    step.kind
        .show(&begun.executor(), &published, document)
        .await?;
    Ok(Change {
        audience_before: before,
        ..published.change()
    })
}

/// The draft goes on from a revision after the one that readers see, still its author's.
async fn carry_over(
    begun: &mut Begun,
    draft: content_draft::Model,
    drafted: content_revision::Model,
    document: Value,
    now: DateTime<Utc>,
) -> Result<(), Stop> {
    let number = begun.held.revision.number + 1;
    let revision = content_revision::Model {
        id: Uuid::now_v7(),
        number,
        document,
        created_at: now,
        ..drafted
    };
    store::insert_revision(&begun.transaction, revision.clone()).await?;
    let draft = content_draft::Model {
        revision: number,
        ..draft
    };
    store::write_draft(&begun.transaction, draft.clone()).await?;
    begun.held.draft = Some(draft);
    begun.held.revision = revision;
    Ok(())
}
