//! The use of benefits: pools of codes, redemptions and their limits, what members keep, and reports
//! of benefits that were not given.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, owned_by, refers_to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_redemptions(manager).await?;
        create_limits(manager).await?;
        create_saved(manager).await?;
        create_reports(manager).await?;
        create_indexes(
            manager,
            vec![
                unique("benefit_code", &["benefit_id", "code_lookup"]),
                unique("benefit_code", &["redemption_id"]),
                index("benefit_code", &["benefit_id", "redemption_id"]),
                unique("benefit_redemption", &["account_id", "client_key"]),
                index("benefit_redemption", &["benefit_id"]),
                index(
                    "benefit_redemption",
                    &["account_id", "redeemed_at desc", "id desc"],
                ),
                index("benefit_quota", &["benefit_id"]),
                index(
                    "saved_item",
                    &["account_id", "saved_at desc", "object_id desc"],
                ),
                unique("benefit_report", &["account_id", "client_key"]),
                index("benefit_report", &["benefit_id", "state"]),
                index("benefit_report", &["state", "created_at", "id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "benefit_suspension",
                "benefit_report",
                "saved_item",
                "benefit_quota",
                "benefit_usage",
                "benefit_redemption",
                "benefit_code",
            ],
        )
        .await
    }
}

async fn create_redemptions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // A code stays taken when its redemption is erased with the account: no foreign key.
    manager
        .create_table(
            Table::create()
                .table("benefit_code")
                .col(pk_uuid("id"))
                .col(uuid("benefit_id"))
                .col(blob("code"))
                .col(string_len("code_lookup", 64))
                .col(uuid_null("redemption_id"))
                .col(timestamp_with_time_zone("created_at"))
                .foreign_key(&mut owned_by("benefit_code", "benefit_id", "content"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("benefit_redemption")
                .col(pk_uuid("id"))
                .col(uuid("benefit_id"))
                .col(uuid("account_id"))
                .col(uuid("client_key"))
                .col(string_len("kind", 16))
                .col(blob("voucher"))
                .col(timestamp_with_time_zone("redeemed_at"))
                .foreign_key(&mut refers_to(
                    "benefit_redemption",
                    "benefit_id",
                    "content",
                ))
                .foreign_key(&mut owned_by("benefit_redemption", "account_id", "account"))
                .to_owned(),
        )
        .await
}

async fn create_limits(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("benefit_usage")
                .col(pk_uuid("benefit_id"))
                .col(integer("used"))
                .foreign_key(&mut owned_by("benefit_usage", "benefit_id", "content"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("benefit_quota")
                .col(uuid("account_id"))
                .col(uuid("benefit_id"))
                .col(date("period_start"))
                .col(integer("used"))
                .primary_key(
                    Index::create()
                        .col("account_id")
                        .col("benefit_id")
                        .col("period_start"),
                )
                .foreign_key(&mut owned_by("benefit_quota", "account_id", "account"))
                .foreign_key(&mut owned_by("benefit_quota", "benefit_id", "content"))
                .to_owned(),
        )
        .await
}

async fn create_saved(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("saved_item")
                .col(uuid("account_id"))
                .col(uuid("object_id"))
                .col(string_len("object_type", 32))
                .col(timestamp_with_time_zone("saved_at"))
                .primary_key(Index::create().col("account_id").col("object_id"))
                .foreign_key(&mut owned_by("saved_item", "account_id", "account"))
                .to_owned(),
        )
        .await
}

async fn create_reports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // A report outlives its author's account and the outlet: no foreign keys to them.
    manager
        .create_table(
            Table::create()
                .table("benefit_report")
                .col(pk_uuid("id"))
                .col(uuid("benefit_id"))
                .col(uuid_null("outlet_id"))
                .col(uuid_null("account_id"))
                .col(uuid("client_key"))
                .col(blob_null("comment"))
                .col(string_len("state", 16))
                .col(timestamp_with_time_zone("created_at"))
                .col(uuid_null("decided_by_id"))
                .col(timestamp_with_time_zone_null("decided_at"))
                .foreign_key(&mut refers_to("benefit_report", "benefit_id", "content"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("benefit_suspension")
                .col(pk_uuid("benefit_id"))
                .col(text("reason"))
                .col(timestamp_with_time_zone("since_at"))
                .foreign_key(&mut owned_by("benefit_suspension", "benefit_id", "content"))
                .to_owned(),
        )
        .await
}
