//! What a campaign would be: how many it reaches, and what each provider would show.

use chrono::{DateTime, Utc};
use entities::{enums::PushProvider, push_campaign};
use sea_orm::Iterable;

use super::recipients_of;
use crate::{
    domain::push::{
        gateway::{Gateways, TooLarge},
        message::{carrier, message_of},
        store::audience,
    },
    infra::{
        db::{Database, begin_long},
        error::Error,
    },
};

/// What a campaign would be at one provider.
#[derive(Clone, Copy, Debug)]
pub struct PreviewOf {
    pub provider: PushProvider,
    pub devices: i64,
    /// None: the provider is not set up.
    pub fits: Option<bool>,
    /// How many bytes the message is too long by.
    pub excess_bytes: usize,
}

/// What a campaign would be.
#[derive(Clone, Debug)]
pub struct Preview {
    pub people: i64,
    pub by_provider: Vec<PreviewOf>,
}

/// Counts whom a campaign would reach as things stand now, and tries its message on each provider.
///
/// # Errors
/// Whatever the database reports.
pub async fn preview(
    database: &Database,
    gateways: &Gateways,
    campaign: &push_campaign::Model,
    now: DateTime<Utc>,
) -> Result<Preview, Error> {
    let recipients = recipients_of(campaign)?;
    // Counting a million takes longer than a statement of serving may.
    let transaction = begin_long(database).await?;
    let people = audience::count_accounts(&transaction, &recipients, now).await?;
    let devices = audience::count_devices(&transaction, &recipients, now).await?;
    transaction.rollback().await?;
    let message = message_of(campaign);
    let by_provider = PushProvider::iter().map(|provider| {
        let tried = gateways
            .of(carrier(provider))
            .map(|to| to.prepare(&message));
        let excess_bytes = match &tried {
            Some(Err(TooLarge { bytes, most })) => bytes.saturating_sub(*most),
            _ => 0,
        };
        let counted = devices.iter().find(|(of, _)| *of == provider);
        PreviewOf {
            provider,
            devices: counted.map_or(0, |(_, devices)| *devices),
            fits: tried.map(|tried| tried.is_ok()),
            excess_bytes,
        }
    });
    Ok(Preview {
        people,
        by_provider: by_provider.collect(),
    })
}
