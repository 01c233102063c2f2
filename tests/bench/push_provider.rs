//! A provider of notifications for the benchmark: it speaks as Firebase does, and counts.
//!
//! Every delivery id is remembered, so that what came
//! twice is told from what came once. With faults, 2 of 100 messages meet 503 at first, one 429, and
//! both are taken when they come again.
//!
//! `GET /counts` answers `{"delivered", "repeated", "faults", "first_at", "last_at"}`, times in Unix
//! milliseconds.
//!
//! Usage: `bench-push-provider PORT [faults]`

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    http::StatusCode,
    web::{self, Bytes, Data},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Default)]
struct Provider {
    has_faults: bool,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    delivered: HashSet<Uuid>,
    refused: HashMap<Uuid, u16>,
    asked: u64,
    counts: Counts,
}

#[derive(Clone, Default, Serialize)]
struct Counts {
    delivered: usize,
    repeated: u64,
    faults: u64,
    first_at: u128,
    last_at: u128,
}

#[derive(Deserialize)]
struct Envelope {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    data: Ids,
}

#[derive(Deserialize)]
struct Ids {
    delivery_id: Uuid,
}

impl Counted {
    /// What a message meets; a fault only the first time that it comes.
    fn fault(&mut self, id: Uuid) -> Option<u16> {
        self.asked += 1;
        let status = match self.asked % 100 {
            17 | 67 => 503,
            42 => 429,
            _ => return None,
        };
        if self.refused.insert(id, status).is_some() {
            return None;
        }
        self.counts.faults += 1;
        Some(status)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the benchmark goes by the machine's clock"
    )]
    fn take(&mut self, id: Uuid) {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_millis());
        if self.delivered.is_empty() {
            self.counts.first_at = now;
        }
        self.counts.last_at = now;
        if self.delivered.insert(id) {
            self.counts.delivered += 1;
        } else {
            self.counts.repeated += 1;
        }
    }
}

async fn grant() -> HttpResponse {
    HttpResponse::Ok()
        .json(json!({ "access_token": "bench", "expires_in": 3599, "token_type": "Bearer" }))
}

async fn send(provider: Data<Provider>, body: Bytes) -> HttpResponse {
    let Ok(envelope) = serde_json::from_slice::<Envelope>(&body) else {
        return HttpResponse::BadRequest().finish();
    };
    let id = envelope.message.data.delivery_id;
    let mut counted = provider
        .counted
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let fault = provider.has_faults.then(|| counted.fault(id)).flatten();
    let Some(fault) = fault else {
        counted.take(id);
        return HttpResponse::Ok().json(json!({ "name": format!("projects/bench/messages/{id}") }));
    };
    let status = StatusCode::from_u16(fault).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    HttpResponse::build(status)
        .insert_header(("retry-after", "1"))
        .json(json!({ "error": { "status": "UNAVAILABLE" } }))
}

async fn counts(provider: Data<Provider>) -> HttpResponse {
    let counted = provider
        .counted
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    HttpResponse::Ok().json(&counted.counts)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments
        .next()
        .ok_or("usage: bench-push-provider PORT [faults]")?
        .parse()?;
    let provider = Data::new(Provider {
        has_faults: arguments.next().is_some(),
        ..Provider::default()
    });
    let app = move || {
        App::new()
            .app_data(provider.clone())
            .app_data(web::PayloadConfig::new(8192))
            .route("/token", web::post().to(grant))
            .route("/counts", web::get().to(counts))
            .route("/v1/projects/bench/messages:send", web::post().to(send))
    };
    HttpServer::new(app)
        .workers(1)
        .bind(("127.0.0.1", port))?
        .run()
        .await?;
    Ok(())
}
