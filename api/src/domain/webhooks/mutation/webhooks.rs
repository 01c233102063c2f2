//! Keeping webhooks themselves, and their secrets.

use async_graphql::{Context, ID};
use entities::webhook;
use serde_json::json;
use uuid::Uuid;

use super::{WebhookCreateInput, WebhookRotateSecretInput, WebhookUpdateInput};
use crate::{
    domain::{
        accounts::Accounts,
        webhooks::{
            desk::{Keeper, not_found, reused},
            secret::Secrets,
            store,
            types::{Webhook, WebhookErrorCode},
        },
    },
    infra::{
        audit::changed_fields,
        db::Database,
        digest::sha256_hex,
        error::Error,
        graphql::{Done, Stop, UserError, UserErrorCode, client_key, done},
        outbound::Outbound,
        vault::Vault,
    },
};

const OBJECT: &str = "webhook";
/// Characters, as the columns hold them.
const LONGEST_URL: usize = 500;
const LONGEST_DESCRIPTION: usize = 300;
/// Each change is told to every one of them.
const MOST_WEBHOOKS: u64 = 20;

/// A webhook, with its secret where that was made just now.
pub struct Revealed {
    pub webhook: Webhook,
    pub secret: Option<String>,
}

impl Revealed {
    fn without_secret(row: webhook::Model) -> Self {
        Self {
            webhook: row.into(),
            secret: None,
        }
    }
}

/// What a change of a webhook stands on.
struct Desk<'a> {
    database: &'a Database,
    outbound: &'a Outbound,
    vault: &'a Vault,
}

impl<'a> Desk<'a> {
    fn of(context: &Context<'a>) -> Self {
        Self {
            database: context.data_unchecked(),
            outbound: context.data_unchecked(),
            vault: &context.data_unchecked::<Accounts>().vault,
        }
    }
}

pub async fn create(
    context: &Context<'_>,
    input: WebhookCreateInput,
) -> Result<Done<Revealed>, Error> {
    let keeper = Keeper::of(context).await?;
    let key = client_key("clientMutationKey", &input.client_mutation_key)?;
    let id = keeper.creation_id(OBJECT, key);
    done(insert(&Desk::of(context), &keeper, id, input).await)
}

async fn insert(
    desk: &Desk<'_>,
    keeper: &Keeper,
    id: Uuid,
    input: WebhookCreateInput,
) -> Result<Revealed, Stop> {
    let digest = sha256_hex(json!([input.url, input.description]).to_string());
    let transaction = keeper.begin(desk.database).await?;
    if let Some(before) = store::find_webhook_of_any_state(&transaction, id).await? {
        return repeated(before, &digest);
    }
    let mut problems = Vec::new();
    let url = checked_url(desk.outbound, &input.url, &mut problems);
    let description = checked_description(&input.description, &mut problems);
    settle(problems)?;
    if store::count_webhooks(&transaction).await? >= MOST_WEBHOOKS {
        return Err(WebhookErrorCode::TooMany.error().into());
    }
    let secrets = Secrets::new()?;
    let row = webhook::Model {
        id,
        url,
        description,
        sealed_secrets: secrets.seal(desk.vault, id)?,
        is_active: true,
        gone_at: None,
        creation_digest: digest,
        rotation_key: None,
        secret_changed_at: keeper.now,
        deleted_at: None,
        created_at: keeper.now,
        updated_at: keeper.now,
    };
    store::listen_from_now(&transaction).await?;
    store::insert_webhook(&transaction, row.clone()).await?;
    keeper
        .finish(transaction, "webhook.create", (OBJECT, id), json!({}))
        .await?;
    Ok(Revealed {
        webhook: row.into(),
        secret: Some(secrets.current().to_owned()),
    })
}

/// What the same wish made before.
fn repeated(before: webhook::Model, digest: &str) -> Result<Revealed, Stop> {
    if before.deleted_at.is_none() && before.creation_digest == digest {
        Ok(Revealed::without_secret(before))
    } else {
        Err(reused())
    }
}

pub async fn update(
    context: &Context<'_>,
    input: WebhookUpdateInput,
) -> Result<Done<Webhook>, Error> {
    let keeper = Keeper::of(context).await?;
    let id = Webhook::NODE.decode("input.id", &input.id)?;
    let changed = change(&Desk::of(context), &keeper, id, input).await;
    done(changed.map(Webhook::from))
}

async fn change(
    desk: &Desk<'_>,
    keeper: &Keeper,
    id: Uuid,
    sent: WebhookUpdateInput,
) -> Result<webhook::Model, Stop> {
    let transaction = keeper.begin(desk.database).await?;
    let before = store::lock_webhook(&transaction, id)
        .await?
        .ok_or_else(not_found)?;
    let mut after = before.clone();
    let mut problems = Vec::new();
    if let Some(url) = &sent.url {
        after.url = checked_url(desk.outbound, url, &mut problems);
    }
    if let Some(description) = &sent.description {
        after.description = checked_description(description, &mut problems);
    }
    after.is_active = sent.is_active.unwrap_or(before.is_active);
    settle(problems)?;
    let names = changed_fields(&fields(&before), &fields(&after));
    if names.is_empty() {
        return Ok(before);
    }
    after.updated_at = keeper.now;
    if after.is_active && !before.is_active {
        after.gone_at = None;
        store::listen_from_now(&transaction).await?;
    }
    store::update_webhook(&transaction, after.clone()).await?;
    if before.is_active && !after.is_active {
        store::bury_pending(&transaction, id, keeper.now).await?;
    }
    let details = json!({ "fields": names });
    keeper
        .finish(transaction, "webhook.update", (OBJECT, id), details)
        .await?;
    Ok(after)
}

/// What staff change, as clients name it.
fn fields(row: &webhook::Model) -> serde_json::Value {
    json!({ "url": row.url, "description": row.description, "isActive": row.is_active })
}

pub async fn delete(context: &Context<'_>, id: ID) -> Result<Done<ID>, Error> {
    let keeper = Keeper::of(context).await?;
    let uuid = Webhook::NODE.decode("input.id", &id)?;
    let database = context.data_unchecked::<Database>();
    done(remove(database, &keeper, uuid).await.map(|()| id))
}

/// Takes everything of it away but the row, by which a repeated creation is told.
async fn remove(database: &Database, keeper: &Keeper, id: Uuid) -> Result<(), Stop> {
    let transaction = keeper.begin(database).await?;
    let Some(row) = store::lock_webhook(&transaction, id).await? else {
        return Ok(());
    };
    store::delete_deliveries_of(&transaction, id).await?;
    let gone = webhook::Model {
        url: String::new(),
        description: String::new(),
        sealed_secrets: Vec::new(),
        is_active: false,
        deleted_at: Some(keeper.now),
        updated_at: keeper.now,
        ..row
    };
    store::update_webhook(&transaction, gone).await?;
    Ok(keeper
        .finish(transaction, "webhook.delete", (OBJECT, id), json!({}))
        .await?)
}

pub async fn rotate(
    context: &Context<'_>,
    input: WebhookRotateSecretInput,
) -> Result<Done<Revealed>, Error> {
    let keeper = Keeper::of(context).await?;
    let id = Webhook::NODE.decode("input.id", &input.id)?;
    let key = client_key("clientMutationKey", &input.client_mutation_key)?;
    done(renew(&Desk::of(context), &keeper, id, key).await)
}

async fn renew(desk: &Desk<'_>, keeper: &Keeper, id: Uuid, key: Uuid) -> Result<Revealed, Stop> {
    let transaction = keeper.begin(desk.database).await?;
    let row = store::lock_webhook(&transaction, id)
        .await?
        .ok_or_else(not_found)?;
    if row.rotation_key == Some(key) {
        return Ok(Revealed::without_secret(row));
    }
    let secrets = Secrets::open(desk.vault, &row)?.renewed(keeper.now)?;
    let renewed = webhook::Model {
        sealed_secrets: secrets.seal(desk.vault, id)?,
        rotation_key: Some(key),
        secret_changed_at: keeper.now,
        updated_at: keeper.now,
        ..row
    };
    store::update_webhook(&transaction, renewed.clone()).await?;
    keeper
        .finish(
            transaction,
            "webhook.rotate_secret",
            (OBJECT, id),
            json!({}),
        )
        .await?;
    Ok(Revealed {
        webhook: renewed.into(),
        secret: Some(secrets.current().to_owned()),
    })
}

/// An address in the one spelling in which it is kept; notes why it is none to send to.
fn checked_url(outbound: &Outbound, text: &str, problems: &mut Vec<UserError>) -> String {
    let Ok(mut url) = url::Url::parse(text.trim()) else {
        problems.push(WebhookErrorCode::NotAUrl.at("url"));
        return String::new();
    };
    // It is never sent.
    url.set_fragment(None);
    if let Err(refusal) = outbound.check(&url) {
        problems.push(WebhookErrorCode::from(refusal).at("url"));
    }
    if url.as_str().chars().count() > LONGEST_URL {
        problems.push(WebhookErrorCode::TooLong.at("url"));
    }
    url.into()
}

/// A description without blanks around it; notes what is wrong with it.
fn checked_description(text: &str, problems: &mut Vec<UserError>) -> String {
    let text = text.trim();
    let code = if text.is_empty() {
        Some(WebhookErrorCode::Missing)
    } else if text.chars().count() > LONGEST_DESCRIPTION {
        Some(WebhookErrorCode::TooLong)
    } else if text.contains('\0') {
        Some(WebhookErrorCode::BadCharacter)
    } else {
        None
    };
    problems.extend(code.map(|code| code.at("description")));
    text.to_owned()
}

/// Goes on only where nothing is wrong.
fn settle(problems: Vec<UserError>) -> Result<(), Stop> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Stop::Refused(problems))
    }
}
