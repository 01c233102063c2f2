//! HTTP: the only room that knows actix, headers, body limits and status codes.

mod accept;
mod answer_order;
mod body;
mod budgets;
mod callers;
mod client;
mod compression;
mod credentials;
mod exports;
mod feeds;
mod graphiql;
mod graphql;
mod headers;
mod health;
mod media;
mod observe;
mod packed;
mod persisted_queries;
mod preview;
mod problem;
mod representation;
mod request_gate;
mod request_id;
mod request_parameters;
mod response_cache;
mod server;
mod service_quality;
mod uploads;
mod verify;
mod well_known;

pub use budgets::Budgets;
pub use callers::Callers;
pub use persisted_queries::PersistedQueries;
pub use request_gate::{Limits, RequestGate};
pub use response_cache::ResponseCache;
pub use server::{HttpServices, Readiness, Running, bind, listen};
