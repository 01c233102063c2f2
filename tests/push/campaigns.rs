//! Campaigns by hand: made once, within one's reach, by two people where they advertise.

use chrono::TimeDelta;
use entities::{audit_entry, push_campaign};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{
    CAMPAIGN, HOSPITAL, PHONE, SCHOOL, begin, campaign, consent, done, key, over, pairs, phone,
    problems, register, seen, send,
};
use crate::{
    on_both_databases,
    support::{App, Person},
};

async fn publisher(app: &App, organisation: &str) -> Person {
    let scope = json!({ "organisation": app.organisation_node(organisation).await });
    let email = format!("publisher@{organisation}.example.ru");
    app.staff(&email, "PUBLISHER", scope).await.person
}

async fn whole(app: &App) -> Value {
    json!({
        "clientMutationKey": key(),
        "organisation": app.organisation_node(SCHOOL).await,
        "kind": "SERVICE",
        "title": "Собрание",
        "body": "В четверг.",
        "audience": { "organisations": [app.organisation_node(SCHOOL).await] },
    })
}

on_both_databases! {
    async fn everything_wrong_is_told_at_once(app) {
        let admin = app.admin().await.person;
        let input = json!({
            "clientMutationKey": key(),
            "organisation": admin_id_of_nothing(),
            "kind": "SERVICE",
            "title": " ",
            "body": "ж".repeat(1001),
            "link": "javascript:alert(1)",
            "image": "http://example.ru/a.png",
            "audience": { "topics": [admin_id_of_nothing()] },
        });
        let refused = send(&app, Some(&admin), "pushCampaignCreate", CAMPAIGN, input).await;
        assert_eq!(problems(&refused), pairs(&[
            ("audience.topics", "TOPIC_NOT_FOUND"),
            ("body", "TOO_LONG"),
            ("image", "NOT_AN_ADDRESS"),
            ("link", "NOT_AN_ADDRESS"),
            ("organisation", "ORGANISATION_NOT_FOUND"),
            ("title", "MISSING"),
        ]));
        let mut input = whole(&app).await;
        input["audience"] = json!({ "appVersionFrom": "two" });
        let refused = send(&app, Some(&admin), "pushCampaignCreate", CAMPAIGN, input).await;
        assert_eq!(problems(&refused), pairs(&[("audience.appVersionFrom", "VERSION_MALFORMED")]));
    }

    async fn the_same_key_a_hundred_times_at_once_is_one_campaign(app) {
        let admin = app.admin().await.person;
        let input = whole(&app).await;
        let all = (0..100).map(|_| done(&app, Some(&admin), "pushCampaignCreate", CAMPAIGN, input.clone()));
        let made = join_all(all).await;
        assert!(made.iter().all(|payload| payload["campaign"]["id"] == made[0]["campaign"]["id"]));
        let rows = push_campaign::Entity::find().count(app.database.reader()).await;
        assert_eq!(rows.expect("a count"), 1);
        let entries = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("push_campaign.create"));
        assert_eq!(entries.count(app.database.reader()).await.expect("a count"), 1);
        let mut other = input;
        other["title"] = json!("Другое");
        let refused = send(&app, Some(&admin), "pushCampaignCreate", CAMPAIGN, other).await;
        assert_eq!(problems(&refused), pairs(&[("clientMutationKey", "CONFLICT")]));
    }

    async fn a_publisher_writes_to_their_own(app) {
        let publisher = publisher(&app, SCHOOL).await;
        let mut input = whole(&app).await;
        input["audience"] = json!({});
        let refused = send(&app, Some(&publisher), "pushCampaignCreate", CAMPAIGN, input.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("audience", "OUT_OF_SCOPE")]));
        input["audience"] = json!({ "organisations": [app.organisation_node(HOSPITAL).await] });
        let refused = send(&app, Some(&publisher), "pushCampaignCreate", CAMPAIGN, input.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("audience", "OUT_OF_SCOPE")]));
        input["organisation"] = json!(app.organisation_node(HOSPITAL).await);
        input["audience"] = json!({ "organisations": [app.organisation_node(SCHOOL).await] });
        let refused = send(&app, Some(&publisher), "pushCampaignCreate", CAMPAIGN, input).await;
        assert_eq!(problems(&refused), pairs(&[("organisation", "ORGANISATION_NOT_FOUND")]));
        let made = done(&app, Some(&publisher), "pushCampaignCreate", CAMPAIGN, whole(&app).await).await;
        assert_eq!(made["campaign"]["state"], "DRAFT");
    }

    async fn anothers_campaign_is_not_there(app) {
        let admin = app.admin().await.person;
        let made = campaign(&app, &admin, json!({}), json!({})).await;
        let other = publisher(&app, HOSPITAL).await;
        let query = "{ pushCampaigns { totalCount nodes { id } } }";
        let listed = app.ask_by(&other, query, json!({})).await;
        assert_eq!(listed.data()["pushCampaigns"]["totalCount"], 0);
        let input = json!({ "id": made["id"] });
        for name in ["pushCampaignSchedule", "pushCampaignApprove", "pushCampaignCancel"] {
            let refused = send(&app, Some(&other), name, CAMPAIGN, input.clone()).await;
            assert_eq!(problems(&refused), pairs(&[("id", "CAMPAIGN_NOT_FOUND")]), "{name}");
        }
    }

    async fn a_preview_counts_and_sends_nothing(app) {
        let (admin, person) = (app.admin().await.person, app.sign_in(PHONE).await);
        consent(&app, &person, "PUSH_SERVICE", true).await;
        register(&app, Some(&person), phone(&key(), "token")).await;
        let made = campaign(&app, &admin, json!({}), json!({})).await;
        let fields = "preview { people devices byProvider { provider devices isConfigured fits title body } }";
        let shown = done(&app, Some(&admin), "pushCampaignPreview", fields, json!({ "id": made["id"] })).await["preview"].clone();
        assert_eq!(shown["devices"], 1);
        assert!(shown["people"].as_i64() >= Some(2), "the member and the administrator: {shown}");
        let fcm = &shown["byProvider"][0];
        assert_eq!((&fcm["provider"], &fcm["devices"], &fcm["title"]), (&json!("FCM"), &json!(1), &json!("Собрание")));
        assert_eq!((&fcm["isConfigured"], &fcm["fits"]), (&json!(false), &Value::Null));
        assert_eq!(seen(&app, &admin, &made).await["state"], "DRAFT");
        // An audience of other apps is nobody.
        let made = campaign(&app, &admin, json!({ "platforms": ["IOS"] }), json!({})).await;
        let refused = send(&app, Some(&admin), "pushCampaignSchedule", CAMPAIGN, json!({ "id": made["id"] })).await;
        assert_eq!(problems(&refused), pairs(&[("id", "EMPTY_AUDIENCE")]));
        let newer = json!({ "platforms": ["ANDROID"], "appVersionFrom": "2.1", "appVersionBefore": "2.2" });
        let made = campaign(&app, &admin, newer, json!({})).await;
        let shown = done(&app, Some(&admin), "pushCampaignPreview", fields, json!({ "id": made["id"] })).await["preview"].clone();
        assert_eq!(shown["devices"], 1);
    }

    async fn advertising_waits_for_a_second_person(app) {
        let (author, approver) = (app.admin().await.person, app.admin().await.person);
        let made = campaign(&app, &author, json!({}), json!({ "kind": "PROMOTIONAL" })).await;
        let step = json!({ "id": made["id"] });
        let refused = send(&app, Some(&approver), "pushCampaignApprove", CAMPAIGN, step.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("id", "WRONG_STATE")]));
        let refused = send(&app, Some(&author), "pushCampaignSchedule", CAMPAIGN, step.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("id", "EMPTY_AUDIENCE")]), "nobody has consented yet");
        let willing = app.sign_in(PHONE).await;
        consent(&app, &willing, "PUSH_MARKETING", true).await;
        register(&app, Some(&willing), phone(&key(), "token")).await;
        assert_eq!(begin(&app, &author, &made).await["state"], "AWAITING_APPROVAL");
        let refused = send(&app, Some(&author), "pushCampaignApprove", CAMPAIGN, step.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("id", "APPROVAL_BY_ANOTHER")]));
        for _ in 0..2 {
            let approved = done(&app, Some(&approver), "pushCampaignApprove", CAMPAIGN, step.clone()).await;
            assert_eq!(approved["campaign"]["isApproved"], true);
        }
    }

    async fn times_that_make_no_sense_are_refused(app) {
        let admin = app.admin().await.person;
        let made = campaign(&app, &admin, json!({}), json!({})).await;
        let now = app.now();
        for (at, expires_at, field, code) in [
            (TimeDelta::days(400), TimeDelta::days(401), "at", "TOO_FAR_AHEAD"),
            (TimeDelta::hours(2), TimeDelta::hours(1), "expiresAt", "EXPIRES_TOO_SOON"),
            (TimeDelta::zero(), TimeDelta::days(30), "expiresAt", "TOO_FAR_AHEAD"),
        ] {
            let input = json!({ "id": made["id"], "at": now + at, "expiresAt": now + expires_at });
            let refused = send(&app, Some(&admin), "pushCampaignSchedule", CAMPAIGN, input).await;
            assert_eq!(problems(&refused), pairs(&[(field, code)]));
        }
    }

    async fn a_campaign_waits_for_its_time_and_is_taken_back(app) {
        let admin = app.admin().await.person;
        let made = campaign(&app, &admin, json!({}), json!({})).await;
        let input = json!({ "id": made["id"], "at": app.now() + TimeDelta::hours(2) });
        let planned = done(&app, Some(&admin), "pushCampaignSchedule", CAMPAIGN, input.clone()).await;
        assert_eq!(planned["campaign"]["state"], "SCHEDULED");
        let again = done(&app, Some(&admin), "pushCampaignSchedule", CAMPAIGN, input).await;
        assert_eq!(again, planned);
        let step = json!({ "id": made["id"] });
        for _ in 0..2 {
            let cancelled = done(&app, Some(&admin), "pushCampaignCancel", CAMPAIGN, step.clone()).await;
            assert_eq!(cancelled["campaign"]["state"], "CANCELLED");
        }
        let refused = send(&app, Some(&admin), "pushCampaignSchedule", CAMPAIGN, step).await;
        assert_eq!(problems(&refused), pairs(&[("id", "WRONG_STATE")]));
    }

    async fn a_campaign_without_devices_is_over_at_once(app) {
        let (admin, _person) = (app.admin().await.person, app.sign_in(PHONE).await);
        let made = campaign(&app, &admin, json!({}), json!({})).await;
        begin(&app, &admin, &made).await;
        let over = over(&app, &admin, &made).await;
        assert_eq!((&over["state"], &over["progress"]["planned"]), (&json!("DONE"), &json!(0)));
        let refused = send(&app, Some(&admin), "pushCampaignCancel", CAMPAIGN, json!({ "id": made["id"] })).await;
        assert_eq!(problems(&refused), pairs(&[("id", "WRONG_STATE")]));
    }

    async fn what_no_provider_carries_ends_with_its_time(app) {
        let (admin, person) = (app.admin().await.person, app.sign_in(PHONE).await);
        consent(&app, &person, "PUSH_SERVICE", true).await;
        register(&app, Some(&person), phone(&key(), "token")).await;
        let made = campaign(&app, &admin, json!({}), json!({})).await;
        begin(&app, &admin, &made).await;
        crate::push::wait_until(async || seen(&app, &admin, &made).await["progress"]["planned"] == 1).await;
        app.wait(TimeDelta::hours(25));
        // The clock took the sessions with it.
        let admin = app.admin().await.person;
        let over = over(&app, &admin, &made).await;
        assert_eq!((&over["state"], &over["progress"]["expired"]), (&json!("DONE"), &json!(1)));
    }

    async fn a_test_goes_to_ones_own_devices_alone(app) {
        let admin = app.admin().await.person;
        let made = campaign(&app, &admin, json!({}), json!({})).await;
        let input = json!({ "id": made["id"], "clientMutationKey": key() });
        let refused = send(&app, Some(&admin), "pushCampaignTestSend", CAMPAIGN, input.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("", "NO_OWN_DEVICE")]));
        register(&app, Some(&admin), phone(&key(), "token")).await;
        for _ in 0..2 {
            done(&app, Some(&admin), "pushCampaignTestSend", CAMPAIGN, input.clone()).await;
        }
        let tests = push_campaign::Entity::find().filter(push_campaign::Column::IsTest.eq(true));
        assert_eq!(tests.count(app.database.reader()).await.expect("a count"), 1);
        let listed = app.ask_by(&admin, "{ pushCampaigns { totalCount } }", json!({})).await;
        assert_eq!(listed.data()["pushCampaigns"]["totalCount"], 1);
        assert_eq!(crate::push::inbox(&app, &admin).await["totalCount"], 0);
    }
}

fn admin_id_of_nothing() -> String {
    api::infra::graphql::NodeTag(b'?')
        .id(uuid::Uuid::now_v7())
        .to_string()
}
