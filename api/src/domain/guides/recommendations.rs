//! Recommendations as readers see them: what a union advises about a service, for activists or for all.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, connection::EmptyFields};
use futures_util::FutureExt;

use super::{
    ServiceGuide,
    loaders::{GuideById, RecommendationTextById, RecommendationsByGuideId},
    store::{
        self, RecommendationCriteria, RecommendationPosition, RecommendationRow, RecommendationText,
    },
};
use crate::{
    domain::{
        content::{ContentBlock, read_blocks},
        organisations::{Organisation, organisation_of},
    },
    infra::{
        auth::Audience,
        db::Database,
        error::Error,
        graphql::{DateTime, Html, List, NodeTag, PageArguments, TotalCount, connect, load_of},
    },
};

type RecommendationList = List<RecommendationPosition, Recommendation>;

/// Для кого рекомендация. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::RecommendationAudience")]
pub enum RecommendationAudience {
    /// Для всех.
    All,
    /// Для активистов, которые помогают получать услуги.
    Activists,
}

/// Какой показатель услуги рекомендация должна улучшить. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::RecommendationMetric")]
pub enum RecommendationMetric {
    /// Доля доведённых до конца онлайн.
    Cr,
    /// Доля обращений онлайн.
    Dt,
    /// Доля полученных полностью онлайн.
    Fo,
    /// Доля довольных.
    Csat,
    /// Средняя оценка.
    Mean,
    /// Соблюдение срока.
    Tc,
    /// Превышение срока.
    Ovr,
    /// Доля отказов.
    Rr,
    /// Доля отказов без объяснения.
    Ur,
    /// Доля технических сбоев.
    Tf,
    /// Доля запросов лишних документов.
    Xd,
    /// Затраты сил заявителя.
    Eff,
    /// Точность инструкции.
    Ga,
    /// Ответы на обращения к владельцу услуги.
    Esc,
    /// Сводный показатель.
    Idx,
}

/// Какие рекомендации показать. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
struct RecommendationFilter {
    /// К какой инструкции.
    guide: Option<ID>,
    /// О каком показателе.
    metric: Option<RecommendationMetric>,
    /// Для кого. Рекомендации активистам видят только активисты.
    audience: Option<RecommendationAudience>,
}

impl RecommendationFilter {
    fn criteria(&self) -> Result<RecommendationCriteria, Error> {
        let guide = self.guide.as_ref();
        Ok(RecommendationCriteria {
            guide_id: guide
                .map(|id| ServiceGuide::NODE.decode("filter.guide", id))
                .transpose()?,
            metric: self.metric.map(Into::into),
            audience: self.audience.map(Into::into),
        })
    }
}

/// The readers' root field of recommendations.
#[derive(Default)]
pub struct RecommendationQuery;

#[Object]
impl RecommendationQuery {
    /// Рекомендации профсоюза о государственных услугах, последние впереди.
    async fn recommendations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие рекомендации показать.")] filter: Option<RecommendationFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<RecommendationList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list(context, filter.unwrap_or_default(), &page).await)
    }
}

async fn list(
    context: &Context<'_>,
    filter: RecommendationFilter,
    page: &PageArguments,
) -> Result<RecommendationList, Error> {
    let criteria = filter.criteria()?;
    let page = page.parse()?;
    let database = context.data_unchecked::<Database>().clone();
    let audience = context.data_unchecked::<Audience>().clone();
    let slice = store::list_recommendations(database.reader(), &criteria, &audience, &page).await?;
    let count = TotalCount::new(move || {
        let (database, criteria, audience) = (database.clone(), criteria.clone(), audience.clone());
        async move {
            Ok(store::count_recommendations(database.reader(), &criteria, &audience).await?)
        }
        .boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = RecommendationPosition {
            published_at: row.published_at.unwrap_or(row.updated_at),
            id: row.id,
        };
        (position, Recommendation(row), EmptyFields)
    }))
}

/// The recommendations about a guide that the viewer was found to see, the last published first.
///
/// # Errors
/// Whatever the database reports.
pub(super) async fn recommendations_of(
    context: &Context<'_>,
    guide_id: uuid::Uuid,
) -> Result<Vec<Recommendation>, Error> {
    let rows = load_of(context, RecommendationsByGuideId(guide_id)).await?;
    Ok(rows
        .unwrap_or_default()
        .into_iter()
        .map(Recommendation)
        .collect())
}

/// Рекомендация профсоюза о государственной услуге.
pub struct Recommendation(pub RecommendationRow);

impl Recommendation {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'Z');

    async fn text(&self, context: &Context<'_>) -> Result<Arc<RecommendationText>, Error> {
        load_of(context, RecommendationTextById(self.0.id))
            .await?
            .ok_or(Error::Gone)
    }
}

/// Рекомендация профсоюза о государственной услуге.
#[Object]
impl Recommendation {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.id)
    }

    /// О чём она.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Для кого.
    async fn audience(&self) -> RecommendationAudience {
        self.0.audience.into()
    }

    /// Какой показатель услуги она должна улучшить.
    async fn metric(&self) -> Option<RecommendationMetric> {
        self.0.metric.map(Into::into)
    }

    /// К какой инструкции относится; `null` — ко всем услугам.
    async fn guide(&self, context: &Context<'_>) -> Option<Result<ServiceGuide, Error>> {
        let found = load_of(context, GuideById(self.0.guide_id?)).await;
        found.transpose().map(|found| found.map(ServiceGuide))
    }

    /// Кто рекомендует.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.0.organisation_id).await
    }

    /// Текст для приложений.
    async fn body(&self, context: &Context<'_>) -> Result<Vec<ContentBlock>, Error> {
        Ok(read_blocks(&self.text(context).await?.body)?)
    }

    /// Текст для портала.
    async fn body_html(&self, context: &Context<'_>) -> Result<Html, Error> {
        Ok(Html(self.text(context).await?.body_html.clone()))
    }

    /// Текст без разметки.
    async fn plain_text(&self, context: &Context<'_>) -> Result<String, Error> {
        Ok(self.text(context).await?.plain_text.clone())
    }

    /// Когда опубликована.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// Когда изменена.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}
