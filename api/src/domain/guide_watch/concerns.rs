//! Raising concerns, and the ways in which they end.

use chrono::{DateTime, Utc};
use entities::enums::{GuideConcernEnd, GuideConcernKind};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::store::concerns as store;

/// Why a guide has to be looked at by its editors.
#[derive(Clone, Debug)]
pub struct Concern {
    pub guide_id: Uuid,
    pub kind: GuideConcernKind,
    /// In Russian, for the editors.
    pub details: String,
    /// What readers could be warned of, if an editor confirms it.
    pub proposed_alert: Option<String>,
}

/// What a look at the guide itself answers; the others are about what is not in it.
const ANSWERED_BY_A_CHECK: [GuideConcernKind; 3] = [
    GuideConcernKind::Accuracy,
    GuideConcernKind::Feedback,
    GuideConcernKind::PageChanged,
];

/// Raises a concern. While one of its kind is open that one is touched instead, and says what this one
/// says; the answer is whether it is a new one. However many do it at once, one row is open.
///
/// # Errors
/// Whatever the driver reports.
pub async fn raise(
    connection: &impl ConnectionTrait,
    concern: Concern,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    store::raise(connection, concern, now).await
}

/// Closes what a check of the guide at that instant answers: concerns seen last before it.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn answer_by_check(
    transaction: &impl ConnectionTrait,
    guide_id: Uuid,
    checked_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    store::close_seen_until(
        transaction,
        (guide_id, &ANSWERED_BY_A_CHECK),
        checked_at,
        now,
    )
    .await
}

/// Closes a concern that readers are warned of from now on; `false`: somebody has closed it.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn confirm(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    store::close(transaction, id, GuideConcernEnd::Confirmed, now).await
}
