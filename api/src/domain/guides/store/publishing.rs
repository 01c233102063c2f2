//! What publishing a guide writes.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    enums::{ServiceLevel, ServicePortal},
    service_guide, service_guide_life_event,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use uuid::Uuid;

use crate::domain::guides::passport::Passport;
use crate::{
    domain::content::{Published, sort_key},
    infra::{
        db::{delete_row, overwrite_row},
        error::Error,
    },
};

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
    let life_event_ids = new.life_event_ids.clone();
    let row = new.reading_row(published)?;
    service_guide::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await?;
    insert_life_events(transaction, published.address.id, life_event_ids).await?;
    Ok(())
}

/// Writes the reading rows of a guide that is published again, or for the first time.
///
/// # Errors
/// Whatever the driver reports.
pub async fn replace_guide(
    transaction: &impl ConnectionTrait,
    published: &Published,
    new: NewGuide,
) -> Result<(), Error> {
    let id = published.address.id;
    let shown = service_guide::Entity::find_by_id(id)
        .one(transaction)
        .await?;
    if shown.is_none() {
        return insert_guide(transaction, published, new).await;
    }
    let life_event_ids = new.life_event_ids.clone();
    overwrite_row(transaction, new.reading_row(published)?).await?;
    service_guide_life_event::Entity::delete_many()
        .filter(service_guide_life_event::Column::GuideId.eq(id))
        .exec(transaction)
        .await?;
    insert_life_events(transaction, id, life_event_ids).await?;
    Ok(())
}

/// Takes a guide away from readers.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_guide(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<service_guide::Entity>(transaction, id).await
}

impl NewGuide {
    /// The row that readers get, without its life events.
    ///
    /// # Errors
    /// Never: a passport can always be stored.
    pub fn reading_row(self, published: &Published) -> Result<service_guide::Model, Error> {
        let address = &published.address;
        let (alert_text, alert_until_at) = self.alert.unzip();
        let (checked_by, checked_at) = self.checked.unzip();
        Ok(service_guide::Model {
            id: address.id,
            slug: address.slug.clone(),
            organisation_id: address.organisation_id,
            category_id: self.category_id,
            audience_id: address.audience_id,
            revision: published.revision,
            sort_key: sort_key(&self.title),
            plain_text: format!(
                "{}\n{}\n{}",
                self.title,
                self.summary,
                self.passport.plain_text()
            ),
            title: self.title,
            short_title: self.short_title,
            summary: self.summary,
            portal: self.portal,
            level: self.level,
            authority: self.authority,
            official_url: self.official_url,
            alert_text,
            alert_until_at,
            is_verified: checked_at.is_some(),
            checked_at,
            checked_by,
            next_review_at: self.next_review_at,
            passport: serde_json::to_value(self.passport)?,
            is_demo: address.is_demo,
            published_at: address.published_at,
            updated_at: address.updated_at,
        })
    }
}

async fn insert_life_events(
    transaction: &impl ConnectionTrait,
    guide_id: Uuid,
    life_event_ids: Vec<Uuid>,
) -> Result<(), DbErr> {
    if life_event_ids.is_empty() {
        return Ok(());
    }
    let rows =
        life_event_ids
            .into_iter()
            .map(|life_event_id| service_guide_life_event::ActiveModel {
                guide_id: Set(guide_id),
                life_event_id: Set(life_event_id),
            });
    service_guide_life_event::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}
