//! What those who came think of a session. Staff read it without names.

use chrono::{DateTime, Utc};
use entities::training_registration;
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    registering::Outcome,
    rules::{RATINGS_THAT_HIDE, may_rate},
    store::{registrations, sessions},
    types::TrainingErrorCode,
};
use crate::infra::{db::Database, error::Error, vault::Vault};

const PURPOSE: &str = "training-feedback";
/// As many as staff read at once.
const MOST_READ: u64 = 500;

/// What somebody says of a session.
pub struct Opinion {
    pub account_id: Uuid,
    pub registration_id: Uuid,
    /// 1 to 5.
    pub rating: i16,
    pub comment: Option<String>,
}

/// Notes what somebody thinks of a session that they were at, in place of what they thought before.
///
/// # Errors
/// Top-level faults, after which nothing was done.
pub async fn submit(
    vault: &Vault,
    database: &Database,
    opinion: Opinion,
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let transaction = database.writer().begin().await?;
    let not_found = || Ok(Err(vec![TrainingErrorCode::RegistrationNotFound]));
    let (account_id, id) = (opinion.account_id, opinion.registration_id);
    let Some(known) = registrations::find_own(database.reader(), account_id, id).await? else {
        return not_found();
    };
    let Some(session) = sessions::lock(&transaction, known.session_id).await? else {
        return not_found();
    };
    let Some(mut row) = registrations::find_own(&transaction, account_id, id).await? else {
        return not_found();
    };
    if let Err(code) = may_rate(&session, row.state, now) {
        return Ok(Err(vec![code]));
    }
    let comment = opinion.comment.as_ref();
    row.rating = Some(opinion.rating);
    row.comment = comment.map(|text| vault.seal(PURPOSE, text)).transpose()?;
    row.rated_at = Some(now);
    registrations::update(&transaction, row.clone()).await?;
    transaction.commit().await?;
    Ok(Ok(row))
}

/// The words of a registration, if there are any.
///
/// # Errors
/// `Internal`, when they do not open.
pub fn open_comment(
    vault: &Vault,
    row: &training_registration::Model,
) -> Result<Option<String>, Error> {
    let sealed = row.comment.as_deref();
    sealed.map(|sealed| vault.open(PURPOSE, sealed)).transpose()
}

/// What was said of a session, by nobody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gathered {
    pub count: usize,
    /// Of 1 to 5; none: nobody has rated it.
    pub average: Option<f64>,
    /// Nothing, while so few have rated it that they would tell who wrote them.
    pub comments: Vec<String>,
}

/// Gathers what was said of a session.
///
/// # Errors
/// Whatever the database reports.
pub async fn gather(
    vault: &Vault,
    connection: &impl ConnectionTrait,
    session_id: Uuid,
) -> Result<Gathered, Error> {
    let rows = registrations::list_rated(connection, session_id, MOST_READ).await?;
    let ratings: Vec<i16> = rows.iter().filter_map(|row| row.rating).collect();
    let mut comments = Vec::new();
    if ratings.len() >= RATINGS_THAT_HIDE {
        for row in &rows {
            comments.extend(open_comment(vault, row)?);
        }
    }
    Ok(Gathered {
        count: ratings.len(),
        average: average(&ratings),
        comments,
    })
}

/// To two digits behind the point.
fn average(ratings: &[i16]) -> Option<f64> {
    let count = u32::try_from(ratings.len())
        .ok()
        .filter(|count| *count > 0)?;
    let sum: f64 = ratings.iter().copied().map(f64::from).sum();
    Some((sum / f64::from(count) * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_has_two_digits() {
        assert_eq!(average(&[]), None);
        assert_eq!(average(&[5]), Some(5.0));
        assert_eq!(average(&[5, 4, 4]), Some(4.33));
    }
}
