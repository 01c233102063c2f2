//! What keeps staff from changing reference data, by nobody's fault but what they sent or what stands.

use async_graphql::{Enum, resolver_utils::EnumType};

use crate::infra::graphql::UserErrorCode;

/// Коды ожидаемых ошибок справочников: значения поля `code`, в отчёте о файле тоже. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ReferenceErrorCode {
    /// Такой записи нет.
    NotFound,
    /// Такой организации нет.
    OrganisationNotFound,
    /// Этот ключ уже использован для другого, или созданное по нему удалено.
    Conflict,
    /// Запись используют.
    InUse,
    /// Это поле меняет федерация.
    FederationOnly,
    /// Поле не заполнено.
    Missing,
    /// Текст слишком длинный.
    TooLong,
    /// В тексте недопустимый знак.
    BadCharacter,
    /// Значение вне пределов.
    OutOfRange,
    /// Слишком много значений.
    TooMany,
    /// Того, на что указывает поле, нет.
    NotThere,
    /// Такое значение уже есть: в файле выше или у другой записи.
    Repeated,
    /// Имя для адресов — латинские строчные буквы, цифры и дефисы.
    NotASlug,
    /// Это имя для адресов занято.
    SlugTaken,
    /// Это не адрес сайта.
    NotAUrl,
    /// Это не почта.
    NotAnEmail,
    /// Это не телефон.
    NotAPhone,
    /// Это не цвет.
    NotAColour,
    /// Это не округ Москвы.
    NotAnOkrug,
    /// Это не имя хоста.
    NotAHost,
    /// Этот хост занят.
    HostTaken,
    /// Это не путь на портале.
    NotAPath,
    /// С этого адреса уже перенаправляют.
    AddressTaken,
    /// Перенаправление ведёт по кругу.
    Loop,
    /// Организация не может подчиняться самой себе или нижестоящей.
    BelowItself,
    /// Здесь есть члены с картами другого профсоюза.
    MembersOfAnother,
    /// Это время уже прошло.
    InThePast,
    /// Записавшихся больше, чем мест.
    SeatsTaken,
    /// Занятие отменено: изменить его нельзя.
    SessionCancelled,
}

impl ReferenceErrorCode {
    /// As clients see it.
    #[must_use]
    pub fn name(self) -> &'static str {
        let item = Self::items().iter().find(|item| item.value == self);
        item.map_or("", |item| item.name)
    }
}

impl UserErrorCode for ReferenceErrorCode {
    fn message(&self) -> String {
        match self {
            Self::NotFound => "Такой записи нет.",
            Self::OrganisationNotFound => "Такой организации нет.",
            Self::Conflict => "Этот ключ уже использован для другого.",
            Self::InUse => "Запись используют: сначала уберите её оттуда.",
            Self::FederationOnly => "Это поле меняет федерация.",
            Self::Missing => "Заполните поле.",
            Self::TooLong => "Слишком длинно.",
            Self::BadCharacter => "В тексте недопустимый знак.",
            Self::OutOfRange => "Значение вне пределов.",
            Self::TooMany => "Слишком много значений.",
            Self::NotThere => "Того, на что указывает поле, нет.",
            Self::Repeated => "Такое значение уже есть.",
            Self::NotASlug => "Имя для адресов — латинские строчные буквы, цифры и дефисы.",
            Self::SlugTaken => "Это имя для адресов занято.",
            Self::NotAUrl => "Это не адрес сайта: он начинается с https://.",
            Self::NotAnEmail => "Это не адрес электронной почты.",
            Self::NotAPhone => "Это не телефон: запишите его с кодом страны, +7…",
            Self::NotAColour => "Это не цвет: запишите его как #1a2b3c.",
            Self::NotAnOkrug => "Это не округ Москвы: CAO, SAO, SVAO …",
            Self::NotAHost => "Это не имя хоста: запишите его как profsoyuz.mtuf.ru.",
            Self::HostTaken => "Этот хост занят.",
            Self::NotAPath => "Это не путь на портале: он начинается с косой черты.",
            Self::AddressTaken => "С этого адреса уже перенаправляют.",
            Self::Loop => "Перенаправление ведёт по кругу.",
            Self::BelowItself => "Организация не может подчиняться самой себе или нижестоящей.",
            Self::MembersOfAnother => {
                "Здесь есть члены с картами другого профсоюза: сначала переведите их."
            }
            Self::InThePast => "Это время уже прошло.",
            Self::SeatsTaken => "Записавшихся больше, чем мест.",
            Self::SessionCancelled => "Занятие отменено: назначьте новое.",
        }
        .into()
    }
}
