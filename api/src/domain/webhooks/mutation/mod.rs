//! What staff change of webhooks, and of what is on its way to them.

mod deliveries;
mod webhooks;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use self::webhooks::Revealed;
use crate::{
    domain::webhooks::types::{Webhook, WebhookDelivery},
    infra::{
        error::Error,
        graphql::{Done, UserError, payloads},
    },
};

/// Новый вебхук.
#[derive(InputObject)]
struct WebhookCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт тот же вебхук, но ключа подписи уже
    /// не покажет.
    client_mutation_key: ID,
    /// Куда отправлять сообщения: `https://…`, порт 443, не во внутреннюю сеть; до 500 знаков.
    url: String,
    /// Чей он и зачем; до 300 знаков.
    description: String,
}

/// Правка вебхука. Неназванное остаётся как есть.
#[derive(InputObject)]
struct WebhookUpdateInput {
    /// Какой вебхук.
    id: ID,
    /// Куда отправлять сообщения.
    url: Option<String>,
    /// Чей он и зачем.
    description: Option<String>,
    /// Отправлять ли сообщения. То, что в пути к выключенному, не доставляется.
    is_active: Option<bool>,
}

/// Какой вебхук удалить.
#[derive(InputObject)]
struct WebhookDeleteInput {
    /// Какой.
    id: ID,
}

/// Какому вебхуку выдать новый ключ подписи.
#[derive(InputObject)]
struct WebhookRotateSecretInput {
    /// Какому.
    id: ID,
    /// UUID, который придумал клиент: повтор с тем же ключом ничего не меняет и ключа подписи не
    /// покажет.
    client_mutation_key: ID,
}

/// Какой вебхук проверить.
#[derive(InputObject)]
struct WebhookTestInput {
    /// Какой.
    id: ID,
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт то же сообщение.
    client_mutation_key: ID,
}

/// Какое сообщение отправить снова.
#[derive(InputObject)]
struct WebhookDeliveryRetryInput {
    /// Какое.
    id: ID,
}

/// Declares payloads of a webhook whose secret is shown this once.
macro_rules! revealing {
    ($($(#[$doc:meta])* $name:ident)+) => {
        $(
            $(#[$doc])*
            #[derive(SimpleObject)]
            pub struct $name {
                /// Вебхук.
                webhook: Option<Webhook>,
                /// Ключ подписи `whsec_…`. Показывается один раз: сохраните его у получателя.
                secret: Option<String>,
                /// Что помешало; пусто — всё сделано.
                user_errors: Vec<UserError>,
            }

            impl From<Done<Revealed>> for $name {
                fn from(done: Done<Revealed>) -> Self {
                    match done {
                        Ok(revealed) => Self {
                            webhook: Some(revealed.webhook),
                            secret: revealed.secret,
                            user_errors: Vec::new(),
                        },
                        Err(user_errors) => Self { webhook: None, secret: None, user_errors },
                    }
                }
            }
        )+
    };
}

revealing! {
    /// Итог создания вебхука.
    WebhookCreatePayload
    /// Итог выдачи нового ключа подписи.
    WebhookRotateSecretPayload
}

payloads! {
    /// Итог правки вебхука.
    WebhookUpdatePayload {
        /// Вебхук.
        webhook: Webhook
    }
    /// Итог удаления вебхука.
    WebhookDeletePayload {
        /// Какой удалён.
        deleted_id: ID
    }
    /// Итог проверки вебхука.
    WebhookTestPayload {
        /// Сообщение, которое отправляется для проверки.
        delivery: WebhookDelivery
    }
    /// Итог новой отправки.
    WebhookDeliveryRetryPayload {
        /// Сообщение, снова в пути.
        delivery: WebhookDelivery
    }
}

/// Staff's mutations of webhooks.
#[derive(Default)]
pub struct WebhookMutation;

#[Object]
impl WebhookMutation {
    /// Завести вебхук. Ключ подписи показывается в ответе один раз.
    async fn webhook_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Вебхук.")] input: WebhookCreateInput,
    ) -> Option<Result<WebhookCreatePayload, Error>> {
        Some(webhooks::create(context, input).await.map(Into::into))
    }

    /// Изменить, выключить или снова включить вебхук.
    async fn webhook_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой и как.")] input: WebhookUpdateInput,
    ) -> Option<Result<WebhookUpdatePayload, Error>> {
        Some(webhooks::update(context, input).await.map(Into::into))
    }

    /// Удалить вебхук вместе с его сообщениями.
    async fn webhook_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой.")] input: WebhookDeleteInput,
    ) -> Option<Result<WebhookDeletePayload, Error>> {
        Some(webhooks::delete(context, input.id).await.map(Into::into))
    }

    /// Выдать вебхуку новый ключ подписи. Прежний ещё сутки подписывает сообщения рядом с новым.
    async fn webhook_rotate_secret(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какому.")] input: WebhookRotateSecretInput,
    ) -> Option<Result<WebhookRotateSecretPayload, Error>> {
        Some(webhooks::rotate(context, input).await.map(Into::into))
    }

    /// Отправить вебхуку пустое сообщение `ping`.
    async fn webhook_test(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какому.")] input: WebhookTestInput,
    ) -> Option<Result<WebhookTestPayload, Error>> {
        Some(deliveries::test(context, input).await.map(Into::into))
    }

    /// Отправить недоставленное сообщение снова.
    async fn webhook_delivery_retry(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое.")] input: WebhookDeliveryRetryInput,
    ) -> Option<Result<WebhookDeliveryRetryPayload, Error>> {
        Some(deliveries::retry(context, input.id).await.map(Into::into))
    }
}
