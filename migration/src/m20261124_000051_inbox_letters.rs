//! Letters to people who are known by a pseudonym alone: nothing in the database leads from a letter to
//! an account.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, unique};

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
                    .table("inbox_letter")
                    .col(uuid("id").primary_key())
                    .col(string_len("addressee", 64))
                    // Written twice, a letter is there once.
                    .col(string_len("letter_key", 100))
                    .col(string_len("title", 200))
                    .col(text("body"))
                    .col(string_len_null("link", 500))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("read_at"))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                unique("inbox_letter", &["addressee", "letter_key"]),
                index("inbox_letter", &["addressee", "created_at desc", "id desc"]),
                index("inbox_letter", &["created_at"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["inbox_letter"]).await
    }
}
