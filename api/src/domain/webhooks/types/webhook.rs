//! A webhook as staff see it: everything but its secret.

use async_graphql::{ID, SimpleObject};
use entities::webhook;

use crate::infra::graphql::{DateTime, NodeTag, Url};

/// Вебхук: адрес, которому сервер сообщает об изменениях на портале подписанными запросами `POST` по
/// правилам Standard Webhooks.
#[derive(SimpleObject)]
pub struct Webhook {
    /// Идентификатор.
    id: ID,
    /// Куда отправляются сообщения.
    url: Url,
    /// Чей он и зачем.
    description: String,
    /// Отправляются ли сообщения.
    is_active: bool,
    /// Когда получатель ответил 410 и вебхук выключился сам; нет — такого не было.
    gone_at: Option<DateTime>,
    /// Когда выдан нынешний ключ подписи. Сообщения ещё сутки подписываются и прежним.
    secret_changed_at: DateTime,
    /// Когда заведён.
    created_at: DateTime,
    /// Когда изменён.
    updated_at: DateTime,
}

impl Webhook {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'W');
}

impl From<webhook::Model> for Webhook {
    fn from(row: webhook::Model) -> Self {
        Self {
            id: Self::NODE.id(row.id),
            url: Url(row.url),
            description: row.description,
            is_active: row.is_active,
            gone_at: row.gone_at.map(DateTime),
            secret_changed_at: DateTime(row.secret_changed_at),
            created_at: DateTime(row.created_at),
            updated_at: DateTime(row.updated_at),
        }
    }
}
