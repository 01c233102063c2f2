//! Telling staff by e-mail that a pool of codes runs out: once that it is low, once that it is empty,
//! and again only after it was filled up.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::store::{codes::Pool, reports::list_titles, terms};
use crate::{
    domain::accounts::{
        Accounts,
        staff::{self, StaffNotice},
    },
    infra::{
        auth::Permission,
        clock::Clock,
        db::Database,
        error::Error,
        jobs::{self, Handler, NewJob, Outcome},
    },
};

/// The kind of the jobs.
pub const JOB: &str = "benefit_codes_short";

/// Of which pool staff must hear, and how it stood.
#[derive(Serialize, Deserialize)]
struct Due {
    benefit_id: Uuid,
    left: i64,
    total: i64,
}

impl Due {
    /// The same for all that is heard of a pool between two fill-ups, being low and being empty apart.
    fn key(&self) -> String {
        let state = if self.left > 0 { "low" } else { "gone" };
        format!("{JOB}:{}:{}:{state}", self.benefit_id, self.total)
    }

    fn text(&self, title: &str) -> String {
        if self.left > 0 {
            format!(
                "Льгота «{title}»: осталось кодов — {} из {}. Загрузите новые, пока они не закончились.",
                self.left, self.total
            )
        } else {
            format!("Льгота «{title}»: коды закончились, её больше не получить. Загрузите новые.")
        }
    }
}

/// Queues the e-mails in the transaction of the redemption: finding out whose they are is no work for
/// a member to wait for.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn enqueue(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    pool: Pool,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let due = Due {
        benefit_id,
        left: pool.left,
        total: pool.total,
    };
    let job = NewJob {
        kind: JOB,
        unique_key: Some(due.key()),
        payload: serde_json::to_value(due)?,
        run_at: now,
    };
    jobs::enqueue(transaction, job, now).await?;
    Ok(())
}

/// Does the jobs.
#[must_use]
pub fn handler(accounts: Accounts, database: Database, clock: Clock) -> Handler {
    Arc::new(move |payload| {
        let (accounts, database, clock) = (accounts.clone(), database.clone(), clock.clone());
        Box::pin(async move { warn(&accounts, &database, clock.now(), payload).await })
    })
}

async fn warn(
    accounts: &Accounts,
    database: &Database,
    now: DateTime<Utc>,
    payload: Value,
) -> Result<Outcome, Error> {
    let due: Due = serde_json::from_value(payload)?;
    let reader = database.reader();
    let organisation_id = terms::find_organisation(reader, due.benefit_id).await?;
    let mut titles = list_titles(reader, &[due.benefit_id]).await?;
    let (Some(organisation_id), Some(title)) = (organisation_id, titles.remove(&due.benefit_id))
    else {
        return Ok(Outcome::Hopeless("the benefit is not published any more"));
    };
    let notice = StaffNotice {
        permission: Permission::ConfirmBenefitReports,
        organisation_id,
        key: due.key(),
        text: due.text(&title),
    };
    staff::notify(accounts, database.writer(), &notice, now).await?;
    Ok(Outcome::Done)
}
