//! What people, and installations that nobody has signed in on, want to be notified of.

use chrono::{DateTime, Utc};
use entities::{
    consent, push_device, push_device_topic, push_followed_organisation, push_preference,
    push_preference_topic,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::infra::db::overwrite_row;

/// Whose a preference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    Account(Uuid),
    /// By the keyed hash of an installation's own id.
    Installation(&'a str),
}

pub async fn find(
    connection: &impl ConnectionTrait,
    owner: Owner<'_>,
) -> Result<Option<push_preference::Model>, DbErr> {
    let preferences = push_preference::Entity::find();
    match owner {
        Owner::Account(id) => preferences.filter(push_preference::Column::AccountId.eq(id)),
        Owner::Installation(lookup) => {
            preferences.filter(push_preference::Column::InstallationLookup.eq(lookup))
        }
    }
    .one(connection)
    .await
}

/// Writes preferences, unless their owner has some by now; returns those that are there.
pub async fn insert_or_find(
    transaction: &impl ConnectionTrait,
    new: push_preference::Model,
    owner: Owner<'_>,
) -> Result<push_preference::Model, DbErr> {
    let column = match owner {
        Owner::Account(_) => push_preference::Column::AccountId,
        Owner::Installation(_) => push_preference::Column::InstallationLookup,
    };
    // The update that changes nothing makes the second of two at once wait for the first, and see it.
    let written = push_preference::Entity::insert(new.into_active_model())
        .on_conflict(OnConflict::column(column).update_column(column).to_owned())
        .exec_with_returning(transaction)
        .await?;
    Ok(written)
}

/// Writes preferences that are there.
pub async fn update(
    transaction: &impl ConnectionTrait,
    row: push_preference::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}

pub async fn list_topic_ids(
    connection: &impl ConnectionTrait,
    preference_id: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    push_preference_topic::Entity::find()
        .select_only()
        .column(push_preference_topic::Column::TopicId)
        .filter(push_preference_topic::Column::PreferenceId.eq(preference_id))
        .into_tuple()
        .all(connection)
        .await
}

pub async fn list_organisation_ids(
    connection: &impl ConnectionTrait,
    preference_id: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    push_followed_organisation::Entity::find()
        .select_only()
        .column(push_followed_organisation::Column::OrganisationId)
        .filter(push_followed_organisation::Column::PreferenceId.eq(preference_id))
        .order_by_asc(push_followed_organisation::Column::OrganisationId)
        .into_tuple()
        .all(connection)
        .await
}

/// Chooses these topics in place of others, for every device that goes by these preferences.
pub async fn replace_topics(
    transaction: &impl ConnectionTrait,
    preference_id: Uuid,
    topic_ids: &[Uuid],
) -> Result<(), DbErr> {
    use push_preference_topic::Column;
    push_preference_topic::Entity::delete_many()
        .filter(Column::PreferenceId.eq(preference_id))
        .exec(transaction)
        .await?;
    if !topic_ids.is_empty() {
        let rows = topic_ids
            .iter()
            .map(|topic_id| push_preference_topic::ActiveModel {
                preference_id: Set(preference_id),
                topic_id: Set(*topic_id),
            });
        push_preference_topic::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    let devices: Vec<i64> = push_device::Entity::find()
        .select_only()
        .column(push_device::Column::Id)
        .filter(push_device::Column::PreferenceId.eq(preference_id))
        .into_tuple()
        .all(transaction)
        .await?;
    for device_id in devices {
        write_topics_of_device(transaction, device_id, topic_ids).await?;
    }
    Ok(())
}

/// Writes the topics of one device, in place of those it had. Apps register whenever they start: what is
/// so already is not written again.
pub async fn write_topics_of_device(
    transaction: &impl ConnectionTrait,
    device_id: i64,
    topic_ids: &[Uuid],
) -> Result<(), DbErr> {
    use push_device_topic::Column;
    let mut before: Vec<Uuid> = push_device_topic::Entity::find()
        .select_only()
        .column(Column::TopicId)
        .filter(Column::DeviceId.eq(device_id))
        .into_tuple()
        .all(transaction)
        .await?;
    let mut wanted = topic_ids.to_vec();
    before.sort_unstable();
    wanted.sort_unstable();
    if before == wanted {
        return Ok(());
    }
    push_device_topic::Entity::delete_many()
        .filter(Column::DeviceId.eq(device_id))
        .exec(transaction)
        .await?;
    if topic_ids.is_empty() {
        return Ok(());
    }
    let rows = topic_ids
        .iter()
        .map(|topic_id| push_device_topic::ActiveModel {
            topic_id: Set(*topic_id),
            device_id: Set(device_id),
        });
    push_device_topic::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Follows these organisations in place of others.
pub async fn replace_organisations(
    transaction: &impl ConnectionTrait,
    preference_id: Uuid,
    organisation_ids: &[Uuid],
) -> Result<(), DbErr> {
    use push_followed_organisation::Column;
    push_followed_organisation::Entity::delete_many()
        .filter(Column::PreferenceId.eq(preference_id))
        .exec(transaction)
        .await?;
    if organisation_ids.is_empty() {
        return Ok(());
    }
    let rows =
        organisation_ids
            .iter()
            .map(|organisation_id| push_followed_organisation::ActiveModel {
                preference_id: Set(preference_id),
                organisation_id: Set(*organisation_id),
            });
    push_followed_organisation::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Takes preferences of installations away that no device goes by any more.
pub async fn delete_abandoned(
    transaction: &impl ConnectionTrait,
    installation_lookup: &str,
) -> Result<(), DbErr> {
    let in_use = push_device::Entity::find()
        .select_only()
        .column(push_device::Column::PreferenceId)
        .filter(push_device::Column::InstallationLookup.eq(installation_lookup))
        .into_query();
    push_preference::Entity::delete_many()
        .filter(push_preference::Column::InstallationLookup.eq(installation_lookup))
        .filter(push_preference::Column::Id.not_in_subquery(in_use))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Whether somebody has consented to a purpose, by what they said last.
pub async fn is_consented(
    connection: &impl ConnectionTrait,
    subject: &str,
    purpose: &str,
) -> Result<bool, DbErr> {
    let last = consent::Entity::find()
        .filter(consent::Column::Subject.eq(subject))
        .filter(consent::Column::Purpose.eq(purpose))
        .order_by_desc(consent::Column::DecidedAt)
        .order_by_desc(consent::Column::Id)
        .one(connection)
        .await?;
    Ok(last.is_some_and(|decision| decision.is_granted))
}

/// Which of the two consents is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Service,
    Promotional,
}

/// Notes what somebody has said about a purpose, where their devices are chosen by it.
pub async fn allow(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    purpose: Purpose,
    is_granted: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use push_preference::Column;
    let column = match purpose {
        Purpose::Service => Column::AllowsService,
        Purpose::Promotional => Column::AllowsPromotional,
    };
    push_preference::Entity::update_many()
        .col_expr(column, Expr::value(is_granted))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .exec(transaction)
        .await
        .map(|_| ())
}
