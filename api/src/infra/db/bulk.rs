//! Loading far more rows than statements could: PostgreSQL's `COPY`, with indexes built afterwards.
//!
//! Everything is one transaction: whoever breaks it off leaves the tables, their indexes and their
//! foreign keys as they were. While it runs, the tables are closed to others.

use std::fmt::Write;

use sea_orm::{
    DatabaseBackend, DbErr, EntityTrait, IdenStatic, Iterable, ModelTrait, RuntimeErr, Value,
};
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row, Transaction};

use super::Database;

/// A bulk load under way.
pub struct Bulk {
    /// Rolled back when it is dropped.
    transaction: Transaction<'static, Postgres>,
    /// What brings indexes and foreign keys back.
    rebuilding: Vec<String>,
}

/// Rows of one table as `COPY` reads them.
#[derive(Clone, Debug, Default)]
pub struct CopyRows {
    pub table: &'static str,
    pub columns: String,
    /// In the text format: a line a row, tabs between columns.
    pub text: String,
}

impl Bulk {
    /// Begins; `None` on SQLite, which has no `COPY`.
    ///
    /// # Errors
    /// Whatever the driver reports.
    pub async fn begin(database: &Database) -> Result<Option<Self>, DbErr> {
        let writer = database.writer();
        if writer.get_database_backend() != DatabaseBackend::Postgres {
            return Ok(None);
        }
        let pool = writer.get_postgres_connection_pool();
        Ok(Some(Self {
            transaction: pool.begin().await.map_err(failed)?,
            rebuilding: Vec::new(),
        }))
    }

    /// Drops the secondary indexes and the foreign keys of these tables until `rebuild`.
    ///
    /// # Errors
    /// Whatever the driver reports.
    pub async fn set_indexes_aside(&mut self, tables: &[&str]) -> Result<(), DbErr> {
        let named: Vec<String> = tables.iter().map(|table| (*table).to_owned()).collect();
        // Foreign keys last, so that they are checked against rows that have their indexes.
        let found = sqlx::query(
            "SELECT 1 AS step, format('DROP INDEX %I', indexname) AS away, indexdef AS back
             FROM pg_indexes JOIN pg_class c ON c.relname = indexname AND c.relnamespace = current_schema()::regnamespace
             WHERE schemaname = current_schema() AND tablename = ANY ($1)
               AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = c.oid)
             UNION ALL
             SELECT 2, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
                 format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
             FROM pg_constraint
             WHERE contype = 'f' AND conrelid = ANY ($1::text[]::regclass[])
             ORDER BY step",
        )
        .bind(named)
        .fetch_all(self.raw())
        .await
        .map_err(failed)?;
        for row in found {
            let away: String = row.try_get("away").map_err(failed)?;
            self.rebuilding.push(row.try_get("back").map_err(failed)?);
            self.execute(&away).await?;
        }
        Ok(())
    }

    /// Builds again what was set aside.
    ///
    /// # Errors
    /// Whatever the driver reports, a broken foreign key included.
    pub async fn rebuild(&mut self) -> Result<(), DbErr> {
        for statement in std::mem::take(&mut self.rebuilding) {
            self.execute(&statement).await?;
        }
        Ok(())
    }

    /// Writes rows and returns how many.
    ///
    /// # Errors
    /// Whatever the driver reports.
    pub async fn copy(&mut self, rows: CopyRows) -> Result<u64, DbErr> {
        let statement = format!("COPY {} ({}) FROM STDIN", rows.table, rows.columns);
        let mut copying = self.raw().copy_in_raw(&statement).await.map_err(failed)?;
        copying.send(rows.text.into_bytes()).await.map_err(failed)?;
        copying.finish().await.map_err(failed)
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// Whatever the driver reports.
    pub async fn execute(&mut self, statement: &str) -> Result<(), DbErr> {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(self.raw())
            .await
            .map(|_| ())
            .map_err(failed)
    }

    /// Runs a statement with one text as its parameter.
    ///
    /// # Errors
    /// Whatever the driver reports.
    pub async fn execute_with(&mut self, statement: &str, text: &str) -> Result<(), DbErr> {
        sqlx::query(AssertSqlSafe(statement.to_owned()))
            .bind(text)
            .execute(self.raw())
            .await
            .map(|_| ())
            .map_err(failed)
    }

    /// Takes the change head's lock and so many numbers; returns the first of them.
    ///
    /// # Errors
    /// Whatever the driver reports.
    pub async fn reserve_changes(&mut self, count: i64) -> Result<i64, DbErr> {
        let head: i64 = sqlx::query_scalar("UPDATE change_head SET seq = seq + $1 RETURNING seq")
            .bind(count)
            .fetch_one(self.raw())
            .await
            .map_err(failed)?;
        Ok(head - count + 1)
    }

    /// Makes it all visible at once.
    ///
    /// # Errors
    /// Whatever the driver reports; then nothing is.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.transaction.commit().await.map_err(failed)
    }

    fn raw(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

impl CopyRows {
    /// All columns of these rows.
    ///
    /// # Errors
    /// When a value is of a type that no table had so far.
    pub fn of<E: EntityTrait>(table: &'static str, models: &[E::Model]) -> Result<Self, DbErr>
    where
        E::Model: ModelTrait<Entity = E>,
    {
        let columns: Vec<E::Column> = E::Column::iter().collect();
        let names: Vec<&str> = columns.iter().map(IdenStatic::as_str).collect();
        let mut text = String::with_capacity(models.len() * 512);
        for model in models {
            for (number, column) in columns.iter().enumerate() {
                if number > 0 {
                    text.push('\t');
                }
                write_value(&mut text, model.get(*column))?;
            }
            text.push('\n');
        }
        Ok(Self {
            table,
            columns: names.join(", "),
            text,
        })
    }
}

fn write_value(line: &mut String, value: Value) -> Result<(), DbErr> {
    let written = match value {
        Value::Bool(Some(is)) => write!(line, "{is}"),
        Value::Int(Some(number)) => write!(line, "{number}"),
        Value::BigInt(Some(number)) => write!(line, "{number}"),
        Value::Uuid(Some(uuid)) => write!(line, "{uuid}"),
        Value::ChronoDate(Some(day)) => write!(line, "{day}"),
        Value::ChronoDateTimeUtc(Some(instant)) => write!(line, "{}", instant.to_rfc3339()),
        Value::String(Some(text)) => {
            write_text(line, &text);
            Ok(())
        }
        Value::Json(Some(json)) => {
            write_text(line, &json.to_string());
            Ok(())
        }
        null if null == null.as_null() => line.write_str("\\N"),
        other => {
            return Err(DbErr::Type(format!(
                "COPY does not know how to write {other:?}"
            )));
        }
    };
    written.map_err(|cause| DbErr::Custom(cause.to_string()))
}

/// A text as `COPY` reads it: its own signs are escaped.
pub fn write_text(line: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '\n', '\r', '\t']) {
        let (plain, sign) = rest.split_at(at);
        line.push_str(plain);
        line.push_str(match sign.as_bytes().first() {
            Some(b'\n') => "\\n",
            Some(b'\r') => "\\r",
            Some(b'\t') => "\\t",
            _ => "\\\\",
        });
        rest = sign.get(1..).unwrap_or_default();
    }
    line.push_str(rest);
}

fn failed(cause: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(std::sync::Arc::new(cause)))
}

#[cfg(test)]
mod tests {
    use entities::news_article_tag;

    use super::*;

    #[test]
    fn signs_of_the_format_do_not_break_a_row() {
        let row = news_article_tag::Model {
            article_id: uuid::Uuid::nil(),
            tag: "a\tb\\c\nd".into(),
        };
        let rows = CopyRows::of::<news_article_tag::Entity>("news_article_tag", &[row]).unwrap();
        assert_eq!(rows.columns, "article_id, tag");
        assert_eq!(
            rows.text,
            "00000000-0000-0000-0000-000000000000\ta\\tb\\\\c\\nd\n"
        );
    }
}
