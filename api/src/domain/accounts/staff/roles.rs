//! Giving and taking roles. Nobody gives more than they hold.

use chrono::{DateTime, Utc};
use entities::{
    enums::{Okrug, Role, ScopeKind},
    role_grant,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::{
        accounts::{
            store::{people, staff as store, viewing},
            types::AccountErrorCode,
        },
        organisations::covers,
    },
    infra::{
        auth::{Permission, Reach, Scope, SignedIn, permissions_of},
        error::Error,
    },
};

/// A role to be given.
#[derive(Clone, Debug)]
pub struct NewGrant {
    pub account_id: Uuid,
    pub role: Role,
    pub scope: Scope,
    pub ends_at: Option<DateTime<Utc>>,
}

/// Whether somebody may give or take that role there: they hold every permission of it, and that of
/// giving roles, all over its scope.
///
/// # Errors
/// Whatever the database reports.
pub async fn may_deal_in(
    connection: &impl ConnectionTrait,
    giver: &SignedIn,
    role: Role,
    scope: Scope,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let needed = permissions_of(role).iter().chain([&Permission::GrantRoles]);
    for permission in needed {
        let reach = Reach::of(&giver.grants, *permission, now);
        let holds = match scope {
            Scope::Federation => reach.is_everywhere,
            Scope::Okrug(okrug) => reach.is_everywhere || reach.okrugs.contains(&okrug),
            Scope::Organisation(id) => covers_subtree(connection, &reach, id).await?,
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An okrug's reach covers an organisation but not what stands below it elsewhere.
async fn covers_subtree(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    organisation_id: Uuid,
) -> Result<bool, Error> {
    let subtrees = Reach {
        okrugs: Vec::<Okrug>::new(),
        ..reach.clone()
    };
    Ok(covers(connection, &subtrees, organisation_id).await?)
}

/// Gives a role in the caller's transaction. The same role with the same scope is given once.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn give(
    transaction: &impl ConnectionTrait,
    giver: &SignedIn,
    grant: NewGrant,
    now: DateTime<Utc>,
) -> Result<Result<Uuid, AccountErrorCode>, Error> {
    people::lock_account(transaction, grant.account_id).await?;
    if store::find_credential(transaction, grant.account_id)
        .await?
        .is_none_or(|credential| credential.disabled_at.is_some())
    {
        return Ok(Err(AccountErrorCode::StaffNotFound));
    }
    if !may_deal_in(transaction, giver, grant.role, grant.scope, now).await? {
        return Ok(Err(AccountErrorCode::RoleBeyondYours));
    }
    Ok(Ok(
        write(transaction, grant, Some(giver.account_id), now).await?
    ))
}

/// Writes a grant; who may is for the caller to know. The same one is written once.
pub(super) async fn write(
    transaction: &impl ConnectionTrait,
    grant: NewGrant,
    granted_by_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Uuid, Error> {
    let held = store::list_grants(transaction, &[grant.account_id], now).await?;
    let same = held.iter().find(|row| {
        let known = viewing::grant((*row).clone());
        known.is_some_and(|known| {
            (known.role, known.scope, known.ends_at) == (grant.role, grant.scope, grant.ends_at)
        })
    });
    if let Some(same) = same {
        return Ok(same.id);
    }
    let (scope_kind, organisation_id, okrug) = match grant.scope {
        Scope::Federation => (ScopeKind::Federation, None, None),
        Scope::Organisation(id) => (ScopeKind::Organisation, Some(id), None),
        Scope::Okrug(okrug) => (ScopeKind::Okrug, None, Some(okrug)),
    };
    let id = Uuid::now_v7();
    let row = role_grant::Model {
        id,
        account_id: grant.account_id,
        role: grant.role,
        scope_kind,
        organisation_id,
        okrug,
        granted_by_id,
        granted_at: now,
        ends_at: grant.ends_at,
        revoked_at: None,
    };
    store::insert_grant(transaction, row).await?;
    people::bump_permissions(transaction, grant.account_id).await?;
    Ok(id)
}

/// Takes a role back in the caller's transaction, and returns whose it was.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn take_back(
    transaction: &impl ConnectionTrait,
    taker: &SignedIn,
    grant_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Result<role_grant::Model, AccountErrorCode>, Error> {
    let Some(row) = store::find_grant(transaction, grant_id).await? else {
        return Ok(Err(AccountErrorCode::GrantNotFound));
    };
    let Some(grant) = viewing::grant(row.clone()) else {
        return Ok(Err(AccountErrorCode::GrantNotFound));
    };
    if !may_deal_in(transaction, taker, grant.role, grant.scope, now).await? {
        return Ok(Err(AccountErrorCode::GrantNotFound));
    }
    store::revoke_grant(transaction, grant_id, now).await?;
    people::bump_permissions(transaction, row.account_id).await?;
    Ok(Ok(row))
}
