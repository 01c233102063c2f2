//! `mfp-api`: the GraphQL server of the Moscow Federation of Trade Unions' app and portal.
//!
//! The rooms, and who may import whom (a test holds it):
//!
//! - [`app`] builds everything and is imported by nobody but `main` and the tests;
//! - [`http`] speaks HTTP: limits, status codes, headers, media;
//! - [`schema`] merges the domains' roots into one GraphQL schema;
//! - [`domain`] knows the federation's things, a folder a domain;
//! - [`infra`] has mechanisms without a business word.

// The schema's roots are merged one into the other, a level a domain.
#![recursion_limit = "256"]

pub mod app;
pub mod domain;
pub mod http;
pub mod infra;
pub mod schema;
