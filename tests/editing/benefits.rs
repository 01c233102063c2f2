//! Benefits, from their editors' desk to what members redeem; taking one back and showing it again
//! forgets nothing of its use.

use api::{domain::organisations::Organisation, infra::graphql::NodeId};
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{SCHOOL, codes, done, fields, publisher, route, seen, seen_with, send};
use crate::{
    benefit_use::{Offer, crowd, fill, given, new_key, redeem},
    on_both_databases,
    support::{App, Person, user_error},
};

/// What is asked of a benefit's draft.
pub const DRAFT: &str =
    "title summary termsHtml validFrom validThrough value { kind percent amount }
    redemption { kind promoCode limitPerMember limitTotal } adMark { advertiser token }
    eligibility { minMembershipMonths organisations { slug } } outlets { id } partner { id }
    published { slug title }";

const SLUG: &str = "skidka-v-bassejn";

/// Everything that publishing asks for, with something changed.
async fn whole(app: &App, change: Value) -> Value {
    let known = app
        .ask("{ benefitCategories { id } outlets(first: 1) { nodes { id partner { id } } } }")
        .await;
    let outlet = &known.data()["outlets"]["nodes"][0];
    let mut input = json!({
        "organisation": app.organisation_node(SCHOOL).await,
        "clientMutationKey": Uuid::new_v4(),
        "title": "Скидка в бассейн",
        "summary": "Восьмая часть цены абонемента.",
        "category": known.data()["benefitCategories"][0]["id"],
        "provider": "PARTNER",
        "partner": outlet["partner"]["id"],
        "outlets": [outlet["id"]],
        "value": { "kind": "PERCENT", "percent": 12.5 },
        "terms": "На **годовой** абонемент.",
        "howToUse": "Назовите код в кассе.",
        "redemption": { "kind": "PROMO_CODE", "promoCode": "PLAVAJ", "limitPerMember": 1 },
        "validFrom": "2026-01-01",
    });
    for (name, value) in change.as_object().expect("fields") {
        input[name] = value.clone();
    }
    input
}

/// Begins a benefit that lacks nothing, with something changed.
pub async fn drafted(app: &App, person: &Person, change: Value) -> Value {
    done(app, person, "benefitCreate", whole(app, change).await).await
}

/// Shows readers a benefit that lacks nothing, with something changed.
async fn published(app: &App, person: &Person, change: Value) -> Value {
    let draft = drafted(app, person, change).await;
    done(app, person, "benefitPublish", seen(&draft)).await
}

/// The benefit as a stranger sees it.
async fn read(app: &App, slug: &str) -> Value {
    let query = "query($slug: String!) { benefit(slug: $slug) { id slug title summary provider isDemo
        category { id } partner { id } cover { url } organisation { slug }
        value { kind percent amount { amount currency } upTo { amount } basePrice { amount } }
        termsHtml howToUseHtml plainText terms { __typename } redemption { kind url phone limitPerMember limitTotal period }
        eligibilityRules { minMembershipMonths dependentsAllowed documents organisations { slug } }
        outlets(first: 20) { nodes { id } } validFrom validThrough adMark { advertiser token }
        publishedAt updatedAt revision } }";
    app.ask_with(query, json!({ "slug": slug })).await.data()["benefit"].clone()
}

/// The same offer as members redeem it.
fn offer(draft: &Value) -> Offer {
    let id = draft["id"].as_str().expect("an id").into();
    Offer::of(NodeId::decode("id", &id).expect("an id").uuid)
}

on_both_databases! {
    async fn a_benefit_names_all_it_lacks(app) {
        let publisher = publisher(&app).await;
        let outlets = app.ask("{ outlets(first: 1) { nodes { id } } }").await;
        let input = json!({
            "organisation": app.organisation_node(SCHOOL).await,
            "clientMutationKey": Uuid::new_v4(),
            "value": { "kind": "PERCENT", "amount": "500" },
            "redemption": { "kind": "PROMO_CODE", "url": "javascript:alert(1)", "phone": "12", "limitPerMember": 0 },
            "eligibility": { "minMembershipMonths": -1 },
            "adMark": { "advertiser": "ООО «Пример»" },
            "outlets": [outlets.data()["outlets"]["nodes"][0]["id"]],
        });
        let draft = done(&app, &publisher, "benefitCreate", input).await;
        let refused = send(&app, &publisher, "benefitPublish", seen(&draft)).await;
        let expected = [
            ("title", "MISSING"),
            ("summary", "MISSING"),
            ("category", "MISSING"),
            ("provider", "MISSING"),
            ("partner", "MISSING"),
            ("value.percent", "MISSING"),
            ("value.amount", "OUT_OF_PLACE"),
            ("terms", "MISSING"),
            ("howToUse", "MISSING"),
            ("redemption.promoCode", "MISSING"),
            ("redemption.url", "NOT_AN_ADDRESS"),
            ("redemption.phone", "NOT_A_PHONE_NUMBER"),
            ("redemption.limitPerMember", "OUT_OF_RANGE"),
            ("validFrom", "MISSING"),
            ("adMark.token", "MISSING"),
            ("eligibility.minMembershipMonths", "OUT_OF_RANGE"),
            ("outlets", "NOT_THERE"),
        ];
        assert_eq!(fields(&refused), expected.map(|(field, _)| field));
        assert_eq!(codes(&refused), expected.map(|(_, code)| code));
        assert_eq!(draft["problems"].as_array().expect("problems").len(), expected.len());
    }

    async fn each_kind_of_benefit_asks_for_its_own(app) {
        let publisher = publisher(&app).await;
        let partners = app.ask("{ partners(first: 50) { nodes { id outlets(first: 1) { nodes { id } } } } }").await;
        let own = whole(&app, json!({})).await;
        let all = partners.data()["partners"]["nodes"].as_array().expect("partners").clone();
        let other = all.iter().find(|partner| partner["id"] != own["partner"]).expect("another");
        let nobody = Organisation::NODE.id(Uuid::now_v7()).to_string();
        for (change, field, code) in [
            (json!({ "value": { "kind": "GRANT" } }), "value.amount", "MISSING"),
            (json!({ "value": { "kind": "FIXED_RUB", "amount": "-5" } }), "value.amount", "OUT_OF_RANGE"),
            (json!({ "value": { "kind": "CASHBACK", "percent": 100.5 } }), "value.percent", "OUT_OF_RANGE"),
            (json!({ "value": { "kind": "SPECIAL_PRICE", "amount": "700", "basePrice": "600" } }), "value.basePrice", "OUT_OF_RANGE"),
            (json!({ "value": { "kind": "SERVICE", "percent": 5 } }), "value.percent", "OUT_OF_PLACE"),
            (json!({ "redemption": { "kind": "BOOKING" } }), "redemption.url", "MISSING"),
            (json!({ "redemption": { "kind": "AFFILIATE_LINK" } }), "redemption.url", "MISSING"),
            (json!({ "redemption": { "kind": "PHONE" } }), "redemption.phone", "MISSING"),
            (json!({ "redemption": { "kind": "SHOW_CARD", "limitTotal": 0 } }), "redemption.limitTotal", "OUT_OF_RANGE"),
            (json!({ "redemption": {} }), "redemption.kind", "MISSING"),
            (json!({ "validThrough": "2025-12-31" }), "validThrough", "OUT_OF_RANGE"),
            (json!({ "title": "с".repeat(201) }), "title", "TOO_LONG"),
            (json!({ "partner": other["id"] }), "outlets", "NOT_THERE"),
            (json!({ "outlets": [other["outlets"]["nodes"][0]["id"]] }), "outlets", "NOT_THERE"),
            (json!({ "eligibility": { "organisations": [nobody] } }), "eligibility.organisations", "NOT_THERE"),
            (json!({ "category": nobody }), "category", "NOT_THERE"),
        ] {
            let draft = drafted(&app, &publisher, change.clone()).await;
            let path: Vec<&str> = field.split('.').collect();
            assert_eq!(draft["problems"], json!([{ "field": path, "code": code }]), "{change}");
        }
        for change in [
            json!({ "value": { "kind": "GRANT", "upTo": "5000" } }),
            json!({ "value": { "kind": "FREE" }, "redemption": { "kind": "PHONE", "phone": "8 (495) 000-00-00" } }),
            json!({ "provider": "UNION", "partner": null, "outlets": [] }),
            json!({ "redemption": { "kind": "UNIQUE_CODE" }, "validThrough": "2026-01-01" }),
        ] {
            let draft = drafted(&app, &publisher, change.clone()).await;
            assert_eq!(draft["problems"], json!([]), "{change}");
        }
    }

    async fn readers_see_what_was_published_and_then_what_was_corrected(app) {
        let publisher = publisher(&app).await;
        let eligibility = json!({ "organisations": [app.organisation_node(SCHOOL).await], "minMembershipMonths": 6 });
        let draft = drafted(&app, &publisher, json!({ "eligibility": eligibility })).await;
        assert_eq!(draft["slug"], SLUG);
        assert_eq!(draft["redemption"]["promoCode"], "PLAVAJ");
        assert!(read(&app, SLUG).await.is_null());
        let shown = done(&app, &publisher, "benefitPublish", seen(&draft)).await;
        let first = read(&app, SLUG).await;
        assert_eq!(first["value"]["percent"], 12.5);
        assert_eq!(first["termsHtml"], "<p>На <strong>годовой</strong> абонемент.</p>\n");
        assert_eq!(first["eligibilityRules"]["organisations"], json!([{ "slug": SCHOOL }]));
        assert_eq!(first["outlets"]["nodes"], draft["outlets"]);
        assert!(!first.to_string().contains("PLAVAJ"), "the promo code is for those who redeem");

        app.wait(TimeDelta::minutes(1));
        let change = seen_with(&shown, json!({
            "title": "Скидка в бассейны",
            "value": { "kind": "FIXED_RUB", "amount": "700.50" },
            "redemption": { "kind": "PHONE", "phone": "8 (495) 000-00-00" },
            "eligibility": null,
            "outlets": [],
        }));
        let changed = done(&app, &publisher, "benefitUpdate", change).await;
        assert_eq!(changed["published"]["title"], "Скидка в бассейн");
        assert_eq!(read(&app, SLUG).await, first);
        done(&app, &publisher, "benefitPublish", seen(&changed)).await;
        let second = read(&app, SLUG).await;
        assert_eq!(second["title"], "Скидка в бассейны");
        assert_eq!((&second["value"]["percent"], &second["value"]["amount"]["amount"]), (&Value::Null, &json!("700.50")));
        assert_eq!(second["redemption"]["phone"], "+74950000000");
        assert_eq!(second["eligibilityRules"]["organisations"], json!([]));
        assert_eq!(second["outlets"]["nodes"], json!([]));
        assert_eq!((&second["publishedAt"], &second["revision"]), (&first["publishedAt"], &json!(2)));
        assert!(second["updatedAt"].as_str() > first["updatedAt"].as_str());

        let query = "query($id: ID!) { contentRevisions(id: $id, first: 1) { nodes { differences { field before after } } } }";
        let history = app.ask_by(&publisher, query, json!({ "id": draft["id"] })).await;
        let differences = &history.data()["contentRevisions"]["nodes"][0]["differences"];
        let amount = json!({ "field": "value.amount", "before": null, "after": "700.50" });
        assert!(differences.as_array().expect("differences").contains(&amount), "{differences:#}");
    }

    async fn limits_outlive_a_withdrawal(app) {
        let publisher = publisher(&app).await;
        let member = &crowd(&app, 1).await.members[0];
        let shown = published(&app, &publisher, json!({})).await;
        let offer = offer(&shown);
        let key = new_key();
        let first = redeem(&app, member, &offer, &key).await;
        assert_eq!(first["redemption"]["code"], "PLAVAJ", "{first:#}");
        let refused = redeem(&app, member, &offer, &new_key()).await;
        assert_eq!(user_error(&refused), "LIMIT_REACHED");

        let why = json!({ "explanation": "Бассейн закрыт на ремонт." });
        let gone = done(&app, &publisher, "benefitWithdraw", seen_with(&shown, why)).await;
        let met = route(&app, &format!("/benefits/{SLUG}")).await;
        assert_eq!(met["explanation"], "Бассейн закрыт на ремонт.");
        let refused = redeem(&app, member, &offer, &new_key()).await;
        assert_eq!(user_error(&refused), "BENEFIT_NOT_FOUND");
        let found = redeem(&app, member, &offer, &key).await;
        assert_eq!(found["redemption"]["id"], first["redemption"]["id"]);

        let back = done(&app, &publisher, "benefitPublish", seen(&gone)).await;
        let refused = redeem(&app, member, &offer, &new_key()).await;
        assert_eq!(user_error(&refused), "LIMIT_REACHED");
        let wider = json!({ "kind": "PROMO_CODE", "promoCode": "PLAVAJ2", "limitPerMember": 2, "limitTotal": 1 });
        let wider = seen_with(&back, json!({ "redemption": wider }));
        let wider = done(&app, &publisher, "benefitUpdate", wider).await;
        let wider = done(&app, &publisher, "benefitPublish", seen(&wider)).await;
        let refused = redeem(&app, member, &offer, &new_key()).await;
        assert_eq!(user_error(&refused), "ALL_TAKEN");
        let widest = json!({ "kind": "PROMO_CODE", "promoCode": "PLAVAJ2", "limitPerMember": 2, "limitTotal": 2 });
        let widest = seen_with(&wider, json!({ "redemption": widest }));
        let widest = done(&app, &publisher, "benefitUpdate", widest).await;
        done(&app, &publisher, "benefitPublish", seen(&widest)).await;
        assert_eq!(given(&app, member, &offer).await["code"], "PLAVAJ2");
    }

    async fn a_pool_of_codes_outlives_an_archive(app) {
        let publisher = publisher(&app).await;
        let members = crowd(&app, 2).await.members;
        let shown = published(&app, &publisher, json!({ "redemption": { "kind": "UNIQUE_CODE" } })).await;
        let offer = offer(&shown);
        assert_eq!(fill(&app, SLUG, "FIRST-1\nSECOND-2").await, 2);
        let first = given(&app, &members[0], &offer).await;

        let archived = done(&app, &publisher, "benefitArchive", seen(&shown)).await;
        assert!(read(&app, SLUG).await.is_null());
        assert!(route(&app, &format!("/benefits/{SLUG}")).await.is_null());
        let refused = redeem(&app, &members[1], &offer, &new_key()).await;
        assert_eq!(user_error(&refused), "BENEFIT_NOT_FOUND");

        done(&app, &publisher, "benefitPublish", seen(&archived)).await;
        let second = given(&app, &members[1], &offer).await;
        assert_ne!(first["code"], second["code"]);
        let refused = redeem(&app, &members[1], &offer, &new_key()).await;
        assert_eq!(user_error(&refused), "NO_CODES_LEFT");
    }

    async fn a_demo_benefit_can_be_published_again_as_it_was(app) {
        let admin = app.admin().await.person;
        let listed = app.ask("{ benefits(first: 100) { nodes { id slug } } }").await;
        let listed = listed.data()["benefits"]["nodes"].as_array().expect("benefits").clone();
        assert!(listed.len() > 20);
        let query = "query($id: ID!) { draft(id: $id) { ... on BenefitDraft { id version slug problems { field code } } } }";
        for benefit in &listed {
            let opened = app.ask_by(&admin, query, json!({ "id": benefit["id"] })).await;
            let opened = &opened.data()["draft"];
            assert_eq!(opened["slug"], benefit["slug"]);
            assert_eq!(opened["problems"], json!([]), "{}", benefit["slug"]);
        }
        for slug in ["teatr-primer-30", "fitnes-obrazec-godovaya-karta", "stomatologiya-obrazec-zheleznodorozhnikam"] {
            let mut before = read(&app, slug).await;
            let opened = app.ask_by(&admin, query, json!({ "id": before["id"] })).await;
            let again = seen_with(&opened.data()["draft"], json!({ "revision": 1 }));
            let draft = done(&app, &admin, "benefitRestoreRevision", again).await;
            done(&app, &admin, "benefitPublish", seen(&draft)).await;
            let mut after = read(&app, slug).await;
            for answer in [&mut before, &mut after] {
                answer["updatedAt"].take();
                answer["revision"].take();
            }
            assert_eq!(before, after);
        }
    }
}
