//! Persons with their keys, and accounts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{account, enums::AccountState, person};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{domain::accounts::contact::Contact, infra::db::lock_row};

/// An account to be written.
pub struct NewAccount {
    pub id: Uuid,
    pub person_id: Uuid,
    pub profile: Vec<u8>,
    pub phone_lookup: Option<String>,
    pub email_lookup: Option<String>,
}

/// Keeps a person's wrapped key.
pub async fn insert_person(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    wrapped_key: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    person::Entity::insert(person::ActiveModel {
        id: Set(id),
        data_key: Set(wrapped_key),
        created_at: Set(now),
    })
    .exec_without_returning(transaction)
    .await
    .map(|_| ())
}

pub async fn insert_account(
    transaction: &impl ConnectionTrait,
    new: NewAccount,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    account::Entity::insert(account::ActiveModel {
        id: Set(new.id),
        person_id: Set(new.person_id),
        state: Set(AccountState::Active),
        profile: Set(new.profile),
        phone_lookup: Set(new.phone_lookup),
        email_lookup: Set(new.email_lookup),
        permission_version: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
    })
    .exec_without_returning(transaction)
    .await
    .map(|_| ())
}

/// The account that signs in by that contact.
pub async fn find_by_contact(
    connection: &impl ConnectionTrait,
    contact: &Contact,
    lookup: &str,
) -> Result<Option<account::Model>, DbErr> {
    let column = match contact {
        Contact::Phone(_) => account::Column::PhoneLookup,
        Contact::Email(_) => account::Column::EmailLookup,
    };
    account::Entity::find()
        .filter(column.eq(lookup))
        .one(connection)
        .await
}

pub async fn find_account(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id(id).one(connection).await
}

pub async fn find_person(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<person::Model>, DbErr> {
    person::Entity::find_by_id(id).one(connection).await
}

/// The accounts with the persons whose they are.
pub async fn list_holders(
    connection: &impl ConnectionTrait,
    account_ids: &[Uuid],
) -> Result<Vec<(account::Model, person::Model)>, DbErr> {
    let accounts = account::Entity::find()
        .filter(account::Column::Id.is_in(account_ids.iter().copied()))
        .all(connection)
        .await?;
    let person_ids = accounts.iter().map(|account| account.person_id);
    let people = person::Entity::find()
        .filter(person::Column::Id.is_in(person_ids))
        .all(connection)
        .await?;
    let people: HashMap<Uuid, person::Model> = people
        .into_iter()
        .map(|person| (person.id, person))
        .collect();
    let with_person = |account: account::Model| {
        let person = people.get(&account.person_id)?.clone();
        Some((account, person))
    };
    Ok(accounts.into_iter().filter_map(with_person).collect())
}

/// Holds the account's row until the transaction ends, and reads it.
pub async fn lock_account(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<account::Model>, DbErr> {
    lock_row::<account::Entity>(transaction, id).await
}

/// Writes a changed profile and the hashes to find it by.
pub async fn update_profile(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    profile: Vec<u8>,
    phone_lookup: Option<String>,
    email_lookup: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    account::Entity::update_many()
        .col_expr(account::Column::Profile, Expr::value(profile))
        .col_expr(account::Column::PhoneLookup, Expr::value(phone_lookup))
        .col_expr(account::Column::EmailLookup, Expr::value(email_lookup))
        .col_expr(account::Column::UpdatedAt, Expr::value(now))
        .filter(account::Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Makes every access token of the account old.
pub async fn bump_permissions(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<(), DbErr> {
    account::Entity::update_many()
        .col_expr(
            account::Column::PermissionVersion,
            Expr::col(account::Column::PermissionVersion).add(1),
        )
        .filter(account::Column::Id.eq(account_id))
        .exec(transaction)
        .await
        .map(|_| ())
}
