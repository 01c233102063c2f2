//! What this domain keeps of somebody, for them to have and to erase.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entities::{training_certificate, training_session};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    feedback::open_comment,
    registering::{fill_free_seats, leave},
    store::{certificates, registrations, sessions},
};
use crate::{
    domain::accounts::{Accounts, lock_account},
    infra::error::Error,
};

/// An account's registrations with what came of them, to be read by its holder.
///
/// # Errors
/// Whatever the database reports.
pub async fn personal_data(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Value, Error> {
    let rows = registrations::list_all_of_account(connection, account_id).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let session_ids: Vec<Uuid> = rows.iter().map(|row| row.session_id).collect();
    let sessions: HashMap<Uuid, training_session::Model> =
        sessions::list_any(connection, &session_ids)
            .await?
            .into_iter()
            .map(|session| (session.id, session))
            .collect();
    let certificates: HashMap<Uuid, training_certificate::Model> =
        certificates::list_of_registrations(connection, &ids)
            .await?
            .into_iter()
            .map(|certificate| (certificate.registration_id, certificate))
            .collect();
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let session = sessions.get(&row.session_id);
        let certificate = certificates.get(&row.id);
        told.push(json!({
            "sessionId": row.session_id,
            "courseId": session.map(|session| session.course_id),
            "startsAt": session.map(|session| session.starts_at),
            "state": row.state,
            "registeredAt": row.registered_at,
            "promotedAt": row.promoted_at,
            "cancelledAt": row.cancelled_at,
            "markedAt": row.marked_at,
            "certificate": certificate.map(|certificate| json!({
                "number": certificate.number,
                "courseTitle": certificate.course_title,
                "hours": certificate.hours,
                "issuedOn": certificate.issued_on,
            })),
            "rating": row.rating,
            "comment": open_comment(&accounts.vault, &row)?,
        }));
    }
    Ok(json!({ "registrations": told }))
}

/// Erases an account's registrations, certificates and words. Seats that come free go to those who
/// wait. Whether there was anything: then the caller tells readers, last, by [`tell_readers`].
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
///
/// [`tell_readers`]: super::tell_readers
pub async fn erase(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    // Whoever registers holds the account first and then the session.
    lock_account(transaction, account_id).await?;
    let known = registrations::list_all_of_account(transaction, account_id).await?;
    // In one order, so that two who are erased at once do not wait for each other.
    let session_ids: BTreeSet<Uuid> = known.iter().map(|row| row.session_id).collect();
    for session_id in &session_ids {
        let Some(mut session) = sessions::lock(transaction, *session_id).await? else {
            continue;
        };
        let own = [*session_id];
        for row in registrations::list_standing(transaction, account_id, &own).await? {
            leave(&mut session, row.state);
        }
        registrations::delete_of_account(transaction, account_id, *session_id).await?;
        fill_free_seats(transaction, &mut session, now).await?;
    }
    Ok(!session_ids.is_empty())
}
