//! Showing a draft to readers, now or when its time comes.

use chrono::{DateTime, TimeDelta, Utc};
use entities::enums::{ContentKind, ContentState, DraftState};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    scheduling::{plan_unpublishing, schedule},
    step::{Begun, Step, Stop},
};
use crate::{
    domain::{
        content::{Address, Published, intern_audience, is_slug, object_type, slug_of},
        editing::{
            editor::{Actor, Right},
            kinds::{Editable, Envelope, envelope_of},
            problem::Problem,
            references::{self, Surroundings},
            store::{self, Held},
            types::EditingErrorCode,
        },
        organisations::requires_review,
        push::{Announcement, ChangedGuide, announce, tell_of_change},
    },
    infra::{
        db::{Change, record_change},
        error::Error,
    },
};

/// Farther ahead nobody plans; a slip of the year would otherwise hide a draft for ever.
const FARTHEST: TimeDelta = TimeDelta::days(366);

/// How something is to be published.
#[derive(Clone, Debug, Default)]
pub struct Publishing {
    /// `None`: now.
    pub at: Option<DateTime<Utc>>,
    /// What has changed, for the history.
    pub note: Option<String>,
    /// Whether its readers' devices are to ring.
    pub notifies: bool,
}

/// Publishes a draft, now or at a time; or again what was archived or withdrawn.
///
/// # Errors
/// [`Stop`]; every problem of the draft at once.
pub async fn publish(
    step: Step<'_>,
    id: Uuid,
    version: i64,
    Publishing { at, note, notifies }: Publishing,
) -> Result<Held, Stop> {
    let mut begun = step.begin(id).await?;
    step.require(&begun, Right::Publish).await?;
    step.require_where_it_goes(&begun).await?;
    if is_done(&begun, version, at) && (begun.held.draft.is_some() || begun.is_newest().await?) {
        return Ok(begun.held);
    }
    begun.check_version(version)?;
    let is_shown = begun.held.content.state == ContentState::Published;
    match &begun.held.draft {
        None if is_shown => return Err(EditingErrorCode::NothingToPublish.into()),
        Some(draft) if draft.state == DraftState::Scheduled => {
            return Err(EditingErrorCode::Scheduled.into());
        }
        _ => {}
    }
    refuse_own(&step, &begun).await?;
    // What is to be shown later must be fit then.
    let shown_at = at.map_or(step.editor.now, |at| at.max(step.editor.now));
    let problems = problems_of(step.kind, &begun, shown_at).await?;
    if !problems.is_empty() {
        return Err(Stop::Unfit(problems));
    }
    if let Some(note) = &note {
        store::note_change(&begun.transaction, begun.held.revision.id, note).await?;
    }
    let actor = Actor::Editor(step.editor);
    let now = step.editor.now;
    if let Some(draft) = &mut begun.held.draft {
        draft.notifies = notifies;
    }
    match at.filter(|at| *at > now) {
        Some(at) if at - now > FARTHEST => {
            Err(Stop::Refused(EditingErrorCode::TooFarAhead, Some("at")))
        }
        Some(at) => schedule(begun, &actor, at, now).await,
        None => show(step.kind, begun, &actor, now).await,
    }
}

/// Whether this very wish was granted already, to a client that repeats itself.
fn is_done(begun: &Begun, version: i64, at: Option<DateTime<Utc>>) -> bool {
    let held = &begun.held;
    let is_shown = held.draft.is_none() && held.content.state == ContentState::Published;
    let is_planned = at.is_some()
        && held
            .draft
            .as_ref()
            .is_some_and(|draft| draft.state == DraftState::Scheduled && draft.publish_at == at);
    begun.follows(version) && (is_shown || is_planned)
}

/// Where the organisation asks for it, another person publishes what one wrote.
async fn refuse_own(step: &Step<'_>, begun: &Begun) -> Result<(), Stop> {
    let Some(draft) = &begun.held.draft else {
        return Ok(());
    };
    let transaction = &begun.transaction;
    let asks = requires_review(transaction, draft.organisation_id).await?
        || requires_review(transaction, begun.held.content.organisation_id).await?;
    if !asks {
        return Ok(());
    }
    let me = Some(step.editor.account_id);
    let is_mine = draft.edited_by_id == me || draft.submitted_by_id == me;
    if draft.state != DraftState::InReview || is_mine {
        return Err(EditingErrorCode::ReviewRequired.into());
    }
    Ok(())
}

/// What keeps the draft from readers: of its kind, and of what all content has.
pub(super) async fn problems_of(
    kind: &dyn Editable,
    begun: &Begun,
    now: DateTime<Utc>,
) -> Result<Vec<Problem>, Error> {
    let document = &begun.held.revision.document;
    let there = references::find(&begun.transaction, &kind.references(document)?).await?;
    let mut problems = kind.problems(document, &Surroundings(there))?;
    problems.extend(kind.untimely(document, now)?);
    let envelope = envelope_of(document)?;
    if let Some(slug) = &envelope.slug {
        let content = &begun.held.content;
        if !is_slug(slug) {
            problems.push(Problem::at("slug", EditingErrorCode::NotASlug));
        } else if store::free_slug(&begun.transaction, content.kind, slug, content.id).await?
            != *slug
        {
            problems.push(Problem::at("slug", EditingErrorCode::SlugTaken));
        }
    }
    if envelope.unpublish_at.is_some_and(|at| at <= now) {
        problems.push(Problem::at("unpublishAt", EditingErrorCode::InThePast));
    }
    Ok(problems)
}

/// Shows what is held to readers: in the same transaction its history, its addresses, the audit log,
/// what is to happen later, and last the change log.
pub(super) async fn show(
    kind: &dyn Editable,
    mut begun: Begun,
    actor: &Actor<'_>,
    now: DateTime<Utc>,
) -> Result<Held, Stop> {
    let document = begun.held.revision.document.clone();
    let envelope = envelope_of(&document)?;
    let before = seen_by(&begun.held);
    let audience_id = intern_audience(&begun.transaction, &envelope.audience).await?;
    settle_slug(kind, &mut begun, &envelope, now).await?;
    let revision_id = begun.held.revision.id;
    store::mark_published(&begun.transaction, revision_id, now).await?;
    begun
        .advance(|content| {
            content.state = ContentState::Published;
            content.organisation_id = envelope.organisation_id;
            content.audience_id = audience_id;
            content.published_revision_id = Some(revision_id);
            content.publish_at = None;
            content.unpublish_at = envelope.unpublish_at;
            content.first_published_at = content.first_published_at.or(Some(now));
            content.withdrawal_explanation = None;
            content.withdrawal_replacement_id = None;
            content.updated_at = now;
        })
        .await?;
    let content = &begun.held.content;
    let published = published_of(&begun.held, now);
    kind.show(&begun.executor(), &published, &document).await?;
    begun.keep_pictures(kind).await?;
    if begun
        .held
        .draft
        .as_ref()
        .is_some_and(|draft| draft.notifies)
    {
        tell_subscribers(kind, &begun, actor, &envelope, now).await?;
    }
    if before.is_some() && content.kind == ContentKind::ServiceGuide {
        tell_keepers(kind, &begun, &envelope, now).await?;
    }
    store::delete_draft(&begun.transaction, content.id).await?;
    plan_unpublishing(&begun.transaction, content, now).await?;
    let details = json!({ "revision": published.revision });
    begun.note(actor, "content.publish", details, now).await?;
    let change = Change {
        audience_before: before,
        ..published.change()
    };
    tell(&begun, kind, change, now).await?;
    begun.held.draft = None;
    begun.held.revision.published_at = Some(now);
    begun.commit().await
}

/// Lets the devices of those who have asked for it ring, once for ever. Rolled back with the publication.
async fn tell_subscribers(
    kind: &dyn Editable,
    begun: &Begun,
    actor: &Actor<'_>,
    envelope: &Envelope,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let content = &begun.held.content;
    let document = &begun.held.revision.document;
    let text = |field: &str| document.get(field).and_then(Value::as_str);
    let title = kind.title(document).unwrap_or_default();
    let announcement = Announcement {
        content_id: content.id,
        kind: content.kind,
        organisation_id: content.organisation_id,
        slug: &content.slug,
        title: &title,
        // News have a lead, benefits, guides and courses a summary, pages neither.
        lead: text("lead").or_else(|| text("summary")).unwrap_or_default(),
        circle: envelope.audience.clone(),
        category_id: match content.kind {
            ContentKind::NewsArticle => text("category_id").and_then(|id| id.parse().ok()),
            _ => None,
        },
        is_urgent: document.get("is_urgent").and_then(Value::as_bool) == Some(true),
        author_id: actor.account_id(),
    };
    announce(&begun.transaction, announcement, now).await
}

/// Lets those who keep a guide know that it has changed.
async fn tell_keepers(
    kind: &dyn Editable,
    begun: &Begun,
    envelope: &Envelope,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let held = &begun.held;
    let title = kind.title(&held.revision.document).unwrap_or_default();
    let guide = ChangedGuide {
        id: held.content.id,
        revision: held.revision.number,
        organisation_id: held.content.organisation_id,
        slug: &held.content.slug,
        title: &title,
        circle: envelope.audience.clone(),
    };
    tell_of_change(&begun.transaction, guide, now).await
}

/// What is held, as readers get it from now on.
pub(super) fn published_of(held: &Held, now: DateTime<Utc>) -> Published {
    let content = &held.content;
    Published {
        address: Address {
            id: content.id,
            kind: content.kind,
            slug: content.slug.clone(),
            organisation_id: content.organisation_id,
            audience_id: content.audience_id,
            is_demo: content.is_demo,
            published_at: content.first_published_at.unwrap_or(now),
            updated_at: now,
            unpublish_at: content.unpublish_at,
        },
        revision: held.revision.number,
    }
}

/// Who sees it now, before anything changes.
pub(super) fn seen_by(held: &Held) -> Option<Uuid> {
    let is_shown = held.content.state == ContentState::Published;
    is_shown.then_some(held.content.audience_id)
}

/// The change log of something that readers do not see any more.
pub(super) fn gone(held: &Held) -> Change {
    Change {
        object_type: object_type(held.content.kind),
        object_id: held.content.id,
        audience_before: seen_by(held),
        audience_after: None,
    }
}

/// Tells readers' copies and caches. The last statements of the transaction.
pub(super) async fn tell(
    begun: &Begun,
    kind: &dyn Editable,
    change: Change,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let of_organisation = format!("organisation:{}", begun.held.content.organisation_id);
    let tags = [kind.tag(), of_organisation.as_str()];
    Ok(record_change(&begun.transaction, &[change], &tags, now).await?)
}

/// The slug that readers meet. One they have met before leads on.
async fn settle_slug(
    kind: &dyn Editable,
    begun: &mut Begun,
    envelope: &Envelope,
    now: DateTime<Utc>,
) -> Result<(), Stop> {
    let content = &begun.held.content;
    let title = kind.title(&begun.held.revision.document);
    let is_new = content.first_published_at.is_none();
    let wanted = match &envelope.slug {
        Some(slug) => Some(slug.clone()),
        // What people have linked to does not follow a corrected headline.
        None if is_new => title.as_deref().and_then(slug_of),
        None => None,
    };
    let Some(wanted) = wanted.filter(|wanted| *wanted != content.slug) else {
        return Ok(());
    };
    let slug = store::free_slug(&begun.transaction, content.kind, &wanted, content.id).await?;
    if !is_new && slug != content.slug {
        let turn = (content.slug.as_str(), slug.as_str());
        store::retire_slug(&begun.transaction, content.kind, content.id, turn, now).await?;
    }
    begun.held.content.slug = slug;
    Ok(())
}
