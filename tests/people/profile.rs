//! What holders change of their own account.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{App, Person, user_error},
};

const PHONE: &str = "+79161234567";
const NEW_PHONE: &str = "+79267654321";
const MAIL: &str = "anna@example.ru";
const ACCOUNT: &str = "{ viewer { account { id name phone email } } }";
const RENAME: &str = "mutation($input: MemberProfileUpdateInput!) {
    memberProfileUpdate(input: $input) { account { name } userErrors { code field } } }";
const ASK: &str =
    "mutation($identifier: String!) { contactChangeRequest(input: { identifier: $identifier }) {
    challenge { id } userErrors { code field } } }";
const CONFIRM: &str = "mutation($id: ID!, $code: String!) {
    contactChangeConfirm(input: { challengeId: $id, code: $code }) {
        account { phone email } userErrors { code field } } }";

async fn account(app: &App, person: &Person) -> Value {
    app.ask_by(person, ACCOUNT, json!({})).await.data()["viewer"]["account"].clone()
}

async fn rename(app: &App, person: &Person, input: Value) -> Value {
    let answer = app.ask_by(person, RENAME, json!({ "input": input })).await;
    answer.data()["memberProfileUpdate"].clone()
}

async fn ask(app: &App, person: &Person, identifier: &str) -> Value {
    let variables = json!({ "identifier": identifier });
    app.ask_by(person, ASK, variables).await.data()["contactChangeRequest"].clone()
}

/// Shows the code that came to a new contact.
async fn confirm(app: &App, person: &Person, asked: &Value, contact: &str, count: usize) -> Value {
    let code = app.code_sent_to(contact, count).await;
    let variables = json!({ "id": asked["challenge"]["id"], "code": code });
    app.ask_by(person, CONFIRM, variables).await.data()["contactChangeConfirm"].clone()
}

on_both_databases! {
    async fn a_name_is_set_kept_and_taken_back(app) {
        let member = app.sign_in(PHONE).await;
        for name in ["", "   ", &"я".repeat(101)] {
            assert_eq!(user_error(&rename(&app, &member, json!({ "name": name })).await), "INVALID_NAME");
        }
        assert_eq!(rename(&app, &member, json!({ "name": " Анна " })).await["account"]["name"], "Анна");
        // Absent and null differ.
        assert_eq!(rename(&app, &member, json!({})).await["account"]["name"], "Анна");
        assert_eq!(account(&app, &member).await["name"], "Анна");
        assert_eq!(rename(&app, &member, json!({ "name": null })).await["account"]["name"], Value::Null);
    }

    async fn a_contact_is_changed_by_who_shows_both(app) {
        let member = app.sign_in(PHONE).await;
        app.wait(TimeDelta::minutes(6));
        assert_eq!(user_error(&ask(&app, &member, NEW_PHONE).await), "STEP_UP_REQUIRED");

        let member = app.sign_in(PHONE).await;
        assert_eq!(user_error(&ask(&app, &member, "8 495 123-45-67").await), "INVALID_IDENTIFIER");
        let before = account(&app, &member).await;
        let asked = ask(&app, &member, NEW_PHONE).await;
        let variables = json!({ "id": asked["challenge"]["id"], "code": "000000" });
        let wrong = app.ask_by(&member, CONFIRM, variables).await;
        let code = app.code_sent_to(NEW_PHONE, 1).await;
        if code != "000000" {
            assert_eq!(user_error(&wrong.data()["contactChangeConfirm"]), "CODE_INVALID");
        }
        let changed = confirm(&app, &member, &asked, NEW_PHONE, 1).await;
        assert_eq!(changed["account"]["phone"], NEW_PHONE);
        let notice = app.outbox.wait_for(PHONE, 3).await;
        assert!(notice.text.contains("сменили"), "{notice:?}");
        let notice = app.outbox.wait_for(NEW_PHONE, 2).await;
        assert!(notice.text.contains("привязан"), "{notice:?}");

        let again = app.sign_in(NEW_PHONE).await;
        assert_eq!(account(&app, &again).await["id"], before["id"]);
        let stranger = app.sign_in(PHONE).await;
        assert_ne!(account(&app, &stranger).await["id"], before["id"]);
    }

    async fn a_new_address_is_proven_and_somebody_elses_is_refused(app) {
        let member = app.sign_in(PHONE).await;
        let asked = ask(&app, &member, MAIL).await;
        let changed = confirm(&app, &member, &asked, MAIL, 1).await;
        assert_eq!(changed["account"], json!({ "phone": PHONE, "email": MAIL }));
        // After the code: whoever owns the address learns whose account it opens.
        let notice = app.outbox.wait_for(MAIL, 2).await;
        assert!(notice.text.contains("привязан"), "{notice:?}");
        assert!(app.outbox.wait_for(PHONE, 2).await.text.contains("сменили"));

        // Shown again, it is no change, and nobody is told of one.
        app.wait(TimeDelta::seconds(61));
        let asked = ask(&app, &member, MAIL).await;
        confirm(&app, &member, &asked, MAIL, 3).await;
        assert_eq!((app.messages_to(MAIL).await, app.messages_to(PHONE).await), (3, 2));

        let other = app.sign_in(NEW_PHONE).await;
        app.wait(TimeDelta::seconds(61));
        let asked = ask(&app, &other, MAIL).await;
        let refused = confirm(&app, &other, &asked, MAIL, 4).await;
        assert_eq!(user_error(&refused), "CONTACT_TAKEN");
        assert_eq!(account(&app, &other).await["email"], Value::Null);
    }
}
