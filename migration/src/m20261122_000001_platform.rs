//! What every domain stands on: the change head, cache generations, audiences, jobs.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, unique};

/// The audience of everybody, signed in or not. `api` names the same constant.
const PUBLIC_AUDIENCE: &str = "00000000-0000-7000-8000-000000000001";

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
                    .table("change_head")
                    .col(integer("id").primary_key())
                    .col(big_integer("seq"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("change_log")
                    .col(big_integer("seq").primary_key())
                    .col(string_len("object_type", 32))
                    .col(uuid("object_id"))
                    .col(uuid_null("audience_before_id"))
                    .col(uuid_null("audience_after_id"))
                    .col(timestamp_with_time_zone("changed_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("cache_generation")
                    .col(string_len("tag", 80).primary_key())
                    .col(big_integer("generation"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("audience")
                    .col(pk_uuid("id"))
                    .col(string_len("canonical_hash", 64))
                    .col(json("definition"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("job")
                    .col(pk_uuid("id"))
                    .col(string_len("kind", 64))
                    .col(json("payload"))
                    .col(string_len_null("unique_key", 200))
                    .col(timestamp_with_time_zone("run_at"))
                    .col(integer("attempts").default(0))
                    .col(timestamp_with_time_zone_null("leased_until_at"))
                    .col(big_integer("fence").default(0))
                    .col(text_null("last_error"))
                    .col(timestamp_with_time_zone_null("finished_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                index("change_log", &["object_id"]),
                unique("audience", &["canonical_hash"]),
                unique("job", &["unique_key"]),
                index("job", &["finished_at", "run_at"]),
            ],
        )
        .await?;
        insert_reference_rows(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "job",
                "audience",
                "cache_generation",
                "change_log",
                "change_head",
            ],
        )
        .await
    }
}

async fn insert_reference_rows(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .execute(
            Query::insert()
                .into_table("change_head")
                .columns(["id", "seq"])
                .values_panic([1.into(), 0i64.into()])
                .to_owned(),
        )
        .await?;
    let public = PUBLIC_AUDIENCE
        .parse::<sea_orm_migration::sea_orm::prelude::Uuid>()
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    manager
        .execute(
            Query::insert()
                .into_table("audience")
                .columns(["id", "canonical_hash", "definition"])
                .values_panic([
                    public.into(),
                    "public".into(),
                    serde_json::json!({ "scope": "PUBLIC" }).into(),
                ])
                .to_owned(),
        )
        .await
}
