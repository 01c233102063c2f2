//! Everything is tested through the front door, as a kind of person, on both databases.
//!
//! `tests/run` brings the servers and runs this binary; the folders are named after what they try.

mod architecture;
mod archive;
mod benefit_use;
mod benefits;
mod cache;
mod editing;
mod feeds;
mod guide_watch;
mod guides;
mod item_21;
mod media;
mod migrations;
mod news;
mod organisations;
mod outages;
mod people;
mod push;
mod push_gateways;
mod reach;
mod reference;
mod scale;
mod schema;
mod search;
mod service_quality;
mod service_reports;
mod support;
mod sync;
mod training;
mod transport;
mod visibility;
mod webhooks;
