//! Migrating once, however many processes start together.
//!
//! sea-orm-migration takes no lock. On SQLite a file beside the database is locked *before* the
//! database is first opened (switching to WAL is itself a race); on PostgreSQL an advisory lock is
//! tried with back-off, because waiting for it inside the server would hold a snapshot and so block
//! `CREATE INDEX CONCURRENTLY`.

use std::{
    fs::{File, OpenOptions},
    path::PathBuf,
    time::Duration,
};

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, Statement,
};

use super::connect::{Database, Purpose, StartFailure, reach, reason};
use crate::infra::config::{DatabaseUrl, Settings};

/// "mfp-migr" as a number: any constant that no other program uses in this database.
const ADVISORY_LOCK: i64 = 0x6d66_702d_6d69_6772;
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A neighbour that migrates a large database may take this long.
const PATIENCE: Duration = Duration::from_secs(600);

/// The database while nobody else migrates or seeds it. Dropping it lets the next one in.
pub struct ExclusiveDatabase {
    database: Database,
    _lock: Lock,
}

enum Lock {
    File { _held: File },
    Advisory { _session: DatabaseConnection },
}

impl ExclusiveDatabase {
    /// Waits for its turn, then connects.
    ///
    /// # Errors
    /// One line that names the database and the reason.
    pub async fn acquire(settings: &Settings) -> Result<Self, StartFailure> {
        let url = settings.database_url();
        if let Some(path) = url.sqlite_path() {
            let held = lock_file(path).await?;
            Ok(Self {
                database: Database::connect_for(settings, Purpose::Preparing).await?,
                _lock: Lock::File { _held: held },
            })
        } else {
            reach(&url).await?;
            let failed = |cause: DbErr| StartFailure(format!("database {url}: {}", reason(&cause)));
            let session = lock_server(&url).await.map_err(failed)?;
            Ok(Self {
                database: Database::connect_for(settings, Purpose::Preparing).await?,
                _lock: Lock::Advisory { _session: session },
            })
        }
    }

    /// The database itself.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Applies what is pending, telling each migration as it begins, and returns how many there were.
    ///
    /// # Errors
    /// One line that names the reason. A failed migration is rolled back.
    pub async fn migrate(&self) -> Result<usize, StartFailure> {
        let pending = pending_migrations(&self.database).await?;
        if pending.is_empty() {
            return Ok(0);
        }
        for (number, name) in pending.iter().enumerate() {
            tracing::info!(migration = %name, step = number + 1, of = pending.len(), "migrating");
            Migrator::up(self.database.writer(), Some(1))
                .await
                .map_err(|cause| StartFailure(format!("migration {name}: {}", reason(&cause))))?;
        }
        Ok(pending.len())
    }
}

/// The names of migrations that the database lacks, oldest first. Changes nothing.
///
/// # Errors
/// One line with the driver's reason.
pub async fn pending_migrations(database: &Database) -> Result<Vec<String>, StartFailure> {
    Migrator::get_pending_migrations_read_only(database.reader())
        .await
        .map(|pending| pending.iter().map(|one| one.name().to_owned()).collect())
        .map_err(|cause| StartFailure(format!("reading the migration table: {}", reason(&cause))))
}

/// Whether the schema is the one this program was built for.
pub async fn is_migrated(database: &Database) -> bool {
    pending_migrations(database)
        .await
        .is_ok_and(|pending| pending.is_empty())
}

async fn lock_file(database: PathBuf) -> Result<File, StartFailure> {
    let mut path = database.into_os_string();
    path.push(".lock");
    let path = PathBuf::from(path);
    let failed = |cause| StartFailure(format!("lock file {}: {cause}", path.display()));
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    let held = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    match held {
        Ok(locked) => locked.map_err(failed),
        Err(cause) => Err(StartFailure(format!(
            "lock file {}: {cause}",
            path.display()
        ))),
    }
}

async fn lock_server(url: &DatabaseUrl) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.reveal());
    // The lock belongs to the session, so this pool must never replace its one connection.
    options
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .sqlx_logging(false);
    let session = sea_orm::Database::connect(options).await?;
    let mut waited = Duration::ZERO;
    let mut wait = FIRST_WAIT;
    while !try_lock(&session).await? {
        if waited >= PATIENCE {
            return Err(DbErr::Custom(
                "another process has been migrating for ten minutes".into(),
            ));
        }
        tokio::time::sleep(wait).await;
        waited += wait;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    Ok(session)
}

async fn try_lock(session: &DatabaseConnection) -> Result<bool, DbErr> {
    let row = session
        .query_one_raw(Statement::from_sql_and_values(
            DatabaseBackend::Postgres,
            "SELECT pg_try_advisory_lock($1) AS locked",
            [ADVISORY_LOCK.into()],
        ))
        .await?;
    row.map_or(Ok(false), |row| row.try_get("", "locked"))
}
