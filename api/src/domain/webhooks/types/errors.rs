//! What keeps staff from changing webhooks, by nobody's fault but what they sent or what stands.

use async_graphql::Enum;

use crate::infra::{graphql::UserErrorCode, outbound::Refusal};

/// Коды ожидаемых ошибок вебхуков: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum WebhookErrorCode {
    /// Такой записи нет.
    NotFound,
    /// Этот ключ уже использован для другого, или созданное по нему удалено.
    Conflict,
    /// Поле не заполнено.
    Missing,
    /// Текст слишком длинный.
    TooLong,
    /// В тексте недопустимый знак.
    BadCharacter,
    /// Это не адрес.
    NotAUrl,
    /// Адрес начинается не с `https://`.
    NotHttps,
    /// Порт не 443.
    PortNotAllowed,
    /// В адресе имя или пароль.
    HasCredentials,
    /// Адрес ведёт во внутреннюю сеть.
    PrivateAddress,
    /// Вебхуков уже слишком много.
    TooMany,
    /// Вебхук выключен.
    SwitchedOff,
    /// Сообщение принято: отправлять снова нечего.
    AlreadyDelivered,
}

impl From<Refusal> for WebhookErrorCode {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotHttps => Self::NotHttps,
            Refusal::Port => Self::PortNotAllowed,
            Refusal::Credentials => Self::HasCredentials,
            Refusal::PrivateAddress => Self::PrivateAddress,
        }
    }
}

impl UserErrorCode for WebhookErrorCode {
    fn message(&self) -> String {
        match self {
            Self::NotFound => "Такой записи нет.",
            Self::Conflict => "Этот ключ уже использован для другого.",
            Self::Missing => "Заполните поле.",
            Self::TooLong => "Слишком длинно.",
            Self::BadCharacter => "В тексте недопустимый знак.",
            Self::NotAUrl => "Это не адрес.",
            Self::NotHttps => "Адрес должен начинаться с https://.",
            Self::PortNotAllowed => "Порт в адресе может быть только 443.",
            Self::HasCredentials => "Уберите из адреса имя и пароль: сообщения подписываются.",
            Self::PrivateAddress => {
                "Адрес ведёт во внутреннюю сеть: туда сообщения не отправляются."
            }
            Self::TooMany => "Вебхуков слишком много: сначала удалите ненужные.",
            Self::SwitchedOff => "Вебхук выключен: сначала включите его.",
            Self::AlreadyDelivered => "Сообщение уже принято.",
        }
        .into()
    }
}
