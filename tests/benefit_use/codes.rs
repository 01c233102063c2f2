//! Pools of codes: who fills them, with what, and who hears that one runs out.

use std::{collections::BTreeSet, rc::Rc, time::Duration};

use entities::benefit_code;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Offer, audited, crowd, fill, given, new_key, offer, pool, redeem, redeem_patiently};
use crate::{
    on_both_databases,
    support::{Answer, App, Person, binary::run, people::Staff, user_error},
};

const ANOTHER_UNION: &str = "zdravoohranenie-moskvy";
const MEBIBYTE: usize = 1024 * 1024;
const POOLS: &str = "query($after: String) { benefitCodePools(first: 2, after: $after) { totalCount
    pageInfo { hasNextPage endCursor }
    nodes { benefitId benefitSlug benefitTitle total remaining isLow benefit { slug } } } }";

/// Somebody who manages the benefits of the federation's own, and of all below it.
async fn manager(app: &App) -> Staff {
    let scope = json!({ "organisation": app.organisation_node("mfp").await });
    app.staff("benefits@example.ru", "MODERATOR", scope).await
}

/// Uploads a file of codes, whoever it is.
async fn upload_as(app: &App, token: Option<&str>, benefit: &str, file: Vec<u8>) -> Answer {
    let mut request = app
        .client
        .post(app.url("/uploads"))
        .query(&[("purpose", "codes"), ("benefit", benefit)])
        .header("content-type", "text/plain; charset=utf-8")
        .body(file);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    Answer::of(request.send().await.expect("an answer")).await
}

async fn upload(app: &App, person: &Person, benefit: &str, file: impl Into<Vec<u8>>) -> Answer {
    upload_as(app, Some(&person.access_token), benefit, file.into()).await
}

/// Uploads codes, which must be taken, and returns the report.
async fn accepted(app: &App, person: &Person, benefit: &str, file: impl Into<Vec<u8>>) -> Value {
    let answer = upload(app, person, benefit, file).await;
    assert_eq!(answer.status, 200, "{:#}", answer.body);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    answer.body
}

fn report(accepted: usize, already_known: usize, remaining: usize) -> Value {
    json!({
        "accepted": accepted,
        "alreadyKnown": already_known,
        "refused": [],
        "refusedTotal": 0,
        "remaining": remaining,
    })
}

/// Begins an upload of so many bytes, and returns the first line of the answer.
async fn announce(app: &App, person: &Person, bytes: usize) -> String {
    let mut connection = TcpStream::connect(app.address).await.expect("a connection");
    let head = format!(
        "POST /uploads?purpose=codes&benefit=own-codes HTTP/1.1\r\nhost: mfp\r\nauthorization: Bearer {}\r\ncontent-type: text/csv\r\ncontent-length: {bytes}\r\n\r\n",
        person.access_token
    );
    connection.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = vec![0; 200];
    let read = tokio::time::timeout(Duration::from_secs(20), connection.read(&mut answer)).await;
    let read = read.expect("in time").expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    answer.lines().next().unwrap_or_default().to_owned()
}

/// How many codes a pool has, taken or not.
async fn kept(app: &App, offer: &Offer) -> u64 {
    benefit_code::Entity::find()
        .filter(benefit_code::Column::BenefitId.eq(offer.id))
        .count(app.database.reader())
        .await
        .expect("a count")
}

/// The file is refused as a whole, for that reason.
#[track_caller]
fn assert_refused(answer: &Answer, reason: &str) {
    assert_eq!(answer.code(), "BAD_USER_INPUT", "{reason}");
    assert_eq!(answer.status, 400, "{reason}");
    assert_eq!(answer.body["errors"][0]["extensions"]["reason"], reason);
}

/// The pools that somebody of staff sees, in pages of two.
async fn pools(app: &App, person: &Person) -> Vec<Value> {
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = app.ask_by(person, POOLS, json!({ "after": after })).await;
        let list = answer.data()["benefitCodePools"].clone();
        seen.extend(list["nodes"].as_array().expect("nodes").iter().cloned());
        if list["pageInfo"]["hasNextPage"] == false {
            assert_eq!(list["totalCount"], seen.len());
            return seen;
        }
        after = list["pageInfo"]["endCursor"].clone();
    }
}

/// Uploads until the server has answered: it may be busy.
async fn upload_patiently(app: &App, person: &Person, benefit: &str, text: &str) -> Value {
    for _ in 0..200 {
        let answer = upload(app, person, benefit, text).await;
        if answer.status == 200 {
            return answer.body;
        }
        assert!(["UNAVAILABLE", "TIMEOUT"].contains(&answer.code()));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the codes are never taken");
}

on_both_databases! {
    async fn only_who_manages_a_benefit_fills_its_pool(app) {
        let codes = pool(&app, "own-codes").await;
        for token in [None, Some("nobody's")] {
            let refused = upload_as(&app, token, "own-codes", b"A".to_vec()).await;
            assert_eq!((refused.status.as_u16(), refused.code()), (401, "UNAUTHENTICATED"));
        }
        let member = app.sign_in("+79161234567").await;
        let officer = app.officer("mfp").await;
        for person in [&member, &officer] {
            let refused = upload(&app, person, "own-codes", "A").await;
            assert_eq!((refused.status.as_u16(), refused.code()), (403, "FORBIDDEN"));
        }
        // That there is such a benefit, others need not learn: it is as if there were none.
        let scope = json!({ "organisation": app.organisation_node(ANOTHER_UNION).await });
        let other = app.staff("other@example.ru", "ORGANISATION_ADMIN", scope).await.person;
        let refused = upload(&app, &other, "own-codes", "A").await;
        assert_refused(&refused, "BENEFIT_NOT_FOUND");
        let unknown = upload(&app, &other, "net-takoj", "A").await;
        assert_eq!(unknown.body["errors"][0]["message"], refused.body["errors"][0]["message"]);
        assert_eq!(kept(&app, &codes).await, 0);

        let manager = manager(&app).await.person;
        assert_eq!(accepted(&app, &manager, "own-codes", "A").await, report(1, 0, 1));
        assert_eq!(audited(&app, &codes).await, [
            ("benefit.codes_imported".to_owned(), json!({ "accepted": 1, "total": 1 })),
        ]);
    }

    async fn a_file_that_is_no_list_of_codes_is_refused_by_name(app) {
        let codes = pool(&app, "own-codes").await;
        offer(&app, "by-card", |_| {}).await;
        let manager = manager(&app).await.person;
        assert_refused(&upload(&app, &manager, "by-card", "A").await, "NOT_BY_UNIQUE_CODE");
        assert_refused(&upload(&app, &manager, "net-takoj", "A").await, "BENEFIT_NOT_FOUND");
        for (file, reason) in [
            (b"PK\x03\x04\x14\0\x06\0".to_vec(), "EXCEL_WORKBOOK"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe".to_vec(), "UNKNOWN_ENCODING"),
            (b"A\0B".to_vec(), "UNKNOWN_ENCODING"),
            (b"\xef\xbb\xbfcode\r\n".to_vec(), "EMPTY"),
            ("A\n".repeat(200_001).into_bytes(), "TOO_MANY_CODES"),
        ] {
            assert_refused(&upload(&app, &manager, "own-codes", file).await, reason);
        }
        assert!(announce(&app, &manager, 16 * MEBIBYTE + 1).await.contains("413"));
        let nobodys = app.client.post(app.url("/uploads?purpose=codes"))
            .header("content-type", "text/csv")
            .header("authorization", format!("Bearer {}", manager.access_token))
            .body("A");
        let nobodys = Answer::of(nobodys.send().await.expect("an answer")).await;
        assert_eq!((nobodys.status.as_u16(), nobodys.code()), (400, "BAD_USER_INPUT"));
        assert_eq!((kept(&app, &codes).await, audited(&app, &codes).await.len()), (0, 0));
    }

    async fn one_line_that_is_no_code_keeps_all_out(app) {
        let codes = pool(&app, "own-codes").await;
        let manager = manager(&app).await.person;
        accepted(&app, &manager, "own-codes", "FIRST").await;
        let file = format!("code\nSECOND\nTH IRD\n\n{}\nFOURTH;2027-01-01", "5".repeat(65));
        let refused = upload(&app, &manager, "own-codes", file).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (422, "BAD_USER_INPUT"));
        assert_eq!(refused.body["errors"][0]["extensions"]["reason"], "LINES_REFUSED");
        let named: Vec<Value> = refused.body["refused"].as_array().expect("lines").iter()
            .map(|line| json!([line["line"], line["code"]]))
            .collect();
        assert_eq!(json!(named), json!([[3, "HAS_SPACE"], [5, "TOO_LONG"], [6, "SEVERAL_COLUMNS"]]));
        assert_eq!((&refused.body["refusedTotal"], &refused.body["accepted"]), (&json!(3), &json!(0)));
        assert_eq!(refused.body["remaining"], 1);
        for secret in ["TH IRD", "FOURTH", "5555"] {
            assert!(!refused.body.to_string().contains(secret), "{secret}");
        }
        assert_eq!(kept(&app, &codes).await, 1);

        let many = upload(&app, &manager, "own-codes", "A B\n".repeat(150)).await;
        assert_eq!(many.body["refused"].as_array().expect("lines").len(), 100);
        assert_eq!(many.body["refusedTotal"], 150);
    }

    async fn the_same_file_again_adds_nothing(app) {
        let codes = pool(&app, "own-codes").await;
        let manager = manager(&app).await.person;
        let text = "Код\r\nALPHA\r\n  BETA  \r\n\r\nALPHA\r\n\"GAMMA\"\r\n";
        let marked = format!("\u{feff}{text}").into_bytes();
        let wide: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let narrow: Vec<u8> = text.replace("Код", "").into_bytes();
        let russian = [b"\xca\xee\xe4".as_slice(), &narrow].concat();
        assert_eq!(accepted(&app, &manager, "own-codes", marked).await, report(3, 1, 3));
        for again in [wide, russian, narrow] {
            assert_eq!(accepted(&app, &manager, "own-codes", again).await, report(0, 4, 3));
        }
        assert_eq!(kept(&app, &codes).await, 3);
        let imports = audited(&app, &codes).await.len();
        assert_eq!(imports, 1, "a file that adds nothing is nothing done");

        let many: Vec<String> = (0..1203).map(|number| format!("CODE-{number}")).collect();
        assert_eq!(accepted(&app, &manager, "own-codes", many.join("\n")).await, report(1203, 0, 1206));
        let sealed = benefit_code::Entity::find().all(app.database.reader()).await.expect("codes");
        assert!(sealed.iter().all(|row| !row.code.windows(5).any(|part| part == b"CODE-" || part == b"ALPHA")));
    }

    async fn codes_are_imported_while_others_are_taken(app) {
        let members = crowd(&app, 2).await.members;
        let manager = manager(&app).await.person;
        let codes = pool(&app, "own-codes").await;
        let all: Vec<String> = (0..400).map(|number| format!("CODE-{number}")).collect();
        assert_eq!(fill(&app, "own-codes", &all[..40].join("\n")).await, 40);

        let app = Rc::new(app);
        let backwards: Vec<String> = all.iter().rev().cloned().collect();
        let uploads = [all.clone(), backwards].map(|codes| {
            let (app, manager) = (Rc::clone(&app), manager.clone());
            actix_web::rt::spawn(async move {
                upload_patiently(&app, &manager, "own-codes", &codes.join("\n")).await
            })
        });
        let wishes: Vec<_> = (0..40).map(|number| {
            let (app, node) = (Rc::clone(&app), codes.node.clone());
            let member = members[number % 2].clone();
            actix_web::rt::spawn(async move {
                redeem_patiently(&app, &member, &node, &new_key()).await
            })
        }).collect();
        let mut added = 0;
        for one in uploads {
            added += one.await.expect("a report")["accepted"].as_u64().expect("a number");
        }
        assert_eq!(added, 360);
        let mut taken = BTreeSet::new();
        for one in wishes {
            let payload = one.await.expect("an answer");
            let code = payload["redemption"]["code"].as_str().expect("a code").to_owned();
            assert!(all.contains(&code), "{code}");
            assert!(taken.insert(code), "given twice");
        }
        let again = accepted(&app, &manager, "own-codes", all.join("\n")).await;
        assert_eq!(again, report(0, 400, 360));
    }

    async fn managers_hear_once_that_a_pool_is_low_and_once_that_it_is_empty(app) {
        let member = crowd(&app, 1).await.members.remove(0);
        let manager = manager(&app).await;
        let codes = pool(&app, "own-codes").await;
        let many: Vec<String> = (0..41).map(|number| format!("CODE-{number}")).collect();
        accepted(&app, &manager.person, "own-codes", many.join("\n")).await;
        let before = app.messages_to(&manager.email).await;
        let administrators = app.messages_to("admin0@example.ru").await;

        for _ in 0..38 {
            given(&app, &member, &codes).await;
        }
        assert_eq!(app.messages_to(&manager.email).await, before, "three are left");
        given(&app, &member, &codes).await;
        let low = app.outbox.wait_for(&manager.email, before + 1).await.text;
        assert!(low.contains("own-codes") && low.contains("2 из 41"), "{low}");
        given(&app, &member, &codes).await;
        assert_eq!(app.messages_to(&manager.email).await, before + 1);
        given(&app, &member, &codes).await;
        let gone = app.outbox.wait_for(&manager.email, before + 2).await.text;
        assert!(gone.contains("own-codes") && gone.contains("закончились"), "{gone}");
        let refused = redeem(&app, &member, &codes, &new_key()).await;
        assert_eq!(user_error(&refused), "NO_CODES_LEFT");
        assert_eq!(app.messages_to(&manager.email).await, before + 2);

        // Filled up, and low with the first code that is taken: they hear of it once more.
        accepted(&app, &manager.person, "own-codes", "NEW-1\nNEW-2\nNEW-3").await;
        given(&app, &member, &codes).await;
        given(&app, &member, &codes).await;
        assert_eq!(app.messages_to(&manager.email).await, before + 3);
        given(&app, &member, &codes).await;
        assert_eq!(app.messages_to(&manager.email).await, before + 4);

        // Who has the whole federation to see to is not bothered where somebody nearer is told.
        assert_eq!(app.messages_to("admin0@example.ru").await, administrators);
        let actions: Vec<String> = audited(&app, &codes).await.into_iter().map(|(action, _)| action).collect();
        let round = ["benefit.codes_imported", "benefit.codes_low", "benefit.codes_gone"];
        assert_eq!(actions, [round, round].concat());
    }

    async fn administrators_hear_of_a_pool_that_nobody_nearer_manages(app) {
        let member = crowd(&app, 1).await.members.remove(0);
        let codes = pool(&app, "own-codes").await;
        assert_eq!(fill(&app, "own-codes", "ONLY").await, 1);
        let before = app.messages_to("admin0@example.ru").await;
        given(&app, &member, &codes).await;
        let told = app.outbox.wait_for("admin0@example.ru", before + 1).await.text;
        assert!(told.contains("закончились"), "{told}");
        // The officer who keeps the roster has nothing to do with it.
        assert!(app.outbox.to("ppo-primer-shkola@example.ru").iter().all(|sent| !sent.text.contains("own-codes")));
    }

    async fn managers_see_how_full_their_pools_are(app) {
        let member = crowd(&app, 1).await.members.remove(0);
        let refused = app.ask_with(POOLS, json!({})).await;
        assert_eq!(refused.code(), "UNAUTHENTICATED");
        let refused = app.ask_by(&member, POOLS, json!({})).await;
        assert_eq!(refused.code(), "FORBIDDEN");

        let codes = pool(&app, "own-codes").await;
        pool(&app, "empty").await;
        offer(&app, "by-card", |_| {}).await;
        let manager = manager(&app).await.person;
        accepted(&app, &manager, "own-codes", "A\nB\nC").await;
        given(&app, &member, &codes).await;
        let seen = pools(&app, &manager).await;
        let of = |slug: &str| seen.iter().find(|pool| pool["benefitSlug"] == slug);
        assert_eq!(of("own-codes"), Some(&json!({
            "benefitId": codes.node, "benefitSlug": "own-codes", "benefitTitle": "own-codes",
            "total": 3, "remaining": 2, "isLow": false, "benefit": { "slug": "own-codes" },
        })));
        let empty = of("empty").expect("a pool without codes");
        assert_eq!((&empty["total"], &empty["isLow"]), (&json!(0), &json!(true)));
        assert_eq!(of("by-card"), None);

        let scope = json!({ "organisation": app.organisation_node(ANOTHER_UNION).await });
        let other = app.staff("other@example.ru", "ORGANISATION_ADMIN", scope).await.person;
        let theirs = pools(&app, &other).await;
        assert!(theirs.iter().all(|pool| pool["benefitSlug"] != "own-codes"));
    }

    async fn the_command_line_imports_a_file_or_nothing_of_it(app) {
        let codes = pool(&app, "own-codes").await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("codes.csv");
        let file = path.to_str().expect("a path");
        let import = ["benefits", "import-codes", file, "--benefit", "own-codes"];

        std::fs::write(&path, "code\nALPHA\nBE TA\n").expect("written");
        let (success, said, complaint) = run(&app, &import).await;
        assert!(!success);
        assert!(said.contains("line 3: HAS_SPACE ") && !said.contains("BE TA"), "{said}");
        assert!(said.contains("0 accepted, 0 known already, 1 refused; 0 remain"), "{said}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert_eq!(kept(&app, &codes).await, 0);

        std::fs::write(&path, "code\nALPHA\nBETA\n").expect("written");
        for outcome in ["2 accepted, 0 known already, 0 refused; 2 remain", "0 accepted, 2 known already, 0 refused; 2 remain"] {
            let (success, said, complaint) = run(&app, &import).await;
            assert!(success, "{complaint}");
            assert!(said.contains(outcome), "{said}");
        }
        let (success, _, complaint) = run(&app, &["benefits", "import-codes", file, "--benefit", "net-takoj"]).await;
        assert!(!success);
        assert!(complaint.contains("BENEFIT_NOT_FOUND"), "{complaint}");
    }
}
