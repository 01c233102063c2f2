//! What staff see of a guide's draft.

use async_graphql::{Context, MergedObject, Object};
use serde::Deserialize;
use uuid::Uuid;

use super::{GuideDocument, query::open_concerns_of};
use crate::{
    domain::{
        editing::{store::Held, types::DraftMeta},
        guide_watch::GuideConcern,
        guides::{
            Appeal, DocumentGroup, GuideAlert, GuideById, GuideCategory, GuideCategoryById,
            GuideStep, LegalAct, LifeEvent, LifeEventById, Prerequisite, RefusalGrounds,
            ServiceChannel, ServiceCost, ServiceGuide, ServiceLevel, ServicePortal, ServiceResult,
            UnionHelp,
        },
    },
    infra::{
        error::Error,
        graphql::{Date, DateTime, Url, load_many_of, load_of},
    },
};

/// Инструкция глазами редакции: может быть неполной.
#[derive(MergedObject)]
pub struct ServiceGuideDraft(DraftMeta, GuidePart);

impl ServiceGuideDraft {
    /// The guide that is held.
    ///
    /// # Errors
    /// `Internal`, when its document does not read.
    pub fn of(held: Held) -> Result<Self, Error> {
        let document = GuideDocument::deserialize(&held.revision.document)?;
        let id = held.content.id;
        Ok(Self(DraftMeta(held), GuidePart { id, document }))
    }
}

pub struct GuidePart {
    id: Uuid,
    document: GuideDocument,
}

/// Поля инструкции.
#[Object]
impl GuidePart {
    /// Какой инструкцию видят читатели сейчас; `null`, если не видят или она не для спрашивающего.
    async fn published(&self, context: &Context<'_>) -> Option<Result<ServiceGuide, Error>> {
        let found = load_of(context, GuideById(self.id)).await.transpose();
        found.map(|found| found.map(ServiceGuide))
    }

    /// Открытые замечания к опубликованной инструкции: раньше открытые впереди.
    async fn open_concerns(&self, context: &Context<'_>) -> Result<Vec<GuideConcern>, Error> {
        open_concerns_of(context, self.id).await
    }

    /// Раздел.
    async fn category(&self, context: &Context<'_>) -> Option<Result<GuideCategory, Error>> {
        let id = self.document.category_id?;
        let found = load_of(context, GuideCategoryById(id)).await.transpose();
        found.map(|found| found.map(GuideCategory))
    }

    /// Название.
    async fn title(&self) -> Option<&str> {
        self.document.title.as_deref()
    }

    /// Короткое название; без него его даёт начало названия.
    async fn short_title(&self) -> Option<&str> {
        self.document.short_title.as_deref()
    }

    /// Коротко об услуге.
    async fn summary(&self) -> Option<&str> {
        self.document.summary.as_deref()
    }

    /// Где подают заявление.
    async fn portal(&self) -> Option<ServicePortal> {
        self.document.portal.map(Into::into)
    }

    /// Чья это услуга.
    async fn level(&self) -> Option<ServiceLevel> {
        self.document.level.map(Into::into)
    }

    /// Ведомство.
    async fn authority(&self) -> Option<&str> {
        self.document.authority.as_deref()
    }

    /// Официальный адрес услуги, как его написали.
    async fn official_url(&self) -> Option<Url> {
        self.document.official_url.clone().map(Url)
    }

    /// Код услуги на портале.
    async fn external_service_code(&self) -> Option<&str> {
        self.document.passport.external_service_code.as_deref()
    }

    /// Жизненные ситуации.
    async fn life_events(&self, context: &Context<'_>) -> Option<Result<Vec<LifeEvent>, Error>> {
        let ids = &self.document.life_event_ids;
        let found = load_many_of(context, ids.iter().copied().map(LifeEventById)).await;
        Some(found.map(|mut found| {
            ids.iter()
                .filter_map(|id| found.remove(&LifeEventById(*id)))
                .map(LifeEvent)
                .collect()
        }))
    }

    /// Как ещё называют услугу.
    async fn synonyms(&self) -> &[String] {
        &self.document.passport.synonyms
    }

    /// Кто может получить услугу.
    async fn who_may_apply(&self) -> &[String] {
        &self.document.passport.who_may_apply
    }

    /// Что нужно до начала.
    async fn prerequisites(&self) -> &[Prerequisite] {
        &self.document.passport.prerequisites
    }

    /// Документы по группам.
    async fn document_groups(&self) -> &[DocumentGroup] {
        &self.document.passport.document_groups
    }

    /// Шаги по порядку.
    async fn steps(&self) -> &[GuideStep] {
        &self.document.passport.steps
    }

    /// Способы получить услугу, каждый со своим сроком.
    async fn channels(&self) -> &[ServiceChannel] {
        &self.document.passport.channels
    }

    /// Стоимость.
    async fn costs(&self) -> &[ServiceCost] {
        &self.document.passport.costs
    }

    /// За сколько минут регистрируют заявление.
    async fn registration_max_minutes(&self) -> Option<i32> {
        self.document.passport.registration_max_minutes
    }

    /// Сколько минут ждут в очереди, не дольше.
    async fn queue_max_minutes(&self) -> Option<i32> {
        self.document.passport.queue_max_minutes
    }

    /// Результат.
    async fn results(&self) -> &[ServiceResult] {
        &self.document.passport.results
    }

    /// Основания для отказа.
    async fn refusal_grounds(&self) -> RefusalGrounds {
        let passport = &self.document.passport;
        RefusalGrounds {
            accept: passport.refusal_accept.clone(),
            provide: passport.refusal_provide.clone(),
        }
    }

    /// Основания для приостановки.
    async fn suspension_grounds(&self) -> &[String] {
        &self.document.passport.suspension_grounds
    }

    /// Как обжаловать.
    async fn appeal(&self) -> Option<&Appeal> {
        self.document.passport.appeal.as_ref()
    }

    /// Правовые основания.
    async fn legal_basis(&self) -> &[LegalAct] {
        &self.document.passport.legal_basis
    }

    /// Частые ошибки.
    async fn common_mistakes(&self) -> &[String] {
        &self.document.passport.common_mistakes
    }

    /// Как не попасться мошенникам.
    async fn fraud_warning(&self) -> Option<&str> {
        self.document.passport.fraud_warning.as_deref()
    }

    /// Чем поможет профсоюз.
    async fn union_help(&self) -> Option<&UnionHelp> {
        self.document.passport.union_help.as_ref()
    }

    /// Временное объявление, и когда его время прошло.
    async fn alert(&self) -> Option<GuideAlert> {
        let alert = self.document.alert.clone()?;
        Some(GuideAlert {
            text: alert.text,
            until: Some(DateTime(alert.until)),
        })
    }

    /// Связанные инструкции, из тех, что видны спрашивающему.
    async fn related_guides(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<Vec<ServiceGuide>, Error>> {
        let ids = &self.document.related_guide_ids;
        let found = load_many_of(context, ids.iter().copied().map(GuideById)).await;
        Some(found.map(|mut found| {
            ids.iter()
                .filter_map(|id| found.remove(&GuideById(*id)))
                .map(ServiceGuide)
                .collect()
        }))
    }

    /// Кем проверена.
    async fn checked_by(&self) -> Option<&str> {
        self.document.checked_by.as_deref()
    }

    /// Когда проверена.
    async fn checked_at(&self) -> Option<DateTime> {
        self.document.checked_at.map(DateTime)
    }

    /// Когда проверить снова.
    async fn next_review_at(&self) -> Option<Date> {
        self.document.next_review_at.map(Date)
    }

    /// На какой день верны сведения источника.
    async fn source_date(&self) -> Option<Date> {
        self.document.passport.source_date.map(Date)
    }

    /// Откуда взяты сведения.
    async fn source_note(&self) -> Option<&str> {
        self.document.passport.source_note.as_deref()
    }
}
