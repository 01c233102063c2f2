//! Closed lists of reports, as clients write them.

use async_graphql::Enum;
use entities::enums::ServiceReportChannel;

use crate::domain::guides::ChannelKind;

/// Чем закончилось обращение за услугой. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::ServiceOutcome")]
pub enum ServiceOutcome {
    /// Услуга получена.
    Completed,
    /// Получена частично.
    Partial,
    /// В услуге отказано.
    Refused,
    /// Заявитель бросил.
    Abandoned,
    /// Подать не дала техническая неисправность.
    TechFailure,
    /// Ещё не закончилось.
    InProgress,
}

/// Почему отказали. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::RefusalReason")]
pub enum RefusalReason {
    /// Не хватило документа.
    MissingDocument,
    /// Данные не сошлись.
    DataMismatch,
    /// Услуга не положена.
    NotEligible,
    /// Пропущен срок.
    Deadline,
    /// По техническим причинам.
    Technical,
    /// По другой причине.
    Other,
}

/// Кто помогал. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::HelpedBy")]
pub enum HelpedBy {
    /// Никто, заявитель справился сам.
    #[graphql(name = "SELF")]
    Nobody,
    /// Активист профсоюза.
    Activist,
    /// Родственник или знакомый.
    Relative,
    /// Сотрудник МФЦ.
    Mfc,
}

/// Что с отчётом. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::ReportModeration")]
pub enum ServiceReportModeration {
    /// Ждёт модератора.
    New,
    /// Принят: входит в показатели.
    Accepted,
    /// Отклонён.
    Rejected,
    /// Повторяет другой отчёт о том же.
    Duplicate,
    /// Передан тому, кто отвечает за услугу.
    Escalated,
}

/// Решение модератора.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ServiceReportDecision {
    /// Принять.
    Accept,
    /// Отклонить; нужна причина.
    Reject,
    /// Признать повтором другого отчёта; нужно сказать, какого.
    Duplicate,
}

/// A way to ask for a service, as guides call it.
#[must_use]
pub const fn channel_of(stored: ServiceReportChannel) -> ChannelKind {
    match stored {
        ServiceReportChannel::Online => ChannelKind::Online,
        ServiceReportChannel::Mfc => ChannelKind::Mfc,
        ServiceReportChannel::InPerson => ChannelKind::InPerson,
        ServiceReportChannel::Post => ChannelKind::Post,
        ServiceReportChannel::Phone => ChannelKind::Phone,
    }
}

/// The same as reports hold it.
#[must_use]
pub const fn stored_channel(kind: ChannelKind) -> ServiceReportChannel {
    match kind {
        ChannelKind::Online => ServiceReportChannel::Online,
        ChannelKind::Mfc => ServiceReportChannel::Mfc,
        ChannelKind::InPerson => ServiceReportChannel::InPerson,
        ChannelKind::Post => ServiceReportChannel::Post,
        ChannelKind::Phone => ServiceReportChannel::Phone,
    }
}
