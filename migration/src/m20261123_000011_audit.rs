//! The audit log, append-only by triggers and chained by hashes; its signed anchors; consents.

use sea_orm_migration::{
    prelude::*,
    schema::*,
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::reference::{create_indexes, drop_tables, index, refers_to};

/// Tables whose rows are written once.
const APPEND_ONLY: [&str; 3] = ["audit_entry", "audit_anchor", "consent"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_log(manager).await?;
        create_consents(manager).await?;
        create_indexes(
            manager,
            vec![
                index("audit_entry", &["happened_at"]),
                index("audit_entry", &["object_id"]),
                index("audit_anchor", &["chain", "seq"]),
                index("consent", &["subject", "purpose", "decided_at"]),
                index("consent", &["document_id"]),
            ],
        )
        .await?;
        forbid_rewriting(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &["consent", "audit_anchor", "audit_head", "audit_entry"],
        )
        .await?;
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            let connection = manager.get_connection();
            connection
                .execute_unprepared("DROP FUNCTION refuse_rewriting()")
                .await?;
        }
        Ok(())
    }
}

async fn create_log(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("audit_entry")
                .col(string_len("chain", 36))
                .col(big_integer("seq"))
                .col(timestamp_with_time_zone("happened_at"))
                .col(string_len("actor", 64))
                .col(string_len("actor_role", 32))
                .col(string_len("action", 64))
                .col(string_len("object_type", 32))
                .col(string_len("object_id", 64))
                .col(string_len("request_id", 64))
                .col(text("details"))
                .col(string_len("previous_hash", 64))
                .col(string_len("hash", 64))
                .primary_key(Index::create().col("chain").col("seq"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("audit_head")
                .col(string_len("chain", 36).primary_key())
                .col(big_integer("seq"))
                .col(string_len("hash", 64))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("audit_anchor")
                .col(pk_uuid("id"))
                .col(string_len("chain", 36))
                .col(big_integer("seq"))
                .col(string_len("hash", 64))
                .col(timestamp_with_time_zone("signed_at"))
                .col(string_len("key_id", 16))
                .col(blob("signature"))
                .to_owned(),
        )
        .await
}

async fn create_consents(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("consent")
                .col(pk_uuid("id"))
                .col(string_len("subject", 64))
                .col(string_len("purpose", 32))
                .col(boolean("is_granted"))
                .col(uuid("document_id"))
                .col(integer("document_version"))
                .col(string_len("text_hash", 64))
                .col(string_len("channel", 64))
                .col(timestamp_with_time_zone("decided_at"))
                .foreign_key(&mut refers_to("consent", "document_id", "consent_document"))
                .to_owned(),
        )
        .await
}

async fn forbid_rewriting(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let is_postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
    if is_postgres {
        connection
            .execute_unprepared(
                "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
            )
            .await?;
    }
    for table in APPEND_ONLY {
        if is_postgres {
            connection
                .execute_unprepared(&format!(
                    "CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
                     FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
                ))
                .await?;
            continue;
        }
        for verb in ["UPDATE", "DELETE"] {
            connection
                .execute_unprepared(&format!(
                    "CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table} \
                     BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                ))
                .await?;
        }
    }
    Ok(())
}
