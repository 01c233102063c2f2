//! Sessions: whose token counts, how one goes on, and how it ends.

use std::sync::Arc;

use api::{
    app::Identity,
    infra::{
        auth::{KeyPurpose, SigningKey},
        clock::Clock,
        digest::sha256_hex,
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use entities::refresh_token;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Answer, App, Backend, Person, answer::each, user_error},
};

const PHONE: &str = "+79161234567";
const ANOTHERS: &str = "+79267654321";
const VIEWER: &str = "{ viewer { account { phone name } sessions { id isCurrent deviceName } } }";
const REFRESH: &str =
    "mutation($token: String!) { sessionRefresh(input: { refreshToken: $token }) {
    tokens { accessToken refreshToken session { isCurrent } } userErrors { code field } } }";
const END: &str = "mutation($id: ID) { sessionEnd(input: { id: $id }) {
    endedSessionIds userErrors { code field } } }";
const END_OTHERS: &str = "mutation { sessionEndOthers { endedSessionIds userErrors { code } } }";
const STEP_UP: &str =
    "mutation($id: ID, $code: String!) { stepUp(input: { challengeId: $id, code: $code }) {
    confirmedAt userErrors { code field } } }";

/// What somebody sees of themselves.
async fn viewer(app: &App, person: &Person) -> Value {
    let seen = app.ask_by(person, VIEWER, json!({})).await;
    seen.data()["viewer"].clone()
}

/// The id of the session that somebody asks from.
async fn session_id(app: &App, person: &Person) -> Value {
    let seen = viewer(app, person).await;
    let sessions = seen["sessions"].as_array().expect("sessions");
    let current = sessions
        .iter()
        .find(|session| session["isCurrent"] == true)
        .expect("a current one");
    current["id"].clone()
}

#[track_caller]
fn assert_bad_credentials(answer: &Answer, what: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (401, "UNAUTHENTICATED"),
        "{what}"
    );
    assert!(answer.body.get("data").is_none(), "{what}");
    assert_eq!(answer.header("cache-control"), "private, no-store");
}

/// Somebody's access token is refused.
async fn assert_signed_out(app: &App, person: &Person, what: &str) {
    let answer = app.ask_by(person, VIEWER, json!({})).await;
    assert_bad_credentials(&answer, what);
}

/// Goes on with a refresh token; `None`: the session has ended.
async fn go_on(app: &App, refresh_token: &str) -> Option<Person> {
    let answer = app
        .ask_with(REFRESH, json!({ "token": refresh_token }))
        .await;
    let payload = &answer.data()["sessionRefresh"];
    if payload["tokens"].is_null() {
        assert_eq!(user_error(payload), "REFRESH_TOKEN_INVALID");
        assert_eq!(payload["userErrors"][0]["field"], json!(["refreshToken"]));
        return None;
    }
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(payload["tokens"]["session"]["isCurrent"], true);
    Some(Person::of(&payload["tokens"]))
}

/// Asks with those `Authorization` headers.
async fn ask_with_headers(app: &App, authorization: &[&str]) -> Answer {
    let mut request = app
        .client
        .post(app.url("/graphql"))
        .header("accept", "application/graphql-response+json")
        .json(&json!({ "query": VIEWER }));
    for value in authorization {
        request = request.header("authorization", value.as_bytes());
    }
    Answer::of(request.send().await.expect("an answer")).await
}

async fn published_keys(app: &App) -> Answer {
    let request = app.client.get(app.url("/.well-known/jwks.json"));
    Answer::of(request.send().await.expect("an answer")).await
}

/// A key that an installation signs with.
async fn signing_key(app: &App, purpose: KeyPurpose) -> Arc<SigningKey> {
    let identity = Identity::load(&app.settings, &app.database, &Clock::system())
        .await
        .expect("an identity");
    identity.keys.signing(purpose, app.now()).expect("a key")
}

/// An access token, taken apart.
#[derive(Clone)]
struct Token {
    header: Value,
    claims: Value,
}

impl Token {
    fn read(text: &str) -> Self {
        let part = |number: usize| -> Value {
            let part = text.split('.').nth(number).expect("a part");
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64url");
            serde_json::from_slice(&bytes).expect("JSON")
        };
        Self {
            header: part(0),
            claims: part(1),
        }
    }

    fn with_header(&self, name: &str, value: Value) -> Self {
        let mut changed = self.clone();
        changed.header[name] = value;
        changed
    }

    fn with_claim(&self, name: &str, value: Value) -> Self {
        let mut changed = self.clone();
        changed.claims[name] = value;
        changed
    }

    fn without_claim(&self, name: &str) -> Self {
        let mut changed = self.clone();
        let claims = changed.claims.as_object_mut().expect("claims");
        claims.remove(name).expect("such a claim");
        changed
    }

    /// What a signature is made of.
    fn unsigned(&self) -> String {
        let encoded = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        format!("{}.{}", encoded(&self.header), encoded(&self.claims))
    }

    fn sealed(&self, signature: &[u8]) -> String {
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
        format!("{}.{signature}", self.unsigned())
    }

    fn signed(&self, key: &SigningKey) -> String {
        self.sealed(&key.sign(self.unsigned().as_bytes()))
    }

    /// As somebody signs who takes a published key for a shared secret.
    fn signed_by_secret(&self, secret: &[u8]) -> String {
        self.sealed(&hmac(secret, self.unsigned().as_bytes()))
    }
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let mut block = if key.len() > BLOCK {
        sha256(key)
    } else {
        key.to_vec()
    };
    block.resize(BLOCK, 0);
    let padded = |pad: u8| block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    let inner = sha256(&[padded(0x36).as_slice(), message].concat());
    sha256(&[padded(0x5c), inner].concat())
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    let digits = sha256_hex(bytes);
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("a byte"))
        .collect()
}

#[test]
fn the_hmac_that_forges_is_the_known_one() {
    // RFC 4231, test case 2.
    let digits: String = hmac(b"Jefe", b"what do ya want for nothing?")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        digits,
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

on_both_databases! {
    async fn who_signs_in_sees_their_account_and_their_devices(app) {
        assert_eq!(app.ask(VIEWER).await.data(), &json!({ "viewer": null }));

        let anothers = app.sign_in(ANOTHERS).await;
        let first = app.sign_in(PHONE).await;
        let second = app.sign_in(PHONE).await;
        let seen = viewer(&app, &first).await;
        assert_eq!(seen["account"], json!({ "phone": PHONE, "name": null }));
        let current: Vec<&Value> = seen["sessions"].as_array().expect("sessions").iter().map(|session| &session["isCurrent"]).collect();
        assert_eq!(current, [false, true], "the newest is the other");
        assert!(each(&seen["sessions"], "deviceName").iter().all(|name| name == "Телефон"));
        let of_second = viewer(&app, &second).await;
        assert_eq!(each(&of_second["sessions"], "id"), each(&seen["sessions"], "id"));
        let of_another = viewer(&app, &anothers).await;
        assert_eq!(of_another["account"]["phone"], ANOTHERS);
        assert_eq!(of_another["sessions"].as_array().map(Vec::len), Some(1));
    }

    async fn only_a_token_that_this_server_signed_for_this_use_counts(app) {
        let elsewhere = App::start(Backend::Sqlite).await;
        let foreign_key = signing_key(&elsewhere, KeyPurpose::Access).await;
        let member_elsewhere = elsewhere.sign_in(PHONE).await;
        let key = signing_key(&app, KeyPurpose::Access).await;
        let key_of_cards = signing_key(&app, KeyPurpose::Card).await;
        let member = app.sign_in(PHONE).await;
        let genuine = Token::read(&member.access_token);
        let published = published_keys(&app).await;
        let published = published.body["keys"][0]["x"].as_str().expect("a public key");
        let public_bytes = BASE64_URL_SAFE_NO_PAD.decode(published).expect("base64url");
        let secret = genuine.with_header("alg", json!("HS256"));
        let unsecured = genuine.with_header("alg", json!("none"));
        let soon = genuine.claims["nbf"].as_i64().expect("seconds") + 3600;

        for (what, token) in [
            ("garbage", "garbage".to_owned()),
            ("nothing", String::new()),
            ("dots", "a.b.c".to_owned()),
            ("no signature", genuine.unsigned()),
            ("an empty signature", genuine.sealed(&[])),
            ("zeros for a signature", genuine.sealed(&[0; 64])),
            ("a signature of something else", genuine.sealed(&key.sign(b"something else"))),
            ("alg none without a signature", unsecured.sealed(&[])),
            ("alg none, signed", unsecured.signed(&key)),
            ("the public key's bytes as a secret", secret.signed_by_secret(&public_bytes)),
            ("the public key's text as a secret", secret.signed_by_secret(published.as_bytes())),
            ("HS256, signed", secret.signed(&key)),
            ("another installation's", member_elsewhere.access_token.clone()),
            ("a foreign key under its own name", genuine.with_header("kid", json!(foreign_key.id)).signed(&foreign_key)),
            ("a foreign key under our key's name", genuine.signed(&foreign_key)),
            ("our key of cards", genuine.with_header("kid", json!(key_of_cards.id)).signed(&key_of_cards)),
            ("our key under a name that nobody has", genuine.with_header("kid", json!("0123456789abcdef")).signed(&key)),
            ("our key without its name", genuine.with_header("kid", Value::Null).signed(&key)),
            ("no access token", genuine.with_header("typ", json!("JWT")).signed(&key)),
            ("for another service", genuine.with_claim("aud", json!("portal")).signed(&key)),
            ("by another service", genuine.with_claim("iss", json!("https://mtuf.ru")).signed(&key)),
            ("without an end", genuine.without_claim("exp").signed(&key)),
            ("of long ago", genuine.with_claim("exp", json!(1_700_000_000)).signed(&key)),
            ("before its time", genuine.with_claim("nbf", json!(soon)).signed(&key)),
            ("of a session that is not", genuine.with_claim("sid", json!("00000000-0000-7000-8000-000000000000")).signed(&key)),
            ("long, and signed", genuine.with_claim("more", json!("a".repeat(3000))).signed(&key)),
            ("100 KB long", "a".repeat(100_000)),
        ] {
            let answer = app.ask_with_token(&token, VIEWER, json!({})).await;
            assert_bad_credentials(&answer, what);
        }
        // Neither how those were signed nor a claim more is why they are refused.
        for token in [genuine.signed(&key), genuine.with_claim("more", json!("a")).signed(&key)] {
            let answer = app.ask_with_token(&token, VIEWER, json!({})).await;
            assert_eq!(answer.data()["viewer"]["account"]["phone"], PHONE);
        }
    }

    async fn credentials_that_do_not_read_are_refused(app) {
        let token = app.sign_in(PHONE).await.access_token;
        let bearer = format!("Bearer {token}");
        let bearer = bearer.as_str();
        for given in [
            vec![bearer, bearer],
            vec![bearer, "Bearer garbage"],
            vec!["Basic bWZwOm1mcA==", bearer],
            vec!["Basic bWZwOm1mcA=="],
            vec!["Bearer"],
            vec!["Bearer билет"],
            vec![token.as_str()],
            vec![""],
        ] {
            let answer = ask_with_headers(&app, &given).await;
            assert_bad_credentials(&answer, &format!("{given:?}"));
        }
        for scheme in ["Bearer", "bearer", "BEARER "] {
            let answer = ask_with_headers(&app, &[format!("{scheme} {token}").as_str()]).await;
            assert_eq!(answer.data()["viewer"]["account"]["phone"], PHONE, "{scheme}");
        }
    }

    async fn an_access_token_lasts_ten_minutes(app) {
        let member = app.sign_in(PHONE).await;
        app.wait(TimeDelta::minutes(10) + TimeDelta::seconds(5));
        assert_eq!(viewer(&app, &member).await["account"]["phone"], PHONE, "clocks may differ by ten seconds");
        app.wait(TimeDelta::seconds(6));
        assert_signed_out(&app, &member, "after 11 seconds").await;

        let member = go_on(&app, &member.refresh_token).await.expect("another pair");
        assert_eq!(viewer(&app, &member).await["account"]["phone"], PHONE);
    }

    async fn a_refresh_gives_a_new_pair_of_the_same_session(app) {
        let member = app.sign_in(PHONE).await;
        let endless = "a".repeat(40_000);
        for garbage in ["", "garbage", "rt_", member.access_token.as_str(), endless.as_str()] {
            assert!(go_on(&app, garbage).await.is_none());
        }
        let session = session_id(&app, &member).await;
        let mut latest = member.clone();
        for _ in 0..3 {
            let next = go_on(&app, &latest.refresh_token).await.expect("another pair");
            assert_ne!(next.refresh_token, latest.refresh_token);
            assert_ne!(next.access_token, latest.access_token);
            assert!(next.refresh_token.starts_with("rt_"));
            assert_eq!(session_id(&app, &next).await, session);
            latest = next;
        }
    }

    async fn a_lost_answer_is_given_again_however_late_and_the_lost_pair_is_dead(app) {
        let member = app.sign_in(PHONE).await;
        let lost = go_on(&app, &member.refresh_token).await.expect("a pair that never arrives");
        app.wait(TimeDelta::days(7));
        let twice_lost = go_on(&app, &member.refresh_token).await.expect("another in its place");
        let given = go_on(&app, &member.refresh_token).await.expect("and another");
        let later = go_on(&app, &given.refresh_token).await.expect("a pair");
        assert_eq!(viewer(&app, &later).await["account"]["phone"], PHONE);

        // Whoever shows what was taken back is not the one who asked for it again.
        assert!(go_on(&app, &lost.refresh_token).await.is_none());
        assert_signed_out(&app, &later, "the session has ended").await;
        for token in [&later, &given, &twice_lost, &member] {
            assert!(go_on(&app, &token.refresh_token).await.is_none());
        }
    }

    async fn a_token_whose_successor_was_used_ends_the_session(app) {
        let others_device = app.sign_in(PHONE).await;
        let first = app.sign_in(PHONE).await;
        let second = go_on(&app, &first.refresh_token).await.expect("a pair");
        let third = go_on(&app, &second.refresh_token).await.expect("a pair");
        assert_eq!(viewer(&app, &third).await["account"]["phone"], PHONE);
        assert!(go_on(&app, &first.refresh_token).await.is_none());
        assert_signed_out(&app, &third, "at once").await;
        assert!(go_on(&app, &third.refresh_token).await.is_none());
        // It is the end of one session, not of the account.
        assert_eq!(viewer(&app, &others_device).await["sessions"].as_array().map(Vec::len), Some(1));
        assert!(go_on(&app, &others_device.refresh_token).await.is_some());
    }

    async fn of_refreshes_at_once_one_stays_usable(app) {
        let mut latest = app.sign_in(PHONE).await;
        for round in 0..5 {
            let token = latest.refresh_token.as_str();
            let given = tokio::join!(go_on(&app, token), go_on(&app, token), go_on(&app, token));
            let given = [given.0, given.1, given.2].map(|pair| pair.expect("a pair"));
            let live = refresh_token::Entity::find()
                .filter(refresh_token::Column::UsedAt.is_null())
                .filter(refresh_token::Column::RevokedAt.is_null())
                .all(app.database.reader())
                .await
                .expect("tokens");
            assert_eq!(live.len(), 1, "round {round}");
            let (usable, dead): (Vec<_>, Vec<_>) = given.into_iter()
                .partition(|pair| sha256_hex(&pair.refresh_token) == live[0].token_hash);
            assert_eq!((usable.len(), dead.len()), (1, 2), "round {round}");
            latest = go_on(&app, &usable[0].refresh_token).await.expect("a pair");
            if round == 4 {
                assert!(go_on(&app, &dead[0].refresh_token).await.is_none());
                assert_signed_out(&app, &latest, "what was taken back has been shown").await;
            }
        }
    }

    async fn a_session_ends_when_it_is_left_alone_or_grows_old(app) {
        let left_alone = app.sign_in(PHONE).await;
        let mut kept = app.sign_in(PHONE).await;
        app.wait(TimeDelta::days(29));
        kept = go_on(&app, &kept.refresh_token).await.expect("used within 30 days");
        app.wait(TimeDelta::days(2));
        assert!(go_on(&app, &left_alone.refresh_token).await.is_none());
        for _ in 0..5 {
            app.wait(TimeDelta::days(27));
            kept = go_on(&app, &kept.refresh_token).await.expect("used within 30 days");
        }
        app.wait(TimeDelta::days(15));
        assert!(go_on(&app, &kept.refresh_token).await.is_none(), "181 days");
    }

    async fn a_session_that_was_ended_is_refused_at_once(app) {
        assert_eq!(app.ask_with(END, json!({})).await.code(), "UNAUTHENTICATED");
        let anothers = app.sign_in(ANOTHERS).await;
        let here = app.sign_in(PHONE).await;
        let there = app.sign_in(PHONE).await;
        let (of_another, of_there) = (session_id(&app, &anothers).await, session_id(&app, &there).await);
        let refused = app.ask_by(&here, END, json!({ "id": of_another })).await;
        assert_eq!(user_error(&refused.data()["sessionEnd"]), "SESSION_NOT_FOUND");
        assert_eq!(refused.data()["sessionEnd"]["userErrors"][0]["field"], json!(["id"]));
        assert_eq!(viewer(&app, &anothers).await["account"]["phone"], ANOTHERS);

        let ended = app.ask_by(&here, END, json!({ "id": of_there })).await;
        assert_eq!(ended.data()["sessionEnd"], json!({ "endedSessionIds": [of_there], "userErrors": [] }));
        assert_signed_out(&app, &there, "ended from elsewhere").await;
        assert!(go_on(&app, &there.refresh_token).await.is_none());
        assert_eq!(viewer(&app, &here).await["sessions"].as_array().map(Vec::len), Some(1));
        let again = app.ask_by(&here, END, json!({ "id": of_there })).await;
        assert_eq!(user_error(&again.data()["sessionEnd"]), "SESSION_NOT_FOUND");

        let of_here = session_id(&app, &here).await;
        let ended = app.ask_by(&here, END, json!({})).await;
        assert_eq!(ended.data()["sessionEnd"]["endedSessionIds"], json!([of_here]));
        assert_signed_out(&app, &here, "ended from here").await;
        assert!(go_on(&app, &here.refresh_token).await.is_none());
        assert_eq!(viewer(&app, &anothers).await["account"]["phone"], ANOTHERS);
    }

    async fn ending_the_others_needs_a_factor_of_a_short_while_ago(app) {
        assert_eq!(app.ask(END_OTHERS).await.code(), "UNAUTHENTICATED");
        let anothers = app.sign_in(ANOTHERS).await;
        let here = app.sign_in(PHONE).await;
        let there = app.sign_in(PHONE).await;
        app.wait(TimeDelta::minutes(6));
        let refused = app.ask_by(&here, END_OTHERS, json!({})).await;
        assert_eq!(user_error(&refused.data()["sessionEndOthers"]), "STEP_UP_REQUIRED");
        assert_eq!(viewer(&app, &there).await["sessions"].as_array().map(Vec::len), Some(2));

        // A right code that was sent to somebody else proves nothing.
        for (phone, sent, refusal) in [(ANOTHERS, 2, Some("CODE_INVALID")), (PHONE, 3, None)] {
            let asked = app.request_code(phone).await;
            let code = app.code_sent_to(phone, sent).await;
            let variables = json!({ "id": asked["challenge"]["id"], "code": code });
            let answer = app.ask_by(&here, STEP_UP, variables).await;
            let shown = &answer.data()["stepUp"];
            if let Some(refusal) = refusal {
                assert_eq!(user_error(shown), refusal);
                let refused = app.ask_by(&here, END_OTHERS, json!({})).await;
                assert_eq!(user_error(&refused.data()["sessionEndOthers"]), "STEP_UP_REQUIRED");
            } else {
                assert!(shown["confirmedAt"].is_string(), "{shown:#}");
            }
        }
        let of_there = session_id(&app, &there).await;
        let ended = app.ask_by(&here, END_OTHERS, json!({})).await;
        assert_eq!(ended.data()["sessionEndOthers"], json!({ "endedSessionIds": [of_there], "userErrors": [] }));
        assert_signed_out(&app, &there, "ended from elsewhere").await;
        assert_eq!(viewer(&app, &here).await["sessions"].as_array().map(Vec::len), Some(1));
        assert_eq!(viewer(&app, &anothers).await["account"]["phone"], ANOTHERS);
    }

    async fn an_eleventh_device_ends_the_oldest(app) {
        let mut devices: Vec<Person> = Vec::new();
        for number in 0..11 {
            // Five codes an hour and ten a day are all that a phone gets.
            match number {
                5 => app.wait(TimeDelta::minutes(61)),
                10 => {
                    app.wait(TimeDelta::hours(25));
                    devices[0] = go_on(&app, &devices[0].refresh_token).await.expect("ten may be");
                }
                _ => {}
            }
            devices.push(app.sign_in(PHONE).await);
        }
        assert!(go_on(&app, &devices[0].refresh_token).await.is_none());
        assert_signed_out(&app, &devices[0], "the oldest of eleven").await;
        assert_eq!(viewer(&app, &devices[10]).await["sessions"].as_array().map(Vec::len), Some(10));
        for device in &devices[1..] {
            assert!(go_on(&app, &device.refresh_token).await.is_some());
        }
    }

    async fn the_key_that_tokens_name_is_published(app) {
        let member = app.sign_in(PHONE).await;
        let token = Token::read(&member.access_token);
        assert_eq!((&token.header["alg"], &token.header["typ"]), (&json!("EdDSA"), &json!("at+jwt")));
        assert!(!token.claims.to_string().contains(&PHONE[1..]), "a token says nothing of its holder");

        let published = published_keys(&app).await;
        assert_eq!(published.status.as_u16(), 200);
        assert_eq!(published.header("cache-control"), "public, max-age=300");
        let keys = published.body["keys"].as_array().expect("keys");
        let key = keys.iter().find(|key| key["kid"] == token.header["kid"]).expect("the key of the token");
        let mut named = key.clone();
        let x = named.as_object_mut().expect("a key").remove("x").expect("a public key");
        // Nothing private is among it.
        assert_eq!(named, json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": token.header["kid"] }));
        let x = BASE64_URL_SAFE_NO_PAD.decode(x.as_str().expect("text")).expect("base64url");
        assert_eq!(x.len(), 32);
        assert!(signing_key(&app, KeyPurpose::Access).await.id == key["kid"].as_str().expect("text"));
    }

    async fn no_cache_keeps_what_is_one_persons(app) {
        let public = app.ask("{ news(first: 1) { nodes { slug } } }").await;
        assert!(public.header("cache-control").starts_with("public"), "{}", public.header("cache-control"));

        let asked = app.ask(&format!("mutation {{ signInCodeRequest(input: {{ identifier: \"{PHONE}\" }}) {{ challenge {{ id }} }} }}")).await;
        let code = app.code_sent_to(PHONE, 1).await;
        let confirm = "mutation($id: ID!, $code: String!) { signInCodeConfirm(input: { challengeId: $id, code: $code }) { tokens { accessToken refreshToken } } }";
        let variables = json!({ "id": asked.data()["signInCodeRequest"]["challenge"]["id"], "code": code });
        let confirmed = app.ask_with(confirm, variables).await;
        let member = Person::of(&confirmed.data()["signInCodeConfirm"]["tokens"]);
        let refreshed = app.ask_with(REFRESH, json!({ "token": member.refresh_token })).await;
        for answer in [
            asked,
            confirmed,
            refreshed,
            app.ask(VIEWER).await,
            app.ask_by(&member, VIEWER, json!({})).await,
            app.ask_by(&member, END_OTHERS, json!({})).await,
        ] {
            answer.data();
            assert_eq!(answer.header("cache-control"), "private, no-store", "{:#}", answer.body);
            let mut vary = answer.headers.get_all("vary").iter().map(|value| value.to_str().expect("text"));
            assert!(vary.any(|text| text.contains("Authorization")));
        }
    }
}

/// Steps of the longest schedule.
const STEPS: usize = 12;
const SCHEDULES: u64 = 60;

/// How the schedules went, so that a test of nothing is noticed.
#[derive(Debug, Default)]
struct Tally {
    /// Answers that never reached the client.
    lost: usize,
    /// Sessions that ended because somebody showed an old token.
    ended: usize,
    /// Sessions that were going on at the end.
    going_on: usize,
}

/// A client that keeps what it was given last, and perhaps a thief who copies that once and then
/// goes on by itself, in an order that the seed decides.
async fn run_schedule(app: &App, seed: u64, tally: &mut Tally) {
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    // A phone of its own, and so late that the codes before it count no more.
    app.wait(TimeDelta::minutes(50));
    let mut client = app.sign_in(&format!("+7916000{seed:04}")).await;
    let mut thief: Option<Person> = None;
    let mut handed_out = vec![client.refresh_token.clone()];
    let steps = random.random_range(1..=STEPS);
    let theft = random
        .random_ratio(3, 4)
        .then(|| random.random_range(0..steps));
    let mut thief_has_gone_on = false;
    // How often each has gone on since the other last did.
    let (mut by_client, mut by_thief) = (0, 0);
    for step in 0..steps {
        if theft == Some(step) {
            thief = Some(client.clone());
        }
        let acting = thief.as_ref().filter(|_| random.random_ratio(1, 2));
        let acts_thief = acting.is_some();
        let shown = acting.unwrap_or(&client).refresh_token.clone();
        let Some(given) = go_on(app, &shown).await else {
            assert!(
                thief_has_gone_on || acts_thief,
                "seed {seed}, step {step}: the client is shut out, and nobody else has gone on"
            );
            for holder in [Some(&client), thief.as_ref()].into_iter().flatten() {
                let still = go_on(app, &holder.refresh_token).await;
                assert!(
                    still.is_none(),
                    "seed {seed}, step {step}: somebody goes on"
                );
                assert_signed_out(app, holder, &format!("seed {seed}, step {step}")).await;
            }
            tally.ended += 1;
            return;
        };
        handed_out.push(given.refresh_token.clone());
        if acts_thief {
            assert!(
                !thief_has_gone_on || by_client == 0,
                "seed {seed}, step {step}: the thief goes on behind the client"
            );
            thief_has_gone_on = true;
            (by_thief, by_client) = (by_thief + 1, 0);
            thief = Some(given);
        } else {
            assert!(
                by_thief < 2,
                "seed {seed}, step {step}: the client goes on behind the thief"
            );
            (by_client, by_thief) = (by_client + 1, 0);
            if random.random_ratio(3, 10) {
                tally.lost += 1;
            } else {
                client = given;
            }
        }
    }
    tally.going_on += 1;
    // Of all that were ever handed out, whichever is shown first: it and another never both work.
    handed_out.shuffle(&mut random);
    let mut working = 0;
    for token in &handed_out {
        working += usize::from(go_on(app, token).await.is_some());
    }
    assert!(working <= 1, "seed {seed}: {working} tokens work");
}

#[actix_web::test]
async fn a_client_and_a_thief_never_both_go_on() {
    let app = App::start(Backend::Sqlite).await;
    let mut tally = Tally::default();
    for seed in 0..SCHEDULES {
        run_schedule(&app, seed, &mut tally).await;
    }
    println!("{tally:?}");
    assert!(
        tally.lost > 20 && tally.ended > 5 && tally.going_on > 5,
        "{tally:?}"
    );
}
