//! Courses as readers see them.

use std::collections::HashMap;

use entities::course;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::ShownTable;
use crate::{
    domain::{
        archive::format::ShownCourse,
        content::{Address, Published, RenderedText},
        training::NewCourse,
    },
    infra::{db::insert_rows, error::Error},
};

/// The reading table of courses.
pub struct CourseTexts;

impl ShownTable for CourseTexts {
    type Shown = ShownCourse;

    const TAG: &'static str = "courses";

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, ShownCourse>, Error> {
        let rows = course::Entity::find()
            .filter(course::Column::Id.is_in(ids.iter().copied()))
            .all(connection)
            .await?;
        rows.into_iter()
            .map(|row| Ok((row.id, shown_of(row)?)))
            .collect()
    }

    async fn show(
        transaction: &DatabaseTransaction,
        shown: Vec<(Address, ShownCourse)>,
    ) -> Result<(), Error> {
        let mut rows = Vec::new();
        for (address, course) in shown {
            rows.push(row_of(address, course)?);
        }
        insert_rows::<course::Entity>(transaction, rows).await?;
        Ok(())
    }

    async fn hide(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<(), DbErr> {
        course::Entity::delete_many()
            .filter(course::Column::Id.is_in(ids.iter().copied()))
            .exec(transaction)
            .await
            .map(|_| ())
    }
}

fn shown_of(row: course::Model) -> Result<ShownCourse, Error> {
    Ok(ShownCourse {
        revision: row.revision,
        title: row.title,
        summary: row.summary,
        provider: row.provider,
        format: row.format,
        level: row.level,
        hours: row.hours,
        programme: serde_json::from_value(row.programme)?,
        materials: serde_json::from_value(row.materials)?,
        certificate_kind: row.certificate_kind,
        body: row.body,
        published_at: row.published_at.into(),
        updated_at: row.updated_at.into(),
    })
}

fn row_of(address: Address, shown: ShownCourse) -> Result<course::Model, Error> {
    let new = NewCourse {
        title: shown.title,
        summary: shown.summary,
        provider: shown.provider,
        format: shown.format,
        level: shown.level,
        hours: shown.hours,
        programme: shown.programme,
        materials: shown.materials,
        certificate_kind: shown.certificate_kind,
        text: RenderedText::from_blocks(&shown.body)?,
    };
    let published = Published {
        address,
        revision: shown.revision,
    };
    Ok(course::Model {
        body: shown.body,
        ..new.reading_row(&published)?
    })
}
