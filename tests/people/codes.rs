//! One-time codes: to whom they go, how often, and how many tries they give.

use api::{
    app::Identity,
    domain::accounts::{Accounts, contact::Contact, forget_old},
    infra::clock::Clock,
};
use chrono::{DateTime, TimeDelta};
use entities::{
    account, audit_entry, identifier_guard, job, person, session, sign_in_challenge, throttle_event,
};
use reqwest::StatusCode;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    on_both_databases,
    support::{App, Backend, Person, user_error},
};

const PHONE: &str = "+79161234567";
const ANOTHERS: &str = "+79267654321";
/// More than any challenge lasts that was sent to a phone.
const UNTIL_A_NEW_CHALLENGE: TimeDelta = TimeDelta::seconds(301);

const SCHOOL: &str = "ppo-primer-shkola";
/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";
const UNLOCK: &str =
    "mutation($identifier: String!) { signInUnlock(input: { identifier: $identifier }) {
    accepted userErrors { code field } } }";
const CLAIM: &str = "mutation($organisation: ID!) { membershipClaim(input: {
    organisation: $organisation, cardNumber: \"1001\", surname: \"Иванова\", givenName: \"Анна\"
    }) { claim { id } userErrors { code } } }";
const APPROVE: &str = "mutation($id: ID!) {
    membershipApprove(input: { claimId: $id, memberSince: \"2020-01-15\" }) {
        claim { state } userErrors { code } } }";

#[track_caller]
fn id(asked: &Value) -> &str {
    asked["challenge"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no challenge in {asked:#}"))
}

/// A code that is not that one.
fn other_than(code: &str) -> String {
    let first = if code.starts_with('0') { '1' } else { '0' };
    format!("{first}{}", &code[1..])
}

/// What somebody is told who shows a code that does not sign in.
async fn refusal(app: &App, challenge_id: &str, code: &str) -> String {
    let confirmed = app.confirm_code(challenge_id, code).await;
    assert!(confirmed["tokens"].is_null(), "{confirmed:#}");
    user_error(&confirmed).to_owned()
}

/// Shows so many wrong codes.
async fn fail(app: &App, challenge_id: &str, code: &str, times: usize) {
    for _ in 0..times {
        let refused = refusal(app, challenge_id, &other_than(code)).await;
        assert_eq!(refused, "CODE_INVALID");
    }
}

/// Whom a right code signs in.
async fn account(app: &App, confirmed: &Value) -> Value {
    let person = Person::of(&confirmed["tokens"]);
    let query = "{ viewer { account { id phone email } } }";
    let seen = app.ask_by(&person, query, json!({})).await;
    seen.data()["viewer"]["account"].clone()
}

/// What an answer looks like, without what is random in it and without the time of day.
#[track_caller]
fn shape(asked: &Value) -> Value {
    let challenge = asked["challenge"].as_object().expect("a challenge");
    let instant = |name: &str| {
        let text = challenge[name].as_str().expect("an instant");
        DateTime::parse_from_rfc3339(text).expect("an instant of RFC 3339")
    };
    let between = instant("expiresAt") - instant("resendAfter");
    json!({
        "userErrors": asked["userErrors"],
        "fields": challenge.keys().collect::<Vec<_>>(),
        "id": id(asked).len(),
        "secondsBetween": between.num_seconds(),
    })
}

/// Makes them a member of the school.
async fn join(app: &App, member: &Person, officer: &Person) {
    let organisation = app.organisation_node(SCHOOL).await;
    let claimed = app
        .ask_by(member, CLAIM, json!({ "organisation": organisation }))
        .await;
    let claim = &claimed.data()["membershipClaim"]["claim"]["id"];
    let approved = app.ask_by(officer, APPROVE, json!({ "id": claim })).await;
    assert_eq!(
        approved.data()["membershipApprove"]["claim"]["state"],
        "APPROVED"
    );
}

/// As if a hundred wrong codes had come for everybody, over many days.
async fn turn_codes_off(app: &App) {
    identifier_guard::Entity::update_many()
        .col_expr(
            identifier_guard::Column::ConsecutiveFailures,
            Expr::value(100),
        )
        .exec(app.database.writer())
        .await
        .expect("updated");
}

async fn unlock(app: &App, officer: &Person, identifier: &str) -> Value {
    let variables = json!({ "identifier": identifier });
    let answer = app.ask_by(officer, UNLOCK, variables).await;
    answer.data()["signInUnlock"].clone()
}

/// How many failures in a row each guard holds, fewest first.
async fn standing_failures(app: &App) -> Vec<i32> {
    let guards = identifier_guard::Entity::find()
        .order_by_asc(identifier_guard::Column::ConsecutiveFailures)
        .all(app.database.reader())
        .await
        .expect("guards");
    guards
        .iter()
        .map(|guard| guard.consecutive_failures)
        .collect()
}

/// How many rows stand in every table that signing in can write to.
async fn rows(app: &App) -> [u64; 7] {
    let reader = app.database.reader();
    let counts = [
        identifier_guard::Entity::find().count(reader).await,
        sign_in_challenge::Entity::find().count(reader).await,
        throttle_event::Entity::find().count(reader).await,
        job::Entity::find().count(reader).await,
        account::Entity::find().count(reader).await,
        person::Entity::find().count(reader).await,
        session::Entity::find().count(reader).await,
    ];
    counts.map(|count| count.expect("a count"))
}

/// What asking for a code answers, and how many rows it writes to each table.
async fn traces_of(app: &App, identifier: &str) -> (Value, Vec<u64>) {
    let before = rows(app).await;
    let asked = app.request_code(identifier).await;
    let after = rows(app).await;
    let written = after
        .iter()
        .zip(before)
        .map(|(after, before)| after - before);
    (shape(&asked), written.collect())
}

/// Leaves a challenge of some phone as five wrong codes leave it.
async fn guess_to_the_end(app: &App) {
    let guessed = sign_in_challenge::ActiveModel {
        id: Set(Uuid::now_v7()),
        identifier_lookup: Set(Uuid::new_v4().to_string()),
        contact: Set(Vec::new()),
        code_mac: Set(String::new()),
        attempts: Set(5),
        sends: Set(1),
        created_at: Set(app.now()),
        resend_after_at: Set(app.now()),
        expires_at: Set(app.now() + UNTIL_A_NEW_CHALLENGE),
        used_at: Set(None),
    };
    sign_in_challenge::Entity::insert(guessed)
        .exec_without_returning(app.database.writer())
        .await
        .expect("a challenge");
}

#[actix_web::test]
async fn messages_to_phones_cost_money_and_have_an_end() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = App::start_with(backend, |settings| settings.sms_per_hour = 1).await;
        app.request_code(PHONE).await;
        let refused = app.request_code(ANOTHERS).await;
        assert_eq!(user_error(&refused), "TOO_MANY_CODES");
        // Mail costs nothing.
        let by_mail = app.request_code("somebody@example.ru").await;
        assert_eq!(by_mail["userErrors"], json!([]));
        app.wait(TimeDelta::hours(1));
        assert!(app.request_code(ANOTHERS).await["challenge"]["id"].is_string());
    }
}

on_both_databases! {
    async fn only_who_can_get_a_code_is_asked_for_one(app) {
        for written in [
            "8 (495) 123-45-67",
            "8 800 555 35 35",
            "+7 701 123 45 67",
            "+375 29 123-45-67",
            "8 10 375 29 123-45-67",
            "+1 212 555 0123",
            "",
            " ",
            "кот",
            "123",
            "8916123456",
            "+7 916 123-45-67, +7 926 765-43-21",
            "petr@",
            "@example.ru",
            "petr@localhost",
        ] {
            let asked = app.request_code(written).await;
            assert_eq!(user_error(&asked), "INVALID_IDENTIFIER", "{written}");
            assert_eq!(asked["userErrors"][0]["field"], json!(["identifier"]), "{written}");
            assert!(asked["challenge"].is_null(), "{written}");
        }
        let query = "mutation($identifier: String!) { signInCodeRequest(input: { identifier: $identifier }) { challenge { id } } }";
        let endless = app.ask_with(query, json!({ "identifier": "9".repeat(255) })).await;
        assert_eq!(endless.refused("input.identifier"), "BAD_USER_INPUT");
        for landline in ["+74951234567", "+78005553535", "+77011234567"] {
            assert_eq!(app.messages_to(landline).await, 0);
        }

        let asked = app.request_code(PHONE).await;
        assert_eq!((id(&asked).len(), &asked["userErrors"]), (23, &json!([])));
        assert_eq!(app.messages_to(PHONE).await, 1);
    }

    async fn a_phone_is_the_same_however_it_is_written(app) {
        let anothers = app.request_code(ANOTHERS).await;
        let asked = app.request_code(PHONE).await;
        assert_ne!(id(&asked), id(&anothers));
        for written in [
            "89161234567",
            "79161234567",
            "9161234567",
            "8 (916) 123-45-67",
            "8.916.123.45.67",
            "  +7 916 123 45 67\n",
            "+7\u{a0}(916)\u{a0}123\u{2011}45\u{2011}67",
        ] {
            assert_eq!(app.request_code(written).await, asked, "{written}");
        }
        assert_eq!(app.messages_to(PHONE).await, 1);

        let code = app.code_sent_to(PHONE, 1).await;
        let first = account(&app, &app.confirm_code(id(&asked), &code).await).await;
        assert_eq!(first["phone"], PHONE);
        let asked = app.request_code("8 (916) 123-45-67").await;
        let code = app.code_sent_to(PHONE, 2).await;
        let again = account(&app, &app.confirm_code(id(&asked), &format!(" {code}\n")).await).await;
        assert_eq!(again, first, "the second time is the same account");
    }

    async fn the_message_begins_with_the_code_and_ends_so_that_a_phone_fills_it_in(app) {
        app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, 1).await;
        assert_eq!(code.len(), 6);
        let text = &app.outbox.to(PHONE)[0].text;
        assert!(text.starts_with(&format!("{code} — код входа")), "{text}");
        assert!(text.ends_with(&format!("\n@mtuf.ru #{code}")), "{text}");
    }

    async fn nobody_learns_whether_a_phone_is_known(app) {
        app.sign_in(PHONE).await;
        let known = app.request_code(PHONE).await;
        let unknown = app.request_code(ANOTHERS).await;
        assert_eq!(shape(&known), shape(&unknown));
        assert_eq!(unknown["userErrors"], json!([]));
        let of_known = app.code_sent_to(PHONE, 2).await;
        let of_unknown = app.code_sent_to(ANOTHERS, 1).await;
        let refused = app.confirm_code(id(&known), &other_than(&of_known)).await;
        assert_eq!(refused, app.confirm_code(id(&unknown), &other_than(&of_unknown)).await);
        assert_eq!(user_error(&refused), "CODE_INVALID");
        assert_eq!(refused["userErrors"][0]["field"], json!(["code"]));
    }

    async fn asking_leaves_the_same_traces_of_sixty_known_and_sixty_unknown(app) {
        let identity = Identity::load(&app.settings, &app.database, &Clock::system()).await.expect("an identity");
        let accounts = Accounts::new(identity.vault, identity.keys, "");
        for number in 0..60 {
            let (known, unknown) = if number % 2 == 0 {
                (format!("+7916000{number:04}"), format!("+7926000{number:04}"))
            } else {
                (format!("known{number}@example.ru"), format!("other{number}@example.ru"))
            };
            let contact = Contact::parse(&known).expect("a contact");
            accounts.create(app.database.writer(), &contact, None, app.now()).await.expect("an account");
            // So many may be asked for from one address in a day, with room to spare.
            if number % 5 == 0 {
                app.wait(TimeDelta::days(1));
            }
            let of_known = traces_of(&app, &known).await;
            let of_unknown = traces_of(&app, &unknown).await;
            assert_eq!(of_known, of_unknown, "{number}");
            // What goes to phones is counted once more: it costs money.
            let counted = if number % 2 == 0 { 3 } else { 2 };
            assert_eq!(of_known.1, [1, 1, counted, 1, 0, 0, 0], "{number}");
        }
    }

    async fn a_code_by_mail_goes_only_to_an_address_that_an_account_has(app) {
        let unknown = app.request_code("nobody@example.ru").await;
        // What is asked for later is sent later.
        app.request_code(ANOTHERS).await;
        app.code_sent_to(ANOTHERS, 1).await;
        assert_eq!(app.messages_to("nobody@example.ru").await, 0);

        let admin = app.admin().await;
        let before = app.messages_to(&admin.email).await;
        let known = app.request_code(&format!(" {}", admin.email.to_uppercase())).await;
        assert_eq!(shape(&known), shape(&unknown));
        let code = app.code_sent_to(&admin.email, before + 1).await;
        assert_eq!(code.len(), 8, "a mailbox can be read at leisure");
        assert_eq!(refusal(&app, id(&unknown), &code).await, "CODE_INVALID");
        let confirmed = app.confirm_code(id(&known), &code).await;
        let seen = account(&app, &confirmed).await;
        assert_eq!((&seen["email"], &seen["phone"]), (&json!(admin.email), &Value::Null));
        // Without a password and a second factor staff are people like others.
        let person = Person::of(&confirmed["tokens"]);
        let claims = "{ membershipClaims { totalCount } }";
        assert_eq!(app.ask_by(&person, claims, json!({})).await.code(), "FORBIDDEN");
        assert_eq!(app.ask_by(&admin.person, claims, json!({})).await.data()["membershipClaims"]["totalCount"], 0);
    }

    async fn another_code_comes_only_after_a_while_and_takes_the_place_of_the_first(app) {
        let asked = app.request_code(PHONE).await;
        let first = app.code_sent_to(PHONE, 1).await;
        assert_eq!(app.request_code(PHONE).await, asked);
        assert_eq!(app.messages_to(PHONE).await, 1);

        fail(&app, id(&asked), &first, 3).await;
        app.wait(TimeDelta::seconds(61));
        let again = app.request_code(PHONE).await;
        assert_eq!(id(&again), id(&asked));
        assert_ne!(again["challenge"]["resendAfter"], asked["challenge"]["resendAfter"]);
        let second = app.code_sent_to(PHONE, 2).await;
        assert_eq!(refusal(&app, id(&asked), &first).await, "CODE_INVALID");
        // It was the fourth wrong one; the fifth try is still there.
        assert_eq!(account(&app, &app.confirm_code(id(&asked), &second).await).await["phone"], PHONE);
    }

    async fn asking_again_buys_no_tries(app) {
        let asked = app.request_code(PHONE).await;
        let first = app.code_sent_to(PHONE, 1).await;
        fail(&app, id(&asked), &first, 4).await;
        app.wait(TimeDelta::seconds(61));
        assert_eq!(id(&app.request_code(PHONE).await), id(&asked));
        let second = app.code_sent_to(PHONE, 2).await;
        fail(&app, id(&asked), &second, 1).await;
        app.wait(TimeDelta::seconds(31));
        assert_eq!(refusal(&app, id(&asked), &second).await, "CODE_INVALID");

        let anew = app.request_code(PHONE).await;
        assert_ne!(id(&anew), id(&asked));
        let third = app.code_sent_to(PHONE, 3).await;
        account(&app, &app.confirm_code(id(&anew), &third).await).await;
    }

    async fn the_waits_for_another_code_grow_and_the_fourth_is_of_a_new_challenge(app) {
        let asked = app.request_code(PHONE).await;
        for (sent, wait) in [(1, 60), (2, 120)] {
            app.code_sent_to(PHONE, sent).await;
            app.wait(TimeDelta::seconds(wait - 20));
            assert_eq!(id(&app.request_code(PHONE).await), id(&asked));
            assert_eq!(app.messages_to(PHONE).await, sent, "too early by 20 seconds");
            app.wait(TimeDelta::seconds(21));
            assert_eq!(id(&app.request_code(PHONE).await), id(&asked));
        }
        app.code_sent_to(PHONE, 3).await;
        app.wait(TimeDelta::seconds(280));
        assert_eq!(id(&app.request_code(PHONE).await), id(&asked));
        assert_eq!(app.messages_to(PHONE).await, 3);
        app.wait(TimeDelta::seconds(21));
        let anew = app.request_code(PHONE).await;
        assert_ne!(id(&anew), id(&asked));
        let code = app.code_sent_to(PHONE, 4).await;
        account(&app, &app.confirm_code(id(&anew), &code).await).await;
    }

    async fn five_wrong_codes_are_the_end_of_a_challenge(app) {
        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, 1).await;
        fail(&app, id(&asked), &code, 5).await;
        assert_eq!(refusal(&app, id(&asked), &code).await, "CODE_INVALID");
        // Nor does it come back when the wait is over.
        app.wait(TimeDelta::seconds(31));
        assert_eq!(refusal(&app, id(&asked), &code).await, "CODE_INVALID");

        let anothers = app.request_code(ANOTHERS).await;
        let code = app.code_sent_to(ANOTHERS, 1).await;
        fail(&app, id(&anothers), &code, 4).await;
        account(&app, &app.confirm_code(id(&anothers), &code).await).await;
    }

    async fn after_five_failures_in_a_row_tries_wait_ever_longer(app) {
        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, 1).await;
        fail(&app, id(&asked), &code, 5).await;
        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, 2).await;
        // Who has to wait loses no try of the challenge by it: these are more than it has.
        for _ in 0..6 {
            assert_eq!(refusal(&app, id(&asked), &code).await, "TOO_MANY_ATTEMPTS");
        }
        app.wait(TimeDelta::seconds(31));
        fail(&app, id(&asked), &code, 1).await;
        app.wait(TimeDelta::seconds(31));
        assert_eq!(refusal(&app, id(&asked), &code).await, "TOO_MANY_ATTEMPTS");
        // Nobody else waits.
        app.sign_in(ANOTHERS).await;
        app.wait(TimeDelta::seconds(30));
        account(&app, &app.confirm_code(id(&asked), &code).await).await;

        // A right code ends the row: a wrong one costs no wait any more.
        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, 3).await;
        fail(&app, id(&asked), &code, 1).await;
        account(&app, &app.confirm_code(id(&asked), &code).await).await;
    }

    async fn ten_wrong_codes_an_hour_are_all_that_a_phone_has(app) {
        let mut asked = app.request_code(PHONE).await;
        let mut code = app.code_sent_to(PHONE, 1).await;
        fail(&app, id(&asked), &code, 5).await;
        let mut sent = 1;
        // The wait that the failure before has cost, and whether its challenge is gone by then.
        for (wait, needs_another) in [(31, true), (61, false), (121, false), (241, true), (481, true)] {
            app.wait(TimeDelta::seconds(wait));
            if needs_another {
                sent += 1;
                asked = app.request_code(PHONE).await;
                code = app.code_sent_to(PHONE, sent).await;
            }
            fail(&app, id(&asked), &code, 1).await;
        }
        // The wait is over, the hour is not.
        app.wait(TimeDelta::seconds(961));
        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, sent + 1).await;
        assert_eq!(refusal(&app, id(&asked), &code).await, "TOO_MANY_ATTEMPTS");

        app.wait(TimeDelta::minutes(30));
        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, sent + 2).await;
        account(&app, &app.confirm_code(id(&asked), &code).await).await;
    }

    async fn after_a_hundred_failures_in_a_row_codes_are_off(app) {
        app.sign_in(PHONE).await;
        turn_codes_off(&app).await;
        assert_eq!(user_error(&app.request_code(PHONE).await), "CODES_ARE_OFF");
        assert_eq!(app.messages_to(PHONE).await, 1);
        app.sign_in(ANOTHERS).await;
    }

    async fn staff_give_sign_in_back_within_their_reach_and_learn_nothing(app) {
        let member = app.sign_in(PHONE).await;
        let (officer, of_another) = (app.officer(SCHOOL).await, app.officer(HOSPITAL).await);
        let admin = app.admin().await.person;
        join(&app, &member, &officer).await;
        id(&app.request_code(ANOTHERS).await);
        turn_codes_off(&app).await;
        let variables = json!({ "identifier": PHONE });
        assert_eq!(app.ask_with(UNLOCK, variables.clone()).await.code(), "UNAUTHENTICATED");
        assert_eq!(app.ask_by(&member, UNLOCK, variables).await.code(), "FORBIDDEN");
        assert_eq!(user_error(&unlock(&app, &officer, "кот").await), "INVALID_IDENTIFIER");

        let accepted = json!({ "accepted": true, "userErrors": [] });
        for identifier in [PHONE, ANOTHERS, "nobody@example.ru"] {
            assert_eq!(unlock(&app, &of_another, identifier).await, accepted, "{identifier}");
        }
        assert_eq!(unlock(&app, &officer, ANOTHERS).await, accepted);
        for phone in [PHONE, ANOTHERS] {
            assert_eq!(user_error(&app.request_code(phone).await), "CODES_ARE_OFF", "{phone}");
        }
        assert_eq!(unlock(&app, &officer, "8 (916) 123-45-67").await, accepted);
        app.sign_in(PHONE).await;
        assert_eq!(unlock(&app, &admin, ANOTHERS).await, accepted);
        id(&app.request_code(ANOTHERS).await);

        let entries = audit_entry::Entity::find()
            .filter(audit_entry::Column::Action.eq("sign_in.unlock"))
            .order_by_asc(audit_entry::Column::Seq)
            .all(app.database.reader())
            .await
            .expect("entries");
        let unlocked: Vec<bool> = entries.iter().map(|entry| entry.details.contains("true")).collect();
        assert_eq!(unlocked, [false, false, false, false, true, true]);
        let whole = format!("{entries:?}");
        for secret in ["9161234567", "9267654321", "nobody@example.ru"] {
            assert!(!whole.contains(secret), "{secret} in {whole}");
        }
    }

    async fn what_guards_an_identifier_is_forgotten_unless_failures_stand(app) {
        app.sign_in(PHONE).await;
        let asked = app.request_code(ANOTHERS).await;
        let code = app.code_sent_to(ANOTHERS, 1).await;
        fail(&app, id(&asked), &code, 1).await;
        app.wait(TimeDelta::hours(47));
        forget_old(&app.database, app.now()).await.expect("forgotten");
        assert_eq!(standing_failures(&app).await, [0, 1]);
        app.wait(TimeDelta::hours(2));
        forget_old(&app.database, app.now()).await.expect("forgotten");
        assert_eq!(standing_failures(&app).await, [1]);
        app.sign_in(PHONE).await;
    }

    async fn a_code_works_once(app) {
        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, 1).await;
        account(&app, &app.confirm_code(id(&asked), &code).await).await;
        assert_eq!(refusal(&app, id(&asked), &code).await, "CODE_INVALID");
    }

    async fn a_code_that_has_run_out_does_not_work(app) {
        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, 1).await;
        app.wait(TimeDelta::seconds(301));
        assert_eq!(refusal(&app, id(&asked), &code).await, "CODE_INVALID");

        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, 2).await;
        app.wait(TimeDelta::seconds(280));
        account(&app, &app.confirm_code(id(&asked), &code).await).await;
    }

    async fn a_code_works_only_with_its_challenge(app) {
        let mine = app.request_code(PHONE).await;
        let anothers = app.request_code(ANOTHERS).await;
        let (my_code, anothers_code) = (app.code_sent_to(PHONE, 1).await, app.code_sent_to(ANOTHERS, 1).await);
        assert_eq!(refusal(&app, id(&anothers), &my_code).await, "CODE_INVALID");
        assert_eq!(refusal(&app, id(&mine), &anothers_code).await, "CODE_INVALID");
        // An id of something else is no challenge of anybody's; what was never an id is told so.
        let elsewhere = app.organisation_node("mfp").await;
        assert_eq!(refusal(&app, &elsewhere, &my_code).await, "CODE_INVALID");
        let query = "mutation { signInCodeConfirm(input: { challengeId: \"мусор\", code: \"000000\" }) { tokens { accessToken } } }";
        assert_eq!(app.ask(query).await.refused("input.challengeId"), "BAD_USER_INPUT");

        assert_eq!(account(&app, &app.confirm_code(id(&mine), &my_code).await).await["phone"], PHONE);
        assert_eq!(account(&app, &app.confirm_code(id(&anothers), &anothers_code).await).await["phone"], ANOTHERS);
    }

    async fn one_phone_gets_five_codes_an_hour_and_ten_a_day(app) {
        for hour in 0..2 {
            for number in 1..=5 {
                let asked = app.request_code(PHONE).await;
                assert_eq!(asked["userErrors"], json!([]), "{hour}: {number}");
                app.code_sent_to(PHONE, hour * 5 + number).await;
                app.wait(UNTIL_A_NEW_CHALLENGE);
            }
            assert_eq!(user_error(&app.request_code(PHONE).await), "TOO_MANY_CODES");
            // Nobody else is kept from theirs.
            id(&app.request_code(ANOTHERS).await);
            app.wait(TimeDelta::hours(1));
        }
        assert_eq!(user_error(&app.request_code(PHONE).await), "TOO_MANY_CODES");
        assert_eq!(app.messages_to(PHONE).await, 10);

        app.wait(TimeDelta::days(1));
        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, 11).await;
        account(&app, &app.confirm_code(id(&asked), &code).await).await;
    }

    async fn from_one_address_ten_codes_are_asked_for_in_an_hour(app) {
        for number in 0..10 {
            id(&app.request_code(&format!("+7916000000{number}")).await);
        }
        assert_eq!(user_error(&app.request_code(PHONE).await), "TOO_MANY_CODES");
        assert_eq!(app.messages_to(PHONE).await, 0);
        // Who has a code already is still told of it.
        id(&app.request_code("+79160000000").await);
        app.wait(TimeDelta::minutes(61));
        app.sign_in(PHONE).await;
    }

    async fn while_somebody_guesses_codes_are_longer(app) {
        for _ in 0..39 {
            guess_to_the_end(&app).await;
        }
        app.request_code(PHONE).await;
        assert_eq!(app.code_sent_to(PHONE, 1).await.len(), 6);
        // The two hundredth wrong try, of many phones together.
        guess_to_the_end(&app).await;
        app.request_code(ANOTHERS).await;
        assert_eq!(app.code_sent_to(ANOTHERS, 1).await.len(), 8);
    }

    async fn one_request_tries_one_code(app) {
        let asked = app.request_code(PHONE).await;
        let code = app.code_sent_to(PHONE, 1).await;
        let variables = json!({ "id": id(&asked), "code": code });
        let confirm = |code: &str| format!("signInCodeConfirm(input: {{ challengeId: $id, code: {code} }}) {{ tokens {{ accessToken }} userErrors {{ code }} }}");
        let (wrong, right) = (confirm("\"0\""), confirm("$code"));
        for body in [
            format!("{{ a: {wrong} b: {right} }}"),
            format!("{{ ...Wrong ...Right }} fragment Wrong on Mutation {{ a: {wrong} }} fragment Right on Mutation {{ b: {right} }}"),
            format!("{{ ... {{ a: {right} }} signInCodeRequest(input: {{ identifier: \"{PHONE}\" }}) {{ challenge {{ id }} }} }}"),
        ] {
            let query = format!("mutation($id: ID!, $code: String!) {body}");
            let answer = app.ask_with(&query, variables.clone()).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "QUERY_TOO_COMPLEX"), "{query}");
            assert!(answer.body.get("data").is_none(), "{query}");
        }
        // None of those was a try: all five are left.
        fail(&app, id(&asked), &code, 4).await;
        let query = format!("mutation($id: ID!, $code: String!) {{ a: {right} }}");
        let answer = app.ask_with(&query, variables).await;
        assert!(answer.data()["a"]["tokens"]["accessToken"].is_string());
    }
}
