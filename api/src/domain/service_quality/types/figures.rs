//! Figures, as clients see them.

use async_graphql::SimpleObject;
use entities::enums::TermMeasure;

use super::super::rules::{Figures, Index, IndexPart, Light, Share, ShareCode, TermFigures};
use crate::domain::guides::TermUnit;

/// Показатели по отзывам. Считаются, когда отзывов не меньше пяти.
#[derive(SimpleObject)]
pub struct ServiceQualityFigures {
    /// Сколько отзывов.
    reports: i32,
    /// Доли по методике, каждая с интервалом; все коды, в порядке методики.
    shares: Vec<ServiceQualityShare>,
    /// Средняя общая оценка от 1 до 5, один знак после запятой; нет — оценок нет.
    mean_rating: Option<f64>,
    /// Сколько визитов потребовалось в среднем, два знака после запятой.
    mean_visits: Option<f64>,
    /// Сколько длилась услуга, по единицам срока: первой — самая частая. Разные единицы не смешиваются.
    terms: Vec<ServiceQualityTerm>,
    /// Через сколько календарных дней обычно отвечали на обращения федерации (медиана); нет — ответов нет.
    median_days_to_answer: Option<f64>,
    /// Сводный индекс; нет — не известна ни одна его часть.
    index: Option<ServiceQualityIndex>,
}

/// Доля: сколько из скольких.
#[derive(SimpleObject)]
pub struct ServiceQualityShare {
    /// Какая это доля.
    code: ShareCode,
    /// Доля от 0 до 1, четыре знака после запятой; нет — считать не из чего.
    value: Option<f64>,
    /// Нижняя граница 95-процентного интервала Уилсона.
    low: Option<f64>,
    /// Верхняя граница 95-процентного интервала Уилсона.
    high: Option<f64>,
    /// Сколько.
    numerator: i32,
    /// Из скольких.
    denominator: i32,
    /// Оценка по порогу методики; нет — порога нет или считать не из чего.
    light: Option<Light>,
}

/// Сколько длилась услуга, в одной единице. Перцентили — с линейной интерполяцией между соседними
/// значениями, один знак после запятой.
#[derive(SimpleObject)]
pub struct ServiceQualityTerm {
    /// Единица, в которой установлен официальный срок.
    unit: TermUnit,
    /// По скольким отзывам.
    reports: i32,
    /// Медиана: половина получила результат не позже.
    median: f64,
    /// 90-й перцентиль: девять из десяти получили результат не позже.
    ninetieth_percentile: f64,
    /// Сколько раз официальный срок нарушили.
    late: i32,
    /// На сколько нарушали его обычно (медиана среди нарушений); нет — нарушений не было.
    median_overrun: Option<f64>,
}

/// Сводный индекс от 0 до 100 с частями, из которых он сложен.
#[derive(SimpleObject)]
pub struct ServiceQualityIndex {
    /// Индекс, один знак после запятой.
    value: f64,
    /// Известные части. Вес неизвестных делят между собой остальные.
    parts: Vec<ServiceQualityIndexPart>,
}

/// Часть сводного индекса.
#[derive(SimpleObject)]
pub struct ServiceQualityIndexPart {
    /// Доля, из которой часть сделана.
    code: ShareCode,
    /// Доля от 0 до 1, четыре знака после запятой.
    value: Option<f64>,
    /// В индекс входит то, чего доле не хватает до целого: чем её меньше, тем лучше.
    is_inverted: bool,
    /// Вес в процентах, когда известны все части.
    weight: i32,
    /// Сколько очков индекса она приносит, один знак после запятой.
    points: f64,
}

impl From<Figures> for ServiceQualityFigures {
    fn from(figures: Figures) -> Self {
        Self {
            reports: whole(figures.reports),
            shares: figures.shares.iter().map(Into::into).collect(),
            mean_rating: figures.mean_rating,
            mean_visits: figures.mean_visits,
            terms: figures.terms.iter().map(Into::into).collect(),
            median_days_to_answer: figures.median_days_to_answer,
            index: figures.index.map(Into::into),
        }
    }
}

impl From<&Share> for ServiceQualityShare {
    fn from(share: &Share) -> Self {
        let (low, high) = share.interval().unzip();
        Self {
            code: share.code,
            value: share.value(),
            low,
            high,
            numerator: whole(share.numerator),
            denominator: whole(share.denominator),
            light: share.light(),
        }
    }
}

impl From<&TermFigures> for ServiceQualityTerm {
    fn from(term: &TermFigures) -> Self {
        Self {
            unit: match term.unit {
                TermMeasure::WorkingDays => TermUnit::WorkingDays,
                TermMeasure::CalendarDays => TermUnit::CalendarDays,
                TermMeasure::Hours => TermUnit::Hours,
                TermMeasure::Instant => TermUnit::Instant,
            },
            reports: whole(term.reports),
            median: term.median,
            ninetieth_percentile: term.ninetieth_percentile,
            late: whole(term.late),
            median_overrun: term.median_overrun,
        }
    }
}

impl From<Index> for ServiceQualityIndex {
    fn from(index: Index) -> Self {
        Self {
            value: index.value,
            parts: index.parts.iter().map(Into::into).collect(),
        }
    }
}

impl From<&IndexPart> for ServiceQualityIndexPart {
    fn from(part: &IndexPart) -> Self {
        Self {
            code: part.share.code,
            value: part.share.value(),
            is_inverted: part.share.code.is_bad(),
            weight: whole(part.weight),
            points: part.points,
        }
    }
}

/// A count as far as GraphQL can say it.
pub(super) fn whole(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
