//! Values by name, each for a time.

use std::time::Duration;

use redis::{AsyncCommands, ExistenceCheck, SetExpiry, SetOptions};

use super::Redis;

impl Redis {
    /// The bytes of that name, if there are any and Redis answers.
    pub async fn get_bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.ask(async |mut connection| connection.get::<_, Option<Vec<u8>>>(name).await)
            .await
            .flatten()
    }

    /// Keeps bytes under that name. Nobody learns whether that worked, for nobody may rely on it.
    pub async fn set_bytes(&self, name: &str, bytes: &[u8], kept_for: Duration) {
        let options = SetOptions::default().with_expiration(SetExpiry::PX(milliseconds(kept_for)));
        self.ask(async |mut connection| {
            connection
                .set_options::<_, _, ()>(name, bytes, options)
                .await
        })
        .await;
    }

    /// Takes a name that nobody has, for a time. `None`: Redis does not answer.
    pub async fn take(&self, name: &str, kept_for: Duration) -> Option<bool> {
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::PX(milliseconds(kept_for)));
        let taken = self
            .ask(async |mut connection| {
                connection
                    .set_options::<_, _, Option<String>>(name, 1, options)
                    .await
            })
            .await?;
        Some(taken.is_some())
    }

    /// Forgets a name.
    pub async fn forget(&self, name: &str) {
        self.ask(async |mut connection| connection.del::<_, ()>(name).await)
            .await;
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
