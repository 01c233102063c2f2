//! What the lifecycle asks of a kind of content.

use chrono::{DateTime, Utc};
use entities::enums::ContentKind;
use futures_util::future::BoxFuture;
use sea_orm::DatabaseExecutor;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{news::NEWS, problem::Problem};
use crate::{
    domain::content::{AudienceDefinition, Published},
    infra::{db::Database, error::Error},
};

/// What every document begins with: where it stands, who sees it, until when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Envelope {
    pub organisation_id: Uuid,
    /// As its editors want it; otherwise it is made of the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    pub audience: AudienceDefinition,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpublish_at: Option<DateTime<Utc>>,
}

/// A kind of content as its editors have it: a document, what makes it fit for readers, and how they
/// get it. A document is what a revision holds.
pub trait Editable: Send + Sync {
    fn kind(&self) -> ContentKind;

    /// The cache tag of everything that shows it.
    fn tag(&self) -> &'static str;

    /// What staff know it by.
    fn title(&self, document: &Value) -> Option<String>;

    /// The pictures that it shows.
    fn pictures(&self, document: &Value) -> Vec<Uuid>;

    /// Everything that keeps it from being published.
    fn problems<'a>(
        &'a self,
        connection: &'a DatabaseExecutor<'a>,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<Vec<Problem>, Error>>;

    /// Writes what readers see, in place of what they saw. The document has no problems.
    fn show<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        published: &'a Published,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// Takes it away from readers.
    fn hide<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        id: Uuid,
    ) -> BoxFuture<'a, Result<(), Error>>;
}

/// The kinds that are edited here.
static KINDS: [&dyn Editable; 1] = [&NEWS];

/// How that kind is edited.
///
/// # Errors
/// `Internal`, for a kind that is not edited.
pub fn editable(kind: ContentKind) -> Result<&'static dyn Editable, Error> {
    KINDS
        .into_iter()
        .find(|editable| editable.kind() == kind)
        .ok_or_else(|| Error::internal("a kind of content that nobody edits", kind))
}

/// Everything that keeps a document of that kind from being published, as things stand now.
///
/// # Errors
/// Whatever the database reports.
pub async fn problems_now(
    kind: ContentKind,
    database: &Database,
    document: &Value,
) -> Result<Vec<Problem>, Error> {
    let connection = DatabaseExecutor::from(database.reader());
    editable(kind)?.problems(&connection, document).await
}

/// The part that every document has.
///
/// # Errors
/// `Internal`, when the document is no document.
pub fn envelope_of(document: &Value) -> Result<Envelope, Error> {
    Ok(Envelope::deserialize(document)?)
}
