//! How well state services are delivered: the counts that every figure is computed from, by month, and
//! months as they were frozen, which nothing rewrites.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DatabaseBackend};

use crate::reference::{create_indexes, drop_tables, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

const FROZEN: [&str; 2] = ["service_quality_snapshot", "service_quality_frozen_month"];

/// What is counted, in the order of the methodology.
const COUNTS: [&str; 24] = [
    "reports",
    "closed",
    "online",
    "online_closed",
    "online_completed",
    "completed",
    "fully_online",
    "rated",
    "satisfied",
    "rating_sum",
    "timed",
    "in_time",
    "refused",
    "unexplained",
    "failed",
    "extra_documents",
    "visits",
    "unvisited",
    "queued",
    "short_queue",
    "answered",
    "matched",
    "escalated",
    "resolved",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["service_quality_month", "service_quality_snapshot"] {
            manager.create_table(cells(table)).await?;
            create_indexes(manager, vec![index(table, &["month"])]).await?;
        }
        create_marks(manager).await?;
        create_state(manager).await?;
        forbid_rewriting(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "service_quality_state",
                "service_quality_frozen_month",
                "service_quality_snapshot",
                "service_quality_month",
            ],
        )
        .await
    }
}

fn cells(table: &'static str) -> TableCreateStatement {
    let mut created = Table::create();
    created
        .table(table)
        .col(uuid("subject_id"))
        .col(string_len("section", 24))
        .col(string_len("slice", 16))
        .col(date("month"));
    for count in COUNTS {
        created.col(integer(count));
    }
    created
        .col(text("distributions"))
        .primary_key(
            Index::create()
                .col("subject_id")
                .col("section")
                .col("slice")
                .col("month"),
        )
        .to_owned()
}

async fn create_marks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("service_quality_frozen_month")
                .col(date("month").primary_key())
                .col(timestamp_with_time_zone("frozen_at"))
                .to_owned(),
        )
        .await
}

async fn create_state(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("service_quality_state")
                .col(integer("id").primary_key())
                .col(timestamp_with_time_zone_null("counted_at"))
                .col(string_len("guides_digest", 64))
                .to_owned(),
        )
        .await?;
    manager
        .execute(
            Query::insert()
                .into_table("service_quality_state")
                .columns(["id", "guides_digest"])
                .values_panic([1.into(), "".into()])
                .to_owned(),
        )
        .await
}

/// A report to the Council must give the same figures for ever.
async fn forbid_rewriting(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let is_postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
    for table in FROZEN {
        if is_postgres {
            // The function is the audit log's.
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
