//! What is kept of somebody, and what is left when they go.

use std::{
    io::{Cursor, Read},
    time::Duration,
};

use chrono::TimeDelta;
use entities::{training_registration, training_session};
use sea_orm::{EntityTrait, PaginatorTrait, Set};
use serde_json::{Value, json};

use super::{meeting, own, registered};
use crate::{benefit_use::crowd, on_both_databases, support::App};

const ERASE: &str = "mutation { accountErase { erasure { dueAt } userErrors { code } } }";
const EXPORT: &str = "mutation { personalDataExport { export { id } userErrors { code } } }";
const EXPORTS: &str = "{ viewer { personalDataExports { state url } } }";

/// Waits until somebody has a seat.
async fn until_seated(app: &App, phone: &str) -> Value {
    let person = app.sign_in(phone).await;
    for _ in 0..200 {
        let registration = own(app, &person).await["nodes"][0].clone();
        if registration["status"] == "REGISTERED" {
            return registration;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no seat came free");
}

on_both_databases! {
    async fn who_is_erased_leaves_their_seat_to_the_next(app) {
        let members = crowd(&app, 2).await.members;
        let starts_at = app.now() + TimeDelta::days(10);
        let single = meeting(&app, |row| {
            row.seats = Set(1);
            row.starts_at = Set(starts_at);
            row.ends_at = Set(starts_at + TimeDelta::hours(2));
            row.registration_closes_at = Set(starts_at);
        }).await;
        registered(&app, &members[0], &single).await;
        assert_eq!(registered(&app, &members[1], &single).await["status"], "WAITLISTED");
        let asked = app.ask_by(&members[0], ERASE, json!({})).await;
        assert_eq!(asked.data()["accountErase"]["userErrors"], json!([]));
        app.wait(TimeDelta::hours(73));
        let promoted = until_seated(&app, "+79161230001").await;
        assert!(promoted["promotedAt"].is_string());
        assert_eq!(promoted["session"]["waitlisted"], 0);
        let left = training_registration::Entity::find().count(app.database.reader()).await;
        assert_eq!(left.expect("a count"), 1);
        let session = training_session::Entity::find_by_id(single.id).one(app.database.reader()).await;
        let session = session.expect("a query").expect("a session");
        assert_eq!((session.seated, session.waiting), (1, 0));
    }

    async fn a_copy_of_ones_data_has_the_registrations(app) {
        let member = &crowd(&app, 1).await.members[0];
        registered(&app, member, &meeting(&app, |_| {}).await).await;
        app.ask_by(member, EXPORT, json!({})).await.data();
        let mut url = None;
        for _ in 0..200 {
            let answer = app.ask_by(member, EXPORTS, json!({})).await;
            let export = &answer.data()["viewer"]["personalDataExports"][0];
            if export["state"] == "READY" {
                url = export["url"].as_str().map(str::to_owned);
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let request = app.client.get(url.expect("an archive")).bearer_auth(&member.access_token);
        let bytes = request.send().await.expect("an answer").bytes().await.expect("bytes");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).expect("an archive");
        let mut text = String::new();
        archive.by_name("data.json").expect("a file").read_to_string(&mut text).expect("text");
        let data: Value = serde_json::from_str(&text).expect("JSON");
        let kept = &data["training"]["registrations"];
        assert_eq!(kept.as_array().expect("a list").len(), 1);
        assert_eq!(kept[0]["state"], "REGISTERED");
        assert!(kept[0]["startsAt"].is_string() && kept[0]["certificate"].is_null());
    }
}
