//! Trying a webhook out, and sending again what was given up.

use async_graphql::{Context, ID};
use entities::{
    enums::{WebhookDeliveryState, WebhookEvent},
    webhook, webhook_delivery,
};
use serde_json::json;
use uuid::Uuid;

use super::WebhookTestInput;
use crate::{
    domain::webhooks::{
        delivering,
        desk::{Keeper, not_found},
        event, following,
        rules::MOST_ATTEMPTS,
        store,
        types::{Webhook, WebhookDelivery, WebhookErrorCode},
    },
    infra::{
        db::Database,
        error::Error,
        graphql::{Done, Stop, UserErrorCode, client_key, done},
    },
};

const OBJECT: &str = "webhook_delivery";

/// A delivery with the webhook that it goes to.
type Addressed = (webhook_delivery::Model, webhook::Model);

fn shown((delivery, webhook): Addressed) -> WebhookDelivery {
    WebhookDelivery::of(delivery.into(), Some(webhook))
}

pub async fn test(
    context: &Context<'_>,
    input: WebhookTestInput,
) -> Result<Done<WebhookDelivery>, Error> {
    let keeper = Keeper::of(context).await?;
    let webhook_id = Webhook::NODE.decode("input.id", &input.id)?;
    let key = client_key("clientMutationKey", &input.client_mutation_key)?;
    let id = keeper.creation_id(&format!("ping:{webhook_id}"), key);
    let database = context.data_unchecked::<Database>();
    done(ping(database, &keeper, webhook_id, id).await.map(shown))
}

async fn ping(
    database: &Database,
    keeper: &Keeper,
    webhook_id: Uuid,
    id: Uuid,
) -> Result<Addressed, Stop> {
    let transaction = keeper.begin(database).await?;
    let webhook = store::lock_webhook(&transaction, webhook_id)
        .await?
        .ok_or_else(not_found)?;
    if let Some(before) = store::find_delivery(&transaction, id).await? {
        return Ok((before, webhook));
    }
    require_active(&webhook)?;
    let body = event::ping(keeper.now)?;
    let delivery = webhook_delivery::Model {
        id,
        ..following::new_delivery(webhook_id, WebhookEvent::Ping, body, keeper.now)
    };
    following::begin(&transaction, delivery.clone(), keeper.now).await?;
    keeper
        .finish(transaction, "webhook.test", (OBJECT, id), json!({}))
        .await?;
    Ok((delivery, webhook))
}

pub async fn retry(context: &Context<'_>, id: ID) -> Result<Done<WebhookDelivery>, Error> {
    let keeper = Keeper::of(context).await?;
    let id = WebhookDelivery::NODE.decode("input.id", &id)?;
    let database = context.data_unchecked::<Database>();
    done(revive(database, &keeper, id).await.map(shown))
}

async fn revive(database: &Database, keeper: &Keeper, id: Uuid) -> Result<Addressed, Stop> {
    let transaction = keeper.begin(database).await?;
    let found = store::find_delivery(&transaction, id)
        .await?
        .ok_or_else(not_found)?;
    let (webhook, mut delivery) = store::lock_with_webhook(&transaction, found.webhook_id, id)
        .await?
        .ok_or_else(not_found)?;
    match delivery.state {
        // Asked for twice.
        WebhookDeliveryState::Pending => return Ok((delivery, webhook)),
        WebhookDeliveryState::Delivered => {
            return Err(WebhookErrorCode::AlreadyDelivered.at("id").into());
        }
        WebhookDeliveryState::Dead => require_active(&webhook)?,
    }
    delivery.state = WebhookDeliveryState::Pending;
    delivery.attempts_allowed = delivery.attempts + MOST_ATTEMPTS;
    delivery.next_attempt_at = Some(keeper.now);
    delivery.finished_at = None;
    store::update_delivery(&transaction, delivery.clone()).await?;
    delivering::plan(&transaction, &delivery, keeper.now).await?;
    keeper
        .finish(transaction, "webhook.retry", (OBJECT, id), json!({}))
        .await?;
    Ok((delivery, webhook))
}

fn require_active(webhook: &webhook::Model) -> Result<(), Stop> {
    if webhook.is_active {
        Ok(())
    } else {
        Err(WebhookErrorCode::SwitchedOff.at("id").into())
    }
}
