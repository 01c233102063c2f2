//! Lists of courses: which, in which order, with which relations.

use chrono::{DateTime, Utc};
use entities::{
    course,
    enums::{CertificateKind, CourseFormat, CourseLevel},
    organisation,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Select,
    sea_query::{Order, SelectStatement},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::organisations::{OrganisationCard, is_within},
    infra::{
        auth::Audience,
        db::{Page, Position, Row, RowReader, Slice, fetch, fetch_rows, keyset, row},
    },
};

row! {
    /// A course without its texts.
    pub struct CourseRow of course {
        pub id: Uuid,
        pub slug: String,
        pub organisation_id: Uuid,
        pub revision: i32,
        pub title: String,
        pub sort_key: String,
        pub summary: String,
        pub provider: Option<String>,
        pub format: CourseFormat,
        pub level: Option<CourseLevel>,
        pub hours: i32,
        pub certificate_kind: CertificateKind,
        pub is_demo: bool,
        pub published_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }
}

row! {
    /// The texts of a course as they are stored.
    pub struct CourseText of course {
        pub id: Uuid,
        pub programme: serde_json::Value,
        pub materials: serde_json::Value,
        pub body: serde_json::Value,
        pub body_html: String,
        pub plain_text: String,
    }
}

/// Which one-to-one relations a list joins.
#[derive(Clone, Copy, Debug)]
pub struct CourseParts {
    pub organisation: bool,
}

impl CourseParts {
    /// For where nobody can look ahead.
    pub const ALL: Self = Self { organisation: true };
}

/// A course with the relations that were joined.
#[derive(Clone, Debug)]
pub struct CourseSummary {
    pub row: CourseRow,
    pub organisation: Option<OrganisationCard>,
}

/// Which courses a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct CourseCriteria {
    pub formats: Option<Vec<CourseFormat>>,
    pub levels: Option<Vec<CourseLevel>>,
    /// Of that organisation and of those below it.
    pub organisation_id: Option<Uuid>,
}

/// Where a course stands in lists: by title.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CoursePosition {
    pub sort_key: String,
    pub id: Uuid,
}

impl Position for CoursePosition {
    const LIST: &'static str = "courses";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    criteria: &CourseCriteria,
    audience: &Audience,
    page: &Page<CoursePosition>,
    parts: CourseParts,
) -> Result<Slice<CourseSummary>, DbErr> {
    let select = keyset(
        matching(criteria, audience),
        (course::Column::SortKey, course::Column::Id),
        Order::Asc,
        page,
        |position| (position.sort_key.clone().into(), position.id.into()),
    );
    let rows = fetch_summaries(connection, select, parts).await?;
    Ok(page.slice(rows))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    criteria: &CourseCriteria,
    audience: &Audience,
) -> Result<u64, DbErr> {
    matching(criteria, audience).count(connection).await
}

/// The course of a slug, for those who may see it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_course(
    connection: &impl ConnectionTrait,
    slug: &str,
    audience: &Audience,
) -> Result<Option<CourseSummary>, DbErr> {
    let select = visible(audience).filter(course::Column::Slug.eq(slug));
    Ok(fetch_summaries(connection, select, CourseParts::ALL)
        .await?
        .pop())
}

/// Whether readers, whoever they are, see a course of that id.
///
/// # Errors
/// Whatever the driver reports.
pub async fn course_exists(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let found = course::Entity::find_by_id(id).one(connection).await?;
    Ok(found.is_some())
}

pub async fn list_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<CourseSummary>, DbErr> {
    let select = visible(audience).filter(course::Column::Id.is_in(ids.iter().copied()));
    fetch_summaries(connection, select, CourseParts::ALL).await
}

pub async fn list_texts(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<CourseText>, DbErr> {
    fetch_rows(
        connection,
        course::Entity::find().filter(course::Column::Id.is_in(ids.iter().copied())),
    )
    .await
}

fn visible(audience: &Audience) -> Select<course::Entity> {
    course::Entity::find().filter(audience.admits(course::Column::AudienceId))
}

async fn fetch_summaries(
    connection: &impl ConnectionTrait,
    mut select: Select<course::Entity>,
    parts: CourseParts,
) -> Result<Vec<CourseSummary>, DbErr> {
    if parts.organisation {
        select = select.inner_join(organisation::Entity);
    }
    let columns = |query: &mut SelectStatement| {
        CourseRow::select(query);
        if parts.organisation {
            OrganisationCard::select(query);
        }
    };
    let read = |reader: &mut RowReader<'_>| {
        Ok(CourseSummary {
            row: CourseRow::read(reader)?,
            organisation: reader.selected(parts.organisation)?,
        })
    };
    fetch(connection, select, columns, read).await
}

fn matching(criteria: &CourseCriteria, audience: &Audience) -> Select<course::Entity> {
    use course::Column;
    let mut select = visible(audience);
    if let Some(formats) = &criteria.formats {
        select = select.filter(Column::Format.is_in(formats.iter().copied()));
    }
    if let Some(levels) = &criteria.levels {
        select = select.filter(Column::Level.is_in(levels.iter().copied()));
    }
    if let Some(organisation_id) = criteria.organisation_id {
        select = select.filter(is_within(Column::OrganisationId, organisation_id, true));
    }
    select
}
