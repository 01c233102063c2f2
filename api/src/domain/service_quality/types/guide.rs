//! What a guide shows of its service's quality.

use async_graphql::{Context, SimpleObject};
use uuid::Uuid;

use super::{
    super::{
        loaders::CountsByGuideId,
        rules::{Edition, Figures, Period, missing},
        words::ask,
    },
    figures::{ServiceQualityFigures, whole},
};
use crate::infra::{
    clock::moscow_date,
    error::Error,
    graphql::{Date, Now, load_of},
};

/// Что говорят об услуге те, кто ею пользовался, за последние 12 месяцев.
#[derive(SimpleObject)]
pub struct GuideQuality {
    /// С какого дня подачи заявлений.
    from: Date,
    /// По какой день.
    to: Date,
    /// Показатели, в том числе измеренный срок — рядом с официальным в `channels`. Нет — отзывов мало.
    figures: Option<ServiceQualityFigures>,
    /// Скольких отзывов не хватает, чтобы показатели появились; 0 — хватает.
    missing_reports: i32,
    /// Просьба рассказать, как прошло, когда отзывов мало; нет — их хватает.
    ask: Option<String>,
}

/// The quality of a guide's service.
///
/// # Errors
/// Whatever the database reports.
pub async fn guide_quality(context: &Context<'_>, guide_id: Uuid) -> Result<GuideQuality, Error> {
    let period = Period::last_year(moscow_date(Now::of(context)));
    let key = CountsByGuideId {
        guide_id,
        period,
        edition: Edition::Live,
    };
    let counts = load_of(context, key).await?.unwrap_or_default();
    let missing = missing(counts.reports);
    Ok(GuideQuality {
        from: Date(period.first_day()),
        to: Date(period.last_day()),
        figures: Figures::of(&counts).map(Into::into),
        missing_reports: whole(missing),
        ask: ask(missing),
    })
}
