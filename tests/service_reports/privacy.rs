//! Nothing leads from a report to its author, but the author's own question.

use std::io::{Cursor, Read};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::{audit_entry, inbox_letter, service_report};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, PaginatorTrait, QueryFilter,
    Statement,
};
use serde_json::{Value, json};

use super::{
    consent, guide, letters, members, moderator, own, pairs, problems, queue, rows, send, submit,
    submitted, told,
};
use crate::{
    on_both_databases,
    support::{App, Person},
};

const PHONE: &str = "+79161230000";
const EXPORT: &str = "mutation { personalDataExport { export { id } userErrors { code } } }";
const EXPORTS: &str = "{ viewer { personalDataExports { state url } } }";
const ERASE: &str = "mutation { accountErase { erasure { dueAt } userErrors { code } } }";

/// Lets a moderator accept everything, so that letters are written.
async fn accept_all(app: &App) {
    let moderator = moderator(app).await;
    for report in queue(app, &moderator, json!({})).await {
        let input =
            json!({ "id": report["id"], "version": report["version"], "decision": "ACCEPT" });
        let payload = send(
            app,
            &moderator,
            "serviceReportModerate",
            "report { id }",
            input,
        )
        .await;
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    }
}

/// What the copy of somebody's data says.
async fn copied(app: &App, person: &Person) -> Value {
    app.ask_by(person, EXPORT, json!({})).await.data();
    for _ in 0..400 {
        let seen = app.ask_by(person, EXPORTS, json!({})).await;
        let export = seen.data()["viewer"]["personalDataExports"][0].clone();
        if export["state"] == "READY" {
            let url = export["url"].as_str().expect("an address");
            let at = url.find("/exports/").expect("a path");
            let request = app.client.get(app.url(&url[at..]));
            let token = format!("Bearer {}", person.access_token);
            let response = request.header("authorization", token).send().await;
            let bytes = response.expect("an answer").bytes().await.expect("bytes");
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
            let mut text = String::new();
            let mut file = archive.by_name("data.json").expect("a file");
            file.read_to_string(&mut text).expect("text");
            return serde_json::from_str(&text).expect("JSON");
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the copy is still being made");
}

/// Waits until the reports have other authors than these.
async fn unlinked(app: &App, before: &[service_report::Model]) -> Vec<service_report::Model> {
    for _ in 0..400 {
        let now = rows(app).await;
        let is_done = |(one, other): (&service_report::Model, &service_report::Model)| {
            one.author != other.author
        };
        if now.iter().zip(before).all(is_done) {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the reports have their author still");
}

/// How many pairs of a row of the one table and a row of the other one transaction has written, by
/// PostgreSQL's own columns.
async fn written_at_once(app: &App, one: &str, other: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) AS count FROM {one} AS one JOIN {other} AS other ON one.xmin::text = other.xmin::text"
    );
    let statement = Statement::from_string(DatabaseBackend::Postgres, sql);
    let row = app.database.reader().query_one_raw(statement).await;
    let row = row.expect("a query").expect("a row");
    row.try_get("", "count").expect("a count")
}

on_both_databases! {
    async fn no_row_of_an_account_was_written_with_a_report(app) {
        if app.database.reader().get_database_backend() != DatabaseBackend::Postgres {
            return;
        }
        let members = members(&app, 2).await;
        let service = guide(&app, "service").await;
        for member in &members {
            submitted(&app, member, told(&app, &service, json!({}))).await;
        }
        accept_all(&app).await;
        let query = "mutation { inboxMarkAllRead { markedCount userErrors { code } } }";
        for member in &members {
            let marked = app.ask_by(member, query, json!({})).await;
            assert_eq!(marked.data()["inboxMarkAllRead"]["markedCount"], 1);
        }
        consent(&app, &members[1], false).await;
        assert_eq!(written_at_once(&app, "service_report", "service_report").await, 2, "the question sees something");
        for table in ["account", "person", "session", "consent", "inbox_item", "membership", "erasure"] {
            for report in ["service_report", "inbox_letter"] {
                assert_eq!(written_at_once(&app, report, table).await, 0, "{report} and {table}");
            }
        }
    }

    async fn the_instant_of_a_report_joins_it_to_nothing(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        submitted(&app, &members[0], told(&app, &service, json!({}))).await;
        let other = guide(&app, "other").await;
        let under_way = json!({ "outcome": "IN_PROGRESS", "finishedOn": null });
        for more in [under_way, json!({})] {
            submitted(&app, &members[0], told(&app, &other, more)).await;
        }
        let is_cut = |instant: DateTime<Utc>| {
            (instant.timestamp() % 60, instant.timestamp_subsec_nanos()) == (0, 0)
        };
        let reports = rows(&app).await;
        assert_eq!(reports.len(), 3);
        for report in reports {
            assert!(is_cut(report.created_at) && is_cut(report.updated_at), "{report:?}");
            let (seconds, nanoseconds) = report.id.get_timestamp().expect("an instant").to_unix();
            assert_eq!((i64::try_from(seconds), nanoseconds), (Ok(report.created_at.timestamp()), 0));
        }
        let noted = audit_entry::Entity::find()
            .filter(audit_entry::Column::Action.eq("service_report.replaced"))
            .one(app.database.reader())
            .await;
        assert!(is_cut(noted.expect("a query").expect("an entry").happened_at));
    }

    async fn the_instant_of_reading_joins_no_letter_to_an_account(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        submitted(&app, &members[0], told(&app, &service, json!({}))).await;
        accept_all(&app).await;
        let query = "mutation { inboxMarkAllRead { markedCount userErrors { code } } }";
        let marked = app.ask_by(&members[0], query, json!({})).await;
        assert_eq!(marked.data()["inboxMarkAllRead"]["markedCount"], 1);
        let letter = inbox_letter::Entity::find().one(app.database.reader()).await;
        let read_at = letter.expect("a query").expect("a letter").read_at.expect("read");
        assert_eq!((read_at.timestamp() % 3600, read_at.timestamp_subsec_nanos()), (0, 0));
    }

    async fn reports_stand_in_the_copy_of_ones_data(app) {
        let members = members(&app, 2).await;
        let service = guide(&app, "service").await;
        let comment = json!({ "comment": "Ждала у окна", "problems": ["LOGIN"] });
        submitted(&app, &members[0], told(&app, &service, comment)).await;
        accept_all(&app).await;
        assert_eq!(copied(&app, &members[1]).await["serviceReports"], json!([]));
        let copy = copied(&app, &members[0]).await;
        let reports = copy["serviceReports"].as_array().expect("reports");
        assert_eq!(reports.len(), 1);
        let seen = json!([reports[0]["comment"], reports[0]["problems"], reports[0]["moderation"]]);
        assert_eq!(seen, json!(["Ждала у окна", ["LOGIN"], "ACCEPTED"]));
        let inbox = copy["notifications"]["inbox"].as_array().expect("an inbox");
        assert_eq!(inbox[0]["title"], "Отчёт принят");
    }

    async fn withdrawing_the_consent_unlinks_what_was_reported(app) {
        let members = members(&app, 2).await;
        let service = guide(&app, "service").await;
        let input = told(&app, &service, json!({}));
        submitted(&app, &members[0], input.clone()).await;
        submitted(&app, &members[1], told(&app, &service, json!({}))).await;
        accept_all(&app).await;
        let before = rows(&app).await;
        consent(&app, &members[0], false).await;
        let after = rows(&app).await;
        assert_eq!(after.len(), 2, "they count on");
        assert_ne!(after[0].author, before[0].author);
        assert_eq!(after[0].author.len(), 64);
        assert_ne!(after[0].client_key, before[0].client_key, "a key that the author's telephone knows");
        assert_eq!((after[0].moderation, after[0].updated_at), (before[0].moderation, before[0].updated_at));
        assert_eq!(after[1], before[1], "another's stays");
        assert!(own(&app, &members[0]).await.is_empty() && letters(&app, &members[0]).await.is_empty());
        assert_eq!(letters(&app, &members[1]).await.len(), 1);
        let refused = submit(&app, &members[0], input).await;
        assert_eq!(problems(&refused), pairs(&[("", "CONSENT_REQUIRED")]));
    }

    async fn reports_of_the_erased_count_on_and_are_nobodys(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        submitted(&app, &members[0], told(&app, &service, json!({}))).await;
        accept_all(&app).await;
        let before = rows(&app).await;
        let member = app.sign_in(PHONE).await;
        let asked = app.ask_by(&member, ERASE, json!({})).await;
        assert_eq!(asked.data()["accountErase"]["userErrors"], json!([]));
        app.wait(TimeDelta::hours(73));
        let after = unlinked(&app, &before).await;
        assert_eq!((after.len(), after[0].moderation), (1, before[0].moderation));
        assert_ne!(after[0].client_key, before[0].client_key);
        let left = inbox_letter::Entity::find().count(app.database.reader()).await;
        assert_eq!(left.expect("a count"), 0);
    }
}
