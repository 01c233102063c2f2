//! All SQL of guides.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    enums::{ServiceLevel, ServicePortal},
    guide_category, life_event, organisation, service_guide, service_guide_life_event,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, Select,
    sea_query::{OnConflict, Order, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::passport::Passport;
use crate::{
    domain::{
        content::{Published, sort_key},
        organisations::OrganisationCard,
    },
    infra::{
        auth::Audience,
        db::{Page, Position, Row, RowReader, Slice, fetch, fetch_rows, keyset, row},
        error::Error,
    },
};

row! {
    /// A category as lists show it.
    #[derive(PartialEq, Eq)]
    pub struct CategoryRow of guide_category {
        pub id: Uuid,
        pub slug: String,
        pub name: String,
        pub description: String,
    }
}

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
    /// Whether the review is due, on that Moscow day.
    pub due_for_review: Option<(bool, NaiveDate)>,
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

pub(super) async fn list(
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

pub(super) async fn count(
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

pub(super) async fn list_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<GuideSummary>, DbErr> {
    let select = visible(audience).filter(service_guide::Column::Id.is_in(ids.iter().copied()));
    fetch_summaries(connection, select, GuideParts::ALL).await
}

pub(super) async fn list_passports(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<PassportRow>, DbErr> {
    fetch_rows(
        connection,
        service_guide::Entity::find().filter(service_guide::Column::Id.is_in(ids.iter().copied())),
    )
    .await
}

pub(super) async fn list_life_events_of(
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

async fn fetch_summaries(
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
    if let Some((is_due, today)) = criteria.due_for_review {
        select = select.filter(if is_due {
            Column::NextReviewAt.lte(today)
        } else {
            Column::NextReviewAt.gt(today)
        });
    }
    select
}

pub(super) async fn list_categories(
    connection: &impl ConnectionTrait,
) -> Result<Vec<CategoryRow>, DbErr> {
    fetch_rows(
        connection,
        guide_category::Entity::find()
            .order_by_asc(guide_category::Column::Position)
            .order_by_asc(guide_category::Column::Id),
    )
    .await
}

pub(super) async fn list_categories_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<CategoryRow>, DbErr> {
    fetch_rows(
        connection,
        guide_category::Entity::find()
            .filter(guide_category::Column::Id.is_in(ids.iter().copied())),
    )
    .await
}

pub(super) async fn list_life_events(
    connection: &impl ConnectionTrait,
) -> Result<Vec<life_event::Model>, DbErr> {
    life_event::Entity::find()
        .order_by_asc(life_event::Column::Position)
        .order_by_asc(life_event::Column::Id)
        .all(connection)
        .await
}

pub(super) async fn list_life_events_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<life_event::Model>, DbErr> {
    life_event::Entity::find()
        .filter(life_event::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await
}

/// The reading row of a guide to be published.
#[derive(Clone, Debug)]
pub struct NewGuide {
    pub category_id: Uuid,
    pub title: String,
    pub short_title: String,
    pub summary: String,
    pub portal: ServicePortal,
    pub level: ServiceLevel,
    pub authority: String,
    pub official_url: String,
    pub alert: Option<(String, DateTime<Utc>)>,
    /// Who of the federation checked it and when; `None`: nobody has.
    pub checked: Option<(String, DateTime<Utc>)>,
    pub next_review_at: NaiveDate,
    pub passport: Passport,
    pub life_event_ids: Vec<Uuid>,
}

/// Writes the reading rows of a published guide.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_guide(
    transaction: &impl ConnectionTrait,
    published: &Published,
    new: NewGuide,
) -> Result<(), Error> {
    let address = &published.address;
    let id = address.id;
    let (alert_text, alert_until_at) = new.alert.unzip();
    let (checked_by, checked_at) = new.checked.unzip();
    service_guide::Entity::insert(service_guide::ActiveModel {
        id: Set(id),
        slug: Set(address.slug.clone()),
        organisation_id: Set(address.organisation_id),
        category_id: Set(new.category_id),
        audience_id: Set(address.audience_id),
        revision: Set(published.revision),
        sort_key: Set(sort_key(&new.title)),
        plain_text: Set(format!(
            "{}\n{}\n{}",
            new.title,
            new.summary,
            new.passport.plain_text()
        )),
        title: Set(new.title),
        short_title: Set(new.short_title),
        summary: Set(new.summary),
        portal: Set(new.portal),
        level: Set(new.level),
        authority: Set(new.authority),
        official_url: Set(new.official_url),
        alert_text: Set(alert_text),
        alert_until_at: Set(alert_until_at),
        is_verified: Set(checked_at.is_some()),
        checked_at: Set(checked_at),
        checked_by: Set(checked_by),
        next_review_at: Set(new.next_review_at),
        passport: Set(serde_json::to_value(new.passport)?),
        is_demo: Set(address.is_demo),
        published_at: Set(address.published_at),
        updated_at: Set(address.published_at),
    })
    .exec_without_returning(transaction)
    .await?;
    if !new.life_event_ids.is_empty() {
        let rows = new.life_event_ids.into_iter().map(|life_event_id| {
            service_guide_life_event::ActiveModel {
                guide_id: Set(id),
                life_event_id: Set(life_event_id),
            }
        });
        service_guide_life_event::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

/// Writes a category. A second insert of the same one changes nothing; the answer says which.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_category(
    connection: &impl ConnectionTrait,
    category: guide_category::Model,
) -> Result<bool, DbErr> {
    guide_category::Entity::insert(category.into_active_model())
        .on_conflict(
            OnConflict::column(guide_category::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await
        .map(|written| written > 0)
}

/// Writes a life event. A second insert of the same one changes nothing; the answer says which.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_life_event(
    connection: &impl ConnectionTrait,
    event: life_event::Model,
) -> Result<bool, DbErr> {
    life_event::Entity::insert(event.into_active_model())
        .on_conflict(
            OnConflict::column(life_event::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await
        .map(|written| written > 0)
}
