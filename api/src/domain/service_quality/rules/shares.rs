//! Shares: how many of how many, with what is known of their uncertainty and what is thought of them.

use async_graphql::Enum;

use super::{
    Counts,
    numbers::{real, rounded},
};

/// The 97.5th percentile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054_5;
/// Digits of a share behind the point: hundredths of a per cent.
const DIGITS: i32 = 4;

/// Коды показателей-долей из методики мониторинга. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
#[graphql(name = "ServiceQualityCode")]
pub enum ShareCode {
    /// Завершение: получили результат из тех, кто подавал через интернет и чьё дело окончено.
    #[graphql(name = "CR")]
    Completion,
    /// Цифровая подача: подавали через интернет или сначала пробовали так, из всех отзывов.
    #[graphql(name = "DT")]
    DigitalTakeUp,
    /// Полностью через интернет: из тех, кто получил результат.
    #[graphql(name = "FO")]
    FullyOnline,
    /// Удовлетворённость: оценки 4 и 5 из всех общих оценок.
    #[graphql(name = "CSAT")]
    Satisfaction,
    /// Соблюдение срока: уложились в официальный срок из тех, где известны и срок, и день результата.
    #[graphql(name = "TC")]
    TermCompliance,
    /// Отказы: из оконченных дел.
    #[graphql(name = "RR")]
    Refusal,
    /// Отказы без объяснения причины: из всех отказов.
    #[graphql(name = "UR")]
    UnexplainedRefusal,
    /// Технические сбои: вход, ошибка формы, оплата, загрузка файла; из оконченных дел.
    #[graphql(name = "TF")]
    TechnicalFailure,
    /// Лишние документы: попросили то, чего нет в официальном перечне; из оконченных дел.
    #[graphql(name = "XD")]
    ExtraDocuments,
    /// Усилия: обошлись без визитов, из всех отзывов.
    #[graphql(name = "EFF_NO_VISITS")]
    NoVisits,
    /// Усилия: ждали в очереди не дольше 15 минут из тех, кто приходил и назвал время.
    #[graphql(name = "EFF_QUEUE")]
    ShortQueue,
    /// Точность инструкции: всё было как в инструкции, из тех, кто ответил об этом.
    #[graphql(name = "GA")]
    GuideAccuracy,
    /// Решённые обращения: из отзывов, с которыми федерация обратилась к оператору услуги.
    #[graphql(name = "ESC")]
    Resolution,
}

/// Оценка по порогу методики. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ServiceQualityLight")]
pub enum Light {
    /// Порог достигнут.
    Green,
    /// Между порогами.
    Amber,
    /// Порог не достигнут.
    Red,
}

/// Where a light changes, in per cent.
enum Threshold {
    Above(i64),
    /// Green above the first, amber from the second on.
    AboveOrAmberFrom(i64, i64),
    AtLeast(i64),
    Below(i64),
}

use Threshold::{Above, AboveOrAmberFrom, AtLeast, Below};

impl ShareCode {
    /// All, in the order of the methodology.
    pub const ALL: [Self; 13] = [
        Self::Completion,
        Self::DigitalTakeUp,
        Self::FullyOnline,
        Self::Satisfaction,
        Self::TermCompliance,
        Self::Refusal,
        Self::UnexplainedRefusal,
        Self::TechnicalFailure,
        Self::ExtraDocuments,
        Self::NoVisits,
        Self::ShortQueue,
        Self::GuideAccuracy,
        Self::Resolution,
    ];

    /// As the methodology and clients write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completion => "CR",
            Self::DigitalTakeUp => "DT",
            Self::FullyOnline => "FO",
            Self::Satisfaction => "CSAT",
            Self::TermCompliance => "TC",
            Self::Refusal => "RR",
            Self::UnexplainedRefusal => "UR",
            Self::TechnicalFailure => "TF",
            Self::ExtraDocuments => "XD",
            Self::NoVisits => "EFF_NO_VISITS",
            Self::ShortQueue => "EFF_QUEUE",
            Self::GuideAccuracy => "GA",
            Self::Resolution => "ESC",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Completion => "Получили результат, подав через интернет",
            Self::DigitalTakeUp => "Подавали через интернет (из приславших отзыв)",
            Self::FullyOnline => "Получили результат полностью через интернет",
            Self::Satisfaction => "Довольны (оценка 4 или 5)",
            Self::TermCompliance => "Получили результат в официальный срок",
            Self::Refusal => "Получили отказ",
            Self::UnexplainedRefusal => "Отказ без объяснения причины (из отказов)",
            Self::TechnicalFailure => "Столкнулись с техническим сбоем",
            Self::ExtraDocuments => "Просили документы сверх перечня",
            Self::NoVisits => "Обошлись без визитов",
            Self::ShortQueue => "Ждали в очереди не дольше 15 минут",
            Self::GuideAccuracy => "Всё было как в инструкции федерации",
            Self::Resolution => "Обращения федерации решены",
        }
    }

    /// Whether less of it is better.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        matches!(
            self,
            Self::Refusal
                | Self::UnexplainedRefusal
                | Self::TechnicalFailure
                | Self::ExtraDocuments
        )
    }

    const fn threshold(self) -> Option<Threshold> {
        Some(match self {
            Self::Completion => AboveOrAmberFrom(80, 60),
            Self::DigitalTakeUp => Above(79),
            Self::Satisfaction => Above(78),
            Self::TermCompliance => Above(90),
            Self::UnexplainedRefusal | Self::TechnicalFailure | Self::ExtraDocuments => Below(5),
            Self::ShortQueue => AtLeast(95),
            Self::GuideAccuracy => AtLeast(90),
            Self::FullyOnline | Self::Refusal | Self::NoVisits | Self::Resolution => return None,
        })
    }
}

/// How many of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub code: ShareCode,
    pub numerator: i64,
    pub denominator: i64,
}

impl Share {
    /// That share of those reports.
    #[must_use]
    pub const fn of(code: ShareCode, counts: &Counts) -> Self {
        let (numerator, denominator) = match code {
            ShareCode::Completion => (counts.online_completed, counts.online_closed),
            ShareCode::DigitalTakeUp => (counts.online, counts.reports),
            ShareCode::FullyOnline => (counts.fully_online, counts.completed),
            ShareCode::Satisfaction => (counts.satisfied, counts.rated),
            ShareCode::TermCompliance => (counts.in_time, counts.timed),
            ShareCode::Refusal => (counts.refused, counts.closed),
            ShareCode::UnexplainedRefusal => (counts.unexplained, counts.refused),
            ShareCode::TechnicalFailure => (counts.failed, counts.closed),
            ShareCode::ExtraDocuments => (counts.extra_documents, counts.closed),
            ShareCode::NoVisits => (counts.unvisited, counts.reports),
            ShareCode::ShortQueue => (counts.short_queue, counts.queued),
            ShareCode::GuideAccuracy => (counts.matched, counts.answered),
            ShareCode::Resolution => (counts.resolved, counts.escalated),
        };
        Self {
            code,
            numerator,
            denominator,
        }
    }

    /// Not rounded; `None` of nothing.
    #[must_use]
    pub fn exact(&self) -> Option<f64> {
        (self.denominator > 0).then(|| real(self.numerator) / real(self.denominator))
    }

    /// As it is shown; `None` of nothing.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.exact().map(|share| rounded(share, DIGITS))
    }

    /// The 95 % interval by Wilson (1927), not rounded; `None` of nothing.
    #[must_use]
    pub fn bounds(&self) -> Option<(f64, f64)> {
        let share = self.exact()?;
        let of = real(self.denominator);
        let squared = Z * Z;
        let divisor = 1.0 + squared / of;
        let centre = (share + squared / (2.0 * of)) / divisor;
        let variance = share * (1.0 - share) / of + squared / (4.0 * of * of);
        let reach = Z * variance.sqrt() / divisor;
        Some(((centre - reach).max(0.0), (centre + reach).min(1.0)))
    }

    /// The same as it is shown.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        let (low, high) = self.bounds()?;
        Some((rounded(low, DIGITS), rounded(high, DIGITS)))
    }

    /// The worst that it may well be: what services are ranked by.
    #[must_use]
    pub fn at_worst(&self) -> Option<f64> {
        let (low, high) = self.bounds()?;
        Some(if self.code.is_bad() { 1.0 - high } else { low })
    }

    /// What the methodology thinks of it, by the counts themselves and not by what is shown.
    #[must_use]
    pub fn light(&self) -> Option<Light> {
        let threshold = self.code.threshold()?;
        if self.denominator == 0 {
            return None;
        }
        let (part, whole) = (self.numerator * 100, self.denominator);
        let is_green = match threshold {
            Above(percent) | AboveOrAmberFrom(percent, _) => part > percent * whole,
            AtLeast(percent) => part >= percent * whole,
            Below(percent) => part < percent * whole,
        };
        let is_amber = matches!(threshold, AboveOrAmberFrom(_, percent) if part >= percent * whole);
        Some(match (is_green, is_amber) {
            (true, _) => Light::Green,
            (false, true) => Light::Amber,
            (false, false) => Light::Red,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(code: ShareCode, numerator: i64, denominator: i64) -> Share {
        Share {
            code,
            numerator,
            denominator,
        }
    }

    #[test]
    fn intervals_are_statsmodels() {
        // proportion_confint(…, method="wilson")
        for (numerator, denominator, low, high) in [
            (0, 5, 0.0, 0.4345),
            (5, 5, 0.5655, 1.0),
            (8, 10, 0.4902, 0.9433),
            (17, 20, 0.6396, 0.9476),
            (999, 1000, 0.9944, 0.9998),
        ] {
            let share = share(ShareCode::Completion, numerator, denominator);
            assert_eq!(share.interval(), Some((low, high)), "{share:?}");
        }
    }

    #[test]
    fn of_nothing_nothing_is_known() {
        let nothing = share(ShareCode::Completion, 0, 0);
        assert_eq!(nothing.value(), None);
        assert_eq!(nothing.interval(), None);
        assert_eq!(nothing.light(), None);
        assert_eq!(nothing.at_worst(), None);
    }

    #[test]
    fn lights_change_exactly_at_their_thresholds() {
        let light = |code, numerator| share(code, numerator, 100).light();
        assert_eq!(light(ShareCode::Completion, 81), Some(Light::Green));
        assert_eq!(light(ShareCode::Completion, 80), Some(Light::Amber));
        assert_eq!(light(ShareCode::Completion, 60), Some(Light::Amber));
        assert_eq!(light(ShareCode::Completion, 59), Some(Light::Red));
        assert_eq!(light(ShareCode::TechnicalFailure, 4), Some(Light::Green));
        assert_eq!(light(ShareCode::TechnicalFailure, 5), Some(Light::Red));
        assert_eq!(light(ShareCode::ShortQueue, 95), Some(Light::Green));
        assert_eq!(light(ShareCode::TermCompliance, 90), Some(Light::Red));
        assert_eq!(light(ShareCode::Refusal, 90), None);
    }

    #[test]
    fn of_what_is_bad_the_most_is_the_worst() {
        let failures = share(ShareCode::TechnicalFailure, 8, 10);
        let successes = share(ShareCode::Completion, 2, 10);
        let difference = failures.at_worst().unwrap() - successes.at_worst().unwrap();
        assert!(difference.abs() < 1e-12);
    }
}
