//! Recommendations that readers see.

use chrono::{DateTime, Utc};
use entities::{
    enums::{RecommendationAudience, RecommendationMetric},
    recommendation::{self, Column},
    service_guide,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, sea_query::Order,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::{
    auth::{ACTIVISTS_AUDIENCE_ID, Audience},
    db::{Page, Position, Slice, fetch_rows, keyset, row},
};

row! {
    /// A recommendation without its text.
    pub struct RecommendationRow of recommendation {
        pub id: Uuid,
        pub organisation_id: Uuid,
        pub guide_id: Option<Uuid>,
        pub metric: Option<RecommendationMetric>,
        pub audience: RecommendationAudience,
        pub title: String,
        pub published_at: Option<DateTime<Utc>>,
        pub updated_at: DateTime<Utc>,
    }
}

row! {
    /// The text of a recommendation.
    pub struct RecommendationText of recommendation {
        pub id: Uuid,
        pub body: serde_json::Value,
        pub body_html: String,
        pub plain_text: String,
    }
}

/// Which recommendations a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct RecommendationCriteria {
    pub guide_id: Option<Uuid>,
    pub metric: Option<RecommendationMetric>,
    pub audience: Option<RecommendationAudience>,
}

/// Where a recommendation stands in lists: the last published first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecommendationPosition {
    pub published_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for RecommendationPosition {
    const LIST: &'static str = "recommendations";
}

pub async fn list_recommendations(
    connection: &impl ConnectionTrait,
    criteria: &RecommendationCriteria,
    audience: &Audience,
    page: &Page<RecommendationPosition>,
) -> Result<Slice<RecommendationRow>, DbErr> {
    let select = keyset(
        matching(criteria, audience),
        (Column::PublishedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.published_at.into(), position.id.into()),
    );
    Ok(page.slice(fetch_rows(connection, select).await?))
}

pub async fn count_recommendations(
    connection: &impl ConnectionTrait,
    criteria: &RecommendationCriteria,
    audience: &Audience,
) -> Result<u64, DbErr> {
    matching(criteria, audience).count(connection).await
}

/// Those of these recommendations that this audience sees.
pub async fn list_recommendations_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<RecommendationRow>, DbErr> {
    let select = shown_to(audience).filter(Column::Id.is_in(ids.iter().copied()));
    fetch_rows(connection, select).await
}

/// The recommendations of these guides, the last published first.
pub async fn list_recommendations_of(
    connection: &impl ConnectionTrait,
    guide_ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<RecommendationRow>, DbErr> {
    let select = shown_to(audience)
        .filter(Column::GuideId.is_in(guide_ids.iter().copied()))
        .order_by_desc(Column::PublishedAt)
        .order_by_desc(Column::Id);
    fetch_rows(connection, select).await
}

/// The texts of recommendations that the viewer was already found to see.
pub async fn list_recommendation_texts(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<RecommendationText>, DbErr> {
    let select = recommendation::Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
    fetch_rows(connection, select).await
}

/// What is published, for those whom it is for; about a guide only for those who may see that.
fn shown_to(audience: &Audience) -> Select<recommendation::Entity> {
    let seen = service_guide::Entity::find()
        .select_only()
        .column(service_guide::Column::Id)
        .filter(audience.admits(service_guide::Column::AudienceId))
        .into_query();
    let about = Condition::any()
        .add(Column::GuideId.is_null())
        .add(Column::GuideId.in_subquery(seen));
    let select = recommendation::Entity::find()
        .filter(Column::PublishedAt.is_not_null())
        .filter(Column::WithdrawnAt.is_null())
        .filter(about);
    if audience.has(ACTIVISTS_AUDIENCE_ID) {
        select
    } else {
        select.filter(Column::Audience.eq(RecommendationAudience::All))
    }
}

fn matching(
    criteria: &RecommendationCriteria,
    audience: &Audience,
) -> Select<recommendation::Entity> {
    let mut select = shown_to(audience);
    if let Some(guide_id) = criteria.guide_id {
        select = select.filter(Column::GuideId.eq(guide_id));
    }
    if let Some(metric) = criteria.metric {
        select = select.filter(Column::Metric.eq(metric));
    }
    if let Some(audience) = criteria.audience {
        select = select.filter(Column::Audience.eq(audience));
    }
    select
}
