//! Benefits, partners and outlets as an anonymous reader meets them, and who may use what.

use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{answer::each, builders},
};

/// Red Square.
const CENTRE: &str = "near: { latitude: 55.7539, longitude: 37.6208, radiusMetres: 30000 }";

fn metres(page: &Value) -> Vec<i64> {
    page["edges"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|edge| edge["distanceMetres"].as_i64().expect("metres"))
        .collect()
}

on_both_databases! {
    async fn the_nearest_come_first_and_pages_meet(app) {
        let all = app.ask(&format!("{{ benefits(filter: {{ {CENTRE} }}, orderBy: NEAREST, first: 100) {{ totalCount nodes {{ id }} edges {{ distanceMetres nearestOutlet {{ name latitude longitude partner {{ brandName }} }} }} }} }}")).await;
        let all = &all.data()["benefits"];
        let distances = metres(all);
        assert!(distances.len() > 10 && distances.is_sorted(), "{distances:?}");
        assert!(distances.iter().all(|metres| *metres <= 30_000));
        assert_eq!(all["totalCount"], distances.len());
        assert!(all["edges"][0]["nearestOutlet"]["partner"]["brandName"].is_string());

        let mut walked = Vec::new();
        let mut after = Value::Null;
        loop {
            let page = app.ask_with(
                &format!("query($after: String) {{ benefits(filter: {{ {CENTRE} }}, orderBy: NEAREST, first: 4, after: $after) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"),
                json!({ "after": after }),
            ).await;
            let page = &page.data()["benefits"];
            walked.extend(each(page, "id"));
            if page["pageInfo"]["hasNextPage"] == false { break; }
            after = page["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(walked, each(all, "id"));
        let of_the_other_order = app
            .ask_with("query($after: String) { benefits(after: $after) { nodes { id } } }", json!({ "after": after }))
            .await;
        assert_eq!(of_the_other_order.refused("after"), "BAD_USER_INPUT");
        let page = app.ask("{ benefits(first: 1) { pageInfo { endCursor } } }").await;
        let foreign = app.ask_with(
            &format!("query($after: String) {{ benefits(filter: {{ {CENTRE} }}, orderBy: NEAREST, after: $after) {{ nodes {{ id }} }} }}"),
            json!({ "after": page.data()["benefits"]["pageInfo"]["endCursor"] }),
        ).await;
        assert_eq!(foreign.refused("after"), "BAD_USER_INPUT");
    }

    async fn places_off_the_map_are_refused_by_argument(app) {
        for (arguments, named) in [
            ("orderBy: NEAREST", "filter.near"),
            ("filter: { near: { latitude: 91, longitude: 37 } }", "filter.near.latitude"),
            ("filter: { near: { latitude: 55, longitude: 181 } }", "filter.near.longitude"),
            ("filter: { near: { latitude: 55, longitude: 37, radiusMetres: 0 } }", "filter.near.radiusMetres"),
            ("filter: { near: { latitude: 55, longitude: 37, radiusMetres: 100001 } }", "filter.near.radiusMetres"),
        ] {
            let answer = app.ask(&format!("{{ benefits({arguments}) {{ nodes {{ id }} }} }}")).await;
            assert_eq!(answer.refused(named), "BAD_USER_INPUT", "{arguments}");
        }
        let answer = app.ask("{ outlets(filter: { box: { south: 56, west: 37, north: 55, east: 38 } }) { nodes { id } } }").await;
        assert_eq!(answer.refused("filter.box"), "BAD_USER_INPUT");
    }

    async fn outlets_are_found_by_map_partner_and_benefit(app) {
        let in_box = app.ask("{ outlets(filter: { box: { south: 55.9, west: 37.0, north: 56.1, east: 37.4 } }) { totalCount nodes { latitude okrug } } }").await;
        let nodes = in_box.data()["outlets"]["nodes"].as_array().expect("a list").clone();
        assert!(!nodes.is_empty() && nodes.iter().all(|outlet| outlet["okrug"] == "ZELAO"), "{nodes:?}");

        let partners = app.ask("{ partners(first: 5) { totalCount nodes { id brandName isDemo outlets { totalCount } benefits { totalCount } } } }").await;
        let partner = &partners.data()["partners"]["nodes"][0];
        assert_eq!(partner["isDemo"], true);
        let of_partner = app.ask_with("query($id: ID) { outlets(filter: { partner: $id }) { totalCount } }", json!({ "id": partner["id"] })).await;
        assert_eq!(of_partner.data()["outlets"]["totalCount"], partner["outlets"]["totalCount"]);

        let benefits = app.ask("{ benefits(first: 50) { nodes { id outlets { totalCount } } } }").await;
        let benefit = benefits.data()["benefits"]["nodes"].as_array().expect("a list").iter()
            .find(|benefit| benefit["outlets"]["totalCount"].as_i64() > Some(0)).expect("one with outlets").clone();
        let of_benefit = app.ask_with("query($id: ID) { outlets(filter: { benefit: $id }) { totalCount } }", json!({ "id": benefit["id"] })).await;
        assert_eq!(of_benefit.data()["outlets"]["totalCount"], benefit["outlets"]["totalCount"]);
    }

    async fn filters_narrow_the_catalogue(app) {
        let refs = app.ask("{ benefitCategories { id slug } organisation(slug: \"mfp\") { id } }").await;
        let category = &refs.data()["benefitCategories"][0];
        let answer = app.ask_with(
            "query($category: ID!, $organisation: ID) {
                byCategory: benefits(filter: { categories: [$category] }) { nodes { category { slug } } }
                byOrganisation: benefits(filter: { organisation: $organisation }) { nodes { organisation { slug } } }
                byValue: benefits(filter: { valueKind: PERCENT }) { nodes { value { kind percent amount { amount } } } }
                byRedemption: benefits(filter: { redemptionKind: PROMO_CODE }) { nodes { redemption { kind } } }
                inOkrug: benefits(filter: { okrug: TINAO }, first: 100) { nodes { okrugs } }
            }",
            json!({ "category": category["id"], "organisation": refs.data()["organisation"]["id"] }),
        ).await;
        let data = answer.data();
        for (name, check) in [
            ("byCategory", json!({ "category": { "slug": category["slug"] } })),
            ("byOrganisation", json!({ "organisation": { "slug": "mfp" } })),
            ("byRedemption", json!({ "redemption": { "kind": "PROMO_CODE" } })),
        ] {
            let nodes = data[name]["nodes"].as_array().expect("a list");
            assert!(!nodes.is_empty() && nodes.iter().all(|node| *node == check), "{name}");
        }
        assert!(data["byValue"]["nodes"].as_array().expect("a list").iter().all(|node| node["value"]["percent"].is_number() && node["value"]["amount"].is_null()));
        assert!(data["inOkrug"]["nodes"].as_array().expect("a list").iter().all(|node| { let okrugs = node["okrugs"].to_string(); okrugs == "[]" || okrugs.contains("NAO") || okrugs.contains("TAO") }));
    }

    async fn a_stranger_is_asked_to_sign_in_and_a_member_is_told_why(app) {
        let query = "{ benefits(first: 60) { nodes { slug eligibility { status reasons eligibleFrom } eligibilityRules { organisations { slug } okrugs minMembershipMonths } } } }";
        let stranger = app.ask(query).await;
        assert!(stranger.data()["benefits"]["nodes"].as_array().expect("a list").iter().all(|node| node["eligibility"]["status"] == "SIGN_IN_REQUIRED"));
        for personal in ["eligibleForMe", "unusedByMe"] {
            let answer = app.ask(&format!("{{ benefits(filter: {{ {personal}: true }}) {{ nodes {{ id }} }} }}")).await;
            assert_eq!(answer.code(), "UNAUTHENTICATED");
        }

        // Who has signed in is not asked to sign in again.
        let person = app.sign_in("+79161234567").await;
        let seen = app.ask_by(&person, query, json!({})).await;
        let not_theirs = json!({ "status": "INELIGIBLE", "reasons": ["NO_MEMBERSHIP"], "eligibleFrom": null });
        assert!(seen.data()["benefits"]["nodes"].as_array().expect("a list").iter().all(|node| node["eligibility"] == not_theirs));

        let teacher = builders::member_of(&app.database, "ppo-primer-shkola").await;
        let explained = app.ask_as(teacher.clone(), query, json!({})).await;
        let nodes = explained.data()["benefits"]["nodes"].as_array().expect("a list").clone();
        let mut eligible: Vec<String> = nodes.iter().filter(|node| node["eligibility"]["status"] == "ELIGIBLE").map(|node| node["slug"].to_string()).collect();
        let ineligible = nodes.iter().find(|node| node["eligibility"]["status"] == "INELIGIBLE").expect("one for others");
        assert!(!ineligible["eligibility"]["reasons"].as_array().expect("a list").is_empty());
        let mine = app.ask_as(teacher, "{ benefits(filter: { eligibleForMe: true }, first: 100) { nodes { slug } } }", json!({})).await;
        let mut listed: Vec<String> = mine.data()["benefits"]["nodes"].as_array().expect("a list").iter().map(|node| node["slug"].to_string()).collect();
        eligible.sort();
        listed.sort();
        assert_eq!(listed, eligible, "the filter and the explanation must agree");
    }

    async fn a_benefit_is_read_whole(app) {
        assert_eq!(app.ask("{ benefit(slug: \"none\") { id } }").await.data(), &json!({ "benefit": null }));
        let list = app.ask("{ benefits(filter: { redemptionKind: PROMO_CODE }, first: 1) { nodes { slug } } }").await;
        let answer = app.ask_with(
            "query($slug: String!) { benefit(slug: $slug) { id path title summary provider isRunning validFrom validThrough isDemo
                terms { __typename } termsHtml howToUse { __typename } howToUseHtml plainText
                value { kind percent amount { amount currency } upTo { amount } basePrice { amount } }
                redemption { kind url phone limitPerMember limitTotal period } adMark { advertiser token } cover { url }
                partner { brandName legalName description site } organisation { slug } okrugs } }",
            json!({ "slug": list.data()["benefits"]["nodes"][0]["slug"] }),
        ).await;
        let benefit = &answer.data()["benefit"];
        assert!(!benefit["terms"].as_array().expect("blocks").is_empty());
        assert_eq!(benefit["isDemo"], true);
        assert!(!answer.body.to_string().contains("promoCode"), "the code is for those who redeem");
    }
}
