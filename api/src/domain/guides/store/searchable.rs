//! What search is told of guides.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{enums::ContentKind, guide_category, service_guide, service_guide_life_event};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::SelectStatement,
};
use uuid::Uuid;

use super::{CategoryRow, catalogue::list_life_events_of};
use crate::domain::guides::passport::Passport;
use crate::{
    domain::content::{Searchable, object_type},
    infra::{
        db::{Row, RowReader, Stretch, fetch, list_referring, row},
        error::Error,
    },
};

row! {
    struct GuideWords of service_guide {
        pub id: Uuid,
        pub audience_id: Uuid,
        pub published_at: DateTime<Utc>,
        pub title: String,
        pub short_title: String,
        pub summary: String,
        pub authority: String,
        pub passport: serde_json::Value,
    }
}

/// Guides in words, whoever they are for.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_searchable(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<Searchable>, Error> {
    let mut life_events: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (guide_id, event) in list_life_events_of(connection, ids).await? {
        life_events.entry(guide_id).or_default().push(event.title);
    }
    let select = service_guide::Entity::find()
        .inner_join(guide_category::Entity)
        .filter(service_guide::Column::Id.is_in(ids.iter().copied()));
    let columns = |query: &mut SelectStatement| {
        GuideWords::select(query);
        CategoryRow::select(query);
    };
    let read =
        |reader: &mut RowReader<'_>| Ok((GuideWords::read(reader)?, CategoryRow::read(reader)?));
    let rows = fetch(connection, select, columns, read).await?;
    let in_words = |(guide, category): (GuideWords, CategoryRow)| {
        // A newer program may have written it; the others are found all the same.
        let passport: Passport = serde_json::from_value(guide.passport)
            .map_err(|cause| Error::internal("a passport does not decode for search", cause))
            .ok()?;
        let mut labels = life_events.remove(&guide.id).unwrap_or_default();
        labels.extend([guide.authority, category.name]);
        Some(Searchable {
            object_type: object_type(ContentKind::ServiceGuide),
            object_id: guide.id,
            audience_id: guide.audience_id,
            published_at: guide.published_at,
            title: guide.title,
            body: passport.text(),
            names: [vec![guide.short_title], passport.synonyms].concat(),
            labels,
            lead: guide.summary,
        })
    };
    Ok(rows.into_iter().filter_map(in_words).collect())
}

/// The guides that are found by a category's name, whoever they are for.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_ids_of_category(
    connection: &impl ConnectionTrait,
    category_id: Uuid,
    stretch: Stretch,
) -> Result<Vec<Uuid>, DbErr> {
    let column = service_guide::Column::CategoryId;
    list_referring::<service_guide::Entity>(connection, column, category_id, stretch).await
}

/// The same of a life event's.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_ids_of_life_event(
    connection: &impl ConnectionTrait,
    life_event_id: Uuid,
    stretch: Stretch,
) -> Result<Vec<Uuid>, DbErr> {
    use service_guide_life_event::{Column, Entity};
    list_referring::<Entity>(connection, Column::LifeEventId, life_event_id, stretch).await
}
