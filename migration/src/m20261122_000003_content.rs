//! What all content shares: the edited object, its revisions, its addresses, the consents' texts.
//!
//! Readers never see these tables. Publishing copies a revision into the domain's own reading
//! table (`news_article`, `benefit` …), which holds published things and nothing else.

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
        manager
            .create_table(
                Table::create()
                    .table("content")
                    .col(pk_uuid("id"))
                    .col(string_len("kind", 32))
                    .col(string_len("slug", 80))
                    .col(uuid("organisation_id"))
                    .col(uuid("audience_id"))
                    .col(string_len("state", 16))
                    .col(big_integer("version"))
                    .col(uuid_null("published_revision_id"))
                    .col(timestamp_with_time_zone_null("publish_at"))
                    .col(timestamp_with_time_zone_null("unpublish_at"))
                    .col(timestamp_with_time_zone_null("first_published_at"))
                    .col(text_null("withdrawal_explanation"))
                    .col(uuid_null("withdrawal_replacement_id"))
                    .col(boolean("is_demo").default(false))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut refers_to("content", "organisation_id", "organisation"))
                    .foreign_key(&mut refers_to("content", "audience_id", "audience"))
                    .foreign_key(&mut refers_to(
                        "content",
                        "withdrawal_replacement_id",
                        "content",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("content_revision")
                    .col(pk_uuid("id"))
                    .col(uuid("content_id"))
                    .col(integer("number"))
                    .col(json("document"))
                    .col(text_null("change_note"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut owned_by("content_revision", "content_id", "content"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("slug_history")
                    .col(string_len("kind", 32))
                    .col(string_len("slug", 80))
                    .col(uuid("content_id"))
                    .col(timestamp_with_time_zone("retired_at"))
                    .primary_key(Index::create().col("kind").col("slug"))
                    .foreign_key(&mut owned_by("slug_history", "content_id", "content"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("content_relation")
                    .col(uuid("content_id"))
                    .col(uuid("related_id"))
                    .col(string_len("related_kind", 32))
                    .col(integer("position"))
                    .primary_key(Index::create().col("content_id").col("related_id"))
                    .foreign_key(&mut owned_by("content_relation", "content_id", "content"))
                    .foreign_key(&mut owned_by("content_relation", "related_id", "content"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("organisation_page")
                    .col(pk_uuid("id"))
                    .col(string_len("slug", 80))
                    .col(uuid("organisation_id"))
                    .col(uuid("audience_id"))
                    .col(integer("revision"))
                    .col(string_len("title", 200))
                    .col(json("body"))
                    .col(text("body_html"))
                    .col(text("plain_text"))
                    .col(integer("position"))
                    .col(boolean("is_demo").default(false))
                    .col(timestamp_with_time_zone("published_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut owned_by("organisation_page", "id", "content"))
                    .foreign_key(&mut refers_to(
                        "organisation_page",
                        "organisation_id",
                        "organisation",
                    ))
                    .foreign_key(&mut refers_to(
                        "organisation_page",
                        "audience_id",
                        "audience",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("redirect")
                    .col(pk_uuid("id"))
                    .col(string_len("host", 253))
                    .col(string_len("path", 500))
                    .col(string_len("target", 1000))
                    .col(boolean("is_permanent").default(true))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("consent_document")
                    .col(pk_uuid("id"))
                    .col(string_len("purpose", 32))
                    .col(integer("version"))
                    .col(string_len("title", 200))
                    .col(text("text"))
                    .col(string_len("text_hash", 64))
                    .col(date("effective_from"))
                    .col(boolean("is_demo").default(false))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                unique("content", &["kind", "slug"]),
                index("content", &["organisation_id"]),
                index("content", &["audience_id"]),
                index("content", &["withdrawal_replacement_id"]),
                index("content", &["state", "publish_at"]),
                index("content", &["state", "unpublish_at"]),
                unique("content_revision", &["content_id", "number"]),
                index("slug_history", &["content_id"]),
                index("content_relation", &["related_id"]),
                unique("organisation_page", &["slug"]),
                index("organisation_page", &["organisation_id", "position", "id"]),
                index("organisation_page", &["audience_id"]),
                unique("redirect", &["host", "path"]),
                unique("consent_document", &["purpose", "version"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "consent_document",
                "redirect",
                "organisation_page",
                "content_relation",
                "slug_history",
                "content_revision",
                "content",
            ],
        )
        .await
    }
}
