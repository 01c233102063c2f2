//! Lists of guides: which, in which order, with which relations.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    enums::{ServiceLevel, ServicePortal},
    guide_category, life_event, organisation, service_guide, service_guide_life_event,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, Select,
    sea_query::{Order, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CategoryRow, reviews::doubted};
use crate::{
    domain::organisations::OrganisationCard,
    infra::{
        auth::{Audience, Reach},
        db::{Page, Position, Row, RowReader, Slice, fetch, fetch_rows, keyset, row},
    },
};

row! {
    /// A guide without its passport.
    pub struct GuideRow of service_guide {
        pub id: Uuid,
        pub slug: String,
        pub category_id: Uuid,
        pub organisation_id: Uuid,
        pub revision: i32,
        pub title: String,
        pub short_title: String,
        pub sort_key: String,
        pub summary: String,
        pub portal: ServicePortal,
        pub level: ServiceLevel,
        pub authority: String,
        pub official_url: String,
        pub alert_text: Option<String>,
        pub alert_until_at: Option<DateTime<Utc>>,
        pub is_verified: bool,
        pub checked_at: Option<DateTime<Utc>>,
        pub checked_by: Option<String>,
        pub next_review_at: NaiveDate,
        pub is_demo: bool,
        pub published_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }
}

/// Which one-to-one relations a list joins.
#[derive(Clone, Copy, Debug)]
pub struct GuideParts {
    pub category: bool,
    pub organisation: bool,
}

impl GuideParts {
    /// For where nobody can look ahead.
    pub const ALL: Self = Self {
        category: true,
        organisation: true,
    };
}

/// A guide with the relations that were joined.
#[derive(Clone, Debug)]
pub struct GuideSummary {
    pub row: GuideRow,
    pub category: Option<CategoryRow>,
    pub organisation: Option<OrganisationCard>,
}

row! {
    /// The passport of a guide as it is stored.
    pub struct PassportRow of service_guide {
        pub id: Uuid,
        pub passport: serde_json::Value,
        pub plain_text: String,
    }
}

/// Which guides a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct GuideCriteria {
    pub category_ids: Option<Vec<Uuid>>,
    pub life_event_ids: Option<Vec<Uuid>>,
    pub portal: Option<ServicePortal>,
    pub level: Option<ServiceLevel>,
    pub authority: Option<String>,
    pub due_for_review: Option<DueForReview>,
}

/// Whether guides are wanted that are to be checked, or those that are not.
#[derive(Clone, Debug)]
pub struct DueForReview {
    pub is_due: bool,
    /// The Moscow day.
    pub today: NaiveDate,
    /// Where who asks edits: there an open concern makes a guide due as well.
    pub edited: Option<Reach>,
}

/// Where a guide stands in lists: by title.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GuidePosition {
    pub sort_key: String,
    pub id: Uuid,
}

impl Position for GuidePosition {
    const LIST: &'static str = "guides";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    criteria: &GuideCriteria,
    audience: &Audience,
    page: &Page<GuidePosition>,
    parts: GuideParts,
) -> Result<Slice<GuideSummary>, DbErr> {
    let select = keyset(
        matching(criteria, audience),
        (service_guide::Column::SortKey, service_guide::Column::Id),
        Order::Asc,
        page,
        |position| (position.sort_key.clone().into(), position.id.into()),
    );
    let rows = fetch_summaries(connection, select, parts).await?;
    Ok(page.slice(rows))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    criteria: &GuideCriteria,
    audience: &Audience,
) -> Result<u64, DbErr> {
    matching(criteria, audience).count(connection).await
}

/// The guide of a slug, for those who may see it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_guide(
    connection: &impl ConnectionTrait,
    slug: &str,
    audience: &Audience,
) -> Result<Option<GuideSummary>, DbErr> {
    let select = visible(audience).filter(service_guide::Column::Slug.eq(slug));
    Ok(fetch_summaries(connection, select, GuideParts::ALL)
        .await?
        .pop())
}

pub async fn list_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<GuideSummary>, DbErr> {
    let select = visible(audience).filter(service_guide::Column::Id.is_in(ids.iter().copied()));
    fetch_summaries(connection, select, GuideParts::ALL).await
}

pub async fn list_passports(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<PassportRow>, DbErr> {
    let select = visible(audience).filter(service_guide::Column::Id.is_in(ids.iter().copied()));
    fetch_rows(connection, select).await
}

pub async fn list_life_events_of(
    connection: &impl ConnectionTrait,
    guide_ids: &[Uuid],
) -> Result<Vec<(Uuid, life_event::Model)>, DbErr> {
    let links = service_guide_life_event::Entity::find()
        .filter(service_guide_life_event::Column::GuideId.is_in(guide_ids.iter().copied()))
        .all(connection)
        .await?;
    let event_ids = links.iter().map(|link| link.life_event_id);
    let events = life_event::Entity::find()
        .filter(life_event::Column::Id.is_in(event_ids))
        .order_by_asc(life_event::Column::Position)
        .all(connection)
        .await?;
    let linked = |event: &life_event::Model| {
        let event = event.clone();
        links
            .iter()
            .filter(move |link| link.life_event_id == event.id)
            .map(|link| link.guide_id)
            .collect::<Vec<_>>()
    };
    Ok(events
        .iter()
        .flat_map(|event| {
            linked(event)
                .into_iter()
                .map(|guide_id| (guide_id, event.clone()))
        })
        .collect())
}

fn visible(audience: &Audience) -> Select<service_guide::Entity> {
    service_guide::Entity::find().filter(audience.admits(service_guide::Column::AudienceId))
}

pub(super) async fn fetch_summaries(
    connection: &impl ConnectionTrait,
    mut select: Select<service_guide::Entity>,
    parts: GuideParts,
) -> Result<Vec<GuideSummary>, DbErr> {
    if parts.category {
        select = select.inner_join(guide_category::Entity);
    }
    if parts.organisation {
        select = select.inner_join(organisation::Entity);
    }
    let columns = |query: &mut SelectStatement| {
        GuideRow::select(query);
        if parts.category {
            CategoryRow::select(query);
        }
        if parts.organisation {
            OrganisationCard::select(query);
        }
    };
    let read = |reader: &mut RowReader<'_>| {
        Ok(GuideSummary {
            row: GuideRow::read(reader)?,
            category: reader.selected(parts.category)?,
            organisation: reader.selected(parts.organisation)?,
        })
    };
    fetch(connection, select, columns, read).await
}

fn matching(criteria: &GuideCriteria, audience: &Audience) -> Select<service_guide::Entity> {
    use service_guide::Column;
    let mut select = visible(audience);
    if let Some(category_ids) = &criteria.category_ids {
        select = select.filter(Column::CategoryId.is_in(category_ids.iter().copied()));
    }
    if let Some(life_event_ids) = &criteria.life_event_ids {
        let serving = Query::select()
            .column(service_guide_life_event::Column::GuideId)
            .from(service_guide_life_event::Entity)
            .and_where(
                service_guide_life_event::Column::LifeEventId.is_in(life_event_ids.iter().copied()),
            )
            .to_owned();
        select = select.filter(Column::Id.in_subquery(serving));
    }
    if let Some(portal) = criteria.portal {
        select = select.filter(Column::Portal.eq(portal));
    }
    if let Some(level) = criteria.level {
        select = select.filter(Column::Level.eq(level));
    }
    if let Some(authority) = &criteria.authority {
        select = select.filter(Column::Authority.eq(authority.as_str()));
    }
    if let Some(due) = &criteria.due_for_review {
        let mut is_due = Condition::any().add(Column::NextReviewAt.lte(due.today));
        if let Some(edited) = &due.edited {
            is_due = is_due.add(doubted(edited));
        }
        select = select.filter(if due.is_due { is_due } else { is_due.not() });
    }
    select
}
