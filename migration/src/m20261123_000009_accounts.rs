//! People who sign in: accounts, their keys, sessions, one-time codes, staff's credentials and roles.
//!
//! Whatever says who somebody is stands in a sealed column: erasing the person's key makes it
//! unreadable in every copy of the database. Lookups go by keyed hashes.

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
        create_accounts(manager).await?;
        create_sign_in(manager).await?;
        create_sessions(manager).await?;
        create_staff(manager).await?;
        create_keys(manager).await?;
        create_indexes(
            manager,
            vec![
                unique("account", &["person_id"]),
                unique("account", &["phone_lookup"]),
                unique("account", &["email_lookup"]),
                index("sign_in_challenge", &["identifier_lookup", "created_at"]),
                index("sign_in_challenge", &["expires_at"]),
                index("throttle_event", &["kind", "subject", "happened_at"]),
                index("throttle_event", &["happened_at"]),
                index("session", &["account_id"]),
                index("session", &["expires_at"]),
                unique("refresh_token", &["token_hash"]),
                index("refresh_token", &["session_id"]),
                index("recovery_code", &["account_id"]),
                unique("staff_token", &["token_hash"]),
                index("staff_token", &["account_id"]),
                index("role_grant", &["account_id"]),
                index("role_grant", &["organisation_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "signing_key",
                "role_grant",
                "staff_token",
                "recovery_code",
                "staff_credential",
                "refresh_token",
                "session",
                "identifier_guard",
                "throttle_event",
                "sign_in_challenge",
                "account",
                "person",
            ],
        )
        .await
    }
}

async fn create_accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("person")
                .col(pk_uuid("id"))
                .col(blob("data_key"))
                .col(timestamp_with_time_zone("created_at"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("account")
                .col(pk_uuid("id"))
                .col(uuid("person_id"))
                .col(string_len("state", 16))
                .col(blob("profile"))
                .col(string_len_null("phone_lookup", 64))
                .col(string_len_null("email_lookup", 64))
                .col(integer("permission_version").default(0))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut refers_to("account", "person_id", "person"))
                .to_owned(),
        )
        .await
}

async fn create_sign_in(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("sign_in_challenge")
                .col(pk_uuid("id"))
                .col(string_len("identifier_lookup", 64))
                .col(blob("contact"))
                .col(string_len("code_mac", 64))
                .col(integer("attempts").default(0))
                .col(integer("sends").default(1))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("resend_after_at"))
                .col(timestamp_with_time_zone("expires_at"))
                .col(timestamp_with_time_zone_null("used_at"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("throttle_event")
                .col(pk_uuid("id"))
                .col(string_len("kind", 32))
                .col(string_len("subject", 64))
                .col(timestamp_with_time_zone("happened_at"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("identifier_guard")
                .col(string_len("identifier_lookup", 64).primary_key())
                .col(integer("consecutive_failures").default(0))
                .col(timestamp_with_time_zone_null("waits_until_at"))
                .to_owned(),
        )
        .await
}

async fn create_sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("session")
                .col(pk_uuid("id"))
                .col(uuid("account_id"))
                .col(string_len("kind", 16))
                .col(blob("device"))
                .col(string_len("method", 16))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("authenticated_at"))
                .col(date("last_seen_on"))
                .col(timestamp_with_time_zone("idle_until_at"))
                .col(timestamp_with_time_zone("expires_at"))
                .col(timestamp_with_time_zone_null("ended_at"))
                .col(string_len_null("end_reason", 32))
                .foreign_key(&mut owned_by("session", "account_id", "account"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("refresh_token")
                .col(pk_uuid("id"))
                .col(uuid("session_id"))
                .col(uuid_null("parent_id"))
                .col(string_len("token_hash", 64))
                .col(timestamp_with_time_zone("issued_at"))
                .col(timestamp_with_time_zone_null("used_at"))
                .col(timestamp_with_time_zone_null("revoked_at"))
                .foreign_key(&mut owned_by("refresh_token", "session_id", "session"))
                .to_owned(),
        )
        .await
}

async fn create_staff(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("staff_credential")
                .col(uuid("account_id").primary_key())
                .col(string_len_null("password_hash", 200))
                .col(blob_null("totp_seed"))
                .col(timestamp_with_time_zone_null("totp_confirmed_at"))
                .col(big_integer("totp_last_step").default(0))
                .col(integer("consecutive_failures").default(0))
                .col(timestamp_with_time_zone_null("waits_until_at"))
                .col(timestamp_with_time_zone_null("disabled_at"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut owned_by("staff_credential", "account_id", "account"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("recovery_code")
                .col(pk_uuid("id"))
                .col(uuid("account_id"))
                .col(string_len("code_hash", 200))
                .col(timestamp_with_time_zone_null("used_at"))
                .foreign_key(&mut owned_by("recovery_code", "account_id", "account"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("staff_token")
                .col(pk_uuid("id"))
                .col(uuid("account_id"))
                .col(string_len("purpose", 24))
                .col(string_len("token_hash", 64))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("expires_at"))
                .col(timestamp_with_time_zone_null("used_at"))
                .foreign_key(&mut owned_by("staff_token", "account_id", "account"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("role_grant")
                .col(pk_uuid("id"))
                .col(uuid("account_id"))
                .col(string_len("role", 32))
                .col(string_len("scope_kind", 16))
                .col(uuid_null("organisation_id"))
                .col(string_len_null("okrug", 8))
                .col(uuid_null("granted_by_id"))
                .col(timestamp_with_time_zone("granted_at"))
                .col(timestamp_with_time_zone_null("ends_at"))
                .col(timestamp_with_time_zone_null("revoked_at"))
                .foreign_key(&mut owned_by("role_grant", "account_id", "account"))
                .foreign_key(&mut owned_by(
                    "role_grant",
                    "organisation_id",
                    "organisation",
                ))
                .to_owned(),
        )
        .await
}

async fn create_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("signing_key")
                .col(string_len("id", 16).primary_key())
                .col(string_len("purpose", 16))
                .col(blob("public_key"))
                .col(blob("private_key"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("signs_from_at"))
                .col(timestamp_with_time_zone_null("retires_at"))
                .to_owned(),
        )
        .await
}
