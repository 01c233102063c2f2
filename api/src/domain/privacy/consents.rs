//! Consents: one a purpose, each to a version of a text, none ever changed.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{consent, consent_document};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{store::consents as store, types::PrivacyErrorCode};
use crate::{
    domain::{accounts::lock_account, app_config::list_current_consents, push::note_consent},
    infra::{db::Database, error::Error},
};

/// The channels that are told apart, as `X-Client` names them.
const CHANNELS: [&str; 4] = ["android", "ios", "portal", "web"];
const OTHER_CHANNEL: &str = "other";

/// Who decides, and by which client.
pub struct Decider {
    pub account_id: Uuid,
    /// The pseudonym of the account.
    pub subject: String,
    /// Of a closed set: see [`channel_of`].
    pub channel: &'static str,
}

/// The channel of a client that called itself `ios/2.1.0`: the name without its version where it is
/// one of ours, or else `other`. A closed set, because a consent is never changed or deleted, and a
/// name that a client has made up could say something of its holder for ever.
#[must_use]
pub fn channel_of(client: Option<&str>) -> &'static str {
    let name = client.and_then(|client| client.split('/').next());
    CHANNELS
        .into_iter()
        .find(|channel| name == Some(*channel))
        .unwrap_or(OTHER_CHANNEL)
}

/// What somebody has decided last about a purpose.
pub struct Standing {
    pub decision: consent::Model,
    /// Whether the text is still the one in force; a new one has to be asked about again.
    pub is_of_current_text: bool,
}

/// Writes a decision, and lets notifications go by it, in one transaction.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn decide(
    database: &Database,
    decider: Decider,
    purpose: &str,
    granted_text_hash: Option<&str>,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<Result<Standing, PrivacyErrorCode>, Error> {
    let transaction = database.writer().begin().await?;
    // Preferences of notifications begin under the same lock, so that they miss no decision.
    let account_id = decider.account_id;
    lock_account(&transaction, account_id).await?;
    let instant = (today, now);
    let decided = write(&transaction, decider, purpose, granted_text_hash, instant).await?;
    if decided.is_ok() {
        let is_granted = granted_text_hash.is_some();
        note_consent(&transaction, account_id, purpose, is_granted, now).await?;
    }
    transaction.commit().await?;
    Ok(decided)
}

/// Writes a decision. Granting names the text that was read: another version than the one in force is
/// refused, so that nobody consents to what they have not seen.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
async fn write(
    connection: &impl ConnectionTrait,
    decider: Decider,
    purpose: &str,
    granted_text_hash: Option<&str>,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<Result<Standing, PrivacyErrorCode>, Error> {
    let current = list_current_consents(connection, today).await?;
    let Some(document) = current.into_iter().find(|text| text.purpose == purpose) else {
        return Ok(Err(PrivacyErrorCode::PurposeNotFound));
    };
    if granted_text_hash.is_some_and(|hash| hash != document.text_hash) {
        return Ok(Err(PrivacyErrorCode::TextChanged));
    }
    let is_granted = granted_text_hash.is_some();
    let last = last_of(connection, &decider.subject, purpose).await?;
    // Said again, it is not written again.
    if let Some(last) = last
        && last.is_granted == is_granted
        && last.document_id == document.id
    {
        return Ok(Ok(standing(last, &document)));
    }
    let decision = consent::Model {
        id: Uuid::now_v7(),
        subject: decider.subject,
        purpose: purpose.to_owned(),
        is_granted,
        document_id: document.id,
        document_version: document.version,
        text_hash: document.text_hash.clone(),
        channel: decider.channel.to_owned(),
        decided_at: now,
    };
    store::insert(connection, decision.clone()).await?;
    Ok(Ok(standing(decision, &document)))
}

async fn last_of(
    connection: &impl ConnectionTrait,
    subject: &str,
    purpose: &str,
) -> Result<Option<consent::Model>, Error> {
    let all = store::list(connection, subject).await?;
    Ok(all.into_iter().find(|decision| decision.purpose == purpose))
}

fn standing(decision: consent::Model, document: &consent_document::Model) -> Standing {
    Standing {
        is_of_current_text: decision.document_id == document.id,
        decision,
    }
}

/// Where somebody stands, a line a purpose.
///
/// # Errors
/// Whatever the database reports.
pub async fn standings(
    connection: &impl ConnectionTrait,
    subject: &str,
    today: NaiveDate,
) -> Result<Vec<Standing>, Error> {
    let current = list_current_consents(connection, today).await?;
    let mut decisions = store::list(connection, subject).await?;
    decisions.sort_by(|one, other| one.purpose.cmp(&other.purpose));
    decisions.dedup_by(|later, first| later.purpose == first.purpose);
    let standings = decisions.into_iter().map(|decision| Standing {
        is_of_current_text: current.iter().any(|text| text.id == decision.document_id),
        decision,
    });
    Ok(standings.collect())
}
