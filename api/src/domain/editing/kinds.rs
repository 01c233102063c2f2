//! What the lifecycle asks of a kind of content.

use chrono::{DateTime, Utc};
use entities::enums::ContentKind;
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::DatabaseExecutor;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{benefits::BENEFITS, guides::GUIDES, news::NEWS, pages::PAGES, problem::Problem};
use crate::{
    domain::{
        content::{AudienceDefinition, Published},
        media::Picture,
    },
    infra::{db::Database, error::Error},
};

/// Characters of the column by which lists know a draft.
const LONGEST_TITLE: usize = 300;

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

/// A document as readers would see it, with whatever is missing left out.
#[derive(Clone, Debug, Default)]
pub struct DraftPreview {
    pub title: Option<String>,
    pub lead: Option<String>,
    /// Sanitised.
    pub html: String,
    pub cover: Option<Picture>,
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

    /// How readers would see it. A kind that says nothing else shows its title alone.
    fn preview<'a>(
        &'a self,
        _connection: &'a DatabaseExecutor<'a>,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<DraftPreview, Error>> {
        async move {
            Ok(DraftPreview {
                title: self.title(document),
                ..DraftPreview::default()
            })
        }
        .boxed()
    }

    /// What keeps it from being published at that time and would not at another.
    ///
    /// # Errors
    /// `Internal`, when the document does not read.
    fn untimely(&self, _document: &Value, _now: DateTime<Utc>) -> Result<Vec<Problem>, Error> {
        Ok(Vec::new())
    }

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
static KINDS: [&dyn Editable; 4] = [&NEWS, &BENEFITS, &GUIDES, &PAGES];

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
    now: DateTime<Utc>,
) -> Result<Vec<Problem>, Error> {
    let kind = editable(kind)?;
    let connection = DatabaseExecutor::from(database.reader());
    let mut problems = kind.problems(&connection, document).await?;
    problems.extend(kind.untimely(document, now)?);
    Ok(problems)
}

/// The part that every document has.
///
/// # Errors
/// `Internal`, when the document is no document.
pub fn envelope_of(document: &Value) -> Result<Envelope, Error> {
    Ok(Envelope::deserialize(document)?)
}

/// What a text field of a document says, as far as lists show it; nothing where it is blank.
#[must_use]
pub fn title_in(document: &Value, field: &str) -> Option<String> {
    let text = document.get(field)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.chars().take(LONGEST_TITLE).collect())
}
