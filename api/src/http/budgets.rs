//! How much each sender may ask in a minute, in points of cost (contract §2).

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use actix_web::http::header::HeaderMap;
use async_graphql::{Name, Value, indexmap::IndexMap};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use governor::{Quota, RateLimiter, clock::Clock as _, middleware::StateInformationMiddleware};
use moka::sync::Cache;

use super::problem::Problem;
use crate::infra::{
    auth::Viewer,
    config::{ClientKey, ClientKeys, Settings},
    error::ErrorCode,
    graphql::Caller,
    redis::{self, Redis, Taken},
    vault::{Lookup, Vault},
};

const CLIENT_KEY: &str = "x-client-key";
/// Asks for `extensions.cost`.
const COST: &str = "x-cost";
/// Senders remembered; one forgotten begins with a full budget, which a minute would have given it.
const MOST_SENDERS: u64 = 200_000;
const A_MINUTE: Duration = Duration::from_secs(60);
const FORGOTTEN_AFTER: Duration = Duration::from_secs(120);

type Bucket = RateLimiter<
    governor::state::NotKeyed,
    governor::state::InMemoryState,
    governor::clock::DefaultClock,
    StateInformationMiddleware,
>;

/// The budgets of every sender: in Redis, which all instances ask, and in this process's memory while
/// Redis is not there.
#[derive(Clone)]
pub struct Budgets {
    address_points: NonZeroU32,
    account_points: NonZeroU32,
    client_keys: ClientKeys,
    buckets: Cache<String, Arc<Bucket>>,
    redis: Option<Redis>,
    vault: Arc<Vault>,
}

/// What was taken from a budget, for those who ask.
#[derive(Clone, Copy, Debug)]
pub struct Charge {
    requested: u32,
    limit: u32,
    remaining: u32,
    reset_at: DateTime<Utc>,
}

impl Budgets {
    /// As the settings say.
    #[must_use]
    pub fn new(settings: &Settings, redis: Option<Redis>, vault: Arc<Vault>) -> Self {
        Self {
            redis,
            vault,
            address_points: settings.address_points,
            account_points: settings.account_points,
            client_keys: settings.client_keys.clone(),
            buckets: Cache::builder()
                .max_capacity(MOST_SENDERS)
                .time_to_idle(FORGOTTEN_AFTER)
                .build(),
        }
    }

    /// Takes what a request costs from its sender's budget: the account's, the program's that shows a
    /// key, or the address's.
    pub async fn charge(
        &self,
        headers: &HeaderMap,
        viewer: &Viewer,
        caller: &Caller,
        cost: u64,
        now: DateTime<Utc>,
    ) -> Result<Charge, Problem> {
        let (sender, limit) = self.sender(headers, viewer, caller)?;
        let requested = u32::try_from(cost.max(1)).unwrap_or(u32::MAX);
        let taken = match self.take_shared(&sender, limit, requested).await {
            Some(taken) => taken,
            None => self.take_here(sender, limit, requested),
        };
        match taken {
            Taken::Yes { remaining } => Ok(Charge {
                requested,
                limit: limit.get(),
                remaining,
                reset_at: now + refill(limit, limit.get().saturating_sub(remaining)),
            }),
            Taken::No { wait } => Err(too_many(wait.as_secs().saturating_add(1))),
        }
    }

    /// Whether the sender wants to know what is left, with `X-Cost: 1`.
    #[must_use]
    pub fn asks_cost(headers: &HeaderMap) -> bool {
        headers.get(COST).is_some_and(|value| value == "1")
    }

    /// Refuses a program whose key nobody knows, whatever it asks.
    pub fn refuse_unknown_program(&self, headers: &HeaderMap) -> Result<(), Problem> {
        self.program(headers).map(|_| ())
    }

    /// The program that shows a key.
    fn program(&self, headers: &HeaderMap) -> Result<Option<&ClientKey>, Problem> {
        let Some(key) = headers.get(CLIENT_KEY) else {
            return Ok(None);
        };
        let known = key.to_str().ok().and_then(|key| self.client_keys.find(key));
        known.map(Some).ok_or_else(|| {
            Problem::new(ErrorCode::Unauthenticated, "Ключ программы недействителен.")
        })
    }

    /// By a keyed hash of the sender, so that Redis learns no address and no account.
    async fn take_shared(&self, sender: &str, limit: NonZeroU32, points: u32) -> Option<Taken> {
        let redis = self.redis.as_ref()?;
        let name = self.vault.lookup(Lookup::Address, sender);
        redis::Quota(limit).take(redis, &name, points).await
    }

    fn take_here(&self, sender: String, limit: NonZeroU32, points: u32) -> Taken {
        let bucket = self.buckets.get_with(sender, || Arc::new(bucket(limit)));
        match bucket.check_n(NonZeroU32::new(points).unwrap_or(NonZeroU32::MIN)) {
            Ok(Ok(state)) => Taken::Yes {
                remaining: state.remaining_burst_capacity(),
            },
            Ok(Err(not_until)) => Taken::No {
                wait: not_until.wait_time_from(bucket.clock().now()),
            },
            // A request dearer than the whole budget is refused by its cost before it comes here.
            Err(_) => Taken::No { wait: A_MINUTE },
        }
    }

    fn sender(
        &self,
        headers: &HeaderMap,
        viewer: &Viewer,
        caller: &Caller,
    ) -> Result<(String, NonZeroU32), Problem> {
        if let Some(client) = self.program(headers)? {
            return Ok((format!("client:{}", client.name), client.points));
        }
        Ok(match viewer.signed_in() {
            Some(signed_in) => (
                format!("account:{}", signed_in.account_id),
                self.account_points,
            ),
            None => (format!("address:{}", caller.address), self.address_points),
        })
    }
}

fn bucket(limit: NonZeroU32) -> Bucket {
    RateLimiter::direct(Quota::per_minute(limit)).with_middleware::<StateInformationMiddleware>()
}

/// How long it takes until so many points have come back.
fn refill(limit: NonZeroU32, points: u32) -> TimeDelta {
    TimeDelta::milliseconds(i64::from(points) * 60_000 / i64::from(limit.get()))
}

fn too_many(retry_after: u64) -> Problem {
    Problem::new(
        ErrorCode::RateLimited,
        "Слишком много запросов. Повторите позже.",
    )
    .with("retryAfter", retry_after)
}

impl Charge {
    /// `extensions.cost`, for those who ask.
    #[must_use]
    pub fn extension(&self) -> Value {
        let reset_at = self.reset_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        Value::Object(IndexMap::from_iter([
            (Name::new("requested"), Value::from(self.requested)),
            (Name::new("limit"), Value::from(self.limit)),
            (Name::new("remaining"), Value::from(self.remaining)),
            (Name::new("resetAt"), Value::from(reset_at)),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::vault::MasterSecret;

    fn budgets() -> Budgets {
        let settings = Settings {
            address_points: NonZeroU32::new(100).unwrap(),
            ..Settings::default()
        };
        let secret = MasterSecret::from_bytes(&[7; 32]).unwrap();
        Budgets::new(&settings, None, Arc::new(Vault::new(&secret).unwrap()))
    }

    async fn ask(budgets: &Budgets, address: &str, cost: u64) -> Result<Charge, Problem> {
        let caller = Caller {
            address: address.into(),
            ..Caller::default()
        };
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        budgets
            .charge(&HeaderMap::new(), &Viewer::Anonymous, &caller, cost, now)
            .await
    }

    #[tokio::test]
    async fn each_address_has_its_own_budget() {
        let budgets = budgets();
        let charge = ask(&budgets, "192.0.2.1", 60).await.unwrap();
        assert_eq!((charge.requested, charge.limit), (60, 100));
        assert!((39..=41).contains(&charge.remaining), "{charge:?}");
        let refused = ask(&budgets, "192.0.2.1", 60).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::RateLimited);
        assert!(ask(&budgets, "192.0.2.2", 60).await.is_ok());
    }

    #[tokio::test]
    async fn an_unknown_key_of_a_program_is_refused() {
        let mut headers = HeaderMap::new();
        headers.insert(
            actix_web::http::header::HeaderName::from_static(CLIENT_KEY),
            "guess".parse().unwrap(),
        );
        let caller = Caller::default();
        let refused = budgets()
            .charge(
                &headers,
                &Viewer::Anonymous,
                &caller,
                1,
                DateTime::UNIX_EPOCH,
            )
            .await;
        assert_eq!(refused.unwrap_err().code(), ErrorCode::Unauthenticated);
    }
}
