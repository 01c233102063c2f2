//! The names that others are found by in search. When one changes, whatever carries it is indexed anew,
//! a batch at a time, and the row says how far that has come.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::drop_tables;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("search_label")
                    .col(pk_uuid("object_id"))
                    .col(string_len("object_type", 32))
                    .col(text("name"))
                    .col(boolean("is_spreading"))
                    .col(uuid_null("spread_through_id"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["search_label"]).await
    }
}
