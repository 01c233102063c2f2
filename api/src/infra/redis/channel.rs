//! A word from one instance to the others. It may be lost: whoever listens looks from time to time anyway.

use futures_util::StreamExt;
use redis::{AsyncCommands, Client, RedisResult};
use tokio::{sync::mpsc, task::JoinSet};

use super::{
    Redis,
    link::{CONNECTS_WITHIN, TRIES_AGAIN_AFTER},
};

impl Redis {
    /// Calls all who listen to the channel.
    pub async fn call(&self, channel: &str) {
        self.ask(async |mut connection| connection.publish::<_, _, ()>(channel, 1).await)
            .await;
    }

    /// Hears the calls on a channel for as long as the answer is held, whatever becomes of the connection.
    /// Each new connection counts as a call, for some may have been missed.
    #[must_use]
    pub fn listen(&self, channel: &'static str, called: mpsc::Sender<()>) -> JoinSet<()> {
        let client = self.client();
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            loop {
                if let Err(failure) = hear(&client, channel, &called).await {
                    tracing::debug!(%failure, "redis tells nothing");
                }
                tokio::time::sleep(TRIES_AGAIN_AFTER).await;
            }
        });
        listening
    }
}

/// Ends when the connection does.
async fn hear(client: &Client, channel: &str, called: &mpsc::Sender<()>) -> RedisResult<()> {
    let connecting = tokio::time::timeout(CONNECTS_WITHIN, client.get_async_pubsub());
    let Ok(connected) = connecting.await else {
        return Ok(());
    };
    let mut subscription = connected?;
    subscription.subscribe(channel).await?;
    let mut calls = subscription.on_message();
    loop {
        // Where a call waits already there is no place, and no need, for another.
        let _ = called.try_send(());
        if calls.next().await.is_none() {
            return Ok(());
        }
    }
}
