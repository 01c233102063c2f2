//! Rosters that offices upload: what is wrong with them, applying them, and what they never undo.

use std::{collections::BTreeMap, time::Duration};

use api::domain::membership::APPLY_JOB;
use entities::{audit_entry, job, member_import, member_import_row, membership};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    on_both_databases,
    support::{Answer, App, Person, answer::each, user_error},
};

pub(super) use crate::support::binary::run;

const PHONE: &str = "+79161234567";
const ANOTHERS: &str = "+79267654321";
pub(super) const UNION: &str = "mgo-obrazovaniya";
pub(super) const SCHOOL: &str = "ppo-primer-shkola";
const COLLEGE: &str = "ppo-primer-kolledzh";
/// Another union, and an organisation of it.
const ANOTHER_UNION: &str = "zdravoohranenie-moskvy";
const HOSPITAL: &str = "ppo-primer-bolnica";
const MEBIBYTE: usize = 1024 * 1024;
/// One row more than is written while the client waits.
const MANY: usize = 5_001;

const HEADER: &str = "Номер билета;Организация;Фамилия;Имя;Отчество;Телефон;В профсоюзе с;Статус";
const EVLAMPIYA: &str = "МГО 00-1234;ppo-primer-shkola;Приметнова;Евлампия;Феоктистовна;8 916 123-45-67;14.02.2020;действует";
const YAN: &str = "МГО 77;ППО  ШКОЛЫ «Пример»;Бесценный;Ян;;;2021-05-01;";
const ANNA: &str = "МГО 99;ppo-primer-kolledzh;Ли;Анна;;;01.09.2022;active";
/// Lines with faults.
const BAD_NUMBER: &str = "12#4567;ppo-primer-shkola;Решёткин;Глеб;;;14.02.2020;";
const BAD_PHONE_AND_DAY: &str =
    "МГО 55;ppo-primer-shkola;Зарубежный;Олег;;+375 29 765-43-21;30.02.2020;";
const OF_ANOTHER_UNION: &str = "МГО 56;ppo-primer-bolnica;Больничный;Пётр;;;14.02.2020;";
const THE_SAME_NUMBER: &str = "мго-001234;ppo-primer-shkola;Двойников;Егор;;;14.02.2020;";
const BROKEN_OFF: &str = "МГО 57;ppo-primer-shkola";

const IMPORT: &str = "query($id: ID!) { memberImport(id: $id) {
    id state lines good bad added updated unchanged appliedAt organisation { slug }
    problems { line column code message } } }";
const APPLY: &str = "mutation($id: ID!) { memberImportApply(input: { id: $id }) {
    memberImport { id state added updated appliedAt } userErrors { code field message } } }";
const MEMBERS: &str = "{ members { totalCount nodes {
    id maskedName cardNumber status statusReason memberSince hasAccount organisation { slug } } } }";
const CLAIM: &str = "mutation($organisation: ID!, $number: String!) {
    membershipClaim(input: { organisation: $organisation, cardNumber: $number, surname: \"Приметнова\", givenName: \"Евлампия\" }) {
        claim { id state decidedAt } userErrors { code field } } }";
const SUSPEND: &str = "mutation($id: ID!) {
    membershipSuspend(input: { membershipId: $id, reason: \"Решение комитета\" }) { member { status } userErrors { code } } }";
const APPROVE: &str = "mutation($id: ID!) {
    membershipApprove(input: { claimId: $id, memberSince: \"2020-02-14\" }) { claim { state } userErrors { code } } }";
const OWN_CARD: &str = "{ viewer { primaryMembership { status card { number holderName } } } }";

/// A file of those lines.
pub(super) fn csv(lines: &[&str]) -> Vec<u8> {
    let mut text = HEADER.to_owned();
    for line in lines {
        text.push_str("\r\n");
        text.push_str(line);
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// Three good lines and five bad ones, mixed.
fn mixed() -> Vec<u8> {
    csv(&[
        EVLAMPIYA,
        YAN,
        BAD_NUMBER,
        BAD_PHONE_AND_DAY,
        OF_ANOTHER_UNION,
        THE_SAME_NUMBER,
        BROKEN_OFF,
        ANNA,
    ])
}

/// A file of so many good lines, of which Evlampiya's is the first.
fn crowd(count: usize) -> Vec<u8> {
    let others =
        (1..count).map(|number| format!("МГО 1-{number};{SCHOOL};Многолюдная;Анна;;;14.02.2020;"));
    let lines: Vec<String> = std::iter::once(EVLAMPIYA.to_owned())
        .chain(others)
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    csv(&lines)
}

/// Lets every writing of new memberships last longer than PostgreSQL gives statements that people wait
/// for. SQLite cuts nothing off.
async fn slow_down(app: &App) {
    let writer = app.database.writer();
    if writer.get_database_backend() != DatabaseBackend::Postgres {
        return;
    }
    for statement in [
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_sleep(3.5); RETURN NULL; END $$",
        "CREATE TRIGGER dawdles BEFORE INSERT ON membership \
         FOR EACH STATEMENT EXECUTE FUNCTION dawdle()",
    ] {
        let done = writer.execute_unprepared(statement).await;
        done.expect("slowed down");
    }
}

/// The text as Excel saves it on a Russian Windows.
fn in_windows_1251(text: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(text).expect("text");
    let byte = |sign: char| match sign {
        'А'..='я' => u8::try_from(u32::from(sign) - u32::from('А') + 0xc0).expect("a byte"),
        'Ё' => 0xa8,
        'ё' => 0xb8,
        '«' => 0xab,
        '»' => 0xbb,
        _ => u8::try_from(sign)
            .ok()
            .filter(u8::is_ascii)
            .expect("a sign of the table"),
    };
    text.chars().map(byte).collect()
}

/// Uploads a file, whoever it is.
pub(super) async fn upload(
    app: &App,
    token: Option<&str>,
    organisation: &str,
    content_type: Option<&str>,
    file: Vec<u8>,
) -> Answer {
    let mut request = app
        .client
        .post(app.url("/uploads"))
        .query(&[("purpose", "roster"), ("organisation", organisation)])
        .body(file);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    Answer::of(request.send().await.expect("an answer")).await
}

/// Uploads a roster of the union and waits until it is read.
pub(super) async fn import(app: &App, officer: &Person, file: Vec<u8>) -> Value {
    let token = Some(officer.access_token.as_str());
    let answer = upload(app, token, UNION, Some("text/csv; charset=utf-8"), file).await;
    assert_eq!(answer.status, 202, "{:#}", answer.body);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    until_not(app, officer, &answer.body["memberImport"]["id"], "READING").await
}

/// Waits until an import is in another state than that.
async fn until_not(app: &App, officer: &Person, id: &Value, state: &str) -> Value {
    for _ in 0..1200 {
        let import = find(app, officer, id).await;
        if import["state"] != state {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the roster is still {state}");
}

/// The same, of a file that can be applied.
pub(super) async fn stage(app: &App, officer: &Person, file: Vec<u8>) -> Value {
    let import = import(app, officer, file).await;
    assert_eq!(import["state"], "STAGED", "{import:#}");
    import
}

async fn find(app: &App, person: &Person, id: &Value) -> Value {
    let answer = app.ask_by(person, IMPORT, json!({ "id": id })).await;
    answer.data()["memberImport"].clone()
}

/// Asks to apply an import and returns the payload.
async fn try_to_apply(app: &App, officer: &Person, import: &Value) -> Value {
    let answer = app
        .ask_by(officer, APPLY, json!({ "id": import["id"] }))
        .await;
    answer.data()["memberImportApply"].clone()
}

/// Applies an import.
pub(super) async fn apply(app: &App, officer: &Person, import: &Value) {
    let payload = try_to_apply(app, officer, import).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    assert_eq!(payload["memberImport"]["state"], "APPLIED");
    assert!(payload["memberImport"]["appliedAt"].is_string());
}

/// How many lines are new, changed and as they are.
#[track_caller]
fn counts(import: &Value) -> (i64, i64, i64) {
    let number = |name: &str| import[name].as_i64().expect("a number");
    (number("added"), number("updated"), number("unchanged"))
}

/// What an officer sees, by the number of the card.
async fn members(app: &App, officer: &Person) -> BTreeMap<String, Value> {
    let answer = app.ask_by(officer, MEMBERS, json!({})).await;
    let list = &answer.data()["members"];
    let nodes = list["nodes"].as_array().expect("a list");
    assert_eq!(list["totalCount"], nodes.len(), "all on one page");
    nodes
        .iter()
        .map(|node| {
            let number = node["cardNumber"].as_str().expect("a number");
            (number.to_owned(), node.clone())
        })
        .collect()
}

/// Every membership as the database has it.
async fn rows(app: &App) -> Vec<membership::Model> {
    membership::Entity::find()
        .order_by_asc(membership::Column::Id)
        .all(app.database.reader())
        .await
        .expect("rows")
}

async fn imports(app: &App) -> u64 {
    member_import::Entity::find()
        .count(app.database.reader())
        .await
        .expect("a count")
}

/// How often the log says that a roster was applied, and by what right.
async fn applications(app: &App) -> Vec<String> {
    let entries = entries(app).await;
    entries.into_iter().map(|entry| entry.actor_role).collect()
}

/// What the log says of rosters that were applied.
async fn entries(app: &App) -> Vec<audit_entry::Model> {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::Action.eq("member_import.apply"))
        .order_by_asc(audit_entry::Column::Seq)
        .all(app.database.reader())
        .await
        .expect("entries")
}

/// Nothing that stands in the file stands in the text.
#[track_caller]
fn assert_tells_no_values(text: &str) {
    let file = String::from_utf8(mixed()).expect("text");
    let cells = file.lines().skip(1).flat_map(|line| line.split(';'));
    for cell in cells.filter(|cell| cell.chars().count() > 3) {
        assert!(!text.contains(cell), "{cell} in {text}");
    }
}

/// The request is refused as a whole, by that code and not with success.
#[track_caller]
fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.code(), code);
    assert!(answer.body.get("memberImport").is_none());
    assert!(
        answer.status.is_client_error(),
        "{code} came with {}",
        answer.status
    );
}

/// The start of an upload without its body.
fn head(token: &str, length: &str) -> String {
    format!(
        "POST /uploads?purpose=roster&organisation={UNION} HTTP/1.1\r\nhost: mfp\r\nauthorization: Bearer {token}\r\ncontent-type: text/csv\r\n{length}\r\n\r\n"
    )
}

async fn first_line(mut connection: TcpStream) -> String {
    let mut answer = vec![0; 200];
    let read = tokio::time::timeout(Duration::from_secs(20), connection.read(&mut answer)).await;
    let read = read.expect("in time").expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    answer.lines().next().unwrap_or_default().to_owned()
}

on_both_databases! {
    async fn only_who_keeps_a_unions_roster_uploads_it(app) {
        let csv_type = Some("text/csv");
        let anonymous = upload(&app, None, UNION, csv_type, mixed()).await;
        assert_eq!((anonymous.status.as_u16(), anonymous.code()), (401, "UNAUTHENTICATED"));
        let stranger = upload(&app, Some("nobody's"), UNION, csv_type, mixed()).await;
        assert_eq!((stranger.status.as_u16(), stranger.code()), (401, "UNAUTHENTICATED"));

        let member = app.sign_in(PHONE).await;
        let token = Some(member.access_token.as_str());
        assert_refused(&upload(&app, token, UNION, csv_type, mixed()).await, "FORBIDDEN");

        // That there is such a union, others need not learn: it is as if there were none.
        for elsewhere in [ANOTHER_UNION, SCHOOL] {
            let officer = app.officer(elsewhere).await;
            let token = Some(officer.access_token.as_str());
            let refused = upload(&app, token, UNION, csv_type, mixed()).await;
            assert_refused(&refused, "BAD_USER_INPUT");
            let unknown = upload(&app, token, "net-takoj", csv_type, mixed()).await;
            assert_eq!(unknown.body["errors"][0]["message"], refused.body["errors"][0]["message"]);
        }
        let officer = app.officer(UNION).await;
        let token = Some(officer.access_token.as_str());
        // Its organisations issue no cards, so that they have no rosters of their own.
        for slug in [SCHOOL, ANOTHER_UNION, ""] {
            assert_refused(&upload(&app, token, slug, csv_type, mixed()).await, "BAD_USER_INPUT");
        }
        for query in ["purpose=roster", "purpose=photo&organisation=mgo-obrazovaniya"] {
            let request = app.client.post(app.url(&format!("/uploads?{query}")))
                .header("content-type", "text/csv")
                .header("authorization", format!("Bearer {}", officer.access_token))
                .body(mixed());
            assert_refused(&Answer::of(request.send().await.expect("an answer")).await, "BAD_USER_INPUT");
        }
        assert_eq!(imports(&app).await, 0);
    }

    async fn other_files_and_larger_ones_are_not_taken(app) {
        let officer = app.officer(UNION).await;
        let token = officer.access_token.as_str();
        for content_type in [None, Some("application/json"), Some("text/plain"), Some("multipart/form-data; boundary=x")] {
            let answer = upload(&app, Some(token), UNION, content_type, mixed()).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{content_type:?}");
        }

        let mut connection = TcpStream::connect(app.address).await.expect("a connection");
        let announced = head(token, &format!("content-length: {}", 33 * MEBIBYTE));
        connection.write_all(announced.as_bytes()).await.expect("sent");
        assert!(first_line(connection).await.contains("413"), "announced");

        // Not announced: 32 MiB are read, and the byte after them is too many.
        let mut connection = TcpStream::connect(app.address).await.expect("a connection");
        let unannounced = head(token, "transfer-encoding: chunked");
        connection.write_all(unannounced.as_bytes()).await.expect("sent");
        let chunk = format!("{MEBIBYTE:x}\r\n{}\r\n", "x".repeat(MEBIBYTE));
        for _ in 0..32 {
            connection.write_all(chunk.as_bytes()).await.expect("sent");
        }
        connection.write_all(b"1\r\nx\r\n").await.expect("sent");
        assert!(first_line(connection).await.contains("413"), "sent");
        assert_eq!(imports(&app).await, 0);
    }

    async fn a_file_that_is_no_roster_is_refused_by_name(app) {
        let officer = app.officer(UNION).await;
        let broken = [mixed(), vec![0xd0]].concat();
        let renamed = String::from_utf8(mixed()).expect("text");
        for (what, file, code) in [
            ("a workbook", b"PK\x03\x04\x14\0\x06\0".to_vec(), "EXCEL_WORKBOOK"),
            ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0".to_vec(), "EXCEL_WORKBOOK"),
            ("damaged text", broken, "UNKNOWN_ENCODING"),
            ("passports", renamed.replace("Отчество", "Паспорт").into_bytes(), "UNKNOWN_COLUMN"),
            ("no numbers", renamed.replace("Номер билета;", "").into_bytes(), "MISSING_COLUMN"),
            ("two phones", renamed.replace("Статус", "Телефон").into_bytes(), "DUPLICATE_COLUMN"),
            ("no header", EVLAMPIYA.into(), "NOT_CSV"),
            ("nothing", Vec::new(), "EMPTY"),
        ] {
            let refused = import(&app, &officer, file).await;
            assert_eq!(refused["state"], "REFUSED", "{what}");
            assert_eq!(each(&refused["problems"], "code"), [code], "{what}");
            assert!(!refused["problems"][0]["message"].as_str().expect("words").is_empty());
            assert_tells_no_values(&refused["problems"].to_string());
            assert_eq!((&refused["lines"], counts(&refused)), (&json!(0), (0, 0, 0)), "{what}");
            let payload = try_to_apply(&app, &officer, &refused).await;
            assert_eq!(user_error(&payload), "IMPORT_NOT_READY", "{what}");
        }
        assert!(rows(&app).await.is_empty());
    }

    async fn bad_lines_are_named_and_good_ones_are_applied_all_at_once(app) {
        let officer = app.officer(UNION).await;
        let mut staged = Vec::new();
        for file in [mixed(), in_windows_1251(&mixed())] {
            let import = stage(&app, &officer, file).await;
            assert_eq!((&import["lines"], &import["good"], &import["bad"]), (&json!(8), &json!(3), &json!(5)), "{import:#}");
            assert_eq!(counts(&import), (3, 0, 0));
            assert_eq!((&import["appliedAt"], &import["organisation"]["slug"]), (&Value::Null, &json!(UNION)));
            let problems = import["problems"].as_array().expect("problems");
            let named: Vec<Value> = problems.iter()
                .map(|problem| json!([problem["line"], problem["column"], problem["code"]]))
                .collect();
            assert_eq!(json!(named), json!([
                [4, "card_number", "BAD_CARD_NUMBER"],
                [5, "phone", "BAD_PHONE"],
                [5, "member_since", "BAD_DATE"],
                [6, "organisation", "UNKNOWN_ORGANISATION"],
                [7, "card_number", "DUPLICATE_CARD_NUMBER"],
                [8, "surname", "WRONG_NUMBER_OF_COLUMNS"],
            ]));
            assert_tells_no_values(&import["problems"].to_string());
            staged.push(import);
        }
        assert!(rows(&app).await.is_empty(), "nothing before it is applied");
        assert!(members(&app, &officer).await.is_empty());
        assert!(applications(&app).await.is_empty());

        apply(&app, &officer, &staged[1]).await;
        let told = app.ask_by(&officer, MEMBERS, json!({})).await.body.to_string();
        for secret in ["9161234567", "Приметнова", "Евлампия", "Феоктистовна", "Бесценный"] {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
        let seen = members(&app, &officer).await;
        let seen: Vec<Value> = seen.values()
            .map(|one| json!([one["cardNumber"], one["maskedName"], one["status"], one["memberSince"], one["hasAccount"], one["organisation"]["slug"]]))
            .collect();
        assert_eq!(json!(seen), json!([
            ["МГО 00-1234", "П***а Е. Ф.", "ACTIVE", "2020-02-14", false, SCHOOL],
            ["МГО 77", "Б***й Я.", "ACTIVE", "2021-05-01", false, SCHOOL],
            ["МГО 99", "Л*** А.", "ACTIVE", "2022-09-01", false, COLLEGE],
        ]));

        // Applied once more, it is applied already.
        let before = rows(&app).await;
        apply(&app, &officer, &staged[1]).await;
        assert_eq!(rows(&app).await, before);
        assert_eq!(applications(&app).await, ["MEMBERSHIP_OFFICER"]);
    }

    async fn the_same_file_again_changes_nothing(app) {
        let officer = app.officer(UNION).await;
        let first = stage(&app, &officer, mixed()).await;
        apply(&app, &officer, &first).await;
        let before = rows(&app).await;
        assert_eq!(before.len(), 3);
        for file in [mixed(), in_windows_1251(&mixed())] {
            let again = stage(&app, &officer, file).await;
            assert_eq!((counts(&again), &again["bad"]), ((0, 0, 3), &json!(5)));
            apply(&app, &officer, &again).await;
            assert_eq!(rows(&app).await, before);
        }
    }

    async fn a_changed_line_changes_one_membership(app) {
        let officer = app.officer(UNION).await;
        let first = stage(&app, &officer, csv(&[EVLAMPIYA, YAN, ANNA])).await;
        apply(&app, &officer, &first).await;
        let before = rows(&app).await;
        let married = ANNA.replace("Ли;", "Замужняя;");
        let second = stage(&app, &officer, csv(&[EVLAMPIYA, YAN, &married])).await;
        assert_eq!(counts(&second), (0, 1, 2));
        assert_eq!(rows(&app).await, before);
        apply(&app, &officer, &second).await;
        let after = rows(&app).await;
        let changed: Vec<_> = before.iter().zip(&after).filter(|(old, new)| old != new).collect();
        assert_eq!((before.len(), after.len(), changed.len()), (3, 3, 1));
        let (old, new) = changed[0];
        assert_eq!((new.id, new.version, new.card_serial), (old.id, old.version + 1, old.card_serial));
        assert_eq!(members(&app, &officer).await["МГО 99"]["maskedName"], "З***я А.");

        // Who is no longer in the file stays as they are: it is for the office to say what they are.
        let shorter = stage(&app, &officer, csv(&[YAN])).await;
        assert_eq!(counts(&shorter), (0, 0, 1));
        apply(&app, &officer, &shorter).await;
        assert_eq!(rows(&app).await, after);
    }

    async fn a_suspension_holds_until_the_office_says_something_new(app) {
        let officer = app.officer(UNION).await;
        let first = stage(&app, &officer, csv(&[EVLAMPIYA, YAN])).await;
        apply(&app, &officer, &first).await;
        let id = members(&app, &officer).await["МГО 77"]["id"].clone();
        let suspended = app.ask_by(&officer, SUSPEND, json!({ "id": id })).await;
        assert_eq!(suspended.data()["membershipSuspend"]["member"]["status"], "SUSPENDED");

        let again = stage(&app, &officer, csv(&[EVLAMPIYA, YAN])).await;
        assert_eq!(counts(&again), (0, 0, 2));
        apply(&app, &officer, &again).await;
        let yan = &members(&app, &officer).await["МГО 77"];
        assert_eq!((&yan["status"], &yan["statusReason"]), (&json!("SUSPENDED"), &json!("Решение комитета")));

        let anew = YAN.replace("Ян;", "Иоанн;");
        let news = stage(&app, &officer, csv(&[EVLAMPIYA, &anew])).await;
        assert_eq!(counts(&news), (0, 1, 1));
        apply(&app, &officer, &news).await;
        let yan = &members(&app, &officer).await["МГО 77"];
        assert_eq!((&yan["status"], &yan["statusReason"]), (&json!("ACTIVE"), &Value::Null));
    }

    async fn an_import_that_another_has_overtaken_is_not_half_applied(app) {
        let officer = app.officer(UNION).await;
        let slow = stage(&app, &officer, csv(&[EVLAMPIYA, YAN])).await;
        let quick = stage(&app, &officer, csv(&[YAN, ANNA])).await;
        apply(&app, &officer, &quick).await;
        let before = rows(&app).await;
        assert_eq!(before.len(), 2);

        let payload = try_to_apply(&app, &officer, &slow).await;
        assert_eq!(user_error(&payload), "IMPORT_STALE");
        assert_eq!(payload["userErrors"][0]["field"], json!(["id"]));
        assert!(payload["memberImport"].is_null());
        assert_eq!(rows(&app).await, before);
        let found = find(&app, &officer, &slow["id"]).await;
        assert_eq!((&found["state"], &found["appliedAt"]), (&json!("SUPERSEDED"), &Value::Null));
        assert_eq!(applications(&app).await.len(), 1);

        let anew = stage(&app, &officer, csv(&[EVLAMPIYA, YAN])).await;
        assert_eq!(counts(&anew), (1, 0, 1));
        apply(&app, &officer, &anew).await;
        assert_eq!(rows(&app).await.len(), 3);
    }

    async fn who_has_the_phone_of_the_roster_has_the_card_at_once(app) {
        let officer = app.officer(UNION).await;
        let staged = stage(&app, &officer, csv(&[EVLAMPIYA])).await;
        let variables = json!({ "organisation": app.organisation_node(SCHOOL).await, "number": "мго-00 1234" });
        apply(&app, &officer, &staged).await;

        let another = app.sign_in(ANOTHERS).await;
        let claimed = app.ask_by(&another, CLAIM, variables.clone()).await;
        let claimed = &claimed.data()["membershipClaim"];
        assert_eq!((&claimed["claim"]["state"], &claimed["claim"]["decidedAt"]), (&json!("PENDING"), &Value::Null), "{claimed:#}");
        assert_eq!(app.ask_by(&another, OWN_CARD, json!({})).await.data()["viewer"]["primaryMembership"], Value::Null);

        let member = app.sign_in(PHONE).await;
        let claimed = app.ask_by(&member, CLAIM, variables).await;
        let claimed = &claimed.data()["membershipClaim"];
        assert_eq!(claimed["claim"]["state"], "APPROVED", "{claimed:#}");
        assert!(claimed["claim"]["decidedAt"].is_string());
        let own = app.ask_by(&member, OWN_CARD, json!({})).await;
        // What the office wrote, not what the claimant did.
        assert_eq!(own.data()["viewer"]["primaryMembership"], json!({
            "status": "ACTIVE", "card": { "number": "МГО 00-1234", "holderName": "Приметнова Евлампия Феоктистовна" },
        }));
        assert_eq!(members(&app, &officer).await["МГО 00-1234"]["hasAccount"], true);

        // The office's file still says the same of them.
        let again = stage(&app, &officer, csv(&[EVLAMPIYA])).await;
        assert_eq!(counts(&again), (0, 0, 1));
    }

    async fn who_claims_a_suspended_card_reads_why_it_is(app) {
        let officer = app.officer(UNION).await;
        let staged = stage(&app, &officer, csv(&[EVLAMPIYA])).await;
        apply(&app, &officer, &staged).await;
        let id = members(&app, &officer).await["МГО 00-1234"]["id"].clone();
        let suspended = app.ask_by(&officer, SUSPEND, json!({ "id": id })).await;
        assert_eq!(suspended.data()["membershipSuspend"]["member"]["status"], "SUSPENDED");

        let member = app.sign_in(PHONE).await;
        let variables = json!({ "organisation": app.organisation_node(SCHOOL).await, "number": "МГО 00-1234" });
        let claimed = app.ask_by(&member, CLAIM, variables).await;
        assert_eq!(claimed.data()["membershipClaim"]["claim"]["state"], "APPROVED");
        let reason = json!({ "status": "SUSPENDED", "statusReason": "Решение комитета" });
        let own = app.ask_by(&member, "{ viewer { memberships { status statusReason } } }", json!({})).await;
        assert_eq!(own.data()["viewer"]["memberships"], json!([reason]));
        let seen = &members(&app, &officer).await["МГО 00-1234"];
        assert_eq!((&seen["status"], &seen["statusReason"]), (&reason["status"], &reason["statusReason"]));
    }

    async fn a_large_import_is_applied_by_a_job_however_long_that_takes(app) {
        let officer = app.officer(UNION).await;
        let small = stage(&app, &officer, csv(&[ANNA])).await;
        apply(&app, &officer, &small).await;
        let elsewhere = app.officer(ANOTHER_UNION).await;
        slow_down(&app).await;
        let large = stage(&app, &officer, crowd(MANY)).await;
        assert_eq!(counts(&large), (5_001, 0, 0));

        let asked = try_to_apply(&app, &officer, &large).await;
        assert_eq!(asked["userErrors"], json!([]), "{asked:#}");
        let import = &asked["memberImport"];
        assert_eq!((&import["state"], &import["appliedAt"]), (&json!("APPLYING"), &Value::Null));
        for _ in 0..2 {
            let again = try_to_apply(&app, &officer, &large).await;
            assert_eq!((&again["userErrors"], &again["memberImport"]["id"]), (&json!([]), &large["id"]), "{again:#}");
        }
        // To officers of other unions it is as unknown as before.
        assert_eq!(user_error(&try_to_apply(&app, &elsewhere, &large).await), "IMPORT_NOT_FOUND");

        let applied = until_not(&app, &officer, &large["id"], "APPLYING").await;
        assert_eq!((&applied["state"], counts(&applied)), (&json!("APPLIED"), (5_001, 0, 0)));
        assert!(applied["appliedAt"].is_string());
        assert_eq!(rows(&app).await.len(), MANY + 1);
        let jobs = job::Entity::find()
            .filter(job::Column::Kind.eq(APPLY_JOB))
            .count(app.database.reader())
            .await;
        assert_eq!(jobs.expect("a count"), 1);

        // The log says it in the same words, whoever wrote it down.
        let entries = entries(&app).await;
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[1].actor.len(), &entries[1].actor), (64, &entries[0].actor));
        assert_eq!((&entries[1].chain, entries[1].actor_role.as_str()), (&entries[0].chain, "MEMBERSHIP_OFFICER"));
        assert!(!entries[1].request_id.is_empty() && entries[1].request_id != entries[0].request_id);
        let details: Value = serde_json::from_str(&entries[1].details).expect("details");
        assert_eq!(details, json!({ "added": 5_001, "updated": 0 }));
        apply(&app, &officer, &large).await;
        assert_eq!(applications(&app).await.len(), 2);
    }

    async fn a_large_import_that_was_overtaken_is_put_aside_by_its_job(app) {
        let officer = app.officer(UNION).await;
        let large = stage(&app, &officer, crowd(MANY)).await;
        // Meanwhile one of its members is entered by a claim.
        let member = app.sign_in(ANOTHERS).await;
        let variables = json!({ "organisation": app.organisation_node(SCHOOL).await, "number": "МГО 00-1234" });
        let claimed = app.ask_by(&member, CLAIM, variables).await;
        let claim = &claimed.data()["membershipClaim"]["claim"]["id"];
        let approved = app.ask_by(&officer, APPROVE, json!({ "id": claim })).await;
        assert_eq!(approved.data()["membershipApprove"]["claim"]["state"], "APPROVED");
        let before = rows(&app).await;
        assert_eq!(before.len(), 1);

        let asked = try_to_apply(&app, &officer, &large).await;
        assert_eq!(asked["memberImport"]["state"], "APPLYING", "{asked:#}");
        let left = until_not(&app, &officer, &large["id"], "APPLYING").await;
        assert_eq!((&left["state"], &left["appliedAt"]), (&json!("SUPERSEDED"), &Value::Null));
        assert_eq!(rows(&app).await, before);
        let staged = member_import_row::Entity::find().count(app.database.reader()).await;
        assert_eq!(staged.expect("a count"), 0, "names of people who are not entered");
        assert!(applications(&app).await.is_empty());
        assert_eq!(user_error(&try_to_apply(&app, &officer, &large).await), "IMPORT_STALE");
    }

    async fn a_claim_between_reading_and_applying_a_roster_loses_no_holder(app) {
        let officer = app.officer(UNION).await;
        let first = stage(&app, &officer, csv(&[EVLAMPIYA])).await;
        apply(&app, &officer, &first).await;
        let married = EVLAMPIYA.replace("Приметнова", "Замужняя");
        let second = stage(&app, &officer, csv(&[&married])).await;
        assert_eq!(counts(&second), (0, 1, 0));
        let member = app.sign_in(PHONE).await;
        let variables = json!({ "organisation": app.organisation_node(SCHOOL).await, "number": "МГО 00-1234" });
        let claimed = app.ask_by(&member, CLAIM, variables).await;
        assert_eq!(claimed.data()["membershipClaim"]["claim"]["state"], "APPROVED");

        // Refused as stale or applied: both will do, as long as the holder can be read afterwards.
        let payload = try_to_apply(&app, &officer, &second).await;
        let expected = if payload["userErrors"] == json!([]) {
            "Замужняя Евлампия Феоктистовна"
        } else {
            assert_eq!(user_error(&payload), "IMPORT_STALE");
            "Приметнова Евлампия Феоктистовна"
        };
        assert_eq!(members(&app, &officer).await.len(), 1);
        let own = app.ask_by(&member, OWN_CARD, json!({})).await;
        assert_eq!(own.data()["viewer"]["primaryMembership"]["card"]["holderName"], expected);
    }

    async fn imports_are_unknown_to_officers_of_other_unions(app) {
        let officer = app.officer(UNION).await;
        let staged = stage(&app, &officer, csv(&[EVLAMPIYA])).await;
        for elsewhere in [ANOTHER_UNION, HOSPITAL, SCHOOL] {
            let elsewhere = app.officer(elsewhere).await;
            assert_eq!(find(&app, &elsewhere, &staged["id"]).await, Value::Null);
            let payload = try_to_apply(&app, &elsewhere, &staged).await;
            assert_eq!(user_error(&payload), "IMPORT_NOT_FOUND");
            assert_eq!(payload["userErrors"][0]["field"], json!(["id"]));
        }
        let member = app.sign_in(PHONE).await;
        let variables = json!({ "id": staged["id"] });
        for query in [IMPORT, APPLY] {
            assert_eq!(app.ask_by(&member, query, variables.clone()).await.code(), "FORBIDDEN");
            assert_eq!(app.ask_with(query, variables.clone()).await.code(), "UNAUTHENTICATED");
        }
        assert!(rows(&app).await.is_empty());
        apply(&app, &officer, &staged).await;
        assert_eq!(rows(&app).await.len(), 1);
        let elsewhere = app.ask_by(&app.officer(COLLEGE).await, MEMBERS, json!({})).await;
        assert_eq!(elsewhere.data()["members"]["totalCount"], 0);
    }

    async fn the_command_line_applies_however_long_that_takes(app) {
        slow_down(&app).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("roster.csv");
        std::fs::write(&file, csv(&[EVLAMPIYA])).expect("written");
        let file = file.to_str().expect("a path");
        let (success, said, complaint) = run(&app, &["members", "import", file, "--organisation", UNION, "--apply"]).await;
        assert!(success, "{said}{complaint}");
        assert_eq!(rows(&app).await.len(), 1);
    }

    async fn the_command_line_reports_first_and_applies_when_asked_to(app) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("roster.csv");
        std::fs::write(&file, in_windows_1251(&mixed())).expect("written");
        let file = file.to_str().expect("a path");

        let (success, said, complaint) = run(&app, &["members", "import", file, "--organisation", UNION]).await;
        assert!(success, "{complaint}");
        for line in [
            "line 4, card_number: BAD_CARD_NUMBER ",
            "line 5, phone: BAD_PHONE ",
            "line 5, member_since: BAD_DATE ",
            "line 6, organisation: UNKNOWN_ORGANISATION ",
            "line 7, card_number: DUPLICATE_CARD_NUMBER ",
            "line 8, surname: WRONG_NUMBER_OF_COLUMNS ",
            "8 lines: 3 good (3 new, 0 changed, 0 as they are), 5 bad",
            "nothing was changed",
        ] {
            assert!(said.contains(line), "no {line} in {said}");
        }
        assert_tells_no_values(&said);
        assert!(rows(&app).await.is_empty());

        let (success, said, complaint) = run(&app, &["members", "import", file, "--organisation", UNION, "--apply"]).await;
        assert!(success, "{complaint}");
        assert!(said.contains("applied: 3 added, 0 changed"), "{said}");
        assert_eq!(rows(&app).await.len(), 3);
        assert_eq!(applications(&app).await, ["COMMAND_LINE"]);
        let (_, said, _) = run(&app, &["members", "import", file, "--organisation", UNION]).await;
        assert!(said.contains("3 good (0 new, 0 changed, 3 as they are)"), "{said}");

        let before = imports(&app).await;
        for slug in ["net-takoj", SCHOOL] {
            let (success, _, complaint) = run(&app, &["members", "import", file, "--organisation", slug, "--apply"]).await;
            assert!(!success, "{slug}");
            assert_eq!(complaint.lines().count(), 1, "{complaint}");
            assert!(complaint.contains(slug), "{complaint}");
        }
        let (success, _, complaint) = run(&app, &["members", "import", "/net/takogo.csv", "--organisation", UNION]).await;
        assert!(!success);
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert_eq!(imports(&app).await, before);

        std::fs::write(file, "PK\x03\x04").expect("written");
        let (success, said, complaint) = run(&app, &["members", "import", file, "--organisation", UNION, "--apply"]).await;
        assert!(!success);
        assert!(said.contains("EXCEL_WORKBOOK"), "{said}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert_eq!(rows(&app).await.len(), 3);
    }
}
