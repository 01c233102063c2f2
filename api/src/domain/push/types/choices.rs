//! Closed lists of push notifications, as clients write them.

use async_graphql::Enum;

/// Служба доставки уведомлений. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::PushProvider")]
pub enum PushProvider {
    /// Firebase Cloud Messaging.
    Fcm,
    /// Apple Push Notification service.
    Apns,
    /// RuStore.
    Rustore,
    /// Web Push: браузеры.
    WebPush,
}

/// На чём работает приложение. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::PushPlatform")]
pub enum PushPlatform {
    /// Android.
    Android,
    /// iOS.
    Ios,
    /// Браузер.
    Web,
}

/// Какое согласие нужно для рассылки. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::PushCampaignKind")]
pub enum PushCampaignKind {
    /// Служебная: согласие `PUSH_SERVICE`.
    Service,
    /// Рекламная: согласие `PUSH_MARKETING`; запускает её второй человек.
    Promotional,
}

/// Где рассылка. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::PushCampaignState")]
pub enum PushCampaignState {
    /// Готовится.
    Draft,
    /// Ждёт одобрения второго человека.
    AwaitingApproval,
    /// Ждёт своего времени.
    Scheduled,
    /// Рассылается.
    Running,
    /// Разослана.
    Done,
    /// Отменена.
    Cancelled,
    /// Никому не доставлена: с сообщением что-то не так.
    Failed,
}

/// Насколько сообщение срочное. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::PushPriority")]
pub enum PushPriority {
    /// Подождёт, пока устройство проснётся.
    Normal,
    /// Будит устройство; такие рассылки идут впереди других. Тихие часы действуют и для них.
    High,
}

/// Чем кончилась отправка на устройство. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PushOutcomeKind {
    /// Служба доставки приняла сообщение.
    Delivered,
    /// Адрес устройства больше не действует.
    Pruned,
    /// Служба доставки отказала насовсем.
    Refused,
    /// Сообщение устарело раньше, чем дошло.
    Expired,
    /// К моменту отправки устройство этого не хотело: настройки, дневной предел, отмена.
    Skipped,
    /// Ещё не отправлено.
    Waiting,
    /// Устройство рассылка не касается.
    NotPlanned,
}

impl From<entities::enums::PushResultKind> for PushOutcomeKind {
    fn from(stored: entities::enums::PushResultKind) -> Self {
        match stored {
            entities::enums::PushResultKind::Pruned => Self::Pruned,
            entities::enums::PushResultKind::Refused => Self::Refused,
            entities::enums::PushResultKind::Expired => Self::Expired,
        }
    }
}
