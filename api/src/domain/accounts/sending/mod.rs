//! Telling people something by SMS or e-mail: always by a job, never while they wait.

mod courier;
mod email;
mod log;
mod message;
mod sms;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
pub use courier::{Couriers, Delivery};
pub use message::Message;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{contact::Contact, service::Accounts, store::people};
use crate::infra::{
    clock::Clock,
    db::Database,
    error::Error,
    jobs::{self, Handler, NewJob, Outcome},
    vault::Vault,
};

/// The kind of the jobs.
pub const JOB: &str = "message";
/// What a queued message is sealed for.
const SEALED_FOR: &str = "message";
/// A code that comes later than this is of no use.
const MOST_TRIES: i32 = 8;

/// A message as it waits in the queue.
#[derive(Serialize, Deserialize)]
struct Queued {
    sealed: Vec<u8>,
    good_until: DateTime<Utc>,
}

/// Queues a message in the caller's transaction.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn enqueue(
    vault: &Vault,
    transaction: &impl ConnectionTrait,
    message: &Message,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    write(vault, transaction, message, None, now).await
}

/// The same, once for each key, however often it is asked to.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn enqueue_once(
    vault: &Vault,
    transaction: &impl ConnectionTrait,
    message: &Message,
    unique_key: String,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    write(vault, transaction, message, Some(unique_key), now).await
}

async fn write(
    vault: &Vault,
    transaction: &impl ConnectionTrait,
    message: &Message,
    unique_key: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let queued = Queued {
        sealed: vault.seal(SEALED_FOR, message)?,
        good_until: now + good_for(message),
    };
    let job = NewJob {
        kind: JOB,
        payload: serde_json::to_value(queued)?,
        unique_key,
        run_at: now,
    };
    jobs::enqueue(transaction, job, now).await?;
    Ok(())
}

const fn good_for(message: &Message) -> TimeDelta {
    match message {
        Message::Code { .. } => TimeDelta::minutes(5),
        Message::StaffLink { .. } | Message::Notice { .. } | Message::StaffNotice { .. } => {
            TimeDelta::hours(24)
        }
    }
}

/// Does the jobs.
#[must_use]
pub fn handler(
    accounts: Accounts,
    database: Database,
    clock: Clock,
    couriers: Arc<Couriers>,
) -> Handler {
    Arc::new(move |payload| {
        let (accounts, database) = (accounts.clone(), database.clone());
        let (clock, couriers) = (clock.clone(), Arc::clone(&couriers));
        Box::pin(async move { send(&accounts, &database, &clock, &couriers, payload).await })
    })
}

async fn send(
    accounts: &Accounts,
    database: &Database,
    clock: &Clock,
    couriers: &Couriers,
    payload: Value,
) -> Result<Outcome, Error> {
    let queued: Queued = serde_json::from_value(payload)?;
    if clock.now() > queued.good_until {
        return Ok(Outcome::Hopeless("too late"));
    }
    let message: Message = accounts.vault.open(SEALED_FOR, &queued.sealed)?;
    let Ok(contact) = Contact::parse(message.contact()) else {
        return Ok(Outcome::Hopeless("no contact"));
    };
    // A code by e-mail goes only to an address that an account has. Asking costs the same here for
    // everybody, and nobody waits for it.
    if let (Contact::Email(_), Message::Code { signs_in: true, .. }) = (&contact, &message) {
        let lookup = accounts.lookup(&contact);
        let known = people::find_by_contact(database.reader(), &contact, &lookup).await?;
        if known.is_none() {
            return Ok(Outcome::Done);
        }
    }
    Ok(match couriers.deliver(&contact, &message.text()).await {
        Delivery::Taken => Outcome::Done,
        Delivery::TryAgain(why) => Outcome::Again {
            why,
            most: MOST_TRIES,
        },
        Delivery::Refused(why) => Outcome::Hopeless(why),
    })
}
