//! Reports call editors to a guide.

use api::{domain::content::AudienceDefinition, infra::clock::moscow_date};
use chrono::{Days, TimeDelta};
use entities::{
    enums::{GuideConcernEnd, GuideConcernKind, ServiceOutcome},
    guide_concern, service_guide, service_report,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use uuid::Uuid;

use super::{copies, count, report, write};
use crate::{
    on_both_databases,
    support::{App, builders},
};

async fn concerns(app: &App, guide: Uuid) -> Vec<guide_concern::Model> {
    let rows = guide_concern::Entity::find()
        .all(app.database.reader())
        .await
        .expect("concerns");
    rows.into_iter()
        .filter(|row| row.guide_id == guide)
        .collect()
}

/// A failure so many days ago.
fn failure(app: &App, guide: Uuid, days: u64) -> service_report::Model {
    let day = moscow_date(app.now()) - Days::new(days);
    service_report::Model {
        outcome: ServiceOutcome::TechFailure,
        ..report(guide, day, app.now())
    }
}

on_both_databases! {
    async fn failures_that_chance_does_not_explain_are_told_once(app) {
        let guide = builders::guide(&app.database, "failing", &AudienceDefinition::default()).await;
        write(&app.database, copies(&failure(&app, guide, 20), 8)).await;
        write(&app.database, copies(&failure(&app, guide, 0), 4)).await;
        count(&app).await;
        assert!(concerns(&app, guide).await.is_empty(), "four are too few");
        write(&app.database, copies(&failure(&app, guide, 6), 1)).await;
        assert_eq!(count(&app).await.concerns, 1);
        let told = concerns(&app, guide).await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].kind, GuideConcernKind::Spike);
        assert!(told[0].details.contains("за 7 дней сообщили 5 раз"), "{}", told[0].details);
        assert!(told[0].details.contains("в среднем 1 в неделю"), "{}", told[0].details);
        assert!(told[0].proposed_alert.is_some());
        assert_eq!(count(&app).await.concerns, 0);
        assert_eq!(concerns(&app, guide).await.len(), 1);
    }

    async fn failures_that_editors_have_dealt_with_call_them_no_second_time(app) {
        let guide = builders::guide(&app.database, "dismissed", &AudienceDefinition::default()).await;
        write(&app.database, copies(&failure(&app, guide, 0), 5)).await;
        assert_eq!(count(&app).await.concerns, 1);
        let mut closed = concerns(&app, guide).await.remove(0).into_active_model();
        closed.closed_at = Set(Some(app.now()));
        closed.closed_as = Set(Some(GuideConcernEnd::Dismissed));
        closed.update(app.database.writer()).await.expect("closed");
        write(&app.database, copies(&failure(&app, guide, 0), 1)).await;
        assert_eq!(count(&app).await.concerns, 0);
        assert_eq!(concerns(&app, guide).await.len(), 1);
        app.wait(TimeDelta::days(8));
        write(&app.database, copies(&failure(&app, guide, 0), 8)).await;
        assert_eq!(count(&app).await.concerns, 1, "these are others");
    }

    async fn as_many_failures_as_always_are_no_news(app) {
        let guide = builders::guide(&app.database, "always-failing", &AudienceDefinition::default()).await;
        for weeks in 1..=8 {
            write(&app.database, copies(&failure(&app, guide, weeks * 7), 5)).await;
        }
        write(&app.database, copies(&failure(&app, guide, 1), 6)).await;
        count(&app).await;
        assert!(concerns(&app, guide).await.is_empty());
    }

    async fn a_guide_that_is_often_wrong_is_reviewed_until_it_is_corrected(app) {
        let guide = builders::guide(&app.database, "wrong", &AudienceDefinition::default()).await;
        let says = |is_right, revision| service_report::Model {
            is_guide_matched: Some(is_right),
            guide_revision: revision,
            ..report(guide, moscow_date(app.now()), app.now())
        };
        write(&app.database, copies(&says(true, 1), 8)).await;
        write(&app.database, copies(&says(false, 1), 1)).await;
        count(&app).await;
        assert!(concerns(&app, guide).await.is_empty(), "nine are too few");
        write(&app.database, copies(&says(false, 1), 1)).await;
        count(&app).await;
        let told = concerns(&app, guide).await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].kind, GuideConcernKind::Accuracy);
        assert!(told[0].details.contains("8 из 10 (80 %)"), "{}", told[0].details);

        // Whoever has dealt with it is not called by the next report of the same.
        let mut closed = concerns(&app, guide).await.remove(0).into_active_model();
        closed.closed_at = Set(Some(app.now()));
        closed.closed_as = Set(Some(GuideConcernEnd::Dismissed));
        closed.update(app.database.writer()).await.expect("closed");
        write(&app.database, copies(&says(false, 1), 1)).await;
        assert_eq!(count(&app).await.concerns, 0);
        app.wait(TimeDelta::days(31));
        write(&app.database, copies(&says(false, 1), 1)).await;
        assert_eq!(count(&app).await.concerns, 1);

        // Of the corrected guide nothing bad was said yet …
        let mut all = concerns(&app, guide).await.into_iter();
        let open = all.find(|concern| concern.closed_at.is_none());
        let mut closed = open.expect("an open one").into_active_model();
        closed.closed_at = Set(Some(app.now()));
        closed.closed_as = Set(Some(GuideConcernEnd::Confirmed));
        closed.update(app.database.writer()).await.expect("closed");
        let read = service_guide::Entity::find_by_id(guide).one(app.database.writer()).await;
        let mut read = read.expect("a query").expect("a guide").into_active_model();
        read.revision = Set(2);
        read.update(app.database.writer()).await.expect("corrected");
        write(&app.database, copies(&says(true, 2), 1)).await;
        assert_eq!(count(&app).await.concerns, 0);
        // … and when it is, that is news: the correction was wrong.
        write(&app.database, copies(&says(false, 2), 10)).await;
        assert_eq!(count(&app).await.concerns, 1);
    }
}
