//! What a message says, and what it keeps to itself.

use serde_json::{Value, json};

use super::{done, is_signed_by, key, listening, publish, step, tell, until};
use crate::support::App;

/// The id of an article as strangers have it.
async fn id_of(app: &App, slug: &str) -> Value {
    let query = "query($slug: String!) { newsArticle(slug: $slug) { id } }";
    app.ask_with(query, json!({ "slug": slug })).await.data()["newsArticle"]["id"].clone()
}

with_a_receiver! {
    async fn a_publication_is_told_with_its_tags_and_its_path(app, receiver) {
        let admin = app.admin().await.person;
        publish(&app, &admin, "Ещё до вебхука", "PUBLIC").await;
        let (_, secret) = listening(&app, &admin, &receiver).await;
        assert_eq!(tell(&app).await, 0, "what was published before is no news");
        let draft = publish(&app, &admin, "Собрание в четверг", "PUBLIC").await;
        assert_eq!(tell(&app).await, 1);
        assert_eq!(tell(&app).await, 0);
        let message = receiver.wait_for(1).await;
        assert!(is_signed_by(&message, &secret));
        assert_eq!(message.path, "/hook");
        let body = message.json();
        assert_eq!(body["type"], "content.changed");
        assert!(body["timestamp"].is_string());
        let tags = body["data"]["tags"].as_array().expect("tags");
        assert!(tags.contains(&json!("news")) && tags.len() == 2, "{tags:?}");
        let id = id_of(&app, "sobranie-v-chetverg").await;
        let expected = json!([{ "type": "NewsArticle", "id": id, "change": "published", "path": "/news/sobranie-v-chetverg" }]);
        assert_eq!(body["data"]["changes"], expected);
        let told = until(&app, &admin, "DELIVERED").await;
        assert_eq!(told["event"], "CONTENT_CHANGED");
        assert_eq!(told["toSeq"], body["data"]["toSeq"].to_string());

        let why = json!({ "explanation": "Ошибка" });
        step(&app, &admin, "Withdraw", &draft, why).await;
        assert_eq!(tell(&app).await, 1);
        let next = receiver.wait_for(2).await.json();
        let expected = json!([{ "type": "NewsArticle", "id": id, "change": "removed", "path": "/news/sobranie-v-chetverg" }]);
        assert_eq!(next["data"]["changes"], expected);
        let (end, begin) = (&body["data"]["toSeq"], &next["data"]["fromSeq"]);
        assert_eq!(end.as_i64().expect("a number") + 1, begin.as_i64().expect("a number"));
    }

    async fn of_what_only_members_see_no_path_is_told(app, receiver) {
        let admin = app.admin().await.person;
        listening(&app, &admin, &receiver).await;
        publish(&app, &admin, "Тайное собрание", "MEMBERS").await;
        publish(&app, &admin, "Открытое собрание", "PUBLIC").await;
        assert_eq!(tell(&app).await, 1, "one message tells of both");
        let message = receiver.wait_for(1).await;
        let changes = &message.json()["data"]["changes"];
        assert_eq!(changes[0], json!({ "type": "NewsArticle" }));
        assert_eq!(changes[1]["path"], "/news/otkrytoe-sobranie");
        assert_eq!(message.json()["data"]["tags"][0], "news");
        assert!(!message.body.contains("tajnoe"), "{}", message.body);
    }

    async fn what_becomes_members_own_is_told_as_gone(app, receiver) {
        let admin = app.admin().await.person;
        let draft = publish(&app, &admin, "Было для всех", "PUBLIC").await;
        let id = id_of(&app, "bylo-dlya-vseh").await;
        assert!(id.is_string());
        listening(&app, &admin, &receiver).await;
        let narrowed = json!({ "id": draft["id"], "version": draft["version"], "slug": "tajnyj-adres", "audience": { "scope": "MEMBERS" } });
        let draft = done(&app, &admin, "newsArticleUpdate", "draft { id version }", narrowed).await["draft"].clone();
        step(&app, &admin, "Publish", &draft, json!({ "changeNote": "Только своим" })).await;
        tell(&app).await;
        let message = receiver.wait_for(1).await;
        let expected = json!([{ "type": "NewsArticle", "id": id, "change": "removed" }]);
        assert_eq!(message.json()["data"]["changes"], expected);
        assert!(!message.body.contains("tajnyj"), "{}", message.body);
    }

    async fn tags_alone_are_told_as_well(app, receiver) {
        let admin = app.admin().await.person;
        listening(&app, &admin, &receiver).await;
        let redirect = json!({ "clientMutationKey": key(), "host": "mtuf.ru", "path": "/old", "target": "/news" });
        done(&app, &admin, "redirectCreate", "redirect { id }", redirect).await;
        assert_eq!(tell(&app).await, 1);
        let body = receiver.wait_for(1).await.json();
        assert_eq!(body["data"]["tags"], json!(["redirects"]));
        assert_eq!(body["data"]["changes"], json!([]));
    }
}
