//! What the federation's product knows and does, a folder a domain.
//!
//! Each `mod.rs` is its domain's front door: what it lists is what other domains, `schema` and
//! `http` may use. Which domain may use which is written in `tests/src/architecture/imports.rs`.

pub mod accounts;
pub mod app_config;
pub mod archive;
pub mod audit_log;
pub mod benefit_use;
pub mod benefits;
pub mod content;
pub mod dashboard;
pub mod demo;
pub mod editing;
pub mod guide_watch;
pub mod guides;
pub mod media;
pub mod media_desk;
pub mod membership;
pub mod news;
pub mod organisations;
pub mod privacy;
pub mod push;
pub mod reach;
pub mod reference;
pub mod search;
pub mod service_quality;
pub mod service_reports;
pub mod sync;
pub mod training;
pub mod webhooks;
pub mod working_days;
