//! What somebody wants to be notified of.

use serde_json::{Value, json};

use super::{
    HOSPITAL, PHONE, SCHOOL, choose, consent, done, key, pairs, phone, problems, register, send,
    topic,
};
use crate::{
    on_both_databases,
    support::{App, Person, answer::each},
};

const PREFERENCES: &str = "preferences { topics { name } followedOrganisations { slug }
    quietHours { from to } dailyCap allowsService allowsPromotional }";

async fn preferences(app: &App, person: &Person) -> Value {
    let query = "{ viewer { pushPreferences { topics { name } followedOrganisations { slug }
        quietHours { from to } dailyCap allowsService allowsPromotional } } }";
    app.ask_by(person, query, json!({})).await.data()["viewer"]["pushPreferences"].clone()
}

async fn update(app: &App, person: Option<&Person>, input: Value) -> Value {
    send(app, person, "pushPreferencesUpdate", PREFERENCES, input).await
}

on_both_databases! {
    async fn nobody_is_rung_at_night_unless_they_say_so(app) {
        let person = app.sign_in(PHONE).await;
        let usual = preferences(&app, &person).await;
        assert_eq!(usual["quietHours"], json!({ "from": "22:00", "to": "08:00" }));
        assert_eq!((&usual["dailyCap"], &usual["allowsService"], &usual["allowsPromotional"]), (&json!(5), &json!(false), &json!(false)));
        let hours = json!({ "quietHours": { "from": "23:30", "to": "07:15" }, "dailyCap": 2 });
        let changed = update(&app, Some(&person), hours).await["preferences"].clone();
        assert_eq!(changed["quietHours"], json!({ "from": "23:30", "to": "07:15" }));
        assert_eq!(changed["dailyCap"], 2);
        // What is not named stays.
        let changed = update(&app, Some(&person), json!({ "quietHours": null })).await["preferences"].clone();
        assert_eq!((&changed["quietHours"], &changed["dailyCap"]), (&Value::Null, &json!(2)));
        assert_eq!(preferences(&app, &person).await, changed);
    }

    async fn everything_wrong_is_told_at_once(app) {
        let person = app.sign_in(PHONE).await;
        let stranger = app.organisation_node(SCHOOL).await;
        let input = json!({
            "topics": [stranger],
            "followedOrganisations": [stranger, uuid_of_nothing()],
            "quietHours": { "from": "22:00", "to": "22:00" },
            "dailyCap": 51,
        });
        let refused = update(&app, Some(&person), input).await;
        assert_eq!(problems(&refused), pairs(&[
            ("dailyCap", "OUT_OF_RANGE"),
            ("followedOrganisations", "ORGANISATION_NOT_FOUND"),
            ("quietHours", "QUIET_HOURS_MALFORMED"),
            ("topics", "TOPIC_NOT_FOUND"),
        ]));
    }

    async fn topics_and_organisations_are_chosen_and_given_up(app) {
        let (admin, person) = (app.admin().await.person, app.sign_in(PHONE).await);
        let one = topic(&app, &admin, json!({ "name": "Законы" })).await;
        let other = topic(&app, &admin, json!({ "name": "Шахматы" })).await;
        let organisations = [app.organisation_node(SCHOOL).await, app.organisation_node(HOSPITAL).await];
        let input = json!({ "topics": [one["id"], other["id"], one["id"]], "followedOrganisations": organisations });
        let chosen = update(&app, Some(&person), input).await["preferences"].clone();
        let mut topics = each(&chosen["topics"], "name");
        topics.sort();
        assert_eq!(topics, ["Законы", "Шахматы"]);
        assert_eq!(each(&chosen["followedOrganisations"], "slug").len(), 2);
        let input = json!({ "topics": [other["id"]], "followedOrganisations": [] });
        let chosen = update(&app, Some(&person), input).await["preferences"].clone();
        assert_eq!(each(&chosen["topics"], "name"), ["Шахматы"]);
        assert_eq!(chosen["followedOrganisations"], json!([]));
    }

    async fn devices_of_nobody_choose_public_topics_alone(app) {
        let admin = app.admin().await.person;
        let public = topic(&app, &admin, json!({})).await;
        let closed = topic(&app, &admin, json!({ "name": "Для своих", "isPublic": false })).await;
        let id = key();
        let refused = update(&app, None, json!({ "topics": [public["id"]] })).await;
        assert_eq!(problems(&refused), pairs(&[("deviceId", "MISSING")]));
        let input = json!({ "deviceId": id, "topics": [public["id"]] });
        let refused = update(&app, None, input).await;
        assert_eq!(problems(&refused), pairs(&[("deviceId", "DEVICE_NOT_FOUND")]));
        register(&app, None, phone(&id, "token")).await;
        let refused = update(&app, None, json!({ "deviceId": id, "topics": [closed["id"]] })).await;
        assert_eq!(problems(&refused), pairs(&[("topics", "TOPIC_FOR_SIGNED_IN")]));
        let chosen = update(&app, None, json!({ "deviceId": id, "topics": [public["id"]] })).await;
        assert_eq!(each(&chosen["preferences"]["topics"], "name"), ["Проверка связи"]);
        assert_eq!(chosen["preferences"]["allowsPromotional"], false);
    }

    async fn what_somebody_chose_is_not_changed_past_them(app) {
        let person = app.sign_in(PHONE).await;
        let id = key();
        register(&app, Some(&person), phone(&id, "token")).await;
        // Whoever knows the device, but has not signed in, meets no device of nobody's.
        let refused = update(&app, None, json!({ "deviceId": id, "dailyCap": 1 })).await;
        assert_eq!(problems(&refused), pairs(&[("deviceId", "DEVICE_NOT_FOUND")]));
        assert_eq!(preferences(&app, &person).await["dailyCap"], 5);
    }

    async fn what_is_chosen_without_a_name_stays_with_the_device(app) {
        let (admin, person) = (app.admin().await.person, app.sign_in(PHONE).await);
        let topic = topic(&app, &admin, json!({})).await;
        let id = key();
        register(&app, None, phone(&id, "token")).await;
        choose(&app, None, &id, &[&topic]).await;
        register(&app, Some(&person), phone(&id, "token")).await;
        assert_eq!(preferences(&app, &person).await["topics"], json!([]));
    }

    async fn preferences_go_by_the_consents(app) {
        let person = app.sign_in(PHONE).await;
        consent(&app, &person, "PUSH_SERVICE", true).await;
        let input = json!({ "dailyCap": 3 });
        done(&app, Some(&person), "pushPreferencesUpdate", PREFERENCES, input).await;
        assert_eq!(preferences(&app, &person).await["allowsService"], true);
        consent(&app, &person, "PUSH_MARKETING", true).await;
        assert_eq!(preferences(&app, &person).await["allowsPromotional"], true);
        consent(&app, &person, "PUSH_SERVICE", false).await;
        let after = preferences(&app, &person).await;
        assert_eq!((&after["allowsService"], &after["allowsPromotional"]), (&json!(false), &json!(true)));
    }
}

fn uuid_of_nothing() -> String {
    api::infra::graphql::NodeTag(b'o')
        .id(uuid::Uuid::now_v7())
        .to_string()
}
