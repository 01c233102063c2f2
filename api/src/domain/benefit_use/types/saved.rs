//! What members keep to come back to.

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Union};
use entities::{enums::ContentKind, saved_item};
use uuid::Uuid;

use crate::{
    domain::{
        benefit_use::offer::find_seen,
        benefits::Benefit,
        content::object_type,
        guides::{GuideById, ServiceGuide},
        news::{ArticleById, NewsArticle},
    },
    infra::{
        error::Error,
        graphql::{DateTime, NodeTag, load_of},
    },
};

/// What kind of content may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedKind {
    NewsArticle,
    Benefit,
    ServiceGuide,
}

impl SavedKind {
    const ALL: [Self; 3] = [Self::NewsArticle, Self::Benefit, Self::ServiceGuide];

    /// Its name in the change log.
    pub const fn object_type(self) -> &'static str {
        object_type(match self {
            Self::NewsArticle => ContentKind::NewsArticle,
            Self::Benefit => ContentKind::Benefit,
            Self::ServiceGuide => ContentKind::ServiceGuide,
        })
    }

    /// The kind of that name.
    pub fn of_object_type(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.object_type() == name)
    }

    /// The kind of its node ids.
    pub const fn node_tag(self) -> NodeTag {
        match self {
            Self::NewsArticle => NewsArticle::NODE,
            Self::Benefit => Benefit::NODE,
            Self::ServiceGuide => ServiceGuide::NODE,
        }
    }

    /// The kind whose node ids are of that tag.
    pub fn of_tag(tag: NodeTag) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.node_tag() == tag)
    }
}

/// Что можно сохранить. Открытый список типов.
#[derive(Union)]
pub enum SavedObject {
    NewsArticle(NewsArticle),
    Benefit(Benefit),
    ServiceGuide(ServiceGuide),
}

impl SavedObject {
    /// Content that may be kept, where the viewer sees it.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn find(
        context: &Context<'_>,
        kind: SavedKind,
        id: Uuid,
    ) -> Result<Option<Self>, Error> {
        Ok(match kind {
            SavedKind::NewsArticle => load_of(context, ArticleById(id))
                .await?
                .map(|row| Self::NewsArticle(NewsArticle(row))),
            SavedKind::Benefit => find_seen(context, id).await?.map(Self::Benefit),
            SavedKind::ServiceGuide => load_of(context, GuideById(id))
                .await?
                .map(|row| Self::ServiceGuide(ServiceGuide(row))),
        })
    }
}

/// Сохранённая запись.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct SavedItem {
    /// Идентификатор самой записи.
    id: ID,
    /// Когда сохранена.
    saved_at: DateTime,
    #[graphql(skip)]
    kind: SavedKind,
    #[graphql(skip)]
    object_id: Uuid,
}

#[ComplexObject]
impl SavedItem {
    /// Сама запись; нет — её больше не видно.
    async fn item(&self, context: &Context<'_>) -> Option<Result<SavedObject, Error>> {
        SavedObject::find(context, self.kind, self.object_id)
            .await
            .transpose()
    }
}

impl SavedItem {
    /// What its holder sees.
    ///
    /// # Errors
    /// `Internal`, when it is of a kind that nobody can keep.
    pub fn of(row: &saved_item::Model) -> Result<Self, Error> {
        let kind = SavedKind::of_object_type(&row.object_type)
            .ok_or_else(|| Error::internal("a saved item of no kind", &row.object_type))?;
        Ok(Self {
            id: kind.node_tag().id(row.object_id),
            saved_at: DateTime(row.saved_at),
            kind,
            object_id: row.object_id,
        })
    }
}
