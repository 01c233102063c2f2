//! Whole answers to questions that many ask: found before the question is even parsed.
//!
//! An answer is kept for everybody who belongs to the same audiences, if the question shows nothing that
//! is one person's ([`Exposure`](super::request_gate::Exposure)) and no resolver says otherwise as it runs
//! ([`Standing`](crate::infra::graphql::Standing)). What makes it old, `infra::cache` knows.

mod answer;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use moka::sync::Cache as Memory;
use tokio::task::JoinSet;

pub use self::answer::{Answer, Keeper};
use super::request_parameters::RequestParameters;
use crate::{
    infra::{
        auth::Audience,
        cache::{Cache, Found, Held, Key, KeyBuilder, Leader, Seen, Turn},
        config::Settings,
        digest::sha256_hex,
        redis::Redis,
    },
    schema::{Services, declared_freshness, declared_visibility},
};

/// Operations remembered as one person's, which nobody need look for.
const PERSONAL_OPERATIONS: u64 = 10_000;

/// The answers that are kept.
pub struct ResponseCache {
    answers: Cache<Answer>,
    personal: Memory<Key, ()>,
    /// Follows the generations for as long as the cache is there.
    _following: JoinSet<()>,
}

/// A question, told from all others.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// What is asked and who may see what.
    key: Key,
    /// What is asked, whoever asks.
    operation: Key,
}

/// Who makes an answer that is not there.
pub enum Making {
    /// The asker, for all who ask the same meanwhile.
    Leading(Leader),
    /// Somebody else has made it.
    Found(Arc<Held<Answer>>),
    /// The asker, for itself.
    Alone,
}

impl ResponseCache {
    /// A cache, unless the settings leave it no place anywhere.
    #[must_use]
    pub fn open(
        settings: &Settings,
        sdl: &str,
        services: &Services,
        redis: Option<Redis>,
    ) -> Option<Self> {
        let memory_bytes = settings.answer_cache_bytes();
        if memory_bytes == 0 && redis.is_none() {
            return None;
        }
        let generations = services.generations.clone();
        let mut following = JoinSet::new();
        following.spawn(generations.clone().follow(services.database.clone()));
        let edition = edition(settings, sdl, services);
        Some(Self {
            answers: Cache::new("answer", &edition, memory_bytes, redis, generations),
            personal: Memory::new(PERSONAL_OPERATIONS),
            _following: following,
        })
    }

    /// Looks in the process, then in Redis.
    pub async fn find(&self, question: &Question, now: DateTime<Utc>) -> Found<Answer> {
        let here = self.answers.find_here(&question.key, now);
        if !matches!(here, Found::Nothing) || self.personal.contains_key(&question.operation) {
            return here;
        }
        self.answers.find_there(&question.key, now).await
    }

    /// Remembers that nobody need look for answers to that operation.
    pub fn remember_personal(&self, question: &Question) {
        self.personal.insert(question.operation, ());
    }

    /// The right to make an answer, or the answer: whoever asks the same meanwhile waits for it, here and
    /// on other instances.
    pub async fn make(&self, question: &Question, now: DateTime<Utc>) -> Making {
        let found = match self.answers.join(question.key) {
            Turn::Lead(leader) => match self.find_made(question, now).await {
                Some(held) => return Making::Found(held),
                None => return Making::Leading(leader),
            },
            Turn::Follow(follower) => {
                follower.wait().await;
                self.answers.find_here(&question.key, now)
            }
        };
        match found {
            Found::Fresh(held) | Found::Aged(held) => Making::Found(held),
            // The one before failed, hung up, or its answer may not be kept.
            Found::Unverified(_) | Found::Nothing => Making::Alone,
        }
    }

    /// An answer that was made between the first look and the turn to make it, here or elsewhere.
    async fn find_made(
        &self,
        question: &Question,
        now: DateTime<Utc>,
    ) -> Option<Arc<Held<Answer>>> {
        if let Found::Fresh(held) = self.answers.find_here(&question.key, now) {
            return Some(held);
        }
        match self.answers.find_or_lease(&question.key, now).await {
            Found::Fresh(held) => Some(held),
            _ => None,
        }
    }

    /// The right to make an aged answer anew, unless somebody has it.
    pub fn lead(&self, question: &Question) -> Option<Leader> {
        match self.answers.join(question.key) {
            Turn::Follow(_) => None,
            Turn::Lead(leader) => Some(leader),
        }
    }

    /// Keeps a good answer that was made after those generations were seen.
    pub fn keep(
        &self,
        question: &Question,
        answer: Answer,
        seen: Seen,
        ends_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Arc<Held<Answer>> {
        self.answers.keep(question.key, answer, seen, ends_at, now)
    }
}

impl Question {
    /// What somebody of that audience asks.
    #[must_use]
    pub fn new(parameters: &RequestParameters, document: &[u8; 32], audience: &Audience) -> Self {
        let name = parameters.operation_name.as_deref();
        let variables = serde_json::to_vec(&parameters.variables).unwrap_or_default();
        let operation = KeyBuilder::default()
            .with(document)
            .with([u8::from(name.is_some())])
            .with(name.unwrap_or_default());
        let key = audience
            .ids()
            .iter()
            .fold(operation.clone().with(variables), |key, id| {
                key.with(id.as_bytes())
            });
        Self {
            key: key.finish(),
            operation: operation.finish(),
        }
    }
}

/// What makes equal questions have different answers besides the database. Of the schema that is also who
/// may share an answer and what makes it old: what was for everybody in one version may be one person's in
/// the next, while both serve.
fn edition(settings: &Settings, sdl: &str, services: &Services) -> String {
    digest_of(&[
        env!("CARGO_PKG_VERSION"),
        sdl,
        &declared_visibility(),
        &declared_freshness(sdl),
        &services.media_base.0,
        &services.portal_host.0,
        &format!("{:?}", services.app_settings),
        &format!("{:?}", settings.env),
    ])
}

fn digest_of(parts: &[&str]) -> String {
    let mut digest = sha256_hex(parts.join("\n"));
    digest.truncate(16);
    digest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_that_differ_in_who_may_share_an_answer_share_none() {
        let of = |visibility: &str| digest_of(&["0.1.0", "type Query { news: News }", visibility]);
        let declared = declared_visibility();
        let now = declared.replace(
            r#"("Query", "news", Audience)"#,
            r#"("Query", "news", Personal)"#,
        );
        assert_ne!(declared, now, "the table says who may share the news");
        assert_eq!(of(&declared), of(&declared));
        assert_ne!(of(&declared), of(&now));
    }

    fn key(query: &str, variables: &str) -> Key {
        // As a client writes it: a map of ours would put the names in order.
        let body = format!(
            r#"{{ "query": {}, "variables": {variables} }}"#,
            json!(query)
        );
        let parameters = RequestParameters::from_body(body.as_bytes()).unwrap();
        let document = parameters.document().unwrap();
        Question::new(&parameters, &document, &Audience::public()).key
    }

    #[test]
    fn the_order_of_variables_makes_no_other_question() {
        let query = "query($a: Int, $b: Int) { news(first: $a) { totalCount } }";
        let asked = key(query, r#"{ "a": 1, "b": { "x": 2, "y": 3 } }"#);
        assert_eq!(asked, key(query, r#"{ "b": { "y": 3, "x": 2 }, "a": 1 }"#));
        assert_ne!(asked, key(query, r#"{ "a": 1, "b": { "x": 2, "y": 4 } }"#));
        assert_ne!(asked, key(query, r#"{ "a": 1 }"#));
        // Spelled otherwise it is another one: whether two texts mean the same, only parsing them tells.
        assert_ne!(
            key("{ news { totalCount } }", "{}"),
            key("{ news{totalCount} }", "{}")
        );
    }
}
