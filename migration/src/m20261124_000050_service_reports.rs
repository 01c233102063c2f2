//! What people report of state electronic services, what becomes of it, and what guides have to be
//! looked at for.

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
        create_reports(manager).await?;
        create_escalations(manager).await?;
        create_concerns(manager).await?;
        create_indexes(
            manager,
            vec![
                unique("service_report", &["author", "client_key"]),
                index("service_report", &["author", "created_at desc", "id desc"]),
                index("service_report", &["guide_id", "submitted_on"]),
                index("service_report", &["moderation", "created_at", "id"]),
                index("service_report", &["created_at", "id"]),
                index("service_report", &["updated_at", "id"]),
                index("service_report", &["duplicate_of_id"]),
                unique("service_report_escalation", &["report_id"]),
                index(
                    "service_report_escalation",
                    &["resolved_at", "answer_due_on"],
                ),
                index("guide_concern", &["guide_id", "kind", "closed_at"]),
                index("guide_concern", &["closed_at", "opened_at desc", "id desc"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "guide_concern",
                "service_report_escalation",
                "service_report",
            ],
        )
        .await
    }
}

async fn create_reports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("service_report")
                .col(uuid("id").primary_key())
                .col(uuid("guide_id"))
                .col(integer("guide_revision"))
                // A keyed hash of the account: the key is not in the database.
                .col(string_len("author", 64))
                .col(uuid("client_key"))
                .col(string_len("input_digest", 64))
                .col(string_len("channel", 16))
                .col(date("submitted_on"))
                .col(string_len("outcome", 16))
                .col(date_null("finished_on"))
                .col(boolean("is_online_first"))
                .col(boolean("is_fully_online"))
                .col(integer("visits"))
                .col(integer_null("queue_minutes"))
                .col(boolean("has_extra_documents"))
                .col(integer("problems"))
                .col(boolean_null("is_refusal_explained"))
                .col(string_len_null("refusal_reason", 24))
                .col(small_integer_null("rating_overall"))
                .col(small_integer_null("rating_information"))
                .col(small_integer_null("rating_forms"))
                .col(small_integer_null("rating_speed"))
                .col(small_integer_null("rating_convenience"))
                .col(small_integer_null("rating_result"))
                .col(boolean_null("is_guide_matched"))
                .col(string_len("helped_by", 16))
                .col(boolean("is_for_another"))
                .col(big_integer_null("paid_kopecks"))
                .col(string_len_null("platform", 16))
                .col(string_len_null("okrug", 16))
                .col(text_null("comment"))
                .col(integer_null("term_norm"))
                .col(string_len_null("term_unit", 16))
                .col(integer_null("term_taken"))
                .col(string_len("moderation", 16))
                .col(uuid_null("duplicate_of_id"))
                .col(integer("version"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .col(timestamp_with_time_zone_null("moderated_at"))
                .foreign_key(&mut refers_to("service_report", "guide_id", "content"))
                .foreign_key(&mut refers_to(
                    "service_report",
                    "duplicate_of_id",
                    "service_report",
                ))
                .to_owned(),
        )
        .await
}

async fn create_escalations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("service_report_escalation")
                .col(uuid("id").primary_key())
                .col(uuid("report_id"))
                .col(string_len("addressee", 300))
                .col(timestamp_with_time_zone("escalated_at"))
                .col(date("answer_due_on"))
                .col(text_null("answer"))
                .col(timestamp_with_time_zone_null("answered_at"))
                .col(text_null("resolution"))
                .col(timestamp_with_time_zone_null("resolved_at"))
                .foreign_key(&mut owned_by(
                    "service_report_escalation",
                    "report_id",
                    "service_report",
                ))
                .to_owned(),
        )
        .await
}

async fn create_concerns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("guide_concern")
                .col(uuid("id").primary_key())
                .col(uuid("guide_id"))
                .col(string_len("kind", 24))
                .col(text("details"))
                .col(text_null("proposed_alert"))
                .col(timestamp_with_time_zone("opened_at"))
                .col(timestamp_with_time_zone("last_seen_at"))
                .col(timestamp_with_time_zone_null("closed_at"))
                .col(string_len_null("closed_as", 16))
                .foreign_key(&mut owned_by("guide_concern", "guide_id", "content"))
                .to_owned(),
        )
        .await
}
