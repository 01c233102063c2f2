//! A request that is refused before its body was read: the answer arrives, and the connection serves the next
//! request or is closed cleanly.

use std::{num::NonZeroU32, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::support::{App, Backend};

const PATIENCE: Duration = Duration::from_secs(20);
const KIB: usize = 1024;
const GOOD: &str = r#"{"query":"{ __typename }"}"#;

/// An answer as it came over the wire.
#[derive(Debug)]
struct Wire {
    status: u16,
    head: String,
    body: String,
}

impl Wire {
    fn closes(&self) -> bool {
        self.head.contains("connection: close")
    }
}

/// A connection that a client keeps.
struct Client(TcpStream);

impl Client {
    async fn connect(app: &App) -> Self {
        Self(TcpStream::connect(app.address).await.expect("a connection"))
    }

    /// Sends a request whole, as most clients do before they look at the answer.
    async fn send(&mut self, line: &str, headers: &str, body: &str) {
        let head = format!(
            "{line} HTTP/1.1\r\nhost: mfp\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n",
            body.len()
        );
        let sending = async {
            self.0.write_all(head.as_bytes()).await.expect("sent");
            self.0.write_all(body.as_bytes()).await.expect("sent");
        };
        timeout(PATIENCE, sending).await.expect("in time");
    }

    /// The answer, by its length.
    async fn answer(&mut self) -> Wire {
        timeout(PATIENCE, self.read()).await.expect("in time")
    }

    async fn read(&mut self) -> Wire {
        let mut bytes = Vec::new();
        let head_length = loop {
            if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.read_some(&mut bytes).await;
        };
        let head = String::from_utf8_lossy(&bytes[..head_length]).to_ascii_lowercase();
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .and_then(|length| length.trim().parse().ok())
            .expect("a length");
        while bytes.len() < head_length + length {
            self.read_some(&mut bytes).await;
        }
        Wire {
            status: head[9..12].parse().expect("a status"),
            body: String::from_utf8_lossy(&bytes[head_length..]).into_owned(),
            head,
        }
    }

    async fn read_some(&mut self, bytes: &mut Vec<u8>) {
        let read = self.0.read_buf(bytes).await.expect("no reset");
        assert!(read > 0, "an end before the answer's");
    }

    async fn assert_serves(&mut self) {
        self.send("POST /graphql", "", GOOD).await;
        let next = self.answer().await;
        assert_eq!(next.status, 200, "{next:?}");
        assert!(next.body.contains("Query"), "{next:?}");
    }

    /// Nothing comes any more, not even a reset.
    async fn assert_closed(&mut self) {
        self.0.shutdown().await.expect("no reset");
        let mut rest = Vec::new();
        let reading = timeout(PATIENCE, self.0.read_to_end(&mut rest));
        reading.await.expect("in time").expect("no reset");
        assert!(rest.is_empty());
    }
}

#[actix_web::test]
async fn whoever_is_refused_early_asks_again_on_the_same_connection() {
    let app = App::start(Backend::Sqlite).await;
    let large = "x".repeat(200 * KIB);
    let mut client = Client::connect(&app).await;
    for (line, headers, status) in [
        ("POST /graphql", "authorization: Bearer nonsense\r\n", 401),
        ("PUT /graphql", "", 405),
        ("GET /graphql?query=%7B__typename%7D", "", 200),
        ("POST /graphql", "accept: text/html\r\n", 406),
        ("POST /graphql", "content-encoding: gzip\r\n", 415),
        ("POST /graphql", "", 413),
        ("POST /uploads?purpose=image&organisation=x", "", 401),
    ] {
        client.send(line, headers, &large).await;
        let refused = client.answer().await;
        assert_eq!(refused.status, status, "{line} {headers}");
        assert!(!refused.closes(), "{line} {headers}");
        client.assert_serves().await;
    }
    app.ending().await;
}

#[actix_web::test]
async fn whoever_asks_too_often_keeps_the_connection() {
    let app = App::start_with(Backend::Sqlite, |settings| {
        settings.address_points = NonZeroU32::MIN;
    })
    .await;
    let padded = format!(
        r#"{{ "query": "{{ newsCategories {{ slug }} }}", "variables": {{ "unused": "{}" }} }}"#,
        "x".repeat(60 * KIB)
    );
    let mut client = Client::connect(&app).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        client.send("POST /graphql", "", &padded).await;
        let answer = client.answer().await;
        assert!(!answer.closes());
        statuses.push(answer.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    app.ending().await;
}

#[actix_web::test]
async fn whoever_sends_far_too_much_reads_why_before_the_connection_ends() {
    let app = App::start(Backend::Sqlite).await;
    let huge = "x".repeat(8 * KIB * KIB);
    for (line, status) in [
        ("POST /graphql", 413),
        ("POST /uploads?purpose=image&organisation=x", 401),
    ] {
        let mut client = Client::connect(&app).await;
        client.send(line, "", &huge).await;
        let refused = client.answer().await;
        assert_eq!(refused.status, status, "{line}");
        assert!(refused.closes(), "{line}");
        client.assert_closed().await;
    }
    app.ending().await;
}
