//! The ranking of services reads one cell a service and month: without this it reads all of them.

use sea_orm_migration::prelude::*;

use crate::reference::{create_indexes, index};

const TABLES: [&str; 2] = ["service_quality_month", "service_quality_snapshot"];
const COLUMNS: [&str; 3] = ["section", "slice", "month"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = TABLES.map(|table| index(table, &COLUMNS));
        create_indexes(manager, indexes.into()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            let name = format!("idx_{table}_{}", COLUMNS.join("_"));
            let dropping = Index::drop().name(name).table(Alias::new(table)).to_owned();
            manager.drop_index(dropping).await?;
        }
        Ok(())
    }
}
