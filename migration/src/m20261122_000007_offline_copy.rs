//! What stands published now, each thing once, with the number of its last change.
//!
//! A phone that keeps a copy walks it by number: a thing that changes moves to the end, so that
//! nothing committed is skipped and nothing is sent twice. The change log remembers who saw what
//! before; its old rows are thrown away, and the head knows up to where.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, refers_to};

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
                    .table("published_object")
                    .col(pk_uuid("object_id"))
                    .col(string_len("object_type", 32))
                    .col(uuid("audience_id"))
                    .col(big_integer("seq"))
                    .foreign_key(&mut refers_to(
                        "published_object",
                        "audience_id",
                        "audience",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("change_head")
                    .add_column(big_integer("pruned_seq").default(0))
                    .to_owned(),
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "INSERT INTO published_object (object_id, object_type, audience_id, seq)
                 SELECT object_id, object_type, audience_after_id, seq FROM change_log AS latest
                 WHERE audience_after_id IS NOT NULL AND seq =
                     (SELECT max(seq) FROM change_log WHERE change_log.object_id = latest.object_id)",
            )
            .await?;
        create_indexes(
            manager,
            vec![
                // A full copy takes one type after the other, newest change first.
                index("published_object", &["audience_id", "object_type", "seq"]),
                // What has changed since, and the search index that follows it.
                index("published_object", &["seq"]),
                index("change_log", &["changed_at"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(
                Index::drop()
                    .name("idx_change_log_changed_at")
                    .table("change_log")
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("change_head")
                    .drop_column("pruned_seq")
                    .to_owned(),
            )
            .await?;
        drop_tables(manager, &["published_object"]).await
    }
}
