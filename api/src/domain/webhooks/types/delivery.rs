//! A message to a webhook as staff see it.

use async_graphql::{Enum, ID, SimpleObject};
use entities::webhook;

use super::Webhook;
use crate::{
    domain::webhooks::store::DeliverySummary,
    infra::graphql::{DateTime, NodeTag},
};

/// О чём сообщение. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::WebhookEvent")]
pub enum WebhookEvent {
    /// Что изменилось на портале и какие метки кеша устарели.
    ContentChanged,
    /// Проверка связи.
    Ping,
}

/// Что с сообщением. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::WebhookDeliveryState")]
pub enum WebhookDeliveryState {
    /// В пути: отправляется или ждёт новой попытки.
    Pending,
    /// Принято.
    Delivered,
    /// Не доставлено, новых попыток не будет. Отправить снова — `webhookDeliveryRetry`.
    Dead,
}

/// Почему сообщение не принято. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::WebhookFailure")]
pub enum WebhookFailure {
    /// Имя ведёт во внутреннюю сеть: туда ничего не отправляется.
    AddressRefused,
    /// С получателем не соединиться.
    Unreachable,
    /// Получатель не ответил вовремя.
    TimedOut,
    /// Ответ не из 200–299; перенаправления тоже не годятся.
    BadStatus,
    /// Получатель ответил 410: сообщения ему больше не нужны.
    Gone,
    /// Вебхук выключен.
    SwitchedOff,
}

/// Сообщение вебхуку. Принятые видны неделю, недоставленные — 30 дней.
#[derive(SimpleObject)]
pub struct WebhookDelivery {
    /// Идентификатор.
    id: ID,
    /// Кому.
    webhook: Option<Webhook>,
    /// О чём.
    event: WebhookEvent,
    /// С какого номера изменений; нет — сообщение не об изменениях.
    from_seq: Option<String>,
    /// По какой номер.
    to_seq: Option<String>,
    /// Что с ним.
    state: WebhookDeliveryState,
    /// Сколько раз отправлено.
    attempts: i32,
    /// Код последнего ответа HTTP; нет — ответа не было.
    last_status: Option<i32>,
    /// Почему не принято в последний раз.
    last_failure: Option<WebhookFailure>,
    /// Когда составлено.
    created_at: DateTime,
    /// Когда следующая попытка.
    next_attempt_at: Option<DateTime>,
    /// Когда принято или оставлено.
    finished_at: Option<DateTime>,
}

impl WebhookDelivery {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'w');

    /// A delivery to that webhook.
    pub fn of(row: DeliverySummary, webhook: Option<webhook::Model>) -> Self {
        Self {
            id: Self::NODE.id(row.id),
            webhook: webhook.map(Webhook::from),
            event: row.event.into(),
            from_seq: row.from_seq.map(|seq| seq.to_string()),
            to_seq: row.to_seq.map(|seq| seq.to_string()),
            state: row.state.into(),
            attempts: row.attempts,
            last_status: row.last_status,
            last_failure: row.last_failure.map(Into::into),
            created_at: DateTime(row.created_at),
            next_attempt_at: row.next_attempt_at.map(DateTime),
            finished_at: row.finished_at.map(DateTime),
        }
    }
}
