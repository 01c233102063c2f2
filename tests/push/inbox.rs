//! The inbox: what concerns somebody is there, whether a device rang or not.

use serde_json::json;

use super::{PHONE, begin, campaign, consent, done, inbox, pairs, problems, send, wait_until};
use crate::on_both_databases;

const ANOTHER: &str = "+79267654321";

on_both_databases! {
    async fn a_message_is_there_without_any_device_and_is_read_once(app) {
        let (admin, person) = (app.admin().await.person, app.sign_in(PHONE).await);
        assert_eq!(inbox(&app, &person).await["totalCount"], 0);
        let made = campaign(&app, &admin, json!({}), json!({ "link": "/news/sobranie" })).await;
        begin(&app, &admin, &made).await;
        wait_until(async || inbox(&app, &person).await["totalCount"] == 1).await;
        let seen = inbox(&app, &person).await;
        assert_eq!(seen["unreadCount"], 1);
        let item = &seen["nodes"][0];
        assert_eq!((&item["title"], &item["link"], &item["kind"]), (&json!("Собрание"), &json!("/news/sobranie"), &json!("SERVICE")));
        let input = json!({ "id": item["id"] });
        let first = done(&app, Some(&person), "inboxItemMarkRead", "inboxItem { readAt }", input.clone()).await;
        let again = done(&app, Some(&person), "inboxItemMarkRead", "inboxItem { readAt }", input).await;
        assert!(first["inboxItem"]["readAt"].is_string());
        assert_eq!(first, again);
        assert_eq!(inbox(&app, &person).await["unreadCount"], 0);
    }

    async fn the_number_on_a_badge_reads_no_letters(app) {
        let (admin, person) = (app.admin().await.person, app.sign_in(PHONE).await);
        let made = campaign(&app, &admin, json!({}), json!({})).await;
        begin(&app, &admin, &made).await;
        wait_until(async || inbox(&app, &person).await["totalCount"] == 1).await;
        let badge = "{ viewer { inbox { unreadCount } } }";
        let asked = app.ask_by(&person, badge, json!({})).await;
        assert_eq!(asked.data()["viewer"]["inbox"]["unreadCount"], 1);
        let of_inbox = |sql: &&String| sql.contains("\"inbox_item\"") || sql.contains("\"inbox_letter\"");
        let counted = app.statements_of_by(&person, badge).await;
        assert_eq!(counted.iter().filter(of_inbox).count(), 2, "{counted:#?}");
        let listed = app.statements_of_by(&person, "{ viewer { inbox { unreadCount nodes { title } } } }").await;
        assert!(listed.iter().filter(of_inbox).count() > 2, "{listed:#?}");
    }

    async fn one_does_not_read_for_another(app) {
        let (admin, person) = (app.admin().await.person, app.sign_in(PHONE).await);
        let made = campaign(&app, &admin, json!({}), json!({})).await;
        begin(&app, &admin, &made).await;
        wait_until(async || inbox(&app, &person).await["totalCount"] == 1).await;
        // Came after it was sent.
        let late = app.sign_in(ANOTHER).await;
        assert_eq!(inbox(&app, &late).await["totalCount"], 0);
        let id = inbox(&app, &person).await["nodes"][0]["id"].clone();
        let refused = send(&app, Some(&late), "inboxItemMarkRead", "inboxItem { id }", json!({ "id": id })).await;
        assert_eq!(problems(&refused), pairs(&[("id", "ITEM_NOT_FOUND")]));
        assert_eq!(inbox(&app, &person).await["unreadCount"], 1);
    }

    async fn everything_is_marked_at_once(app) {
        let (admin, person) = (app.admin().await.person, app.sign_in(PHONE).await);
        for title in ["Первое", "Второе"] {
            let made = campaign(&app, &admin, json!({}), json!({ "title": title })).await;
            begin(&app, &admin, &made).await;
        }
        wait_until(async || inbox(&app, &person).await["totalCount"] == 2).await;
        let marked = "mutation { inboxMarkAllRead { markedCount userErrors { code } } }";
        for count in [2, 0] {
            let answer = app.ask_by(&person, marked, json!({})).await;
            assert_eq!(answer.data()["inboxMarkAllRead"]["markedCount"], count);
        }
        assert_eq!(inbox(&app, &person).await["unreadCount"], 0);
    }

    async fn advertising_comes_by_consent_alone(app) {
        let (author, approver) = (app.admin().await.person, app.admin().await.person);
        let (willing, other) = (app.sign_in(PHONE).await, app.sign_in(ANOTHER).await);
        consent(&app, &willing, "PUSH_MARKETING", true).await;
        let input = json!({ "quietHours": null });
        done(&app, Some(&willing), "pushPreferencesUpdate", "preferences { dailyCap }", input).await;
        let made = campaign(&app, &author, json!({}), json!({ "kind": "PROMOTIONAL" })).await;
        begin(&app, &author, &made).await;
        let input = json!({ "id": made["id"] });
        done(&app, Some(&approver), "pushCampaignApprove", "campaign { state }", input).await;
        wait_until(async || inbox(&app, &willing).await["totalCount"] == 1).await;
        assert_eq!(inbox(&app, &other).await["totalCount"], 0);
    }

    async fn what_is_for_members_of_an_organisation_is_in_no_other_inbox(app) {
        let admin = app.admin().await.person;
        let outsider = app.sign_in(PHONE).await;
        let audience = json!({ "organisations": [app.organisation_node(crate::push::SCHOOL).await] });
        let made = campaign(&app, &admin, audience, json!({})).await;
        let input = json!({ "id": made["id"] });
        let refused = send(&app, Some(&admin), "pushCampaignSchedule", "campaign { id }", input).await;
        assert_eq!(problems(&refused), pairs(&[("id", "EMPTY_AUDIENCE")]));
        assert_eq!(inbox(&app, &outsider).await["totalCount"], 0);
    }
}
