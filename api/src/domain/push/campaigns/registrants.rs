//! Campaigns to those who have registered for a session of a course: they asked for it by registering, so
//! that it is no advertising and waits for nobody.

use chrono::{DateTime, Utc};
use entities::enums::PushCampaignKind;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::announcing::Automatic;
use crate::{
    domain::push::{
        audience::{PushAudience, Registrants},
        store::campaigns as store,
    },
    infra::error::Error,
};

/// Something that those who have registered must know.
pub struct RegistrantsNotice<'a> {
    /// There is one with it, for ever.
    pub key: String,
    pub organisation_id: Uuid,
    /// The course.
    pub content_id: Uuid,
    pub title: &'a str,
    pub body: &'a str,
    /// A path on the portal.
    pub link: String,
    pub whom: Registrants,
    pub is_urgent: bool,
    /// From then on nobody is rung for it; a day at most.
    pub until: DateTime<Utc>,
}

/// Tells them, in the transaction of its cause.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn tell_registrants(
    transaction: &impl ConnectionTrait,
    notice: RegistrantsNotice<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let campaign = Automatic {
        key: notice.key,
        kind: PushCampaignKind::Service,
        organisation_id: notice.organisation_id,
        content_id: notice.content_id,
        title: notice.title,
        body: notice.body,
        link: notice.link,
        is_urgent: notice.is_urgent,
        audience: PushAudience {
            registrants: Some(notice.whom),
            ..PushAudience::default()
        },
        author_id: None,
    };
    let mut row = campaign.into_row(now)?;
    row.expires_at = row.expires_at.min(notice.until);
    store::insert(transaction, row).await?;
    Ok(())
}
