//! Counts follow the reports: all of them, soon, and nothing twice.

use api::domain::{content::AudienceDefinition, service_quality::Counted};
use chrono::TimeDelta;
use entities::{
    cache_generation,
    enums::{ReportModeration, ServicePortal},
    service_guide, service_report,
};
use futures_util::future::join_all;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::json;
use uuid::Uuid;

use super::{copies, count, months_ago, quality, quality_of, report, write};
use crate::{
    on_both_databases,
    support::{App, Backend, builders},
};

async fn reports_of(app: &App, guide: Uuid) -> serde_json::Value {
    quality_of(app, guide).await["figures"]["reports"].clone()
}

async fn generation(app: &App) -> i64 {
    let row = cache_generation::Entity::find_by_id("service_quality")
        .one(app.database.reader())
        .await
        .expect("a query");
    row.map_or(0, |row| row.generation)
}

on_both_databases! {
    async fn a_round_without_news_writes_nothing(app) {
        let guide = builders::guide(&app.database, "counted", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 0), app.now());
        write(&app.database, copies(&one, 6)).await;
        let first = count(&app).await;
        assert_eq!(first.looked_at, 1);
        assert!(first.written > 0);
        let bumped = generation(&app).await;
        assert!(bumped > 0);
        // The tail is looked at again, and found the same.
        let second = count(&app).await;
        assert_eq!((second.looked_at, second.written), (1, 0));
        assert_eq!(generation(&app).await, bumped);
        app.wait(TimeDelta::minutes(6));
        count(&app).await;
        assert_eq!(count(&app).await, Counted::default());
    }

    async fn only_the_months_of_changed_reports_are_counted_anew(app) {
        let guide = builders::guide(&app.database, "changed", &AudienceDefinition::default()).await;
        let other = builders::guide(&app.database, "unchanged", &AudienceDefinition::default()).await;
        for months in 0..3 {
            for guide in [guide, other] {
                let one = report(guide, months_ago(&app, months), app.now());
                write(&app.database, copies(&one, 5)).await;
            }
        }
        assert_eq!(count(&app).await.looked_at, 6);
        app.wait(TimeDelta::minutes(6));
        count(&app).await;

        let found = service_report::Entity::find().all(app.database.reader()).await.expect("reports");
        let changed = found.into_iter().find(|one| one.guide_id == guide).expect("a report");
        let mut changed = changed.into_active_model();
        changed.moderation = Set(ReportModeration::Rejected);
        changed.updated_at = Set(app.now());
        changed.update(app.database.writer()).await.expect("changed");
        assert_eq!(count(&app).await.looked_at, 1);
        assert_eq!(reports_of(&app, guide).await, 14);
        assert_eq!(reports_of(&app, other).await, 15);
        assert_eq!(quality(&app, json!({})).await["figures"]["reports"], 29);
    }

    async fn the_last_report_that_is_taken_back_leaves_nothing(app) {
        let guide = builders::guide(&app.database, "taken-back", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 0), app.now());
        write(&app.database, copies(&one, 5)).await;
        count(&app).await;
        assert_eq!(reports_of(&app, guide).await, 5);
        for found in service_report::Entity::find().all(app.database.reader()).await.expect("reports") {
            let mut found = found.into_active_model();
            found.moderation = Set(ReportModeration::Rejected);
            found.updated_at = Set(app.now());
            found.update(app.database.writer()).await.expect("changed");
        }
        let before = generation(&app).await;
        count(&app).await;
        assert!(generation(&app).await > before);
        let nothing = quality_of(&app, guide).await;
        assert!(nothing["figures"].is_null());
        assert_eq!(nothing["missingReports"], 5);
        assert!(quality(&app, json!({})).await["figures"].is_null());
    }

    async fn a_report_that_was_committed_late_is_not_passed_over(app) {
        let guide = builders::guide(&app.database, "late", &AudienceDefinition::default()).await;
        count(&app).await;
        // Begun before the round, committed after it.
        let late = report(guide, months_ago(&app, 0), app.now() - TimeDelta::minutes(4));
        write(&app.database, copies(&late, 5)).await;
        count(&app).await;
        assert_eq!(reports_of(&app, guide).await, 5);
    }

    async fn several_at_once_count_once(app) {
        let guide = builders::guide(&app.database, "together", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 0), app.now());
        write(&app.database, copies(&one, 20)).await;
        let rounds = join_all((0..4).map(|_| count(&app))).await;
        assert!(rounds.iter().any(|round| round.written > 0));
        count(&app).await;
        assert_eq!(reports_of(&app, guide).await, 20);
        assert_eq!(quality(&app, json!({})).await["figures"]["reports"], 20);
    }

    async fn a_guide_that_leads_elsewhere_takes_its_reports_along(app) {
        let guide = builders::guide(&app.database, "moved", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 4), app.now());
        write(&app.database, copies(&one, 9)).await;
        count(&app).await;
        let at = async |portal: &str| quality(&app, json!({ "portal": portal })).await["figures"]["reports"].clone();
        assert_eq!(at("OTHER").await, 9);
        assert!(at("FNS").await.is_null());

        let read = service_guide::Entity::find_by_id(guide).one(app.database.writer()).await;
        let mut read = read.expect("a query").expect("a guide").into_active_model();
        read.portal = Set(ServicePortal::Fns);
        read.update(app.database.writer()).await.expect("moved");
        count(&app).await;
        assert!(at("OTHER").await.is_null());
        assert_eq!(at("FNS").await, 9);
    }
}

#[actix_web::test]
async fn a_kept_answer_is_old_when_reports_are_counted() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = App::start_with(backend, |settings| settings.cache_megabytes = 16).await;
        let guide = builders::guide(&app.database, "kept", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 0), app.now());
        write(&app.database, copies(&one, 5)).await;
        count(&app).await;
        let mut seen = reports_of(&app, guide).await;
        assert_eq!(seen, 5);
        write(&app.database, copies(&one, 1)).await;
        count(&app).await;
        for _ in 0..100 {
            seen = reports_of(&app, guide).await;
            if seen == 6 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(seen, 6);
        app.ending().await;
    }
}
