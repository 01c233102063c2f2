//! Rights over one's data: exports of it, and erasure with the act that the law asks for.

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
                    .table("data_export")
                    .col(pk_uuid("id"))
                    .col(uuid("account_id"))
                    .col(string_len("state", 16))
                    .col(blob_null("archive"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("ready_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .foreign_key(&mut owned_by("data_export", "account_id", "account"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("erasure")
                    .col(pk_uuid("id"))
                    .col(uuid("account_id"))
                    .col(string_len("subject", 64))
                    .col(timestamp_with_time_zone("requested_at"))
                    .col(timestamp_with_time_zone("due_at"))
                    .col(timestamp_with_time_zone_null("cancelled_at"))
                    .col(timestamp_with_time_zone_null("done_at"))
                    .col(json_null("act"))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                index("data_export", &["account_id"]),
                index("data_export", &["expires_at"]),
                index("erasure", &["account_id"]),
                index("erasure", &["subject"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["erasure", "data_export"]).await
    }
}
