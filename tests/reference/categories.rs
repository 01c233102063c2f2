//! Categories and life events.

use serde_json::json;

use super::{SCHOOL, audited, cursor, done, heard, key, pairs, problems, send, with_role};
use crate::{
    on_both_databases,
    support::{answer::each, user_error},
};

const NEWS: &str = "newsCategory { id slug name description }";

on_both_databases! {
    async fn only_the_federation_keeps_categories(app) {
        let create = "mutation($key: ID!) { newsCategoryCreate(input: { clientMutationKey: $key, name: \"Спорт\" }) { userErrors { code } } }";
        let variables = json!({ "key": key() });
        assert_eq!(app.ask_with(create, variables.clone()).await.code(), "UNAUTHENTICATED");
        for person in [app.sign_in("+79161234567").await, with_role(&app, "ORGANISATION_ADMIN", SCHOOL).await] {
            assert_eq!(app.ask_by(&person, create, variables.clone()).await.code(), "FORBIDDEN");
        }
        // The same role with the federation's permissions, but within one organisation.
        let local = with_role(&app, "FEDERATION_ADMIN", SCHOOL).await;
        assert_eq!(app.ask_by(&local, create, variables).await.code(), "FORBIDDEN");
    }

    async fn everything_wrong_is_told_at_once(app) {
        let admin = app.admin().await.person;
        let wrong = json!({ "clientMutationKey": key(), "name": " ", "slug": "Спорт", "position": -1, "description": "ж".repeat(2001) });
        let refused = send(&app, &admin, "newsCategoryCreate", NEWS, wrong).await;
        let expected = [("description", "TOO_LONG"), ("name", "MISSING"), ("position", "OUT_OF_RANGE"), ("slug", "NOT_A_SLUG")];
        assert_eq!(problems(&refused), pairs(&expected));
        let taken = app.ask("{ newsCategories { slug } }").await;
        let taken = taken.data()["newsCategories"][0]["slug"].clone();
        let input = json!({ "clientMutationKey": key(), "name": "Новое", "slug": taken });
        let refused = send(&app, &admin, "newsCategoryCreate", NEWS, input).await;
        assert_eq!(problems(&refused), pairs(&[("slug", "SLUG_TAKEN")]));
        assert_eq!(audited(&app, "news_category.create").await, 0);
    }

    async fn a_category_is_created_changed_and_deleted_before_readers_eyes(app) {
        let admin = app.admin().await.person;
        let since = cursor(&app, "NEWS_CATEGORY").await;
        let input = json!({ "clientMutationKey": key(), "name": " Охрана труда и быта ", "description": "Всё об охране" });
        let made = done(&app, &admin, "newsCategoryCreate", NEWS, input.clone()).await["newsCategory"].clone();
        assert_eq!((&made["slug"], &made["name"]), (&json!("ohrana-truda-i-byta"), &json!("Охрана труда и быта")));
        let again = done(&app, &admin, "newsCategoryCreate", NEWS, input.clone()).await["newsCategory"].clone();
        assert_eq!(made, again);
        let mut other = input;
        other["name"] = json!("Другое");
        assert_eq!(user_error(&send(&app, &admin, "newsCategoryCreate", NEWS, other).await), "CONFLICT");

        let list = app.ask("{ newsCategories { slug } }").await;
        assert_eq!(each(&list.data()["newsCategories"], "slug").last().map(String::as_str), Some("ohrana-truda-i-byta"));
        let news = heard(&app, "NEWS_CATEGORY", &since, "... on NewsCategory { id name }").await;
        assert_eq!(news["changed"], json!([{ "id": made["id"], "name": "Охрана труда и быта" }]));

        let since = cursor(&app, "NEWS_CATEGORY").await;
        let change = json!({ "id": made["id"], "name": "Охрана труда" });
        let changed = done(&app, &admin, "newsCategoryUpdate", NEWS, change.clone()).await["newsCategory"].clone();
        assert_eq!((&changed["name"], &changed["description"]), (&json!("Охрана труда"), &json!("Всё об охране")));
        done(&app, &admin, "newsCategoryUpdate", NEWS, change).await;
        assert_eq!(audited(&app, "news_category.update").await, 1, "the same again changes nothing");
        let news = heard(&app, "NEWS_CATEGORY", &since, "... on NewsCategory { name }").await;
        assert_eq!(news["changed"], json!([{ "name": "Охрана труда" }]));

        let since = cursor(&app, "NEWS_CATEGORY").await;
        let input = json!({ "id": made["id"] });
        for _ in 0..2 {
            let gone = done(&app, &admin, "newsCategoryDelete", "deletedId", input.clone()).await;
            assert_eq!(gone["deletedId"], made["id"]);
        }
        assert_eq!(audited(&app, "news_category.delete").await, 1);
        let news = heard(&app, "NEWS_CATEGORY", &since, "__typename").await;
        assert_eq!(news["removed"], json!([{ "id": made["id"] }]));
    }

    async fn what_is_used_is_not_deleted(app) {
        let admin = app.admin().await.person;
        let used = app.ask("{ news(first: 1) { nodes { category { id } } } benefits(first: 1) { nodes { category { id } } } guides(first: 1) { nodes { category { id } lifeEvents { id } } } }").await;
        let data = used.data();
        for (name, id) in [
            ("newsCategoryDelete", &data["news"]["nodes"][0]["category"]["id"]),
            ("benefitCategoryDelete", &data["benefits"]["nodes"][0]["category"]["id"]),
            ("guideCategoryDelete", &data["guides"]["nodes"][0]["category"]["id"]),
            ("lifeEventDelete", &data["guides"]["nodes"][0]["lifeEvents"][0]["id"]),
        ] {
            let refused = send(&app, &admin, name, "deletedId", json!({ "id": id })).await;
            assert_eq!(user_error(&refused), "IN_USE", "{name}");
            let message = refused["userErrors"][0]["message"].as_str().expect("a message");
            assert!(message.contains(|sign: char| sign.is_ascii_digit()), "{message}");
        }
    }

    async fn benefits_guides_and_life_events_have_headings_as_well(app) {
        let admin = app.admin().await.person;
        for (kind, name) in [("benefitCategory", "name"), ("guideCategory", "name"), ("lifeEvent", "title")] {
            let mut input = json!({ "clientMutationKey": key() });
            input[name] = json!("Переподготовка");
            let fields = format!("{kind} {{ id slug {name} }}");
            let made = done(&app, &admin, &format!("{kind}Create"), &fields, input).await;
            assert_eq!(made[kind]["slug"], "perepodgotovka", "{kind}");
            let mut input = json!({ "id": made[kind]["id"], "slug": "novoselye" });
            input[name] = json!("Новоселье");
            let changed = done(&app, &admin, &format!("{kind}Update"), &fields, input).await;
            assert_eq!((&changed[kind]["slug"], &changed[kind][name]), (&json!("novoselye"), &json!("Новоселье")));
            done(&app, &admin, &format!("{kind}Delete"), "deletedId", json!({ "id": made[kind]["id"] })).await;
        }
    }
}
