//! Rights over one's own data: consents, a copy, erasure; and the log that nobody rewrites unseen.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read},
    path::Path,
    time::Duration,
};

use api::{
    app::Identity,
    domain::{benefits::Benefit, content::AudienceDefinition},
    infra::{
        audit::{Verdict, anchor_chains, verify_chains},
        clock::Clock,
        digest::sha256_hex,
    },
};
use chrono::{DateTime, SecondsFormat, TimeDelta};
use entities::{
    account, audit_anchor, audit_entry, audit_head, benefit_report, consent, data_export,
    enums::BenefitReportState, erasure, membership, membership_claim, person, session,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, Statement, sea_query::Expr,
};
use serde_json::{Value, json};

use super::{
    cards::join,
    rosters::{SCHOOL, UNION, apply, csv, run, stage},
};
use crate::{
    on_both_databases,
    support::{Answer, App, Person, builders, user_error},
};

const PHONE: &str = "+79161234567";
const ANOTHERS: &str = "+79267654321";
const PURPOSE: &str = "MEMBERSHIP_CHECK";

const GRANT: &str = "mutation($purpose: String!, $hash: String!) {
    consentGrant(input: { purpose: $purpose, textHash: $hash }) {
        consent { purpose isGranted textHash isOfCurrentText } userErrors { code field } } }";
const WITHDRAW: &str = "mutation($purpose: String!) {
    consentWithdraw(input: { purpose: $purpose }) {
        consent { purpose isGranted textHash isOfCurrentText } userErrors { code field } } }";
const CONSENTS: &str =
    "{ viewer { consents { purpose isGranted documentVersion textHash isOfCurrentText } } }";
const EXPORT: &str = "mutation { personalDataExport {
    export { id state url createdAt expiresAt } userErrors { code field } } }";
const EXPORTS: &str = "{ viewer { personalDataExports { id state url } } }";
const ERASE: &str = "mutation { accountErase {
    erasure { requestedAt dueAt } userErrors { code field } } }";
const CANCEL: &str = "mutation { accountEraseCancel {
    erasure { requestedAt dueAt } userErrors { code field } } }";
const WISH: &str = "{ viewer { erasure { requestedAt dueAt } } }";
const ACCOUNT: &str = "{ viewer { account { id phone } memberships { id } membershipClaims { id } consents { purpose } erasure { dueAt } } }";
const REFRESH: &str =
    "mutation($token: String!) { sessionRefresh(input: { refreshToken: $token }) {
    tokens { accessToken } userErrors { code } } }";
const CLAIM: &str = "mutation($organisation: ID!, $number: String!, $surname: String!, $name: String!, $patronymic: String) {
    membershipClaim(input: { organisation: $organisation, cardNumber: $number, surname: $surname, givenName: $name, patronymic: $patronymic }) {
        claim { id state } userErrors { code field } } }";
const APPROVE: &str = "mutation($id: ID!) {
    membershipApprove(input: { claimId: $id, memberSince: \"2024-01-15\" }) {
        claim { state } userErrors { code } } }";
const REJECT: &str = "mutation($id: ID!, $reason: String!) {
    membershipReject(input: { claimId: $id, reason: $reason }) { claim { state } userErrors { code } } }";
const SUSPEND: &str = "mutation($id: ID!, $reason: String!) {
    membershipSuspend(input: { membershipId: $id, reason: $reason }) { member { status } userErrors { code } } }";
const REPORT: &str = "mutation($benefit: ID!, $comment: String!, $key: ID!) {
    benefitNotHonouredReport(input: { benefitId: $benefit, comment: $comment, clientMutationKey: $key }) {
        report { id } userErrors { code } } }";
const CONFIRM: &str = "mutation($id: ID!, $code: String!, $device: String!) {
    signInCodeConfirm(input: { challengeId: $id, code: $code, device: { name: $device } }) {
        tokens { accessToken refreshToken } userErrors { code } } }";

/// What is said of somebody, everywhere where something can be said. Nothing else is written so.
const SURNAME: &str = "Звездочётова";
const NAME: &str = "Евлампия";
const PATRONYMIC: &str = "Феоктистовна";
const NUMBER: &str = "ZQX-77239158";
const ROSTER_MAIL: &str = "zvezdochet-qz@marked.example.ru";
const CLAIMED_SURNAME: &str = "Луноходова-Планетная";
const CLAIMED_NUMBER: &str = "ZQX-55331102";
const NEW_SURNAME: &str = "Кометная-Астероидова";
/// What officers write of them.
const REJECTION: &str = "Гражданки Луноходова-Планетная у нас нет";
const SUSPENSION: &str = "Звездочётова не платит взносов";
const DEVICE: &str = "Телефон Звездочётовой у окна";
const CLIENT: &str = "zvezdochet-qz-client";
/// A phone without its prefix: however it is written, this stands in it.
const PHONE_DIGITS: &str = "9163141592";
const MARKED: [&str; 16] = [
    SURNAME,
    NAME,
    PATRONYMIC,
    NUMBER,
    "ZQX77239158",
    ROSTER_MAIL,
    CLAIMED_SURNAME,
    CLAIMED_NUMBER,
    "ZQX55331102",
    NEW_SURNAME,
    REJECTION,
    SUSPENSION,
    DEVICE,
    CLIENT,
    PHONE_DIGITS,
    "916 314-15-92",
];

async fn ask(app: &App, person: &Person, query: &str, field: &str) -> Value {
    let answer = app.ask_by(person, query, json!({})).await;
    answer.data()[field].clone()
}

/// The hash of the text that is in force for a purpose.
async fn text_hash(app: &App, purpose: &str) -> String {
    let query = "{ appConfig(platform: IOS, version: \"1.0\") { consents { purpose textHash } } }";
    let answer = app.ask(query).await;
    let texts = answer.data()["appConfig"]["consents"]
        .as_array()
        .expect("texts");
    let text = texts
        .iter()
        .find(|text| text["purpose"] == purpose)
        .expect("a text");
    text["textHash"].as_str().expect("a hash").to_owned()
}

async fn grant(app: &App, person: &Person, purpose: &str, hash: &str) -> Value {
    let variables = json!({ "purpose": purpose, "hash": hash });
    app.ask_by(person, GRANT, variables).await.data()["consentGrant"].clone()
}

async fn withdraw(app: &App, person: &Person, purpose: &str) -> Value {
    let variables = json!({ "purpose": purpose });
    app.ask_by(person, WITHDRAW, variables).await.data()["consentWithdraw"].clone()
}

async fn consent_rows(app: &App) -> Vec<consent::Model> {
    consent::Entity::find()
        .order_by_asc(consent::Column::DecidedAt)
        .all(app.database.reader())
        .await
        .expect("rows")
}

/// Asks for a copy and waits until it is ready; returns the path of the archive.
async fn exported(app: &App, person: &Person) -> String {
    let payload = ask(app, person, EXPORT, "personalDataExport").await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    for _ in 0..400 {
        let seen = ask(app, person, EXPORTS, "viewer").await;
        let exports = seen["personalDataExports"].as_array().expect("exports");
        assert_eq!(exports.len(), 1);
        let export = &exports[0];
        assert_eq!(export["id"], payload["export"]["id"]);
        if export["state"] == "READY" {
            let url = export["url"].as_str().expect("an address");
            let at = url.find("/exports/").expect("the path of an export");
            return url[at..].to_owned();
        }
        assert_eq!(
            (&export["state"], &export["url"]),
            (&json!("PREPARING"), &Value::Null)
        );
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the copy is still being made");
}

async fn fetch(app: &App, path: &str, token: Option<&str>) -> reqwest::Response {
    let mut request = app.client.get(app.url(path));
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.send().await.expect("an answer")
}

/// What the copy of somebody's data says.
async fn copied(app: &App, person: &Person) -> Value {
    let path = exported(app, person).await;
    let response = fetch(app, &path, Some(&person.access_token)).await;
    assert_eq!(response.status(), 200);
    let archive = response.bytes().await.expect("a body");
    serde_json::from_str(&unpacked(&archive, "data.json")).expect("JSON")
}

/// Somebody is told that there is no such archive.
async fn assert_no_archive(app: &App, path: &str, person: &Person) {
    let answer = Answer::of(fetch(app, path, Some(&person.access_token)).await).await;
    assert_eq!(answer.code(), "NOT_FOUND");
    assert_eq!(answer.status, 404);
}

/// A file of an archive as text.
fn unpacked(archive: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("a ZIP archive");
    let mut text = String::new();
    let mut file = archive.by_name(name).expect("a file");
    file.read_to_string(&mut text).expect("text");
    text
}

/// Waits until a wish to be erased has been fulfilled.
async fn erased(app: &App) -> erasure::Model {
    for _ in 0..400 {
        let done = erasure::Entity::find()
            .filter(erasure::Column::DoneAt.is_not_null())
            .one(app.database.reader())
            .await
            .expect("a query");
        if let Some(done) = done {
            return done;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nobody was erased");
}

/// Signs in by a named client on a named device.
async fn sign_in_marked(app: &App, phone: &str) -> Person {
    let before = app.outbox.to(phone).len();
    let asked = app.request_code(phone).await;
    let code = app.code_sent_to(phone, before + 1).await;
    let variables = json!({ "id": asked["challenge"]["id"], "code": code, "device": DEVICE });
    let request = app
        .client
        .post(app.url("/graphql"))
        .header("accept", "application/graphql-response+json")
        .header("x-client", format!("{CLIENT}/7.7.1"))
        .json(&json!({ "query": CONFIRM, "variables": variables }));
    let answer = Answer::of(request.send().await.expect("an answer")).await;
    Person::of(&answer.data()["signInCodeConfirm"]["tokens"])
}

/// Everything that the database and the media folder hold, as far as it is text.
async fn everything(app: &App) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(file) = app.settings.database_url().sqlite_path() {
        for end in ["", "-wal"] {
            let mut path = file.clone().into_os_string();
            path.push(end);
            let bytes = std::fs::read(path).expect("a file of the database");
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    } else {
        texts.push(dump(app).await);
    }
    let before = texts.len();
    read_folder(
        app.settings.media_url.folder().expect("a folder"),
        &mut texts,
    );
    assert!(texts.len() > before, "no media");
    texts
}

/// Every row of every table of PostgreSQL; bytes are in hexadecimal digits there.
async fn dump(app: &App) -> String {
    let reader = app.database.reader();
    let query = async |sql: String| {
        let statement = Statement::from_string(DatabaseBackend::Postgres, sql);
        reader.query_all_raw(statement).await.expect("rows")
    };
    let tables = "SELECT table_name::text AS name FROM information_schema.tables \
                  WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let mut dump = String::new();
    for table in query(tables.to_owned()).await {
        let name: String = table.try_get("", "name").expect("a name");
        for row in query(format!(
            "SELECT whole::text AS line FROM \"{name}\" AS whole"
        ))
        .await
        {
            dump.push_str(&row.try_get::<String>("", "line").expect("a row"));
            dump.push('\n');
        }
    }
    dump
}

fn read_folder(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_folder(&path, texts);
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}

/// Whether a value stands anywhere, in clear or as hexadecimal digits.
fn stands_in(everything: &[String], value: &str) -> bool {
    let digits: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    everything
        .iter()
        .any(|text| text.contains(value) || text.contains(&digits))
}

/// Nothing that was planted stands anywhere; what is no secret does, so that the search finds things.
async fn assert_nothing_marked(app: &App, when: &str) {
    let everything = everything(app).await;
    assert!(stands_in(&everything, SCHOOL), "the search is blind {when}");
    for value in MARKED {
        assert!(!stands_in(&everything, value), "{value} {when}");
    }
}

/// The log, to be written anew by somebody who can write to the database.
#[derive(Clone)]
struct Log {
    entries: Vec<audit_entry::Model>,
    heads: Vec<audit_head::Model>,
}

impl Log {
    async fn read(app: &App) -> Self {
        let reader = app.database.reader();
        let entries = audit_entry::Entity::find()
            .order_by_asc(audit_entry::Column::Chain)
            .order_by_asc(audit_entry::Column::Seq)
            .all(reader);
        let heads = audit_head::Entity::find().all(reader);
        Self {
            entries: entries.await.expect("entries"),
            heads: heads.await.expect("heads"),
        }
    }

    async fn write(&self, app: &App) {
        let writer = app.database.writer();
        let deleted = audit_entry::Entity::delete_many().exec(writer).await;
        deleted.expect("entries deleted");
        let deleted = audit_head::Entity::delete_many().exec(writer).await;
        deleted.expect("heads deleted");
        let entries = self.entries.iter().cloned();
        audit_entry::Entity::insert_many(entries.map(audit_entry::ActiveModel::from))
            .exec_without_returning(writer)
            .await
            .expect("entries written");
        let heads = self.heads.iter().cloned();
        audit_head::Entity::insert_many(heads.map(audit_head::ActiveModel::from))
            .exec_without_returning(writer)
            .await
            .expect("heads written");
    }

    fn entry(&mut self, chain: &str, seq: i64) -> &mut audit_entry::Model {
        let mut entries = self.entries.iter_mut();
        entries
            .find(|entry| entry.chain == chain && entry.seq == seq)
            .expect("an entry")
    }

    fn delete(&mut self, chain: &str, seq: i64) {
        self.entries
            .retain(|entry| entry.chain != chain || entry.seq != seq);
    }

    fn head(&mut self, chain: &str) -> &mut audit_head::Model {
        let mut heads = self.heads.iter_mut();
        heads.find(|head| head.chain == chain).expect("a head")
    }

    /// Makes every hash of a chain right again, as the product counts them.
    fn rehash(&mut self, chain: &str) {
        let (mut seq, mut hash) = (0, String::new());
        for entry in self.entries.iter_mut().filter(|entry| entry.chain == chain) {
            entry.previous_hash = hash;
            hash = hash_of(entry);
            entry.hash = hash.clone();
            seq = entry.seq;
        }
        let head = self.head(chain);
        (head.seq, head.hash) = (seq, hash);
    }
}

/// What the product writes as an entry's hash.
fn hash_of(entry: &audit_entry::Model) -> String {
    let happened_at = entry
        .happened_at
        .to_rfc3339_opts(SecondsFormat::Micros, true);
    let parts = [
        entry.previous_hash.clone(),
        entry.chain.clone(),
        entry.seq.to_string(),
        happened_at,
        entry.actor.clone(),
        entry.actor_role.clone(),
        entry.action.clone(),
        entry.object_type.clone(),
        entry.object_id.clone(),
        entry.request_id.clone(),
        entry.details.clone(),
    ];
    let canonical: String = parts
        .iter()
        .map(|part| format!("{}:{part}", part.len()))
        .collect();
    sha256_hex(canonical)
}

/// Takes the guards of the log away, as its owner can.
async fn disarm(app: &App) {
    let writer = app.database.writer();
    let statements: &[&str] = match writer.get_database_backend() {
        DatabaseBackend::Postgres => &["ALTER TABLE audit_entry DISABLE TRIGGER USER"],
        _ => &[
            "DROP TRIGGER audit_entry_refuses_UPDATE",
            "DROP TRIGGER audit_entry_refuses_DELETE",
        ],
    };
    for statement in statements {
        writer
            .execute_unprepared(statement)
            .await
            .expect("disarmed");
    }
}

async fn identity(app: &App) -> Identity {
    Identity::load(&app.settings, &app.database, &Clock::system())
        .await
        .expect("an identity")
}

async fn verified(app: &App) -> Verdict {
    let keys = identity(app).await.keys;
    verify_chains(&app.database, &keys, app.now())
        .await
        .expect("a verdict")
}

/// An officer approves, suspends, restores and revokes a membership.
async fn decide(app: &App) {
    let member = app.sign_in(PHONE).await;
    let variables = json!({
        "organisation": app.organisation_node(SCHOOL).await,
        "number": NUMBER, "surname": SURNAME, "name": NAME, "patronymic": PATRONYMIC,
    });
    let claimed = app.ask_by(&member, CLAIM, variables).await;
    let claim_id = &claimed.data()["membershipClaim"]["claim"]["id"];
    let officer = app.officer(SCHOOL).await;
    let approved = app
        .ask_by(&officer, APPROVE, json!({ "id": claim_id }))
        .await;
    assert_eq!(
        approved.data()["membershipApprove"]["claim"]["state"],
        "APPROVED"
    );
    let members = app
        .ask_by(&officer, "{ members { nodes { id } } }", json!({}))
        .await;
    let id = &members.data()["members"]["nodes"][0]["id"];
    for mutation in ["membershipSuspend", "membershipRestore", "membershipRevoke"] {
        let query = format!(
            "mutation($id: ID!, $reason: String!) {{ {mutation}(input: {{ membershipId: $id, reason: $reason }}) {{ member {{ id }} userErrors {{ code }} }} }}"
        );
        let variables = json!({ "id": id, "reason": "Решение комитета" });
        let changed = app.ask_by(&officer, &query, variables).await;
        let payload = &changed.data()[mutation];
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    }
}

/// Something that somebody does to the log, and what it is called.
type Tampering = (&'static str, fn(&mut Log, &str));

/// Of a chain of five anchored entries: an invitation, then an officer's decisions.
const TAMPERINGS: [Tampering; 11] = [
    ("changed details", |log, chain| {
        log.entry(chain, 2).details = "{\"from\":\"ничего\"}".into();
    }),
    ("a changed actor", |log, chain| {
        log.entry(chain, 1).actor = "0".repeat(64);
    }),
    ("a changed instant", |log, chain| {
        log.entry(chain, 5).happened_at += TimeDelta::microseconds(1);
    }),
    ("an entry rewritten with its own hash", |log, chain| {
        let entry = log.entry(chain, 2);
        entry.actor = "0".repeat(64);
        entry.hash = hash_of(entry);
    }),
    ("a deleted middle entry", |log, chain| log.delete(chain, 2)),
    ("a deleted last entry", |log, chain| log.delete(chain, 5)),
    (
        "a deleted last entry, and the end moved back",
        |log, chain| {
            log.delete(chain, 5);
            log.rehash(chain);
        },
    ),
    ("two entries that changed places", |log, chain| {
        for entry in log.entries.iter_mut().filter(|entry| entry.chain == chain) {
            entry.seq = match entry.seq {
                2 => 3,
                3 => 2,
                seq => seq,
            };
        }
    }),
    ("a chain rewritten whole, every hash right", |log, chain| {
        log.entry(chain, 1).actor = "0".repeat(64);
        log.rehash(chain);
    }),
    ("a deleted head", |log, chain| {
        log.heads.retain(|head| head.chain != chain);
    }),
    ("a chain that is gone", |log, chain| {
        log.entries.retain(|entry| entry.chain != chain);
        log.heads.retain(|head| head.chain != chain);
    }),
];

on_both_databases! {
    async fn a_consent_is_to_a_text_that_was_read(app) {
        let hash = text_hash(&app, PURPOSE).await;
        let variables = json!({ "purpose": PURPOSE, "hash": hash });
        assert_eq!(app.ask_with(GRANT, variables.clone()).await.code(), "UNAUTHENTICATED");
        assert_eq!(app.ask_with(WITHDRAW, variables).await.code(), "UNAUTHENTICATED");

        let member = app.sign_in(PHONE).await;
        let anothers_text = text_hash(&app, "PARTNER_CHECK").await;
        for other in ["0".repeat(64), anothers_text, hash.to_uppercase(), String::new()] {
            let refused = grant(&app, &member, PURPOSE, &other).await;
            assert_eq!(user_error(&refused), "TEXT_CHANGED", "{other}");
            assert_eq!(refused["userErrors"][0]["field"], json!(["textHash"]));
            assert!(refused["consent"].is_null());
        }
        let refused = grant(&app, &member, "NICHEGO", &hash).await;
        assert_eq!(user_error(&refused), "PURPOSE_NOT_FOUND");
        assert_eq!(refused["userErrors"][0]["field"], json!(["purpose"]));
        assert_eq!(user_error(&withdraw(&app, &member, "NICHEGO").await), "PURPOSE_NOT_FOUND");
        assert!(consent_rows(&app).await.is_empty());
        assert_eq!(ask(&app, &member, CONSENTS, "viewer").await, json!({ "consents": [] }));
    }

    async fn what_was_decided_is_written_once(app) {
        let member = app.sign_in(PHONE).await;
        let hash = text_hash(&app, PURPOSE).await;
        let granted = grant(&app, &member, PURPOSE, &hash).await;
        assert_eq!(granted, json!({
            "consent": { "purpose": PURPOSE, "isGranted": true, "textHash": hash, "isOfCurrentText": true },
            "userErrors": [],
        }));
        assert_eq!(grant(&app, &member, PURPOSE, &hash).await, granted);
        assert_eq!(consent_rows(&app).await.len(), 1);

        // Each purpose stands alone, and so does each person.
        let partner = text_hash(&app, "PARTNER_CHECK").await;
        grant(&app, &member, "PARTNER_CHECK", &partner).await;
        let another = app.sign_in(ANOTHERS).await;
        assert_eq!(ask(&app, &another, CONSENTS, "viewer").await, json!({ "consents": [] }));

        let withdrawn = withdraw(&app, &member, PURPOSE).await;
        assert_eq!((&withdrawn["consent"]["isGranted"], &withdrawn["userErrors"]), (&json!(false), &json!([])));
        assert_eq!(withdraw(&app, &member, PURPOSE).await, withdrawn);
        let seen = ask(&app, &member, CONSENTS, "viewer").await;
        let mut seen: Vec<Value> = seen["consents"].as_array().expect("consents").iter()
            .map(|one| json!([one["purpose"], one["isGranted"], one["isOfCurrentText"]]))
            .collect();
        seen.sort_by_key(ToString::to_string);
        assert_eq!(json!(seen), json!([[PURPOSE, false, true], ["PARTNER_CHECK", true, true]]));
        grant(&app, &member, PURPOSE, &hash).await;

        let rows = consent_rows(&app).await;
        let decisions: Vec<_> = rows.iter().map(|row| (row.purpose.as_str(), row.is_granted)).collect();
        assert_eq!(decisions, [(PURPOSE, true), ("PARTNER_CHECK", true), (PURPOSE, false), (PURPOSE, true)]);
        let subjects: BTreeSet<&String> = rows.iter().map(|row| &row.subject).collect();
        assert_eq!((subjects.len(), rows[0].subject.len()), (1, 64));
    }

    async fn a_consent_keeps_the_kind_of_client_and_nothing_that_it_calls_itself(app) {
        let member = app.sign_in(PHONE).await;
        let hash = text_hash(&app, PURPOSE).await;
        let (grants, withdraws) = (json!({ "purpose": PURPOSE, "hash": hash }), json!({ "purpose": PURPOSE }));
        let clients = [
            (Some("iOS/2.1.0"), "ios"),
            (Some("android"), "android"),
            (Some("zvezdochet-qz-client/7.7.1"), "other"),
            (None, "other"),
        ];
        for (turn, (client, _)) in clients.iter().enumerate() {
            let (query, variables) = if turn % 2 == 0 { (GRANT, &grants) } else { (WITHDRAW, &withdraws) };
            let mut request = app
                .client
                .post(app.url("/graphql"))
                .header("accept", "application/graphql-response+json")
                .header("authorization", format!("Bearer {}", member.access_token))
                .json(&json!({ "query": query, "variables": variables }));
            if let Some(client) = client {
                request = request.header("x-client", *client);
            }
            Answer::of(request.send().await.expect("an answer")).await.data();
        }
        let channels: Vec<String> = consent_rows(&app).await.into_iter().map(|row| row.channel).collect();
        assert_eq!(channels, clients.map(|(_, channel)| channel));
    }

    async fn a_copy_that_cannot_be_made_fails_and_may_be_asked_for_again(app) {
        let member = app.sign_in(PHONE).await;
        let reader = app.database.reader();
        let known = account::Entity::find().filter(account::Column::PhoneLookup.is_not_null()).one(reader).await;
        let known = known.expect("a query").expect("an account");
        let set_profile = async |profile: Vec<u8>| {
            account::Entity::update_many()
                .col_expr(account::Column::Profile, Expr::value(profile))
                .filter(account::Column::Id.eq(known.id))
                .exec(app.database.writer())
                .await
                .expect("updated");
        };
        set_profile(vec![0]).await;
        let first = ask(&app, &member, EXPORT, "personalDataExport").await["export"].clone();
        assert_eq!(first["state"], "PREPARING");
        app.wait(TimeDelta::minutes(16));
        let member = app.sign_in(PHONE).await;
        let mut seen = Value::Null;
        for _ in 0..400 {
            seen = ask(&app, &member, EXPORTS, "viewer").await["personalDataExports"].clone();
            if seen[0]["state"] != "PREPARING" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(seen, json!([{ "id": first["id"], "state": "FAILED", "url": null }]));

        set_profile(known.profile.clone()).await;
        let again = ask(&app, &member, EXPORT, "personalDataExport").await["export"].clone();
        assert_ne!(again["id"], first["id"]);
        for _ in 0..400 {
            seen = ask(&app, &member, EXPORTS, "viewer").await["personalDataExports"].clone();
            if seen[0]["state"] == "READY" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the second copy is not made: {seen:#}");
    }

    async fn what_was_decided_or_logged_cannot_be_rewritten(app) {
        decide(&app).await;
        let member = app.sign_in(ANOTHERS).await;
        let hash = text_hash(&app, PURPOSE).await;
        grant(&app, &member, PURPOSE, &hash).await;
        anchor_chains(&app.database, &identity(&app).await.keys, app.now()).await.expect("anchored");
        let before = (consent_rows(&app).await, Log::read(&app).await.entries);
        for (table, column) in [("consent", "channel"), ("audit_entry", "actor"), ("audit_anchor", "hash")] {
            for statement in [
                format!("UPDATE {table} SET {column} = 'x'"),
                format!("DELETE FROM {table}"),
            ] {
                let refused = app.database.writer().execute_unprepared(&statement).await;
                let cause = refused.expect_err(&statement).to_string();
                assert!(cause.contains("append-only"), "{cause}");
            }
        }
        assert_eq!((consent_rows(&app).await, Log::read(&app).await.entries), before);
        let anchors = audit_anchor::Entity::find().count(app.database.reader()).await;
        assert!(anchors.expect("a count") > 0);
    }

    async fn a_copy_of_everything_is_for_its_owner_alone_and_for_a_day(app) {
        let member = app.sign_in(PHONE).await;
        app.wait(TimeDelta::minutes(6));
        let refused = ask(&app, &member, EXPORT, "personalDataExport").await;
        assert_eq!(user_error(&refused), "STEP_UP_REQUIRED");
        assert!(refused["export"].is_null());
        assert_eq!(app.ask(EXPORT).await.code(), "UNAUTHENTICATED");

        let member = sign_in_marked(&app, PHONE).await;
        let variables = json!({
            "organisation": app.organisation_node(SCHOOL).await,
            "number": NUMBER, "surname": SURNAME, "name": NAME, "patronymic": PATRONYMIC,
        });
        let claimed = app.ask_by(&member, CLAIM, variables).await;
        assert_eq!(claimed.data()["membershipClaim"]["claim"]["state"], "PENDING");
        let hash = text_hash(&app, PURPOSE).await;
        grant(&app, &member, PURPOSE, &hash).await;
        let path = exported(&app, &member).await;
        assert_eq!(exported(&app, &member).await, path, "asked again, it is the same");

        let another = app.sign_in(ANOTHERS).await;
        assert_no_archive(&app, &path, &another).await;
        assert_eq!(ask(&app, &another, EXPORTS, "viewer").await["personalDataExports"], json!([]));
        let anonymous = Answer::of(fetch(&app, &path, None).await).await;
        assert_eq!((anonymous.status.as_u16(), anonymous.code()), (401, "UNAUTHENTICATED"));

        let response = fetch(&app, &path, Some(&member.access_token)).await;
        assert_eq!(response.status(), 200);
        let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(header("content-type"), "application/zip");
        assert_eq!(header("cache-control"), "private, no-store");
        assert!(header("content-disposition").starts_with("attachment"));
        let archive = response.bytes().await.expect("a body");
        assert!(unpacked(&archive, "README.txt").contains("data.json"));
        let data = unpacked(&archive, "data.json");
        assert!(!data.contains(ANOTHERS));
        for told in [PHONE, DEVICE, PURPOSE, hash.as_str(), "PENDING", SURNAME, NAME, PATRONYMIC, NUMBER] {
            assert!(data.contains(told), "no {told} in {data}");
        }
        let data: Value = serde_json::from_str(&data).expect("JSON");
        assert_eq!(data["account"]["profile"]["phone"], PHONE);

        app.wait(TimeDelta::hours(24));
        let member = app.sign_in(PHONE).await;
        assert_no_archive(&app, &path, &member).await;
        assert_eq!(ask(&app, &member, EXPORTS, "viewer").await["personalDataExports"], json!([]));
    }

    async fn a_wish_to_be_erased_can_be_thought_over(app) {
        let member = app.sign_in(PHONE).await;
        app.wait(TimeDelta::minutes(6));
        assert_eq!(user_error(&ask(&app, &member, ERASE, "accountErase").await), "STEP_UP_REQUIRED");
        assert_eq!(app.ask(ERASE).await.code(), "UNAUTHENTICATED");
        let member = app.sign_in(PHONE).await;
        assert_eq!(user_error(&ask(&app, &member, CANCEL, "accountEraseCancel").await), "NOTHING_TO_CANCEL");
        assert_eq!(ask(&app, &member, WISH, "viewer").await["erasure"], Value::Null);

        let asked = ask(&app, &member, ERASE, "accountErase").await;
        assert_eq!(asked["userErrors"], json!([]), "{asked:#}");
        let instant = |name: &str| {
            let text = asked["erasure"][name].as_str().expect("an instant");
            DateTime::parse_from_rfc3339(text).expect("an instant of RFC 3339")
        };
        assert_eq!(instant("dueAt") - instant("requestedAt"), TimeDelta::hours(72));
        assert_eq!(ask(&app, &member, WISH, "viewer").await["erasure"], asked["erasure"]);
        assert_eq!(ask(&app, &member, ERASE, "accountErase").await, asked, "it is the same wish");
        let another = app.sign_in(ANOTHERS).await;
        assert_eq!(ask(&app, &another, WISH, "viewer").await["erasure"], Value::Null);
        assert_eq!(user_error(&ask(&app, &another, CANCEL, "accountEraseCancel").await), "NOTHING_TO_CANCEL");

        let before = ask(&app, &member, ACCOUNT, "viewer").await["account"].clone();
        let cancelled = ask(&app, &member, CANCEL, "accountEraseCancel").await;
        assert_eq!(cancelled, asked);
        assert_eq!(ask(&app, &member, WISH, "viewer").await["erasure"], Value::Null);
        app.wait(TimeDelta::hours(73));
        // Longer than the worker sleeps.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let member = app.sign_in(PHONE).await;
        assert_eq!(ask(&app, &member, ACCOUNT, "viewer").await["account"], before);
    }

    async fn who_wants_to_be_erased_is(app) {
        let member = app.sign_in(PHONE).await;
        let old = ask(&app, &member, ACCOUNT, "viewer").await["account"]["id"].clone();
        ask(&app, &member, ERASE, "accountErase").await;
        ask(&app, &member, CANCEL, "accountEraseCancel").await;
        let hash = text_hash(&app, PURPOSE).await;
        grant(&app, &member, PURPOSE, &hash).await;
        let asked = ask(&app, &member, ERASE, "accountErase").await;
        assert!(asked["erasure"]["dueAt"].is_string(), "{asked:#}");

        // A session that is young when the time has come.
        app.wait(TimeDelta::minutes(72 * 60 - 3));
        let member = app.sign_in(PHONE).await;
        assert_eq!(ask(&app, &member, ACCOUNT, "viewer").await["account"]["id"], old, "not yet");
        app.wait(TimeDelta::minutes(4));
        let done = erased(&app).await;
        let act = done.act.expect("an act");
        assert_eq!(act["subject"], done.subject);
        assert!(!act.to_string().contains(PHONE_DIGITS) && !act.to_string().contains("9161234567"));
        let reader = app.database.reader();
        let account = account::Entity::find_by_id(done.account_id).one(reader).await.expect("a query");
        assert!(account.is_none());

        let refreshed = app.ask_with(REFRESH, json!({ "token": member.refresh_token })).await;
        assert_eq!(user_error(&refreshed.data()["sessionRefresh"]), "REFRESH_TOKEN_INVALID");
        // The server may remember the session for seconds.
        tokio::time::sleep(Duration::from_millis(5500)).await;
        let answer = app.ask_by(&member, ACCOUNT, json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "UNAUTHENTICATED"));

        let anew = app.sign_in(PHONE).await;
        let seen = ask(&app, &anew, ACCOUNT, "viewer").await;
        assert_ne!(seen["account"]["id"], old);
        assert_eq!(seen["account"]["phone"], PHONE);
        for list in ["memberships", "membershipClaims", "consents"] {
            assert_eq!(seen[list], json!([]), "{list}");
        }
        assert_eq!(seen["erasure"], Value::Null);
        // That somebody had consented is kept, of nobody in particular.
        assert_eq!(consent_rows(&app).await.len(), 1);
    }

    async fn nothing_of_an_erased_person_is_left_to_be_read(app) {
        let phone = &format!("+7{PHONE_DIGITS}");
        let header = "Номер билета;Организация;Фамилия;Имя;Отчество;Телефон;В профсоюзе с;E-mail";
        let roster = |surname: &str| {
            let line = format!("{NUMBER};{SCHOOL};{surname};{NAME};{PATRONYMIC};8 916 314-15-92;14.02.2020;{ROSTER_MAIL}");
            let file = String::from_utf8(csv(&[&line])).expect("text");
            let (_, lines) = file.split_once("\r\n").expect("a header");
            format!("{header}\r\n{lines}").into_bytes()
        };
        let officer = app.officer(UNION).await;
        let first = stage(&app, &officer, roster(SURNAME)).await;
        assert_eq!(first["added"], 1, "{first:#}");
        apply(&app, &officer, &first).await;

        let member = sign_in_marked(&app, phone).await;
        let organisation = app.organisation_node(SCHOOL).await;
        for (number, surname, state) in [(NUMBER, SURNAME, "APPROVED"), (CLAIMED_NUMBER, CLAIMED_SURNAME, "PENDING")] {
            let variables = json!({
                "organisation": organisation, "number": number,
                "surname": surname, "name": NAME, "patronymic": PATRONYMIC,
            });
            let claimed = app.ask_by(&member, CLAIM, variables).await;
            assert_eq!(claimed.data()["membershipClaim"]["claim"]["state"], state, "{number}");
        }
        // One more file with them, read and never applied.
        let second = stage(&app, &officer, roster(NEW_SURNAME)).await;
        assert_eq!(second["updated"], 1, "{second:#}");
        let card = "{ viewer { primaryMembership { card { holderName number liveCode { code } } } sessions { deviceName client } } }";
        let seen = app.ask_by(&member, card, json!({})).await;
        let seen = seen.data()["viewer"].to_string();
        for planted in [SURNAME, NUMBER, DEVICE, CLIENT] {
            assert!(seen.contains(planted), "{planted} was not planted: {seen}");
        }
        let own = "{ viewer { memberships { id } membershipClaims { id state } } }";
        let own = ask(&app, &member, own, "viewer").await;
        let claims = own["membershipClaims"].as_array().expect("claims");
        let waiting = claims.iter().find(|claim| claim["state"] == "PENDING").expect("a claim");
        let rejected = json!({ "id": waiting["id"], "reason": REJECTION });
        let rejected = app.ask_by(&officer, REJECT, rejected).await;
        assert_eq!(rejected.data()["membershipReject"]["claim"]["state"], "REJECTED");
        let suspended = json!({ "id": own["memberships"][0]["id"], "reason": SUSPENSION });
        let suspended = app.ask_by(&officer, SUSPEND, suspended).await;
        assert_eq!(suspended.data()["membershipSuspend"]["member"]["status"], "SUSPENDED");
        let told = "{ viewer { memberships { statusReason } membershipClaims { decisionReason } } }";
        let told = ask(&app, &member, told, "viewer").await.to_string();
        let copy = copied(&app, &member).await.to_string();
        for reason in [REJECTION, SUSPENSION] {
            assert!(told.contains(reason), "no {reason} in {told}");
            assert!(copy.contains(reason), "no {reason} in {copy}");
        }
        assert_nothing_marked(&app, "while it is kept").await;

        let asked = ask(&app, &member, ERASE, "accountErase").await;
        assert_eq!(asked["userErrors"], json!([]), "{asked:#}");
        let reader = app.database.reader();
        let wish = erasure::Entity::find().one(reader).await.expect("a query").expect("a wish");
        let account = account::Entity::find_by_id(wish.account_id).one(reader).await.expect("a query").expect("an account");
        let people = person::Entity::find().count(reader).await.expect("a count");
        app.wait(TimeDelta::hours(73));
        erased(&app).await;

        assert_nothing_marked(&app, "after the erasure").await;
        // What was sealed is gone as well, and the key before all.
        let key = person::Entity::find_by_id(account.person_id).one(reader).await.expect("a query");
        assert!(key.is_none());
        assert_eq!(person::Entity::find().count(reader).await.expect("a count"), people - 1);
        let id = account.id;
        let left = [
            membership::Entity::find().filter(membership::Column::PersonId.eq(account.person_id)).count(reader).await,
            membership_claim::Entity::find().filter(membership_claim::Column::AccountId.eq(id)).count(reader).await,
            session::Entity::find().filter(session::Column::AccountId.eq(id)).count(reader).await,
            data_export::Entity::find().filter(data_export::Column::AccountId.eq(id)).count(reader).await,
        ];
        for count in left {
            assert_eq!(count.expect("a count"), 0);
        }
        assert_eq!(verified(&app).await.faults, [""; 0], "the log does not miss them");
    }

    async fn reports_of_benefits_are_in_the_copy_and_lose_their_author_with_the_account(app) {
        join(&app).await;
        let everybody = AudienceDefinition::default();
        let benefit = builders::benefit(&app.database, "ne-dali", &everybody).await;
        // A new session: of the other the server may remember for seconds that it has no membership.
        let member = app.sign_in(PHONE).await;
        assert_eq!(copied(&app, &app.sign_in(ANOTHERS).await).await["benefits"]["reports"], json!([]));
        let key = uuid::Uuid::new_v4();
        let comment = "Кассир сказал, что нас тут не знают";
        let variables = json!({ "benefit": Benefit::NODE.id(benefit).to_string(), "comment": comment, "key": key });
        let reported = app.ask_by(&member, REPORT, variables).await;
        let reported = &reported.data()["benefitNotHonouredReport"];
        assert_eq!(reported["userErrors"], json!([]), "{reported:#}");

        let copy = copied(&app, &member).await;
        let reports = copy["benefits"]["reports"].as_array().expect("reports");
        assert_eq!(reports.len(), 1);
        let told = json!([reports[0]["benefitId"], reports[0]["outletId"], reports[0]["comment"], reports[0]["state"]]);
        assert_eq!(told, json!([benefit, null, comment, "NEW"]));
        assert!(reports[0]["reportedAt"].is_string());

        let asked = ask(&app, &member, ERASE, "accountErase").await;
        assert_eq!(asked["userErrors"], json!([]), "{asked:#}");
        app.wait(TimeDelta::hours(73));
        erased(&app).await;
        let left = benefit_report::Entity::find().all(app.database.reader()).await.expect("rows");
        assert_eq!(left.len(), 1, "it counts on");
        assert_eq!((left[0].benefit_id, left[0].state), (benefit, BenefitReportState::New));
        assert_eq!((left[0].account_id, &left[0].comment), (None, &None));
        assert_ne!(left[0].client_key, key, "a key that the author's telephone knows");
    }

    async fn an_officers_decisions_are_in_the_log_and_it_names_nobody(app) {
        decide(&app).await;
        let log = Log::read(&app).await;
        let decisions: Vec<_> = log.entries.iter().filter(|entry| entry.action.starts_with("membership.")).collect();
        let actions: Vec<&str> = decisions.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["membership.approve", "membership.suspend", "membership.restore", "membership.revoke"]);
        // The first entry of the chain says that the officer was invited.
        for (entry, seq) in decisions.iter().zip(2..) {
            assert_eq!((entry.seq, &entry.chain), (seq, &decisions[0].chain));
            assert_eq!((entry.actor.len(), &entry.actor), (64, &decisions[0].actor));
            assert_eq!(entry.actor_role, "MEMBERSHIP_OFFICER");
            assert!(!entry.request_id.is_empty());
            assert_eq!(hash_of(entry), entry.hash, "counted as the product counts");
        }
        let whole = format!("{:?}", log.entries);
        for secret in [SURNAME, NAME, PATRONYMIC, NUMBER, PHONE, "ppo-primer-shkola@example.ru"] {
            assert!(!whole.contains(secret), "{secret} in {whole}");
        }
        let verdict = verified(&app).await;
        assert_eq!(verdict.entries, log.entries.len() as u64);
        assert_eq!(verdict.faults, [""; 0]);
    }

    async fn whatever_is_done_to_the_log_is_found(app) {
        decide(&app).await;
        let keys = identity(&app).await.keys;
        anchor_chains(&app.database, &keys, app.now()).await.expect("anchored");
        let whole = Log::read(&app).await;
        let approval = whole.entries.iter().find(|entry| entry.action == "membership.approve");
        let chain = approval.expect("an approval").chain.clone();
        let (success, said, complaint) = run(&app, &["audit", "verify"]).await;
        assert!(success, "{said}{complaint}");
        assert!(said.contains("nothing was changed"), "{said}");

        disarm(&app).await;
        for (what, tamper) in TAMPERINGS {
            let mut log = whole.clone();
            tamper(&mut log, &chain);
            log.write(&app).await;
            let faults = verified(&app).await.faults;
            assert_eq!(faults.len(), 1, "{what}: {faults:?}");
            assert!(faults[0].contains(&chain), "{what}: {faults:?}");

            whole.write(&app).await;
            assert_eq!(verified(&app).await.faults, [""; 0], "{what} was not undone");
        }

        let (what, tamper) = TAMPERINGS[0];
        let mut log = whole.clone();
        tamper(&mut log, &chain);
        log.write(&app).await;
        let (success, said, complaint) = run(&app, &["audit", "verify"]).await;
        assert!(!success, "{what}");
        assert!(said.contains(&format!("chain {chain}, entry 2: was changed")), "{said}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
}
