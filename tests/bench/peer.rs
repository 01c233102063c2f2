//! What the product is measured against: handlers without sea-orm or any framework of ours.
//!
//! `/bare` sends the home answer's bytes from memory: the limit of actix on this machine; `/known` says that
//! nothing has changed.
//! `/memory` executes it by the stock GraphQL library over data in memory (`memory.rs`).
//! `/hand` runs the home screen's three statements, with just the columns that the query selects,
//! and writes the JSON by hand. Both read the request's body to its end, as the product must.
//!
//! `/search` ranks all matches of a few stems by where they stand, in one plain statement (the
//! product's own ranking does more); `/words`
//! names words of different frequency to search for.
//!
//! Usage: `bench-peer DATABASE_URL PORT ANSWER_FILE`

mod memory;

use std::{fmt::Write, sync::Arc};

use actix_web::{
    App, HttpResponse, HttpServer,
    web::{self, Bytes, Data},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sqlx::{PgPool, Row, postgres::PgPoolOptions};
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PUBLIC: Uuid = uuid::uuid!("00000000-0000-7000-8000-000000000001");

const NEWS: &str = "SELECT n.id, n.slug, n.headline, n.lead, n.published_at, c.id, c.name, o.id, o.short_name
    FROM news_article n JOIN news_category c ON c.id = n.category_id JOIN organisation o ON o.id = n.organisation_id
    WHERE n.audience_id = $1 ORDER BY n.published_at DESC, n.id DESC LIMIT $2";
const BENEFITS: &str =
    "SELECT b.id, b.slug, b.title, b.summary, b.valid_through, p.id, p.brand_name
    FROM benefit b LEFT JOIN partner p ON p.id = b.partner_id
    WHERE b.audience_id = $1 AND (b.valid_through IS NULL OR b.valid_through >= $2)
    ORDER BY b.published_at DESC, b.id DESC LIMIT $3";
const GUIDES: &str = "SELECT g.id, g.slug, g.title, g.summary, c.id, c.name
    FROM service_guide g JOIN guide_category c ON c.id = g.category_id
    WHERE g.audience_id = $1 ORDER BY g.sort_key, g.id LIMIT $2";

struct Peer {
    pool: PgPool,
    answer: Bytes,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || {
        arguments
            .next()
            .ok_or("usage: bench-peer DATABASE_URL PORT ANSWER_FILE")
    };
    let pool = PgPoolOptions::new()
        .max_connections(10)
        .connect(&argument()?)
        .await?;
    let port: u16 = argument()?.parse()?;
    let answer = Bytes::from(std::fs::read(argument()?)?);
    let memory = Data::new(memory::open(&answer)?);
    let peer = Data::from(Arc::new(Peer { pool, answer }));
    HttpServer::new(move || {
        App::new()
            .app_data(peer.clone())
            .app_data(memory.clone())
            .route("/bare", web::post().to(bare))
            .route("/known", web::get().to(known))
            .route("/memory", web::post().to(memory::answer))
            .route("/hand", web::post().to(by_hand))
            .route("/search", web::post().to(search))
            .route("/words", web::get().to(words))
    })
    .tcp_nodelay(true)
    .bind(("127.0.0.1", port))?
    .run()
    .await?;
    Ok(())
}

async fn bare(_body: Bytes, peer: Data<Peer>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .body(peer.answer.clone())
}

async fn known() -> HttpResponse {
    HttpResponse::NotModified()
        .insert_header(("etag", "\"unchanged\""))
        .finish()
}

async fn by_hand(_body: Bytes, peer: Data<Peer>) -> HttpResponse {
    match home(&peer.pool).await {
        Ok(json) => HttpResponse::Ok()
            .content_type("application/json; charset=utf-8")
            .body(json),
        Err(cause) => HttpResponse::InternalServerError().body(cause.to_string()),
    }
}

#[derive(serde::Deserialize)]
struct Search {
    stems: Vec<String>,
}

/// What a word is worth by where it stands, as in the product's ranking.
fn worth(stem: &str) -> String {
    let line = |number: u8, worth: f64| {
        format!(
            "WHEN ' ' || split_part(headwords, E'\\n', {number}) || ' ' LIKE '% {stem} %' THEN {worth}"
        )
    };
    let lines = [line(1, 1.0), line(2, 0.85), line(3, 0.5), line(4, 0.35)];
    format!("CASE {} ELSE 0.12 END", lines.join(" "))
}

async fn search(body: web::Json<Search>, peer: Data<Peer>) -> HttpResponse {
    let worths: Vec<String> = body.stems.iter().map(|stem| worth(stem)).collect();
    // Limited before it is joined, as the product does.
    let statement = format!(
        "SELECT d.object_id, d.title, d.object_type, n.lead, d.published_at FROM
             (SELECT object_id, title, object_type, published_at, round({}, 2) AS score FROM search_document
              WHERE lexemes @@ $1::tsquery AND audience_id = $2
              ORDER BY score DESC, published_at DESC, object_id DESC LIMIT 20) AS d
         LEFT JOIN news_article n ON n.id = d.object_id
         ORDER BY d.score DESC, d.published_at DESC, d.object_id DESC",
        worths.join(" + ")
    );
    let lexemes: Vec<String> = body.stems.iter().map(|stem| format!("'{stem}'")).collect();
    let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(lexemes.join(" & "))
        .bind(PUBLIC)
        .fetch_all(&peer.pool)
        .await;
    match rows
        .map_err(|cause| cause.to_string())
        .and_then(|rows| found(&rows))
    {
        Ok(json) => HttpResponse::Ok()
            .content_type("application/json; charset=utf-8")
            .body(json),
        Err(cause) => HttpResponse::InternalServerError().body(cause),
    }
}

fn found(rows: &[sqlx::postgres::PgRow]) -> Result<String, String> {
    let mut json = String::from("{\"data\":{\"search\":{\"nodes\":[");
    let failed = |cause: sqlx::Error| cause.to_string();
    for (number, row) in rows.iter().enumerate() {
        separate(&mut json, number);
        id(&mut json, b'n', row.try_get(0).map_err(failed)?);
        text(&mut json, ",\"headline\":", row.try_get(1).map_err(failed)?);
        text(
            &mut json,
            ",\"__typename\":",
            row.try_get(2).map_err(failed)?,
        );
        let lead: Option<&str> = row.try_get(3).map_err(failed)?;
        text(&mut json, ",\"lead\":", lead.unwrap_or_default());
        let published: DateTime<Utc> = row.try_get(4).map_err(failed)?;
        text(
            &mut json,
            ",\"publishedAt\":",
            &published.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        );
        json.push('}');
    }
    json.push_str("]}}}");
    Ok(json)
}

/// Words of three frequencies, and pairs of them.
async fn words(peer: Data<Peer>) -> HttpResponse {
    let mut groups = Vec::new();
    let mut frequent: Vec<serde_json::Value> = Vec::new();
    for (name, least, most) in [
        ("one word, 0.05 to 0.5 % of all", 0.0005, 0.005),
        ("one word, 0.5 to 5 % of all", 0.005, 0.05),
        ("one word, 5 to 30 % of all", 0.05, 0.3),
    ] {
        let rows = sqlx::query(
            "SELECT word, stem FROM search_word, (SELECT documents AS whole FROM search_word WHERE stem = '#') AS counted
             WHERE documents BETWEEN $1 * whole AND $2 * whole AND length(stem) >= 4 AND stem ~ '^[а-я]+$'
             ORDER BY md5(stem) LIMIT 12",
        )
        .bind(least)
        .bind(most)
        .fetch_all(&peer.pool)
        .await
        .unwrap_or_default();
        let word = |row: &sqlx::postgres::PgRow| {
            let (word, stem): (String, String) = (row.get(0), row.get(1));
            serde_json::json!({ "text": word, "stems": [stem] })
        };
        let words: Vec<serde_json::Value> = rows.iter().map(word).collect();
        frequent.extend(words.iter().cloned());
        groups.push(serde_json::json!({ "name": name, "words": words }));
    }
    let pair = |(one, other): (&serde_json::Value, &serde_json::Value)| {
        let text = format!(
            "{} {}",
            one["text"].as_str().unwrap_or_default(),
            other["text"].as_str().unwrap_or_default()
        );
        serde_json::json!({ "text": text, "stems": [one["stems"][0], other["stems"][0]] })
    };
    let pairs: Vec<serde_json::Value> = frequent
        .iter()
        .zip(frequent.iter().rev())
        .map(pair)
        .collect();
    groups.push(serde_json::json!({ "name": "two words of different frequency", "words": pairs }));
    HttpResponse::Ok().json(groups)
}

async fn home(pool: &PgPool) -> Result<String, sqlx::Error> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the peer stands outside the house"
    )]
    let today: NaiveDate = (Utc::now() + chrono::TimeDelta::hours(3)).date_naive();
    let mut json = String::with_capacity(32 * 1024);
    json.push_str("{\"data\":{\"news\":{\"nodes\":[");
    let rows = sqlx::query(NEWS)
        .bind(PUBLIC)
        .bind(21_i64)
        .fetch_all(pool)
        .await?;
    for (number, row) in rows.iter().take(20).enumerate() {
        separate(&mut json, number);
        id(&mut json, b'n', row.try_get(0)?);
        text(&mut json, ",\"slug\":", row.try_get(1)?);
        text(&mut json, ",\"headline\":", row.try_get(2)?);
        text(&mut json, ",\"lead\":", row.try_get(3)?);
        let published: DateTime<Utc> = row.try_get(4)?;
        text(
            &mut json,
            ",\"publishedAt\":",
            &published.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        );
        json.push_str(",\"category\":");
        id(&mut json, b'N', row.try_get(5)?);
        text(&mut json, ",\"name\":", row.try_get(6)?);
        json.push_str("},\"organisation\":");
        id(&mut json, b'o', row.try_get(7)?);
        text(&mut json, ",\"shortName\":", row.try_get(8)?);
        json.push_str("}}");
    }
    json.push_str("]},\"benefits\":{\"nodes\":[");
    let rows = sqlx::query(BENEFITS)
        .bind(PUBLIC)
        .bind(today)
        .bind(11_i64)
        .fetch_all(pool)
        .await?;
    for (number, row) in rows.iter().take(10).enumerate() {
        separate(&mut json, number);
        id(&mut json, b'b', row.try_get(0)?);
        text(&mut json, ",\"slug\":", row.try_get(1)?);
        text(&mut json, ",\"title\":", row.try_get(2)?);
        text(&mut json, ",\"summary\":", row.try_get(3)?);
        match row.try_get::<Option<NaiveDate>, _>(4)? {
            Some(day) => text(&mut json, ",\"validThrough\":", &day.to_string()),
            None => json.push_str(",\"validThrough\":null"),
        }
        json.push_str(",\"partner\":");
        match row.try_get::<Option<Uuid>, _>(5)? {
            Some(partner) => {
                id(&mut json, b'r', partner);
                text(&mut json, ",\"brandName\":", row.try_get(6)?);
                json.push_str("}}");
            }
            None => json.push_str("null}"),
        }
    }
    json.push_str("]},\"guides\":{\"nodes\":[");
    let rows = sqlx::query(GUIDES)
        .bind(PUBLIC)
        .bind(11_i64)
        .fetch_all(pool)
        .await?;
    for (number, row) in rows.iter().take(10).enumerate() {
        separate(&mut json, number);
        id(&mut json, b'g', row.try_get(0)?);
        text(&mut json, ",\"slug\":", row.try_get(1)?);
        text(&mut json, ",\"title\":", row.try_get(2)?);
        text(&mut json, ",\"summary\":", row.try_get(3)?);
        json.push_str(",\"category\":");
        id(&mut json, b'G', row.try_get(4)?);
        text(&mut json, ",\"name\":", row.try_get(5)?);
        json.push_str("}}");
    }
    json.push_str("]}}}");
    Ok(json)
}

fn separate(json: &mut String, number: usize) {
    if number > 0 {
        json.push(',');
    }
}

fn id(json: &mut String, tag: u8, uuid: Uuid) {
    let mut bytes = [tag; 17];
    bytes[1..].copy_from_slice(uuid.as_bytes());
    json.push_str("{\"id\":\"");
    BASE64_URL_SAFE_NO_PAD.encode_string(bytes, json);
    json.push('"');
}

fn text(json: &mut String, name: &str, value: &str) {
    json.push_str(name);
    json.push('"');
    for letter in value.chars() {
        match letter {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            letter if (letter as u32) < 0x20 => {
                let _ = write!(json, "\\u{:04x}", letter as u32);
            }
            letter => json.push(letter),
        }
    }
    json.push('"');
}
