//! Connecting: one writer and many readers on SQLite, one pool on PostgreSQL.

use std::{path::Path, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, Statement,
    sqlx::{Connection, sqlite::SqlitePoolOptions},
};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};

use super::silence::Silence;
use crate::infra::config::{DatabaseUrl, Settings};

// The figures are the failure matrix's: a client never waits for a dead database longer than it
// would wait for a metro door.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Whoever stops a process waits this long for its connections, and no longer.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);
const POSTGRES_LIMITS: [(&str, &str); 3] = [
    ("statement_timeout", "3000"),
    ("lock_timeout", "1000"),
    ("idle_in_transaction_session_timeout", "10000"),
];

/// A handle to the database, cheap to clone.
///
/// On SQLite the writer is a single connection, so that writers queue in the process instead of
/// meeting `SQLITE_BUSY`; readers have their own, read-only. On PostgreSQL both are one pool.
#[derive(Clone, Debug)]
pub struct Database {
    readers: Arc<DatabaseConnection>,
    writer: Arc<DatabaseConnection>,
    silence: Silence,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Answering people, who wait: statements are cut off.
    Serving,
    /// Migrating and loading, which may take minutes and may create the database.
    Preparing,
}

/// Why the program can't start, in one line that says what and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartFailure(pub String);

impl Database {
    /// Connects with the pools and limits that serving needs. A database that is a file must exist.
    ///
    /// # Errors
    /// One line that names the database and the reason; passwords are left out.
    pub async fn connect(settings: &Settings) -> Result<Self, StartFailure> {
        Self::connect_for(settings, Purpose::Serving).await
    }

    pub(super) async fn connect_for(
        settings: &Settings,
        purpose: Purpose,
    ) -> Result<Self, StartFailure> {
        let url = settings.database_url();
        let failed = |cause: DbErr| StartFailure(format!("database {url}: {}", reason(&cause)));
        if let Some(path) = url.sqlite_path() {
            if purpose == Purpose::Serving && !path.exists() {
                let advice = "does not exist: run `mfp-api migrate`";
                return Err(StartFailure(format!("database {url}: {advice}")));
            }
            create_parent_folder(&path)?;
            let writer = connect_sqlite(&url, 1, false).await.map_err(failed)?;
            let readers = connect_sqlite(&url, settings.database_connections, true)
                .await
                .map_err(failed)?;
            Ok(Self::new(readers, writer, Silence::new()))
        } else {
            reach(&url).await?;
            let silence = Silence::new();
            let pool = connect_postgres(&url, settings.database_connections, purpose, &silence)
                .await
                .map_err(failed)?;
            Ok(Self::new(pool.clone(), pool, silence))
        }
    }

    fn new(readers: DatabaseConnection, writer: DatabaseConnection, silence: Silence) -> Self {
        Self {
            readers: Arc::new(readers),
            writer: Arc::new(writer),
            silence,
        }
    }

    /// Waits until that instant for something that asks the database. `None`: it is given up, and so is
    /// every connection that does not answer.
    pub async fn answers_by<T>(
        &self,
        deadline: Instant,
        asking: impl Future<Output = T>,
    ) -> Option<T> {
        let mut asking = std::pin::pin!(asking);
        let answer = timeout_at(deadline, asking.as_mut()).await.ok();
        if answer.is_none() {
            // Said before the question is dropped and gives its connection back.
            self.silence.notice();
        }
        answer
    }

    /// Where reads go.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// Where transactions that write begin.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Closes every connection. On SQLite what the write-ahead log holds goes into the database's file
    /// first, so that the file alone is the whole database.
    ///
    /// It is no failure when that can't be: a neighbouring process may be using the log, and whoever
    /// opens the database next reads it.
    pub async fn close(&self) {
        if timeout(CLOSE_TIMEOUT, self.close_in_order()).await.is_err() {
            tracing::info!("the database was left while it was in use");
        }
    }

    async fn close_in_order(&self) {
        // The log can't be emptied while somebody reads from it.
        drop(self.readers.close_by_ref().await);
        if self.writer.get_database_backend() == DatabaseBackend::Sqlite {
            let emptied = self
                .writer
                .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
                .await;
            drop(emptied);
            drop(self.writer.close_by_ref().await);
        }
    }

    /// Calls `observe` with every statement that readers send; tests count them.
    #[must_use]
    pub fn observed(&self, observe: impl Fn(&str) + Send + Sync + 'static) -> Self {
        let mut readers = (*self.readers).clone();
        readers.set_metric_callback(move |info| observe(&info.statement.sql));
        Self {
            readers: Arc::new(readers),
            writer: Arc::clone(&self.writer),
            silence: self.silence.clone(),
        }
    }

    /// What the database's own clock says.
    ///
    /// # Errors
    /// Whatever the driver reports.
    pub async fn now(&self) -> Result<DateTime<Utc>, DbErr> {
        let sql = match self.readers.get_database_backend() {
            DatabaseBackend::Postgres => "SELECT clock_timestamp() AS now",
            _ => "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS now",
        };
        let backend = self.readers.get_database_backend();
        let row = self
            .readers
            .query_one_raw(Statement::from_string(backend, sql))
            .await?;
        row.ok_or_else(|| DbErr::RecordNotFound(sql.into()))?
            .try_get("", "now")
    }
}

/// A driver's error on one line.
pub(super) fn reason(cause: &DbErr) -> String {
    cause.to_string().replace('\n', " ")
}

fn create_parent_folder(path: &Path) -> Result<(), StartFailure> {
    let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    else {
        return Ok(());
    };
    std::fs::create_dir_all(folder)
        .map_err(|cause| StartFailure(format!("folder {}: {cause}", folder.display())))
}

/// Knocks at the server once. A pool would try again and again and then only say that it timed out.
pub(super) async fn reach(url: &DatabaseUrl) -> Result<(), StartFailure> {
    const POSTGRES_PORT: u16 = 5432;
    let Ok(parsed) = url::Url::parse(url.reveal()) else {
        return Ok(());
    };
    // Without a host the address is a socket file, which the driver knows how to find.
    let Some(host) = parsed.host_str().filter(|host| !host.is_empty()) else {
        return Ok(());
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = (host, parsed.port().unwrap_or(POSTGRES_PORT));
    let reason = match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(cause)) => cause.to_string(),
        Err(_) => format!("no answer within {} s", CONNECT_TIMEOUT.as_secs()),
    };
    Err(StartFailure(format!("database {url}: {reason}")))
}

fn options(url: &DatabaseUrl, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url.reveal());
    options
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

async fn connect_sqlite(
    url: &DatabaseUrl,
    connections: u32,
    read_only: bool,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = options(url, connections);
    options.acquire_timeout(SQLITE_BUSY_TIMEOUT);
    if !read_only {
        options.map_sqlx_sqlite_pool_opts(leave_what_broke);
    }
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(SQLITE_BUSY_TIMEOUT)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL");
        if read_only {
            sqlite.pragma("query_only", "ON")
        } else {
            sqlite
        }
    });
    sea_orm::Database::connect(options).await
}

/// When COMMIT meets a full disk, SQLite rolls back by itself, and the driver goes on counting itself
/// into a transaction. What it then calls one is a savepoint: the first rollback of one would leave it
/// open, and everything acknowledged after that would stand in it and be lost. Such a connection is
/// closed, and the next writer opens another.
fn leave_what_broke(pool: SqlitePoolOptions) -> SqlitePoolOptions {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            // A rollback that is under way is over by then.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    })
}

async fn connect_postgres(
    url: &DatabaseUrl,
    connections: u32,
    purpose: Purpose,
    silence: &Silence,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = options(url, connections);
    if purpose == Purpose::Serving {
        let silence = silence.clone();
        options.map_sqlx_postgres_pool_opts(move |pool| silence.guard(pool));
    }
    options.map_sqlx_postgres_opts(move |postgres| {
        let postgres = postgres.application_name("mfp-api");
        match purpose {
            Purpose::Serving => postgres.options(POSTGRES_LIMITS),
            Purpose::Preparing => postgres,
        }
    });
    sea_orm::Database::connect(options).await
}
