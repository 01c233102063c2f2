//! What happens when its time comes, with nobody at the desk.

use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta};
use entities::{content, enums::ContentState};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{codes, done, drafted, publisher, read, seen, seen_with, send};
use crate::{on_both_databases, support::App};

const SLUG: &str = "sobranie-perenesli-na-chetverg";

fn later(app: &App, hours: i64) -> Value {
    let at = app.now() + TimeDelta::hours(hours);
    json!(at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// Waits until strangers see the article, or do not.
async fn until(app: &App, is_seen: bool) {
    // One statement: an article may go between the two that a whole one takes.
    let query = format!("{{ newsArticle(slug: \"{SLUG}\") {{ slug }} }}");
    for _ in 0..200 {
        if app.ask(&query).await.data()["newsArticle"].is_null() != is_seen {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("readers see it: {}", !is_seen);
}

on_both_databases! {
    async fn a_draft_is_published_when_its_time_comes(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let far = seen_with(&draft, json!({ "at": later(&app, 24 * 400) }));
        let refused = send(&app, &publisher, "newsArticlePublish", far).await;
        assert_eq!(codes(&refused), ["TOO_FAR_AHEAD"]);
        let wish = seen_with(&draft, json!({ "at": later(&app, 2) }));
        let scheduled = done(&app, &publisher, "newsArticlePublish", wish.clone()).await;
        assert_eq!(scheduled["state"], "SCHEDULED");
        assert!(read(&app, SLUG).await.is_null());
        let again = done(&app, &publisher, "newsArticlePublish", wish).await;
        assert_eq!(again, scheduled);
        let change = seen_with(&scheduled, json!({ "headline": "Поздно" }));
        let refused = send(&app, &publisher, "newsArticleUpdate", change).await;
        assert_eq!(codes(&refused), ["SCHEDULED"]);
        app.wait(TimeDelta::hours(2) + TimeDelta::seconds(1));
        until(&app, true).await;
    }

    async fn a_draft_taken_out_of_the_schedule_stays_unseen(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let refused = send(&app, &publisher, "newsArticleUnschedule", seen(&draft)).await;
        assert_eq!(codes(&refused), ["NOT_SCHEDULED"]);
        let wish = seen_with(&draft, json!({ "at": later(&app, 1) }));
        let scheduled = done(&app, &publisher, "newsArticlePublish", wish).await;
        let freed = done(&app, &publisher, "newsArticleUnschedule", seen(&scheduled)).await;
        assert_eq!((&freed["state"], &freed["publishAt"]), (&json!("DRAFT"), &Value::Null));
        let wish = seen_with(&freed, json!({ "at": later(&app, 3) }));
        done(&app, &publisher, "newsArticlePublish", wish).await;
        // The first job comes due and finds that its time is not the draft's any more.
        app.wait(TimeDelta::hours(2));
        tokio::time::sleep(Duration::from_millis(800)).await;
        assert!(read(&app, SLUG).await.is_null());
        app.wait(TimeDelta::hours(1) + TimeDelta::seconds(1));
        until(&app, true).await;
    }

    async fn what_was_withdrawn_does_not_come_back_by_itself(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let change = seen_with(&published, json!({ "headline": "Позже" }));
        let changed = done(&app, &publisher, "newsArticleUpdate", change).await;
        let wish = seen_with(&changed, json!({ "at": later(&app, 1), "changeNote": "Уточнили" }));
        let scheduled = done(&app, &publisher, "newsArticlePublish", wish).await;
        let why = seen_with(&scheduled, json!({ "explanation": "Ошибка" }));
        let gone = done(&app, &publisher, "newsArticleWithdraw", why).await;
        assert_eq!((&gone["state"], &gone["publishAt"]), (&json!("DRAFT"), &Value::Null));
        app.wait(TimeDelta::hours(1) + TimeDelta::seconds(1));
        tokio::time::sleep(Duration::from_millis(800)).await;
        assert!(read(&app, SLUG).await.is_null());
    }

    async fn what_would_be_over_when_its_time_comes_is_not_scheduled(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let ends = seen_with(&draft, json!({ "unpublishAt": later(&app, 1) }));
        let draft = done(&app, &publisher, "newsArticleUpdate", ends).await;
        let wish = seen_with(&draft, json!({ "at": later(&app, 2) }));
        let refused = send(&app, &publisher, "newsArticlePublish", wish).await;
        assert_eq!(codes(&refused), ["IN_THE_PAST"]);
    }

    async fn what_was_published_until_a_time_goes_by_itself(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let past = seen_with(&draft, json!({ "unpublishAt": later(&app, -1) }));
        let draft = done(&app, &publisher, "newsArticleUpdate", past).await;
        let refused = send(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        assert_eq!(codes(&refused), ["IN_THE_PAST"]);
        let until_then = seen_with(&draft, json!({ "unpublishAt": later(&app, 1) }));
        let draft = done(&app, &publisher, "newsArticleUpdate", until_then).await;
        done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        until(&app, true).await;
        app.wait(TimeDelta::hours(1) + TimeDelta::seconds(1));
        until(&app, false).await;
        let row = content::Entity::find().filter(content::Column::Slug.eq(SLUG)).one(app.database.reader());
        let row = row.await.expect("a read").expect("the content");
        assert_eq!(row.state, ContentState::Archived);
    }
}
