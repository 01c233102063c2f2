//! The history of the database, one file a migration, never edited once released.
//!
//! A migration knows nothing of `entities` or `api`: history must not move when they do.
//! The rules for changing a schema that is already running are in `README.md` beside this crate.

mod m20261122_000001_platform;
mod m20261122_000002_organisations;
mod m20261122_000003_content;
mod m20261122_000004_news;
mod m20261122_000005_benefits;
mod m20261122_000006_guides;
mod m20261122_000007_offline_copy;
mod m20261122_000008_search;
mod m20261123_000009_accounts;
mod m20261123_000010_membership;
mod m20261123_000011_audit;
mod m20261123_000012_redemption;
mod m20261123_000013_rights;
mod m20261123_000014_last_touched;
mod m20261123_000015_code_shortages;
mod m20261123_000020_editing;
mod m20261123_000021_media_assets;
mod m20261123_000022_sealed_reasons;
mod m20261123_000023_partners;
mod m20261123_000024_reach;
mod m20261123_000030_webhooks;
mod m20261123_000032_old_addresses;
mod m20261123_000033_presence;
mod m20261123_000040_push;
mod m20261124_000050_service_reports;
mod m20261124_000051_inbox_letters;
mod m20261124_000052_service_quality;
mod m20261124_000053_training;
mod m20261124_000054_guide_watch;
mod m20261124_000055_search_labels;
mod m20261124_000056_service_quality_ranking;
mod reference;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_platform::Migration),
            Box::new(m20261122_000002_organisations::Migration),
            Box::new(m20261122_000003_content::Migration),
            Box::new(m20261122_000004_news::Migration),
            Box::new(m20261122_000005_benefits::Migration),
            Box::new(m20261122_000006_guides::Migration),
            Box::new(m20261122_000007_offline_copy::Migration),
            Box::new(m20261122_000008_search::Migration),
            Box::new(m20261123_000009_accounts::Migration),
            Box::new(m20261123_000010_membership::Migration),
            Box::new(m20261123_000011_audit::Migration),
            Box::new(m20261123_000012_redemption::Migration),
            Box::new(m20261123_000013_rights::Migration),
            Box::new(m20261123_000014_last_touched::Migration),
            Box::new(m20261123_000015_code_shortages::Migration),
            Box::new(m20261123_000020_editing::Migration),
            Box::new(m20261123_000021_media_assets::Migration),
            Box::new(m20261123_000022_sealed_reasons::Migration),
            Box::new(m20261123_000023_partners::Migration),
            Box::new(m20261123_000024_reach::Migration),
            Box::new(m20261123_000030_webhooks::Migration),
            Box::new(m20261123_000032_old_addresses::Migration),
            Box::new(m20261123_000033_presence::Migration),
            Box::new(m20261123_000040_push::Migration),
            Box::new(m20261124_000050_service_reports::Migration),
            Box::new(m20261124_000051_inbox_letters::Migration),
            Box::new(m20261124_000052_service_quality::Migration),
            Box::new(m20261124_000053_training::Migration),
            Box::new(m20261124_000054_guide_watch::Migration),
            Box::new(m20261124_000055_search_labels::Migration),
            Box::new(m20261124_000056_service_quality_ranking::Migration),
        ]
    }
}
