//! Two hundred people who want twenty seats at the same moment.

use std::{collections::BTreeMap, rc::Rc, sync::Arc};

use api::{
    app::Identity,
    domain::accounts::{Accounts, contact::Contact},
    infra::{
        auth::{SignedIn, Viewer},
        clock::Clock,
    },
};
use entities::{
    enums::RegistrationState, enums::SessionKind, training_registration, training_session,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{meeting, new_key};
use crate::{
    on_both_databases,
    support::{App, app::Indoors, builders},
};

const SEATS: usize = 20;
const PEOPLE: usize = 200;
const REGISTER: &str = "mutation($session: ID!, $key: ID!) {
    trainingRegister(input: { session: $session, clientMutationKey: $key }) {
        registration { id status } userErrors { code } } }";
const CANCEL: &str = "mutation($id: ID!) { trainingCancel(input: { registration: $id }) {
    registration { status } userErrors { code } } }";

/// So many members of the school, who have signed in.
async fn people(app: &App) -> Vec<Viewer> {
    let identity = Identity::load(&app.settings, &app.database, &Clock::system())
        .await
        .expect("an identity");
    let accounts = Accounts::new(identity.vault, identity.keys, "");
    let like = builders::member_of(&app.database, super::SCHOOL).await;
    let membership = like.membership().cloned();
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let contact = Contact::parse(&format!("person{number}@example.ru")).expect("a contact");
        let account = accounts
            .create(app.database.writer(), &contact, None, app.now())
            .await
            .expect("an account");
        people.push(Viewer::SignedIn(Arc::new(SignedIn {
            account_id: account.id,
            session_id: Uuid::nil(),
            session_kind: SessionKind::Member,
            authenticated_at: app.now(),
            membership: membership.clone(),
            grants: vec![],
        })));
    }
    people
}

/// Tries until there is an answer: two hundred at once may be more than the server takes.
async fn ask_patiently(
    indoors: &Indoors,
    viewer: &Viewer,
    query: &str,
    variables: Value,
    name: &str,
) -> Value {
    for _ in 0..400 {
        let answer = indoors
            .ask_as(viewer.clone(), query, variables.clone())
            .await;
        let payload = &answer.body["data"][name];
        if !payload.is_null() {
            assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
            return payload["registration"].clone();
        }
        let code = answer.body["errors"][0]["extensions"]["code"].as_str();
        let code = code.unwrap_or_default();
        assert!(
            ["UNAVAILABLE", "TIMEOUT"].contains(&code),
            "{:#}",
            answer.body
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no answer");
}

async fn rows(app: &App, session_id: Uuid) -> Vec<training_registration::Model> {
    training_registration::Entity::find()
        .filter(training_registration::Column::SessionId.eq(session_id))
        .order_by_asc(training_registration::Column::Ticket)
        .all(app.database.reader())
        .await
        .expect("a query")
}

fn tally(rows: &[training_registration::Model]) -> BTreeMap<RegistrationState, usize> {
    let mut tally = BTreeMap::new();
    for row in rows {
        *tally.entry(row.state).or_insert(0) += 1;
    }
    tally
}

on_both_databases! {
    async fn two_hundred_at_once_get_twenty_seats_and_a_line(app) {
        use RegistrationState::{Cancelled, Registered, Waitlisted};
        let people = people(&app).await;
        let meeting = meeting(&app, |_| {}).await;
        let indoors = Rc::new(app.indoors());
        let mut asked = Vec::new();
        for viewer in people.clone() {
            let (indoors, node) = (Rc::clone(&indoors), meeting.node.clone());
            asked.push(actix_web::rt::spawn(async move {
                let variables = json!({ "session": node, "key": new_key() });
                ask_patiently(&indoors, &viewer, REGISTER, variables, "trainingRegister").await
            }));
        }
        let mut ids = BTreeMap::new();
        for (viewer, one) in people.iter().zip(asked) {
            let registration = one.await.expect("an answer");
            ids.insert(registration["id"].as_str().expect("an id").to_owned(), viewer.clone());
        }
        assert_eq!(ids.len(), PEOPLE);
        let made = rows(&app, meeting.id).await;
        assert_eq!(tally(&made), BTreeMap::from([(Registered, SEATS), (Waitlisted, PEOPLE - SEATS)]));
        let tickets: Vec<i64> = made.iter().map(|row| row.ticket).collect();
        assert_eq!(tickets, (1..=PEOPLE as i64).collect::<Vec<_>>());
        assert!(made[..SEATS].iter().all(|row| row.state == Registered), "the first have the seats");

        // Half of those with a seat leave at once, and as many of those who wait; the line moves up in order.
        let leaving: Vec<&training_registration::Model> =
            made[..SEATS / 2].iter().chain(&made[SEATS..SEATS + SEATS / 2]).collect();
        let mut asked = Vec::new();
        for row in leaving {
            let node = api::infra::graphql::NodeTag(b'y').id(row.id).to_string();
            let viewer = ids[&node].clone();
            let indoors = Rc::clone(&indoors);
            asked.push(actix_web::rt::spawn(async move {
                let variables = json!({ "id": node });
                ask_patiently(&indoors, &viewer, CANCEL, variables, "trainingCancel").await
            }));
        }
        for one in asked {
            assert_eq!(one.await.expect("an answer")["status"], "CANCELLED");
        }
        let left = rows(&app, meeting.id).await;
        assert_eq!(tally(&left), BTreeMap::from([
            (Registered, SEATS), (Waitlisted, PEOPLE - 2 * SEATS), (Cancelled, SEATS),
        ]));
        let last_seated = left.iter().rposition(|row| row.state == Registered).expect("a seat");
        let first_waiting = left.iter().position(|row| row.state == Waitlisted).expect("a line");
        assert!(last_seated < first_waiting, "nobody was passed over");
        let session = training_session::Entity::find_by_id(meeting.id)
            .one(app.database.reader()).await.expect("a query").expect("a session");
        assert_eq!((session.seated, session.waiting), (20, 160));
    }
}
