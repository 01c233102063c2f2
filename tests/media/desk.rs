//! What staff do with pictures that are there: finding, describing, deleting; and what goes by itself.

use std::time::Duration;

use api::domain::{media::record_uses, media_desk::expire_unused};
use chrono::TimeDelta;
use entities::{audit_entry, cache_generation, media_asset, media_use, news_article};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Desk, HOSPITAL, SCHOOL, fetch,
    files::{jpeg, png},
    staff, upload,
};
use crate::{
    at_both_desks,
    support::{App, Person, answer::each, builders, user_error},
};

const LIST: &str = "query($filter: MediaAssetFilter, $first: Int, $after: String) {
    mediaAssets(filter: $filter, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage }
        nodes { id alt credit originalName bytes uploadedAt version isUsed organisation { slug }
            image { width alt variants { url } } } } }";
const UPDATE: &str = "mutation($input: MediaAssetUpdateInput!) { mediaAssetUpdate(input: $input) {
    mediaAsset { id alt credit version } current { alt version } userErrors { code field } } }";
const DELETE: &str = "mutation($id: ID!) { mediaAssetDelete(input: { id: $id }) {
    deletedId userErrors { code field } } }";

async fn list(app: &App, person: &Person, variables: Value) -> Value {
    app.ask_by(person, LIST, variables).await.data()["mediaAssets"].clone()
}

async fn update(app: &App, person: &Person, input: Value) -> Value {
    let answer = app.ask_by(person, UPDATE, json!({ "input": input })).await;
    answer.data()["mediaAssetUpdate"].clone()
}

async fn delete(app: &App, person: &Person, id: &Value) -> Value {
    let answer = app.ask_by(person, DELETE, json!({ "id": id })).await;
    answer.data()["mediaAssetDelete"].clone()
}

/// The row of the last picture that was uploaded.
async fn last(app: &App) -> media_asset::Model {
    media_asset::Entity::find()
        .filter(media_asset::Column::IsDemo.eq(false))
        .order_by_desc(media_asset::Column::Id)
        .one(app.database.reader())
        .await
        .expect("a query")
        .expect("a picture")
}

async fn exists(app: &App, id: Uuid) -> bool {
    let found = media_asset::Entity::find_by_id(id)
        .one(app.database.writer())
        .await;
    found.expect("a query").is_some()
}

/// Makes a picture the cover of an article and returns the article.
async fn show(app: &App, media_id: Uuid) -> Uuid {
    let public = api::domain::content::AudienceDefinition::default();
    let article = builders::article(&app.database, "with-a-cover", &public).await;
    set_cover(app, article, Some(media_id)).await;
    article
}

async fn set_cover(app: &App, article: Uuid, cover: Option<Uuid>) {
    news_article::Entity::update_many()
        .col_expr(news_article::Column::CoverId, Expr::value(cover))
        .filter(news_article::Column::Id.eq(article))
        .exec(app.database.writer())
        .await
        .expect("changed");
}

/// How often the cache tag of the news was marked stale.
async fn generation(app: &App) -> i64 {
    let row = cache_generation::Entity::find()
        .filter(cache_generation::Column::Tag.eq("news"))
        .one(app.database.reader())
        .await
        .expect("a query");
    row.map_or(0, |row| row.generation)
}

/// Waits until the worker has taken the files away.
async fn swept(desk: &Desk, left: usize) {
    for _ in 0..200 {
        if desk.folders().len() == left {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:?} are left", desk.folders());
}

at_both_desks! {
    async fn staff_find_the_pictures_of_their_organisations(desk) {
        let app = &desk.app;
        let token = Some(desk.correspondent.access_token.as_str());
        let query = [("organisation", SCHOOL), ("alt", "Дети у школы"), ("name", "../фото\u{202e}/съезд 50%.jpg")];
        assert_eq!(upload(app, token, &query, jpeg(300, 200)).await.status, 201);
        let plain = desk.sent(png(50, 40)).await;
        let elsewhere = staff(app, "EDITOR", HOSPITAL).await;
        let theirs = list(app, &elsewhere, json!({})).await;
        assert_eq!(theirs["totalCount"], 0, "what is another union's is not seen");

        let all = list(app, &desk.correspondent, json!({})).await;
        assert_eq!(all["totalCount"], 2);
        let described = &all["nodes"][1];
        assert_eq!(described["alt"], "Дети у школы");
        assert_eq!(described["originalName"], "съезд 50%.jpg");
        assert_eq!(described["bytes"], json!(jpeg(300, 200).len()));
        assert_eq!((&described["isUsed"], &described["version"]), (&json!(false), &json!(1)));
        assert_eq!(described["organisation"]["slug"], SCHOOL);
        assert_eq!(described["image"]["variants"].as_array().map(Vec::len), Some(2));

        let found = |filter| list(app, &desk.correspondent, json!({ "filter": filter }));
        assert_eq!(each(&found(json!({ "query": "у школы" })).await, "alt"), ["Дети у школы"]);
        assert_eq!(each(&found(json!({ "query": "50%" })).await, "alt"), ["Дети у школы"]);
        assert_eq!(found(json!({ "query": "5_%" })).await["totalCount"], 0, "signs mean themselves");
        let hospital = app.organisation_node(HOSPITAL).await;
        assert_eq!(found(json!({ "organisation": hospital })).await["totalCount"], 0);
        show(app, last(app).await.id).await;
        assert_eq!(found(json!({ "unused": true })).await["totalCount"], 1);

        let page = list(app, &desk.correspondent, json!({ "first": 1 })).await;
        assert_eq!(each(&page, "id"), [plain["id"].as_str().expect("an id")]);
        let after = &page["pageInfo"]["endCursor"];
        let rest = list(app, &desk.correspondent, json!({ "first": 1, "after": after })).await;
        assert_eq!(each(&rest, "alt"), ["Дети у школы"]);
        assert_eq!(rest["pageInfo"]["hasNextPage"], false);
    }

    async fn a_description_is_changed_from_what_it_was(desk) {
        let app = &desk.app;
        let id = desk.sent(jpeg(50, 40)).await["id"].clone();
        let elsewhere = staff(app, "EDITOR", HOSPITAL).await;
        let input = json!({ "id": id, "alt": "Чужое", "version": 1 });
        assert_eq!(user_error(&update(app, &elsewhere, input).await), "ASSET_NOT_FOUND");
        let colleague = app.staff("second@example.ru", "CORRESPONDENT",
            json!({ "organisation": app.organisation_node(SCHOOL).await })).await.person;
        let input = json!({ "id": id, "alt": "Не своё", "version": 1 });
        assert_eq!(user_error(&update(app, &colleague, input).await), "EDITOR_REQUIRED");

        let input = json!({ "id": id, "alt": " Съезд ", "credit": "Фото Ивановой", "version": 1 });
        let done = update(app, &desk.correspondent, input.clone()).await;
        assert_eq!(done["mediaAsset"], json!({ "id": id, "alt": "Съезд", "credit": "Фото Ивановой", "version": 2 }));
        let late = update(app, &desk.correspondent, input).await;
        assert_eq!(user_error(&late), "CONFLICT");
        assert_eq!(late["current"], json!({ "alt": "Съезд", "version": 2 }));
        let long = json!({ "id": id, "alt": "ж".repeat(501), "version": 2 });
        assert_eq!(user_error(&update(app, &desk.correspondent, long).await), "TEXT_TOO_LONG");

        // What readers see is an editor's business, and reaches them.
        let article = show(app, last(app).await.id).await;
        let input = json!({ "id": id, "alt": "Съезд в Москве", "credit": "", "version": 2 });
        assert_eq!(user_error(&update(app, &desk.correspondent, input.clone()).await), "EDITOR_REQUIRED");
        let before = generation(app).await;
        let editor = staff(app, "EDITOR", SCHOOL).await;
        let done = update(app, &editor, input).await;
        assert_eq!(done["mediaAsset"]["credit"], Value::Null, "{done:#}");
        assert_eq!(generation(app).await, before + 1);
        let seen = app.ask("{ newsArticle(slug: \"with-a-cover\") { cover { alt } } }").await;
        assert_eq!(seen.data()["newsArticle"]["cover"]["alt"], "Съезд в Москве", "{article}");
    }

    async fn what_is_shown_is_not_deleted(desk) {
        let app = &desk.app;
        let asset = desk.sent(jpeg(50, 40)).await;
        let row = last(app).await;
        let editor = staff(app, "EDITOR", SCHOOL).await;
        let article = show(app, row.id).await;
        assert_eq!(user_error(&delete(app, &editor, &asset["id"]).await), "IN_USE");
        set_cover(app, article, None).await;
        record_uses(app.database.writer(), article, &[row.id, Uuid::now_v7()]).await.expect("recorded");
        assert_eq!(user_error(&delete(app, &editor, &asset["id"]).await), "IN_USE");
        record_uses(app.database.writer(), article, &[]).await.expect("recorded");
        assert_eq!(media_use::Entity::find().count(app.database.reader()).await.expect("a count"), 0);

        let done = delete(app, &editor, &asset["id"]).await;
        assert_eq!(done["deletedId"], asset["id"], "{done:#}");
        assert!(!exists(app, row.id).await);
        swept(&desk, 0).await;
        let gone = fetch(app, asset["url"].as_str().expect("an address")).await;
        assert_eq!(gone.status(), 404);
        assert_eq!(user_error(&delete(app, &editor, &asset["id"]).await), "ASSET_NOT_FOUND");
        let told = audit_entry::Entity::find()
            .filter(audit_entry::Column::Action.eq("media_asset.delete"))
            .count(app.database.reader())
            .await
            .expect("a count");
        assert_eq!(told, 1);
    }

    async fn what_nothing_shows_for_a_week_goes(desk) {
        let app = &desk.app;
        desk.sent(jpeg(50, 40)).await;
        let shown = last(app).await.id;
        let article = show(app, shown).await;
        desk.sent(jpeg(51, 40)).await;
        let unused = last(app).await.id;
        let expire = || expire_unused(&app.database, app.now());
        assert_eq!(expire().await, Ok(0));
        app.wait(TimeDelta::days(6));
        assert_eq!(expire().await, Ok(0));
        app.wait(TimeDelta::days(2));
        assert_eq!(expire().await, Ok(1));
        assert!(!exists(app, unused).await && exists(app, shown).await);
        swept(&desk, 1).await;

        // Its own week begins when it is taken away.
        set_cover(app, article, None).await;
        assert_eq!(expire().await, Ok(0));
        app.wait(TimeDelta::days(3));
        set_cover(app, article, Some(shown)).await;
        assert_eq!(expire().await, Ok(0));
        set_cover(app, article, None).await;
        app.wait(TimeDelta::days(6));
        assert_eq!(expire().await, Ok(0));
        app.wait(TimeDelta::days(8));
        assert_eq!(expire().await, Ok(1));
        swept(&desk, 0).await;
    }
}
