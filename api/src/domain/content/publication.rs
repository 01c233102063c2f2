//! What publishing writes for content of every kind; the domain adds its own reading rows.

use chrono::{DateTime, Utc};
use entities::{
    content, content_revision,
    enums::{ContentKind, ContentState},
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use serde::Serialize;
use uuid::Uuid;

use crate::infra::{db::Change, error::Error};

/// Where a piece of content stands and who may see it.
#[derive(Clone, Debug)]
pub struct Address {
    pub id: Uuid,
    pub kind: ContentKind,
    pub slug: String,
    pub organisation_id: Uuid,
    pub audience_id: Uuid,
    pub is_demo: bool,
    /// When readers first saw it.
    pub published_at: DateTime<Utc>,
    /// When what they see last changed.
    pub updated_at: DateTime<Utc>,
    /// From then on they do not see it.
    pub unpublish_at: Option<DateTime<Utc>>,
}

/// The first revision of a piece of content, published.
#[derive(Clone, Debug)]
pub struct Published {
    pub address: Address,
    /// The number of the published revision.
    pub revision: i32,
}

impl Published {
    /// The entry of the change log that tells readers' copies of it.
    #[must_use]
    pub fn change(&self) -> Change {
        Change {
            object_type: object_type(self.address.kind),
            object_id: self.address.id,
            audience_before: None,
            audience_after: Some(self.address.audience_id),
        }
    }
}

/// The name of a kind of content in the change log, which is its type's in the schema.
#[must_use]
pub const fn object_type(kind: ContentKind) -> &'static str {
    match kind {
        ContentKind::NewsArticle => "NewsArticle",
        ContentKind::Benefit => "Benefit",
        ContentKind::ServiceGuide => "ServiceGuide",
        ContentKind::OrganisationPage => "OrganisationPage",
        ContentKind::Course => "Course",
    }
}

/// Writes the edited object and its first revision, already published.
///
/// The caller writes the reading row and calls `record_change` in the same transaction.
///
/// # Errors
/// Whatever the driver reports, a taken slug included.
pub async fn insert_published(
    transaction: &impl ConnectionTrait,
    address: Address,
    document: &(impl Serialize + Sync),
    now: DateTime<Utc>,
) -> Result<Published, Error> {
    let document = serde_json::to_value(document)?;
    let (content, revision) = published_rows(&address, Uuid::now_v7(), document, now);
    let number = revision.number;
    content::Entity::insert(content.into_active_model())
        .exec_without_returning(transaction)
        .await?;
    content_revision::Entity::insert(revision.into_active_model())
        .exec_without_returning(transaction)
        .await?;
    Ok(Published {
        address,
        revision: number,
    })
}

/// The edited object and its first revision, already published, as rows.
#[must_use]
pub fn published_rows(
    address: &Address,
    revision_id: Uuid,
    document: serde_json::Value,
    now: DateTime<Utc>,
) -> (content::Model, content_revision::Model) {
    const FIRST: i32 = 1;
    let content = content::Model {
        id: address.id,
        kind: address.kind,
        slug: address.slug.clone(),
        organisation_id: address.organisation_id,
        audience_id: address.audience_id,
        state: ContentState::Published,
        version: i64::from(FIRST),
        published_revision_id: Some(revision_id),
        publish_at: None,
        unpublish_at: address.unpublish_at,
        first_published_at: Some(address.published_at),
        withdrawal_explanation: None,
        withdrawal_replacement_id: None,
        creation_digest: None,
        is_demo: address.is_demo,
        created_at: now,
        updated_at: now,
    };
    let revision = content_revision::Model {
        id: revision_id,
        content_id: address.id,
        number: FIRST,
        document,
        change_note: None,
        author_id: None,
        published_at: Some(address.published_at),
        created_at: now,
    };
    (content, revision)
}
