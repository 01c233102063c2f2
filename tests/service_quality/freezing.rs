//! A month that is frozen stays as it was.

use api::{
    domain::{content::AudienceDefinition, service_quality::freeze},
    infra::clock::moscow_date,
};
use chrono::{Days, Months, NaiveDate, NaiveTime, TimeDelta};
use entities::{service_quality_frozen_month, service_quality_snapshot};
use futures_util::future::join;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{copies, count, months_ago, node, quality, report, write};
use crate::{
    on_both_databases,
    support::{App, builders},
};

/// Noon in Moscow of the day on which a month may be frozen.
fn due(month: NaiveDate) -> chrono::DateTime<chrono::Utc> {
    let eleventh = month + Months::new(1) + Days::new(10);
    eleventh.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(9)
}

async fn shown(app: &App, guide: uuid::Uuid, edition: &str) -> serde_json::Value {
    let from = months_ago(app, 5);
    let filter = json!({ "guide": node(guide), "from": from, "to": from, "edition": edition });
    quality(app, filter).await
}

on_both_databases! {
    async fn reports_that_come_later_change_the_present_alone(app) {
        let guide = builders::guide(&app.database, "frozen", &AudienceDefinition::default()).await;
        let month = months_ago(&app, 5);
        let one = report(guide, month, app.now());
        write(&app.database, copies(&one, 7)).await;
        count(&app).await;
        assert!(shown(&app, guide, "FROZEN").await["figures"].is_null());
        assert_eq!(shown(&app, guide, "FROZEN").await["isFrozen"], false);

        let early = due(month) - TimeDelta::days(1);
        assert!(freeze(&app.database, early).await.expect("nothing").is_empty());
        assert_eq!(freeze(&app.database, due(month)).await.expect("frozen"), [month]);
        let frozen = shown(&app, guide, "FROZEN").await;
        assert_eq!(frozen["figures"]["reports"], 7);
        assert_eq!(frozen["isFrozen"], true);

        write(&app.database, copies(&one, 3)).await;
        count(&app).await;
        assert!(freeze(&app.database, due(month)).await.expect("nothing").is_empty());
        assert_eq!(shown(&app, guide, "LIVE").await["figures"]["reports"], 10);
        assert_eq!(shown(&app, guide, "FROZEN").await, frozen);
    }

    async fn every_month_that_is_over_is_frozen_one_without_reports_too(app) {
        let guide = builders::guide(&app.database, "months", &AudienceDefinition::default()).await;
        for months in [6, 4] {
            let one = report(guide, months_ago(&app, months), app.now());
            write(&app.database, copies(&one, 5)).await;
        }
        count(&app).await;
        let frozen = freeze(&app.database, due(months_ago(&app, 3))).await.expect("frozen");
        let expected: Vec<NaiveDate> = [6, 5, 4, 3].map(|months| months_ago(&app, months)).into();
        assert_eq!(frozen, expected);
        // Who comes late finds the month closed.
        let late = report(guide, months_ago(&app, 5), app.now());
        write(&app.database, copies(&late, 9)).await;
        count(&app).await;
        freeze(&app.database, due(months_ago(&app, 3))).await.expect("nothing");
        assert!(shown(&app, guide, "FROZEN").await["figures"].is_null());
        assert_eq!(shown(&app, guide, "LIVE").await["figures"]["reports"], 9);
    }

    async fn a_month_that_was_not_counted_since_it_is_over_stays_open(app) {
        let guide = builders::guide(&app.database, "uncounted", &AudienceDefinition::default()).await;
        let month = months_ago(&app, 0);
        let one = report(guide, month, app.now());
        write(&app.database, copies(&one, 5)).await;
        count(&app).await;
        let now = due(month);
        assert!(freeze(&app.database, now).await.expect("nothing").is_empty());
        app.wait(now - app.now());
        count(&app).await;
        assert_eq!(freeze(&app.database, app.now()).await.expect("frozen"), [month]);
    }

    async fn several_at_once_freeze_once(app) {
        let guide = builders::guide(&app.database, "at-once", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 5), app.now());
        write(&app.database, copies(&one, 5)).await;
        count(&app).await;
        let now = due(months_ago(&app, 5));
        let (one, other) = join(freeze(&app.database, now), freeze(&app.database, now)).await;
        let both = one.expect("an answer").len() + other.expect("an answer").len();
        assert_eq!(both, 1);
        let cells = service_quality_snapshot::Entity::find().count(app.database.reader()).await;
        // The guide and the sums of all guides and of its portal; each whole, by okrug and by channel.
        assert_eq!(cells.expect("a count"), 9);
    }

    async fn the_database_itself_refuses_to_rewrite_it(app) {
        let guide = builders::guide(&app.database, "refused", &AudienceDefinition::default()).await;
        let one = report(guide, months_ago(&app, 5), app.now());
        write(&app.database, copies(&one, 5)).await;
        count(&app).await;
        freeze(&app.database, due(months_ago(&app, 5))).await.expect("frozen");
        for statement in [
            "UPDATE service_quality_snapshot SET reports = 6",
            "DELETE FROM service_quality_snapshot",
            "UPDATE service_quality_frozen_month SET month = month",
            "DELETE FROM service_quality_frozen_month",
        ] {
            let refused = app.database.writer().execute_unprepared(statement).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
        }
        let marks = service_quality_frozen_month::Entity::find().all(app.database.reader()).await;
        let marks = marks.expect("marks");
        assert_eq!(marks.len(), 1);
        assert_eq!(moscow_date(marks[0].frozen_at), moscow_date(due(months_ago(&app, 5))));
    }
}
