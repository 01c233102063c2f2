//! Beginning a draft, changing it, going back to an older one, throwing it away.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    content, content_draft, content_revision,
    enums::{ContentState, DraftState},
    organisation,
};
use sea_orm::{DatabaseTransaction, TransactionTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::step::{Begun, Step, Stop};
use crate::{
    domain::{
        content::{is_slug, slug_of},
        editing::{
            editor::{Actor, Right},
            kinds::{Editable, envelope_of},
            store::{self, Held},
            types::EditingErrorCode,
        },
    },
    infra::{
        audit::changed_fields,
        auth::PUBLIC_AUDIENCE_ID,
        db::{lock_name, lock_row},
        digest::sha256_hex,
        error::Error,
    },
};

/// Savings of one person within so long are one revision: an app that saves by itself would
/// otherwise bury the history.
const ONE_SITTING: TimeDelta = TimeDelta::minutes(10);
/// What the audit log calls a change.
const SAVE: &str = "content.save";
/// By which the ids of drafts follow from their authors' keys.
const DRAFTS: Uuid = uuid::uuid!("0f5b3f0e-6a55-5d0a-9c0e-7a2f6c1f8d21");

/// Begins a draft. The same key by the same person is the same draft.
///
/// # Errors
/// [`Stop`].
pub async fn create(step: Step<'_>, key: Uuid, document: Value) -> Result<Held, Stop> {
    let editor = step.editor;
    let envelope = envelope_of(&document)?;
    let id = Uuid::new_v5(&DRAFTS, format!("{}{key}", editor.account_id).as_bytes());
    let digest = sha256_hex(document.to_string());
    let transaction = step.database.writer().begin().await?;
    let unknown = || Stop::Refused(EditingErrorCode::OrganisationNotFound, Some("organisation"));
    // Held, so that a repetition that comes at the same time waits and finds this draft.
    let organisation = lock_row::<organisation::Entity>(&transaction, envelope.organisation_id)
        .await?
        .ok_or_else(unknown)?;
    if !editor
        .may(&transaction, Right::Draft, organisation.id)
        .await?
    {
        return Err(unknown());
    }
    // Under the same key it may be another organisation's.
    lock_name(&transaction, &format!("draft {id}")).await?;
    if let Some(held) = store::find(&transaction, id).await? {
        let is_same = held.content.creation_digest.as_ref() == Some(&digest);
        let reused = Stop::Refused(EditingErrorCode::Conflict, Some("clientMutationKey"));
        return if is_same { Ok(held) } else { Err(reused) };
    }
    let new = NewDraft {
        id,
        kind: step.kind,
        document,
        digest,
        actor: Actor::Editor(editor),
        action: "content.create",
        now: editor.now,
    };
    write_new(transaction, new).await?.commit().await
}

/// A draft as it is to be written.
pub(super) struct NewDraft<'a> {
    pub id: Uuid,
    pub kind: &'static dyn Editable,
    pub document: Value,
    /// SHA-256 of what it is made from.
    pub digest: String,
    pub actor: Actor<'a>,
    /// What the audit log calls it.
    pub action: &'static str,
    pub now: DateTime<Utc>,
}

/// Writes a draft in a transaction that goes on: its organisation is held, and its author may.
pub(super) async fn write_new(
    transaction: DatabaseTransaction,
    new: NewDraft<'_>,
) -> Result<Begun, Stop> {
    let (id, kind, now) = (new.id, new.kind, new.now);
    let organisation_id = envelope_of(&new.document)?.organisation_id;
    let author_id = new.actor.account_id();
    let title = kind.title(&new.document);
    let held = Held {
        content: content::Model {
            id,
            kind: kind.kind(),
            slug: provisional_slug(kind, &transaction, id, &new.document).await?,
            organisation_id,
            audience_id: PUBLIC_AUDIENCE_ID,
            state: ContentState::Draft,
            version: 1,
            published_revision_id: None,
            publish_at: None,
            unpublish_at: None,
            first_published_at: None,
            withdrawal_explanation: None,
            withdrawal_replacement_id: None,
            creation_digest: Some(new.digest),
            is_demo: false,
            created_at: now,
            updated_at: now,
        },
        draft: Some(content_draft::Model {
            id,
            kind: kind.kind(),
            organisation_id,
            state: DraftState::Draft,
            revision: 1,
            title: title.unwrap_or_default(),
            author_id,
            edited_by_id: author_id,
            submitted_by_id: None,
            return_comment: None,
            publish_at: None,
            notifies: false,
            created_at: now,
            updated_at: now,
        }),
        revision: revision_by(author_id, now, (id, 1), new.document),
    };
    store::insert_content(&transaction, held.content.clone()).await?;
    store::insert_revision(&transaction, held.revision.clone()).await?;
    if let Some(draft) = held.draft.clone() {
        store::write_draft(&transaction, draft).await?;
    }
    let begun = Begun { transaction, held };
    begun.keep_pictures(kind).await?;
    begun.note(&new.actor, new.action, json!({}), now).await?;
    Ok(begun)
}

/// Changes a draft, or begins one beside what is published.
///
/// # Errors
/// [`Stop`]; an error of `change` is passed on.
pub async fn save(
    step: Step<'_>,
    id: Uuid,
    version: i64,
    change: impl Fn(Value) -> Result<Value, Error>,
) -> Result<Held, Stop> {
    let begun = step.begin(id).await?;
    let document = change(begun.held.revision.document.clone())?;
    let is_unchanged = document == begun.held.revision.document;
    if begun.follows(version) && is_unchanged {
        return Ok(begun.held);
    }
    begun.check_version(version)?;
    if is_unchanged {
        return Ok(begun.held);
    }
    write(step, begun, document, SAVE).await
}

/// Makes an older revision the draft.
///
/// # Errors
/// [`Stop`].
pub async fn restore(step: Step<'_>, id: Uuid, version: i64, number: i32) -> Result<Held, Stop> {
    let begun = step.begin(id).await?;
    let older = store::find_revision(&begun.transaction, id, number)
        .await?
        .ok_or(Stop::Refused(
            EditingErrorCode::RevisionNotFound,
            Some("revision"),
        ))?;
    if begun.follows(version) && older.document == begun.held.revision.document {
        return Ok(begun.held);
    }
    begun.check_version(version)?;
    write(step, begun, older.document, "content.restore").await
}

async fn write(
    step: Step<'_>,
    mut begun: Begun,
    document: Value,
    action: &'static str,
) -> Result<Held, Stop> {
    let editor = step.editor;
    let edits = step.may(&begun, Right::Edit).await?;
    match begun.held.draft.as_ref().map(|draft| draft.state) {
        Some(DraftState::Scheduled) => return Err(EditingErrorCode::Scheduled.into()),
        Some(DraftState::InReview) if !edits => return Err(EditingErrorCode::InReview.into()),
        _ => {}
    }
    let organisation_id = moved_to(step, &begun, &document).await?;
    let changed = changed_fields(&begun.held.revision.document, &document);
    let revision = keep(&step, &begun, document, action).await?;
    let held = &begun.held;
    let draft = content_draft::Model {
        id: held.content.id,
        kind: held.content.kind,
        organisation_id,
        state: held
            .draft
            .as_ref()
            .map_or(DraftState::Draft, |draft| draft.state),
        revision: revision.number,
        title: step.kind.title(&revision.document).unwrap_or_default(),
        author_id: match &held.draft {
            Some(draft) => draft.author_id,
            None => Some(editor.account_id),
        },
        edited_by_id: Some(editor.account_id),
        submitted_by_id: held.draft.as_ref().and_then(|draft| draft.submitted_by_id),
        return_comment: held
            .draft
            .as_ref()
            .and_then(|draft| draft.return_comment.clone()),
        publish_at: None,
        notifies: false,
        created_at: held
            .draft
            .as_ref()
            .map_or(editor.now, |draft| draft.created_at),
        updated_at: editor.now,
    };
    store::write_draft(&begun.transaction, draft.clone()).await?;
    let slug = match held.content.first_published_at {
        None => {
            provisional_slug(
                step.kind,
                &begun.transaction,
                held.content.id,
                &revision.document,
            )
            .await?
        }
        Some(_) => held.content.slug.clone(),
    };
    let is_unseen = held.content.first_published_at.is_none();
    begun
        .advance(|content| {
            content.slug = slug;
            // What readers see stays where it is until the draft is published.
            if is_unseen {
                content.organisation_id = organisation_id;
            }
        })
        .await?;
    begun.held.draft = Some(draft);
    let details = json!({ "revision": revision.number, "fields": changed });
    begun.held.revision = revision;
    begun.keep_pictures(step.kind).await?;
    let actor = Actor::Editor(editor);
    begun.note(&actor, action, details, editor.now).await?;
    begun.commit().await
}

/// The organisation that the document names, where its editor may write as well.
async fn moved_to(step: Step<'_>, begun: &Begun, document: &Value) -> Result<Uuid, Stop> {
    let organisation_id = envelope_of(document)?.organisation_id;
    let is_moved = organisation_id != begun.held.content.organisation_id;
    let may = !is_moved
        || step
            .editor
            .may(&begun.transaction, Right::Edit, organisation_id)
            .await?;
    match may {
        true => Ok(organisation_id),
        false => Err(Stop::Refused(
            EditingErrorCode::OrganisationNotFound,
            Some("organisation"),
        )),
    }
}

/// A new revision, or the last one once more, when the same person has just written it.
async fn keep(
    step: &Step<'_>,
    begun: &Begun,
    document: Value,
    action: &str,
) -> Result<content_revision::Model, Stop> {
    let last = &begun.held.revision;
    let now = step.editor.now;
    // Going back to an older text must not write over the newest.
    let is_same_sitting = action == SAVE
        && begun.held.draft.is_some()
        && last.published_at.is_none()
        && last.author_id == Some(step.editor.account_id)
        && now - last.created_at < ONE_SITTING;
    if is_same_sitting {
        let again = content_revision::Model {
            document,
            ..last.clone()
        };
        store::replace_document(&begun.transaction, &again).await?;
        return Ok(again);
    }
    let number = store::next_number(&begun.transaction, begun.held.content.id).await?;
    let revision = revision(step, begun.held.content.id, number, document);
    store::insert_revision(&begun.transaction, revision.clone()).await?;
    Ok(revision)
}

/// A revision by whoever takes the step, not yet written.
pub(super) fn revision(
    step: &Step<'_>,
    content_id: Uuid,
    number: i32,
    document: Value,
) -> content_revision::Model {
    let author_id = Some(step.editor.account_id);
    revision_by(author_id, step.editor.now, (content_id, number), document)
}

fn revision_by(
    author_id: Option<Uuid>,
    now: DateTime<Utc>,
    (content_id, number): (Uuid, i32),
    document: Value,
) -> content_revision::Model {
    content_revision::Model {
        id: Uuid::now_v7(),
        content_id,
        number,
        document,
        change_note: None,
        author_id,
        published_at: None,
        created_at: now,
    }
}

/// The slug of something that no reader has seen yet follows its title.
async fn provisional_slug(
    kind: &dyn Editable,
    transaction: &DatabaseTransaction,
    id: Uuid,
    document: &Value,
) -> Result<String, Stop> {
    Ok(match wished_slugs(kind, document)?.first() {
        Some(wanted) => store::free_slug(transaction, kind.kind(), wanted, id).await?,
        None => format!("chernovik-{}", id.simple()),
    })
}

/// What a draft may be called, what is liked best first: the slug that it asks for, its title's.
pub(super) fn wished_slugs(kind: &dyn Editable, document: &Value) -> Result<Vec<String>, Error> {
    // One that readers could not have is named when the draft is published.
    let asked_for = envelope_of(document)?.slug.filter(|slug| is_slug(slug));
    let of_title = kind.title(document).as_deref().and_then(slug_of);
    Ok(asked_for.into_iter().chain(of_title).collect())
}

/// Throws a draft away: what readers see stays, and what no reader ever saw is gone.
///
/// # Errors
/// [`Stop`].
pub async fn discard(step: Step<'_>, id: Uuid, version: i64) -> Result<Held, Stop> {
    let mut begun = step.begin(id).await?;
    if begun.held.draft.is_none() && begun.follows(version) && !begun.is_newest().await? {
        return Ok(begun.held);
    }
    begun.check_version(version)?;
    match begun.draft()?.state {
        DraftState::Scheduled => return Err(EditingErrorCode::Scheduled.into()),
        // Others have put work into it by now.
        DraftState::InReview if !step.may(&begun, Right::Edit).await? => {
            return Err(EditingErrorCode::InReview.into());
        }
        DraftState::InReview | DraftState::Draft => {}
    }
    let actor = Actor::Editor(step.editor);
    begun
        .note(&actor, "content.discard", json!({}), step.editor.now)
        .await?;
    if begun.held.content.first_published_at.is_none() {
        store::delete_content(&begun.transaction, id).await?;
        begun.held.draft = None;
        return begun.commit().await;
    }
    store::delete_draft(&begun.transaction, id).await?;
    begun.advance(|_| ()).await?;
    let transaction = &begun.transaction;
    let published = store::find(transaction, id)
        .await?
        .ok_or_else(|| Error::internal("content that vanished while it was held", id))?;
    begun.held = published;
    begun.keep_pictures(step.kind).await?;
    begun.commit().await
}
