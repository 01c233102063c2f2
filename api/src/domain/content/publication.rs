//! What publishing writes for content of every kind; the domain adds its own reading rows.

use chrono::{DateTime, Utc};
use entities::{
    content, content_revision,
    enums::{ContentKind, ContentState},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
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
    const FIRST: i32 = 1;
    let revision_id = Uuid::now_v7();
    content::Entity::insert(content::ActiveModel {
        id: Set(address.id),
        kind: Set(address.kind),
        slug: Set(address.slug.clone()),
        organisation_id: Set(address.organisation_id),
        audience_id: Set(address.audience_id),
        state: Set(ContentState::Published),
        version: Set(i64::from(FIRST)),
        published_revision_id: Set(Some(revision_id)),
        publish_at: Set(None),
        unpublish_at: Set(None),
        first_published_at: Set(Some(address.published_at)),
        withdrawal_explanation: Set(None),
        withdrawal_replacement_id: Set(None),
        is_demo: Set(address.is_demo),
        created_at: Set(now),
        updated_at: Set(now),
    })
    .exec_without_returning(transaction)
    .await?;
    content_revision::Entity::insert(content_revision::ActiveModel {
        id: Set(revision_id),
        content_id: Set(address.id),
        number: Set(FIRST),
        document: Set(serde_json::to_value(document)?),
        change_note: Set(None),
        created_at: Set(now),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(Published {
        address,
        revision: FIRST,
    })
}
