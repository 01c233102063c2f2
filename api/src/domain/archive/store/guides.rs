//! Guides as readers see them.

use std::collections::HashMap;

use entities::{service_guide, service_guide_life_event};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::ShownTable;
use crate::{
    domain::{
        archive::format::{Moment, ShownGuide},
        content::{Address, Published},
        guides::NewGuide,
    },
    infra::{db::insert_rows, error::Error},
};

/// The reading tables of guides.
pub struct GuideTexts;

impl ShownTable for GuideTexts {
    type Shown = ShownGuide;

    const TAG: &'static str = "guides";

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, ShownGuide>, Error> {
        let rows = service_guide::Entity::find()
            .filter(service_guide::Column::Id.is_in(ids.iter().copied()))
            .all(connection)
            .await?;
        let mut life_events = list_life_events(connection, ids).await?;
        let mut shown = HashMap::new();
        for row in rows {
            let id = row.id;
            let life_event_ids = life_events.remove(&id).unwrap_or_default();
            shown.insert(id, shown_of(row, life_event_ids)?);
        }
        Ok(shown)
    }

    async fn show(
        transaction: &DatabaseTransaction,
        shown: Vec<(Address, ShownGuide)>,
    ) -> Result<(), Error> {
        let mut rows = Vec::new();
        let mut life_events = Vec::new();
        for (address, guide) in shown {
            let guide_id = address.id;
            life_events.extend(guide.life_event_ids.iter().map(|life_event_id| {
                service_guide_life_event::Model {
                    guide_id,
                    life_event_id: *life_event_id,
                }
            }));
            rows.push(row_of(address, guide)?);
        }
        insert_rows::<service_guide::Entity>(transaction, rows).await?;
        insert_rows::<service_guide_life_event::Entity>(transaction, life_events).await?;
        Ok(())
    }

    async fn hide(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<(), DbErr> {
        service_guide::Entity::delete_many()
            .filter(service_guide::Column::Id.is_in(ids.iter().copied()))
            .exec(transaction)
            .await
            .map(|_| ())
    }
}

async fn list_life_events(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Uuid>>, DbErr> {
    let rows = service_guide_life_event::Entity::find()
        .filter(service_guide_life_event::Column::GuideId.is_in(ids.iter().copied()))
        .order_by_asc(service_guide_life_event::Column::LifeEventId)
        .all(connection)
        .await?;
    let mut life_events: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in rows {
        life_events
            .entry(row.guide_id)
            .or_default()
            .push(row.life_event_id);
    }
    Ok(life_events)
}

fn shown_of(row: service_guide::Model, life_event_ids: Vec<Uuid>) -> Result<ShownGuide, Error> {
    Ok(ShownGuide {
        revision: row.revision,
        category_id: row.category_id,
        title: row.title,
        short_title: row.short_title,
        summary: row.summary,
        portal: row.portal,
        level: row.level,
        authority: row.authority,
        official_url: row.official_url,
        alert_text: row.alert_text,
        alert_until_at: row.alert_until_at.map(Moment::from),
        checked_by: row.checked_by,
        checked_at: row.checked_at.map(Moment::from),
        next_review_at: row.next_review_at,
        passport: serde_json::from_value(row.passport)?,
        life_event_ids,
        published_at: row.published_at.into(),
        updated_at: row.updated_at.into(),
    })
}

fn row_of(address: Address, shown: ShownGuide) -> Result<service_guide::Model, Error> {
    let new = NewGuide {
        category_id: shown.category_id,
        title: shown.title,
        short_title: shown.short_title,
        summary: shown.summary,
        portal: shown.portal,
        level: shown.level,
        authority: shown.authority,
        official_url: shown.official_url,
        alert: shown
            .alert_text
            .zip(shown.alert_until_at.map(Moment::instant)),
        checked: shown.checked_by.zip(shown.checked_at.map(Moment::instant)),
        next_review_at: shown.next_review_at,
        passport: shown.passport,
        life_event_ids: shown.life_event_ids,
    };
    let published = Published {
        address,
        revision: shown.revision,
    };
    new.reading_row(&published)
}
