//! Applying a staged roster.

use chrono::{DateTime, Utc};
use entities::{enums::ImportState, member_import};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::membership::{store::imports as store, types::MembershipErrorCode},
    infra::error::Error,
};

/// Applies an import in the caller's transaction, which holds it locked and is a
/// [long one](crate::infra::db::begin_long). Applying it again is no error.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn apply(
    transaction: &impl ConnectionTrait,
    mut import: member_import::Model,
    now: DateTime<Utc>,
) -> Result<Result<member_import::Model, MembershipErrorCode>, Error> {
    match import.state {
        ImportState::Applied => return Ok(Ok(import)),
        ImportState::Staged | ImportState::Applying => {}
        ImportState::Superseded => return Ok(Err(MembershipErrorCode::ImportStale)),
        ImportState::Reading | ImportState::Refused => {
            return Ok(Err(MembershipErrorCode::ImportNotReady));
        }
    }
    if store::is_stale(transaction, &import).await? {
        return Ok(Err(MembershipErrorCode::ImportStale));
    }
    let issuer_id: Uuid = import.issuer_id;
    store::add_people(transaction, import.id, now).await?;
    store::add_memberships(transaction, import.id, issuer_id, now).await?;
    store::update_memberships(transaction, import.id, now).await?;
    store::delete_rows(transaction, import.id).await?;
    let others = store::others_of(issuer_id, import.id);
    store::supersede(transaction, others).await?;
    import.state = ImportState::Applied;
    import.applied_at = Some(now);
    store::save(transaction, &import).await?;
    Ok(Ok(import))
}
