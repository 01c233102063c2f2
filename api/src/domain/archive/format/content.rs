//! Content: what all kinds have in common, its saved texts, and what staff are at.

use entities::enums::{ContentKind, ContentState, DraftState};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::{Line, Moment, Part, Reference};
use crate::domain::content::AudienceDefinition;

/// A piece of content in whichever state, with what readers see of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentLine<S> {
    pub id: Uuid,
    /// By which it is addressed now.
    pub slug: String,
    /// By which it was addressed before, sorted; they lead on.
    pub retired_slugs: Vec<RetiredSlug>,
    pub organisation_id: Uuid,
    /// For whom it is, by what it means: an audience has no id of its own here. Organisations that it
    /// names may be gone; then nobody is a member of them.
    pub audience: AudienceDefinition,
    /// Readers see what is `PUBLISHED`; `DRAFT` was never seen, `WITHDRAWN` and `ARCHIVED` once were.
    pub state: ContentState,
    /// Grows with each edit, from 1.
    pub version: i64,
    /// The revision that readers see or saw last.
    pub published_revision_id: Option<Uuid>,
    pub publish_at: Option<Moment>,
    /// From then on readers do not see it.
    pub unpublish_at: Option<Moment>,
    pub first_published_at: Option<Moment>,
    /// What whoever could see it is told, when it is `WITHDRAWN`.
    pub withdrawal: Option<Withdrawal>,
    /// What it points its readers to, by kind and in that order.
    pub related: Vec<Related>,
    /// Pictures that its texts show, sorted.
    pub picture_ids: Vec<Uuid>,
    pub is_demo: bool,
    pub created_at: Moment,
    pub updated_at: Moment,
    /// What readers see; none: nothing.
    pub shown: Option<S>,
}

/// A slug that content once had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetiredSlug {
    pub slug: String,
    pub retired_at: Moment,
}

/// Why content was withdrawn, and what to read instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    pub explanation: Option<String>,
    pub replacement_id: Option<Uuid>,
}

/// Content that other content points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Related {
    pub kind: ContentKind,
    pub id: Uuid,
}

/// What readers see of a kind of content.
pub trait Shown: Serialize + DeserializeOwned + Clone + PartialEq {
    const PART: Part;
    const KIND: ContentKind;

    /// When readers first saw it, and when what they see last changed.
    fn times(&self) -> (Moment, Moment);

    fn references(&self) -> Vec<Reference>;

    /// What is wrong with it though it reads well.
    fn fault(&self) -> Option<String>;
}

impl<S: Shown> Line for ContentLine<S> {
    const PART: Part = S::PART;

    fn id(&self) -> Uuid {
        self.id
    }

    fn references(&self) -> Vec<Reference> {
        let replacement = self
            .withdrawal
            .iter()
            .filter_map(|withdrawal| withdrawal.replacement_id);
        let revision = self.published_revision_id.into_iter();
        let pictures = self.picture_ids.iter().copied();
        [Reference::of(Part::Organisations, self.organisation_id)]
            .into_iter()
            .chain(replacement.map(Reference::content))
            .chain(
                self.related
                    .iter()
                    .map(|related| Reference::content(related.id)),
            )
            .chain(revision.map(|id| Reference::of(Part::Revisions, id)))
            .chain(pictures.map(|id| Reference::of(Part::Media, id)))
            .chain(self.shown.iter().flat_map(Shown::references))
            .collect()
    }

    fn fault(&self) -> Option<String> {
        // Zero marks content whose import has begun.
        if self.version < 1 {
            return Some("its version is not 1 or more".into());
        }
        self.shown.as_ref().and_then(Shown::fault)
    }
}

/// A saved text of a piece of content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionLine {
    pub id: Uuid,
    pub content_id: Uuid,
    /// Among the content's revisions, from 1.
    pub number: i32,
    /// The text and its fields as staff wrote them: Markdown, and ids of what is named.
    pub document: Value,
    /// What its editors say that it changes.
    pub change_note: Option<String>,
    /// When readers began to see it.
    pub published_at: Option<Moment>,
    pub created_at: Moment,
}

impl Line for RevisionLine {
    const PART: Part = Part::Revisions;

    fn id(&self) -> Uuid {
        self.id
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::content(self.content_id)]
    }
}

/// What staff are at: a revision that is not published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftLine {
    /// The content's own id: it has one draft at most.
    pub id: Uuid,
    pub kind: ContentKind,
    /// Where it is to stand when it is published.
    pub organisation_id: Uuid,
    pub state: DraftState,
    /// The revision that holds the text.
    pub revision_id: Uuid,
    /// What staff know it by.
    pub title: String,
    /// What was said when it was returned.
    pub return_comment: Option<String>,
    /// When a `SCHEDULED` one is published.
    pub publish_at: Option<Moment>,
    /// Whether phones ring when it is.
    #[serde(default)]
    pub notifies: bool,
    pub created_at: Moment,
    pub updated_at: Moment,
}

impl Line for DraftLine {
    const PART: Part = Part::Drafts;

    fn id(&self) -> Uuid {
        self.id
    }

    fn references(&self) -> Vec<Reference> {
        vec![
            Reference::content(self.id),
            Reference::of(Part::Organisations, self.organisation_id),
            Reference::of(Part::Revisions, self.revision_id),
        ]
    }
}
