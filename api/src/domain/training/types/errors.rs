//! What can keep somebody from registering, or staff from noting who came, by nobody's fault but what
//! they sent or what stands.

use async_graphql::Enum;

use crate::infra::graphql::UserErrorCode;

/// Коды ожидаемых ошибок обучения: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TrainingErrorCode {
    /// Такого занятия нет.
    SessionNotFound,
    /// Такой записи на занятие нет.
    RegistrationNotFound,
    /// Занятие отменено.
    SessionCancelled,
    /// Запись ещё не открыта.
    RegistrationNotOpen,
    /// Запись закрыта.
    RegistrationClosed,
    /// Записаться могут только те, чьё членство в профсоюзе действует.
    MembersOnly,
    /// Занятие для членов других организаций.
    OtherOrganisations,
    /// Записей на будущие занятия слишком много.
    TooManyRegistrations,
    /// Этот ключ уже использован для другого.
    Conflict,
    /// Занятие уже началось.
    AlreadyStarted,
    /// Занятие ещё не началось.
    NotStarted,
    /// Уже отмечено, пришёл ли человек.
    AttendanceMarked,
    /// Оценить занятие может тот, кто на нём был.
    NotAttended,
    /// Время для этого прошло.
    TooLate,
    /// Значение вне пределов.
    OutOfRange,
    /// Слишком длинно.
    CommentTooLong,
    /// В тексте недопустимый знак.
    BadCharacter,
    /// Слишком много значений.
    TooMany,
    /// Нужно хотя бы одно значение.
    Missing,
    /// Такое значение уже есть.
    Repeated,
}

impl UserErrorCode for TrainingErrorCode {
    fn message(&self) -> String {
        match self {
            Self::SessionNotFound => "Такого занятия нет.",
            Self::RegistrationNotFound => "Такой записи на занятие нет.",
            Self::SessionCancelled => "Занятие отменено.",
            Self::RegistrationNotOpen => "Запись ещё не открыта.",
            Self::RegistrationClosed => "Запись закрыта.",
            Self::MembersOnly => "Записаться могут члены профсоюза: подтвердите членство.",
            Self::OtherOrganisations => "Занятие для членов других организаций.",
            Self::TooManyRegistrations => {
                "Вы записаны на слишком много занятий: отмените те, на которые не пойдёте."
            }
            Self::Conflict => "Этот ключ уже использован для другого: создайте новый.",
            Self::AlreadyStarted => "Занятие уже началось.",
            Self::NotStarted => "Занятие ещё не началось: отметить пришедших пока нельзя.",
            Self::AttendanceMarked => "Уже отмечено, были ли вы на занятии.",
            Self::NotAttended => "Оценить занятие может тот, кто на нём был.",
            Self::TooLate => "Оценить занятие можно 60 дней после него.",
            Self::OutOfRange => "Оценка — от 1 до 5.",
            Self::CommentTooLong => "Отзыв — не длиннее 1000 знаков.",
            Self::BadCharacter => "В тексте недопустимый знак.",
            Self::TooMany => "За раз отмечают не больше 100 человек.",
            Self::Missing => "Назовите хотя бы одного человека.",
            Self::Repeated => "Этот человек назван дважды.",
        }
        .into()
    }
}
