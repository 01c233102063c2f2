//! Counts over time: the archive by month, and how fresh an organisation is.

use chrono::{DateTime, Utc};
use entities::news_article;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, ExprTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    ArticleCriteria,
    feed::{matching, visible},
};
use crate::infra::auth::Audience;

/// How many articles a month of Moscow's calendar has.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ArchiveMonth {
    pub year: i32,
    pub month: i32,
    pub articles: i64,
}

pub async fn list_archive(
    connection: &impl ConnectionTrait,
    criteria: &ArticleCriteria,
    audience: &Audience,
) -> Result<Vec<ArchiveMonth>, DbErr> {
    let part = |postgres: &'static str, sqlite: &'static str| match connection
        .get_database_backend()
    {
        DatabaseBackend::Postgres => Expr::cust(format!(
            "CAST(date_part('{postgres}', published_at AT TIME ZONE 'UTC' + interval '3 hours') AS integer)"
        )),
        _ => Expr::cust(format!(
            "CAST(strftime('{sqlite}', published_at, '+3 hours') AS integer)"
        )),
    };
    matching(criteria, audience)
        .select_only()
        .column_as(part("year", "%Y"), "year")
        .column_as(part("month", "%m"), "month")
        .column_as(news_article::Column::Id.count(), "articles")
        .group_by(part("year", "%Y"))
        .group_by(part("month", "%m"))
        .order_by_desc(part("year", "%Y"))
        .order_by_desc(part("month", "%m"))
        .into_model()
        .all(connection)
        .await
}

/// When an organisation last published, and how much of late.
#[derive(Clone, Debug, FromQueryResult)]
pub struct FreshnessRow {
    pub organisation_id: Uuid,
    pub last_news_at: Option<DateTime<Utc>>,
    pub recent_news: i64,
}

pub async fn list_freshness(
    connection: &impl ConnectionTrait,
    organisation_ids: &[Uuid],
    audience: &Audience,
    since: DateTime<Utc>,
) -> Result<Vec<FreshnessRow>, DbErr> {
    use news_article::Column;
    let recent = Expr::case(Column::PublishedAt.gte(since), 1).finally(0);
    visible(audience)
        .select_only()
        .column(Column::OrganisationId)
        .column_as(Column::PublishedAt.max(), "last_news_at")
        .column_as(Expr::expr(recent).sum(), "recent_news")
        .filter(Column::OrganisationId.is_in(organisation_ids.iter().copied()))
        .group_by(Column::OrganisationId)
        .into_model()
        .all(connection)
        .await
}
