//! Whose partners are, by what partners know their outlets, and what reference data was created from.

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
        // SQLite adds no foreign key to a table that is there.
        for (table, mut column) in [
            ("partner", uuid_null("organisation_id")),
            ("outlet", string_len_null("external_id", 80)),
        ] {
            let alter = Table::alter()
                .table(table)
                .add_column(&mut column)
                .to_owned();
            manager.alter_table(alter).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("reference_creation")
                    .col(pk_uuid("id"))
                    .col(string_len("digest", 64))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                index("partner", &["organisation_id"]),
                unique("outlet", &["partner_id", "external_id"]),
                index("redirect", &["created_at desc", "id desc"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["reference_creation"]).await?;
        for (table, name) in [
            ("partner", "idx_partner_organisation_id"),
            ("outlet", "uq_outlet_partner_id_external_id"),
            ("redirect", "idx_redirect_created_at_id"),
        ] {
            let gone = Index::drop().name(name).table(table).to_owned();
            manager.drop_index(gone).await?;
        }
        for (table, column) in [("partner", "organisation_id"), ("outlet", "external_id")] {
            let alter = Table::alter().table(table).drop_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
