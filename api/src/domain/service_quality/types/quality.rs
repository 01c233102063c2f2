//! The root object `serviceQuality`.

use async_graphql::{Context, Object, SimpleObject};
use entities::enums;

use super::{
    super::{
        measuring::{self, Measured, MonthMeasured, Overview, Scope},
        rules::{Edition, Figures, Share, ShareCode, rounded},
        words::{NOTE, ask},
    },
    figures::{ServiceQualityFigures, whole},
};
use crate::{
    domain::{
        guides::{ChannelKind, GuideById, ServiceGuide},
        organisations::Okrug,
    },
    infra::{
        auth::Audience,
        db::Database,
        error::Error,
        graphql::{Date, load_of},
    },
};

/// Digits of a difference between shares behind the point.
const DIGITS: i32 = 4;

/// Качество услуг за период: по отзывам, которые прошли модерацию.
pub struct ServiceQuality {
    pub scope: Scope,
    pub overview: Overview,
}

/// Показатели за месяц.
#[derive(SimpleObject)]
pub struct ServiceQualityMonth {
    /// Первый день месяца.
    month: Date,
    /// Закрыт ли месяц: закрытый больше не пересчитывают в редакции `FROZEN`.
    is_frozen: bool,
    /// Показатели; нет — отзывов за месяц мало.
    figures: Option<ServiceQualityFigures>,
}

/// Показатели по округу.
#[derive(SimpleObject)]
pub struct ServiceQualityOkrug {
    /// Округ; нет — отзывы, в которых округ не назван.
    okrug: Option<Okrug>,
    /// Показатели; нет — отзывов мало или по ним можно узнать о другом округе, где их мало.
    figures: Option<ServiceQualityFigures>,
}

/// Показатели по способу подачи.
#[derive(SimpleObject)]
pub struct ServiceQualityChannel {
    /// Как подавали заявление.
    channel: ChannelKind,
    /// Показатели; нет — отзывов мало или по ним можно узнать о другом способе, где их мало.
    figures: Option<ServiceQualityFigures>,
}

/// Столько же месяцев перед периодом, для сравнения.
#[derive(SimpleObject)]
pub struct ServiceQualityPrevious {
    /// Первый день.
    from: Date,
    /// Последний день.
    to: Date,
    /// Показатели; нет — отзывов мало.
    figures: Option<ServiceQualityFigures>,
    /// Насколько с тех пор изменились доли, которые известны и тогда, и теперь.
    changes: Vec<ServiceQualityChange>,
}

/// Насколько изменилась доля.
#[derive(SimpleObject)]
pub struct ServiceQualityChange {
    /// Какая это доля.
    code: ShareCode,
    /// Разность долей, четыре знака после запятой: больше нуля — доля выросла.
    difference: f64,
    /// Выходит ли разность за пределы случайной: интервалы долей не пересекаются.
    is_distinct: bool,
}

/// Качество услуг за период: по отзывам, которые прошли модерацию.
#[Object]
impl ServiceQuality {
    /// Услуга, если спрашивали об одной.
    async fn guide(&self, context: &Context<'_>) -> Option<Result<ServiceGuide, Error>> {
        let guide = load_of(context, GuideById(self.scope.guide_id?)).await;
        guide.map(|row| row.map(ServiceGuide)).transpose()
    }

    /// Первый день периода: период — это целые месяцы, по дням подачи заявлений.
    async fn from(&self) -> Date {
        Date(self.scope.period.first_day())
    }

    /// Последний день периода.
    async fn to(&self) -> Date {
        Date(self.scope.period.last_day())
    }

    /// По каким данным посчитано.
    async fn edition(&self) -> Edition {
        self.scope.edition
    }

    /// Закрыты ли все месяцы периода.
    async fn is_frozen(&self) -> bool {
        self.overview.months.iter().all(|month| month.is_frozen)
    }

    /// Показатели за весь период; нет — отзывов мало.
    async fn figures(&self) -> Option<ServiceQualityFigures> {
        shown(&self.overview.whole)
    }

    /// Скольких отзывов не хватает, чтобы показатели появились; 0 — хватает; нет — это сказало бы
    /// слишком много о немногих.
    async fn missing_reports(&self) -> Option<i32> {
        self.overview.whole.missing().map(whole)
    }

    /// Просьба рассказать, как прошло, когда отзывов об услуге мало; нет — их хватает.
    async fn ask(&self) -> Option<String> {
        self.scope.guide_id?;
        self.overview.whole.missing().and_then(ask)
    }

    /// Оговорка, которую следует показывать рядом с показателями.
    async fn note(&self) -> &str {
        NOTE
    }

    /// По месяцам, от ранних к поздним: для графика.
    async fn months(&self) -> Vec<ServiceQualityMonth> {
        let month = |month: &MonthMeasured| ServiceQualityMonth {
            month: Date(month.month),
            is_frozen: month.is_frozen,
            figures: shown(&month.measured),
        };
        self.overview.months.iter().map(month).collect()
    }

    /// По всем округам Москвы, какой бы округ ни назвали в вопросе; последними — отзывы без округа.
    async fn okrugs(&self, context: &Context<'_>) -> Result<Vec<ServiceQualityOkrug>, Error> {
        let (database, audience) = asking(context);
        let parts = measuring::by_okrug(database.reader(), audience, &self.scope).await?;
        let part = |(okrug, part): (Option<enums::Okrug>, Measured)| ServiceQualityOkrug {
            okrug: okrug.map(Into::into),
            figures: shown(&part),
        };
        Ok(parts.into_iter().map(part).collect())
    }

    /// По способам подачи. Пусто, если спрашивали об округе.
    async fn channels(&self, context: &Context<'_>) -> Result<Vec<ServiceQualityChannel>, Error> {
        let (database, audience) = asking(context);
        let parts = measuring::by_channel(database.reader(), audience, &self.scope).await?;
        let part =
            |(channel, part): (enums::ServiceReportChannel, Measured)| ServiceQualityChannel {
                channel: kind_of(channel),
                figures: shown(&part),
            };
        Ok(parts.into_iter().map(part).collect())
    }

    /// Столько же месяцев перед периодом.
    async fn previous(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<ServiceQualityPrevious, Error>> {
        Some(self.compared(context).await)
    }
}

impl ServiceQuality {
    async fn compared(&self, context: &Context<'_>) -> Result<ServiceQualityPrevious, Error> {
        let before = Scope {
            period: self.scope.period.before(),
            ..self.scope.clone()
        };
        let (database, audience) = asking(context);
        let then = measuring::whole(database.reader(), audience, &before).await?;
        let then = then.figures();
        let now = self.overview.whole.figures();
        let changes = then.as_ref().zip(now.as_ref());
        Ok(ServiceQualityPrevious {
            from: Date(before.period.first_day()),
            to: Date(before.period.last_day()),
            changes: changes.map_or_else(Vec::new, |(then, now)| differences(then, now)),
            figures: then.map(Into::into),
        })
    }
}

fn asking<'c>(context: &'c Context<'_>) -> (&'c Database, &'c Audience) {
    (context.data_unchecked(), context.data_unchecked())
}

fn shown(measured: &Measured) -> Option<ServiceQualityFigures> {
    measured.figures().map(Into::into)
}

fn differences(then: &Figures, now: &Figures) -> Vec<ServiceQualityChange> {
    let pairs = then.shares.iter().zip(&now.shares);
    let change = |(then, now): (&Share, &Share)| {
        let (low_then, high_then) = then.bounds()?;
        let (low_now, high_now) = now.bounds()?;
        Some(ServiceQualityChange {
            code: now.code,
            difference: rounded(now.exact()? - then.exact()?, DIGITS),
            is_distinct: low_now > high_then || low_then > high_now,
        })
    };
    pairs.filter_map(change).collect()
}

const fn kind_of(channel: enums::ServiceReportChannel) -> ChannelKind {
    use enums::ServiceReportChannel;
    match channel {
        ServiceReportChannel::Online => ChannelKind::Online,
        ServiceReportChannel::Mfc => ChannelKind::Mfc,
        ServiceReportChannel::InPerson => ChannelKind::InPerson,
        ServiceReportChannel::Post => ChannelKind::Post,
        ServiceReportChannel::Phone => ChannelKind::Phone,
    }
}
