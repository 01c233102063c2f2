//! The search index: documents, their lexemes, the vocabulary that mistakes are mended by.
//!
//! Lexemes are made by the program, the same on both databases: PostgreSQL keeps them in a
//! `tsvector` with a GIN index, SQLite in an FTS5 table whose rows are numbered like the documents.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DatabaseBackend};

use crate::reference::{byte_order, create_indexes, drop_tables, index, refers_to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_documents(manager).await?;
        create_vocabulary(manager).await?;
        manager
            .create_table(
                Table::create()
                    .table("search_state")
                    .col(integer("id").primary_key())
                    .col(big_integer("indexed_seq"))
                    .col(big_integer_null("rebuilt_seq"))
                    .col(integer("dictionary"))
                    .to_owned(),
            )
            .await?;
        manager
            .execute(
                Query::insert()
                    .into_table("search_state")
                    .columns(["id", "indexed_seq", "dictionary"])
                    .values_panic([1.into(), 0i64.into(), 0.into()])
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DatabaseBackend::Postgres {
            let connection = manager.get_connection();
            connection
                .execute_unprepared("DROP TABLE search_lexeme")
                .await?;
        }
        drop_tables(
            manager,
            &[
                "search_state",
                "search_deletion",
                "search_word",
                "search_document",
            ],
        )
        .await
    }
}

async fn create_documents(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("search_document")
                .col(big_pk_auto("number"))
                .col(uuid("object_id"))
                .col(string_len("object_type", 32))
                .col(uuid("audience_id"))
                .col(timestamp_with_time_zone("published_at"))
                .col(text("title"))
                .col(text("headwords"))
                .foreign_key(&mut refers_to("search_document", "audience_id", "audience"))
                .to_owned(),
        )
        .await?;
    create_indexes(
        manager,
        vec![
            unique("search_document", &["object_id"]),
            index("search_document", &["audience_id"]),
        ],
    )
    .await?;
    let statements: &[&str] = match manager.get_database_backend() {
        // Lexemes are out of the way of the few columns that candidates are ranked by.
        DatabaseBackend::Postgres => &[
            "ALTER TABLE search_document ADD COLUMN lexemes tsvector NOT NULL",
            "ALTER TABLE search_document SET (toast_tuple_target = 512)",
            "CREATE INDEX idx_search_document_lexemes ON search_document USING gin (lexemes)",
        ],
        _ => {
            &["CREATE VIRTUAL TABLE search_lexeme
                USING fts5(lexemes, tokenize = \"unicode61 remove_diacritics 0 tokenchars '=#@'\")"]
        }
    };
    for statement in statements {
        let connection = manager.get_connection();
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}

async fn create_vocabulary(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("search_word")
                .col(byte_order(manager, "stem").primary_key())
                .col(string_len("word", 64))
                .col(big_integer("documents"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("search_deletion")
                .col(byte_order(manager, "deletion"))
                .col(byte_order(manager, "stem"))
                .primary_key(Index::create().col("deletion").col("stem"))
                .to_owned(),
        )
        .await?;
    create_indexes(manager, vec![index("search_deletion", &["stem"])]).await
}
