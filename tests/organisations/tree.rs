use serde_json::json;

use crate::{
    on_both_databases,
    support::{App, Backend, answer::each},
};

on_both_databases! {
    async fn the_tree_is_walked_both_ways(app) {
        let answer = app.ask("{ organisation(slug: \"mfp\") {
            fullName kind parent { slug } children(first: 100) { totalCount nodes { slug parent { slug } } }
            contacts { website } socials { network url } brand { primaryColor } host pages { nodes { slug title bodyHtml plainText body { __typename } organisation { slug } } }
            news(first: 3) { nodes { slug } } benefits(first: 3) { nodes { slug } } freshness { lastNewsAt newsLast30Days }
        } }").await;
        let mfp = &answer.data()["organisation"];
        assert_eq!(mfp["parent"]["slug"], "fnpr");
        let children = each(&mfp["children"], "slug");
        assert!(children.contains(&"mgo-obrazovaniya".to_owned()) && children.contains(&"okrug-tao".to_owned()));
        assert_eq!(mfp["pages"]["nodes"].as_array().expect("a list").len(), 3);
        assert!(mfp["freshness"]["lastNewsAt"].is_string());
    }

    async fn organisations_are_found_by_kind_okrug_and_parent(app) {
        let answer = app.ask("{
            councils: organisations(filter: { kinds: [OKRUG_COUNCIL] }, first: 50) { totalCount nodes { okrugs } }
            tao: organisations(filter: { okrug: TAO }) { nodes { slug okrugs } }
            mfp: organisation(slug: \"mfp\") { id }
        }").await;
        let data = answer.data();
        assert_eq!(data["councils"]["totalCount"], 12);
        assert!(each(&data["tao"], "slug").contains(&"okrug-tao".to_owned()));
        let children = app.ask_with("query($id: ID) { organisations(filter: { parent: $id }, first: 100) { totalCount } }", json!({ "id": data["mfp"]["id"] })).await;
        assert!(children.data()["organisations"]["totalCount"].as_i64() >= Some(20));
    }

    async fn anything_kept_is_found_again_by_its_id(app) {
        let kept = app.ask("{
            news(first: 1) { nodes { id } } benefits(first: 1) { nodes { id category { id } partner { id } outlets(first: 1) { nodes { id } } } }
            guides(first: 1) { nodes { id category { id } lifeEvents { id } } } newsCategories { id }
            organisation(slug: \"mfp\") { id pages(first: 1) { nodes { id } } } outlets(first: 1) { nodes { id } } partners(first: 1) { nodes { id } }
        }").await;
        let text = kept.data().to_string();
        let mut ids: Vec<String> = text.split("\"id\":\"").skip(1).map(|rest| rest[..23].to_owned()).collect();
        ids.dedup();
        let answer = app.ask_with("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": ids })).await;
        assert_eq!(each(&answer.data()["nodes"], "id"), ids);
        let kinds: std::collections::BTreeSet<String> = each(&answer.data()["nodes"], "__typename").into_iter().collect();
        assert_eq!(kinds.len(), 11, "{kinds:?}");

        let one = app.ask_with("query($id: ID!) { node(id: $id) { ... on NewsArticle { headline } } }", json!({ "id": kept.data()["news"]["nodes"][0]["id"] }))
            .await;
        assert!(one.data()["node"]["headline"].is_string());
    }

    async fn ids_of_nothing_are_null_and_no_ids_are_refused(app) {
        let nothing = app.ask("{ node(id: \"bgAAAAAAAAAAAAAAAAAAAAA\") { id } }").await;
        assert_eq!(nothing.data(), &json!({ "node": null }));
        let never = app.ask("{ node(id: \"news:1\") { id } }").await;
        assert_eq!(never.refused("id"), "BAD_USER_INPUT");
        let many = app.ask_with("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": vec!["bgAAAAAAAAAAAAAAAAAAAAA"; 101] })).await;
        assert_eq!(many.refused("ids"), "BAD_USER_INPUT");
    }
}

#[actix_web::test]
async fn an_app_learns_what_it_needs_at_its_start() {
    let app = App::start_with(Backend::Sqlite, |settings| {
        settings.client_minimum_versions =
            serde_json::from_value(json!("android=2.1.0")).expect("versions");
        settings.maintenance_notice = Some("Работы с 2 до 4 утра".into());
        settings.flags = [("card".to_owned(), true)].into();
    })
    .await;
    let answer = app.ask("{
        old: appConfig(platform: ANDROID, version: \"2.0.9\") { isSupported minimumVersion maintenanceNotice flags { name enabled } consents { purpose version title text textHash isDemo } federation { shortName contacts { website } } }
        new: appConfig(platform: IOS, version: \"1.0\") { isSupported minimumVersion }
    }").await;
    let data = answer.data();
    assert_eq!(data["old"]["isSupported"], false);
    assert_eq!(data["old"]["minimumVersion"], "2.1.0");
    assert_eq!(
        data["old"]["flags"],
        json!([{ "name": "card", "enabled": true }])
    );
    assert_eq!(data["old"]["consents"].as_array().expect("a list").len(), 6);
    assert_eq!(
        data["new"],
        json!({ "isSupported": true, "minimumVersion": null })
    );
    let answer = app
        .ask("{ appConfig(platform: WEB, version: \"latest\") { isSupported } }")
        .await;
    assert_eq!(answer.refused("version"), "BAD_USER_INPUT");
}
