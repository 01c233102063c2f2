//! Devices as their holder sees them.

use async_graphql::{ID, SimpleObject};
use entities::push_device;

use super::{PushPlatform, PushProvider};
use crate::infra::graphql::{DateTime, NodeTag};

/// Устройство, на которое приходят уведомления.
#[derive(SimpleObject)]
pub struct PushDevice {
    /// Идентификатор.
    id: ID,
    /// Служба доставки.
    provider: PushProvider,
    /// На чём работает приложение.
    platform: PushPlatform,
    /// Версия приложения.
    app_version: String,
    /// Язык.
    locale: String,
    /// Часовой пояс, по которому считают тихие часы.
    time_zone: String,
    /// Звонит ли: у устройства с двумя службами доставки звонит одна, и умолкшее не звонит.
    is_ringing: bool,
    /// Когда зарегистрировано.
    registered_at: DateTime,
    /// Когда подтверждено в последний раз.
    refreshed_at: DateTime,
    /// С какого момента служба доставки его не знает; нет — знает.
    dead_at: Option<DateTime>,
    /// Почему не знает. Открытый список.
    dead_reason: Option<String>,
}

impl PushDevice {
    /// Of devices.
    pub const NODE: NodeTag = NodeTag(b'v');
}

impl From<&push_device::Model> for PushDevice {
    fn from(row: &push_device::Model) -> Self {
        Self {
            id: Self::NODE.id(row.public_id),
            provider: row.provider.into(),
            platform: row.platform.into(),
            app_version: row.app_version.clone(),
            locale: row.locale.clone(),
            time_zone: row.time_zone.clone(),
            is_ringing: row.is_ringing,
            registered_at: DateTime(row.registered_at),
            refreshed_at: DateTime(row.refreshed_at),
            dead_at: row.dead_at.map(DateTime),
            dead_reason: row.dead_reason.clone(),
        }
    }
}
