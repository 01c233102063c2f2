//! Topics, which staff keep and everybody sees.

use entities::audit_entry;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{choose, done, key, pairs, phone, problems, register, send, topic};
use crate::{on_both_databases, support::App};

const TOPIC: &str = "pushTopic { id slug name }";

/// What a stranger is offered.
async fn topics(app: &App) -> Vec<Value> {
    let answer = app.ask("{ pushTopics { slug name isPublic } }").await;
    answer.data()["pushTopics"]
        .as_array()
        .cloned()
        .expect("topics")
}

on_both_databases! {
    async fn the_demo_content_has_a_topic_for_each_category_of_news(app) {
        let categories = app.ask("{ newsCategories { name } }").await;
        let names: Vec<Value> = categories.data()["newsCategories"].as_array().cloned().expect("categories");
        let offered = topics(&app).await;
        assert_eq!(offered.len(), names.len());
        assert!(names.iter().all(|category| offered.iter().any(|topic| topic["name"] == category["name"])));
    }

    async fn everything_wrong_with_a_topic_is_told_at_once(app) {
        let admin = app.admin().await.person;
        let input = json!({
            "clientMutationKey": key(),
            "name": " ",
            "slug": "Тема",
            "position": -1,
            "newsCategory": app.organisation_node("mfp").await,
        });
        let refused = send(&app, Some(&admin), "pushTopicCreate", TOPIC, input).await;
        assert_eq!(problems(&refused), pairs(&[
            ("name", "MISSING"),
            ("newsCategory", "NOT_THERE"),
            ("position", "OUT_OF_RANGE"),
            ("slug", "NOT_A_SLUG"),
        ]));
    }

    async fn a_topic_is_created_once_changed_and_deleted(app) {
        let admin = app.admin().await.person;
        let input = json!({ "clientMutationKey": key(), "name": "Проверка связи", "position": 1 });
        let made = done(&app, Some(&admin), "pushTopicCreate", TOPIC, input.clone()).await["pushTopic"].clone();
        assert_eq!(made["slug"], "proverka-svyazi");
        let again = done(&app, Some(&admin), "pushTopicCreate", TOPIC, input).await["pushTopic"].clone();
        assert_eq!(made, again);
        let input = json!({ "id": made["id"], "name": "Связь" });
        done(&app, Some(&admin), "pushTopicUpdate", TOPIC, input).await;
        let shown = json!({ "slug": "proverka-svyazi", "name": "Связь", "isPublic": true });
        assert!(topics(&app).await.contains(&shown));
        let input = json!({ "id": made["id"] });
        for _ in 0..2 {
            done(&app, Some(&admin), "pushTopicDelete", "deletedId", input.clone()).await;
        }
        assert!(!topics(&app).await.contains(&shown));
        for action in ["push_topic.create", "push_topic.update", "push_topic.delete"] {
            let entries = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq(action));
            assert_eq!(entries.count(app.database.reader()).await.expect("a count"), 1, "{action}");
        }
    }

    async fn a_topic_that_somebody_has_chosen_stays(app) {
        let admin = app.admin().await.person;
        let topic = topic(&app, &admin, json!({})).await;
        let id = key();
        register(&app, None, phone(&id, "token")).await;
        choose(&app, None, &id, &[&topic]).await;
        let refused = send(&app, Some(&admin), "pushTopicDelete", "deletedId", json!({ "id": topic["id"] })).await;
        assert_eq!(problems(&refused), pairs(&[("id", "IN_USE")]));
        assert!(topics(&app).await.iter().any(|shown| shown["slug"] == topic["slug"]));
    }
}
