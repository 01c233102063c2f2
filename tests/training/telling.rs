//! Reminders, a day before, once whoever asks for them.

use api::domain::training::remind_of_sessions;
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};

use super::{inbox, meeting, registered};
use crate::{benefit_use::crowd, on_both_databases, support::App};

on_both_databases! {
    async fn those_with_a_seat_are_reminded_a_day_before_and_once(app) {
        let members = crowd(&app, 2).await.members;
        let soon = app.now() + TimeDelta::hours(20);
        let soon = meeting(&app, |row| {
            row.seats = Set(1);
            row.starts_at = Set(soon);
            row.ends_at = Set(soon + TimeDelta::hours(2));
            row.registration_closes_at = Set(soon);
        }).await;
        let later = meeting(&app, |_| {}).await;
        registered(&app, &members[0], &soon).await;
        registered(&app, &members[1], &soon).await;
        registered(&app, &members[1], &later).await;
        let other = app.beside().await;
        for database in [&app.database, &other.database, &app.database] {
            remind_of_sessions(database, app.now()).await.expect("reminded");
        }
        let told = inbox(&app, &members[0], 1).await;
        assert!(told[0]["body"].as_str().expect("a text").starts_with("Занятие начнётся"), "{told:#?}");
        // Who waits for a seat is not called to it.
        assert!(inbox(&app, &members[1], 0).await.is_empty());

        app.wait(TimeDelta::hours(30));
        remind_of_sessions(&app.database, app.now()).await.expect("reminded");
        let told = app.sign_in("+79161230001").await;
        assert_eq!(inbox(&app, &told, 1).await.len(), 1);
        assert_eq!(reminders(&app).await, 2, "one a session");
        other.ending().await;
    }
}

/// How many reminders there are, whoever gets them.
async fn reminders(app: &App) -> u64 {
    use entities::push_campaign::{Column, Entity};
    Entity::find()
        .filter(Column::CampaignKey.starts_with("training-soon:"))
        .count(app.database.reader())
        .await
        .expect("a count")
}
