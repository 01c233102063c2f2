//! What tests stand on: databases, a running server, and people who ask it.

pub mod answer;
pub mod app;
pub mod binary;
pub mod builders;
pub mod database;
pub mod gateway;
pub mod line;
pub mod people;
pub mod postgres;
pub mod push_providers;
pub mod receiver;
pub mod redis;
pub mod site;
pub mod wire;

pub use answer::Answer;
pub use app::App;
pub use binary::Served;
pub use database::{Backend, TestDatabase};
pub use gateway::Outbox;
pub use line::Line;
pub use people::{Person, user_error};
pub use postgres::Postgres;
pub use redis::Redis;
pub use site::Site;
pub use wire::{Cut, Wire};

/// Runs each test once on SQLite and once on PostgreSQL, against a server with the demo content, or one
/// that is `started by` a function of the test's own.
#[macro_export]
macro_rules! on_both_databases {
    (started by $start:path; $($(#[doc = $doc:literal])* async fn $name:ident($app:ident) $body:block)*) => {
        mod sqlite {
            #[allow(unused_imports)]
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                let $app = $start($crate::support::Backend::Sqlite).await;
                let ending = $app.ending();
                async { $body }.await;
                ending.await;
            })*
        }
        mod postgres {
            #[allow(unused_imports)]
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                let $app = $start($crate::support::Backend::Postgres).await;
                let ending = $app.ending();
                async { $body }.await;
                ending.await;
            })*
        }
    };
    ($($tests:tt)*) => {
        $crate::on_both_databases! { started by $crate::support::App::start; $($tests)* }
    };
}
