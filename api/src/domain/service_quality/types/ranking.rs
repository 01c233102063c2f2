//! Places in the ranking of services.

use async_graphql::{Context, Object};

use super::{
    super::{
        loaders::CountsByGuideId,
        rules::{Edition, Figures, Period, Rank, rounded},
    },
    figures::{ServiceQualityFigures, ServiceQualityShare},
};
use crate::{
    domain::guides::{GuideById, ServiceGuide},
    infra::{error::Error, graphql::load_of},
};

/// Digits of a bound behind the point.
const DIGITS: i32 = 4;

/// Место услуги в рейтинге.
pub struct ServiceQualityPlace {
    pub rank: Rank,
    pub period: Period,
    pub edition: Edition,
}

/// Место услуги в рейтинге.
#[Object]
impl ServiceQualityPlace {
    /// Место, начиная с 1: лучшее.
    async fn place(&self) -> i32 {
        self.rank.place
    }

    /// Услуга.
    async fn guide(&self, context: &Context<'_>) -> Option<Result<ServiceGuide, Error>> {
        let guide = load_of(context, GuideById(self.rank.guide_id)).await;
        guide.map(|row| row.map(ServiceGuide)).transpose()
    }

    /// Доля, по которой составлен рейтинг.
    async fn share(&self) -> ServiceQualityShare {
        (&self.rank.share).into()
    }

    /// Чем услуги сравнивают, от 0 до 1: худшая для услуги граница 95-процентного интервала доли.
    /// У долей, которых должно быть меньше, — то, чего ей не хватает до целого. Поэтому несколько
    /// удачных отзывов не ставят услугу впереди той, где их сотни.
    async fn score(&self) -> f64 {
        rounded(self.rank.at_worst, DIGITS)
    }

    /// Все показатели услуги за тот же период.
    async fn figures(&self, context: &Context<'_>) -> Option<Result<ServiceQualityFigures, Error>> {
        let key = CountsByGuideId {
            guide_id: self.rank.guide_id,
            period: self.period,
            edition: self.edition,
        };
        let counts = load_of(context, key).await;
        let figures = |counts| Figures::of(&counts).map(Into::into);
        counts.map(|counts| counts.and_then(figures)).transpose()
    }
}
