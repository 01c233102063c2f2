//! What can go wrong with reports of services by nobody's fault but the client's.

use async_graphql::Enum;

use crate::infra::graphql::UserErrorCode;

/// Коды ожидаемых ошибок отчётов об услугах: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ServiceReportErrorCode {
    /// Такой инструкции нет, или её сняли.
    GuideNotFound,
    /// Отчёты — от членов профсоюза и активистов.
    NotAMember,
    /// Нужно согласие `REPORT_ANALYTICS`.
    ConsentRequired,
    /// Об этой услуге автор уже сообщил за последние 30 дней.
    AlreadyReported,
    /// Отчётов за сутки или с одного адреса слишком много.
    TooManyReports,
    /// Этот ключ уже использован для другого, или отчёт за это время изменён.
    Conflict,
    /// День ещё не наступил.
    InFuture,
    /// Этот день прошёл, или он слишком далеко.
    BadDeadline,
    /// Услуги тогда ещё не было.
    BeforeService,
    /// Закончилось раньше, чем началось.
    FinishedBeforeSubmitted,
    /// Число вне допустимых пределов.
    OutOfRange,
    /// Одно противоречит другому.
    Contradiction,
    /// Поле не заполнено.
    Missing,
    /// Текст слишком длинный.
    TooLong,
    /// В тексте недопустимый знак.
    BadCharacter,
    /// Такого отчёта нет.
    ReportNotFound,
    /// В нынешнем состоянии отчёта это невозможно.
    NotAllowedNow,
    /// Такого места в комментарии нет.
    FragmentNotFound,
}

impl UserErrorCode for ServiceReportErrorCode {
    fn message(&self) -> String {
        match self {
            Self::GuideNotFound => "Такой инструкции нет, или её сняли.",
            Self::NotAMember => "Отчёты присылают члены профсоюза и активисты.",
            Self::ConsentRequired => {
                "Дайте согласие на использование отчётов: раздел «Мои согласия»."
            }
            Self::AlreadyReported => {
                "Об этой услуге вы уже сообщили: следующий отчёт — через 30 дней."
            }
            Self::TooManyReports => "Отчётов слишком много. Попробуйте позже.",
            Self::Conflict => "Это уже изменено или сделано иначе.",
            Self::InFuture => "Этот день ещё не наступил.",
            Self::BadDeadline => "Срок — не раньше сегодняшнего дня и не дальше года.",
            Self::BeforeService => "Услуги тогда ещё не было.",
            Self::FinishedBeforeSubmitted => "Услуга не может закончиться раньше, чем началась.",
            Self::OutOfRange => "Число вне допустимых пределов.",
            Self::Contradiction => "Это противоречит тому, что сказано в других полях.",
            Self::Missing => "Заполните поле.",
            Self::TooLong => "Слишком длинно.",
            Self::BadCharacter => "В тексте недопустимый знак.",
            Self::ReportNotFound => "Такого отчёта нет.",
            Self::NotAllowedNow => "С отчётом это сейчас невозможно.",
            Self::FragmentNotFound => "В комментарии такого нет.",
        }
        .into()
    }
}
