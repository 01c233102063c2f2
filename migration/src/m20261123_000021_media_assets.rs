//! Uploaded pictures: whose they are, what they were made of, and which content shows them.

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
        // SQLite adds one column a statement, and no foreign key to a table that is there.
        for mut column in [
            uuid_null("organisation_id"),
            string_len_null("uploaded_by", 64),
            string_len_null("source_checksum", 64),
            big_integer("bytes").default(0).take(),
            string_len_null("original_name", 200),
            integer("version").default(1).take(),
            timestamp_with_time_zone_null("updated_at"),
            timestamp_with_time_zone_null("unused_since_at"),
        ] {
            let alter = Table::alter()
                .table("media_asset")
                .add_column(&mut column)
                .to_owned();
            manager.alter_table(alter).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("media_use")
                    .col(uuid("content_id"))
                    .col(uuid("media_id"))
                    .primary_key(Index::create().col("content_id").col("media_id"))
                    .foreign_key(&mut owned_by("media_use", "content_id", "content"))
                    .foreign_key(&mut refers_to("media_use", "media_id", "media_asset"))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                unique("media_asset", &["organisation_id", "source_checksum"]),
                index("media_asset", &["created_at desc", "id desc"]),
                index("media_asset", &["uploaded_by", "created_at"]),
                index("media_asset", &["unused_since_at"]),
                index("media_use", &["media_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["media_use"]).await?;
        for name in [
            "uq_media_asset_organisation_id_source_checksum",
            "idx_media_asset_created_at_id",
            "idx_media_asset_uploaded_by_created_at",
            "idx_media_asset_unused_since_at",
        ] {
            let gone = Index::drop().name(name).table("media_asset").to_owned();
            manager.drop_index(gone).await?;
        }
        for column in [
            "organisation_id",
            "uploaded_by",
            "source_checksum",
            "bytes",
            "original_name",
            "version",
            "updated_at",
            "unused_since_at",
        ] {
            let alter = Table::alter()
                .table("media_asset")
                .drop_column(column)
                .to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
