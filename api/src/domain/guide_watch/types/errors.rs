//! What can keep somebody from doing something, by nobody's fault but what they sent or what stands.

use async_graphql::Enum;

use crate::infra::graphql::UserErrorCode;

/// Коды ожидаемых ошибок наблюдения за инструкциями: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum GuideWatchErrorCode {
    /// Такой записи нет.
    NotFound,
    /// Этот ключ уже использован для другого.
    Conflict,
    /// Такой инструкции нет.
    GuideNotFound,
    /// Такой организации нет.
    OrganisationNotFound,
    /// Замечание уже закрыто.
    ConcernClosed,
    /// Поле не заполнено.
    Missing,
    /// Текст слишком длинный.
    TooLong,
    /// В тексте недопустимый знак.
    BadCharacter,
    /// К этому отзыву поле не подходит.
    OutOfPlace,
    /// Отзывов слишком много.
    TooMany,
    /// Публиковать и снимать с публикации здесь вправе другие.
    MayNotPublish,
}

impl UserErrorCode for GuideWatchErrorCode {
    fn message(&self) -> String {
        match self {
            Self::NotFound => "Такой записи нет.",
            Self::Conflict => "Этот ключ уже использован для другого.",
            Self::GuideNotFound => "Такой инструкции нет.",
            Self::OrganisationNotFound => "Такой организации нет.",
            Self::ConcernClosed => "Замечание уже закрыто.",
            Self::Missing => "Заполните поле.",
            Self::TooLong => "Слишком длинно.",
            Self::BadCharacter => "В тексте недопустимый знак.",
            Self::OutOfPlace => "Причину называют, когда инструкция не помогла.",
            Self::TooMany => "Отзывов слишком много: попробуйте позже.",
            Self::MayNotPublish => "Публиковать здесь вправе другие.",
        }
        .into()
    }
}
