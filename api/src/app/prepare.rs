//! Making the database ready: migrations and demo content, under the lock that lets one in.

use super::Identity;
use crate::{
    domain::{
        demo::{self, Scaled, Seeded},
        media::MediaLibrary,
        search,
    },
    infra::{
        clock::Clock,
        config::Settings,
        db::{Database, ExclusiveDatabase, StartFailure, pending_migrations},
        error::Error,
    },
};

/// Brings the schema up to date and returns how many migrations that took.
pub async fn migrate(settings: &Settings) -> Result<usize, String> {
    let exclusive = ExclusiveDatabase::acquire(settings).await.map_err(plain)?;
    exclusive.migrate().await.map_err(plain)
}

/// Loads the demo content into a migrated database.
pub async fn seed_demo(settings: &Settings) -> Result<Seeded, String> {
    let exclusive = ExclusiveDatabase::acquire(settings).await.map_err(plain)?;
    if settings.is_production() {
        refuse_pending(exclusive.database()).await?;
    } else {
        exclusive.migrate().await.map_err(plain)?;
    }
    seed(settings, exclusive.database()).await
}

/// Generates an archive of so many articles beside the demo content.
pub async fn seed_scale(settings: &Settings, articles: u64) -> Result<Scaled, String> {
    let exclusive = ExclusiveDatabase::acquire(settings).await.map_err(plain)?;
    let database = exclusive.database();
    let generating = async {
        search::catch_up(database).await?;
        demo::seed_scale(database, &Clock::system(), articles).await
    };
    generating
        .await
        .map_err(|error| not_loaded(settings, &error))
}

/// A database fit for serving. Development makes it so; production refuses one that is not.
pub async fn database(settings: &Settings) -> Result<Database, String> {
    if !settings.is_production() {
        prepare(settings).await?;
    }
    let database = Database::connect(settings).await.map_err(plain)?;
    refuse_pending(&database).await?;
    Ok(database)
}

/// What everything but migrating and seeding works with.
pub struct Opened {
    pub database: Database,
    pub clock: Clock,
    pub identity: Identity,
}

/// Opens a database fit for serving, with the clock that follows it and the service's keys.
pub async fn open(settings: &Settings) -> Result<Opened, String> {
    let database = database(settings).await?;
    let clock = clock(settings, &database).await?;
    let identity = Identity::load(settings, &database, &clock).await?;
    Ok(Opened {
        database,
        clock,
        identity,
    })
}

/// A clock that follows the database's.
pub async fn clock(settings: &Settings, database: &Database) -> Result<Clock, String> {
    let clock = Clock::system();
    let database_now = database
        .now()
        .await
        .map_err(|cause| format!("database {}: {cause}", settings.database_url()))?;
    let ahead = clock.follow(database_now);
    tracing::info!(
        ahead_ms = ahead.num_milliseconds(),
        "following the database's clock"
    );
    Ok(clock)
}

async fn prepare(settings: &Settings) -> Result<(), String> {
    let exclusive = ExclusiveDatabase::acquire(settings).await.map_err(plain)?;
    exclusive.migrate().await.map_err(plain)?;
    if settings.loads_demo_content() {
        seed(settings, exclusive.database()).await?;
    }
    Ok(())
}

async fn seed(settings: &Settings, database: &Database) -> Result<Seeded, String> {
    let library = MediaLibrary::open(settings)?;
    let seeding = async {
        let seeded = demo::seed(database, &library, &Clock::system()).await?;
        search::catch_up(database).await?;
        Ok(seeded)
    };
    seeding.await.map_err(|error| not_loaded(settings, &error))
}

fn not_loaded(settings: &Settings, error: &Error) -> String {
    match error {
        Error::Unavailable => format!("database {}: does not answer", settings.database_url()),
        _ => "the demo content could not be loaded; the log says why".into(),
    }
}

async fn refuse_pending(database: &Database) -> Result<(), String> {
    let pending = pending_migrations(database).await.map_err(plain)?;
    match pending.first() {
        None => Ok(()),
        Some(first) => Err(format!(
            "the database lacks {} migrations, the first is {first}: run `mfp-api migrate`",
            pending.len()
        )),
    }
}

pub(super) fn plain(StartFailure(line): StartFailure) -> String {
    line
}
