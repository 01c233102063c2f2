//! Organisations on two axes: the tree of unions (with its closure) and the okrugs of Moscow.

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
                    .table("media_asset")
                    .col(pk_uuid("id"))
                    .col(string_len("format", 8))
                    .col(string_len("checksum", 64))
                    .col(integer("width"))
                    .col(integer("height"))
                    .col(string_len("alt", 500))
                    .col(string_len("blur_hash", 64))
                    .col(string_len_null("credit", 200))
                    .col(boolean("is_demo").default(false))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("organisation")
                    .col(pk_uuid("id"))
                    .col(uuid_null("parent_id"))
                    .col(string_len("slug", 80))
                    .col(string_len("kind", 32))
                    .col(string_len("short_name", 120))
                    .col(string_len("full_name", 300))
                    .col(sort_key(manager))
                    .col(text("about"))
                    .col(string_len_null("industry", 120))
                    .col(string_len_null("website", 500))
                    .col(string_len_null("address", 300))
                    .col(string_len_null("phone", 20))
                    .col(string_len_null("email", 200))
                    .col(string_len_null("hours", 200))
                    .col(string_len_null("join_url", 500))
                    .col(string_len_null("host", 253))
                    .col(string_len_null("primary_color", 7))
                    .col(uuid_null("logo_id"))
                    .col(json("socials"))
                    .col(boolean("is_demo").default(false))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut refers_to("organisation", "parent_id", "organisation"))
                    .foreign_key(&mut refers_to("organisation", "logo_id", "media_asset"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("organisation_closure")
                    .col(uuid("ancestor_id"))
                    .col(uuid("descendant_id"))
                    .col(integer("depth"))
                    .primary_key(Index::create().col("ancestor_id").col("descendant_id"))
                    .foreign_key(&mut owned_by(
                        "organisation_closure",
                        "ancestor_id",
                        "organisation",
                    ))
                    .foreign_key(&mut owned_by(
                        "organisation_closure",
                        "descendant_id",
                        "organisation",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("organisation_okrug")
                    .col(uuid("organisation_id"))
                    .col(string_len("okrug", 8))
                    .primary_key(Index::create().col("organisation_id").col("okrug"))
                    .foreign_key(&mut owned_by(
                        "organisation_okrug",
                        "organisation_id",
                        "organisation",
                    ))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                unique("organisation", &["slug"]),
                unique("organisation", &["host"]),
                index("organisation", &["parent_id"]),
                index("organisation", &["logo_id"]),
                index("organisation", &["sort_key", "id"]),
                index("organisation_closure", &["descendant_id"]),
                index("organisation_okrug", &["okrug", "organisation_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "organisation_okrug",
                "organisation_closure",
                "organisation",
                "media_asset",
            ],
        )
        .await
    }
}
