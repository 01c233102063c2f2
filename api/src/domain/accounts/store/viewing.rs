//! What a session lets its holder see and do.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    account,
    enums::{MembershipStatus, Okrug, ScopeKind},
    membership, organisation_closure, organisation_okrug, role_grant, session, staff_credential,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::{
    domain::organisations::within_reach,
    infra::auth::{Grant, Membership, Reach, Scope},
};

/// A session that has not ended, with its account.
pub async fn find_live_session(
    connection: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<(session::Model, account::Model)>, DbErr> {
    let Some(session) = session::Entity::find_by_id(id)
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::IdleUntilAt.gt(now))
        .filter(session::Column::ExpiresAt.gt(now))
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    let account = account::Entity::find_by_id(session.account_id)
        .one(connection)
        .await?;
    Ok(account.map(|account| (session, account)))
}

/// What the account's valid memberships say together.
pub async fn find_membership(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    today: NaiveDate,
) -> Result<Option<Membership>, DbErr> {
    let rows = membership::Entity::find()
        .filter(membership::Column::AccountId.eq(account_id))
        .filter(membership::Column::Status.eq(MembershipStatus::Active))
        .filter(
            Condition::any()
                .add(membership::Column::ValidThrough.is_null())
                .add(membership::Column::ValidThrough.gte(today)),
        )
        .all(connection)
        .await?;
    let Some(member_since) = rows.iter().map(|row| row.member_since).min() else {
        return Ok(None);
    };
    let mut organisation_ids: Vec<Uuid> = rows.iter().map(|row| row.organisation_id).collect();
    organisation_ids.sort_unstable();
    organisation_ids.dedup();
    Ok(Some(Membership {
        organisation_and_ancestor_ids: list_ancestors(connection, &organisation_ids).await?,
        okrugs: list_okrugs(connection, &organisation_ids).await?,
        is_youth: rows.iter().any(|row| row.is_youth),
        member_since,
        organisation_ids,
    }))
}

/// Whether an account, or whoever stands in a roster by that phone, belongs to an organisation within
/// a reach. A membership that is suspended or has run out counts, a revoked one does not.
pub async fn belongs_within(
    connection: &impl ConnectionTrait,
    account_id: Option<Uuid>,
    phone_lookup: &str,
    reach: &Reach,
) -> Result<bool, DbErr> {
    let is_theirs = Condition::any()
        .add(membership::Column::PhoneLookup.eq(phone_lookup))
        .add_option(account_id.map(|id| membership::Column::AccountId.eq(id)));
    let found = membership::Entity::find()
        .filter(is_theirs)
        .filter(membership::Column::Status.ne(MembershipStatus::Revoked))
        .filter(within_reach(reach, membership::Column::OrganisationId))
        .one(connection)
        .await?;
    Ok(found.is_some())
}

async fn list_ancestors(
    connection: &impl ConnectionTrait,
    organisation_ids: &[Uuid],
) -> Result<Vec<Uuid>, DbErr> {
    organisation_closure::Entity::find()
        .select_only()
        .column(organisation_closure::Column::AncestorId)
        .distinct()
        .filter(organisation_closure::Column::DescendantId.is_in(organisation_ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await
}

async fn list_okrugs(
    connection: &impl ConnectionTrait,
    organisation_ids: &[Uuid],
) -> Result<Vec<Okrug>, DbErr> {
    organisation_okrug::Entity::find()
        .select_only()
        .column(organisation_okrug::Column::Okrug)
        .distinct()
        .filter(organisation_okrug::Column::OrganisationId.is_in(organisation_ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await
}

/// Whether an account of staff has connected a second factor and is not disabled.
pub async fn has_second_factor(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<bool, DbErr> {
    let credential = staff_credential::Entity::find_by_id(account_id)
        .one(connection)
        .await?;
    Ok(credential.is_some_and(|credential| {
        credential.totp_confirmed_at.is_some() && credential.disabled_at.is_none()
    }))
}

/// The roles that hold now.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_grants(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Grant>, DbErr> {
    let rows = role_grant::Entity::find()
        .filter(role_grant::Column::AccountId.eq(account_id))
        .filter(role_grant::Column::RevokedAt.is_null())
        .filter(
            Condition::any()
                .add(role_grant::Column::EndsAt.is_null())
                .add(role_grant::Column::EndsAt.gt(now)),
        )
        .all(connection)
        .await?;
    Ok(rows.into_iter().filter_map(grant).collect())
}

/// A scope without its organisation or okrug reaches nowhere.
pub fn grant(row: role_grant::Model) -> Option<Grant> {
    let scope = match row.scope_kind {
        ScopeKind::Federation => Scope::Federation,
        ScopeKind::Organisation => Scope::Organisation(row.organisation_id?),
        ScopeKind::Okrug => Scope::Okrug(row.okrug?),
    };
    Some(Grant {
        role: row.role,
        scope,
        ends_at: row.ends_at,
    })
}
