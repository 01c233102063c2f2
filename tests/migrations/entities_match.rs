//! Every entity can be read from the migrated database, on both.

use sea_orm::{EntityTrait, QuerySelect};

use crate::support::{Backend, TestDatabase};
use api::infra::db::Database;

macro_rules! each_entity {
    ($database:ident, $($entity:ident)+) => {{
        $(
            // Decoding real rows catches wrong types and nullability, not only missing columns.
            entities::$entity::Entity::find()
                .limit(200)
                .all($database.reader())
                .await
                .unwrap_or_else(|cause| panic!("{}: {cause}", stringify!($entity)));
        )+
        // One row a table: an entity without a line above would go unread.
        [$(stringify!($entity)),+]
    }};
}

async fn match_on(backend: Backend) {
    let test_database = TestDatabase::seeded(backend).await;
    let database = Database::connect(&test_database.settings)
        .await
        .expect("a database");
    let read = each_entity!(database,
        account audience audit_anchor audit_entry audit_head benefit benefit_category benefit_code
        benefit_eligible_organisation benefit_okrug benefit_outlet benefit_quota benefit_redemption
        benefit_report benefit_shortage benefit_suspension benefit_usage cache_generation card_code
        change_head change_log consent consent_document content content_draft content_reach content_relation
        content_revision course data_export draft_presence erasure event_batch guide_category guide_concern
        guide_opinion guide_opinion_sum guide_probe guide_probe_site guide_probe_turn identifier_guard
        inbox_item inbox_letter job life_event media_asset media_use member_import member_import_row
        membership membership_claim news_article news_article_okrug news_article_tag news_category
        old_address organisation organisation_closure organisation_okrug organisation_page outlet partner
        person published_object push_campaign push_chunk push_device push_device_topic
        push_followed_organisation push_preference push_preference_topic push_result push_retry push_topic
        recommendation recovery_code redirect reference_creation refresh_token role_grant saved_item
        search_deletion search_document search_label search_state search_word service_guide
        service_guide_life_event service_quality_frozen_month service_quality_month service_quality_snapshot
        service_quality_state service_report service_report_escalation session sign_in_challenge signing_key
        slug_history staff_credential staff_token throttle_event training_certificate training_registration
        training_session training_session_organisation webhook webhook_delivery webhook_state
    );
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../entities/src"))
        .expect("the folder");
    let mut entities: Vec<String> = files
        .filter_map(|file| file.expect("a file").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| name != "lib" && name != "enums")
        .collect();
    entities.sort();
    assert_eq!(entities, read);
}

#[actix_web::test]
async fn on_sqlite() {
    match_on(Backend::Sqlite).await;
}

#[actix_web::test]
async fn on_postgres() {
    match_on(Backend::Postgres).await;
}
