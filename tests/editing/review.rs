//! Another person looks before readers do.

use entities::organisation;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::json;

use super::{SCHOOL, codes, done, drafted, publisher, seen, seen_with, send, with_role};
use crate::{on_both_databases, support::App};

async fn ask_for_review(app: &App) {
    let row = organisation::Entity::find()
        .filter(organisation::Column::Slug.eq(SCHOOL))
        .one(app.database.writer())
        .await
        .expect("a read")
        .expect("the school");
    let mut row = row.into_active_model();
    row.requires_review = Set(true);
    row.update(app.database.writer()).await.expect("a write");
}

on_both_databases! {
    async fn nobody_publishes_what_they_wrote_where_review_is_asked_for(app) {
        ask_for_review(&app).await;
        let author = publisher(&app).await;
        let other = with_role(&app, "other", "PUBLISHER", SCHOOL).await;
        let draft = drafted(&app, &author).await;
        let refused = send(&app, &author, "newsArticlePublish", seen(&draft)).await;
        assert_eq!(codes(&refused), ["REVIEW_REQUIRED"]);
        let refused = send(&app, &other, "newsArticlePublish", seen(&draft)).await;
        assert_eq!(codes(&refused), ["REVIEW_REQUIRED"]);
        let submitted = done(&app, &author, "newsArticleSubmit", seen(&draft)).await;
        let refused = send(&app, &author, "newsArticlePublish", seen(&submitted)).await;
        assert_eq!(codes(&refused), ["REVIEW_REQUIRED"]);
        let published = done(&app, &other, "newsArticlePublish", seen(&submitted)).await;
        assert_eq!(published["state"], "PUBLISHED");
    }

    async fn a_draft_comes_back_with_a_comment(app) {
        let correspondent = with_role(&app, "correspondent", "CORRESPONDENT", SCHOOL).await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let draft = drafted(&app, &correspondent).await;
        let early = seen_with(&draft, json!({ "comment": "Рано" }));
        let refused = send(&app, &editor, "newsArticleReturn", early).await;
        assert_eq!(codes(&refused), ["NOT_IN_REVIEW"]);
        let queue = "{ reviewQueue { nodes { ... on NewsArticleDraft { id state } } } }";
        let empty = app.ask_by(&editor, queue, json!({})).await;
        assert_eq!(empty.data()["reviewQueue"]["nodes"], json!([]));

        let submitted = done(&app, &correspondent, "newsArticleSubmit", seen(&draft)).await;
        let waiting = app.ask_by(&editor, queue, json!({})).await;
        assert_eq!(waiting.data()["reviewQueue"]["nodes"], json!([{ "id": draft["id"], "state": "IN_REVIEW" }]));
        let refused = send(&app, &correspondent, "newsArticleReturn", seen_with(&submitted, json!({ "comment": "Сам" }))).await;
        assert_eq!(codes(&refused), ["MAY_NOT_EDIT"]);
        let comment = seen_with(&submitted, json!({ "comment": "Где адрес?" }));
        let returned = done(&app, &editor, "newsArticleReturn", comment.clone()).await;
        assert_eq!((&returned["state"], &returned["returnComment"]), (&json!("DRAFT"), &json!("Где адрес?")));
        let again = done(&app, &editor, "newsArticleReturn", comment).await;
        assert_eq!(returned, again);
        let mended = seen_with(&returned, json!({ "body": "Зал на Мира, 1." }));
        let mended = done(&app, &correspondent, "newsArticleUpdate", mended).await;
        let submitted = done(&app, &correspondent, "newsArticleSubmit", seen(&mended)).await;
        assert!(submitted["returnComment"].is_null());
    }
}
