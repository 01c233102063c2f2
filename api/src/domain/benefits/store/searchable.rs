//! What search is told of benefits.

use chrono::{DateTime, Utc};
use entities::{benefit, benefit_category, enums::ContentKind, partner};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::SelectStatement,
};
use uuid::Uuid;

use super::{CategoryRow, PartnerRow};
use crate::{
    domain::content::{Searchable, object_type},
    infra::db::{Row, RowReader, Stretch, fetch, list_referring, row},
};

row! {
    struct BenefitWords of benefit {
        pub id: Uuid,
        pub audience_id: Uuid,
        pub published_at: DateTime<Utc>,
        pub title: String,
        pub summary: String,
        pub plain_text: String,
    }
}

/// Benefits in words, whoever they are for.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_searchable(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<Searchable>, DbErr> {
    let select = benefit::Entity::find()
        .inner_join(benefit_category::Entity)
        .left_join(partner::Entity)
        .filter(benefit::Column::Id.is_in(ids.iter().copied()));
    let columns = |query: &mut SelectStatement| {
        BenefitWords::select(query);
        CategoryRow::select(query);
        PartnerRow::select(query);
    };
    let read = |reader: &mut RowReader<'_>| {
        let benefit = BenefitWords::read(reader)?;
        let category = CategoryRow::read(reader)?;
        let partner: Option<PartnerRow> = reader.selected_if_any(true)?;
        Ok((benefit, category, partner))
    };
    let rows = fetch(connection, select, columns, read).await?;
    let in_words =
        |(benefit, category, partner): (BenefitWords, CategoryRow, Option<PartnerRow>)| {
            Searchable {
                object_type: object_type(ContentKind::Benefit),
                object_id: benefit.id,
                audience_id: benefit.audience_id,
                published_at: benefit.published_at,
                title: benefit.title,
                names: partner
                    .map(|partner| partner.brand_name)
                    .into_iter()
                    .collect(),
                labels: vec![category.name],
                lead: benefit.summary,
                body: benefit.plain_text,
            }
        };
    Ok(rows.into_iter().map(in_words).collect())
}

/// The benefits that are found by a category's name, whoever they are for.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_ids_of_category(
    connection: &impl ConnectionTrait,
    category_id: Uuid,
    stretch: Stretch,
) -> Result<Vec<Uuid>, DbErr> {
    let column = benefit::Column::CategoryId;
    list_referring::<benefit::Entity>(connection, column, category_id, stretch).await
}

/// The same of a partner's.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_ids_of_partner(
    connection: &impl ConnectionTrait,
    partner_id: Uuid,
    stretch: Stretch,
) -> Result<Vec<Uuid>, DbErr> {
    let column = benefit::Column::PartnerId;
    list_referring::<benefit::Entity>(connection, column, partner_id, stretch).await
}
