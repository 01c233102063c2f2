//! Membership: the roster of each union, claims to it, imports of it, and codes of its cards.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, owned_by, refers_to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_membership(manager).await?;
        create_claims(manager).await?;
        create_imports(manager).await?;
        create_indexes(
            manager,
            vec![
                unique("membership", &["issuer_id", "number_lookup"]),
                unique("membership", &["card_serial"]),
                index("membership", &["account_id"]),
                index("membership", &["person_id"]),
                index("membership", &["organisation_id", "id"]),
                index("membership", &["phone_lookup"]),
                index("membership_claim", &["account_id"]),
                index("membership_claim", &["organisation_id", "state", "id"]),
                index("membership_claim", &["membership_id"]),
                index("card_code", &["membership_id"]),
                index("card_code", &["expires_at"]),
                index("member_import", &["issuer_id", "id"]),
                index("member_import_row", &["organisation_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "member_import_row",
                "member_import",
                "card_code",
                "membership_claim",
                "membership",
            ],
        )
        .await
    }
}

async fn create_membership(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("membership")
                .col(pk_uuid("id"))
                .col(uuid("person_id"))
                .col(uuid_null("account_id"))
                .col(uuid("issuer_id"))
                .col(uuid("organisation_id"))
                .col(string_len("number_lookup", 64))
                .col(string_len_null("phone_lookup", 64))
                .col(blob("holder"))
                .col(string_len("content_mac", 64))
                .col(string_len("status", 16))
                .col(string_len_null("status_reason", 300))
                .col(string_len("source", 16))
                .col(date("member_since"))
                .col(date_null("valid_through"))
                .col(boolean("is_youth"))
                .col(big_integer("card_serial"))
                .col(integer("version").default(1))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut refers_to("membership", "person_id", "person"))
                .foreign_key(&mut refers_to("membership", "account_id", "account"))
                .foreign_key(&mut refers_to("membership", "issuer_id", "organisation"))
                .foreign_key(&mut refers_to(
                    "membership",
                    "organisation_id",
                    "organisation",
                ))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("card_code")
                .col(string_len("code_hash", 64).primary_key())
                .col(uuid("membership_id"))
                .col(timestamp_with_time_zone("expires_at"))
                .foreign_key(&mut owned_by("card_code", "membership_id", "membership"))
                .to_owned(),
        )
        .await
}

async fn create_claims(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("membership_claim")
                .col(pk_uuid("id"))
                .col(uuid("account_id"))
                .col(uuid("organisation_id"))
                .col(blob("claimant"))
                .col(string_len("number_lookup", 64))
                .col(string_len("state", 16))
                .col(uuid_null("membership_id"))
                .col(string_len_null("decision_reason", 300))
                .col(uuid_null("decided_by_id"))
                .col(timestamp_with_time_zone_null("decided_at"))
                .col(timestamp_with_time_zone("created_at"))
                .foreign_key(&mut owned_by("membership_claim", "account_id", "account"))
                .foreign_key(&mut owned_by(
                    "membership_claim",
                    "organisation_id",
                    "organisation",
                ))
                .foreign_key(&mut owned_by(
                    "membership_claim",
                    "membership_id",
                    "membership",
                ))
                .to_owned(),
        )
        .await
}

async fn create_imports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("member_import")
                .col(pk_uuid("id"))
                .col(uuid("issuer_id"))
                .col(string_len("state", 16))
                .col(string_len("file_digest", 64))
                .col(integer("lines").default(0))
                .col(integer("good").default(0))
                .col(integer("bad").default(0))
                .col(integer("added").default(0))
                .col(integer("updated").default(0))
                .col(integer("unchanged").default(0))
                .col(json("report"))
                .col(uuid_null("created_by_id"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("applied_at"))
                .foreign_key(&mut owned_by("member_import", "issuer_id", "organisation"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("member_import_row")
                .col(uuid("import_id"))
                .col(integer("line"))
                .col(uuid("membership_id"))
                .col(uuid("person_id"))
                .col(blob("person_key"))
                .col(boolean("is_new"))
                .col(uuid("organisation_id"))
                .col(string_len("number_lookup", 64))
                .col(string_len_null("phone_lookup", 64))
                .col(blob("holder"))
                .col(string_len("content_mac", 64))
                .col(string_len("status", 16))
                .col(date("member_since"))
                .col(date_null("valid_through"))
                .col(boolean("is_youth"))
                .col(big_integer("card_serial"))
                .primary_key(Index::create().col("import_id").col("line"))
                .foreign_key(&mut owned_by(
                    "member_import_row",
                    "import_id",
                    "member_import",
                ))
                .foreign_key(&mut owned_by(
                    "member_import_row",
                    "organisation_id",
                    "organisation",
                ))
                .to_owned(),
        )
        .await
}
