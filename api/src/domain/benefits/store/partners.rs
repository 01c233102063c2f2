//! Who gives benefits, and of which kinds they are.

use entities::{benefit, benefit_category, outlet, partner};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Order,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::db::{
    Page, Position, Slice, delete_row, fetch_rows, is_taken_by_another, keyset, overwrite_row, row,
};

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
        pub logo_id: Option<Uuid>,
        pub organisation_id: Option<Uuid>,
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

/// The partners of these ids, of those that are there.
///
/// # Errors
/// Whatever the driver reports.
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

/// The categories of these ids, of those that are there.
///
/// # Errors
/// Whatever the driver reports.
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

/// Whether another category has that slug.
///
/// # Errors
/// Whatever the driver reports.
pub async fn category_slug_is_taken(
    connection: &impl ConnectionTrait,
    slug: &str,
    own_id: Uuid,
) -> Result<bool, DbErr> {
    is_taken_by_another::<benefit_category::Entity>(
        connection,
        benefit_category::Column::Slug,
        slug,
        own_id,
    )
    .await
}

/// Writes a category whose row is held.
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_category(
    transaction: &impl ConnectionTrait,
    row: benefit_category::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}

/// How much that is published is of a category.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_of_category(connection: &impl ConnectionTrait, id: Uuid) -> Result<u64, DbErr> {
    benefit::Entity::find()
        .filter(benefit::Column::CategoryId.eq(id))
        .count(connection)
        .await
}

/// Takes a category away that nothing is of.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_category(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<benefit_category::Entity>(transaction, id).await
}

/// Whether another partner has that slug.
///
/// # Errors
/// Whatever the driver reports.
pub async fn partner_slug_is_taken(
    connection: &impl ConnectionTrait,
    slug: &str,
    own_id: Uuid,
) -> Result<bool, DbErr> {
    is_taken_by_another::<partner::Entity>(connection, partner::Column::Slug, slug, own_id).await
}

/// Writes a partner whose row is held.
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_partner(
    transaction: &impl ConnectionTrait,
    row: partner::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}

/// How many benefits are a partner's.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_of_partner(connection: &impl ConnectionTrait, id: Uuid) -> Result<u64, DbErr> {
    benefit::Entity::find()
        .filter(benefit::Column::PartnerId.eq(id))
        .count(connection)
        .await
}

/// Takes a partner away that nothing is of.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_partner(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<partner::Entity>(transaction, id).await
}

/// The partner of a slug, whole.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_partner(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<partner::Model>, DbErr> {
    partner::Entity::find()
        .filter(partner::Column::Slug.eq(slug))
        .one(connection)
        .await
}

/// How many partners an organisation's staff keep.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_partners_of_organisation(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<u64, DbErr> {
    partner::Entity::find()
        .filter(partner::Column::OrganisationId.eq(organisation_id))
        .count(connection)
        .await
}

/// How many outlets a partner has.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_outlets_of_partner(
    connection: &impl ConnectionTrait,
    partner_id: Uuid,
) -> Result<u64, DbErr> {
    outlet::Entity::find()
        .filter(outlet::Column::PartnerId.eq(partner_id))
        .count(connection)
        .await
}

impl From<&partner::Model> for PartnerRow {
    fn from(row: &partner::Model) -> Self {
        Self {
            id: row.id,
            slug: row.slug.clone(),
            brand_name: row.brand_name.clone(),
            legal_name: row.legal_name.clone(),
            sort_key: row.sort_key.clone(),
            description: row.description.clone(),
            site: row.site.clone(),
            logo_id: row.logo_id,
            organisation_id: row.organisation_id,
            is_demo: row.is_demo,
        }
    }
}

/// How many benefits are for the members of an organisation by name.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_eligibility_of_organisation(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<u64, DbErr> {
    use entities::benefit_eligible_organisation::{Column, Entity};
    Entity::find()
        .filter(Column::OrganisationId.eq(organisation_id))
        .count(connection)
        .await
}
