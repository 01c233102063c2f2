//! Staff set sessions, change them, call them off; those who have registered hear of it.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    HOSPITAL, Meeting, SCHOOL, done, inbox, meeting, new_key, own, pairs, problems, registered,
    seen, send, with_role,
};
use crate::{
    benefit_use::crowd,
    on_both_databases,
    support::{App, Person, user_error},
};

const SESSION: &str =
    "trainingSession { id startsAt endsAt place onlineUrl trainers seats registered waitlisted
    registrationOpensAt registrationClosesAt membersOnly status cancelReason
    course { slug } organisation { slug } targetOrganisations { slug } }";

async fn publisher(app: &App) -> Person {
    with_role(app, "publisher", "PUBLISHER", SCHOOL).await
}

fn text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Everything that a new session needs, in so many days.
async fn whole(app: &App, days: i64) -> Value {
    let course = app
        .ask("{ course(slug: \"video-na-telefon\") { id } }")
        .await;
    let starts_at = app.now() + TimeDelta::days(days);
    json!({
        "clientMutationKey": new_key(),
        "course": course.data()["course"]["id"],
        "organisation": app.organisation_node(SCHOOL).await,
        "startsAt": text(starts_at),
        "endsAt": text(starts_at + TimeDelta::hours(2)),
        "place": " Актовый зал ",
        "trainers": ["Мария Учителева"],
        "seats": 12,
    })
}

on_both_databases! {
    async fn a_session_names_everything_that_is_wrong_with_it(app) {
        let publisher = publisher(&app).await;
        let course = whole(&app, 3).await["course"].clone();
        let empty = json!({
            "clientMutationKey": new_key(),
            "course": app.organisation_node(SCHOOL).await,
            "organisation": app.organisation_node(HOSPITAL).await,
        });
        let refused = send(&app, &publisher, "trainingSessionCreate", SESSION, empty).await;
        assert_eq!(problems(&refused), pairs(&[
            ("organisation", "ORGANISATION_NOT_FOUND"), ("course", "NOT_THERE"), ("startsAt", "MISSING"),
            ("endsAt", "MISSING"), ("place", "MISSING"), ("seats", "MISSING"),
        ]));
        let past = app.now() - TimeDelta::days(1);
        let wrong = json!({
            "clientMutationKey": new_key(),
            "course": course,
            "organisation": app.organisation_node(SCHOOL).await,
            "startsAt": text(past),
            "endsAt": text(past),
            "registrationClosesAt": text(app.now()),
            "onlineUrl": "javascript:alert(1)",
            "trainers": [" "],
            "seats": 10_001,
            "targetOrganisations": [course],
        });
        let refused = send(&app, &publisher, "trainingSessionCreate", SESSION, wrong).await;
        assert_eq!(problems(&refused), pairs(&[
            ("startsAt", "IN_THE_PAST"), ("endsAt", "OUT_OF_RANGE"), ("registrationClosesAt", "OUT_OF_RANGE"),
            ("onlineUrl", "NOT_A_URL"), ("trainers.0", "MISSING"), ("seats", "OUT_OF_RANGE"),
            ("targetOrganisations", "NOT_THERE"),
        ]));
    }

    async fn a_session_is_set_once_for_each_key(app) {
        let publisher = publisher(&app).await;
        let input = whole(&app, 3).await;
        let made = done(&app, &publisher, "trainingSessionCreate", SESSION, input.clone()).await;
        let session = &made["trainingSession"];
        assert_eq!((&session["place"], &session["seats"]), (&json!("Актовый зал"), &json!(12)));
        assert_eq!(session["registrationClosesAt"], session["startsAt"]);
        assert_eq!((&session["membersOnly"], &session["status"]), (&json!(true), &json!("PLANNED")));
        assert_eq!(session["course"]["slug"], "video-na-telefon");
        assert_eq!(done(&app, &publisher, "trainingSessionCreate", SESSION, input.clone()).await, made);
        let mut other = input;
        other["seats"] = json!(13);
        let refused = send(&app, &publisher, "trainingSessionCreate", SESSION, other).await;
        assert_eq!(problems(&refused), pairs(&[("clientMutationKey", "CONFLICT")]));
        let listed = app.ask("{ course(slug: \"video-na-telefon\") { sessions(first: 5) { totalCount nodes { id seats } } } }").await;
        assert_eq!(listed.data()["course"]["sessions"]["nodes"][0]["id"], session["id"]);
        assert_eq!(listed.data()["course"]["sessions"]["totalCount"], 2);
    }

    async fn those_who_have_registered_hear_of_a_move_and_of_more_seats(app) {
        let members = crowd(&app, 2).await.members;
        let publisher = publisher(&app).await;
        let meeting = meeting(&app, |row| row.seats = sea_orm::Set(1)).await;
        registered(&app, &members[0], &meeting).await;
        assert_eq!(registered(&app, &members[1], &meeting).await["status"], "WAITLISTED");

        let same = json!({ "id": meeting.node, "seats": 1 });
        done(&app, &publisher, "trainingSessionUpdate", SESSION, same).await;
        let moved = json!({ "id": meeting.node, "place": "Библиотека" });
        let changed = done(&app, &publisher, "trainingSessionUpdate", SESSION, moved).await;
        assert_eq!(changed["trainingSession"]["place"], "Библиотека");
        for member in &members {
            let told = inbox(&app, member, 1).await;
            assert_eq!(told[0]["title"], "Госуслуги для профактива");
            assert!(told[0]["body"].as_str().expect("a text").contains("изменились"), "{told:#?}");
        }

        let more = json!({ "id": meeting.node, "seats": 2 });
        let changed = done(&app, &publisher, "trainingSessionUpdate", SESSION, more).await;
        assert_eq!((&changed["trainingSession"]["registered"], &changed["trainingSession"]["waitlisted"]), (&json!(2), &json!(0)));
        assert_eq!(own(&app, &members[1]).await["nodes"][0]["status"], "REGISTERED");
        let told = inbox(&app, &members[1], 2).await;
        assert!(told[0]["body"].as_str().expect("a text").contains("освободилось место"), "{told:#?}");
        let fewer = json!({ "id": meeting.node, "seats": 1 });
        let refused = send(&app, &publisher, "trainingSessionUpdate", SESSION, fewer).await;
        assert_eq!(problems(&refused), pairs(&[("seats", "SEATS_TAKEN")]));
    }

    async fn registration_goes_on_closing_with_the_beginning(app) {
        let publisher = publisher(&app).await;
        let meeting = meeting(&app, |_| {}).await;
        let starts_at = app.now() + TimeDelta::days(5);
        let moved = json!({ "id": meeting.node, "startsAt": text(starts_at), "endsAt": text(starts_at + TimeDelta::hours(1)) });
        let changed = done(&app, &publisher, "trainingSessionUpdate", SESSION, moved).await;
        assert_eq!(changed["trainingSession"]["registrationClosesAt"], changed["trainingSession"]["startsAt"]);
    }

    async fn a_session_that_is_called_off_tells_all(app) {
        let members = crowd(&app, 2).await.members;
        let publisher = publisher(&app).await;
        let meeting = meeting(&app, |row| row.seats = sea_orm::Set(1)).await;
        for member in &members {
            registered(&app, member, &meeting).await;
        }
        let stranger = with_role(&app, "stranger", "PUBLISHER", HOSPITAL).await;
        let input = json!({ "id": meeting.node, "reason": "Болезнь преподавателя." });
        let refused = send(&app, &stranger, "trainingSessionCancel", SESSION, input.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("id", "NOT_FOUND")]));
        let wordless = json!({ "id": meeting.node, "reason": " " });
        let refused = send(&app, &publisher, "trainingSessionCancel", SESSION, wordless).await;
        assert_eq!(problems(&refused), pairs(&[("reason", "MISSING")]));

        let off = done(&app, &publisher, "trainingSessionCancel", SESSION, input.clone()).await;
        assert_eq!((&off["trainingSession"]["status"], &off["trainingSession"]["cancelReason"]), (&json!("CANCELLED"), &json!("Болезнь преподавателя.")));
        assert_eq!(done(&app, &publisher, "trainingSessionCancel", SESSION, input).await, off);
        for member in &members {
            let told = inbox(&app, member, 1).await;
            let body = told[0]["body"].as_str().expect("a text");
            assert!(body.contains("отменено") && body.ends_with("Болезнь преподавателя."), "{body}");
        }
        assert_eq!(seen(&app, &meeting).await["isRegistrationOpen"], false);
        let listed = "query($all: Boolean!) { trainingSessions(filter: { includeCancelled: $all }, first: 100) { nodes { id } } }";
        for (all, is_there) in [(false, false), (true, true)] {
            let answer = app.ask_with(listed, json!({ "all": all })).await;
            let found = answer.data()["trainingSessions"]["nodes"].as_array().expect("a list").iter().any(|node| node["id"] == meeting.node.as_str());
            assert_eq!(found, is_there);
        }
        let late = json!({ "id": meeting.node, "seats": 5 });
        assert_eq!(user_error(&send(&app, &publisher, "trainingSessionUpdate", SESSION, late).await), "SESSION_CANCELLED");
    }

    async fn what_somebody_has_registered_for_is_not_deleted(app) {
        let member = &crowd(&app, 1).await.members[0];
        let publisher = publisher(&app).await;
        let (used, unused): (Meeting, Meeting) = (meeting(&app, |_| {}).await, meeting(&app, |_| {}).await);
        registered(&app, member, &used).await;
        let delete = async |meeting: &Meeting| {
            send(&app, &publisher, "trainingSessionDelete", "deletedId", json!({ "id": meeting.node })).await
        };
        assert_eq!(user_error(&delete(&used).await), "IN_USE");
        assert_eq!(delete(&unused).await["deletedId"], unused.node.as_str());
        assert_eq!(delete(&unused).await["userErrors"], json!([]));
        assert!(seen(&app, &unused).await.is_null());
    }

    async fn a_list_shows_what_was_asked_for(app) {
        let publisher = publisher(&app).await;
        let made = done(&app, &publisher, "trainingSessionCreate", SESSION, whole(&app, 400).await).await;
        let school = app.organisation_node(SCHOOL).await;
        let query = "query($filter: TrainingSessionFilter) { trainingSessions(filter: $filter, first: 100) { totalCount nodes { id startsAt } } }";
        let ask = async |filter: Value| app.ask_with(query, json!({ "filter": filter })).await.data()["trainingSessions"].clone();
        let of_school = ask(json!({ "organisation": school })).await;
        assert_eq!((&of_school["totalCount"], &of_school["nodes"][0]["id"]), (&json!(1), &made["trainingSession"]["id"]));
        let far = ask(json!({ "startsFrom": text(app.now() + TimeDelta::days(300)) })).await;
        assert_eq!(far["totalCount"], 1);
        let near = ask(json!({ "startsBefore": text(app.now() + TimeDelta::days(300)) })).await;
        assert_eq!(near["totalCount"], 6);
        let sorted: Vec<&str> = near["nodes"].as_array().expect("a list").iter().map(|node| node["startsAt"].as_str().expect("an instant")).collect();
        assert!(sorted.is_sorted(), "{sorted:?}");
    }
}
