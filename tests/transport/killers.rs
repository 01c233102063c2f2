//! Requests that kill the stock library cost milliseconds here, and every worker answers afterwards.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{App, Backend};

/// More than the workers of the test's server, so that each has to answer some.
const EVERY_WORKER: usize = 16;

async fn every_worker_answers(app: &App) {
    for _ in 0..EVERY_WORKER {
        // A connection of its own each time: connections are dealt to the workers in turn.
        let client = reqwest::Client::new();
        let request = client
            .post(app.url("/graphql"))
            .json(&json!({ "query": "{ __typename }" }));
        let answered = tokio::time::timeout(Duration::from_secs(5), request.send()).await;
        assert_eq!(answered.expect("in time").expect("an answer").status(), 200);
    }
}

#[actix_web::test]
async fn hostile_documents_are_refused_by_name() {
    let app = App::start(Backend::Sqlite).await;
    let nested = format!(
        "{{ __typename @include(if: {}true{}) }}",
        "[".repeat(2_000),
        "]".repeat(2_000)
    );
    let mut bomb = String::from("{ ...f0 }");
    for level in 0..30 {
        let next = level + 1;
        write!(
            bomb,
            " fragment f{level} on Query {{ ...f{next} ...f{next} }}"
        )
        .expect("written");
    }
    bomb.push_str(" fragment f30 on Query { __typename }");
    let circle = format!(
        "{{ organisations {{ nodes {}id{} }} }}",
        "{ parent ".repeat(50) + "{ ",
        " }".repeat(51)
    );
    let aliases: String = (0..60).map(|n| format!("a{n}: __typename ")).collect();
    let tokens = "__typename ".repeat(1_200);
    for (document, limit) in [
        (nested, "nesting"),
        (bomb, "expandedNodes"),
        (circle, "depth"),
        ("{ lifeEvents { guides(first: 100) { nodes { relatedGuides { relatedGuides { id } } } } } }".into(), "cost"),
        ("{ organisations(first: 100) { nodes { news { totalCount } pages { totalCount } } } }".into(), "lists"),
        ("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".into(), "introspectionLists"),
        (format!("{{ newsCategories {{ {aliases} }} }}"), "aliases"),
        (format!("{{ {tokens} }}"), "tokens"),
        (format!("{{ {} }}", "x".repeat(17_000)), "bytes"),
    ] {
        let began = Instant::now();
        let answer = app.ask(&document).await;
        assert_eq!(answer.code(), "QUERY_TOO_COMPLEX", "{limit}");
        assert_eq!(answer.body["errors"][0]["extensions"]["limitName"], limit);
        // Not a measurement: stock, these take seconds to for ever.
        assert!(began.elapsed() < Duration::from_secs(2), "{limit}");
    }
    every_worker_answers(&app).await;
}

#[actix_web::test]
async fn a_huge_body_is_turned_away_unread() {
    let app = App::start(Backend::Sqlite).await;
    let announced = format!(
        "POST /graphql HTTP/1.1\r\nhost: mfp\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        20 * 1024 * 1024
    );
    assert!(first_line(&app, announced.as_bytes()).await.contains("413"));

    let chunk = format!("{:x}\r\n{}\r\n", 70_000, "x".repeat(70_000));
    let chunked = format!(
        "POST /graphql HTTP/1.1\r\nhost: mfp\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunk}"
    );
    assert!(first_line(&app, chunked.as_bytes()).await.contains("413"));
    every_worker_answers(&app).await;
}

#[actix_web::test]
async fn a_body_that_trickles_is_given_up() {
    let app = App::start(Backend::Sqlite).await;
    let mut slow = TcpStream::connect(app.address).await.expect("a connection");
    slow.write_all(b"POST /graphql HTTP/1.1\r\nhost: mfp\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{")
        .await
        .expect("sent");
    every_worker_answers(&app).await;
    let mut answer = vec![0; 1_000];
    let read = tokio::time::timeout(Duration::from_secs(10), slow.read(&mut answer)).await;
    let read = read.expect("in time").expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(answer.contains("408"), "{answer}");
}

async fn first_line(app: &App, request: &[u8]) -> String {
    let mut connection = TcpStream::connect(app.address).await.expect("a connection");
    connection.write_all(request).await.expect("sent");
    let mut answer = vec![0; 200];
    let read = tokio::time::timeout(Duration::from_secs(10), connection.read(&mut answer)).await;
    let read = read.expect("in time").expect("an answer");
    String::from_utf8_lossy(&answer[..read])
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}
