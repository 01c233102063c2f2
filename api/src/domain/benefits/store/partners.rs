//! Who gives benefits, and of which kinds they are.

use entities::{benefit_category, partner};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Order,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::db::{Page, Position, Slice, fetch_rows, keyset, row};

row! {
    /// A category as lists show it.
    #[derive(PartialEq, Eq)]
    pub struct CategoryRow of benefit_category {
        pub id: Uuid,
        pub slug: String,
        pub name: String,
        pub description: String,
    }
}

row! {
    /// A partner as readers see it.
    #[derive(PartialEq, Eq)]
    pub struct PartnerRow of partner {
        pub id: Uuid,
        pub slug: String,
        pub brand_name: String,
        pub legal_name: String,
        pub sort_key: String,
        pub description: String,
        pub site: Option<String>,
        pub is_demo: bool,
    }
}

/// Where a partner stands in lists: by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PartnerPosition {
    pub sort_key: String,
    pub id: Uuid,
}

impl Position for PartnerPosition {
    const LIST: &'static str = "partners";
}

pub async fn list_partners(
    connection: &impl ConnectionTrait,
    page: &Page<PartnerPosition>,
) -> Result<Slice<PartnerRow>, DbErr> {
    let select = keyset(
        partner::Entity::find(),
        (partner::Column::SortKey, partner::Column::Id),
        Order::Asc,
        page,
        |position| (position.sort_key.clone().into(), position.id.into()),
    );
    let rows = fetch_rows(connection, select).await?;
    Ok(page.slice(rows))
}

pub async fn count_partners(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    partner::Entity::find().count(connection).await
}

pub async fn list_partners_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<PartnerRow>, DbErr> {
    fetch_rows(
        connection,
        partner::Entity::find().filter(partner::Column::Id.is_in(ids.iter().copied())),
    )
    .await
}

pub async fn list_categories(connection: &impl ConnectionTrait) -> Result<Vec<CategoryRow>, DbErr> {
    fetch_rows(
        connection,
        benefit_category::Entity::find()
            .order_by_asc(benefit_category::Column::Position)
            .order_by_asc(benefit_category::Column::Id),
    )
    .await
}

pub async fn list_categories_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<CategoryRow>, DbErr> {
    fetch_rows(
        connection,
        benefit_category::Entity::find()
            .filter(benefit_category::Column::Id.is_in(ids.iter().copied())),
    )
    .await
}
