//! Taking opinions of guides, once a reader, guide and day, with nobody behind them.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{enums::GuideConcernKind, guide_opinion, guide_opinion_sum};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    concerns::{Concern, raise},
    rules::{LATEST, OPINIONS_AT_ONCE, OPINIONS_KEPT, Saying, doubts},
    store::{concerns, opinions as store},
    types::GuideWatchErrorCode,
};
use crate::{
    domain::service_reports::scrub,
    infra::{
        auth::Viewer,
        clock::{end_of_moscow_day, moscow_date},
        db::Database,
        error::Error,
        graphql::{Caller, Stop, UserErrorCode},
        throttle,
        vault::{Lookup, Vault},
    },
};

/// What opinions are counted as, for limits.
const SAID: &str = "guide.opinion";

/// Somebody's opinion of a guide that they may see.
#[derive(Clone, Debug)]
pub struct Opinion {
    /// The client's key: the same one says the same.
    pub key: Uuid,
    pub guide_id: Uuid,
    /// What they read.
    pub revision: i32,
    pub saying: Saying,
    pub author: Author,
}

/// By what an author's second opinion of a day, and a flood of them, are told. Neither says who it is,
/// and tomorrow's are others.
#[derive(Clone, Debug)]
pub struct Author {
    voter: String,
    subject: String,
}

impl Author {
    /// Whoever asks: their account, or else the address that the request came from, behind which there
    /// may be several people.
    #[must_use]
    pub fn of(
        vault: &Vault,
        (viewer, caller): (&Viewer, &Caller),
        guide_id: Uuid,
        now: DateTime<Utc>,
    ) -> Self {
        let who = match viewer.signed_in() {
            Some(signed_in) => format!("account {}", signed_in.account_id),
            None => format!("address {}", caller.address),
        };
        let today = moscow_date(now);
        Self {
            voter: vault.lookup(Lookup::Opinion, &format!("{today} {guide_id} {who}")),
            subject: vault.lookup(Lookup::Opinion, &format!("{today} {who}")),
        }
    }
}

/// Takes an opinion, in place of the one that its author had of that guide today; returns how many think
/// what.
///
/// # Errors
/// [`Stop`]: the key stands for another opinion, or there are too many.
pub async fn take(
    database: &Database,
    opinion: Opinion,
    now: DateTime<Utc>,
) -> Result<guide_opinion_sum::Model, Stop> {
    let transaction = database.writer().begin().await?;
    let mut sums = store::hold_sums(&transaction, opinion.guide_id).await?;
    let row = row_of(&opinion, now);
    if let Some(before) = store::find_opinion(&transaction, row.id).await? {
        return if is_same(&before, &row) {
            Ok(sums)
        } else {
            Err(reused())
        };
    }
    refuse_flood(&transaction, &opinion.author, now).await?;
    let voter = &opinion.author.voter;
    if let Some(before) = store::find_of_voter(&transaction, row.guide_id, voter).await? {
        store::delete_opinion(&transaction, before.id).await?;
        count(&mut sums, before.is_useful, -1);
    }
    count(&mut sums, row.is_useful, 1);
    // With another guide's opinion at the same instant.
    if !store::insert_opinion(&transaction, row.clone()).await? {
        return Err(reused());
    }
    store::write_sums(&transaction, sums.clone()).await?;
    if !row.is_useful {
        raise_doubts(&transaction, (row.guide_id, row.revision), now).await?;
    }
    transaction.commit().await?;
    Ok(sums)
}

fn row_of(opinion: &Opinion, now: DateTime<Utc>) -> guide_opinion::Model {
    let saying = &opinion.saying;
    guide_opinion::Model {
        id: opinion.key,
        guide_id: opinion.guide_id,
        revision: opinion.revision,
        is_useful: saying.is_useful,
        reason: saying.reason,
        comment: saying.comment.as_deref().and_then(scrub),
        voter: Some(opinion.author.voter.clone()),
        voter_ends_at: Some(end_of_moscow_day(now)),
        created_at: now,
    }
}

/// Whether a client repeats itself. The guide may have been corrected meanwhile.
fn is_same(before: &guide_opinion::Model, row: &guide_opinion::Model) -> bool {
    before.guide_id == row.guide_id
        && before.is_useful == row.is_useful
        && before.reason == row.reason
        && before.comment == row.comment
}

fn count(sums: &mut guide_opinion_sum::Model, is_useful: bool, step: i64) {
    let sum = match is_useful {
        true => &mut sums.useful,
        false => &mut sums.not_useful,
    };
    *sum = sum.saturating_add(step).max(0);
}

fn reused() -> Stop {
    GuideWatchErrorCode::Conflict.at("clientMutationKey").into()
}

async fn refuse_flood(
    transaction: &impl ConnectionTrait,
    author: &Author,
    now: DateTime<Utc>,
) -> Result<(), Stop> {
    let subject = &author.subject;
    if !throttle::allows(transaction, SAID, subject, &OPINIONS_AT_ONCE, now).await? {
        return Err(GuideWatchErrorCode::TooMany.error().into());
    }
    Ok(throttle::note(transaction, SAID, subject, now).await?)
}

/// Lets editors know when too many of the last readers of a revision found no use in it. What they have
/// dealt with before does not count again.
async fn raise_doubts(
    transaction: &impl ConnectionTrait,
    (guide_id, revision): (Uuid, i32),
    now: DateTime<Utc>,
) -> Result<(), Stop> {
    let kind = GuideConcernKind::Feedback;
    let last_end = concerns::find_last_end(transaction, guide_id, kind).await?;
    let since = last_end.unwrap_or(DateTime::UNIX_EPOCH);
    let latest = store::list_latest(transaction, (guide_id, revision), since, LATEST).await?;
    let Some(not_useful) = doubts(&latest) else {
        return Ok(());
    };
    let concern = Concern {
        guide_id,
        kind,
        details: format!(
            "Инструкция не помогла {not_useful} читателям из последних {}: что не так, видно в отзывах.",
            latest.len()
        ),
        proposed_alert: None,
    };
    raise(transaction, concern, now).await?;
    Ok(())
}

/// Forgets by what authors of days that are over were told, and opinions that are old.
///
/// # Errors
/// Whatever the database reports.
pub async fn forget_old(database: &Database, now: DateTime<Utc>) -> Result<(), Error> {
    let writer = database.writer();
    // Somebody's opinion may be on its way while the day ends.
    store::forget_voters(writer, now - TimeDelta::hours(1)).await?;
    store::delete_before(writer, now - OPINIONS_KEPT).await?;
    Ok(())
}
