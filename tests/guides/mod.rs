//! Guides as an anonymous reader meets them.

use serde_json::json;

use crate::{on_both_databases, support::answer::each};

on_both_databases! {
    async fn the_twelve_guides_are_complete_and_say_that_nobody_checked_them(app) {
        let answer = app.ask("{ guides(first: 12) { totalCount nodes {
            slug title shortTitle summary portal officialUrl level authority isVerified checkedAt warnings isDemo
            sourceDate sourceNote nextReviewAt whoMayApply synonyms commonMistakes fraudWarning
            documentGroups { title required pick items { name note obtainedByAgency } } steps { title text logic channel link tip }
            channels { kind title url processing { max unit startsFrom isVerified } }
            costs { title amount { amount currency } validFrom isVerified } results { name form }
            refusalGrounds { accept provide } legalBasis { act number date article url isVerified }
            unionHelp { text contact } category { slug } lifeEvents { slug title } relatedGuides { slug }
        } } }").await;
        let guides = &answer.data()["guides"];
        assert_eq!(guides["totalCount"], 12);
        for guide in guides["nodes"].as_array().expect("a list") {
            let slug = &guide["slug"];
            assert_eq!(guide["isVerified"], false, "{slug}");
            assert!(guide["warnings"][0].as_str().is_some_and(|warning| warning.contains("не проверила")), "{slug}");
            assert!(guide["sourceDate"].is_string(), "{slug}");
            assert!(guide["officialUrl"].as_str().is_some_and(|url| url.starts_with("https://")), "{slug}");
            for part in ["documentGroups", "steps", "channels", "costs", "results", "legalBasis", "whoMayApply", "lifeEvents"] {
                assert!(!guide[part].as_array().expect(part).is_empty(), "{slug} has no {part}");
            }
        }
        let slugs = each(guides, "slug");
        assert!(slugs.contains(&"zagranpasport".to_owned()));
    }

    async fn guides_are_sorted_as_russians_sort(app) {
        let answer = app.ask("{ guides { nodes { title } } }").await;
        let keys: Vec<String> = each(&answer.data()["guides"], "title").iter()
            .map(|title| title.to_lowercase().replace('ё', "е").replace(['«', '»'], ""))
            .collect();
        assert!(keys.is_sorted(), "{keys:?}");
    }

    async fn filters_narrow_the_guides(app) {
        let refs = app.ask("{ guideCategories { id slug } lifeEvents { id slug guides { totalCount } } }").await;
        let refs = refs.data();
        let event = &refs["lifeEvents"].as_array().expect("a list").iter().find(|event| event["slug"] == "rozhdenie-rebyonka").expect("an event").clone();
        let answer = app.ask_with(
            "query($category: ID!, $event: ID!) {
                byCategory: guides(filter: { categories: [$category] }) { totalCount nodes { category { slug } } }
                byEvent: guides(filter: { lifeEvents: [$event] }) { totalCount }
                byPortal: guides(filter: { portal: MOS_RU }) { nodes { portal level } }
                federal: guides(filter: { level: FEDERAL }) { totalCount }
                moscow: guides(filter: { level: MOSCOW }) { totalCount }
                due: guides(filter: { dueForReview: true }) { totalCount }
                notDue: guides(filter: { dueForReview: false }) { totalCount }
            }",
            json!({ "category": refs["guideCategories"][0]["id"], "event": event["id"] }),
        ).await;
        let data = answer.data();
        assert_eq!(data["byEvent"]["totalCount"], event["guides"]["totalCount"]);
        assert!(data["byCategory"]["totalCount"].as_i64() > Some(0));
        assert!(data["byPortal"]["nodes"].as_array().expect("a list").iter().all(|guide| guide["portal"] == "MOS_RU"));
        let sum = |a: &str, b: &str| data[a]["totalCount"].as_i64().expect("a count") + data[b]["totalCount"].as_i64().expect("a count");
        assert_eq!(sum("federal", "moscow"), 12);
        assert_eq!(sum("due", "notDue"), 12);
    }

    async fn an_overdue_guide_warns_and_a_past_alert_is_silent(app) {
        use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
        let row = entities::service_guide::Entity::find()
            .filter(entities::service_guide::Column::Slug.eq("zapis-k-vrachu"))
            .one(app.database.writer()).await.expect("a query").expect("a guide");
        let query = "{ guide(slug: \"zapis-k-vrachu\") { warnings alert { text until } } }";
        let before = app.ask(query).await;
        assert_eq!(before.data()["guide"]["warnings"].as_array().expect("a list").len(), 1);
        assert!(before.data()["guide"]["alert"]["text"].is_string());
        let mut row = row.into_active_model();
        row.next_review_at = Set("2020-01-01".parse().expect("a day"));
        row.alert_until_at = Set(Some("2020-01-01T00:00:00Z".parse().expect("an instant")));
        row.update(app.database.writer()).await.expect("updated");
        let after = app.ask(query).await;
        assert_eq!(after.data()["guide"]["warnings"].as_array().expect("a list").len(), 2);
        assert_eq!(after.data()["guide"]["alert"], json!(null));
    }
}
