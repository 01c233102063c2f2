//! Watching over guides: what readers think of them, what their official pages answered, one open concern
//! a guide and kind, and recommendations.

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
        // However many raise the same concern at once, one row of it is open.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE UNIQUE INDEX uq_guide_concern_open ON guide_concern (guide_id, kind) WHERE closed_at IS NULL",
            )
            .await?;
        create_opinions(manager).await?;
        create_probes(manager).await?;
        create_recommendations(manager).await?;
        create_indexes(
            manager,
            vec![
                unique("guide_opinion", &["guide_id", "voter"]),
                index("guide_opinion", &["guide_id", "created_at desc", "id desc"]),
                index("guide_opinion", &["created_at", "id"]),
                index("guide_opinion", &["voter_ends_at"]),
                index("guide_probe", &["url", "checked_on"]),
                index("recommendation", &["published_at desc", "id desc"]),
                index("recommendation", &["guide_id", "published_at desc"]),
                index("recommendation", &["organisation_id"]),
                index("recommendation", &["updated_at desc", "id desc"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "recommendation",
                "guide_probe_turn",
                "guide_probe_site",
                "guide_probe",
                "guide_opinion_sum",
                "guide_opinion",
            ],
        )
        .await?;
        manager
            .get_connection()
            .execute_unprepared("DROP INDEX uq_guide_concern_open")
            .await
            .map(|_| ())
    }
}

async fn create_opinions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("guide_opinion")
                // Invented by the client.
                .col(uuid("id").primary_key())
                .col(uuid("guide_id"))
                .col(integer("revision"))
                .col(boolean("is_useful"))
                .col(string_len_null("reason", 16))
                .col(text_null("comment"))
                // A keyed hash that is good for a day and forgotten after it.
                .col(string_len_null("voter", 64))
                .col(timestamp_with_time_zone_null("voter_ends_at"))
                .col(timestamp_with_time_zone("created_at"))
                .foreign_key(&mut owned_by("guide_opinion", "guide_id", "content"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("guide_opinion_sum")
                .col(uuid("guide_id").primary_key())
                .col(big_integer("useful"))
                .col(big_integer("not_useful"))
                .foreign_key(&mut owned_by("guide_opinion_sum", "guide_id", "content"))
                .to_owned(),
        )
        .await
}

async fn create_probes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("guide_probe")
                .col(uuid("guide_id").primary_key())
                .col(string_len("url", 500))
                .col(date("checked_on"))
                .col(timestamp_with_time_zone("checked_at"))
                .col(string_len("result", 16))
                .col(integer_null("status"))
                .col(string_len_null("location", 500))
                .col(string_len_null("etag", 200))
                .col(string_len_null("fingerprint", 64))
                .col(string_len_null("candidate", 64))
                .col(integer("failures"))
                .foreign_key(&mut owned_by("guide_probe", "guide_id", "content"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("guide_probe_site")
                .col(string_len("origin", 300).primary_key())
                .col(date("fetched_on"))
                .col(json("manners"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("guide_probe_turn")
                .col(integer("id").primary_key())
                .col(timestamp_with_time_zone_null("free_at"))
                .to_owned(),
        )
        .await?;
    manager
        .get_connection()
        .execute_unprepared("INSERT INTO guide_probe_turn (id, free_at) VALUES (1, NULL)")
        .await
        .map(|_| ())
}

async fn create_recommendations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("recommendation")
                .col(uuid("id").primary_key())
                .col(uuid("organisation_id"))
                .col(uuid_null("guide_id"))
                .col(string_len_null("metric", 8))
                .col(string_len("audience", 16))
                .col(string_len("title", 200))
                .col(text("source"))
                .col(json("body"))
                .col(text("body_html"))
                .col(text("plain_text"))
                .col(string_len("creation_digest", 64))
                .col(timestamp_with_time_zone_null("published_at"))
                .col(timestamp_with_time_zone_null("withdrawn_at"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut refers_to(
                    "recommendation",
                    "organisation_id",
                    "organisation",
                ))
                .foreign_key(&mut owned_by("recommendation", "guide_id", "content"))
                .to_owned(),
        )
        .await
}
