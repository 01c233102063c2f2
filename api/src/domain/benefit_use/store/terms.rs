//! What a benefit gives and how often, and who answers for it.

use entities::{
    benefit, content,
    enums::{ContentKind, LimitPeriod, RedemptionKind},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::infra::db::{fetch_row, row};

row! {
    /// What of a published benefit a redemption needs. The promo code is in no other reading row.
    pub struct Terms of benefit {
        pub id: Uuid,
        pub organisation_id: Uuid,
        pub redemption_kind: RedemptionKind,
        pub redemption_url: Option<String>,
        pub redemption_phone: Option<String>,
        pub promo_code: Option<String>,
        pub limit_per_member: Option<i32>,
        pub limit_total: Option<i32>,
        pub limit_period: Option<LimitPeriod>,
    }
}

/// The terms of a benefit that the viewer was already found to see.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Terms>, DbErr> {
    fetch_row(connection, benefit::Entity::find_by_id(id)).await
}

/// Who sees a benefit; `None`: it is not published.
pub async fn find_audience(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<Uuid>, DbErr> {
    benefit::Entity::find_by_id(id)
        .select_only()
        .column(benefit::Column::AudienceId)
        .into_tuple()
        .one(connection)
        .await
}

/// The terms of the published benefit of that slug, whoever sees it: for staff.
pub async fn find_by_slug(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<Terms>, DbErr> {
    let select = benefit::Entity::find().filter(benefit::Column::Slug.eq(slug));
    fetch_row(connection, select).await
}

/// Which organisation answers for a benefit, published or not.
pub async fn find_organisation(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<Uuid>, DbErr> {
    content::Entity::find_by_id(id)
        .select_only()
        .column(content::Column::OrganisationId)
        .filter(content::Column::Kind.eq(ContentKind::Benefit))
        .into_tuple()
        .one(connection)
        .await
}
