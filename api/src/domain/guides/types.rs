//! What clients see of guides.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::NaiveDate;
use entities::life_event;

use super::{
    loaders::{DecodedPassport, LifeEventsByGuideId, OpinionsByGuideId, PassportByGuideId},
    passport::{
        Appeal, DocumentGroup, GuideStep, LegalAct, Prerequisite, ServiceChannel, ServiceCost,
        ServiceResult, UnionHelp,
    },
    query::{GuideList, guides_of_life_event, related_guides},
    recommendations::{Recommendation, recommendations_of},
    sharing,
    store::{CategoryRow, GuideSummary},
};
use crate::{
    domain::{
        content::{OpenGraph, PortalHost, json_ld},
        organisations::Organisation,
        service_quality::{GuideQuality, guide_quality},
    },
    infra::{
        clock::moscow_date,
        error::Error,
        graphql::{Date, DateTime, NodeTag, Now, PageArguments, Standing, Url, load_of, recall_of},
    },
};

/// What readers are told while nobody of the federation has checked a guide.
const UNVERIFIED_WARNING: &str =
    "Федерация ещё не проверила эту инструкцию. Сверьтесь с официальной страницей услуги.";
/// What readers are told when the next review is overdue.
const OVERDUE_WARNING: &str =
    "Срок проверки инструкции прошёл. Сверьтесь с официальной страницей услуги.";

/// What readers are told above a guide that somebody has checked or not, until that day.
#[must_use]
pub fn warnings_of(
    is_verified: bool,
    next_review_at: Option<NaiveDate>,
    today: NaiveDate,
) -> Vec<String> {
    let is_overdue = next_review_at.is_some_and(|day| day < today);
    let unverified = (!is_verified).then_some(UNVERIFIED_WARNING);
    let overdue = is_overdue.then_some(OVERDUE_WARNING);
    unverified
        .into_iter()
        .chain(overdue)
        .map(String::from)
        .collect()
}

/// Где подают заявление. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::ServicePortal")]
pub enum ServicePortal {
    /// Госуслуги.
    Gosuslugi,
    /// Портал mos.ru.
    MosRu,
    /// Налоговая служба.
    Fns,
    /// Социальный фонд.
    Sfr,
    /// Онлайнинспекция.рф.
    OnlineInspection,
    /// Другое место.
    Other,
}

/// Чья это услуга. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::ServiceLevel")]
pub enum ServiceLevel {
    /// Федеральная.
    Federal,
    /// Московская.
    Moscow,
}

/// Раздел инструкций.
pub struct GuideCategory(pub CategoryRow);

impl GuideCategory {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'G');
}

/// Раздел инструкций.
#[Object]
impl GuideCategory {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.id)
    }

    /// Имя для адресов.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Название.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Что сюда входит.
    async fn description(&self) -> &str {
        &self.0.description
    }
}

/// Жизненная ситуация, которая приводит к услуге.
pub struct LifeEvent(pub life_event::Model);

impl LifeEvent {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'l');
}

/// Жизненная ситуация, которая приводит к услуге.
#[Object]
impl LifeEvent {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.id)
    }

    /// Имя для адресов.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Название.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Что это за ситуация.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Инструкции для этой ситуации, по названию.
    async fn guides(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Result<GuideList, Error> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        guides_of_life_event(context, self.0.id, &page).await
    }
}

/// Инструкция к государственной услуге.
pub struct ServiceGuide(pub GuideSummary);

impl ServiceGuide {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'g');

    async fn decoded(&self, context: &Context<'_>) -> Result<Arc<DecodedPassport>, Error> {
        recall_of(context, PassportByGuideId(self.0.row.id))
            .await?
            .ok_or(Error::Gone)
    }
}

/// Инструкция к государственной услуге.
#[Object]
impl ServiceGuide {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.row.id)
    }

    /// Имя для адресов.
    async fn slug(&self) -> &str {
        &self.0.row.slug
    }

    /// Путь на портале.
    async fn path(&self) -> String {
        sharing::path(&self.0.row.slug)
    }

    /// Полный адрес на портале.
    async fn canonical_url(&self, context: &Context<'_>) -> Url {
        Url(PortalHost::of(context).url(&sharing::path(&self.0.row.slug)))
    }

    /// Разметка Open Graph для соцсетей и мессенджеров.
    async fn open_graph(&self, context: &Context<'_>) -> OpenGraph {
        sharing::open_graph(&self.0, PortalHost::of(context))
    }

    /// Разметка schema.org: текст JSON-LD, готовый для `<script type="application/ld+json">`.
    async fn structured_data(&self, context: &Context<'_>) -> Result<String, Error> {
        let passport = &self.decoded(context).await?.passport;
        let portal = PortalHost::of(context);
        Ok(json_ld(sharing::government_service(
            &self.0, passport, portal,
        )))
    }

    /// Название.
    async fn title(&self) -> &str {
        &self.0.row.title
    }

    /// Короткое название.
    async fn short_title(&self) -> &str {
        &self.0.row.short_title
    }

    /// Коротко об услуге.
    async fn summary(&self) -> &str {
        &self.0.row.summary
    }

    /// Раздел.
    async fn category(&self) -> Option<GuideCategory> {
        self.0.category.clone().map(GuideCategory)
    }

    /// Кто отвечает за инструкцию.
    async fn organisation(&self) -> Option<Organisation> {
        self.0.organisation.clone().map(Organisation::from)
    }

    /// Жизненные ситуации.
    async fn life_events(&self, context: &Context<'_>) -> Result<Vec<LifeEvent>, Error> {
        let events = recall_of(context, LifeEventsByGuideId(self.0.row.id)).await?;
        Ok(events
            .unwrap_or_default()
            .into_iter()
            .map(LifeEvent)
            .collect())
    }

    /// Где подают заявление.
    async fn portal(&self) -> ServicePortal {
        self.0.row.portal.into()
    }

    /// Чья это услуга.
    async fn level(&self) -> ServiceLevel {
        self.0.row.level.into()
    }

    /// Ведомство.
    async fn authority(&self) -> &str {
        &self.0.row.authority
    }

    /// Официальный адрес услуги.
    async fn official_url(&self) -> Url {
        Url(self.0.row.official_url.clone())
    }

    /// Код услуги на портале.
    async fn external_service_code(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        self.decoded(context)
            .await
            .map(|whole| whole.passport.external_service_code.clone())
            .transpose()
    }

    /// Как ещё называют услугу.
    async fn synonyms(&self, context: &Context<'_>) -> Result<Vec<String>, Error> {
        Ok(self.decoded(context).await?.passport.synonyms.clone())
    }

    /// Кто может получить услугу.
    async fn who_may_apply(&self, context: &Context<'_>) -> Result<Vec<String>, Error> {
        Ok(self.decoded(context).await?.passport.who_may_apply.clone())
    }

    /// Что нужно до начала.
    async fn prerequisites(&self, context: &Context<'_>) -> Result<Vec<Prerequisite>, Error> {
        Ok(self.decoded(context).await?.passport.prerequisites.clone())
    }

    /// Документы по группам.
    async fn document_groups(&self, context: &Context<'_>) -> Result<Vec<DocumentGroup>, Error> {
        Ok(self
            .decoded(context)
            .await?
            .passport
            .document_groups
            .clone())
    }

    /// Шаги по порядку.
    async fn steps(&self, context: &Context<'_>) -> Result<Vec<GuideStep>, Error> {
        Ok(self.decoded(context).await?.passport.steps.clone())
    }

    /// Способы получить услугу, каждый со своим сроком.
    async fn channels(&self, context: &Context<'_>) -> Result<Vec<ServiceChannel>, Error> {
        Ok(self.decoded(context).await?.passport.channels.clone())
    }

    /// Стоимость.
    async fn costs(&self, context: &Context<'_>) -> Result<Vec<ServiceCost>, Error> {
        Ok(self.decoded(context).await?.passport.costs.clone())
    }

    /// За сколько минут регистрируют заявление.
    async fn registration_max_minutes(&self, context: &Context<'_>) -> Option<Result<i32, Error>> {
        self.decoded(context)
            .await
            .map(|whole| whole.passport.registration_max_minutes)
            .transpose()
    }

    /// Сколько минут ждут в очереди, не дольше.
    async fn queue_max_minutes(&self, context: &Context<'_>) -> Option<Result<i32, Error>> {
        self.decoded(context)
            .await
            .map(|whole| whole.passport.queue_max_minutes)
            .transpose()
    }

    /// Результат.
    async fn results(&self, context: &Context<'_>) -> Result<Vec<ServiceResult>, Error> {
        Ok(self.decoded(context).await?.passport.results.clone())
    }

    /// Основания для отказа.
    async fn refusal_grounds(&self, context: &Context<'_>) -> Result<RefusalGrounds, Error> {
        let passport = &self.decoded(context).await?.passport;
        Ok(RefusalGrounds {
            accept: passport.refusal_accept.clone(),
            provide: passport.refusal_provide.clone(),
        })
    }

    /// Основания для приостановки.
    async fn suspension_grounds(&self, context: &Context<'_>) -> Result<Vec<String>, Error> {
        Ok(self
            .decoded(context)
            .await?
            .passport
            .suspension_grounds
            .clone())
    }

    /// Как обжаловать.
    async fn appeal(&self, context: &Context<'_>) -> Option<Result<Appeal, Error>> {
        self.decoded(context)
            .await
            .map(|whole| whole.passport.appeal.clone())
            .transpose()
    }

    /// Правовые основания.
    async fn legal_basis(&self, context: &Context<'_>) -> Result<Vec<LegalAct>, Error> {
        Ok(self.decoded(context).await?.passport.legal_basis.clone())
    }

    /// Частые ошибки.
    async fn common_mistakes(&self, context: &Context<'_>) -> Result<Vec<String>, Error> {
        Ok(self
            .decoded(context)
            .await?
            .passport
            .common_mistakes
            .clone())
    }

    /// Как не попасться мошенникам.
    async fn fraud_warning(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        self.decoded(context)
            .await
            .map(|whole| whole.passport.fraud_warning.clone())
            .transpose()
    }

    /// Чем поможет профсоюз.
    async fn union_help(&self, context: &Context<'_>) -> Option<Result<UnionHelp, Error>> {
        self.decoded(context)
            .await
            .map(|whole| whole.passport.union_help.clone())
            .transpose()
    }

    /// Связанные инструкции.
    async fn related_guides(&self, context: &Context<'_>) -> Result<Vec<ServiceGuide>, Error> {
        related_guides(context, self.0.row.id).await
    }

    /// Что профсоюз рекомендует об этой услуге: не больше двадцати, последние впереди.
    async fn recommendations(&self, context: &Context<'_>) -> Result<Vec<Recommendation>, Error> {
        recommendations_of(context, self.0.row.id).await
    }

    /// Помогла ли инструкция читателям. Новый отзыв виден через минуту-другую.
    async fn feedback(&self, context: &Context<'_>) -> Result<GuideFeedback, Error> {
        let sums = load_of(context, OpinionsByGuideId(self.0.row.id)).await?;
        Ok(sums.map_or_else(GuideFeedback::default, |sums| {
            GuideFeedback::of(sums.useful, sums.not_useful)
        }))
    }

    /// Что говорят об услуге те, кто ею пользовался: в том числе измеренный срок.
    async fn quality(&self, context: &Context<'_>) -> Option<Result<GuideQuality, Error>> {
        Some(guide_quality(context, self.0.row.id).await)
    }

    /// Временное объявление, пока оно действует.
    async fn alert(&self, context: &Context<'_>) -> Option<GuideAlert> {
        let text = self.0.row.alert_text.clone()?;
        let until = self.0.row.alert_until_at;
        let is_over = until.is_some_and(|until| until <= Now::of(context));
        if let Some(until) = until.filter(|_| !is_over) {
            Standing::of(context).ends_at(until);
        }
        (!is_over).then(|| GuideAlert {
            text,
            until: until.map(DateTime),
        })
    }

    /// Предупреждения, которые следует показать читателю над инструкцией.
    async fn warnings(&self, context: &Context<'_>) -> Vec<String> {
        let today = moscow_date(Now::of(context));
        warnings_of(
            self.0.row.is_verified,
            Some(self.0.row.next_review_at),
            today,
        )
    }

    /// Проверила ли инструкцию федерация.
    async fn is_verified(&self) -> bool {
        self.0.row.is_verified
    }

    /// Когда проверена.
    async fn checked_at(&self) -> Option<DateTime> {
        self.0.row.checked_at.map(DateTime)
    }

    /// Кем проверена.
    async fn checked_by(&self) -> Option<&str> {
        self.0.row.checked_by.as_deref()
    }

    /// Когда проверить снова.
    async fn next_review_at(&self) -> Date {
        Date(self.0.row.next_review_at)
    }

    /// На какой день верны сведения источника.
    async fn source_date(&self, context: &Context<'_>) -> Option<Result<Date, Error>> {
        self.decoded(context)
            .await
            .map(|whole| whole.passport.source_date.map(Date))
            .transpose()
    }

    /// Откуда взяты сведения.
    async fn source_note(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        self.decoded(context)
            .await
            .map(|whole| whole.passport.source_note.clone())
            .transpose()
    }

    /// Слова инструкции без разметки.
    async fn plain_text(&self, context: &Context<'_>) -> Result<String, Error> {
        Ok(self.decoded(context).await?.plain_text.clone())
    }

    /// Номер опубликованной редакции.
    async fn revision(&self) -> i32 {
        self.0.row.revision
    }

    /// Показательные данные.
    async fn is_demo(&self) -> bool {
        self.0.row.is_demo
    }

    /// Когда опубликована впервые.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.row.published_at)
    }

    /// Когда изменена.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.row.updated_at)
    }
}

/// Основания для отказа.
#[derive(SimpleObject)]
pub struct RefusalGrounds {
    /// В приёме документов.
    pub accept: Vec<String>,
    /// В самой услуге.
    pub provide: Vec<String>,
}

/// Временное объявление на инструкции.
#[derive(SimpleObject)]
pub struct GuideAlert {
    /// Что изменилось.
    pub text: String,
    /// До какого момента показывать.
    pub until: Option<DateTime>,
}

/// Помогла ли инструкция читателям.
#[derive(Clone, Copy, Debug, Default, SimpleObject)]
pub struct GuideFeedback {
    /// Скольким помогла.
    pub useful: i32,
    /// Скольким не помогла.
    pub not_useful: i32,
}

impl GuideFeedback {
    /// Counts as far as GraphQL can say them.
    #[must_use]
    pub fn of(useful: i64, not_useful: i64) -> Self {
        let shown = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            useful: shown(useful),
            not_useful: shown(not_useful),
        }
    }
}
