//! Editing: drafts beside what is published, who wrote which revision, and review by another person.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, owned_by, refers_to};

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
                    .table("content_draft")
                    .col(pk_uuid("id"))
                    .col(string_len("kind", 32))
                    .col(uuid("organisation_id"))
                    .col(string_len("state", 16))
                    .col(integer("revision"))
                    .col(string_len("title", 300))
                    .col(uuid_null("author_id"))
                    .col(uuid_null("edited_by_id"))
                    .col(uuid_null("submitted_by_id"))
                    .col(string_len_null("return_comment", 2000))
                    .col(timestamp_with_time_zone_null("publish_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut owned_by("content_draft", "id", "content"))
                    .foreign_key(&mut refers_to(
                        "content_draft",
                        "organisation_id",
                        "organisation",
                    ))
                    .to_owned(),
            )
            .await?;
        for (table, mut column) in [
            // Whoever is erased is taken out of these by the erasure itself.
            ("content_revision", uuid_null("author_id")),
            (
                "content_revision",
                timestamp_with_time_zone_null("published_at"),
            ),
            // What a repeated creation is told by.
            ("content", string_len_null("creation_digest", 64)),
            (
                "organisation",
                boolean("requires_review").default(false).take(),
            ),
        ] {
            let alter = Table::alter()
                .table(table)
                .add_column(&mut column)
                .to_owned();
            manager.alter_table(alter).await?;
        }
        create_indexes(
            manager,
            vec![
                index("content_draft", &["organisation_id", "updated_at desc"]),
                index("content_draft", &["updated_at desc", "id desc"]),
                index("content_draft", &["author_id"]),
                index("content_draft", &["edited_by_id"]),
                index("content_revision", &["author_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["content_draft"]).await?;
        manager
            .drop_index(
                Index::drop()
                    .name("idx_content_revision_author_id")
                    .table("content_revision")
                    .to_owned(),
            )
            .await?;
        for (table, column) in [
            ("content_revision", "author_id"),
            ("content_revision", "published_at"),
            ("content", "creation_digest"),
            ("organisation", "requires_review"),
        ] {
            let alter = Table::alter().table(table).drop_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
