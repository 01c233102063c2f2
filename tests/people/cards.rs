//! Claims to a union card, the card itself, and what a cashier learns of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use api::infra::clock::moscow_date;
use chrono::{DateTime, TimeDelta};
use entities::card_code;
use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, PaginatorTrait, Statement};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Answer, App, Person, answer::each, builders, user_error},
};

const PHONE: &str = "+79161234567";
const ANOTHERS: &str = "+79267654321";
const SCHOOL: &str = "ppo-primer-shkola";
/// Of the same union as the school.
const COLLEGE: &str = "ppo-primer-kolledzh";
/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";
/// The name that the school's union goes by.
const UNION: &str = "МГО Профсоюза образования";
const NUMBER: &str = "МГО 00-1234";
/// The signs of a pass (RFC 9285), in the order of their values.
const SIGNS_OF_PASS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

const CLAIM: &str = "mutation($organisation: ID!, $number: String!, $surname: String!, $name: String!, $patronymic: String) {
    membershipClaim(input: { organisation: $organisation, cardNumber: $number, surname: $surname, givenName: $name, patronymic: $patronymic }) {
        claim { id state decidedAt organisation { slug } } userErrors { code field message } } }";
const OWN_CLAIMS: &str =
    "{ viewer { membershipClaims { id state decisionReason organisation { slug } } } }";
const QUEUE: &str = "{ membershipClaims { totalCount nodes {
    claim { id state } claimedName claimedCardNumber maskedPhone } } }";
const ALL_CLAIMS: &str = "{ membershipClaims(queue: ALL) { totalCount nodes { claim { id } } } }";
const APPROVE: &str = "mutation($id: ID!, $since: Date, $through: Date) {
    membershipApprove(input: { claimId: $id, memberSince: $since, validThrough: $through }) {
        claim { id state } userErrors { code field } } }";
const REJECT: &str = "mutation($id: ID!, $reason: String!) {
    membershipReject(input: { claimId: $id, reason: $reason }) {
        claim { id state } userErrors { code field } } }";
const MEMBERSHIPS: &str = "{ viewer { primaryMembership { id status memberSince organisation { slug } issuer { slug }
        card { number holderName holderInitials pass passExpiresAt refreshAfter version liveCode { code expiresAt } } }
    memberships { id status statusReason validThrough card { number } } } }";
const CHECK: &str = "query($code: String!) { membershipCardCheck(code: $code) {
    valid holderInitials issuer checkedAt } }";

/// What the claimant writes.
async fn claim_of(app: &App, number: &str) -> Value {
    json!({
        "organisation": app.organisation_node(SCHOOL).await,
        "number": number,
        "surname": "Иванов",
        "name": "Пётр",
        "patronymic": "Сергеевич",
    })
}

/// Claims a card of the school and returns the payload.
async fn claim(app: &App, person: &Person, number: &str) -> Value {
    let variables = claim_of(app, number).await;
    let answer = app.ask_by(person, CLAIM, variables).await;
    answer.data()["membershipClaim"].clone()
}

#[track_caller]
fn id(payload: &Value) -> &str {
    payload["claim"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no claim in {payload:#}"))
}

/// An officer of the school agrees; returns the officer.
async fn approve(app: &App, claim_id: &str) -> Person {
    let officer = app.officer(SCHOOL).await;
    let decision = json!({ "id": claim_id, "since": "2024-01-15" });
    let decided = app.ask_by(&officer, APPROVE, decision).await;
    let decided = &decided.data()["membershipApprove"];
    assert_eq!(decided["claim"]["state"], "APPROVED", "{decided:#}");
    officer
}

/// A member of the school's organisation, and the officer who agreed to it.
pub(super) async fn join(app: &App) -> (Person, Person) {
    let member = app.sign_in(PHONE).await;
    let claimed = claim(app, &member, NUMBER).await;
    let officer = approve(app, id(&claimed)).await;
    (member, officer)
}

/// What somebody sees of their memberships.
async fn memberships(app: &App, person: &Person) -> Value {
    let answer = app.ask_by(person, MEMBERSHIPS, json!({})).await;
    answer.data()["viewer"].clone()
}

/// A card on its holder's screen.
struct Shown {
    membership_id: Value,
    code: String,
    pass: String,
}

async fn show(app: &App, person: &Person) -> Shown {
    let seen = memberships(app, person).await;
    let primary = &seen["primaryMembership"];
    let text = |value: &Value| {
        let text = value.as_str();
        text.unwrap_or_else(|| panic!("no card in {seen:#}"))
            .to_owned()
    };
    Shown {
        membership_id: primary["id"].clone(),
        code: text(&primary["card"]["liveCode"]["code"]),
        pass: text(&primary["card"]["pass"]),
    }
}

/// What a cashier is told.
async fn check(app: &App, code: &str) -> Value {
    let answer = app.ask_with(CHECK, json!({ "code": code })).await;
    answer.data()["membershipCardCheck"].clone()
}

/// A cashier is told that it is no valid card, and nothing else.
async fn assert_invalid(app: &App, code: &str, what: &str) {
    let mut found = check(app, code).await;
    let told = found.as_object_mut().expect("an answer");
    assert!(told.remove("checkedAt").is_some_and(|at| at.is_string()));
    let nothing = json!({ "valid": false, "holderInitials": null, "issuer": null });
    assert_eq!(found, nothing, "{what}: {code}");
}

/// A cashier is told that it is valid, whose initials it has, and of which city union.
async fn assert_valid(app: &App, code: &str, what: &str) {
    let mut found = check(app, code).await;
    let told = found.as_object_mut().expect("an answer");
    assert!(told.remove("checkedAt").is_some_and(|at| at.is_string()));
    let little = json!({ "valid": true, "holderInitials": "И. П. С.", "issuer": UNION });
    assert_eq!(found, little, "{what}: {code}");
}

/// Suspends, restores or revokes, and returns the payload.
async fn change(app: &App, officer: &Person, mutation: &str, membership_id: &Value) -> Value {
    let query = format!(
        "mutation($id: ID!, $reason: String!) {{ {mutation}(input: {{ membershipId: $id, reason: $reason }}) {{ member {{ status statusReason }} userErrors {{ code field }} }} }}"
    );
    let variables = json!({ "id": membership_id, "reason": "Решение комитета" });
    app.ask_by(officer, &query, variables).await.data()[mutation].clone()
}

/// A code as somebody types it who has a Russian keyboard before them.
fn in_russian(code: &str) -> String {
    let look_alike = |sign| match sign {
        '0' => 'О',
        'A' => 'А',
        'B' => 'В',
        'C' => 'С',
        'E' => 'Е',
        'H' => 'Н',
        'K' => 'К',
        'M' => 'М',
        'P' => 'Р',
        'T' => 'Т',
        'X' => 'Х',
        'Y' => 'У',
        other => other,
    };
    code.chars().map(look_alike).collect()
}

/// How many rows every table has.
async fn rows(app: &App) -> BTreeMap<String, i64> {
    let reader = app.database.reader();
    let backend = reader.get_database_backend();
    let tables = match backend {
        DatabaseBackend::Postgres => {
            "SELECT CAST(tablename AS text) AS name FROM pg_tables WHERE schemaname = 'public'"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table'",
    };
    let tables = reader
        .query_all_raw(Statement::from_string(backend, tables))
        .await
        .expect("tables");
    let mut counted = BTreeMap::new();
    for table in tables {
        let name: String = table.try_get("", "name").expect("a name");
        let count = format!("SELECT count(*) AS number FROM \"{name}\"");
        let row = reader
            .query_one_raw(Statement::from_string(backend, count))
            .await
            .expect("a query")
            .expect("a row");
        counted.insert(name, row.try_get("", "number").expect("a number"));
    }
    counted
}

on_both_databases! {
    async fn a_claim_needs_somebody_who_has_signed_in_a_number_and_a_name(app) {
        let good = claim_of(&app, NUMBER).await;
        assert_eq!(app.ask_with(CLAIM, good.clone()).await.code(), "UNAUTHENTICATED");

        let member = app.sign_in(PHONE).await;
        let long = "ж".repeat(101);
        for (field, of_input, value, code) in [
            ("number", "cardNumber", "", "INVALID_CARD_NUMBER"),
            ("number", "cardNumber", "№ —", "INVALID_CARD_NUMBER"),
            ("number", "cardNumber", "12#34", "INVALID_CARD_NUMBER"),
            ("number", "cardNumber", "123456789012345678901234567890123", "INVALID_CARD_NUMBER"),
            ("surname", "surname", " ", "INVALID_NAME"),
            ("surname", "surname", long.as_str(), "INVALID_NAME"),
            ("name", "givenName", "", "INVALID_NAME"),
            ("patronymic", "patronymic", "", "INVALID_NAME"),
        ] {
            let mut bad = good.clone();
            bad[field] = json!(value);
            let answer = app.ask_by(&member, CLAIM, bad).await;
            let payload = &answer.data()["membershipClaim"];
            assert_eq!(user_error(payload), code, "{field}: {value}");
            assert_eq!(payload["userErrors"][0]["field"], json!([of_input]));
            assert!(payload["claim"].is_null());
        }
        let mut bad = good.clone();
        for (field, value) in [("number", "#"), ("surname", ""), ("name", "")] {
            bad[field] = json!(value);
        }
        let answer = app.ask_by(&member, CLAIM, bad).await;
        let errors = &answer.data()["membershipClaim"]["userErrors"];
        assert_eq!(each(errors, "code"), ["INVALID_CARD_NUMBER", "INVALID_NAME", "INVALID_NAME"]);

        let category = app.ask("{ newsCategories { id } }").await;
        let mut bad = good.clone();
        bad["organisation"] = category.data()["newsCategories"][0]["id"].clone();
        let answer = app.ask_by(&member, CLAIM, bad.clone()).await;
        let payload = &answer.data()["membershipClaim"];
        assert_eq!((user_error(payload), &payload["userErrors"][0]["field"]), ("ORGANISATION_NOT_FOUND", &json!(["organisation"])));
        bad["organisation"] = json!("мусор");
        assert_eq!(app.ask_by(&member, CLAIM, bad).await.refused("input.organisation"), "BAD_USER_INPUT");
        let own = app.ask_by(&member, OWN_CLAIMS, json!({})).await;
        assert_eq!(own.data()["viewer"]["membershipClaims"], json!([]));

        let mut without_patronymic = good;
        without_patronymic["patronymic"] = Value::Null;
        let answer = app.ask_by(&member, CLAIM, without_patronymic).await;
        let payload = &answer.data()["membershipClaim"];
        assert_eq!((&payload["claim"]["state"], &payload["userErrors"]), (&json!("PENDING"), &json!([])));
    }

    async fn a_claim_waits_and_is_the_same_when_it_is_repeated(app) {
        let member = app.sign_in(PHONE).await;
        let claimed = claim(&app, &member, NUMBER).await;
        assert_eq!(claimed["claim"]["state"], "PENDING");
        assert_eq!(claimed["claim"]["decidedAt"], Value::Null);
        assert_eq!(claimed["claim"]["organisation"]["slug"], SCHOOL);
        for spelling in [NUMBER, "мго 1234", "№ MГО/00.12-34"] {
            let again = claim(&app, &member, spelling).await;
            let is_same_number = spelling != "мго 1234";
            assert_eq!(id(&again) == id(&claimed), is_same_number, "{spelling}");
        }
        let of_another = claim(&app, &app.sign_in(ANOTHERS).await, NUMBER).await;
        assert_ne!(id(&of_another), id(&claimed));

        let own = app.ask_by(&member, OWN_CLAIMS, json!({})).await;
        let own = &own.data()["viewer"]["membershipClaims"];
        assert_eq!(each(own, "id").last().map(String::as_str), Some(id(&claimed)), "the newest come first");
        assert_eq!(each(own, "state"), ["PENDING", "PENDING"]);
        let seen = memberships(&app, &member).await;
        assert_eq!(seen, json!({ "primaryMembership": null, "memberships": [] }));
    }

    async fn who_guesses_numbers_is_stopped_at_the_eleventh_of_a_day(app) {
        let member = app.sign_in(PHONE).await;
        let mut claims = BTreeSet::new();
        for number in 1..=10 {
            let claimed = claim(&app, &member, &number.to_string()).await;
            claims.insert(id(&claimed).to_owned());
        }
        assert_eq!(claims.len(), 10);
        assert_eq!(user_error(&claim(&app, &member, "11").await), "TOO_MANY_CLAIMS");
        // What was claimed already is no guess more.
        assert!(claims.contains(id(&claim(&app, &member, "7").await)));
        let another = app.sign_in(ANOTHERS).await;
        id(&claim(&app, &another, "11").await);

        app.wait(TimeDelta::hours(25));
        let member = app.sign_in(PHONE).await;
        id(&claim(&app, &member, "11").await);
    }

    async fn only_officers_of_the_organisation_see_and_decide_a_claim(app) {
        let member = app.sign_in(PHONE).await;
        let claimed = claim(&app, &member, NUMBER).await;
        let approval = json!({ "id": id(&claimed), "since": "2024-01-15" });
        let rejection = json!({ "id": id(&claimed), "reason": "Нет в списке" });
        for (query, variables) in [(QUEUE, json!({})), (APPROVE, approval.clone()), (REJECT, rejection.clone())] {
            assert_eq!(app.ask_with(query, variables.clone()).await.code(), "UNAUTHENTICATED");
            assert_eq!(app.ask_by(&member, query, variables).await.code(), "FORBIDDEN");
        }
        for elsewhere in [COLLEGE, HOSPITAL] {
            let officer = app.officer(elsewhere).await;
            let queue = app.ask_by(&officer, ALL_CLAIMS, json!({})).await;
            assert_eq!(queue.data()["membershipClaims"], json!({ "totalCount": 0, "nodes": [] }));
            for (query, variables) in [(APPROVE, &approval), (REJECT, &rejection)] {
                let answer = app.ask_by(&officer, query, variables.clone()).await;
                let payload = answer.data().as_object().expect("data").values().next().expect("a payload");
                assert_eq!(user_error(payload), "CLAIM_NOT_FOUND");
                assert_eq!(payload["userErrors"][0]["field"], json!(["claimId"]));
            }
        }

        let officer = app.officer(SCHOOL).await;
        let queue = app.ask_by(&officer, QUEUE, json!({})).await;
        assert_eq!(queue.data()["membershipClaims"], json!({ "totalCount": 1, "nodes": [{
            "claim": { "id": id(&claimed), "state": "PENDING" },
            "claimedName": "Иванов Пётр Сергеевич",
            "claimedCardNumber": NUMBER,
            "maskedPhone": "+7 *** ***-45-67",
        }] }));
        for (decision, code) in [
            (json!({ "id": id(&claimed) }), "MEMBER_SINCE_REQUIRED"),
            (json!({ "id": id(&claimed), "since": "2024-01-15", "through": "2024-01-14" }), "INVALID_TERM"),
        ] {
            let answer = app.ask_by(&officer, APPROVE, decision).await;
            assert_eq!(user_error(&answer.data()["membershipApprove"]), code);
        }
        let decided = app.ask_by(&officer, APPROVE, approval.clone()).await;
        assert_eq!(decided.data()["membershipApprove"], json!({ "claim": { "id": id(&claimed), "state": "APPROVED" }, "userErrors": [] }));
        for (query, variables, field) in [(APPROVE, &approval, "membershipApprove"), (REJECT, &rejection, "membershipReject")] {
            let again = app.ask_by(&officer, query, variables.clone()).await;
            assert_eq!(user_error(&again.data()[field]), "CLAIM_DECIDED");
        }
        for (query, count) in [(QUEUE, 0), (ALL_CLAIMS, 1)] {
            let answer = app.ask_by(&officer, query, json!({})).await;
            assert_eq!(answer.data()["membershipClaims"]["totalCount"], count, "{query}");
        }
    }

    async fn a_rejected_claimant_reads_why_and_may_claim_again(app) {
        let member = app.sign_in(PHONE).await;
        let claimed = claim(&app, &member, NUMBER).await;
        let officer = app.officer(SCHOOL).await;
        let long = "ж".repeat(301);
        for reason in ["", "  ", long.as_str()] {
            let answer = app.ask_by(&officer, REJECT, json!({ "id": id(&claimed), "reason": reason })).await;
            let payload = &answer.data()["membershipReject"];
            assert_eq!((user_error(payload), &payload["userErrors"][0]["field"]), ("REASON_REQUIRED", &json!(["reason"])));
        }
        let reason = "Такого номера у нас нет: проверьте билет.";
        let answer = app.ask_by(&officer, REJECT, json!({ "id": id(&claimed), "reason": reason })).await;
        assert_eq!(answer.data()["membershipReject"]["claim"]["state"], "REJECTED");
        let own = app.ask_by(&member, OWN_CLAIMS, json!({})).await;
        assert_eq!(own.data()["viewer"]["membershipClaims"], json!([{
            "id": id(&claimed), "state": "REJECTED", "decisionReason": reason, "organisation": { "slug": SCHOOL },
        }]));
        assert_eq!(memberships(&app, &member).await["memberships"], json!([]));

        let again = claim(&app, &member, NUMBER).await;
        assert_ne!(id(&again), id(&claimed));
        assert_eq!(again["claim"]["state"], "PENDING");
    }

    async fn an_approved_claimant_has_a_card(app) {
        let member = app.sign_in(PHONE).await;
        let claimed = claim(&app, &member, NUMBER).await;
        assert_eq!(memberships(&app, &member).await["primaryMembership"], Value::Null);

        approve(&app, id(&claimed)).await;
        let answer = app.ask_by(&member, MEMBERSHIPS, json!({})).await;
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let primary = &answer.data()["viewer"]["primaryMembership"];
        assert_eq!((&primary["status"], &primary["memberSince"]), (&json!("ACTIVE"), &json!("2024-01-15")));
        assert_eq!((&primary["organisation"]["slug"], &primary["issuer"]["slug"]), (&json!(SCHOOL), &json!("mgo-obrazovaniya")));
        let card = &primary["card"];
        assert_eq!(card["number"], NUMBER);
        assert_eq!(card["holderName"], "Иванов Пётр Сергеевич");
        assert_eq!(card["holderInitials"], "И. П. С.");
        assert_eq!(card["version"], 1);
        let pass = card["pass"].as_str().expect("a pass");
        let signs = pass.strip_prefix("PF1:").expect("a pass of the first version");
        assert!(signs.len() > 100 && signs.chars().all(|sign| SIGNS_OF_PASS.contains(sign)), "{pass}");
        let instant = |value: &Value| DateTime::parse_from_rfc3339(value.as_str().expect("an instant")).expect("an instant of RFC 3339");
        let (expires, refresh) = (instant(&card["passExpiresAt"]), instant(&card["refreshAfter"]));
        assert_eq!(expires - refresh, TimeDelta::hours(12));
        assert!((23..=24).contains(&(expires.to_utc() - app.now()).num_hours()));
        let (head, tail) = card["liveCode"]["code"].as_str().expect("a code").split_once('-').expect("two groups");
        let is_sign = |sign: char| sign.is_ascii_digit() || (sign.is_ascii_uppercase() && !"ILOU".contains(sign));
        assert!([head, tail].iter().all(|group| group.len() == 4 && group.chars().all(is_sign)), "{head}-{tail}");
        let left = instant(&card["liveCode"]["expiresAt"]).to_utc() - app.now();
        assert!((50..=120).contains(&left.num_seconds()), "{left}");
        // Nobody else has it.
        let another = app.sign_in(ANOTHERS).await;
        assert_eq!(memberships(&app, &another).await["memberships"], json!([]));
    }

    async fn a_card_belongs_to_one_account(app) {
        let anothers = app.sign_in(ANOTHERS).await;
        let of_another = claim(&app, &anothers, NUMBER).await;
        let (member, officer) = join(&app).await;
        let decision = json!({ "id": id(&of_another), "since": "2024-01-15" });
        let answer = app.ask_by(&officer, APPROVE, decision).await;
        assert_eq!(user_error(&answer.data()["membershipApprove"]), "CARD_TAKEN");
        assert_eq!(memberships(&app, &anothers).await["memberships"], json!([]));

        // Its owner, whose telephone the roster has by now, need not wait for anybody.
        let again = claim(&app, &member, NUMBER).await;
        assert_eq!(again["claim"]["state"], "APPROVED");
        assert_eq!(memberships(&app, &member).await["memberships"].as_array().map(Vec::len), Some(1));
    }

    async fn a_cashier_checks_the_code_however_it_is_typed_and_the_pass(app) {
        let (member, _) = join(&app).await;
        for nonsense in ["", " ", "билет", "0000-0000", "AAAA-AAAA-AAAA", "PF1:", "PF1:AAAA", "pf1:", "1234567", "🙂🙃🙂🙃", NUMBER] {
            assert_invalid(&app, nonsense, "nonsense").await;
        }
        assert_invalid(&app, &format!("PF1:{}", "A".repeat(10_000)), "endless").await;

        let Shown { code, pass, .. } = show(&app, &member).await;
        for (typed, how) in [
            (code.clone(), "as it is shown"),
            (code.to_lowercase(), "in small letters"),
            (code.replace('-', ""), "without the dash"),
            (code.replace('-', " "), "with a space"),
            (code.replace('-', "–"), "with another dash"),
            (format!("  {code}\n"), "with space around it"),
            (code.replace('0', "O").replace('1', "l"), "with letters for digits"),
            (in_russian(&code), "in Cyrillic letters"),
            (in_russian(&code).to_lowercase(), "in small Cyrillic letters"),
            (pass.clone(), "the pass"),
            (format!(" {pass}\n"), "the pass with space around it"),
        ] {
            assert_valid(&app, &typed, how).await;
        }
        for (part, how) in [
            (&code[..8], "seven signs of eight"),
            (&pass[4..], "the pass without its beginning"),
            (&pass[..pass.len() - 1], "the pass without its end"),
        ] {
            assert_invalid(&app, part, how).await;
        }
    }

    async fn a_check_tells_initials_and_the_city_union_and_nothing_more(app) {
        let asked = app.ask("{ __type(name: \"MembershipCardCheck\") { fields { name } } }").await;
        let mut fields = each(&asked.data()["__type"]["fields"], "name");
        fields.sort();
        assert_eq!(fields, ["checkedAt", "holderInitials", "issuer", "valid"]);

        let (member, _) = join(&app).await;
        let Shown { code, pass, .. } = show(&app, &member).await;
        let school = app.ask(&format!("{{ organisation(slug: \"{SCHOOL}\") {{ fullName shortName }} }}")).await;
        let school = &school.data()["organisation"];
        for shown in [code, pass] {
            assert_valid(&app, &shown, "of a valid card").await;
            let answer = app.ask_with(CHECK, json!({ "code": shown })).await;
            let told = answer.body.to_string();
            for secret in [&school["fullName"], &school["shortName"], &json!("Иванов"), &json!("Пётр"), &json!(NUMBER), &json!(PHONE)] {
                assert!(!told.contains(secret.as_str().expect("text")), "{secret} in {told}");
            }
        }
    }

    async fn no_cache_keeps_a_check(app) {
        let (member, _) = join(&app).await;
        let Shown { code, .. } = show(&app, &member).await;
        let posted = app.ask_with(CHECK, json!({ "code": code })).await;
        let variables = json!({ "code": code }).to_string();
        let request = app.client.get(app.url("/graphql")).query(&[("query", CHECK), ("variables", variables.as_str())]);
        let got = Answer::of(request.send().await.expect("an answer")).await;
        for answer in [posted, got] {
            assert_eq!(answer.data()["membershipCardCheck"]["valid"], true);
            assert_eq!(answer.header("cache-control"), "private, no-store");
        }
    }

    async fn a_code_dies_within_two_minutes_and_a_pass_after_a_day(app) {
        let (member, _) = join(&app).await;
        let first = show(&app, &member).await;
        assert_valid(&app, &first.code, "at once").await;
        app.wait(TimeDelta::seconds(121));
        assert_invalid(&app, &first.code, "after two minutes").await;
        assert_valid(&app, &first.pass, "after two minutes").await;
        let second = show(&app, &member).await;
        assert_ne!(second.code, first.code);
        assert_valid(&app, &second.code, "another").await;

        app.wait(TimeDelta::minutes(23 * 60 + 50));
        assert_valid(&app, &first.pass, "within a day").await;
        app.wait(TimeDelta::minutes(10));
        assert_invalid(&app, &first.pass, "after a day").await;
        let member = app.sign_in(PHONE).await;
        assert_valid(&app, &show(&app, &member).await.pass, "of the next day").await;
    }

    async fn a_pass_with_one_sign_changed_is_none(app) {
        let (member, _) = join(&app).await;
        let Shown { pass, .. } = show(&app, &member).await;
        for (place, sign) in pass.char_indices() {
            let value = SIGNS_OF_PASS.find(sign).expect("a sign of passes");
            let next = (value + 1) % SIGNS_OF_PASS.len();
            let mut changed = pass.clone();
            changed.replace_range(place..=place, &SIGNS_OF_PASS[next..=next]);
            assert_invalid(&app, &changed, &format!("sign {place}")).await;
        }
        assert_valid(&app, &pass, "unchanged").await;
    }

    async fn a_card_stops_with_the_membership_and_comes_back_with_it(app) {
        let (member, officer) = join(&app).await;
        let Shown { membership_id, code, pass } = show(&app, &member).await;
        let forbidden = "mutation($id: ID!) { membershipSuspend(input: { membershipId: $id, reason: \"Хочу\" }) { member { id } } }";
        assert_eq!(app.ask_by(&member, forbidden, json!({ "id": membership_id })).await.code(), "FORBIDDEN");
        let without_reason = "mutation($id: ID!) { membershipSuspend(input: { membershipId: $id, reason: \" \" }) { userErrors { code } } }";
        let answer = app.ask_by(&officer, without_reason, json!({ "id": membership_id })).await;
        assert_eq!(user_error(&answer.data()["membershipSuspend"]), "REASON_REQUIRED");
        assert_valid(&app, &code, "before").await;

        let suspended = change(&app, &officer, "membershipSuspend", &membership_id).await;
        assert_eq!(suspended, json!({ "member": { "status": "SUSPENDED", "statusReason": "Решение комитета" }, "userErrors": [] }));
        for shown in [&code, &pass] {
            assert_invalid(&app, shown, "suspended").await;
        }
        let seen = memberships(&app, &member).await;
        assert_eq!(seen, json!({ "primaryMembership": null, "memberships": [{
            "id": membership_id, "status": "SUSPENDED", "statusReason": "Решение комитета", "validThrough": null, "card": null,
        }] }));

        let restored = change(&app, &officer, "membershipRestore", &membership_id).await;
        assert_eq!(restored["member"]["status"], "ACTIVE", "{restored:#}");
        for shown in [&pass, &show(&app, &member).await.code] {
            assert_valid(&app, shown, "restored").await;
        }

        let revoked = change(&app, &officer, "membershipRevoke", &membership_id).await;
        assert_eq!(revoked["member"]["status"], "REVOKED", "{revoked:#}");
        for shown in [&code, &pass] {
            assert_invalid(&app, shown, "revoked").await;
        }
        for mutation in ["membershipRestore", "membershipSuspend"] {
            let refused = change(&app, &officer, mutation, &membership_id).await;
            assert_eq!(user_error(&refused), "WRONG_STATUS", "{mutation}");
        }
        assert_eq!(memberships(&app, &member).await["memberships"][0]["status"], "REVOKED");
    }

    async fn officers_of_other_organisations_do_not_touch_a_membership(app) {
        let (member, officer) = join(&app).await;
        let Shown { membership_id, pass, .. } = show(&app, &member).await;
        for elsewhere in [COLLEGE, HOSPITAL] {
            let elsewhere = app.officer(elsewhere).await;
            for mutation in ["membershipSuspend", "membershipRestore", "membershipRevoke"] {
                let refused = change(&app, &elsewhere, mutation, &membership_id).await;
                assert_eq!(user_error(&refused), "MEMBERSHIP_NOT_FOUND", "{mutation}");
                assert_eq!(refused["userErrors"][0]["field"], json!(["membershipId"]));
            }
        }
        assert_valid(&app, &pass, "untouched").await;
        let suspended = change(&app, &officer, "membershipSuspend", &membership_id).await;
        assert_eq!(suspended["member"]["status"], "SUSPENDED", "{suspended:#}");
    }

    async fn the_last_day_of_a_term_counts_and_the_next_does_not(app) {
        let tomorrow = moscow_date(app.now() + TimeDelta::days(1));
        let member = app.sign_in(PHONE).await;
        let claimed = claim(&app, &member, NUMBER).await;
        let officer = app.officer(SCHOOL).await;
        let decision = json!({ "id": id(&claimed), "since": "2024-01-15", "through": tomorrow.to_string() });
        let decided = app.ask_by(&officer, APPROVE, decision).await;
        assert_eq!(decided.data()["membershipApprove"]["claim"]["state"], "APPROVED");

        app.wait(TimeDelta::days(1));
        let member = app.sign_in(PHONE).await;
        assert_valid(&app, &show(&app, &member).await.pass, "on the last day").await;
        app.wait(TimeDelta::days(1));
        let member = app.sign_in(PHONE).await;
        let seen = memberships(&app, &member).await;
        assert_eq!(seen["primaryMembership"], Value::Null);
        let over = &seen["memberships"][0];
        assert_eq!((&over["status"], &over["validThrough"], &over["card"]), (&json!("EXPIRED"), &json!(tomorrow.to_string()), &Value::Null));
    }

    async fn what_is_for_members_comes_with_a_membership_and_goes_with_it(app) {
        builders::article(&app.database, "tolko-dlya-svoih", &builders::members()).await;
        let query = "{ newsArticle(slug: \"tolko-dlya-svoih\") { slug } }";
        let sees = async |person: &Person| app.ask_by(person, query, json!({})).await.data()["newsArticle"]["slug"] == "tolko-dlya-svoih";
        let member = app.sign_in(PHONE).await;
        assert_eq!(app.ask(query).await.data(), &json!({ "newsArticle": null }));
        assert!(!sees(&member).await);

        let claimed = claim(&app, &member, NUMBER).await;
        let officer = approve(&app, id(&claimed)).await;
        // A new session: of the other the server may remember for seconds that it has no membership.
        let member_anew = app.sign_in(PHONE).await;
        assert!(sees(&member_anew).await);
        let membership_id = show(&app, &member_anew).await.membership_id;
        change(&app, &officer, "membershipSuspend", &membership_id).await;
        tokio::time::sleep(Duration::from_millis(4500)).await;
        for person in [&member, &member_anew] {
            assert!(!sees(person).await, "five seconds after the suspension");
        }
        let restored = change(&app, &officer, "membershipRestore", &membership_id).await;
        assert_eq!(restored["member"]["status"], "ACTIVE", "{restored:#}");
        assert!(sees(&app.sign_in(PHONE).await).await);
    }

    async fn no_trace_stays_of_a_check(app) {
        let (member, _) = join(&app).await;
        let before = rows(&app).await;
        assert!(before.contains_key("card_code") && before.len() > 40, "{before:?}");
        let mut codes = BTreeSet::new();
        let mut pass = String::new();
        for _ in 0..3 {
            let shown = show(&app, &member).await;
            codes.insert(shown.code);
            pass = shown.pass;
        }
        // Showing keeps a code for its minute, and nothing else.
        let kept = card_code::Entity::find().count(app.database.reader()).await.expect("a count");
        assert_eq!(usize::try_from(kept).expect("few"), codes.len());
        let mut shown = rows(&app).await;
        let after_showing = shown.clone();
        shown.insert("card_code".into(), before["card_code"]);
        assert_eq!(shown, before);

        for code in &codes {
            assert_valid(&app, code, "shown").await;
        }
        for _ in 0..3 {
            assert_valid(&app, &pass, "shown").await;
            assert_invalid(&app, "0000-0000", "nobody's").await;
        }
        assert_eq!(rows(&app).await, after_showing);
    }
}
