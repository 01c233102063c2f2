//! Push notifications: topics, devices and what their holders want; campaigns with the chunks of their
//! recipients; the inbox.
//!
//! A chunk is a stretch of device numbers with bitmaps over it, so that a million deliveries are a
//! thousand rows. `push_retry` and `push_result` hold only what did not go smoothly.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, owned_by, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_wishes(manager).await?;
        create_devices(manager).await?;
        create_campaigns(manager).await?;
        create_deliveries(manager).await?;
        create_inbox(manager).await?;
        // Whether readers are told when the draft is shown at its time.
        let mut notifies = boolean("notifies").default(false).take();
        let alter = Table::alter()
            .table("content_draft")
            .add_column(&mut notifies)
            .to_owned();
        manager.alter_table(alter).await?;
        create_indexes(
            manager,
            vec![
                unique("push_topic", &["slug"]),
                index("push_topic", &["news_category_id"]),
                unique("push_preference", &["account_id"]),
                unique("push_preference", &["installation_lookup"]),
                index("push_preference_topic", &["topic_id"]),
                index("push_followed_organisation", &["organisation_id"]),
                unique("push_device", &["public_id"]),
                unique("push_device", &["installation_lookup", "provider"]),
                unique("push_device", &["provider", "token_lookup"]),
                index("push_device", &["preference_id"]),
                index("push_device", &["account_id"]),
                index("push_device", &["refreshed_at"]),
                index("push_device_topic", &["device_id"]),
                unique("push_campaign", &["campaign_key"]),
                index("push_campaign", &["state", "not_before_at"]),
                index("push_campaign", &["created_at desc", "id desc"]),
                index("push_campaign", &["organisation_id"]),
                index("push_campaign", &["content_id"]),
                unique("push_chunk", &["campaign_id", "number"]),
                index(
                    "push_chunk",
                    &["provider", "state", "urgency", "campaign_id", "number"],
                ),
                // Rings of a day are counted by chunks of that day, and chunks are kept for ever.
                index("push_chunk", &["provider", "created_at", "lo"]),
                index("push_retry", &["device_id"]),
                index("inbox_item", &["campaign_id"]),
                index(
                    "inbox_item",
                    &["account_id", "created_at desc", "campaign_id desc"],
                ),
                index("inbox_item", &["created_at"]),
                // Who keeps a thing that changes or ends is told.
                index("saved_item", &["object_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let kept = Index::drop()
            .name("idx_saved_item_object_id")
            .table(Alias::new("saved_item"))
            .to_owned();
        manager.drop_index(kept).await?;
        let alter = Table::alter()
            .table("content_draft")
            .drop_column("notifies")
            .to_owned();
        manager.alter_table(alter).await?;
        drop_tables(
            manager,
            &[
                "inbox_item",
                "push_result",
                "push_retry",
                "push_chunk",
                "push_campaign",
                "push_device_topic",
                "push_device",
                "push_followed_organisation",
                "push_preference_topic",
                "push_preference",
                "push_topic",
            ],
        )
        .await
    }
}

async fn create_wishes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // A topic outlives the category that it follows: no foreign key.
    manager
        .create_table(
            Table::create()
                .table("push_topic")
                .col(pk_uuid("id"))
                .col(string_len("slug", 80))
                .col(string_len("name", 120))
                .col(text("description"))
                .col(integer("position"))
                .col(boolean("is_public"))
                .col(uuid_null("news_category_id"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("push_preference")
                .col(pk_uuid("id"))
                .col(uuid_null("account_id"))
                .col(string_len_null("installation_lookup", 64))
                .col(integer_null("quiet_from"))
                .col(integer_null("quiet_to"))
                .col(integer("daily_cap"))
                .col(boolean("allows_service"))
                .col(boolean("allows_promotional"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut owned_by("push_preference", "account_id", "account"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("push_preference_topic")
                .col(uuid("preference_id"))
                .col(uuid("topic_id"))
                .primary_key(Index::create().col("preference_id").col("topic_id"))
                .foreign_key(&mut owned_by(
                    "push_preference_topic",
                    "preference_id",
                    "push_preference",
                ))
                .foreign_key(&mut owned_by(
                    "push_preference_topic",
                    "topic_id",
                    "push_topic",
                ))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("push_followed_organisation")
                .col(uuid("preference_id"))
                .col(uuid("organisation_id"))
                .primary_key(Index::create().col("preference_id").col("organisation_id"))
                .foreign_key(&mut owned_by(
                    "push_followed_organisation",
                    "preference_id",
                    "push_preference",
                ))
                .foreign_key(&mut owned_by(
                    "push_followed_organisation",
                    "organisation_id",
                    "organisation",
                ))
                .to_owned(),
        )
        .await
}

async fn create_devices(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("push_device")
                .col(big_pk_auto("id"))
                .col(uuid("public_id"))
                .col(string_len("installation_lookup", 64))
                .col(string_len("provider", 16))
                .col(uuid("preference_id"))
                .col(uuid_null("account_id"))
                .col(blob("address"))
                .col(string_len("token_lookup", 64))
                .col(string_len("platform", 16))
                .col(string_len("app_version", 32))
                .col(big_integer("app_version_number"))
                .col(string_len("locale", 35))
                .col(string_len("time_zone", 64))
                .col(boolean("is_ringing"))
                .col(timestamp_with_time_zone("registered_at"))
                .col(timestamp_with_time_zone("refreshed_at"))
                .col(timestamp_with_time_zone_null("dead_at"))
                .col(string_len_null("dead_reason", 64))
                .foreign_key(&mut owned_by(
                    "push_device",
                    "preference_id",
                    "push_preference",
                ))
                .foreign_key(&mut owned_by("push_device", "account_id", "account"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("push_device_topic")
                .col(uuid("topic_id"))
                .col(big_integer("device_id"))
                .primary_key(Index::create().col("topic_id").col("device_id"))
                .foreign_key(&mut owned_by("push_device_topic", "topic_id", "push_topic"))
                .foreign_key(&mut owned_by(
                    "push_device_topic",
                    "device_id",
                    "push_device",
                ))
                .to_owned(),
        )
        .await
}

async fn create_campaigns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // What was sent is told for longer than organisations and accounts are there: no foreign keys.
    manager
        .create_table(
            Table::create()
                .table("push_campaign")
                .col(pk_uuid("id"))
                .col(string_len("campaign_key", 120))
                .col(string_len_null("creation_digest", 64))
                .col(string_len("kind", 16))
                .col(string_len("state", 24))
                .col(boolean("is_test"))
                .col(uuid("organisation_id"))
                .col(uuid_null("content_id"))
                .col(string_len("title", 200))
                .col(text("body"))
                .col(string_len_null("link", 500))
                .col(string_len_null("image_url", 500))
                .col(string_len("priority", 16))
                .col(json("audience"))
                .col(timestamp_with_time_zone_null("not_before_at"))
                .col(timestamp_with_time_zone("expires_at"))
                .col(big_integer_null("snapshot_id"))
                .col(big_integer("planned_through"))
                .col(timestamp_with_time_zone_null("planned_at"))
                .col(timestamp_with_time_zone_null("leased_until_at"))
                .col(big_integer("fence"))
                .col(timestamp_with_time_zone_null("started_at"))
                .col(timestamp_with_time_zone_null("finished_at"))
                .col(string_len_null("failure", 64))
                .col(uuid_null("created_by_id"))
                .col(uuid_null("approved_by_id"))
                .col(timestamp_with_time_zone_null("approved_at"))
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
                .table("push_chunk")
                .col(pk_uuid("id"))
                .col(uuid("campaign_id"))
                .col(integer("number"))
                .col(string_len("provider", 16))
                .col(integer("urgency"))
                .col(big_integer("lo"))
                .col(big_integer("hi"))
                .col(string_len("state", 16))
                .col(timestamp_with_time_zone("not_before_at"))
                .col(timestamp_with_time_zone_null("leased_until_at"))
                .col(big_integer("fence"))
                .col(blob("members"))
                .col(blob("done"))
                .col(blob("rung"))
                .col(integer("planned"))
                .col(integer("delivered"))
                .col(integer("pruned"))
                .col(integer("refused"))
                .col(integer("expired"))
                .col(integer("skipped"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("finished_at"))
                .foreign_key(&mut owned_by("push_chunk", "campaign_id", "push_campaign"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("push_retry")
                .col(uuid("chunk_id"))
                .col(big_integer("device_id"))
                .col(integer("attempts"))
                .col(timestamp_with_time_zone("not_before_at"))
                .col(string_len("last_error", 64))
                .primary_key(Index::create().col("chunk_id").col("device_id"))
                .foreign_key(&mut owned_by("push_retry", "chunk_id", "push_chunk"))
                .foreign_key(&mut owned_by("push_retry", "device_id", "push_device"))
                .to_owned(),
        )
        .await?;
    // What became of a device's message is told after the device is gone: no foreign key to it.
    manager
        .create_table(
            Table::create()
                .table("push_result")
                .col(uuid("campaign_id"))
                .col(big_integer("device_id"))
                .col(string_len("kind", 16))
                .col(string_len("reason", 64))
                .col(timestamp_with_time_zone("happened_at"))
                .primary_key(Index::create().col("campaign_id").col("device_id"))
                .foreign_key(&mut owned_by("push_result", "campaign_id", "push_campaign"))
                .to_owned(),
        )
        .await
}

async fn create_inbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Its texts are the campaign's: a million items are a million pairs of ids.
    manager
        .create_table(
            Table::create()
                .table("inbox_item")
                .col(uuid("account_id"))
                .col(uuid("campaign_id"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("read_at"))
                .primary_key(Index::create().col("account_id").col("campaign_id"))
                .foreign_key(&mut owned_by("inbox_item", "account_id", "account"))
                .foreign_key(&mut owned_by("inbox_item", "campaign_id", "push_campaign"))
                .to_owned(),
        )
        .await
}
