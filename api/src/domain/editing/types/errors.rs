//! What can keep staff from doing something, by nobody's fault but what they sent or what stands.

use async_graphql::Enum;

use crate::infra::graphql::UserErrorCode;

/// Коды ожидаемых ошибок редакции: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum EditingErrorCode {
    /// Такого материала нет.
    NotFound,
    /// Такой организации нет.
    OrganisationNotFound,
    /// Материал изменили, пока его правили: в поле `current` он такой, какой сейчас. Или ключ уже
    /// использован для другого.
    Conflict,
    /// Публиковать и снимать с публикации здесь вправе другие.
    MayNotPublish,
    /// Изменять чужое здесь вправе другие.
    MayNotEdit,
    /// Опубликовать должен не тот, кто писал.
    ReviewRequired,
    /// Сначала снимите с расписания.
    Scheduled,
    /// Материал не на проверке.
    NotInReview,
    /// Материал уже на проверке.
    InReview,
    /// Материал не стоит в расписании.
    NotScheduled,
    /// Материал не опубликован.
    NotPublished,
    /// Публиковать нечего: черновика нет.
    NothingToPublish,
    /// Черновика нет.
    NoDraft,
    /// Такой редакции нет.
    RevisionNotFound,
    /// Это время слишком далеко.
    TooFarAhead,
    /// Объясните, почему.
    ExplanationRequired,
    /// Заменить можно только другим опубликованным материалом.
    ReplacementNotFound,
    /// Поле не заполнено.
    Missing,
    /// Текст слишком длинный.
    TooLong,
    /// Это не адрес.
    NotAnAddress,
    /// Того, на что указывает поле, нет.
    NotThere,
    /// Имя для адресов — латинские строчные буквы, цифры и дефисы.
    NotASlug,
    /// Это имя для адресов занято.
    SlugTaken,
    /// Картинке нужно описание для тех, кто её не видит.
    AltMissing,
    /// Это время уже прошло.
    InThePast,
    /// Слишком много значений.
    TooMany,
    /// Значение вне пределов.
    OutOfRange,
    /// Это адрес не того портала, где оказывают услугу.
    NotOfficial,
    /// Это не номер телефона.
    NotAPhoneNumber,
    /// К выбранному виду это поле не подходит.
    OutOfPlace,
    /// Замечание уже закрыто.
    ConcernClosed,
}

impl UserErrorCode for EditingErrorCode {
    fn message(&self) -> String {
        match self {
            Self::NotFound => "Такого материала нет.",
            Self::OrganisationNotFound => "Такой организации нет.",
            Self::Conflict => "Материал изменили, пока вы его правили.",
            Self::MayNotPublish => "Публиковать здесь вправе другие: отправьте на проверку.",
            Self::MayNotEdit => "Изменять чужое здесь вправе другие.",
            Self::ReviewRequired => "Опубликовать должен не тот, кто писал: отправьте на проверку.",
            Self::Scheduled => "Материал стоит в расписании: сначала снимите его оттуда.",
            Self::NotInReview => "Материал не на проверке.",
            Self::InReview => "Материал уже на проверке.",
            Self::NotScheduled => "Материал не стоит в расписании.",
            Self::NotPublished => "Материал не опубликован.",
            Self::NothingToPublish => "Публиковать нечего: изменений нет.",
            Self::NoDraft => "Черновика нет.",
            Self::RevisionNotFound => "Такой редакции нет.",
            Self::TooFarAhead => "Так далеко вперёд не планируют: не больше года.",
            Self::ExplanationRequired => "Объясните, почему материал снят.",
            Self::ReplacementNotFound => "Заменить можно только другим опубликованным материалом.",
            Self::Missing => "Заполните поле.",
            Self::TooLong => "Слишком длинно.",
            Self::NotAnAddress => "Это не адрес.",
            Self::NotThere => "Того, на что указывает поле, нет.",
            Self::NotASlug => "Имя для адресов — латинские строчные буквы, цифры и дефисы.",
            Self::SlugTaken => "Это имя для адресов занято.",
            Self::AltMissing => "Опишите картинку для тех, кто её не видит.",
            Self::InThePast => "Это время уже прошло.",
            Self::TooMany => "Слишком много значений.",
            Self::OutOfRange => "Значение вне пределов.",
            Self::NotOfficial => "Это адрес не того портала, где оказывают услугу.",
            Self::NotAPhoneNumber => "Это не номер телефона: он пишется так: +7 900 000-00-00.",
            Self::OutOfPlace => "К выбранному виду это поле не подходит: очистите его.",
            Self::ConcernClosed => "Замечание уже закрыто.",
        }
        .into()
    }
}
