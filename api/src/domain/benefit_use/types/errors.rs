//! What can go wrong with the use of benefits by nobody's fault but the client's.

use async_graphql::Enum;

use crate::infra::graphql::UserErrorCode;

/// Коды ожидаемых ошибок при пользовании льготами: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum BenefitUseErrorCode {
    /// Такой льготы нет.
    BenefitNotFound,
    /// Льгота ещё не действует или уже не действует.
    NotRunning,
    /// Льгота предназначена другим: почему, говорит поле `eligibility` льготы.
    NotEligible,
    /// Льгота приостановлена: её перестали давать.
    Suspended,
    /// Член профсоюза уже получил льготу столько раз, сколько можно за срок.
    LimitReached,
    /// Льгота уже получена столько раз, сколько можно всем вместе.
    AllTaken,
    /// Кодов не осталось.
    NoCodesLeft,
    /// Этот ключ уже использован для другого.
    Conflict,
    /// Такой записи нет, или её нельзя сохранить.
    ItemNotFound,
    /// Такого места у партнёра нет.
    OutletNotFound,
    /// Пояснение слишком длинно.
    CommentTooLong,
    /// Сообщений за сутки слишком много.
    TooManyReports,
    /// Такого сообщения нет.
    ReportNotFound,
    /// По сообщению уже решено иначе.
    ReportDecided,
}

impl UserErrorCode for BenefitUseErrorCode {
    fn message(&self) -> String {
        match self {
            Self::BenefitNotFound => "Такой льготы нет.",
            Self::NotRunning => "Льгота сегодня не действует.",
            Self::NotEligible => "Этой льготой могут пользоваться не все: вам она недоступна.",
            Self::Suspended => "Льгота приостановлена: её перестали давать, мы разбираемся.",
            Self::LimitReached => "Вы уже получили эту льготу столько раз, сколько можно.",
            Self::AllTaken => "Льгота разобрана.",
            Self::NoCodesLeft => "Коды закончились.",
            Self::Conflict => "Этот ключ уже использован для другого: создайте новый.",
            Self::ItemNotFound => "Такой записи нет.",
            Self::OutletNotFound => "Такого места у партнёра нет.",
            Self::CommentTooLong => "Пояснение — не длиннее 500 знаков.",
            Self::TooManyReports => "Сообщений за сутки слишком много. Попробуйте завтра.",
            Self::ReportNotFound => "Такого сообщения нет.",
            Self::ReportDecided => "По этому сообщению уже решено иначе.",
        }
        .into()
    }
}
