//! Staff: invitations, passwords with a second factor, and roles that end where they were given.

use chrono::TimeDelta;
use entities::identifier_guard;
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{
        App, Person,
        answer::each,
        people::{PASSWORD, Staff},
        user_error,
    },
};

const PHONE: &str = "+79161234567";
const EMAIL: &str = "olga.smirnova@example.ru";
const ANOTHERS: &str = "petr.orlov@example.ru";
const UNKNOWN: &str = "nobody@example.ru";
/// As strong as the other.
const NEW_PASSWORD: &str = "пять верблюдов читают газету";
const UNION: &str = "mgo-obrazovaniya";
/// Of that union.
const SCHOOL: &str = "ppo-primer-shkola";
const COLLEGE: &str = "ppo-primer-kolledzh";
/// Of another.
const HOSPITAL: &str = "ppo-primer-bolnica";
/// As long as an app shows a code.
const STEP: TimeDelta = TimeDelta::seconds(30);
const ROLES: [&str; 12] = [
    "MEMBER",
    "ACTIVIST",
    "CORRESPONDENT",
    "EDITOR",
    "PUBLISHER",
    "MEMBERSHIP_OFFICER",
    "ORGANISATION_ADMIN",
    "OKRUG_EDITOR",
    "MODERATOR",
    "ANALYST",
    "AUDITOR",
    "FEDERATION_ADMIN",
];

const INVITE: &str = "mutation($email: String!, $role: Role!, $scope: RoleScopeInput!) {
    staffInvite(input: { email: $email, role: $role, scope: $scope }) {
        accountId userErrors { code field } } }";
const ACCEPT: &str = "mutation($token: String!, $password: String!) {
    staffInvitationAccept(input: { token: $token, password: $password }) {
        tokens { accessToken refreshToken } userErrors { code field } } }";
const SIGN_IN: &str = "mutation($email: String!, $password: String!, $code: String) {
    staffSignIn(input: { email: $email, password: $password, code: $code }) {
        tokens { accessToken refreshToken } userErrors { code field message } } }";
const ENROL: &str = "mutation { totpEnrol { enrolment { secret uri } userErrors { code } } }";
const CONFIRM: &str = "mutation($code: String!) { totpConfirm(input: { code: $code }) {
    recoveryCodes userErrors { code field } } }";
const ASK_FOR_RESET: &str = "mutation($email: String!) {
    staffPasswordResetRequest(input: { email: $email }) {
        accepted userErrors { code field message } } }";
const RESET: &str = "mutation($token: String!, $password: String!, $code: String) {
    staffPasswordReset(input: { token: $token, password: $password, code: $code }) {
        changed userErrors { code field } } }";
const STEP_UP: &str = "mutation($code: String!) { stepUp(input: { code: $code }) {
    confirmedAt userErrors { code field } } }";
const GRANT: &str = "mutation($account: ID!, $role: Role!, $scope: RoleScopeInput!) {
    roleGrant(input: { accountId: $account, role: $role, scope: $scope }) {
        grants { id role organisation { slug } } userErrors { code field } } }";
const REVOKE: &str = "mutation($grant: ID!) { roleRevoke(input: { grantId: $grant }) {
    grants { id role } userErrors { code field } } }";
const DISABLE: &str = "mutation($account: ID!) { staffDisable(input: { accountId: $account }) {
    accountId userErrors { code field } } }";
const STAFF: &str = "{ staff(first: 20) { totalCount nodes {
    accountId maskedEmail hasSecondFactor isDisabled
    grants { id role isFederal organisation { slug } } } } }";
const UNLOCK: &str =
    "mutation($identifier: String!) { signInUnlock(input: { identifier: $identifier }) {
    accepted userErrors { code } } }";
const REFRESH: &str = "mutation($token: String!) {
    sessionRefresh(input: { refreshToken: $token }) {
        tokens { accessToken refreshToken } userErrors { code } } }";

async fn scope(app: &App, organisation: &str) -> Value {
    json!({ "organisation": app.organisation_node(organisation).await })
}

fn federation() -> Value {
    json!({ "federation": true })
}

/// Invites and returns the payload.
async fn invite(app: &App, by: &Person, email: &str, role: &str, scope: Value) -> Value {
    let variables = json!({ "email": email, "role": role, "scope": scope });
    let answer = app.ask_by(by, INVITE, variables).await;
    answer.data()["staffInvite"].clone()
}

/// The token behind the link of a message, when so many have come.
async fn token_sent_to(app: &App, email: &str, count: usize) -> String {
    let text = app.outbox.wait_for(email, count).await.text;
    let (_, token) = text.trim().rsplit_once('#').expect("a link");
    token.to_owned()
}

/// The token of an invitation that an administrator sends to somebody new.
async fn invited(app: &App, by: &Person, email: &str) -> String {
    let before = app.outbox.to(email).len();
    let payload = invite(app, by, email, "FEDERATION_ADMIN", federation()).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    token_sent_to(app, email, before + 1).await
}

/// Accepts an invitation and returns the payload.
async fn accept(app: &App, token: &str, password: &str) -> Value {
    let variables = json!({ "token": token, "password": password });
    let answer = app.ask_with(ACCEPT, variables).await;
    answer.data()["staffInvitationAccept"].clone()
}

async fn assert_no_token(app: &App, token: &str, what: &str) {
    let payload = accept(app, token, PASSWORD).await;
    assert!(payload["tokens"].is_null(), "{what}");
    assert_eq!(user_error(&payload), "TOKEN_INVALID", "{what}");
    assert_eq!(payload["userErrors"][0]["field"], json!(["token"]));
}

/// Somebody new who has joined, and the id of their account.
async fn hire(app: &App, by: &Person, email: &str, role: &str, scope: Value) -> (Staff, String) {
    let before = app.outbox.to(email).len();
    let payload = invite(app, by, email, role, scope).await;
    let account_id = payload["accountId"]
        .as_str()
        .unwrap_or_else(|| panic!("nobody is invited by {payload:#}"));
    let token = token_sent_to(app, email, before + 1).await;
    (app.join(email, &token).await, account_id.to_owned())
}

/// Connects an app, and returns its seed.
async fn connect(app: &App, person: &Person) -> String {
    let enrolled = app.ask_by(person, ENROL, json!({})).await;
    let seed = enrolled.data()["totpEnrol"]["enrolment"]["secret"].clone();
    let seed = seed.as_str().expect("a seed").to_owned();
    let code = app.totp(&seed);
    let confirmed = app.ask_by(person, CONFIRM, json!({ "code": code })).await;
    let codes = &confirmed.data()["totpConfirm"]["recoveryCodes"];
    assert_eq!(codes.as_array().map(Vec::len), Some(10));
    seed
}

/// A code of the app that was not shown before.
fn next_code(app: &App, staff: &Staff) -> String {
    app.wait(STEP);
    app.totp(&staff.seed)
}

/// A code that is not that one.
fn other_than(code: &str) -> String {
    let first = if code.starts_with('0') { '1' } else { '0' };
    format!("{first}{}", &code[1..])
}

/// Tries to sign in and returns the payload.
async fn sign_in(app: &App, email: &str, password: &str, code: Option<&str>) -> Value {
    let variables = json!({ "email": email, "password": password, "code": code });
    let answer = app.ask_with(SIGN_IN, variables).await;
    answer.data()["staffSignIn"].clone()
}

async fn refusal(app: &App, email: &str, password: &str, code: Option<&str>) -> String {
    let payload = sign_in(app, email, password, code).await;
    assert!(payload["tokens"].is_null(), "{payload:#}");
    user_error(&payload).to_owned()
}

/// Signs in by a new code of the app.
async fn sign_in_anew(app: &App, staff: &Staff) -> Person {
    let code = next_code(app, staff);
    let payload = sign_in(app, &staff.email, PASSWORD, Some(&code)).await;
    Person::of(&payload["tokens"])
}

async fn refresh(app: &App, person: &Person) -> Value {
    let variables = json!({ "token": person.refresh_token });
    let answer = app.ask_with(REFRESH, variables).await;
    answer.data()["sessionRefresh"].clone()
}

/// Somebody's session has ended, and does not go on.
async fn assert_signed_out(app: &App, person: &Person, what: &str) {
    let answer = app
        .ask_by(person, "{ viewer { account { id } } }", json!({}))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (401, "UNAUTHENTICATED"),
        "{what}"
    );
    let refreshed = refresh(app, person).await;
    assert_eq!(user_error(&refreshed), "REFRESH_TOKEN_INVALID", "{what}");
}

/// Asks for a link to set another password by, and returns the payload.
async fn ask_for_reset(app: &App, email: &str) -> Value {
    let answer = app.ask_with(ASK_FOR_RESET, json!({ "email": email })).await;
    answer.data()["staffPasswordResetRequest"].clone()
}

/// Sets another password, and returns the payload.
async fn reset(app: &App, token: &str, password: &str, code: Option<&str>) -> Value {
    let variables = json!({ "token": token, "password": password, "code": code });
    let answer = app.ask_with(RESET, variables).await;
    answer.data()["staffPasswordReset"].clone()
}

#[track_caller]
fn assert_not_reset(payload: &Value, code: &str, field: &str) {
    assert!(payload["changed"].is_null(), "{payload:#}");
    assert_eq!(user_error(payload), code);
    assert_eq!(payload["userErrors"][0]["field"], json!([field]));
}

/// What somebody sees of one of staff.
async fn seen(app: &App, by: &Person, account_id: &str) -> Value {
    let answer = app.ask_by(by, STAFF, json!({})).await;
    let nodes = answer.data()["staff"]["nodes"].as_array().expect("staff");
    nodes
        .iter()
        .find(|one| one["accountId"] == account_id)
        .unwrap_or_else(|| panic!("{account_id} is not in {nodes:#?}"))
        .clone()
}

/// The first role that one of staff holds.
async fn first_grant(app: &App, by: &Person, account_id: &str) -> Value {
    seen(app, by, account_id).await["grants"][0]["id"].clone()
}

on_both_databases! {
    async fn a_weak_password_is_refused_and_the_link_stays_good(app) {
        let admin = app.admin().await.person;
        let token = invited(&app, &admin, EMAIL).await;
        let long = "ab".repeat(65);
        for weak in ["", "коротко", "password1234", "qwertyuiopas", "111111111111", "smirnovasmirnova", long.as_str()] {
            let payload = accept(&app, &token, weak).await;
            assert!(payload["tokens"].is_null(), "{weak}");
            assert_eq!(user_error(&payload), "PASSWORD_TOO_WEAK", "{weak}");
            assert_eq!(payload["userErrors"][0]["field"], json!(["password"]));
        }
        let endless = json!({ "token": token, "password": "a".repeat(257) });
        assert_eq!(app.ask_with(ACCEPT, endless).await.refused("input.password"), "BAD_USER_INPUT");

        let joined = app.join(EMAIL, &token).await;
        assert_eq!(joined.recovery_codes.len(), 10);
        assert_eq!(app.ask_by(&joined.person, STAFF, json!({})).await.data()["staff"]["totalCount"], 2);
    }

    async fn an_invitation_works_once(app) {
        let admin = app.admin().await.person;
        for nonsense in ["", "мусор"] {
            assert_no_token(&app, nonsense, nonsense).await;
        }
        let first = invited(&app, &admin, EMAIL).await;
        let second = invited(&app, &admin, EMAIL).await;
        assert_no_token(&app, &first, "a later link takes its place").await;
        Person::of(&accept(&app, &second, PASSWORD).await["tokens"]);
        assert_no_token(&app, &second, "used, with no second factor yet").await;

        let anothers = invited(&app, &admin, ANOTHERS).await;
        app.join(ANOTHERS, &anothers).await;
        assert_no_token(&app, &anothers, "used, with a second factor").await;
    }

    async fn an_invitation_lasts_three_days(app) {
        let admin = app.admin().await.person;
        let in_time = invited(&app, &admin, EMAIL).await;
        let too_late = invited(&app, &admin, ANOTHERS).await;
        app.wait(TimeDelta::hours(71));
        app.join(EMAIL, &in_time).await;
        app.wait(TimeDelta::minutes(61));
        assert_no_token(&app, &too_late, "72 hours").await;
    }

    async fn without_a_second_factor_there_are_no_rights(app) {
        let admin = app.admin().await.person;
        let token = invited(&app, &admin, EMAIL).await;
        let here = Person::of(&accept(&app, &token, PASSWORD).await["tokens"]);
        let there = Person::of(&sign_in(&app, EMAIL, PASSWORD, None).await["tokens"]);
        for person in [&here, &there] {
            for query in [STAFF, "{ roles { role } }", "{ members { totalCount } }", "{ membershipClaims { totalCount } }"] {
                assert_eq!(app.ask_by(person, query, json!({})).await.code(), "FORBIDDEN", "{query}");
            }
            let variables = json!({ "email": ANOTHERS, "role": "EDITOR", "scope": federation() });
            assert_eq!(app.ask_by(person, INVITE, variables).await.code(), "FORBIDDEN");
        }

        let begun = app.ask_by(&here, ENROL, json!({})).await;
        let seed = begun.data()["totpEnrol"]["enrolment"]["secret"].as_str().expect("a seed").to_owned();
        let code = other_than(&app.totp(&seed));
        let refused = app.ask_by(&here, CONFIRM, json!({ "code": code })).await;
        assert_eq!(user_error(&refused.data()["totpConfirm"]), "CODE_INVALID");
        assert_eq!(app.ask_by(&here, STAFF, json!({})).await.code(), "FORBIDDEN");

        let seed = connect(&app, &here).await;
        assert_eq!(app.ask_by(&here, STAFF, json!({})).await.data()["staff"]["totalCount"], 2);
        assert_signed_out(&app, &there, "it was opened by the password alone").await;
        for (query, variables) in [(ENROL, json!({})), (CONFIRM, json!({ "code": app.totp(&seed) }))] {
            let again = app.ask_by(&here, query, variables).await;
            let payload = again.data().as_object().expect("data").values().next().expect("a payload");
            assert_eq!(user_error(payload), "TOTP_ALREADY_CONNECTED");
        }
    }

    async fn what_was_wrong_nobody_is_told(app) {
        let staff = app.admin().await;
        let code = next_code(&app, &staff);
        let wrong_password = sign_in(&app, &staff.email, NEW_PASSWORD, Some(&code)).await;
        assert_eq!(user_error(&wrong_password), "CREDENTIALS_INVALID");
        assert!(wrong_password["tokens"].is_null() && wrong_password["userErrors"][0]["field"].is_null());
        for (email, password, code) in [
            (UNKNOWN, PASSWORD, Some(code.as_str())),
            ("кот", PASSWORD, Some(code.as_str())),
            (staff.email.as_str(), PASSWORD, Some(other_than(&code).as_str())),
            (staff.email.as_str(), PASSWORD, Some("мусор")),
            (staff.email.as_str(), PASSWORD, None),
        ] {
            let refused = sign_in(&app, email, password, code).await;
            assert_eq!(refused, wrong_password, "{email} {code:?}");
        }
        // A code beside a wrong password was not used up.
        let payload = sign_in(&app, &staff.email.to_uppercase(), PASSWORD, Some(&code)).await;
        Person::of(&payload["tokens"]);
    }

    async fn a_code_of_the_app_signs_in_once(app) {
        let staff = app.admin().await;
        let code = next_code(&app, &staff);
        Person::of(&sign_in(&app, &staff.email, PASSWORD, Some(&format!(" {code} "))).await["tokens"]);
        assert_eq!(refusal(&app, &staff.email, PASSWORD, Some(&code)).await, "CREDENTIALS_INVALID");
        sign_in_anew(&app, &staff).await;
    }

    async fn a_recovery_code_signs_in_once(app) {
        let staff = app.admin().await;
        let [first, second, ..] = staff.recovery_codes.as_slice() else { panic!("too few") };
        let typed = first.to_lowercase().replace('-', " ");
        let person = Person::of(&sign_in(&app, &staff.email, PASSWORD, Some(&typed)).await["tokens"]);
        assert_eq!(app.ask_by(&person, STAFF, json!({})).await.data()["staff"]["totalCount"], 1);
        assert_eq!(refusal(&app, &staff.email, PASSWORD, Some(first)).await, "CREDENTIALS_INVALID");
        assert_eq!(refusal(&app, &staff.email, NEW_PASSWORD, Some(second)).await, "CREDENTIALS_INVALID");
        Person::of(&sign_in(&app, &staff.email, PASSWORD, Some(second)).await["tokens"]);
        // The app goes on beside them.
        sign_in_anew(&app, &staff).await;

        let another = app.admin().await;
        let third = staff.recovery_codes.get(2).map(String::as_str);
        assert_eq!(refusal(&app, &another.email, PASSWORD, third).await, "CREDENTIALS_INVALID");
    }

    async fn after_five_failures_even_the_right_secrets_wait(app) {
        let (staff, another) = (app.admin().await, app.admin().await);
        for _ in 0..5 {
            assert_eq!(refusal(&app, &staff.email, NEW_PASSWORD, None).await, "CREDENTIALS_INVALID");
        }
        let code = app.totp(&staff.seed);
        assert_eq!(refusal(&app, &staff.email, PASSWORD, Some(&code)).await, "TOO_MANY_ATTEMPTS");
        // Of somebody unknown the same is told.
        for _ in 0..5 {
            assert_eq!(refusal(&app, UNKNOWN, PASSWORD, None).await, "CREDENTIALS_INVALID");
        }
        assert_eq!(refusal(&app, UNKNOWN, PASSWORD, None).await, "TOO_MANY_ATTEMPTS");
        app.wait(TimeDelta::minutes(6));
        Person::of(&sign_in(&app, &staff.email, PASSWORD, Some(&app.totp(&staff.seed))).await["tokens"]);

        // A right one ends the row, and nobody else waits.
        for _ in 0..5 {
            assert_eq!(refusal(&app, &staff.email, NEW_PASSWORD, None).await, "CREDENTIALS_INVALID");
        }
        let code = app.totp(&another.seed);
        Person::of(&sign_in(&app, &another.email, PASSWORD, Some(&code)).await["tokens"]);
        assert_eq!(refusal(&app, &staff.email, PASSWORD, None).await, "TOO_MANY_ATTEMPTS");
        app.wait(TimeDelta::seconds(31));
        sign_in_anew(&app, &staff).await;
    }

    async fn ten_failures_from_one_address_stop_everybody_there_for_a_while(app) {
        let staff = app.admin().await;
        for number in 0..10 {
            let email = format!("guess{number}@example.ru");
            assert_eq!(refusal(&app, &email, PASSWORD, None).await, "CREDENTIALS_INVALID");
        }
        let code = next_code(&app, &staff);
        assert_eq!(refusal(&app, &staff.email, PASSWORD, Some(&code)).await, "TOO_MANY_ATTEMPTS");
        app.wait(TimeDelta::minutes(5));
        sign_in_anew(&app, &staff).await;
    }

    async fn the_federation_gives_sign_in_back_to_staff_after_a_hundred_failures(app) {
        let (staff, admin) = (app.admin().await, app.admin().await.person);
        let officer = app.officer(SCHOOL).await;
        refusal(&app, &staff.email, NEW_PASSWORD, None).await;
        identifier_guard::Entity::update_many()
            .col_expr(identifier_guard::Column::ConsecutiveFailures, Expr::value(100))
            .exec(app.database.writer())
            .await
            .expect("updated");
        let code = app.totp(&staff.seed);
        assert_eq!(refusal(&app, &staff.email, PASSWORD, Some(&code)).await, "TOO_MANY_ATTEMPTS");
        let variables = json!({ "identifier": staff.email });
        app.ask_by(&officer, UNLOCK, variables.clone()).await.data();
        assert_eq!(refusal(&app, &staff.email, PASSWORD, Some(&code)).await, "TOO_MANY_ATTEMPTS");
        app.ask_by(&admin, UNLOCK, variables).await.data();
        sign_in_anew(&app, &staff).await;
    }

    async fn whose_password_is_known_to_somebody_is_told_so(app) {
        let staff = app.admin().await;
        let code = next_code(&app, &staff);
        refusal(&app, &staff.email, NEW_PASSWORD, Some(&other_than(&code))).await;
        assert_eq!(app.messages_to(&staff.email).await, 0);
        refusal(&app, &staff.email, PASSWORD, Some(&other_than(&code))).await;
        let notice = app.outbox.wait_for(&staff.email, 1).await.text;
        assert!(notice.contains("ввёл ваш пароль и неверный код"), "{notice}");
        assert!(!notice.contains("http"), "{notice}");
        sign_in_anew(&app, &staff).await;
        assert_eq!(app.messages_to(&staff.email).await, 1);
    }

    /// Else a thief who tries on would bury the warning under itself.
    async fn the_owner_of_a_known_password_is_told_once_an_hour(app) {
        let staff = app.admin().await;
        for _ in 0..3 {
            let code = next_code(&app, &staff);
            refusal(&app, &staff.email, PASSWORD, Some(&other_than(&code))).await;
        }
        assert_eq!(app.messages_to(&staff.email).await, 1);
        app.wait(TimeDelta::minutes(61));
        let code = next_code(&app, &staff);
        refusal(&app, &staff.email, PASSWORD, Some(&other_than(&code))).await;
        assert_eq!(app.messages_to(&staff.email).await, 2);
    }

    async fn the_log_names_no_account_that_something_was_done_to(app) {
        let admin = app.admin().await.person;
        let (school, college) = (scope(&app, SCHOOL).await, scope(&app, COLLEGE).await);
        let (_, account_id) = hire(&app, &admin, EMAIL, "EDITOR", school).await;
        let variables = json!({ "account": account_id, "role": "EDITOR", "scope": college });
        let given = app.ask_by(&admin, GRANT, variables).await;
        let grant = &given.data()["roleGrant"]["grants"][1]["id"];
        app.ask_by(&admin, REVOKE, json!({ "grant": grant })).await.data();
        app.ask_by(&admin, DISABLE, json!({ "account": account_id })).await.data();

        let log = "{ auditLog(first: 20) { nodes { action objectType objectId } } }";
        let log = app.ask_by(&admin, log, json!({})).await;
        let nodes = log.data()["auditLog"]["nodes"].as_array().expect("entries").clone();
        let of_accounts: Vec<&Value> = nodes.iter().filter(|node| node["objectType"] == "account").collect();
        let mut actions: Vec<&str> = of_accounts.iter().map(|node| node["action"].as_str().expect("an action")).collect();
        actions.sort_unstable();
        assert_eq!(actions, ["role.grant", "role.revoke", "staff.create", "staff.disable", "staff.invite"]);
        for node in &of_accounts {
            let object = node["objectId"].as_str().expect("an id");
            assert_eq!(object.len(), 64, "{node} has a plain id");
        }
        // One pseudonym a person, so that what was done to somebody is still found together.
        let mut objects: Vec<&Value> = of_accounts.iter().filter(|node| node["action"] != "staff.create").map(|node| &node["objectId"]).collect();
        objects.dedup();
        assert_eq!(objects.len(), 1);
    }

    async fn who_asks_for_a_reset_does_not_learn_who_is_staff(app) {
        let staff = app.admin().await;
        let unknown = ask_for_reset(&app, UNKNOWN).await;
        assert_eq!(unknown, json!({ "accepted": true, "userErrors": [] }));
        assert_eq!(ask_for_reset(&app, &staff.email).await, unknown);
        let sent = app.outbox.wait_for(&staff.email, 1).await.text;
        assert!(sent.contains("/staff/reset#"), "{sent}");
        assert_eq!((app.messages_to(UNKNOWN).await, app.messages_to(&staff.email).await), (0, 1));

        let bad = ask_for_reset(&app, "кот").await;
        assert_eq!((user_error(&bad), &bad["userErrors"][0]["field"]), ("INVALID_IDENTIFIER", &json!(["email"])));
    }

    async fn a_reset_needs_the_app_and_ends_every_session(app) {
        let staff = app.admin().await;
        let another = sign_in_anew(&app, &staff).await;
        ask_for_reset(&app, &staff.email).await;
        let token = token_sent_to(&app, &staff.email, 1).await;
        assert_no_token(&app, &token, "it is no invitation").await;

        let code = next_code(&app, &staff);
        assert_not_reset(&reset(&app, "мусор", NEW_PASSWORD, Some(&code)).await, "TOKEN_INVALID", "token");
        for wrong in [None, Some(""), Some(other_than(&code).as_str())] {
            assert_not_reset(&reset(&app, &token, NEW_PASSWORD, wrong).await, "CODE_INVALID", "code");
        }
        assert_not_reset(&reset(&app, &token, "password1234", Some(&code)).await, "PASSWORD_TOO_WEAK", "password");
        for person in [&staff.person, &another] {
            app.ask_by(person, STAFF, json!({})).await.data();
        }

        // None of that used up the link or the code.
        let changed = reset(&app, &token, NEW_PASSWORD, Some(&code)).await;
        assert_eq!(changed, json!({ "changed": true, "userErrors": [] }));
        for person in [&staff.person, &another] {
            assert_signed_out(&app, person, "the password is another").await;
        }
        let code = next_code(&app, &staff);
        assert_not_reset(&reset(&app, &token, PASSWORD, Some(&code)).await, "TOKEN_INVALID", "token");
        assert_eq!(refusal(&app, &staff.email, PASSWORD, Some(&code)).await, "CREDENTIALS_INVALID");
        Person::of(&sign_in(&app, &staff.email, NEW_PASSWORD, Some(&code)).await["tokens"]);
    }

    async fn a_link_to_reset_lasts_an_hour_and_only_the_last_counts(app) {
        let staff = app.admin().await;
        ask_for_reset(&app, &staff.email).await;
        let first = token_sent_to(&app, &staff.email, 1).await;
        ask_for_reset(&app, &staff.email).await;
        let second = token_sent_to(&app, &staff.email, 2).await;
        let code = next_code(&app, &staff);
        assert_not_reset(&reset(&app, &first, NEW_PASSWORD, Some(&code)).await, "TOKEN_INVALID", "token");
        app.wait(TimeDelta::minutes(61));
        let code = app.totp(&staff.seed);
        assert_not_reset(&reset(&app, &second, NEW_PASSWORD, Some(&code)).await, "TOKEN_INVALID", "token");
        assert_eq!(app.messages_to(&staff.email).await, 2);
        Person::of(&sign_in(&app, &staff.email, PASSWORD, Some(&code)).await["tokens"]);
    }

    /// Whoever reads the mailbox has the link: the app's code must not be found by trying.
    async fn the_code_of_a_reset_can_not_be_guessed(app) {
        let staff = app.admin().await;
        ask_for_reset(&app, &staff.email).await;
        let token = token_sent_to(&app, &staff.email, 1).await;
        let code = next_code(&app, &staff);
        for _ in 0..10 {
            reset(&app, &token, NEW_PASSWORD, Some(&other_than(&code))).await;
        }
        let payload = reset(&app, &token, NEW_PASSWORD, Some(&code)).await;
        assert!(payload["changed"].is_null(), "after ten wrong codes the eleventh was taken");
    }

    async fn who_has_a_factor_gets_a_role_and_no_link(app) {
        let admin = app.admin().await.person;
        let (school, college) = (scope(&app, SCHOOL).await, scope(&app, COLLEGE).await);
        let (staff, account_id) = hire(&app, &admin, EMAIL, "MEMBERSHIP_OFFICER", school).await;
        let again = invite(&app, &admin, EMAIL, "EDITOR", college).await;
        assert_eq!((&again["accountId"], &again["userErrors"]), (&json!(account_id), &json!([])));
        let notice = app.outbox.wait_for(EMAIL, 2).await.text;
        assert!(notice.contains("новую роль"), "{notice}");
        assert!(!notice.contains("http") && !notice.contains('#'), "{notice}");
        assert_eq!(app.messages_to(EMAIL).await, 2);

        let held = seen(&app, &admin, &account_id).await["grants"].clone();
        assert_eq!(each(&held, "role"), ["MEMBERSHIP_OFFICER", "EDITOR"]);
        assert_eq!(held[1]["organisation"]["slug"], COLLEGE);
        app.ask_by(&staff.person, "{ members { totalCount } }", json!({})).await.data();
        sign_in_anew(&app, &staff).await;
    }

    /// What is given twice could be taken once and still be held.
    async fn the_same_role_is_given_once(app) {
        let admin = app.admin().await.person;
        let school = scope(&app, SCHOOL).await;
        let (_, account_id) = hire(&app, &admin, EMAIL, "EDITOR", school.clone()).await;
        let variables = json!({ "account": account_id, "role": "EDITOR", "scope": school });
        let again = app.ask_by(&admin, GRANT, variables).await;
        assert_eq!(each(&again.data()["roleGrant"]["grants"], "role"), ["EDITOR"]);
        invite(&app, &admin, EMAIL, "EDITOR", school).await;
        let held = seen(&app, &admin, &account_id).await["grants"].clone();
        assert_eq!(each(&held, "role"), ["EDITOR"], "invited again");
    }

    async fn a_code_to_a_phone_or_a_mailbox_connects_no_factor(app) {
        let admin = app.admin().await.person;
        invited(&app, &admin, EMAIL).await;
        let asked = app.request_code(EMAIL).await;
        let code = app.code_sent_to(EMAIL, 2).await;
        let id = asked["challenge"]["id"].as_str().expect("a challenge");
        let by_mail = Person::of(&app.confirm_code(id, &code).await["tokens"]);
        let by_phone = app.sign_in(PHONE).await;
        for person in [&by_mail, &by_phone] {
            for (query, variables) in [(ENROL, json!({})), (CONFIRM, json!({ "code": "123456" }))] {
                assert_eq!(app.ask_with(query, variables.clone()).await.code(), "UNAUTHENTICATED");
                assert_eq!(app.ask_by(person, query, variables).await.code(), "FORBIDDEN");
            }
        }
    }

    async fn what_changes_rights_needs_a_factor_of_a_short_while_ago(app) {
        let admin = app.admin().await;
        let (school, college) = (scope(&app, SCHOOL).await, scope(&app, COLLEGE).await);
        let (_, account_id) = hire(&app, &admin.person, EMAIL, "MEMBERSHIP_OFFICER", school.clone()).await;
        let grant_id = first_grant(&app, &admin.person, &account_id).await;
        app.wait(TimeDelta::minutes(6));
        let person = Person::of(&refresh(&app, &admin.person).await["tokens"]);
        let changes = [
            ("staffInvite", INVITE, json!({ "email": ANOTHERS, "role": "EDITOR", "scope": school })),
            ("roleGrant", GRANT, json!({ "account": account_id, "role": "EDITOR", "scope": college })),
            ("roleRevoke", REVOKE, json!({ "grant": grant_id })),
            ("staffDisable", DISABLE, json!({ "account": account_id })),
        ];
        for (field, query, variables) in &changes {
            let answer = app.ask_by(&person, query, variables.clone()).await;
            assert_eq!(user_error(&answer.data()[*field]), "STEP_UP_REQUIRED", "{field}");
        }
        let untouched = seen(&app, &person, &account_id).await;
        assert_eq!((each(&untouched["grants"], "role"), &untouched["isDisabled"]), (vec!["MEMBERSHIP_OFFICER".to_owned()], &json!(false)));
        assert_eq!(app.messages_to(ANOTHERS).await, 0);

        let code = app.totp(&admin.seed);
        let wrong = app.ask_by(&person, STEP_UP, json!({ "code": other_than(&code) })).await;
        assert_eq!(user_error(&wrong.data()["stepUp"]), "CODE_INVALID");
        let (_, query, variables) = &changes[0];
        let still = app.ask_by(&person, query, variables.clone()).await;
        assert_eq!(user_error(&still.data()["staffInvite"]), "STEP_UP_REQUIRED");
        let shown = app.ask_by(&person, STEP_UP, json!({ "code": code })).await;
        assert!(shown.data()["stepUp"]["confirmedAt"].is_string(), "{:#}", shown.body);
        let again = app.ask_by(&person, STEP_UP, json!({ "code": code })).await;
        assert_eq!(user_error(&again.data()["stepUp"]), "CODE_INVALID", "a code is accepted once");
        for (field, query, variables) in &changes {
            let answer = app.ask_by(&person, query, variables.clone()).await;
            assert_eq!(answer.data()[*field]["userErrors"], json!([]), "{field}");
        }
    }

    async fn an_administrator_of_a_union_gives_nothing_beyond_it(app) {
        let admin = app.admin().await.person;
        let (union, school) = (scope(&app, UNION).await, scope(&app, SCHOOL).await);
        let (college, hospital) = (scope(&app, COLLEGE).await, scope(&app, HOSPITAL).await);
        let (chief, chief_id) = hire(&app, &admin, "chief@example.ru", "ORGANISATION_ADMIN", union.clone()).await;
        let (_, officer_id) = hire(&app, &admin, "officer@example.ru", "MEMBERSHIP_OFFICER", school.clone()).await;
        let (_, stranger_id) = hire(&app, &admin, "stranger@example.ru", "MEMBERSHIP_OFFICER", hospital.clone()).await;
        let strangers_grant = first_grant(&app, &admin, &stranger_id).await;
        let chief = &chief.person;

        let elsewhere = [hospital, federation(), json!({ "okrug": "CAO" })];
        let beyond = elsewhere.iter().flat_map(|scope| ROLES.map(|role| (role, scope)));
        let above = [&union, &school].into_iter().flat_map(|scope| ["AUDITOR", "FEDERATION_ADMIN"].map(|role| (role, scope)));
        for (role, scope) in beyond.chain(above) {
            let payload = invite(&app, chief, "friend@example.ru", role, scope.clone()).await;
            assert_eq!(user_error(&payload), "ROLE_BEYOND_YOURS", "{role} {scope}");
            assert_eq!(payload["userErrors"][0]["field"], json!(["role"]));
            let variables = json!({ "account": officer_id, "role": role, "scope": scope });
            let answer = app.ask_by(chief, GRANT, variables).await;
            assert_eq!(user_error(&answer.data()["roleGrant"]), "ROLE_BEYOND_YOURS", "{role} {scope}");
        }
        for nowhere in [json!({}), json!({ "federation": true, "okrug": "CAO" })] {
            let payload = invite(&app, chief, "friend@example.ru", "EDITOR", nowhere).await;
            assert_eq!(user_error(&payload), "SCOPE_INVALID");
        }
        assert_eq!(app.messages_to("friend@example.ru").await, 0);

        let revoked = app.ask_by(chief, REVOKE, json!({ "grant": strangers_grant })).await;
        assert_eq!(user_error(&revoked.data()["roleRevoke"]), "GRANT_NOT_FOUND");
        let disabled = app.ask_by(chief, DISABLE, json!({ "account": stranger_id })).await;
        assert_eq!(user_error(&disabled.data()["staffDisable"]), "STAFF_NOT_FOUND");
        let unharmed = seen(&app, &admin, &stranger_id).await;
        assert_eq!((&unharmed["isDisabled"], &unharmed["grants"][0]["id"]), (&json!(false), &strangers_grant));

        let visible = app.ask_by(chief, STAFF, json!({})).await;
        let staff = &visible.data()["staff"];
        assert_eq!(staff["totalCount"], 2);
        // Newest first.
        assert_eq!(each(staff, "accountId"), [officer_id.clone(), chief_id]);

        // Within their own union they do give.
        let variables = json!({ "account": officer_id, "role": "MEMBERSHIP_OFFICER", "scope": college });
        let given = app.ask_by(chief, GRANT, variables).await;
        assert_eq!(given.data()["roleGrant"]["userErrors"], json!([]));
        assert_eq!(given.data()["roleGrant"]["grants"].as_array().map(Vec::len), Some(2));
    }

    async fn a_role_that_was_taken_away_is_gone_at_once(app) {
        let admin = app.admin().await.person;
        let union = scope(&app, UNION).await;
        let (chief, account_id) = hire(&app, &admin, EMAIL, "ORGANISATION_ADMIN", union.clone()).await;
        let grant_id = first_grant(&app, &admin, &account_id).await;
        // Now the server remembers what they may.
        app.ask_by(&chief.person, STAFF, json!({})).await.data();
        let revoked = app.ask_by(&admin, REVOKE, json!({ "grant": grant_id })).await;
        assert_eq!(revoked.data()["roleRevoke"], json!({ "grants": [], "userErrors": [] }));

        let variables = json!({ "email": ANOTHERS, "role": "EDITOR", "scope": union });
        assert_eq!(app.ask_by(&chief.person, INVITE, variables).await.code(), "FORBIDDEN");
        let query = "mutation($id: ID!) { membershipApprove(input: { claimId: $id }) { userErrors { code } } }";
        assert_eq!(app.ask_by(&chief.person, query, json!({ "id": account_id })).await.code(), "FORBIDDEN");
        assert_eq!(app.ask_by(&chief.person, STAFF, json!({})).await.code(), "FORBIDDEN");
        assert_eq!(app.messages_to(ANOTHERS).await, 0);
        // They are somebody still, and only that.
        let viewer = app.ask_by(&chief.person, "{ viewer { account { email } } }", json!({})).await;
        assert_eq!(viewer.data()["viewer"]["account"]["email"], EMAIL);
    }

    async fn who_is_disabled_is_signed_out_and_stays_out(app) {
        let admin = app.admin().await.person;
        let school = scope(&app, SCHOOL).await;
        let (staff, account_id) = hire(&app, &admin, EMAIL, "MEMBERSHIP_OFFICER", school.clone()).await;
        let another = sign_in_anew(&app, &staff).await;
        for person in [&staff.person, &another] {
            app.ask_by(person, "{ members { totalCount } }", json!({})).await.data();
        }
        let disabled = app.ask_by(&admin, DISABLE, json!({ "account": account_id })).await;
        assert_eq!(disabled.data()["staffDisable"], json!({ "accountId": account_id, "userErrors": [] }));
        for person in [&staff.person, &another] {
            assert_signed_out(&app, person, "disabled").await;
        }
        let code = next_code(&app, &staff);
        assert_eq!(refusal(&app, EMAIL, PASSWORD, Some(&code)).await, "CREDENTIALS_INVALID");
        let recovery = staff.recovery_codes.first().map(String::as_str);
        assert_eq!(refusal(&app, EMAIL, PASSWORD, recovery).await, "CREDENTIALS_INVALID");
        let before = app.messages_to(EMAIL).await;
        assert_eq!(ask_for_reset(&app, EMAIL).await["accepted"], true);
        assert_eq!(app.messages_to(EMAIL).await, before);

        let left = seen(&app, &admin, &account_id).await;
        assert_eq!((&left["isDisabled"], &left["grants"]), (&json!(true), &json!([])));
        let variables = json!({ "account": account_id, "role": "EDITOR", "scope": school });
        let answer = app.ask_by(&admin, GRANT, variables).await;
        assert_eq!(user_error(&answer.data()["roleGrant"]), "STAFF_NOT_FOUND");
    }
}
