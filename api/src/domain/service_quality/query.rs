//! Root fields of service quality.

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use chrono::NaiveDate;
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    measuring::{self, Scope},
    ranking::{Ranking, rank},
    rules::{Edition, Period, PeriodFault, RankPosition, ShareCode, cut},
    types::{ServiceQuality, ServiceQualityPlace},
};
use crate::{
    domain::{
        guides::{GuideById, ServiceGuide, ServicePortal},
        organisations::Okrug,
    },
    infra::{
        auth::Audience,
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{Date, List, Now, PageArguments, TotalCount, connect, load_of},
    },
};

type Places = List<RankPosition, ServiceQualityPlace>;

/// О чём показать качество. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ServiceQualityFilter {
    /// О какой услуге: идентификатор инструкции. Без указания — обо всех, чьи инструкции видны.
    guide: Option<ID>,
    /// Об услугах, заявление на которые подают здесь.
    portal: Option<ServicePortal>,
    /// В каком округе. `TINAO` — Новомосковский и Троицкий вместе.
    okrug: Option<Okrug>,
    /// С месяца, в который входит этот день; без указания — за 12 месяцев. Период не длиннее 60 месяцев.
    from: Option<Date>,
    /// По месяц, в который входит этот день; без указания — по нынешний.
    to: Option<Date>,
    /// По каким данным; без указания `LIVE`.
    edition: Option<Edition>,
}

/// Какие услуги сравнить. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ServiceQualityRankingFilter {
    /// Те, заявление на которые подают здесь.
    portal: Option<ServicePortal>,
    /// С месяца, в который входит этот день; без указания — за 12 месяцев. Период не длиннее 60 месяцев.
    from: Option<Date>,
    /// По месяц, в который входит этот день; без указания — по нынешний.
    to: Option<Date>,
    /// По каким данным; без указания `LIVE`.
    edition: Option<Edition>,
}

/// Root fields of service quality.
#[derive(Default)]
pub struct ServiceQualityQuery;

#[Object]
impl ServiceQualityQuery {
    /// Как оказывают государственные услуги: по отзывам, которые прошли модерацию. Меньше чем по пяти
    /// отзывам ничего не показывают. `null` — такой инструкции нет.
    async fn service_quality(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "О чём показать.")] filter: Option<ServiceQualityFilter>,
    ) -> Option<Result<ServiceQuality, Error>> {
        quality(context, filter.unwrap_or_default())
            .await
            .transpose()
    }

    /// Рейтинг услуг, от лучшей: тех, о которых не меньше двадцати отзывов. Сравнивают не сами доли,
    /// а худшие для услуги границы их 95-процентных интервалов.
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    async fn service_quality_ranking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие услуги сравнить.")] filter: Option<ServiceQualityRankingFilter>,
        #[graphql(desc = "По какой доле; без указания `CR`, самой весомой части индекса.")]
        by: Option<ShareCode>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<Places, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        let by = by.unwrap_or(ShareCode::Completion);
        Some(places(context, filter.unwrap_or_default(), by, &page).await)
    }
}

async fn quality(
    context: &Context<'_>,
    filter: ServiceQualityFilter,
) -> Result<Option<ServiceQuality>, Error> {
    let guide_id = match &filter.guide {
        Some(id) => Some(ServiceGuide::NODE.decode("filter.guide", id)?),
        None => None,
    };
    let today = moscow_date(Now::of(context));
    let scope = Scope {
        guide_id,
        portal: filter.portal.map(Into::into),
        okrugs: filter.okrug.map(Okrug::stored).unwrap_or_default(),
        period: period(filter.from, filter.to, today)?,
        edition: filter.edition.unwrap_or_default(),
    };
    if let Some(guide_id) = guide_id
        && !is_seen(context, guide_id, filter.portal).await?
    {
        return Ok(None);
    }
    let database = context.data_unchecked::<Database>();
    let audience = context.data_unchecked::<Audience>();
    let overview = measuring::overview(database.reader(), audience, &scope).await?;
    Ok(Some(ServiceQuality { scope, overview }))
}

/// Whether the asker sees the guide, and it leads to that portal.
async fn is_seen(
    context: &Context<'_>,
    guide_id: Uuid,
    portal: Option<ServicePortal>,
) -> Result<bool, Error> {
    let guide = load_of(context, GuideById(guide_id)).await?;
    let fits = |of: ServicePortal| portal.is_none_or(|portal| portal == of);
    Ok(guide.is_some_and(|guide| fits(guide.row.portal.into())))
}

async fn places(
    context: &Context<'_>,
    filter: ServiceQualityRankingFilter,
    by: ShareCode,
    page: &PageArguments,
) -> Result<Places, Error> {
    let page = page.parse()?;
    let today = moscow_date(Now::of(context));
    let ranking = Ranking {
        by,
        portal: filter.portal.map(Into::into),
        period: period(filter.from, filter.to, today)?,
        edition: filter.edition.unwrap_or_default(),
    };
    let database = context.data_unchecked::<Database>();
    let audience = context.data_unchecked::<Audience>();
    let ranks = rank(database.reader(), audience, &ranking).await?;
    let all = ranks.len() as u64;
    let count = TotalCount::new(move || async move { Ok(all) }.boxed());
    Ok(connect(cut(ranks, &page), count, |rank| {
        let place = ServiceQualityPlace {
            rank,
            period: ranking.period,
            edition: ranking.edition,
        };
        (rank.position(), place, EmptyFields)
    }))
}

fn period(from: Option<Date>, to: Option<Date>, today: NaiveDate) -> Result<Period, Error> {
    let day = |given: Option<Date>| given.map(|Date(day)| day);
    Period::of(day(from), day(to), today).map_err(unfit)
}

fn unfit(fault: PeriodFault) -> Error {
    Error::bad_input("filter.from", fault.message())
}
