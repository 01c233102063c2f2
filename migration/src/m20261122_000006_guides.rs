//! Guides to e-government services as readers see them, their categories and life events.
//!
//! The service passport (documents, steps, channels, costs …) is always read whole with its
//! guide, so it is one JSON column of the published snapshot, not a dozen tables.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, owned_by, refers_to, sort_key, unique};

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
                    .table("guide_category")
                    .col(pk_uuid("id"))
                    .col(string_len("slug", 80))
                    .col(string_len("name", 120))
                    .col(text("description"))
                    .col(integer("position"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("life_event")
                    .col(pk_uuid("id"))
                    .col(string_len("slug", 80))
                    .col(string_len("title", 120))
                    .col(text("description"))
                    .col(integer("position"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("service_guide")
                    .col(pk_uuid("id"))
                    .col(string_len("slug", 80))
                    .col(uuid("organisation_id"))
                    .col(uuid("category_id"))
                    .col(uuid("audience_id"))
                    .col(integer("revision"))
                    .col(string_len("title", 200))
                    .col(string_len("short_title", 120))
                    .col(sort_key(manager))
                    .col(string_len("summary", 300))
                    .col(string_len("portal", 32))
                    .col(string_len("level", 16))
                    .col(string_len("authority", 300))
                    .col(string_len("official_url", 500))
                    .col(string_len_null("alert_text", 500))
                    .col(timestamp_with_time_zone_null("alert_until_at"))
                    .col(boolean("is_verified"))
                    .col(timestamp_with_time_zone_null("checked_at"))
                    .col(string_len_null("checked_by", 200))
                    .col(date("next_review_at"))
                    .col(json("passport"))
                    .col(text("plain_text"))
                    .col(boolean("is_demo").default(false))
                    .col(timestamp_with_time_zone("published_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut owned_by("service_guide", "id", "content"))
                    .foreign_key(&mut refers_to(
                        "service_guide",
                        "organisation_id",
                        "organisation",
                    ))
                    .foreign_key(&mut refers_to(
                        "service_guide",
                        "category_id",
                        "guide_category",
                    ))
                    .foreign_key(&mut refers_to("service_guide", "audience_id", "audience"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("service_guide_life_event")
                    .col(uuid("guide_id"))
                    .col(uuid("life_event_id"))
                    .primary_key(Index::create().col("guide_id").col("life_event_id"))
                    .foreign_key(&mut owned_by(
                        "service_guide_life_event",
                        "guide_id",
                        "service_guide",
                    ))
                    .foreign_key(&mut owned_by(
                        "service_guide_life_event",
                        "life_event_id",
                        "life_event",
                    ))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                unique("guide_category", &["slug"]),
                unique("life_event", &["slug"]),
                unique("service_guide", &["slug"]),
                index("service_guide", &["audience_id"]),
                index("service_guide", &["organisation_id"]),
                index("service_guide", &["category_id"]),
                index("service_guide", &["sort_key", "id"]),
                index("service_guide", &["next_review_at"]),
                index("service_guide_life_event", &["life_event_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "service_guide_life_event",
                "service_guide",
                "life_event",
                "guide_category",
            ],
        )
        .await
    }
}
