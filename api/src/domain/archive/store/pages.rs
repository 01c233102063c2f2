//! Organisations' pages as readers see them.

use std::collections::HashMap;

use entities::organisation_page;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::ShownTable;
use crate::{
    domain::{
        archive::format::ShownPage,
        content::{Address, Published, RenderedText},
        organisations::NewPage,
    },
    infra::{db::insert_rows, error::Error},
};

/// The reading table of pages.
pub struct PageTexts;

impl ShownTable for PageTexts {
    type Shown = ShownPage;

    const TAG: &'static str = "organisations";

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, ShownPage>, Error> {
        let rows = organisation_page::Entity::find()
            .filter(organisation_page::Column::Id.is_in(ids.iter().copied()))
            .all(connection)
            .await?;
        let shown = |row: organisation_page::Model| {
            let page = ShownPage {
                revision: row.revision,
                title: row.title,
                body: row.body,
                position: row.position,
                published_at: row.published_at.into(),
                updated_at: row.updated_at.into(),
            };
            (row.id, page)
        };
        Ok(rows.into_iter().map(shown).collect())
    }

    async fn show(
        transaction: &DatabaseTransaction,
        shown: Vec<(Address, ShownPage)>,
    ) -> Result<(), Error> {
        let mut rows = Vec::new();
        for (address, page) in shown {
            rows.push(row_of(address, page)?);
        }
        insert_rows::<organisation_page::Entity>(transaction, rows).await?;
        Ok(())
    }

    async fn hide(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<(), DbErr> {
        organisation_page::Entity::delete_many()
            .filter(organisation_page::Column::Id.is_in(ids.iter().copied()))
            .exec(transaction)
            .await
            .map(|_| ())
    }
}

fn row_of(address: Address, shown: ShownPage) -> Result<organisation_page::Model, Error> {
    let page = NewPage {
        title: shown.title,
        position: shown.position,
        text: RenderedText::from_blocks(&shown.body)?,
    };
    let published = Published {
        address,
        revision: shown.revision,
    };
    Ok(organisation_page::Model {
        body: shown.body,
        ..page.reading_row(&published)?
    })
}
