//! Reach: how often each piece of content was opened, read and shared, a day, and which batches of it
//! were counted. No column says who.

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
                    .table("content_reach")
                    .col(uuid("content_id"))
                    .col(date("day"))
                    .col(big_integer("opened"))
                    .col(big_integer("read"))
                    .col(big_integer("shared"))
                    .col(big_integer("push_opened"))
                    .primary_key(Index::create().col("content_id").col("day"))
                    .foreign_key(&mut owned_by("content_reach", "content_id", "content"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("event_batch")
                    .col(pk_uuid("key"))
                    .col(timestamp_with_time_zone("received_at"))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                index("content_reach", &["day"]),
                index("event_batch", &["received_at"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["event_batch", "content_reach"]).await
    }
}
