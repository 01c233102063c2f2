//! Noting who came, what they get for it, who may check that, and what they think.

use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::{Value, json};

use super::{
    HOSPITAL, Meeting, done, keeper, meeting, own, pairs, problems, registered, send, with_role,
};
use crate::{
    benefit_use::crowd,
    on_both_databases,
    support::{App, Person, builders, user_error},
};

const PARTICIPANTS: &str = "participants { id name status certificateNumber }";

async fn mark(app: &App, person: &Person, meeting: &Meeting, marks: &[(&Value, bool)]) -> Value {
    let marks: Vec<Value> = marks
        .iter()
        .map(|(registration, attended)| json!({ "registration": registration["id"], "attended": attended }))
        .collect();
    let input = json!({ "session": meeting.node, "marks": marks });
    send(app, person, "trainingAttendanceMark", PARTICIPANTS, input).await
}

/// What a stranger is told of a code.
async fn check(app: &App, code: &str) -> Value {
    let query = "query($code: String!) { trainingCertificateCheck(code: $code) {
        valid course holderInitials issuedOn hours } }";
    let answer = app.ask_with(query, json!({ "code": code })).await;
    assert_eq!(answer.header("cache-control"), "private, no-store");
    answer.data()["trainingCertificateCheck"].clone()
}

async fn participants(app: &App, person: &Person, meeting: &Meeting) -> Value {
    let query = "query($id: ID!) { trainingParticipants(session: $id, first: 50) {
        totalCount nodes { id name status certificateNumber } } }";
    let answer = app
        .ask_by(person, query, json!({ "id": meeting.node }))
        .await;
    answer.data()["trainingParticipants"].clone()
}

async fn opinions(app: &App, person: &Person, meeting: &Meeting) -> Value {
    let query = "query($id: ID!) { trainingFeedback(session: $id) { count average comments } }";
    let answer = app
        .ask_by(person, query, json!({ "id": meeting.node }))
        .await;
    answer.data()["trainingFeedback"].clone()
}

async fn rate(app: &App, person: &Person, registration: &Value, rating: i32, words: &str) -> Value {
    let input = json!({ "registration": registration["id"], "rating": rating, "comment": words });
    let fields = "registration { rating comment }";
    send(app, person, "trainingFeedbackSubmit", fields, input).await
}

/// What is said of a code that is of no certificate.
fn invalid() -> Value {
    json!({ "valid": false, "course": null, "holderInitials": null, "issuedOn": null, "hours": null })
}

on_both_databases! {
    async fn who_came_gets_a_certificate_that_anybody_can_check(app) {
        let members = crowd(&app, 2).await.members;
        let keeper = keeper(&app).await;
        let meeting = meeting(&app, |_| {}).await;
        let came = registered(&app, &members[0], &meeting).await;
        let absent = registered(&app, &members[1], &meeting).await;
        let marks = [(&came, true), (&absent, false)];
        let early = mark(&app, &keeper, &meeting, &marks).await;
        assert_eq!(problems(&early), pairs(&[("session", "NOT_STARTED")]));
        builders::begin_session(&app.database, meeting.id).await;

        let stranger = with_role(&app, "stranger", "ORGANISATION_ADMIN", HOSPITAL).await;
        let refused = mark(&app, &stranger, &meeting, &marks).await;
        assert_eq!(problems(&refused), pairs(&[("session", "SESSION_NOT_FOUND")]));
        assert!(participants(&app, &stranger, &meeting).await.is_null());
        assert!(opinions(&app, &stranger, &meeting).await.is_null());

        let marked = mark(&app, &keeper, &meeting, &marks).await;
        assert!(problems(&marked).is_empty(), "{marked:#}");
        let seen = participants(&app, &keeper, &meeting).await;
        assert_eq!(seen["totalCount"], 2);
        let first = &seen["nodes"][0];
        assert_eq!((&first["name"], &first["status"]), (&json!("Иванова Анна"), &json!("ATTENDED")));
        assert_eq!(seen["nodes"][1]["status"], "NO_SHOW");
        assert!(seen["nodes"][1]["certificateNumber"].is_null());
        assert_eq!(marked["participants"], seen["nodes"]);

        let certificate = own(&app, &members[0]).await["nodes"][0]["certificate"].clone();
        assert_eq!((&certificate["hours"], &certificate["number"]), (&json!(8), &first["certificateNumber"]));
        assert_eq!(certificate["courseTitle"], "Госуслуги для профактива");
        let code = certificate["code"].as_str().expect("a code").to_owned();
        assert!(certificate["checkUrl"].as_str().expect("an address").ends_with(&format!("/certificate#{code}")));
        assert!(own(&app, &members[1]).await["nodes"][0]["certificate"].is_null());
        let found = check(&app, &code).await;
        assert_eq!(found, json!({
            "valid": true, "course": "Госуслуги для профактива", "holderInitials": "И. А.",
            "issuedOn": certificate["issuedOn"], "hours": 8,
        }));
        assert_eq!(check(&app, &code.to_lowercase().replace('-', " ")).await, found);
        // Noted again, it is the same certificate.
        mark(&app, &keeper, &meeting, &marks).await;
        assert_eq!(own(&app, &members[0]).await["nodes"][0]["certificate"], certificate);
    }

    async fn a_code_that_is_not_whole_or_not_true_is_of_no_certificate(app) {
        let members = crowd(&app, 1).await.members;
        let keeper = keeper(&app).await;
        let meeting = meeting(&app, |_| {}).await;
        let came = registered(&app, &members[0], &meeting).await;
        builders::begin_session(&app.database, meeting.id).await;
        mark(&app, &keeper, &meeting, &[(&came, true)]).await;
        let certificate = own(&app, &members[0]).await["nodes"][0]["certificate"].clone();
        let code = certificate["code"].as_str().expect("a code").to_owned();
        let last = if code.ends_with('7') { "8" } else { "7" };
        let altered = format!("{}{last}", &code[..code.len() - 1]);
        let number = certificate["number"].as_str().expect("a number");
        for wrong in [altered.as_str(), number, "", "x", "26-00000000-0000-0000-0000"] {
            assert_eq!(check(&app, wrong).await, invalid(), "{wrong}");
        }
        let long = app.ask(&format!("{{ trainingCertificateCheck(code: \"{}\") {{ valid }} }}", "0".repeat(101))).await;
        assert_eq!(long.refused("code"), "BAD_USER_INPUT");

        // Whoever can write rows can change none of what it says.
        let row = entities::training_certificate::Entity::find().one(app.database.writer()).await;
        let row = row.expect("a query").expect("a certificate");
        let mut changed = row.clone().into_active_model();
        changed.hours = Set(80);
        changed.update(app.database.writer()).await.expect("updated");
        assert_eq!(check(&app, &code).await, invalid());
        let back = row.into_active_model().reset_all();
        back.update(app.database.writer()).await.expect("updated");
        assert_eq!(check(&app, &code).await["valid"], true);

        // Whoever turns out not to have come loses it.
        mark(&app, &keeper, &meeting, &[(&came, false)]).await;
        assert_eq!(check(&app, &code).await, invalid());
        mark(&app, &keeper, &meeting, &[(&came, true)]).await;
        let anew = own(&app, &members[0]).await["nodes"][0]["certificate"]["code"].clone();
        assert_ne!(anew, json!(code));
    }

    async fn a_list_of_marks_is_taken_whole_or_not_at_all(app) {
        let members = crowd(&app, 3).await.members;
        let keeper = keeper(&app).await;
        let (first, second) = (meeting(&app, |row| row.seats = Set(1)).await, meeting(&app, |_| {}).await);
        let seated = registered(&app, &members[0], &first).await;
        let waiting = registered(&app, &members[1], &first).await;
        let elsewhere = registered(&app, &members[2], &second).await;
        builders::begin_session(&app.database, first.id).await;
        let refused = mark(&app, &keeper, &first, &[(&seated, true), (&waiting, true), (&elsewhere, true), (&seated, false)]).await;
        assert_eq!(problems(&refused), pairs(&[
            ("marks.1.registration", "REGISTRATION_NOT_FOUND"),
            ("marks.2.registration", "REGISTRATION_NOT_FOUND"),
            ("marks.3.registration", "REPEATED"),
        ]));
        assert_eq!(own(&app, &members[0]).await["nodes"][0]["status"], "REGISTERED");
        assert_eq!(user_error(&mark(&app, &keeper, &first, &[]).await), "MISSING");
    }

    async fn staff_read_what_was_thought_and_not_by_whom(app) {
        let members = crowd(&app, 3).await.members;
        let keeper = keeper(&app).await;
        let meeting = meeting(&app, |_| {}).await;
        let mut registrations = Vec::new();
        for member in &members {
            registrations.push(registered(&app, member, &meeting).await);
        }
        builders::begin_session(&app.database, meeting.id).await;
        let refused = rate(&app, &members[0], &registrations[0], 5, "Рано").await;
        assert_eq!(problems(&refused), pairs(&[("registration", "NOT_ATTENDED")]));
        let marks: Vec<(&Value, bool)> = registrations.iter().map(|one| (one, true)).collect();
        mark(&app, &keeper, &meeting, &marks).await;
        let foreign = rate(&app, &members[1], &registrations[0], 5, "Чужое").await;
        assert_eq!(problems(&foreign), pairs(&[("registration", "REGISTRATION_NOT_FOUND")]));
        let wrong = rate(&app, &members[0], &registrations[0], 6, &"о".repeat(1001)).await;
        assert_eq!(problems(&wrong), pairs(&[("comment", "COMMENT_TOO_LONG"), ("rating", "OUT_OF_RANGE")]));

        assert_eq!(opinions(&app, &keeper, &meeting).await, json!({ "count": 0, "average": null, "comments": [] }));
        for (rating, (member, registration)) in (3..).zip(members.iter().zip(&registrations).take(2)) {
            let rated = rate(&app, member, registration, rating, " Полезно ").await;
            assert_eq!(rated["registration"], json!({ "rating": rating, "comment": "Полезно" }));
        }
        // Two would tell who wrote what.
        assert_eq!(opinions(&app, &keeper, &meeting).await, json!({ "count": 2, "average": 3.5, "comments": [] }));
        rate(&app, &members[2], &registrations[2], 5, "Ещё").await;
        rate(&app, &members[2], &registrations[2], 4, "Мало практики").await;
        let gathered = opinions(&app, &keeper, &meeting).await;
        assert_eq!((&gathered["count"], &gathered["average"]), (&json!(3), &json!(3.67)));
        let mut comments: Vec<&str> = gathered["comments"].as_array().expect("comments")
            .iter().map(|one| one.as_str().expect("words")).collect();
        comments.sort_unstable();
        assert_eq!(comments, ["Мало практики", "Полезно", "Полезно"]);
    }

    async fn a_course_without_certificates_gives_none(app) {
        let members = crowd(&app, 1).await.members;
        let keeper = keeper(&app).await;
        let course = entities::course::Entity::find().all(app.database.reader()).await.expect("courses");
        let course = course.into_iter().find(|row| row.slug.starts_with("moshenniki")).expect("a course").id;
        let meeting = meeting(&app, |row| row.course_id = Set(course)).await;
        let came = registered(&app, &members[0], &meeting).await;
        builders::begin_session(&app.database, meeting.id).await;
        let input = json!({ "session": meeting.node, "marks": [{ "registration": came["id"], "attended": true }] });
        let marked = done(&app, &keeper, "trainingAttendanceMark", PARTICIPANTS, input).await;
        assert_eq!(marked["participants"][0]["status"], "ATTENDED");
        assert!(marked["participants"][0]["certificateNumber"].is_null());
    }
}
