//! Campaigns by rule, to those who keep something to come back to: a benefit ends, a guide has changed.
//! They asked for it by keeping it: no advertising, and no second person.

use chrono::{DateTime, Days, Utc};
use entities::enums::{ContentKind, PushCampaignKind};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::announcing::Automatic;
use crate::{
    domain::{
        content::{AudienceDefinition, portal_path},
        push::{
            audience::PushAudience,
            store::{campaigns as store, saved},
        },
    },
    infra::{clock::moscow_date, db::Database, error::Error},
};

/// So many days before its last day those who keep a benefit hear of it.
const BEFORE_THE_END: Days = Days::new(3);

/// Tells those who keep a benefit that it ends in three days; each benefit and last day once.
///
/// # Errors
/// Whatever the database reports.
pub async fn remind_of_ending(database: &Database, now: DateTime<Utc>) -> Result<(), Error> {
    let last_day = moscow_date(now) + BEFORE_THE_END;
    for benefit in saved::list_ending(database.reader(), last_day).await? {
        let body = format!("Льгота действует до {}.", last_day.format("%d.%m.%Y"));
        let campaign = Automatic {
            key: format!("benefit-ends:{}:{last_day}", benefit.id),
            kind: PushCampaignKind::Service,
            organisation_id: benefit.organisation_id,
            content_id: benefit.id,
            title: &benefit.title,
            body: &body,
            link: portal_path(ContentKind::Benefit, &benefit.slug),
            is_urgent: false,
            audience: PushAudience {
                circle: serde_json::from_value(benefit.audience)?,
                saved_id: Some(benefit.id),
                ..PushAudience::default()
            },
            author_id: None,
        };
        store::insert(database.writer(), campaign.into_row(now)?).await?;
    }
    Ok(())
}

/// A guide that readers have seen before is published anew.
pub struct ChangedGuide<'a> {
    pub id: Uuid,
    pub revision: i32,
    pub organisation_id: Uuid,
    pub slug: &'a str,
    pub title: &'a str,
    pub circle: AudienceDefinition,
}

/// Tells those who keep a guide that it has changed, in the transaction that changes it.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn tell_of_change(
    transaction: &impl ConnectionTrait,
    guide: ChangedGuide<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if !saved::is_kept(transaction, guide.id).await? {
        return Ok(());
    }
    let campaign = Automatic {
        key: format!("guide-changed:{}:{}", guide.id, guide.revision),
        kind: PushCampaignKind::Service,
        organisation_id: guide.organisation_id,
        content_id: guide.id,
        title: guide.title,
        body: "Инструкция, которую вы сохранили, изменилась.",
        link: portal_path(ContentKind::ServiceGuide, guide.slug),
        is_urgent: false,
        audience: PushAudience {
            circle: guide.circle,
            saved_id: Some(guide.id),
            ..PushAudience::default()
        },
        author_id: None,
    };
    store::insert(transaction, campaign.into_row(now)?).await?;
    Ok(())
}
