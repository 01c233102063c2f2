//! The tree of organisations.

use serde_json::{Value, json};

use super::{
    HOSPITAL, SCHOOL, TEACHERS, audited, cursor, done, heard, key, pairs, problems, send, with_role,
};
use crate::{
    on_both_databases,
    support::{App, Person, builders, user_error},
};

const FIELDS: &str = "organisation { id slug shortName kind parent { slug } contacts { phone email } socials { network url } brand { primaryColor } host okrugs }";

async fn change(app: &App, person: &Person, input: Value) -> Value {
    send(app, person, "organisationUpdate", FIELDS, input).await
}

async fn found(app: &App, admin: &Person, name: &str, parent: &Value) -> Value {
    let input = json!({ "clientMutationKey": key(), "kind": "PRIMARY", "shortName": name, "fullName": name, "parent": parent });
    done(app, admin, "organisationCreate", FIELDS, input).await["organisation"].clone()
}

/// Who stands above an organisation by the closure, with the distance.
async fn above(app: &App, slug: &str) -> Vec<(i32, uuid::Uuid)> {
    use entities::organisation_closure::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let id = builders::organisation_id(&app.database, slug).await;
    let rows = Entity::find()
        .filter(Column::DescendantId.eq(id))
        .all(app.database.reader())
        .await
        .expect("rows");
    let mut above: Vec<_> = rows
        .into_iter()
        .map(|row| (row.depth, row.ancestor_id))
        .collect();
    above.sort();
    above
}

on_both_databases! {
    async fn an_administrator_keeps_what_is_their_organisations_own(app) {
        let id = app.organisation_node(SCHOOL).await;
        let editor = with_role(&app, "EDITOR", SCHOOL).await;
        let query = "mutation($id: ID!) { organisationUpdate(input: { id: $id, phone: \"+74950000000\" }) { userErrors { code } } }";
        assert_eq!(app.ask_by(&editor, query, json!({ "id": id })).await.code(), "FORBIDDEN");
        let elsewhere = with_role(&app, "ORGANISATION_ADMIN", HOSPITAL).await;
        let refused = change(&app, &elsewhere, json!({ "id": id, "phone": "+74950000000" })).await;
        assert_eq!(user_error(&refused), "NOT_FOUND");

        let own = with_role(&app, "ORGANISATION_ADMIN", SCHOOL).await;
        let input = json!({ "id": id, "shortName": "Другая школа", "parent": app.organisation_node(HOSPITAL).await, "phone": "звоните", "email": "нет", "primaryColor": "red", "website": "javascript:alert(1)", "socials": [{ "network": "", "url": "x" }] });
        let refused = problems(&change(&app, &own, input).await);
        for expected in [("email", "NOT_AN_EMAIL"), ("parent", "FEDERATION_ONLY"), ("phone", "NOT_A_PHONE"), ("primaryColor", "NOT_A_COLOUR"), ("shortName", "FEDERATION_ONLY"), ("socials.0.network", "MISSING"), ("socials.0.url", "NOT_A_URL"), ("website", "NOT_A_URL")] {
            assert!(refused.contains(&pairs(&[expected])[0]), "{expected:?} in {refused:?}");
        }
        assert_eq!(audited(&app, "organisation.update").await, 0);

        let since = cursor(&app, "ORGANISATION").await;
        let input = json!({ "id": id, "phone": "8 (495) 123-45-67", "email": "school@example.ru", "primaryColor": "#1a2b3c", "socials": [{ "network": "VK", "url": "https://vk.com/school" }], "requiresReview": true });
        let payload = change(&app, &own, input.clone()).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        let organisation = &payload["organisation"];
        assert_eq!(organisation["contacts"], json!({ "phone": "+74951234567", "email": "school@example.ru" }));
        change(&app, &own, input).await;
        assert_eq!(audited(&app, "organisation.update").await, 1);
        let seen = app.ask("{ organisation(slug: \"ppo-primer-shkola\") { brand { primaryColor logo { url } } socials { url } } }").await;
        assert_eq!(seen.data()["organisation"], json!({ "brand": { "primaryColor": "#1a2b3c", "logo": null }, "socials": [{ "url": "https://vk.com/school" }] }));
        let changes = heard(&app, "ORGANISATION", &since, "... on Organisation { slug }").await;
        assert_eq!(changes["changed"], json!([{ "slug": SCHOOL }]));
    }

    async fn a_host_is_one_organisations(app) {
        let admin = app.admin().await.person;
        let id = app.organisation_node(SCHOOL).await;
        for (host, code) in [("mtuf.ru", "HOST_TAKEN"), ("mgo-obrazovaniya.mfp.example", "HOST_TAKEN"), ("localhost", "NOT_A_HOST")] {
            let refused = change(&app, &admin, json!({ "id": id, "host": host })).await;
            assert_eq!(problems(&refused), pairs(&[("host", code)]), "{host}");
        }
        let changed = change(&app, &admin, json!({ "id": id, "host": "Shkola.mtuf.ru" })).await;
        assert_eq!(changed["organisation"]["host"], "shkola.mtuf.ru");
        let there = app.ask("{ route(host: \"shkola.mtuf.ru\", path: \"/\") { ... on Organisation { slug } } }").await;
        assert_eq!(there.data()["route"]["slug"], SCHOOL);
    }

    async fn an_organisation_moves_with_all_below_it(app) {
        let admin = app.admin().await.person;
        let teachers = json!(app.organisation_node(TEACHERS).await);
        let upper = found(&app, &admin, "Районная", &teachers).await;
        let lower = found(&app, &admin, "Школьная", &upper["id"]).await;
        let lowest = found(&app, &admin, "Классная", &lower["id"]).await;
        let other = found(&app, &admin, "Окружная", &teachers).await;
        for parent in [&lower["id"], &lowest["id"]] {
            let refused = change(&app, &admin, json!({ "id": lower["id"], "parent": parent })).await;
            assert_eq!(problems(&refused), pairs(&[("parent", "BELOW_ITSELF")]));
        }
        let slug = lowest["slug"].as_str().expect("a slug");
        let for_district = builders::members_under(&app.database, other["slug"].as_str().expect("a slug")).await;
        builders::article(&app.database, "for-the-district", &for_district).await;
        let for_union = builders::members_under(&app.database, TEACHERS).await;
        builders::article(&app.database, "for-the-union", &for_union).await;
        let query = "{ district: newsArticle(slug: \"for-the-district\") { slug } union: newsArticle(slug: \"for-the-union\") { slug } }";
        let member = builders::member_of(&app.database, slug).await;
        let seen = app.ask_as(member, query, json!({})).await;
        assert_eq!(seen.data(), &json!({ "district": null, "union": { "slug": "for-the-union" } }));
        let before = above(&app, slug).await.len();

        let moved = change(&app, &admin, json!({ "id": lower["id"], "parent": other["id"] })).await;
        assert_eq!(moved["organisation"]["parent"]["slug"], other["slug"]);
        let now = above(&app, slug).await;
        let depths: Vec<i32> = now.iter().map(|(depth, _)| *depth).collect();
        let whole: Vec<i32> = (0..).take(now.len()).collect();
        assert_eq!((depths, now.len()), (whole, before), "each ancestor once, at its distance");
        let upper_id = builders::organisation_id(&app.database, upper["slug"].as_str().expect("a slug")).await;
        assert!(!now.iter().any(|(_, id)| *id == upper_id));
        let member = builders::member_of(&app.database, slug).await;
        let seen = app.ask_as(member, query, json!({})).await;
        assert_eq!(seen.data(), &json!({ "district": { "slug": "for-the-district" }, "union": { "slug": "for-the-union" } }));
    }

    async fn an_organisation_that_anything_belongs_to_stays(app) {
        let admin = app.admin().await.person;
        for slug in [TEACHERS, SCHOOL] {
            let id = app.organisation_node(slug).await;
            let refused = send(&app, &admin, "organisationDelete", "deletedId", json!({ "id": id })).await;
            assert_eq!(user_error(&refused), "IN_USE", "{slug}");
        }
        let teachers = json!(app.organisation_node(TEACHERS).await);
        let new = found(&app, &admin, "Новая ячейка", &teachers).await;
        assert_eq!((&new["slug"], &new["parent"]["slug"]), (&json!("novaya-yachejka"), &json!(TEACHERS)));
        for _ in 0..2 {
            done(&app, &admin, "organisationDelete", "deletedId", json!({ "id": new["id"] })).await;
        }
        let gone = app.ask("{ organisation(slug: \"novaya-yachejka\") { id } }").await;
        assert!(gone.data()["organisation"].is_null());
    }
}
