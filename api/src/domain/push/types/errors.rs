//! What can go wrong with push notifications by nobody's fault but the client's.

use async_graphql::Enum;

use crate::infra::graphql::UserErrorCode;

/// Коды ожидаемых ошибок уведомлений и рассылок: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PushErrorCode {
    /// Такого устройства нет.
    DeviceNotFound,
    /// Такой темы нет.
    TopicNotFound,
    /// Тема не для тех, кто не вошёл.
    TopicForSignedIn,
    /// Такой организации нет.
    OrganisationNotFound,
    /// Такой записи нет.
    ItemNotFound,
    /// Поле не заполнено.
    Missing,
    /// Текст слишком длинный.
    TooLong,
    /// Адрес устройства не таков, какие даёт служба доставки.
    TokenMalformed,
    /// Ключи браузера обязательны для `WEB_PUSH` и лишние для других.
    KeysOutOfPlace,
    /// Это не ключи подписки браузера.
    KeysMalformed,
    /// На этот адрес уведомления не отправляют.
    EndpointRefused,
    /// Это не версия приложения.
    VersionMalformed,
    /// Такого часового пояса нет.
    UnknownTimeZone,
    /// Это не язык.
    LocaleMalformed,
    /// Это не два разных времени суток.
    QuietHoursMalformed,
    /// Значение вне пределов.
    OutOfRange,
    /// Слишком много значений.
    TooMany,
    /// Такой рассылки нет.
    CampaignNotFound,
    /// Этот ключ уже использован для другого.
    Conflict,
    /// Это не адрес.
    NotAnAddress,
    /// Рассылать столь многим здесь вправе другие.
    OutOfScope,
    /// Это время уже прошло.
    InThePast,
    /// Это время слишком далеко.
    TooFarAhead,
    /// Рассылка кончается раньше, чем начинается.
    ExpiresTooSoon,
    /// Сообщение больше, чем принимает служба доставки.
    MessageTooLarge,
    /// Рассылать некому.
    EmptyAudience,
    /// С рассылкой в этом состоянии так не поступают.
    WrongState,
    /// Одобрить должен не тот, кто составил.
    ApprovalByAnother,
    /// У вас нет устройства, на которое можно отправить.
    NoOwnDevice,
}

impl UserErrorCode for PushErrorCode {
    fn message(&self) -> String {
        match self {
            Self::DeviceNotFound => "Такого устройства нет.",
            Self::TopicNotFound => "Такой темы нет.",
            Self::TopicForSignedIn => "Эту тему выбирают после входа.",
            Self::OrganisationNotFound => "Такой организации нет.",
            Self::ItemNotFound => "Такой записи нет.",
            Self::Missing => "Заполните поле.",
            Self::TooLong => "Слишком длинно.",
            Self::TokenMalformed => "Это не адрес устройства.",
            Self::KeysOutOfPlace => "Ключи браузера нужны для WEB_PUSH, и только для него.",
            Self::KeysMalformed => "Это не ключи подписки браузера.",
            Self::EndpointRefused => "На этот адрес уведомления не отправляют.",
            Self::VersionMalformed => "Это не версия приложения: она пишется как 2.1.0.",
            Self::UnknownTimeZone => "Такого часового пояса нет: он пишется как Europe/Moscow.",
            Self::LocaleMalformed => "Это не язык: он пишется как ru или ru-RU.",
            Self::QuietHoursMalformed => {
                "Тихие часы — два разных времени суток, например 22:00 и 08:00."
            }
            Self::OutOfRange => "Значение вне пределов.",
            Self::TooMany => "Слишком много значений.",
            Self::CampaignNotFound => "Такой рассылки нет.",
            Self::Conflict => "Этот ключ уже использован для другого: создайте новый.",
            Self::NotAnAddress => "Это не адрес.",
            Self::OutOfScope => "Рассылать столь многим вправе другие: назовите свою организацию.",
            Self::InThePast => "Это время уже прошло.",
            Self::TooFarAhead => "Так далеко вперёд не планируют.",
            Self::ExpiresTooSoon => "Рассылка кончается раньше, чем начинается.",
            Self::MessageTooLarge => {
                "Сообщение больше, чем принимает служба доставки: сократите его."
            }
            Self::EmptyAudience => "Рассылать некому.",
            Self::WrongState => "С рассылкой в этом состоянии так не поступают.",
            Self::ApprovalByAnother => "Одобрить рассылку должен не тот, кто её составил.",
            Self::NoOwnDevice => "У вас нет устройства, на которое можно отправить.",
        }
        .into()
    }
}
