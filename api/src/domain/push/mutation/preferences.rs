//! Changing what somebody wants to be notified of.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, TransactionTrait};
use uuid::Uuid;

use crate::{
    domain::{
        accounts::{Accounts, lock_account},
        organisations::{Organisation, all_exist},
        push::{
            quiet::QuietHours,
            store::{
                devices,
                preferences::{self as store, Owner},
                topics,
            },
            subscribing::installation_lookup,
            types::{PushErrorCode, PushPreferences, PushTopic},
            wishes::{self, Wishes},
        },
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{Done, NodeTag, Now, UserError, UserErrorCode, client_key, payloads},
    },
};

const MOST_TOPICS: usize = 50;
const MOST_ORGANISATIONS: usize = 50;
const MOST_A_DAY: i32 = 50;

/// Тихие часы по часовому поясу устройства.
#[derive(InputObject)]
struct PushQuietHoursInput {
    /// С какого времени, `ЧЧ:ММ`.
    from: String,
    /// До какого времени, `ЧЧ:ММ`; раньше начала — до следующего утра.
    to: String,
}

/// О чём и когда уведомлять. Неназванное остаётся как есть.
#[derive(InputObject)]
struct PushPreferencesUpdateInput {
    /// UUID приложения: нужен, если никто не вошёл; после входа настройки общие для всех устройств.
    device_id: Option<ID>,
    /// Темы вместо выбранных прежде, до 50.
    topics: Option<Vec<ID>>,
    /// Организации вместо выбранных прежде, до 50.
    followed_organisations: Option<Vec<ID>>,
    /// Тихие часы; `null` — звонить можно всегда.
    quiet_hours: MaybeUndefined<PushQuietHoursInput>,
    /// Сколько раз за сутки может звонить устройство: от 1 до 50.
    daily_cap: Option<i32>,
}

payloads! {
    /// Итог настройки уведомлений.
    PushPreferencesUpdatePayload {
        /// Настройки.
        preferences: PushPreferences
    }
}

#[derive(Default)]
pub struct PreferenceMutation;

#[Object]
impl PreferenceMutation {
    /// Настроить уведомления. Согласия дают и отзывают отдельно: `consentGrant`, `consentWithdraw`.
    async fn push_preferences_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "О чём и когда уведомлять.")] input: PushPreferencesUpdateInput,
    ) -> Option<Result<PushPreferencesUpdatePayload, Error>> {
        Some(update(context, input).await.map(Into::into))
    }
}

/// What is to be changed, read.
struct Change {
    topic_ids: Option<Vec<Uuid>>,
    organisation_ids: Option<Vec<Uuid>>,
    quiet: MaybeUndefined<QuietHours>,
    daily_cap: Option<i32>,
}

async fn update(
    context: &Context<'_>,
    input: PushPreferencesUpdateInput,
) -> Result<Done<PushPreferences>, Error> {
    let database = context.data_unchecked::<Database>();
    let vault = &context.data_unchecked::<Accounts>().vault;
    let signed_in = context.data_unchecked::<Viewer>().signed_in();
    let account_id = signed_in.map(|signed_in| signed_in.account_id);
    let installation = match (account_id, &input.device_id) {
        (Some(_), _) => String::new(),
        (None, Some(id)) => installation_lookup(vault, client_key("deviceId", id)?),
        (None, None) => return Ok(Err(vec![PushErrorCode::Missing.at("deviceId")])),
    };
    let owner = account_id.map_or(Owner::Installation(&installation), Owner::Account);
    let now = Now::of(context);
    let change = match read(database, input, account_id.is_some()).await? {
        Ok(change) => change,
        Err(errors) => return Ok(Err(errors)),
    };
    let transaction = database.writer().begin().await?;
    if let Owner::Account(id) = owner {
        lock_account(&transaction, id).await?;
    }
    let row = match owner {
        Owner::Account(_) => wishes::begin(&transaction, vault, owner, now).await?,
        // Only an installation that was registered, and that nobody has signed in on.
        Owner::Installation(lookup) => match store::find(&transaction, owner).await? {
            Some(row) if is_nobodys(&transaction, lookup).await? => row,
            _ => return Ok(Err(vec![PushErrorCode::DeviceNotFound.at("deviceId")])),
        },
    };
    let wishes = apply(&transaction, row, change, now).await?;
    transaction.commit().await?;
    Ok(Ok(wishes.into()))
}

async fn is_nobodys(transaction: &DatabaseTransaction, lookup: &str) -> Result<bool, Error> {
    let rows = devices::list_of_installation(transaction, lookup).await?;
    Ok(!rows.is_empty() && rows.iter().all(|row| row.account_id.is_none()))
}

async fn apply(
    transaction: &DatabaseTransaction,
    mut row: entities::push_preference::Model,
    change: Change,
    now: DateTime<Utc>,
) -> Result<Wishes, Error> {
    match change.quiet {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => (row.quiet_from, row.quiet_to) = (None, None),
        MaybeUndefined::Value(hours) => {
            (row.quiet_from, row.quiet_to) = (Some(hours.from), Some(hours.to));
        }
    }
    row.daily_cap = change.daily_cap.unwrap_or(row.daily_cap);
    row.updated_at = now;
    store::update(transaction, row.clone()).await?;
    if let Some(ids) = &change.topic_ids {
        store::replace_topics(transaction, row.id, ids).await?;
    }
    if let Some(ids) = &change.organisation_ids {
        store::replace_organisations(transaction, row.id, ids).await?;
    }
    Wishes::complete(transaction, row).await
}

/// Reads what is to be changed, or tells everything that is wrong with it.
async fn read(
    database: &Database,
    input: PushPreferencesUpdateInput,
    is_signed_in: bool,
) -> Result<Done<Change>, Error> {
    let mut errors: Vec<UserError> = Vec::new();
    let topic_ids = ids_of("topics", PushTopic::NODE, input.topics)?;
    if let Some(ids) = &topic_ids {
        errors.extend(fault_of_topics(database, ids, is_signed_in).await?);
    }
    let organisations = input.followed_organisations;
    let organisation_ids = ids_of("followedOrganisations", Organisation::NODE, organisations)?;
    if let Some(ids) = &organisation_ids {
        if ids.len() > MOST_ORGANISATIONS {
            errors.push(PushErrorCode::TooMany.at("followedOrganisations"));
        } else if !all_exist(database.reader(), ids).await? {
            errors.push(PushErrorCode::OrganisationNotFound.at("followedOrganisations"));
        }
    }
    let quiet = match input.quiet_hours {
        MaybeUndefined::Undefined => MaybeUndefined::Undefined,
        MaybeUndefined::Null => MaybeUndefined::Null,
        MaybeUndefined::Value(hours) => match QuietHours::parse(&hours.from, &hours.to) {
            Some(hours) => MaybeUndefined::Value(hours),
            None => {
                errors.push(PushErrorCode::QuietHoursMalformed.at("quietHours"));
                MaybeUndefined::Undefined
            }
        },
    };
    let cap = input.daily_cap;
    if cap.is_some_and(|cap| !(1..=MOST_A_DAY).contains(&cap)) {
        errors.push(PushErrorCode::OutOfRange.at("dailyCap"));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    Ok(Ok(Change {
        topic_ids,
        organisation_ids,
        quiet,
        daily_cap: cap,
    }))
}

/// Each id once.
fn ids_of(field: &str, node: NodeTag, ids: Option<Vec<ID>>) -> Result<Option<Vec<Uuid>>, Error> {
    let Some(ids) = ids else { return Ok(None) };
    let argument = format!("input.{field}");
    let mut decoded: Vec<Uuid> = ids
        .iter()
        .map(|id| node.decode(&argument, id))
        .collect::<Result<_, _>>()?;
    decoded.sort_unstable();
    decoded.dedup();
    Ok(Some(decoded))
}

async fn fault_of_topics(
    database: &Database,
    ids: &[Uuid],
    is_signed_in: bool,
) -> Result<Option<UserError>, Error> {
    if ids.len() > MOST_TOPICS {
        return Ok(Some(PushErrorCode::TooMany.at("topics")));
    }
    let found = topics::list_by_ids(database.reader(), ids).await?;
    let code = if found.len() < ids.len() {
        PushErrorCode::TopicNotFound
    } else if !is_signed_in && found.iter().any(|topic| !topic.is_public) {
        PushErrorCode::TopicForSignedIn
    } else {
        return Ok(None);
    };
    Ok(Some(code.at("topics")))
}
