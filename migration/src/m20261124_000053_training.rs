//! Courses as readers see them, their sessions, who has registered, and what they got for it.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, owned_by, refers_to, sort_key, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_courses(manager).await?;
        create_sessions(manager).await?;
        create_registrations(manager).await?;
        create_certificates(manager).await?;
        create_indexes(
            manager,
            vec![
                unique("course", &["slug"]),
                index("course", &["audience_id", "sort_key", "id"]),
                index("course", &["organisation_id"]),
                index("training_session", &["course_id", "starts_at"]),
                index("training_session", &["organisation_id", "starts_at"]),
                index("training_session", &["starts_at", "id"]),
                index("training_session_organisation", &["organisation_id"]),
                unique("training_registration", &["account_id", "client_key"]),
                index(
                    "training_registration",
                    &["account_id", "registered_at desc", "id desc"],
                ),
                index("training_registration", &["session_id", "state", "ticket"]),
                index("training_registration", &["session_id", "account_id"]),
                unique("training_certificate", &["registration_id"]),
                unique("training_certificate", &["number"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "training_certificate",
                "training_registration",
                "training_session_organisation",
                "training_session",
                "course",
            ],
        )
        .await
    }
}

async fn create_courses(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("course")
                .col(pk_uuid("id"))
                .col(string_len("slug", 80))
                .col(uuid("organisation_id"))
                .col(uuid("audience_id"))
                .col(integer("revision"))
                .col(string_len("title", 200))
                .col(sort_key(manager))
                .col(string_len("summary", 300))
                .col(string_len_null("provider", 200))
                .col(string_len("format", 16))
                .col(string_len_null("level", 16))
                .col(integer("hours"))
                .col(json("programme"))
                .col(json("materials"))
                .col(string_len("certificate_kind", 16))
                .col(json("body"))
                .col(text("body_html"))
                .col(text("plain_text"))
                .col(boolean("is_demo").default(false))
                .col(timestamp_with_time_zone("published_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut owned_by("course", "id", "content"))
                .foreign_key(&mut refers_to("course", "organisation_id", "organisation"))
                .foreign_key(&mut refers_to("course", "audience_id", "audience"))
                .to_owned(),
        )
        .await
}

/// Sessions and registrations outlive a course's publication: they refer to the content.
async fn create_sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("training_session")
                .col(pk_uuid("id"))
                .col(uuid("course_id"))
                .col(uuid("organisation_id"))
                .col(timestamp_with_time_zone("starts_at"))
                .col(timestamp_with_time_zone("ends_at"))
                .col(string_len_null("place", 300))
                .col(string_len_null("online_url", 500))
                .col(json("trainers"))
                .col(integer("seats"))
                .col(integer("seated"))
                .col(integer("waiting"))
                .col(big_integer("last_ticket"))
                .col(timestamp_with_time_zone("registration_opens_at"))
                .col(timestamp_with_time_zone("registration_closes_at"))
                .col(boolean("is_for_members"))
                .col(string_len("state", 16))
                .col(string_len_null("cancel_reason", 500))
                .col(integer("sequence"))
                .col(boolean("is_demo").default(false))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut refers_to("training_session", "course_id", "content"))
                .foreign_key(&mut refers_to(
                    "training_session",
                    "organisation_id",
                    "organisation",
                ))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("training_session_organisation")
                .col(uuid("session_id"))
                .col(uuid("organisation_id"))
                .primary_key(Index::create().col("session_id").col("organisation_id"))
                .foreign_key(&mut owned_by(
                    "training_session_organisation",
                    "session_id",
                    "training_session",
                ))
                .foreign_key(&mut refers_to(
                    "training_session_organisation",
                    "organisation_id",
                    "organisation",
                ))
                .to_owned(),
        )
        .await
}

async fn create_registrations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("training_registration")
                .col(pk_uuid("id"))
                .col(uuid("session_id"))
                .col(uuid("account_id"))
                .col(uuid("client_key"))
                .col(string_len("state", 16))
                .col(big_integer("ticket"))
                .col(timestamp_with_time_zone("registered_at"))
                .col(timestamp_with_time_zone_null("promoted_at"))
                .col(timestamp_with_time_zone_null("cancelled_at"))
                .col(timestamp_with_time_zone_null("marked_at"))
                .col(small_integer_null("rating"))
                .col(blob_null("comment"))
                .col(timestamp_with_time_zone_null("rated_at"))
                .foreign_key(&mut refers_to(
                    "training_registration",
                    "session_id",
                    "training_session",
                ))
                .foreign_key(&mut owned_by(
                    "training_registration",
                    "account_id",
                    "account",
                ))
                .to_owned(),
        )
        .await
}

async fn create_certificates(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("training_certificate")
                .col(pk_uuid("id"))
                .col(uuid("registration_id"))
                .col(string_len("number", 16))
                .col(string_len("course_title", 200))
                .col(integer("hours"))
                .col(date("issued_on"))
                .col(timestamp_with_time_zone("created_at"))
                .foreign_key(&mut owned_by(
                    "training_certificate",
                    "registration_id",
                    "training_registration",
                ))
                .to_owned(),
        )
        .await
}
