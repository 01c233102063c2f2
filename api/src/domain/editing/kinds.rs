//! What the lifecycle asks of a kind of content.

use async_graphql::{Context, ID};
use chrono::{DateTime, Utc};
use entities::enums::ContentKind;
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{DatabaseExecutor, DbErr};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::{
    benefits::BENEFITS,
    courses::COURSES,
    guides::GUIDES,
    news::NEWS,
    pages::PAGES,
    problem::Problem,
    references::{Reference, Surroundings},
    sections::Section,
};
use crate::{
    domain::{
        content::{AudienceDefinition, Published},
        media::Picture,
        organisations::Organisation,
    },
    infra::{
        error::Error,
        graphql::{Now, load_many_of},
    },
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

impl Envelope {
    /// Gives it to the organisation that a client named.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for what is not an id.
    pub fn move_to(&mut self, organisation: &ID) -> Result<(), Error> {
        self.organisation_id = Organisation::NODE.decode("input.organisation", organisation)?;
        Ok(())
    }
}

/// A document as readers would see it, with whatever is missing left out.
#[derive(Clone, Debug, Default)]
pub struct DraftPreview {
    pub title: Option<String>,
    pub lead: Option<String>,
    pub cover: Option<Picture>,
    /// What readers are told above everything else.
    pub notices: Vec<String>,
    /// Its one text, sanitised.
    pub html: String,
    /// Everything that stands under a heading of its own.
    pub sections: Vec<Section>,
}

/// A kind of content as its editors have it: a document, what makes it fit for readers, and how they
/// get it.
pub trait Kind: Send + Sync {
    /// What a revision holds.
    type Document: DeserializeOwned + Default + Send + Sync;

    const KIND: ContentKind;
    /// The cache tag of everything that shows it.
    const TAG: &'static str;
    /// The field of a document that staff know it by.
    const TITLE: &'static str;

    /// The pictures that it shows.
    fn pictures(document: &Self::Document) -> Vec<Uuid>;

    /// What else there must be for it to be published.
    fn references(document: &Self::Document) -> Vec<Reference>;

    /// Everything that keeps it from being published, where so much is there of what it points to.
    fn problems(document: &Self::Document, there: &Surroundings) -> Vec<Problem>;

    /// What keeps it from being published at that time and would not at another.
    fn untimely(_document: &Self::Document, _now: DateTime<Utc>) -> Vec<Problem> {
        Vec::new()
    }

    /// How readers would see it at that instant.
    fn preview(
        connection: &DatabaseExecutor<'_>,
        document: Self::Document,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<DraftPreview, Error>> + Send;

    /// Writes what readers see, in place of what they saw. The document has no problems.
    fn show(
        transaction: &DatabaseExecutor<'_>,
        published: &Published,
        document: Self::Document,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Takes it away from readers.
    fn hide(
        transaction: &DatabaseExecutor<'_>,
        id: Uuid,
    ) -> impl Future<Output = Result<(), DbErr>> + Send;
}

/// A [`Kind`] of which only its name is known, with its documents as they are stored: what the
/// lifecycle works with.
pub trait Editable: Send + Sync {
    fn kind(&self) -> ContentKind;

    /// The cache tag of everything that shows it.
    fn tag(&self) -> &'static str;

    /// What staff know it by, as far as lists show it; nothing where it is blank.
    fn title(&self, document: &Value) -> Option<String>;

    /// See [`Kind::pictures`].
    fn pictures(&self, document: &Value) -> Vec<Uuid>;

    /// See [`Kind::references`].
    ///
    /// # Errors
    /// `Internal`, when the document does not read.
    fn references(&self, document: &Value) -> Result<Vec<Reference>, Error>;

    /// See [`Kind::problems`].
    ///
    /// # Errors
    /// `Internal`, when the document does not read.
    fn problems(&self, document: &Value, there: &Surroundings) -> Result<Vec<Problem>, Error>;

    /// See [`Kind::untimely`].
    ///
    /// # Errors
    /// `Internal`, when the document does not read.
    fn untimely(&self, document: &Value, now: DateTime<Utc>) -> Result<Vec<Problem>, Error>;

    /// See [`Kind::preview`].
    fn preview<'a>(
        &'a self,
        connection: &'a DatabaseExecutor<'a>,
        document: &'a Value,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<DraftPreview, Error>>;

    /// See [`Kind::show`].
    fn show<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        published: &'a Published,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// See [`Kind::hide`].
    fn hide<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        id: Uuid,
    ) -> BoxFuture<'a, Result<(), Error>>;
}

impl<K: Kind> Editable for K {
    fn kind(&self) -> ContentKind {
        K::KIND
    }

    fn tag(&self) -> &'static str {
        K::TAG
    }

    fn title(&self, document: &Value) -> Option<String> {
        let text = document.get(K::TITLE)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.chars().take(LONGEST_TITLE).collect())
    }

    fn pictures(&self, document: &Value) -> Vec<Uuid> {
        let document = K::Document::deserialize(document).unwrap_or_default();
        <K as Kind>::pictures(&document)
    }

    fn references(&self, document: &Value) -> Result<Vec<Reference>, Error> {
        let document = K::Document::deserialize(document)?;
        Ok(<K as Kind>::references(&document))
    }

    fn problems(&self, document: &Value, there: &Surroundings) -> Result<Vec<Problem>, Error> {
        let document = K::Document::deserialize(document)?;
        Ok(<K as Kind>::problems(&document, there))
    }

    fn untimely(&self, document: &Value, now: DateTime<Utc>) -> Result<Vec<Problem>, Error> {
        let document = K::Document::deserialize(document)?;
        Ok(<K as Kind>::untimely(&document, now))
    }

    fn preview<'a>(
        &'a self,
        connection: &'a DatabaseExecutor<'a>,
        document: &'a Value,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<DraftPreview, Error>> {
        async move {
            let title = self.title(document);
            let document = K::Document::deserialize(document)?;
            let shown = <K as Kind>::preview(connection, document, now).await?;
            Ok(DraftPreview {
                title: shown.title.or(title),
                ..shown
            })
        }
        .boxed()
    }

    fn show<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        published: &'a Published,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let document = K::Document::deserialize(document)?;
            <K as Kind>::show(transaction, published, document).await
        }
        .boxed()
    }

    fn hide<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        id: Uuid,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move { Ok(<K as Kind>::hide(transaction, id).await?) }.boxed()
    }
}

/// The kinds that are edited here.
static KINDS: [&dyn Editable; 5] = [&NEWS, &BENEFITS, &GUIDES, &PAGES, &COURSES];

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

/// Everything that keeps a document of that kind from being published, as things stand now. Documents of
/// one request look around together.
///
/// # Errors
/// Whatever the database reports.
pub async fn problems_now(
    context: &Context<'_>,
    kind: ContentKind,
    document: &Value,
) -> Result<Vec<Problem>, Error> {
    let kind = editable(kind)?;
    let there = load_many_of(context, kind.references(document)?).await?;
    let mut problems = kind.problems(document, &Surroundings(there))?;
    problems.extend(kind.untimely(document, Now::of(context))?);
    Ok(problems)
}

/// The part that every document has.
///
/// # Errors
/// `Internal`, when the document is no document.
pub fn envelope_of(document: &Value) -> Result<Envelope, Error> {
    Ok(Envelope::deserialize(document)?)
}
