//! Batched relations of news.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use entities::enums::Okrug;
use uuid::Uuid;

use super::store::{self, ArticleSummary, ArticleText, CategoryRow, FreshnessRow};
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader, Shared},
};

/// What counts as recent when an organisation's freshness is asked.
const RECENT: TimeDelta = TimeDelta::days(30);

/// A published article, for those who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ArticleById(pub Uuid);

impl Loader<ArticleById> for Batches {
    type Value = ArticleSummary;
    type Error = Error;

    async fn load(&self, keys: &[ArticleById]) -> Result<HashMap<ArticleById, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_by_ids(self.database.reader(), &ids, &self.audience).await?;
        Ok(rows
            .into_iter()
            .map(|row| (ArticleById(row.row.id), row))
            .collect())
    }
}

/// The text of an article, for those who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextByArticleId(pub Uuid);

impl Shared for TextByArticleId {
    const TAGS: &'static [&'static str] = &["news"];
}

impl Loader<TextByArticleId> for Batches {
    type Value = Arc<ArticleText>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[TextByArticleId],
    ) -> Result<HashMap<TextByArticleId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_texts(self.database.reader(), &ids, &self.audience).await?;
        Ok(rows
            .into_iter()
            .map(|row| (TextByArticleId(row.id), Arc::new(row)))
            .collect())
    }
}

/// The okrugs an article is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OkrugsByArticleId(pub Uuid);

impl Shared for OkrugsByArticleId {
    const TAGS: &'static [&'static str] = &["news"];
}

impl Loader<OkrugsByArticleId> for Batches {
    type Value = Vec<Okrug>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OkrugsByArticleId],
    ) -> Result<HashMap<OkrugsByArticleId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut okrugs: HashMap<_, Vec<_>> = HashMap::new();
        for row in store::list_okrugs(self.database.reader(), &ids).await? {
            okrugs
                .entry(OkrugsByArticleId(row.article_id))
                .or_default()
                .push(row.okrug);
        }
        Ok(okrugs)
    }
}

/// The tags of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TagsByArticleId(pub Uuid);

impl Shared for TagsByArticleId {
    const TAGS: &'static [&'static str] = &["news"];
}

impl Loader<TagsByArticleId> for Batches {
    type Value = Vec<String>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[TagsByArticleId],
    ) -> Result<HashMap<TagsByArticleId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut tags: HashMap<_, Vec<_>> = HashMap::new();
        for row in store::list_tags(self.database.reader(), &ids).await? {
            tags.entry(TagsByArticleId(row.article_id))
                .or_default()
                .push(row.tag);
        }
        Ok(tags)
    }
}

/// A news category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NewsCategoryById(pub Uuid);

impl Loader<NewsCategoryById> for Batches {
    type Value = CategoryRow;
    type Error = Error;

    async fn load(
        &self,
        keys: &[NewsCategoryById],
    ) -> Result<HashMap<NewsCategoryById, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_categories_by_ids(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (NewsCategoryById(row.id), row))
            .collect())
    }
}

/// How fresh an organisation's news are at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FreshnessByOrganisationId {
    pub organisation_id: Uuid,
    pub now: DateTime<Utc>,
}

impl Loader<FreshnessByOrganisationId> for Batches {
    type Value = FreshnessRow;
    type Error = Error;

    async fn load(
        &self,
        keys: &[FreshnessByOrganisationId],
    ) -> Result<HashMap<FreshnessByOrganisationId, FreshnessRow>, Error> {
        let Some(now) = keys.first().map(|key| key.now) else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.organisation_id).collect();
        let connection = self.database.reader();
        let rows = store::list_freshness(connection, &ids, &self.audience, now - RECENT).await?;
        let keyed = |row: FreshnessRow| {
            let organisation_id = row.organisation_id;
            (
                FreshnessByOrganisationId {
                    organisation_id,
                    now,
                },
                row,
            )
        };
        Ok(rows.into_iter().map(keyed).collect())
    }
}
