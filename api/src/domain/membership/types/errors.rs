//! What can go wrong with membership by nobody's fault but the client's.

use async_graphql::Enum;

use crate::infra::graphql::UserErrorCode;

/// Коды ожидаемых ошибок членства: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum MembershipErrorCode {
    /// Номер билета записан неверно.
    InvalidCardNumber,
    /// Имя не годится.
    InvalidName,
    /// Такой организации нет.
    OrganisationNotFound,
    /// Заявлений за сутки слишком много.
    TooManyClaims,
    /// Такого заявления нет.
    ClaimNotFound,
    /// По заявлению уже решено.
    ClaimDecided,
    /// Билет принадлежит другой учётной записи.
    CardTaken,
    /// Билета нет в списках: укажите, с какого дня человек состоит в профсоюзе.
    MemberSinceRequired,
    /// Дни указаны в неверном порядке.
    InvalidTerm,
    /// Укажите причину.
    ReasonRequired,
    /// Такого членства нет.
    MembershipNotFound,
    /// В этом состоянии это невозможно.
    WrongStatus,
    /// Организация принадлежит другому профсоюзу.
    OtherUnion,
    /// Такого списка нет.
    ImportNotFound,
    /// Список ещё читается, уже применён или отклонён.
    ImportNotReady,
    /// После загрузки списка состав изменился: загрузите его ещё раз.
    ImportStale,
}

impl UserErrorCode for MembershipErrorCode {
    fn message(&self) -> String {
        match self {
            Self::InvalidCardNumber => "Номер билета — от 1 до 32 букв и цифр.",
            Self::InvalidName => "Фамилия и имя — от 1 до 100 знаков.",
            Self::OrganisationNotFound => "Такой организации нет.",
            Self::TooManyClaims => "Заявлений за сутки слишком много. Попробуйте завтра.",
            Self::ClaimNotFound => "Такого заявления нет.",
            Self::ClaimDecided => "По этому заявлению уже решено.",
            Self::CardTaken => "Этот билет принадлежит другой учётной записи.",
            Self::MemberSinceRequired => {
                "Билета нет в списках: укажите, с какого дня человек состоит в профсоюзе."
            }
            Self::InvalidTerm => "Дни указаны в неверном порядке.",
            Self::ReasonRequired => "Укажите причину: от 1 до 300 знаков.",
            Self::MembershipNotFound => "Такого членства нет.",
            Self::WrongStatus => "В этом состоянии членства это невозможно.",
            Self::OtherUnion => "Организация принадлежит другому профсоюзу.",
            Self::ImportNotFound => "Такого списка нет.",
            Self::ImportNotReady => "Список ещё читается, уже применён или отклонён.",
            Self::ImportStale => "После загрузки списка состав изменился: загрузите его ещё раз.",
        }
        .into()
    }
}
