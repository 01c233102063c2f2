//! What publishing a guide writes.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    enums::{ServiceLevel, ServicePortal},
    service_guide, service_guide_life_event,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::domain::guides::passport::Passport;
use crate::{
    domain::content::{Published, sort_key},
    infra::error::Error,
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
