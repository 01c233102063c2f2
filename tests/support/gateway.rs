//! The providers of messages that a test watches: an SMS gateway and a mail server of its own.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{App, HttpResponse, HttpServer, web};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

/// A message that a provider took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub to: String,
    pub text: String,
}

/// Everything that was sent, oldest first.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Mutex<Vec<Sent>>>);

#[derive(Deserialize)]
struct Sms {
    to: String,
    text: String,
}

impl Outbox {
    /// Listens for SMS and returns the address to send them to.
    pub fn listen_for_sms(&self) -> String {
        let outbox = web::Data::new(self.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(outbox.clone())
                .route("/send", web::post().to(take_sms))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .expect("a free port");
        let port = server.addrs()[0].port();
        actix_web::rt::spawn(server.run());
        format!("http://127.0.0.1:{port}/send?to={{phone}}&text={{text}}")
    }

    /// Listens for mail and returns the server's address.
    pub async fn listen_for_mail(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let outbox = self.clone();
        actix_web::rt::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                actix_web::rt::spawn(take_mail(socket, outbox.clone()));
            }
        });
        format!("smtp://127.0.0.1:{port}?from=mfp@example.ru")
    }

    /// The messages to somebody so far.
    pub fn to(&self, contact: &str) -> Vec<Sent> {
        let sent = self.0.lock().expect("a lock");
        sent.iter()
            .filter(|sent| sent.to == contact)
            .cloned()
            .collect()
    }

    /// Waits until somebody has so many messages, and returns the last.
    pub async fn wait_for(&self, contact: &str, count: usize) -> Sent {
        for _ in 0..400 {
            if let Some(sent) = self.to(contact).get(count - 1) {
                return sent.clone();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no message number {count} came");
    }
}

async fn take_sms(outbox: web::Data<Outbox>, sms: web::Query<Sms>) -> HttpResponse {
    let sms = sms.into_inner();
    outbox.0.lock().expect("a lock").push(Sent {
        to: sms.to,
        text: sms.text,
    });
    HttpResponse::Ok().finish()
}

/// As much of SMTP as a mailer needs to hand a message over.
async fn take_mail(socket: tokio::net::TcpStream, outbox: Outbox) {
    let (reader, mut writer) = socket.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut to = String::new();
    let mut text: Option<String> = None;
    writer.write_all(b"220 test\r\n").await.expect("a greeting");
    while let Ok(Some(line)) = lines.next_line().await {
        let answer: &[u8] = if let Some(body) = &mut text {
            if line != "." {
                body.push_str(&line);
                body.push('\n');
                continue;
            }
            let sent = Sent {
                to: std::mem::take(&mut to),
                text: decoded(&text.take().expect("a message")),
            };
            outbox.0.lock().expect("a lock").push(sent);
            b"250 taken\r\n"
        } else if let Some(address) = line.strip_prefix("RCPT TO:<") {
            to = address.split('>').next().expect("an address").to_owned();
            b"250 ok\r\n"
        } else if line == "DATA" {
            text = Some(String::new());
            b"354 go on\r\n"
        } else if line == "QUIT" {
            b"221 bye\r\n"
        } else {
            b"250 ok\r\n"
        };
        if writer.write_all(answer).await.is_err() {
            return;
        }
    }
}

/// The body of a message, of whichever encoding.
fn decoded(message: &str) -> String {
    use base64::Engine;
    let (head, body) = message.split_once("\n\n").unwrap_or(("", message));
    if head.contains("base64") {
        let packed: String = body.split_whitespace().collect();
        let bytes = base64::prelude::BASE64_STANDARD
            .decode(packed)
            .expect("base64");
        return String::from_utf8(bytes).expect("text");
    }
    if !head.contains("quoted-printable") {
        return body.to_owned();
    }
    let mut bytes = Vec::new();
    let mut rest = body.as_bytes().iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        let Some(first) = rest.next() else { break };
        if first == b'\n' {
            continue;
        }
        let second = rest.next().expect("two digits");
        let digits = [first, second];
        let digits = std::str::from_utf8(&digits).expect("digits");
        bytes.push(u8::from_str_radix(digits, 16).expect("a byte"));
    }
    String::from_utf8(bytes).expect("text")
}
