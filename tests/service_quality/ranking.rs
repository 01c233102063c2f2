//! Services side by side.

use api::domain::content::AudienceDefinition;
use entities::{enums::ServiceOutcome, service_report};
use serde_json::{Value, json};

use super::{copies, count, months_ago, report, write};
use crate::{
    on_both_databases,
    support::{App, answer::each, builders},
};

const RANKING: &str = "query($filter: ServiceQualityRankingFilter, $by: ServiceQualityCode, $first: Int, $after: String, $last: Int, $before: String) {
    serviceQualityRanking(filter: $filter, by: $by, first: $first, after: $after, last: $last, before: $before) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes { place score guide { slug } share { code numerator denominator } figures { reports index { value } } } } }";

async fn ranking(app: &App, variables: Value) -> Value {
    let answer = app.ask_with(RANKING, variables).await;
    answer.data()["serviceQualityRanking"].clone()
}

fn slugs(ranking: &Value) -> Vec<String> {
    let nodes = ranking["nodes"].as_array().expect("nodes");
    each(
        &nodes.iter().map(|node| node["guide"].clone()).collect(),
        "slug",
    )
}

/// A guide with so many good reports and so many of services that were given up.
async fn service(app: &App, slug: &str, good: usize, bad: usize) -> uuid::Uuid {
    let guide = builders::guide(&app.database, slug, &AudienceDefinition::default()).await;
    let one = report(guide, months_ago(app, 1), app.now());
    let given_up = service_report::Model {
        outcome: ServiceOutcome::Abandoned,
        ..one.clone()
    };
    write(&app.database, copies(&one, good)).await;
    write(&app.database, copies(&given_up, bad)).await;
    guide
}

on_both_databases! {
    async fn services_stand_by_the_worst_that_their_share_may_be(app) {
        service(&app, "perfect-but-few", 20, 0).await;
        service(&app, "good-and-many", 145, 5).await;
        service(&app, "poor", 10, 30).await;
        service(&app, "too-few", 19, 0).await;
        count(&app).await;
        let all = ranking(&app, json!({})).await;
        assert_eq!(slugs(&all), ["good-and-many", "perfect-but-few", "poor"]);
        assert_eq!(all["totalCount"], 3);
        let best = &all["nodes"][0];
        assert_eq!(best["place"], 1);
        assert_eq!(best["share"], json!({ "code": "CR", "numerator": 145, "denominator": 150 }));
        assert_eq!(best["figures"]["reports"], 150);
        // Nothing is known of their terms: nobody is ranked by them.
        assert_eq!(ranking(&app, json!({ "by": "TC" })).await["totalCount"], 0);
        // Of what is bad, the least is the best; of nothing known more reports are surer.
        let failures = ranking(&app, json!({ "by": "TF" })).await;
        assert_eq!(slugs(&failures), ["good-and-many", "poor", "perfect-but-few"]);
    }

    async fn a_ranking_is_paged_from_both_ends(app) {
        for (slug, bad) in [("a", 0), ("b", 5), ("c", 10), ("d", 15), ("e", 20)] {
            service(&app, slug, 25, bad).await;
        }
        count(&app).await;
        let first = ranking(&app, json!({ "first": 2 })).await;
        assert_eq!(slugs(&first), ["a", "b"]);
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let next = ranking(&app, json!({ "first": 2, "after": first["pageInfo"]["endCursor"] })).await;
        assert_eq!(slugs(&next), ["c", "d"]);
        assert_eq!(next["nodes"][0]["place"], 3);
        let worst = ranking(&app, json!({ "last": 2 })).await;
        assert_eq!(slugs(&worst), ["d", "e"]);
        let before = ranking(&app, json!({ "last": 2, "before": worst["pageInfo"]["startCursor"] })).await;
        assert_eq!(slugs(&before), ["b", "c"]);
        let refused = app.ask_with(RANKING, json!({ "after": "x" })).await;
        assert_eq!(refused.refused("after"), "BAD_USER_INPUT");
    }

    async fn services_for_others_have_no_place(app) {
        service(&app, "for-all", 30, 10).await;
        let hidden = builders::guide(&app.database, "for-members", &builders::members()).await;
        let one = report(hidden, months_ago(&app, 1), app.now());
        write(&app.database, copies(&one, 30)).await;
        count(&app).await;
        let all = ranking(&app, json!({})).await;
        assert_eq!((slugs(&all), &all["totalCount"]), (vec!["for-all".to_owned()], &json!(1)));
        assert_eq!(all["nodes"][0]["place"], 1);
        let member = builders::member_of(&app.database, "ppo-primer-shkola").await;
        let seen = app.ask_as(member, RANKING, json!({})).await;
        assert_eq!(slugs(&seen.data()["serviceQualityRanking"]), ["for-members", "for-all"]);
    }
}
