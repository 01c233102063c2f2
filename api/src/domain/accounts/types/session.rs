//! Sessions and their tokens as clients see them.

use async_graphql::{ID, SimpleObject};
use entities::session;
use uuid::Uuid;

use crate::{
    domain::accounts::{
        codes::Challenge,
        sessions::{Device, Opened},
    },
    infra::graphql::{Date, DateTime, NodeTag},
};

/// Отправленный код. Ответ одинаков, известен ли телефон или почта, или нет.
#[derive(SimpleObject)]
pub struct SignInChallenge {
    /// С чем предъявить код.
    id: ID,
    /// До какого момента код годен.
    expires_at: DateTime,
    /// Когда можно запросить ещё один; раньше новый не отправляется.
    resend_after: DateTime,
}

impl SignInChallenge {
    /// Of challenges.
    pub const NODE: NodeTag = NodeTag(b'c');
}

impl From<Challenge> for SignInChallenge {
    fn from(challenge: Challenge) -> Self {
        Self {
            id: Self::NODE.id(challenge.id),
            expires_at: DateTime(challenge.expires_at),
            resend_after: DateTime(challenge.resend_after),
        }
    }
}

/// Чем подтверждать запросы.
#[derive(SimpleObject)]
pub struct SessionTokens {
    /// Для заголовка `Authorization: Bearer …`.
    access_token: String,
    /// До какого момента годен.
    access_token_expires_at: DateTime,
    /// Чем получить следующую пару, один раз. Если ответ потерялся, предъявите его снова.
    refresh_token: String,
    /// Сеанс.
    session: Session,
}

impl From<Opened> for SessionTokens {
    fn from(opened: Opened) -> Self {
        let current = opened.session.id;
        Self {
            access_token: opened.access.text,
            access_token_expires_at: DateTime(opened.access.expires_at),
            refresh_token: opened.refresh_token,
            session: Session::of(&opened.session, opened.device, current),
        }
    }
}

/// Устройство, на котором выполнен вход.
#[derive(SimpleObject)]
pub struct Session {
    /// Идентификатор.
    id: ID,
    /// Название устройства, если приложение его сообщило.
    device_name: Option<String>,
    /// Приложение и версия.
    client: Option<String>,
    /// Когда выполнен вход.
    created_at: DateTime,
    /// В какой день сеанс был виден в последний раз.
    last_seen_on: Date,
    /// Когда закончится, если им не пользоваться.
    idle_until: DateTime,
    /// Когда закончится в любом случае.
    expires_at: DateTime,
    /// Тот ли это сеанс, из которого спрашивают.
    is_current: bool,
}

impl Session {
    /// Of sessions.
    pub const NODE: NodeTag = NodeTag(b's');

    /// What the holder sees.
    #[must_use]
    pub fn of(row: &session::Model, device: Device, current: Uuid) -> Self {
        Self {
            id: Self::NODE.id(row.id),
            device_name: device.name,
            client: device.client,
            created_at: DateTime(row.created_at),
            last_seen_on: Date(row.last_seen_on),
            idle_until: DateTime(row.idle_until_at),
            expires_at: DateTime(row.expires_at),
            is_current: row.id == current,
        }
    }
}
