//! A receiver of webhooks that a test watches. It takes only what a strict one would, and answers as it
//! is told to.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::{Method, StatusCode},
    web,
};
use serde_json::Value;

/// A request that came.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Received {
    /// A header that must be there.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {:?}", self.headers))
    }

    /// The body, which must be JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON in {}", self.body))
    }
}

/// A status with a header beside it.
#[derive(Clone, Debug)]
struct Reply {
    status: u16,
    header: Option<(&'static str, String)>,
}

const TAKEN: u16 = 204;

struct Behaviour {
    received: Vec<Received>,
    next: VecDeque<Reply>,
    always: u16,
}

/// A running receiver.
#[derive(Clone)]
pub struct Receiver {
    behaviour: Arc<Mutex<Behaviour>>,
    port: u16,
}

impl Receiver {
    /// On a free port, taking everything.
    pub fn listen() -> Self {
        let behaviour = Arc::new(Mutex::new(Behaviour {
            received: Vec::new(),
            next: VecDeque::new(),
            always: TAKEN,
        }));
        let data = web::Data::from(Arc::clone(&behaviour));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .default_service(web::to(take))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .expect("a free port");
        let port = server.addrs()[0].port();
        actix_web::rt::spawn(server.run());
        Self { behaviour, port }
    }

    /// As an operator allows it.
    pub fn destination(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.destination())
    }

    /// Answers the next request that was not promised an answer yet with that status.
    pub fn answer_next(&self, status: u16) {
        self.promise(Reply {
            status,
            header: None,
        });
    }

    /// The same with a header.
    pub fn answer_next_with(&self, status: u16, name: &'static str, value: &str) {
        self.promise(Reply {
            status,
            header: Some((name, value.to_owned())),
        });
    }

    /// Answers every request that was promised no other answer with that status.
    pub fn answer_always(&self, status: u16) {
        self.behaviour.lock().expect("a lock").always = status;
    }

    fn promise(&self, reply: Reply) {
        self.behaviour.lock().expect("a lock").next.push_back(reply);
    }

    /// Everything that came so far, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.behaviour.lock().expect("a lock").received.clone()
    }

    /// Waits until so many requests have come, and returns the last of them.
    pub async fn wait_for(&self, count: usize) -> Received {
        for _ in 0..800 {
            if let Some(received) = self.received().get(count - 1) {
                return received.clone();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no request number {count} came");
    }
}

async fn take(
    behaviour: web::Data<Mutex<Behaviour>>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let headers = request.headers().iter().map(|(name, value)| {
        let value = value.to_str().expect("a header of text");
        (name.as_str().to_owned(), value.to_owned())
    });
    let received = Received {
        path: request.path().to_owned(),
        headers: headers.collect(),
        body: String::from_utf8(body.to_vec()).expect("a body of text"),
    };
    let is_proper = *request.method() == Method::POST && is_proper(&received);
    let mut behaviour = behaviour.lock().expect("a lock");
    behaviour.received.push(received);
    if !is_proper {
        return HttpResponse::BadRequest().finish();
    }
    let always = Reply {
        status: behaviour.always,
        header: None,
    };
    let reply = behaviour.next.pop_front().unwrap_or(always);
    let status = StatusCode::from_u16(reply.status).expect("a status");
    let mut response = HttpResponse::build(status);
    if let Some(header) = reply.header {
        response.insert_header(header);
    }
    response.finish()
}

/// Whether it is what Standard Webhooks says a message is.
fn is_proper(received: &Received) -> bool {
    let has = |name: &str| {
        received
            .headers
            .get(name)
            .is_some_and(|text| !text.is_empty())
    };
    let content_type = received.headers.get("content-type").map(String::as_str);
    let is_dated = received
        .headers
        .get("webhook-timestamp")
        .is_some_and(|text| text.parse::<i64>().is_ok());
    let is_signed = received
        .headers
        .get("webhook-signature")
        .is_some_and(|text| text.split(' ').all(|one| one.starts_with("v1,")));
    content_type == Some("application/json") && has("webhook-id") && is_dated && is_signed
}
