//! What can go wrong with a service, and the bit of `service_report.problems` that stands for it.

use async_graphql::Enum;
use serde::Serialize;

/// Затруднение при получении услуги. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ServiceProblem {
    /// Не удалось войти.
    Login,
    /// Ошибка в форме заявления.
    FormError,
    /// Не прошла оплата.
    Payment,
    /// Не загрузились документы.
    Upload,
    /// Статус заявления не обновлялся.
    StatusNotUpdated,
    /// Не пришло уведомление.
    NotificationMissing,
    /// Нет времени для записи.
    SlotUnavailable,
    /// В данных ведомства ошибка.
    DataWrong,
    /// Срок нарушен.
    TermExceeded,
    /// Отказ непонятен.
    UnclearRefusal,
    /// Потребовали лишние документы.
    ExtraDocs,
    /// Грубость сотрудников.
    RudeStaff,
    /// Неудобно для людей с инвалидностью.
    Accessibility,
    /// Мошенничество.
    Fraud,
    /// Другое.
    Other,
}

impl ServiceProblem {
    /// Every problem, by the numbers of their bits.
    pub const ALL: [Self; 15] = [
        Self::Login,
        Self::FormError,
        Self::Payment,
        Self::Upload,
        Self::StatusNotUpdated,
        Self::NotificationMissing,
        Self::SlotUnavailable,
        Self::DataWrong,
        Self::TermExceeded,
        Self::UnclearRefusal,
        Self::ExtraDocs,
        Self::RudeStaff,
        Self::Accessibility,
        Self::Fraud,
        Self::Other,
    ];

    /// The bit that stands for it. Bits are stored for ever: a new problem takes a new one.
    #[must_use]
    pub const fn bit(self) -> i32 {
        1 << match self {
            Self::Login => 0,
            Self::FormError => 1,
            Self::Payment => 2,
            Self::Upload => 3,
            Self::StatusNotUpdated => 4,
            Self::NotificationMissing => 5,
            Self::SlotUnavailable => 6,
            Self::DataWrong => 7,
            Self::TermExceeded => 8,
            Self::UnclearRefusal => 9,
            Self::ExtraDocs => 10,
            Self::RudeStaff => 11,
            Self::Accessibility => 12,
            Self::Fraud => 13,
            Self::Other => 14,
        }
    }

    /// Whether it is in a set of bits.
    #[must_use]
    pub const fn is_in(self, bits: i32) -> bool {
        bits & self.bit() != 0
    }

    /// The bits of these problems.
    #[must_use]
    pub fn bits_of(problems: &[Self]) -> i32 {
        problems
            .iter()
            .fold(0, |bits, problem| bits | problem.bit())
    }

    /// The problems that a set of bits stands for.
    #[must_use]
    pub fn in_bits(bits: i32) -> Vec<Self> {
        let all = Self::ALL.into_iter();
        all.filter(|problem| problem.is_in(bits)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_problem_has_a_bit_of_its_own() {
        for (number, problem) in ServiceProblem::ALL.into_iter().enumerate() {
            assert_eq!(problem.bit(), 1 << number, "{problem:?}");
        }
    }

    #[test]
    fn bits_come_back_as_problems() {
        let problems = [ServiceProblem::Login, ServiceProblem::Other];
        let bits = ServiceProblem::bits_of(&problems);
        assert_eq!(bits, 0b100_0000_0000_0001);
        assert_eq!(ServiceProblem::in_bits(bits), problems);
        assert!(!ServiceProblem::Fraud.is_in(bits));
        assert!(ServiceProblem::in_bits(0).is_empty());
    }
}
