//! Demo content: honest texts for a first look, loaded through the same doors as real content.
//!
//! Everything it writes is marked `isDemo`. Loading twice changes nothing: ids are derived from
//! slugs, and what exists is left as it is. The texts are data files under `api/content/`.

mod benefits;
mod courses;
mod cover;
mod files;
mod guides;
mod identity;
mod news;
mod organisations;
mod people;
mod reference;
mod scale;

pub use people::{DemoPeople, seed_people};
pub use scale::{Scaled, seed as seed_scale};

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use crate::{
    domain::{content::Published, media::MediaLibrary},
    infra::{
        clock::Clock,
        db::{Change, Database, record_change},
        error::Error,
    },
};

/// The cache tags of everything that demo content touches.
const TAGS: [&str; 6] = [
    "benefits",
    "courses",
    "guides",
    "news",
    "organisations",
    "training",
];

/// How much was written; zeros when it was all there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seeded {
    pub organisations: usize,
    pub pages: usize,
    pub guides: usize,
    pub benefits: usize,
    pub courses: usize,
    pub articles: usize,
}

/// What a part of the content needs while it is written.
struct Seeding<'a, C> {
    transaction: &'a C,
    library: &'a MediaLibrary,
    now: chrono::DateTime<chrono::Utc>,
    changes: Vec<Change>,
    /// The covers drawn so far, by category.
    covers: HashMap<String, Uuid>,
}

impl<C: ConnectionTrait> Seeding<'_, C> {
    fn published(&mut self, published: &Published) {
        self.changes.push(published.change());
    }

    fn reference(&mut self, object_type: &'static str, object_id: Uuid) {
        self.changes.push(Change {
            object_type,
            object_id,
            audience_before: None,
            audience_after: Some(crate::infra::auth::PUBLIC_AUDIENCE_ID),
        });
    }
}

/// Loads what is missing of the demo content, all or nothing.
///
/// # Errors
/// Whatever the database or the media folder reports; nothing is left half-written.
pub async fn seed(
    database: &Database,
    library: &MediaLibrary,
    clock: &Clock,
) -> Result<Seeded, Error> {
    let transaction = database.writer().begin().await?;
    let mut seeding = Seeding {
        transaction: &transaction,
        library,
        now: clock.now(),
        changes: Vec::new(),
        covers: HashMap::new(),
    };
    reference::seed(&mut seeding).await?;
    let (organisations, pages) = organisations::seed(&mut seeding).await?;
    let guides = guides::seed(&mut seeding).await?;
    let benefits = benefits::seed(&mut seeding).await?;
    let courses = courses::seed(&mut seeding).await?;
    let articles = news::seed(&mut seeding).await?;
    let seeded = Seeded {
        organisations,
        pages,
        guides,
        benefits,
        courses,
        articles,
    };
    let Seeding { now, changes, .. } = seeding;
    if !changes.is_empty() {
        record_change(&transaction, &changes, &TAGS, now).await?;
    }
    transaction.commit().await?;
    Ok(seeded)
}
