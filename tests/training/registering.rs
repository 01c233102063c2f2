//! Registering: who may, when, once for each key, and the line of those who wait.

use chrono::TimeDelta;
use entities::{enums::TrainingSessionState, training_session_organisation};
use sea_orm::{EntityTrait, IntoActiveModel, Set};
use serde_json::json;

use super::{Meeting, cancel, meeting, new_key, own, pairs, problems, register, registered, seen};
use crate::{
    benefit_use::crowd,
    on_both_databases,
    support::{App, builders, user_error},
};

/// Lets only the members of that organisation come.
async fn mean_for(app: &App, session: uuid::Uuid, slug: &str) {
    let row = training_session_organisation::Model {
        session_id: session,
        organisation_id: builders::organisation_id(&app.database, slug).await,
    };
    training_session_organisation::Entity::insert(row.into_active_model())
        .exec_without_returning(app.database.writer())
        .await
        .expect("a row");
}

on_both_databases! {
    async fn only_members_register_unless_a_session_is_open_to_all(app) {
        let closed = meeting(&app, |_| {}).await;
        let query = "mutation($session: ID!, $key: ID!) { trainingRegister(input: {
            session: $session, clientMutationKey: $key }) { userErrors { code } } }";
        let variables = json!({ "session": closed.node, "key": new_key() });
        assert_eq!(app.ask_with(query, variables).await.code(), "UNAUTHENTICATED");

        let stranger = app.sign_in("+79267654321").await;
        let refused = register(&app, &stranger, &closed, &new_key()).await;
        assert_eq!(problems(&refused), pairs(&[("session", "MEMBERS_ONLY")]));
        assert!(refused["registration"].is_null());
        let variables = json!({ "session": closed.node, "key": "once" });
        let malformed = app.ask_by(&stranger, query, variables).await;
        assert_eq!(malformed.refused("input.clientMutationKey"), "BAD_USER_INPUT");

        let open = meeting(&app, |row| row.is_for_members = Set(false)).await;
        let registration = registered(&app, &stranger, &open).await;
        assert_eq!(registration["status"], "REGISTERED");
        assert_eq!(registration["session"]["onlineUrl"], "https://meet.example/room");
        let shown = seen(&app, &open).await;
        assert_eq!((&shown["registered"], &shown["seatsLeft"]), (&json!(1), &json!(19)));
        assert!(shown["onlineUrl"].is_null() && shown["viewerRegistration"].is_null());
        assert_eq!(shown["isOnline"], true);
    }

    async fn everything_that_stands_against_it_is_told_at_once(app) {
        let member = &crowd(&app, 1).await.members[0];
        let unknown = Meeting::of(uuid::Uuid::now_v7());
        assert_eq!(user_error(&register(&app, member, &unknown, &new_key()).await), "SESSION_NOT_FOUND");

        let early = meeting(&app, |row| {
            let opens_at = row.registration_opens_at.clone().unwrap() + TimeDelta::days(2);
            row.registration_opens_at = Set(opens_at);
        }).await;
        mean_for(&app, early.id, "dorprofzhel").await;
        let refused = register(&app, member, &early, &new_key()).await;
        assert_eq!(problems(&refused), pairs(&[("session", "REGISTRATION_NOT_OPEN"), ("session", "OTHER_ORGANISATIONS")]));

        let late = meeting(&app, |row| {
            let opened_at = row.registration_opens_at.clone().unwrap();
            row.registration_closes_at = Set(opened_at + TimeDelta::hours(1));
        }).await;
        assert_eq!(user_error(&register(&app, member, &late, &new_key()).await), "REGISTRATION_CLOSED");
        let off = meeting(&app, |row| row.state = Set(TrainingSessionState::Cancelled)).await;
        assert_eq!(user_error(&register(&app, member, &off, &new_key()).await), "SESSION_CANCELLED");

        let teachers = meeting(&app, |_| {}).await;
        mean_for(&app, teachers.id, "mgo-obrazovaniya").await;
        registered(&app, member, &teachers).await;

        let railwaymen = builders::members_under(&app.database, "dorprofzhel").await;
        let course = builders::course(&app.database, "for-railwaymen", &railwaymen).await;
        let hidden = meeting(&app, |row| row.course_id = Set(course)).await;
        assert_eq!(user_error(&register(&app, member, &hidden, &new_key()).await), "SESSION_NOT_FOUND");
    }

    async fn the_same_key_gets_the_same_registration_for_ever(app) {
        let member = &crowd(&app, 1).await.members[0];
        let (first, second) = (meeting(&app, |_| {}).await, meeting(&app, |_| {}).await);
        let key = new_key();
        let made = register(&app, member, &first, &key).await;
        assert_eq!(made["registration"]["status"], "REGISTERED");
        assert_eq!(register(&app, member, &first, &key).await, made);
        // Another key, and still one person has one seat.
        let again = registered(&app, member, &first).await;
        assert_eq!(again["id"], made["registration"]["id"]);
        assert_eq!(again["session"]["registered"], 1);
        let refused = register(&app, member, &second, &key).await;
        assert_eq!(problems(&refused), pairs(&[("clientMutationKey", "CONFLICT")]));

        let cancelled = cancel(&app, member, &again).await["registration"].clone();
        assert_eq!((&cancelled["status"], &cancelled["session"]["registered"]), (&json!("CANCELLED"), &json!(0)));
        // A late repeat of the old wish does not take the seat again; a new wish does.
        let late = register(&app, member, &first, &key).await["registration"].clone();
        assert_eq!((&late["id"], &late["status"]), (&again["id"], &json!("CANCELLED")));
        let anew = registered(&app, member, &first).await;
        assert_ne!(anew["id"], again["id"]);
        let mine = own(&app, member).await;
        assert_eq!(mine["totalCount"], 2);
        assert_eq!((&mine["nodes"][0]["status"], &mine["nodes"][1]["status"]), (&json!("REGISTERED"), &json!("CANCELLED")));
    }

    async fn a_seat_goes_to_whoever_has_waited_longest(app) {
        let members = crowd(&app, 3).await.members;
        let single = meeting(&app, |row| row.seats = Set(1)).await;
        let seated = registered(&app, &members[0], &single).await;
        let mut waiting = Vec::new();
        for (place, member) in (1..).zip(&members[1..]) {
            let registration = registered(&app, member, &single).await;
            assert_eq!((&registration["status"], &registration["waitingPosition"]), (&json!("WAITLISTED"), &json!(place)));
            assert!(registration["session"]["onlineUrl"].is_null());
            waiting.push(registration);
        }
        let shown = seen(&app, &single).await;
        assert_eq!((&shown["seatsLeft"], &shown["waitlisted"]), (&json!(0), &json!(2)));

        let foreign = cancel(&app, &members[2], &seated).await;
        assert_eq!(problems(&foreign), pairs(&[("registration", "REGISTRATION_NOT_FOUND")]));
        let cancelled = cancel(&app, &members[0], &seated).await;
        assert_eq!(cancelled["registration"]["status"], "CANCELLED");
        assert_eq!(cancel(&app, &members[0], &seated).await, cancelled);
        let promoted = own(&app, &members[1]).await["nodes"][0].clone();
        assert_eq!((&promoted["id"], &promoted["status"]), (&waiting[0]["id"], &json!("REGISTERED")));
        assert!(promoted["promotedAt"].is_string());
        assert_eq!(own(&app, &members[2]).await["nodes"][0]["waitingPosition"], 1);
        let told = crate::training::inbox(&app, &members[1], 1).await;
        assert!(told[0]["body"].as_str().expect("a text").starts_with("Для вас освободилось место"));
        assert_eq!(told[0]["link"], "/courses/gosuslugi-dlya-profaktiva");
        crate::training::inbox(&app, &members[2], 0).await;

        // Whoever comes back stands at the end of the line.
        let back = registered(&app, &members[0], &single).await;
        assert_eq!(back["waitingPosition"], 2);
        let left = cancel(&app, &members[2], &waiting[1]).await;
        assert_eq!(left["registration"]["session"]["waitlisted"], 1);
        assert_eq!(own(&app, &members[0]).await["nodes"][0]["waitingPosition"], 1);
    }

    async fn a_place_is_given_back_until_the_session_begins(app) {
        let member = &crowd(&app, 1).await.members[0];
        let begun = meeting(&app, |_| {}).await;
        let registration = registered(&app, member, &begun).await;
        builders::begin_session(&app.database, begun.id).await;
        let refused = cancel(&app, member, &registration).await;
        assert_eq!(problems(&refused), pairs(&[("registration", "ALREADY_STARTED")]));
        // Who has registered finds their own again, though nobody else may register any more.
        assert_eq!(registered(&app, member, &begun).await["id"], registration["id"]);
    }

    async fn nobody_takes_all_the_seats_there_are(app) {
        let member = &crowd(&app, 1).await.members[0];
        for _ in 0..20 {
            registered(&app, member, &meeting(&app, |_| {}).await).await;
        }
        let refused = register(&app, member, &meeting(&app, |_| {}).await, &new_key()).await;
        assert_eq!(problems(&refused), pairs(&[("session", "TOO_MANY_REGISTRATIONS")]));
    }
}
