//! Officers' reasons, sealed under the key of whom they are about: free text says anything of somebody.
//!
//! The columns in clear are dropped with what they hold, at once and not a release later: nothing was
//! released yet, and what was written in clear must not stay.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, plain, sealed) in REASONS {
            add(manager, table, blob_null(sealed)).await?;
            drop_column(manager, table, plain).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, plain, sealed) in REASONS {
            add(manager, table, string_len_null(plain, 300)).await?;
            drop_column(manager, table, sealed).await?;
        }
        Ok(())
    }
}

/// The table, the column in clear, the sealed one.
const REASONS: [(&str, &str, &str); 2] = [
    ("membership", "status_reason", "sealed_status_reason"),
    (
        "membership_claim",
        "decision_reason",
        "sealed_decision_reason",
    ),
];

async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    mut column: ColumnDef,
) -> Result<(), DbErr> {
    let alter = Table::alter()
        .table(table)
        .add_column(&mut column)
        .to_owned();
    manager.alter_table(alter).await
}

async fn drop_column(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: &'static str,
) -> Result<(), DbErr> {
    let alter = Table::alter().table(table).drop_column(column).to_owned();
    manager.alter_table(alter).await
}
