//! Who is at which draft now. Rows live for a minute after their editor was heard of.

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
                    .table("draft_presence")
                    .col(uuid("content_id"))
                    .col(uuid("account_id"))
                    .col(timestamp_with_time_zone("since_at"))
                    .col(timestamp_with_time_zone("last_seen_at"))
                    .primary_key(Index::create().col("content_id").col("account_id"))
                    .foreign_key(&mut owned_by("draft_presence", "content_id", "content"))
                    .foreign_key(&mut owned_by("draft_presence", "account_id", "account"))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                index("draft_presence", &["account_id"]),
                index("draft_presence", &["last_seen_at"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["draft_presence"]).await
    }
}
