//! Codes of cards, and the one question of a cashier.

use chrono::{DateTime, Utc};
use entities::{card_code, membership, organisation, person};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use crate::infra::db::{fetch, row};

row! {
    /// What of a membership a check needs.
    pub struct CheckedMembership of membership {
        pub person_id: Uuid,
        pub holder: Vec<u8>,
        pub status: entities::enums::MembershipStatus,
        pub valid_through: Option<chrono::NaiveDate>,
    }
}

row! {
    pub struct CheckedIssuer of organisation {
        pub short_name: String,
    }
}

row! {
    pub struct CheckedPerson of person {
        pub data_key: Vec<u8>,
    }
}

/// A membership with its issuer and its holder's key.
pub struct Checked {
    pub membership: CheckedMembership,
    pub issuer: CheckedIssuer,
    pub person: CheckedPerson,
}

/// Keeps a code until it runs out. The same code of the same minute is kept once.
pub async fn keep_code(
    connection: &impl ConnectionTrait,
    hash: String,
    membership_id: Uuid,
    expires_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    card_code::Entity::insert(card_code::ActiveModel {
        code_hash: Set(hash),
        membership_id: Set(membership_id),
        expires_at: Set(expires_at),
    })
    .on_conflict(
        OnConflict::column(card_code::Column::CodeHash)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(connection)
    .await
    .map(|_| ())
}

/// The membership that a code stands for now.
pub async fn find_by_code(
    connection: &impl ConnectionTrait,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Checked>, DbErr> {
    let is_of_code = Expr::col((card_code::Entity, card_code::Column::MembershipId))
        .equals((membership::Entity, membership::Column::Id));
    let mut select = membership::Entity::find()
        .filter(card_code::Column::CodeHash.eq(hash))
        .filter(card_code::Column::ExpiresAt.gt(now));
    QuerySelect::query(&mut select).join(JoinType::InnerJoin, card_code::Entity, is_of_code);
    find(connection, select).await
}

/// The membership whose card has that random number.
pub async fn find_by_serial(
    connection: &impl ConnectionTrait,
    serial: i64,
) -> Result<Option<Checked>, DbErr> {
    let select = membership::Entity::find().filter(membership::Column::CardSerial.eq(serial));
    find(connection, select).await
}

async fn find(
    connection: &impl ConnectionTrait,
    mut select: Select<membership::Entity>,
) -> Result<Option<Checked>, DbErr> {
    use crate::infra::db::Row;
    let is_issuer = Expr::col((organisation::Entity, organisation::Column::Id))
        .equals((membership::Entity, membership::Column::IssuerId));
    let is_holder = Expr::col((person::Entity, person::Column::Id))
        .equals((membership::Entity, membership::Column::PersonId));
    QuerySelect::query(&mut select)
        .join(JoinType::InnerJoin, organisation::Entity, is_issuer)
        .join(JoinType::InnerJoin, person::Entity, is_holder);
    let found = fetch(
        connection,
        select.limit(1),
        |query| {
            CheckedMembership::select(query);
            CheckedIssuer::select(query);
            CheckedPerson::select(query);
        },
        |reader| {
            Ok(Checked {
                membership: CheckedMembership::read(reader)?,
                issuer: CheckedIssuer::read(reader)?,
                person: CheckedPerson::read(reader)?,
            })
        },
    )
    .await?;
    Ok(found.into_iter().next())
}

/// Throws codes away that have run out: nobody learns later whose card was shown when.
pub async fn forget_old(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    card_code::Entity::delete_many()
        .filter(card_code::Column::ExpiresAt.lt(now))
        .exec(connection)
        .await
        .map(|_| ())
}
