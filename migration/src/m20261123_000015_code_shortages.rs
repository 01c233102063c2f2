//! Of which shortages of a pool of codes staff have heard, so that they hear of each once a fill-up.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{drop_tables, owned_by};

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
                    .table("benefit_shortage")
                    .col(pk_uuid("benefit_id"))
                    .col(big_integer("low_total"))
                    .col(big_integer("gone_total"))
                    .foreign_key(&mut owned_by("benefit_shortage", "benefit_id", "content"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["benefit_shortage"]).await
    }
}
