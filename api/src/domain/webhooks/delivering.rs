//! Sending: one job an attempt. What became of it stands in the delivery, which is what staff see.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    enums::{WebhookDeliveryState, WebhookFailure},
    webhook, webhook_delivery,
};
use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::{
    rules::{self, MOST_ATTEMPTS, MOST_BY_LOT, Verdict},
    secret::Secrets,
    store,
};
use crate::infra::{
    audit::{self, Entry, Program},
    clock::Clock,
    db::Database,
    error::Error,
    jobs::{self, Handler, NewJob, Outcome},
    outbound::{Answer, Bytes, HeaderValue, Method, NotSent, Outbound, Outgoing, header},
    vault::Vault,
};

/// The kind of the jobs.
pub const JOB: &str = "webhook.deliver";
const USER_AGENT: &str = concat!("mfp-api/", env!("CARGO_PKG_VERSION"));

/// An attempt that is due.
#[derive(Serialize, Deserialize)]
struct Due {
    delivery_id: Uuid,
    /// How many were made before it. One that was made meanwhile, or is planned anew, has another number
    /// or another state, and this one does nothing.
    attempt: i32,
}

impl Due {
    fn is_of(&self, delivery: &webhook_delivery::Model) -> bool {
        delivery.state == WebhookDeliveryState::Pending && delivery.attempts == self.attempt
    }
}

/// Plans the next attempt of a delivery, in the transaction that writes it.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn plan(
    transaction: &impl ConnectionTrait,
    delivery: &webhook_delivery::Model,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let due = Due {
        delivery_id: delivery.id,
        attempt: delivery.attempts,
    };
    let job = NewJob {
        kind: JOB,
        payload: serde_json::to_value(due)?,
        unique_key: None,
        run_at: delivery.next_attempt_at.unwrap_or(now),
    };
    jobs::enqueue(transaction, job, now).await?;
    Ok(())
}

/// What sends messages.
pub struct Sender {
    pub database: Database,
    pub clock: Clock,
    pub vault: Arc<Vault>,
    pub outbound: Outbound,
    /// The wait after a first failure.
    pub backoff: TimeDelta,
}

/// Does the jobs.
#[must_use]
pub fn deliver_handler(sender: Sender) -> Handler {
    let sender = Arc::new(sender);
    Arc::new(move |payload| {
        let sender = Arc::clone(&sender);
        async move { sender.attempt(payload).await }.boxed()
    })
}

/// What came of an attempt.
struct Attempted {
    verdict: Verdict,
    /// The address that it went to; none: it went nowhere.
    url: Option<String>,
    status: Option<i32>,
    retry_after: Option<TimeDelta>,
}

impl Attempted {
    fn at(url: String, sent: Result<Answer, NotSent>, now: DateTime<Utc>) -> Self {
        let answer = sent.as_ref().ok();
        let retry_after = answer
            .and_then(|answer| answer.headers.get(header::RETRY_AFTER)?.to_str().ok())
            .and_then(|text| rules::asked_wait(text, now));
        Self {
            status: answer.map(|answer| i32::from(answer.status.as_u16())),
            verdict: rules::judge(sent.map(|answer| answer.status)),
            url: Some(url),
            retry_after,
        }
    }

    const fn switched_off() -> Self {
        Self {
            verdict: Verdict::Hopeless(WebhookFailure::SwitchedOff),
            url: None,
            status: None,
            retry_after: None,
        }
    }
}

impl Sender {
    async fn attempt(&self, payload: Value) -> Result<Outcome, Error> {
        let due: Due = serde_json::from_value(payload)?;
        let found = store::find_with_webhook(self.database.reader(), due.delivery_id).await?;
        let Some((webhook, delivery)) = found.filter(|(_, delivery)| due.is_of(delivery)) else {
            return Ok(Outcome::Done);
        };
        let attempted = if webhook.is_active {
            let letter = self.letter(&webhook, &delivery)?;
            let sent = self.outbound.send(letter).await;
            Attempted::at(webhook.url, sent, self.clock.now())
        } else {
            Attempted::switched_off()
        };
        self.settle(&due, webhook.id, attempted).await?;
        Ok(Outcome::Done)
    }

    fn letter(
        &self,
        webhook: &webhook::Model,
        delivery: &webhook_delivery::Model,
    ) -> Result<Outgoing, Error> {
        let url = Url::parse(&webhook.url)
            .map_err(|cause| Error::internal("a webhook's address does not read", cause))?;
        let now = self.clock.now();
        let id = format!("msg_{}", delivery.id.simple());
        let secrets = Secrets::open(&self.vault, webhook)?;
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("user-agent", USER_AGENT.to_owned()),
            (
                "webhook-signature",
                secrets.signatures(&id, now, &delivery.body)?,
            ),
            ("webhook-timestamp", now.timestamp().to_string()),
            ("webhook-id", id),
        ];
        let mut letter = Outgoing::new(Method::POST, url);
        for (name, text) in headers {
            let value = HeaderValue::try_from(text)
                .map_err(|cause| Error::internal("a header can't be written", cause))?;
            letter.headers.insert(name, value);
        }
        letter.body = Bytes::from(delivery.body.clone());
        // The status says all; whatever a receiver writes beside it is not read.
        letter.answer_at_most = 0;
        Ok(letter)
    }

    /// Writes down what came of an attempt, unless something else was decided meanwhile.
    async fn settle(&self, due: &Due, webhook_id: Uuid, attempted: Attempted) -> Result<(), Error> {
        let now = self.clock.now();
        let transaction = self.database.writer().begin().await?;
        let held = store::lock_with_webhook(&transaction, webhook_id, due.delivery_id).await?;
        let Some((webhook, mut delivery)) = held.filter(|(_, delivery)| due.is_of(delivery)) else {
            return Ok(());
        };
        delivery.attempts += i32::from(attempted.url.is_some());
        delivery.last_status = attempted.status;
        // What an address said that is another by now holds for that one alone.
        let is_of_now = attempted.url.as_deref() == Some(webhook.url.as_str());
        let is_gone = attempted.verdict == Verdict::Gone && is_of_now;
        match attempted.verdict {
            Verdict::Taken => close(&mut delivery, WebhookDeliveryState::Delivered, None, now),
            Verdict::TryAgain(failure) if delivery.attempts < delivery.attempts_allowed => {
                self.postpone(&mut delivery, failure, attempted.retry_after, now);
                plan(&transaction, &delivery, now).await?;
            }
            Verdict::TryAgain(failure) | Verdict::Hopeless(failure) => {
                bury(&mut delivery, failure, now);
            }
            Verdict::Gone => bury(&mut delivery, WebhookFailure::Gone, now),
        }
        store::update_delivery(&transaction, delivery).await?;
        if is_gone {
            switch_off(&transaction, webhook, now).await?;
        }
        Ok(transaction.commit().await?)
    }

    fn postpone(
        &self,
        delivery: &mut webhook_delivery::Model,
        failure: WebhookFailure,
        asked: Option<TimeDelta>,
        now: DateTime<Utc>,
    ) {
        let failures = delivery.attempts - (delivery.attempts_allowed - MOST_ATTEMPTS);
        let own = rules::wait(failures, self.backoff, rand::random_range(0..=MOST_BY_LOT));
        let wait = asked.map_or(own, |asked| asked.max(own));
        delivery.last_failure = Some(failure);
        delivery.next_attempt_at = Some(now + wait);
    }
}

fn bury(delivery: &mut webhook_delivery::Model, failure: WebhookFailure, now: DateTime<Utc>) {
    tracing::warn!(
        webhook = %delivery.webhook_id,
        attempts = delivery.attempts,
        ?failure,
        "a webhook's message was given up"
    );
    close(delivery, WebhookDeliveryState::Dead, Some(failure), now);
}

fn close(
    delivery: &mut webhook_delivery::Model,
    state: WebhookDeliveryState,
    failure: Option<WebhookFailure>,
    now: DateTime<Utc>,
) {
    delivery.state = state;
    delivery.last_failure = failure;
    delivery.next_attempt_at = None;
    delivery.finished_at = Some(now);
}

/// The receiver wants no more messages (410): it gets none, until staff switch the webhook on again.
async fn switch_off(
    transaction: &impl ConnectionTrait,
    webhook: webhook::Model,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let id = webhook.id;
    let off = webhook::Model {
        is_active: false,
        gone_at: Some(now),
        updated_at: now,
        ..webhook
    };
    store::update_webhook(transaction, off).await?;
    store::bury_pending(transaction, id, now).await?;
    let details = json!({ "status": 410 });
    let entry = Entry::by(
        Program::System,
        "webhook.switch_off",
        None,
        ("webhook", id),
        details,
    );
    Ok(audit::record(transaction, entry, now).await?)
}
