//! What every table keeps to, read from PostgreSQL's own catalogue.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::support::{Backend, TestDatabase};
use api::infra::db::Database;

async fn names(query: &str) -> Vec<String> {
    let test_database = TestDatabase::seeded(Backend::Postgres).await;
    let database = Database::connect(&test_database.settings)
        .await
        .expect("a database");
    database
        .reader()
        .query_all_raw(Statement::from_string(DatabaseBackend::Postgres, query))
        .await
        .expect("a query")
        .iter()
        .map(|row| row.try_get("", "name").expect("a name"))
        .collect()
}

#[actix_web::test]
async fn every_table_has_a_primary_key() {
    let without = names(
        "SELECT relname::text AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
         WHERE relkind = 'r' AND nspname = 'public'
         AND NOT EXISTS (SELECT 1 FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary)",
    )
    .await;
    assert_eq!(without, Vec::<String>::new());
}

#[actix_web::test]
async fn every_foreign_key_is_indexed() {
    let without = names(
        "SELECT conname::text AS name FROM pg_constraint c WHERE contype = 'f'
         AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])",
    )
    .await;
    assert_eq!(without, Vec::<String>::new());
}

#[actix_web::test]
async fn every_instant_knows_its_zone() {
    let without = names(
        "SELECT (table_name || '.' || column_name)::text AS name FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'
         AND ((column_name LIKE '%\\_at' AND data_type NOT IN ('timestamp with time zone', 'date'))
              OR data_type = 'timestamp without time zone')",
    )
    .await;
    assert_eq!(without, Vec::<String>::new());
}
