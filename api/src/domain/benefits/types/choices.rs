//! The closed lists of benefits, as clients see them.

use async_graphql::Enum;

/// Кто даёт льготу. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::BenefitProvider")]
pub enum BenefitProvider {
    /// Партнёр.
    Partner,
    /// Профсоюз.
    Union,
    /// Государство.
    State,
}

/// В чём состоит льгота. Открытый список: неизвестный вид следует показать текстом условий.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::BenefitValueKind")]
pub enum BenefitValueKind {
    /// Скидка в процентах.
    Percent,
    /// Скидка в рублях.
    FixedRub,
    /// Особая цена.
    SpecialPrice,
    /// Бесплатно.
    Free,
    /// Возврат части денег.
    Cashback,
    /// Выплата.
    Grant,
    /// Услуга.
    Service,
}

/// Как воспользоваться льготой. Открытый список: неизвестный вид следует показать текстом.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::RedemptionKind")]
pub enum RedemptionKind {
    /// Показать билет.
    ShowCard,
    /// Назвать общий промокод.
    PromoCode,
    /// Получить личный код.
    UniqueCode,
    /// Перейти по ссылке из личного кабинета.
    AffiliateLink,
    /// Записаться.
    Booking,
    /// Подать заявление.
    Application,
    /// Позвонить.
    Phone,
}

/// За какой календарный срок считается ограничение.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::LimitPeriod")]
pub enum LimitPeriod {
    /// День.
    Day,
    /// Месяц.
    Month,
    /// Год.
    Year,
}
