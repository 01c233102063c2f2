//! Where content that was brought from another site stood there: the address leads on once readers see
//! the content.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, owned_by};

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
                    .table("old_address")
                    .col(string_len("host", 253))
                    .col(string_len("path", 500))
                    .col(uuid("content_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("host").col("path"))
                    .foreign_key(&mut owned_by("old_address", "content_id", "content"))
                    .to_owned(),
            )
            .await?;
        create_indexes(manager, vec![index("old_address", &["content_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["old_address"]).await
    }
}
