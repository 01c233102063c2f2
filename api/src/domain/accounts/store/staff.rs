//! Staff's credentials, one-time tokens, recovery codes and roles.

use chrono::{DateTime, Utc};
use entities::{
    account,
    enums::{Role, ScopeKind},
    organisation_closure, organisation_okrug, person, recovery_code, role_grant, staff_credential,
    staff_token,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, OnConflict, Order, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::organisations::within_reach,
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, keyset},
    },
};

/// Makes an account one of staff; that it is one already changes nothing.
pub async fn keep_credential(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    staff_credential::Entity::insert(staff_credential::ActiveModel {
        account_id: Set(account_id),
        password_hash: Set(None),
        totp_seed: Set(None),
        totp_confirmed_at: Set(None),
        totp_last_step: Set(0),
        consecutive_failures: Set(0),
        waits_until_at: Set(None),
        disabled_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    })
    .on_conflict(
        OnConflict::column(staff_credential::Column::AccountId)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await
    .map(|_| ())
}

pub async fn find_credential(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Option<staff_credential::Model>, DbErr> {
    staff_credential::Entity::find_by_id(account_id)
        .one(connection)
        .await
}

pub async fn set_password(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    hash: String,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use staff_credential::Column;
    staff_credential::Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(hash))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Keeps a seed that is still to be confirmed.
pub async fn set_seed(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    seed: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use staff_credential::Column;
    staff_credential::Entity::update_many()
        .col_expr(Column::TotpSeed, Expr::value(seed))
        .col_expr(Column::TotpLastStep, Expr::value(0i64))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::TotpConfirmedAt.is_null())
        .exec(transaction)
        .await
        .map(|_| ())
}

pub async fn confirm_seed(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use staff_credential::Column;
    staff_credential::Entity::update_many()
        .col_expr(Column::TotpConfirmedAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Forgets password and second factor: they are set anew.
pub async fn forget_secrets(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use staff_credential::Column;
    staff_credential::Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(Option::<String>::None))
        .col_expr(Column::TotpSeed, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(
            Column::TotpConfirmedAt,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .col_expr(
            Column::DisabledAt,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Accepts a step of a one-time code if it is later than any accepted before.
pub async fn accept_step(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    step: i64,
) -> Result<bool, DbErr> {
    use staff_credential::Column;
    let accepted = staff_credential::Entity::update_many()
        .col_expr(Column::TotpLastStep, Expr::value(step))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::TotpLastStep.lt(step))
        .exec(transaction)
        .await?;
    Ok(accepted.rows_affected > 0)
}

pub async fn disable(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use staff_credential::Column;
    staff_credential::Entity::update_many()
        .col_expr(Column::DisabledAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .exec(transaction)
        .await?;
    staff_token::Entity::delete_many()
        .filter(staff_token::Column::AccountId.eq(account_id))
        .exec(transaction)
        .await?;
    role_grant::Entity::update_many()
        .col_expr(role_grant::Column::RevokedAt, Expr::value(now))
        .filter(role_grant::Column::AccountId.eq(account_id))
        .filter(role_grant::Column::RevokedAt.is_null())
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Replaces the recovery codes by new ones.
pub async fn replace_recovery_codes(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    hashes: Vec<String>,
) -> Result<(), DbErr> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::AccountId.eq(account_id))
        .exec(transaction)
        .await?;
    let rows = hashes.into_iter().map(|hash| recovery_code::ActiveModel {
        id: Set(Uuid::now_v7()),
        account_id: Set(account_id),
        code_hash: Set(hash),
        used_at: Set(None),
    });
    recovery_code::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Takes a recovery code, once.
pub async fn take_recovery_code(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use recovery_code::Column;
    let taken = recovery_code::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::CodeHash.eq(hash))
        .filter(Column::UsedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(taken.rows_affected > 0)
}

/// Keeps a one-time token in place of the account's others of that purpose.
pub async fn keep_token(
    transaction: &impl ConnectionTrait,
    token: staff_token::Model,
) -> Result<(), DbErr> {
    staff_token::Entity::delete_many()
        .filter(staff_token::Column::AccountId.eq(token.account_id))
        .filter(staff_token::Column::Purpose.eq(token.purpose))
        .exec(transaction)
        .await?;
    staff_token::Entity::insert(staff_token::ActiveModel::from(token))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Takes a token that is good, once.
pub async fn take_token(
    transaction: &impl ConnectionTrait,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<staff_token::Model>, DbErr> {
    use staff_token::Column;
    let taken = staff_token::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::TokenHash.eq(hash))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec_with_returning(transaction)
        .await?;
    Ok(taken.into_iter().next())
}

pub async fn insert_grant(
    transaction: &impl ConnectionTrait,
    grant: role_grant::Model,
) -> Result<(), DbErr> {
    role_grant::Entity::insert(role_grant::ActiveModel::from(grant))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

pub async fn find_grant(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<role_grant::Model>, DbErr> {
    role_grant::Entity::find_by_id(id).one(connection).await
}

pub async fn revoke_grant(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use role_grant::Column;
    role_grant::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(transaction)
        .await
        .map(|_| ())
}

/// The grants of an account that hold now.
pub async fn list_grants(
    connection: &impl ConnectionTrait,
    account_ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<role_grant::Model>, DbErr> {
    role_grant::Entity::find()
        .filter(role_grant::Column::AccountId.is_in(account_ids.iter().copied()))
        .filter(role_grant::Column::RevokedAt.is_null())
        .filter(
            Condition::any()
                .add(role_grant::Column::EndsAt.is_null())
                .add(role_grant::Column::EndsAt.gt(now)),
        )
        .order_by_asc(role_grant::Column::GrantedAt)
        .all(connection)
        .await
}

/// Those of them that are within a reach: nobody sees what somebody may elsewhere.
pub async fn list_grants_within(
    connection: &impl ConnectionTrait,
    account_ids: &[Uuid],
    reach: &Reach,
    now: DateTime<Utc>,
) -> Result<Vec<role_grant::Model>, DbErr> {
    role_grant::Entity::find()
        .filter(role_grant::Column::AccountId.is_in(account_ids.iter().copied()))
        .filter(holding(reach, now))
        .order_by_asc(role_grant::Column::GrantedAt)
        .all(connection)
        .await
}

/// The condition that a grant's scope is an organisation, one above it, or one of its okrugs.
pub fn over(organisation_id: Uuid) -> Condition {
    let above = organisation_closure::Entity::find()
        .select_only()
        .column(organisation_closure::Column::AncestorId)
        .filter(organisation_closure::Column::DescendantId.eq(organisation_id))
        .into_query();
    let okrugs = organisation_okrug::Entity::find()
        .select_only()
        .column(organisation_okrug::Column::Okrug)
        .filter(organisation_okrug::Column::OrganisationId.eq(organisation_id))
        .into_query();
    Condition::any()
        .add(role_grant::Column::OrganisationId.in_subquery(above))
        .add(role_grant::Column::Okrug.in_subquery(okrugs))
}

/// The condition that a grant's scope is the whole federation.
pub fn over_the_federation() -> Condition {
    Condition::all().add(role_grant::Column::ScopeKind.eq(ScopeKind::Federation))
}

/// The accounts that can use a grant of one of these roles now, with that scope: whoever has not
/// connected a second factor cannot.
pub async fn list_holders(
    connection: &impl ConnectionTrait,
    roles: &[Role],
    scope: Condition,
    now: DateTime<Utc>,
) -> Result<Vec<account::Model>, DbErr> {
    let holding = role_grant::Entity::find()
        .select_only()
        .column(role_grant::Column::AccountId)
        .filter(role_grant::Column::Role.is_in(roles.iter().copied()))
        .filter(role_grant::Column::RevokedAt.is_null())
        .filter(
            Condition::any()
                .add(role_grant::Column::EndsAt.is_null())
                .add(role_grant::Column::EndsAt.gt(now)),
        )
        .filter(scope)
        .into_query();
    let ready = staff_credential::Entity::find()
        .select_only()
        .column(staff_credential::Column::AccountId)
        .filter(staff_credential::Column::TotpConfirmedAt.is_not_null())
        .filter(staff_credential::Column::DisabledAt.is_null())
        .into_query();
    account::Entity::find()
        .filter(account::Column::Id.in_subquery(holding))
        .filter(account::Column::Id.in_subquery(ready))
        .all(connection)
        .await
}

/// Where a member of staff stands in lists: newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StaffPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for StaffPosition {
    const LIST: &'static str = "staff";
}

/// Staff with a role within a reach.
pub async fn list(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    page: &Page<StaffPosition>,
    now: DateTime<Utc>,
) -> Result<Slice<(account::Model, staff_credential::Model, person::Model)>, DbErr> {
    let select = keyset(
        within(reach, now),
        (
            staff_credential::Column::CreatedAt,
            staff_credential::Column::AccountId,
        ),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    let credentials = select.all(connection).await?;
    let ids = credentials.iter().map(|row| row.account_id);
    let accounts = account::Entity::find()
        .filter(account::Column::Id.is_in(ids))
        .all(connection)
        .await?;
    let person_ids = accounts.iter().map(|account| account.person_id);
    let people = person::Entity::find()
        .filter(person::Column::Id.is_in(person_ids))
        .all(connection)
        .await?;
    let whole = credentials.into_iter().filter_map(|credential| {
        let account = accounts
            .iter()
            .find(|row| row.id == credential.account_id)?;
        let person = people.iter().find(|row| row.id == account.person_id)?;
        Some((account.clone(), credential, person.clone()))
    });
    Ok(page.slice(whole.collect()))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    within(reach, now).count(connection).await
}

fn within(reach: &Reach, now: DateTime<Utc>) -> Select<staff_credential::Entity> {
    let select = staff_credential::Entity::find();
    if reach.is_everywhere {
        return select;
    }
    let accounts = Query::select()
        .column(role_grant::Column::AccountId)
        .from(role_grant::Entity)
        .cond_where(holding(reach, now))
        .to_owned();
    select.filter(staff_credential::Column::AccountId.in_subquery(accounts))
}

/// The condition that a grant holds now and is within a reach.
fn holding(reach: &Reach, now: DateTime<Utc>) -> Condition {
    use role_grant::Column;
    let mut place = Condition::any().add(within_reach(reach, Column::OrganisationId));
    if !reach.okrugs.is_empty() {
        place = place.add(Column::Okrug.is_in(reach.okrugs.iter().copied()));
    }
    let time = Condition::any()
        .add(Column::EndsAt.is_null())
        .add(Column::EndsAt.gt(now));
    Condition::all()
        .add(place)
        .add(Column::RevokedAt.is_null())
        .add(time)
}
