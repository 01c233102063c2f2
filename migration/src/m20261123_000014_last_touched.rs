//! When staff last resumed a benefit, so that reports from before count no more; when a guard of an
//! identifier was last held, so that it can be forgotten.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in COLUMNS {
            let column = timestamp_with_time_zone_null(Alias::new(column));
            let table = Alias::new(table);
            manager
                .alter_table(Table::alter().table(table).add_column(column).to_owned())
                .await?;
        }
        create_indexes(manager, vec![index("identifier_guard", &["touched_at"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let touched = Index::drop()
            .name("idx_identifier_guard_touched_at")
            .table(Alias::new("identifier_guard"))
            .to_owned();
        manager.drop_index(touched).await?;
        for (table, column) in COLUMNS {
            let (table, column) = (Alias::new(table), Alias::new(column));
            manager
                .alter_table(Table::alter().table(table).drop_column(column).to_owned())
                .await?;
        }
        Ok(())
    }
}

const COLUMNS: [(&str, &str); 2] = [
    ("benefit_suspension", "resumed_at"),
    ("identifier_guard", "touched_at"),
];
