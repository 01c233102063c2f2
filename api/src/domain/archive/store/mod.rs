//! All SQL of archives: rows as lines, and lines as rows.

mod around;
mod audiences;
mod benefits;
mod content;
mod courses;
mod drafts;
mod guides;
mod headings;
mod media;
mod names;
mod news;
mod organisations;
mod outlets;
mod pages;
mod partners;
mod present;
mod recommendations;
mod redirects;
mod revisions;
mod scope;
mod taken;

use std::collections::HashMap;

pub use benefits::BenefitTexts;
use chrono::{DateTime, Utc};
pub use content::{Contents, ShownTable, count_unfinished, write_heads};
pub use courses::CourseTexts;
pub use drafts::Drafts;
pub use guides::GuideTexts;
pub use headings::{BenefitCategories, GuideCategories, LifeEvents, NewsCategories};
pub use media::Media;
pub use news::NewsTexts;
pub use organisations::Organisations;
pub use outlets::Outlets;
pub use pages::PageTexts;
pub use partners::Partners;
pub use present::list_present;
pub use recommendations::Recommendations;
pub use redirects::Redirects;
pub use revisions::Revisions;
pub use scope::{Scope, find_scope};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::format::Line;
use crate::infra::{
    db::{Change, Database, begin_long},
    error::Error,
};

/// Articles.
pub type News = Contents<NewsTexts>;
/// Benefits.
pub type Benefits = Contents<BenefitTexts>;
/// Guides.
pub type Guides = Contents<GuideTexts>;
/// Organisations' pages.
pub type Pages = Contents<PageTexts>;
/// Courses.
pub type Courses = Contents<CourseTexts>;

/// Ids in one statement, well below what either database binds at most.
pub const IDS_A_STATEMENT: usize = 1000;

/// The tables behind the lines of one file.
pub trait Table {
    type Entity: EntityTrait<Model: Send + Sync>;
    type Line: Line;

    /// The column by which lines are sorted and found.
    fn id() -> <Self::Entity as EntityTrait>::Column;

    /// The rows that are lines of this file.
    fn rows() -> Select<Self::Entity> {
        Self::Entity::find()
    }

    /// The lines of these ids, as far as they are here, in the order of their ids.
    async fn find(connection: &DatabaseTransaction, ids: &[Uuid])
    -> Result<Vec<Self::Line>, Error>;

    /// What keeps lines from being written: other things have what nothing else may have. With the ids
    /// of the lines.
    async fn list_taken(
        connection: &DatabaseTransaction,
        lines: &[Self::Line],
        replaces: bool,
    ) -> Result<Vec<(Uuid, String)>, DbErr>;

    /// Writes lines that are not here, or in place of what is.
    async fn write(
        transaction: &DatabaseTransaction,
        batch: &Batch<Self::Line>,
    ) -> Result<Told, Error>;
}

/// Lines to be written together.
pub struct Batch<L> {
    pub lines: Vec<L>,
    /// What is here of those that take something's place.
    pub before: HashMap<Uuid, L>,
    pub now: DateTime<Utc>,
}

impl<L: Line> Batch<L> {
    /// The ids of those that take something's place.
    #[must_use]
    pub fn replaced(&self) -> Vec<Uuid> {
        self.before.keys().copied().collect()
    }
}

/// What copies and caches are told of a batch.
#[derive(Default)]
pub struct Told {
    pub changes: Vec<Change>,
    pub tags: Vec<String>,
}

impl Told {
    /// Of things that everybody sees.
    pub fn of_public<L: Line>(object_type: &'static str, batch: &Batch<L>, tags: &[&str]) -> Self {
        use crate::infra::auth::PUBLIC_AUDIENCE_ID;
        let change = |line: &L| Change {
            object_type,
            object_id: line.id(),
            audience_before: batch
                .before
                .contains_key(&line.id())
                .then_some(PUBLIC_AUDIENCE_ID),
            audience_after: Some(PUBLIC_AUDIENCE_ID),
        };
        Self {
            changes: batch.lines.iter().map(change).collect(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        }
    }
}

/// The ids of a table's lines behind an id, in order.
pub async fn list_ids<T: Table>(
    connection: &DatabaseTransaction,
    after: Option<Uuid>,
    most: u64,
) -> Result<Vec<Uuid>, DbErr> {
    let mut select = T::rows().select_only().column(T::id());
    if let Some(after) = after {
        select = select.filter(T::id().gt(after));
    }
    select
        .order_by_asc(T::id())
        .limit(most)
        .into_tuple()
        .all(connection)
        .await
}

/// How many lines a table has.
pub async fn count<T: Table>(connection: &DatabaseTransaction) -> Result<u64, DbErr> {
    T::rows().count(connection).await
}

/// Begins a transaction that writes a batch.
pub async fn begin_batch(database: &Database) -> Result<DatabaseTransaction, DbErr> {
    let transaction = begin_long(database).await?;
    if transaction.get_database_backend() == DatabaseBackend::Sqlite {
        // Whoever reads first and writes later finds the database taken by another process.
        transaction
            .execute_unprepared("UPDATE change_head SET id = id")
            .await?;
    }
    Ok(transaction)
}
