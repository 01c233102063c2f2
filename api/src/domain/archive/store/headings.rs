//! Categories and life events: four tables of one shape.

use std::marker::PhantomData;

use entities::{benefit_category, guide_category, life_event, news_category};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Batch, Table, Told, taken::taken_by_others};
use crate::{
    domain::archive::format::{self, HeadingLine},
    infra::{db::upsert_rows, error::Error},
};

macro_rules! headings {
    ($(#[$doc:meta] $table:ident: $entity:ident, $of:ty, $named:ident, $object_type:literal, $tag:literal;)+) => {
        $(
            #[$doc]
            pub struct $table;

            impl Table for $table {
                type Entity = $entity::Entity;
                type Line = HeadingLine<$of>;

                fn id() -> $entity::Column {
                    $entity::Column::Id
                }

                async fn find(
                    connection: &DatabaseTransaction,
                    ids: &[Uuid],
                ) -> Result<Vec<Self::Line>, Error> {
                    let rows = $entity::Entity::find()
                        .filter($entity::Column::Id.is_in(ids.iter().copied()))
                        .order_by_asc($entity::Column::Id)
                        .all(connection)
                        .await?;
                    let line = |row: $entity::Model| HeadingLine {
                        id: row.id,
                        slug: row.slug,
                        name: row.$named,
                        description: row.description,
                        position: row.position,
                        of: PhantomData,
                    };
                    Ok(rows.into_iter().map(line).collect())
                }

                async fn list_taken(
                    connection: &DatabaseTransaction,
                    lines: &[Self::Line],
                    _replaces: bool,
                ) -> Result<Vec<(Uuid, String)>, DbErr> {
                    let columns = ($entity::Column::Slug, $entity::Column::Id);
                    taken_by_others::<$entity::Entity, _>(connection, columns, lines, |line| {
                        Some(&line.slug)
                    })
                    .await
                }

                async fn write(
                    transaction: &DatabaseTransaction,
                    batch: &Batch<Self::Line>,
                ) -> Result<Told, Error> {
                    let row = |line: &Self::Line| $entity::Model {
                        id: line.id,
                        slug: line.slug.clone(),
                        $named: line.name.clone(),
                        description: line.description.clone(),
                        position: line.position,
                    };
                    let rows = batch.lines.iter().map(row).collect();
                    upsert_rows::<$entity::Entity>(transaction, rows, &[]).await?;
                    Ok(Told::of_public($object_type, batch, &[$tag]))
                }
            }
        )+
    };
}

headings! {
    /// Headings of the news.
    NewsCategories: news_category, format::NewsCategory, name, "NewsCategory", "news";
    /// Kinds of benefits.
    BenefitCategories: benefit_category, format::BenefitCategory, name, "BenefitCategory", "benefits";
    /// Fields of life that guides belong to.
    GuideCategories: guide_category, format::GuideCategory, name, "GuideCategory", "guides";
    /// What happens in a life and brings somebody to a service.
    LifeEvents: life_event, format::LifeEvent, title, "LifeEvent", "guides";
}
