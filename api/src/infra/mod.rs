//! Mechanisms without a business word. Nothing here knows `domain`, `schema` or `http`.

pub mod audit;
pub mod auth;
pub mod cache;
pub mod clock;
pub mod config;
pub mod csv_records;
pub mod db;
pub mod digest;
pub mod error;
pub mod graphql;
pub mod jobs;
pub mod outbound;
pub mod redis;
pub mod telemetry;
pub mod text_encoding;
pub mod throttle;
pub mod vault;
