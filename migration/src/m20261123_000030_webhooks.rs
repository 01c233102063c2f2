//! Webhooks: where others are told of changes, what is on its way to them, and how far that has come.
//! The change log keeps the cache tags that went stale, which is what they are told.

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
            .alter_table(
                Table::alter()
                    .table("change_log")
                    .add_column(text("tags").default(""))
                    .to_owned(),
            )
            .await?;
        create_webhooks(manager).await?;
        create_deliveries(manager).await?;
        manager
            .create_table(
                Table::create()
                    .table("webhook_state")
                    .col(integer("id").primary_key())
                    .col(big_integer("followed_seq"))
                    .to_owned(),
            )
            .await?;
        // What changed before there were webhooks is news to nobody.
        manager
            .get_connection()
            .execute_unprepared(
                "INSERT INTO webhook_state (id, followed_seq) SELECT 1, seq FROM change_head",
            )
            .await
            .map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["webhook_state", "webhook_delivery", "webhook"]).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("change_log")
                    .drop_column("tags")
                    .to_owned(),
            )
            .await
    }
}

async fn create_webhooks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("webhook")
                .col(pk_uuid("id"))
                .col(string_len("url", 500))
                .col(string_len("description", 300))
                .col(blob("sealed_secrets"))
                .col(boolean("is_active"))
                .col(timestamp_with_time_zone_null("gone_at"))
                .col(string_len("creation_digest", 64))
                .col(uuid_null("rotation_key"))
                .col(timestamp_with_time_zone("secret_changed_at"))
                .col(timestamp_with_time_zone_null("deleted_at"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .to_owned(),
        )
        .await
}

async fn create_deliveries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("webhook_delivery")
                .col(pk_uuid("id"))
                .col(uuid("webhook_id"))
                .col(string_len("event", 32))
                .col(big_integer_null("from_seq"))
                .col(big_integer_null("to_seq"))
                .col(text("body"))
                .col(string_len("state", 16))
                .col(integer("attempts"))
                .col(integer("attempts_allowed"))
                .col(integer_null("last_status"))
                .col(string_len_null("last_failure", 32))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("next_attempt_at"))
                .col(timestamp_with_time_zone_null("finished_at"))
                .foreign_key(&mut owned_by("webhook_delivery", "webhook_id", "webhook"))
                .to_owned(),
        )
        .await?;
    create_indexes(
        manager,
        vec![
            index(
                "webhook_delivery",
                &["webhook_id", "created_at desc", "id desc"],
            ),
            index("webhook_delivery", &["created_at desc", "id desc"]),
            index("webhook_delivery", &["state", "finished_at"]),
        ],
    )
    .await
}
