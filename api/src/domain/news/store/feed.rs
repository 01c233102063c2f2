//! Lists of articles: which, in which order, with which relations.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    enums::{NewsKind, Okrug},
    media_asset, news_article, news_article_okrug, news_article_tag, news_category, organisation,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, Select,
    sea_query::{Order, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::CategoryRow;
use crate::{
    domain::{
        media::Picture,
        organisations::{OrganisationCard, is_within},
    },
    infra::{
        auth::Audience,
        db::{Direction, Page, Position, Row, RowReader, Slice, fetch, fetch_rows, keyset, row},
    },
};

row! {
    /// An article without its text.
    pub struct ArticleRow of news_article {
        pub id: Uuid,
        pub slug: String,
        pub category_id: Uuid,
        pub organisation_id: Uuid,
        pub cover_id: Option<Uuid>,
        pub kind: NewsKind,
        pub headline: String,
        pub lead: String,
        pub revision: i32,
        pub has_video: bool,
        pub pinned_until_at: Option<DateTime<Utc>>,
        pub is_urgent: bool,
        pub reading_time_seconds: i32,
        pub is_demo: bool,
        pub published_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }
}

/// Which one-to-one relations a list joins.
#[derive(Clone, Copy, Debug)]
pub struct ArticleParts {
    pub category: bool,
    pub organisation: bool,
    pub cover: bool,
}

impl ArticleParts {
    /// For where nobody can look ahead.
    pub const ALL: Self = Self {
        category: true,
        organisation: true,
        cover: true,
    };
}

/// An article with the relations that were joined.
#[derive(Clone, Debug)]
pub struct ArticleSummary {
    pub row: ArticleRow,
    pub category: Option<CategoryRow>,
    pub organisation: Option<OrganisationCard>,
    pub cover: Option<Picture>,
}

row! {
    /// What only the page of one article shows.
    pub struct ArticleText of news_article {
        pub id: Uuid,
        pub body: serde_json::Value,
        pub body_html: String,
        pub plain_text: String,
        pub video: Option<serde_json::Value>,
        pub source_name: Option<String>,
        pub source_url: Option<String>,
        pub share_text: Option<String>,
        pub correction_text: Option<String>,
        pub corrected_at: Option<DateTime<Utc>>,
    }
}

/// Which articles a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct ArticleCriteria {
    pub category_ids: Option<Vec<Uuid>>,
    pub organisation_id: Option<Uuid>,
    pub include_descendants: bool,
    pub okrugs: Option<Vec<Okrug>>,
    pub kind: Option<NewsKind>,
    pub tag: Option<String>,
    pub has_video: Option<bool>,
    /// Whether pinned, at that instant.
    pub pinned: Option<(bool, DateTime<Utc>)>,
    pub published_from: Option<DateTime<Utc>>,
    pub published_to: Option<DateTime<Utc>>,
}

/// Where an article stands in lists: by publication, newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArticlePosition {
    pub published_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for ArticlePosition {
    const LIST: &'static str = "news";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    criteria: &ArticleCriteria,
    audience: &Audience,
    page: &Page<ArticlePosition>,
    parts: ArticleParts,
) -> Result<Slice<ArticleSummary>, DbErr> {
    let select = keyset(
        matching(criteria, audience),
        (news_article::Column::PublishedAt, news_article::Column::Id),
        Order::Desc,
        page,
        |position| (position.published_at.into(), position.id.into()),
    );
    let rows = fetch_summaries(connection, select, parts).await?;
    Ok(page.slice(rows))
}

/// Which articles a feed for readers outside holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct FeedScope {
    pub organisation_id: Option<Uuid>,
    pub category_id: Option<Uuid>,
}

/// The newest articles with their texts.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_feed(
    connection: &impl ConnectionTrait,
    scope: &FeedScope,
    audience: &Audience,
    limit: u64,
) -> Result<Vec<(ArticleSummary, ArticleText)>, DbErr> {
    let criteria = ArticleCriteria {
        organisation_id: scope.organisation_id,
        category_ids: scope.category_id.map(|id| vec![id]),
        ..ArticleCriteria::default()
    };
    let page = Page {
        limit,
        direction: Direction::Forward,
        after: None,
        before: None,
    };
    let articles = list(connection, &criteria, audience, &page, ArticleParts::ALL)
        .await?
        .rows;
    let ids: Vec<Uuid> = articles.iter().map(|article| article.row.id).collect();
    let mut texts: HashMap<Uuid, ArticleText> = list_texts(connection, &ids, audience)
        .await?
        .into_iter()
        .map(|text| (text.id, text))
        .collect();
    let with_text = |article: ArticleSummary| {
        let text = texts.remove(&article.row.id)?;
        Some((article, text))
    };
    Ok(articles.into_iter().filter_map(with_text).collect())
}

pub async fn count(
    connection: &impl ConnectionTrait,
    criteria: &ArticleCriteria,
    audience: &Audience,
) -> Result<u64, DbErr> {
    matching(criteria, audience).count(connection).await
}

/// The article of a slug, for those who may see it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_article(
    connection: &impl ConnectionTrait,
    slug: &str,
    audience: &Audience,
) -> Result<Option<ArticleSummary>, DbErr> {
    let select = visible(audience).filter(news_article::Column::Slug.eq(slug));
    Ok(fetch_summaries(connection, select, ArticleParts::ALL)
        .await?
        .pop())
}

pub async fn list_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<ArticleSummary>, DbErr> {
    let select = visible(audience).filter(news_article::Column::Id.is_in(ids.iter().copied()));
    fetch_summaries(connection, select, ArticleParts::ALL).await
}

pub async fn list_texts(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<ArticleText>, DbErr> {
    let select = visible(audience).filter(news_article::Column::Id.is_in(ids.iter().copied()));
    fetch_rows(connection, select).await
}

pub async fn list_okrugs(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<news_article_okrug::Model>, DbErr> {
    news_article_okrug::Entity::find()
        .filter(news_article_okrug::Column::ArticleId.is_in(ids.iter().copied()))
        .order_by_asc(news_article_okrug::Column::Okrug)
        .all(connection)
        .await
}

pub async fn list_tags(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<news_article_tag::Model>, DbErr> {
    news_article_tag::Entity::find()
        .filter(news_article_tag::Column::ArticleId.is_in(ids.iter().copied()))
        .order_by_asc(news_article_tag::Column::Tag)
        .all(connection)
        .await
}

pub(super) fn visible(audience: &Audience) -> Select<news_article::Entity> {
    news_article::Entity::find().filter(audience.admits(news_article::Column::AudienceId))
}

async fn fetch_summaries(
    connection: &impl ConnectionTrait,
    mut select: Select<news_article::Entity>,
    parts: ArticleParts,
) -> Result<Vec<ArticleSummary>, DbErr> {
    if parts.category {
        select = select.inner_join(news_category::Entity);
    }
    if parts.organisation {
        select = select.inner_join(organisation::Entity);
    }
    if parts.cover {
        select = select.left_join(media_asset::Entity);
    }
    let columns = |query: &mut SelectStatement| {
        ArticleRow::select(query);
        if parts.category {
            CategoryRow::select(query);
        }
        if parts.organisation {
            OrganisationCard::select(query);
        }
        if parts.cover {
            Picture::select(query);
        }
    };
    let read = |reader: &mut RowReader<'_>| {
        Ok(ArticleSummary {
            row: ArticleRow::read(reader)?,
            category: reader.selected(parts.category)?,
            organisation: reader.selected(parts.organisation)?,
            cover: reader.selected_if_any(parts.cover)?,
        })
    };
    fetch(connection, select, columns, read).await
}

pub(super) fn matching(
    criteria: &ArticleCriteria,
    audience: &Audience,
) -> Select<news_article::Entity> {
    use news_article::Column;
    let mut select = visible(audience);
    if let Some(category_ids) = &criteria.category_ids {
        select = select.filter(Column::CategoryId.is_in(category_ids.iter().copied()));
    }
    if let Some(organisation_id) = criteria.organisation_id {
        let within = is_within(
            Column::OrganisationId,
            organisation_id,
            criteria.include_descendants,
        );
        select = select.filter(within);
    }
    if let Some(okrugs) = &criteria.okrugs {
        let about = Query::select()
            .column(news_article_okrug::Column::ArticleId)
            .from(news_article_okrug::Entity)
            .and_where(news_article_okrug::Column::Okrug.is_in(okrugs.iter().copied()))
            .to_owned();
        select = select.filter(Column::Id.in_subquery(about));
    }
    if let Some(kind) = criteria.kind {
        select = select.filter(Column::Kind.eq(kind));
    }
    if let Some(tag) = &criteria.tag {
        let tagged = Query::select()
            .column(news_article_tag::Column::ArticleId)
            .from(news_article_tag::Entity)
            .and_where(news_article_tag::Column::Tag.eq(tag.as_str()))
            .to_owned();
        select = select.filter(Column::Id.in_subquery(tagged));
    }
    if let Some(has_video) = criteria.has_video {
        select = select.filter(Column::HasVideo.eq(has_video));
    }
    if let Some((pinned, now)) = criteria.pinned {
        select = select.filter(if pinned {
            Column::PinnedUntilAt.gt(now)
        } else {
            Column::PinnedUntilAt
                .is_null()
                .or(Column::PinnedUntilAt.lte(now))
        });
    }
    if let Some(from) = criteria.published_from {
        select = select.filter(Column::PublishedAt.gte(from));
    }
    if let Some(to) = criteria.published_to {
        select = select.filter(Column::PublishedAt.lt(to));
    }
    select
}
