//! A site that a test watches: it answers what it is told to, and remembers what it was asked for.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::StatusCode, web};

/// A request that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub path: String,
    pub user_agent: String,
    pub if_none_match: Option<String>,
}

/// What a path answers.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    /// A bare status.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// A page.
    pub fn page(body: &str) -> Self {
        Self {
            headers: vec![("content-type", "text/html; charset=utf-8".into())],
            body: body.to_owned(),
            ..Self::status(200)
        }
    }

    /// The same with a header more.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

#[derive(Default)]
struct Behaviour {
    asked: Vec<Asked>,
    replies: BTreeMap<String, Reply>,
}

/// A running site; what it was not told about is not there.
#[derive(Clone)]
pub struct Site {
    behaviour: Arc<Mutex<Behaviour>>,
    port: u16,
}

impl Site {
    /// On a free port.
    pub fn listen() -> Self {
        let behaviour = Arc::new(Mutex::new(Behaviour::default()));
        let data = web::Data::from(Arc::clone(&behaviour));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .default_service(web::to(answer))
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

    /// From now on that path answers so.
    pub fn answer(&self, path: &str, reply: Reply) {
        let mut behaviour = self.behaviour.lock().expect("a lock");
        behaviour.replies.insert(path.to_owned(), reply);
    }

    /// Everything that was asked for so far, oldest first.
    pub fn asked(&self) -> Vec<Asked> {
        self.behaviour.lock().expect("a lock").asked.clone()
    }

    /// The paths that were asked for so far, oldest first.
    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

async fn answer(behaviour: web::Data<Mutex<Behaviour>>, request: HttpRequest) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name)?.to_str().expect("text");
        Some(value.to_owned())
    };
    let mut behaviour = behaviour.lock().expect("a lock");
    behaviour.asked.push(Asked {
        path: request.path().to_owned(),
        user_agent: header("user-agent").unwrap_or_default(),
        if_none_match: header("if-none-match"),
    });
    let not_there = Reply::status(404);
    let reply = behaviour.replies.get(request.path()).unwrap_or(&not_there);
    let has_not_changed = header("if-none-match").is_some_and(|known| {
        let mut headers = reply.headers.iter();
        headers.any(|(name, value)| *name == "etag" && *value == known)
    });
    if has_not_changed {
        return HttpResponse::NotModified().finish();
    }
    let status = StatusCode::from_u16(reply.status).expect("a status");
    let mut response = HttpResponse::build(status);
    for (name, value) in &reply.headers {
        response.insert_header((*name, value.as_str()));
    }
    response.body(reply.body.clone())
}
