//! What staff see of a benefit's draft.

use async_graphql::{Context, MergedObject, Object, SimpleObject};
use serde::Deserialize;

use super::{
    BenefitAdMarkDocument, BenefitDocument, BenefitRedemptionDocument, BenefitValueDocument,
};
use crate::{
    domain::{
        benefits::{
            Benefit, BenefitById, BenefitCategory, BenefitCategoryById, BenefitEligibilityRules,
            BenefitProvider, BenefitValueKind, LimitPeriod, Outlet, OutletById, Partner,
            PartnerById, RedemptionKind,
        },
        editing::{
            store::Held,
            types::{DraftMeta, html_of, picture_of},
        },
        media::Image,
        organisations::{Okrug, Organisation, OrganisationById},
    },
    infra::{
        error::Error,
        graphql::{Date, Decimal, Html, PhoneNumber, Url, load_many_of, load_of},
    },
};

/// Льгота глазами редакции: может быть неполной.
#[derive(MergedObject)]
pub struct BenefitDraft(DraftMeta, BenefitPart);

impl BenefitDraft {
    /// The benefit that is held.
    ///
    /// # Errors
    /// `Internal`, when its document does not read.
    pub fn of(held: Held) -> Result<Self, Error> {
        let document = BenefitDocument::deserialize(&held.revision.document)?;
        let id = held.content.id;
        Ok(Self(DraftMeta(held), BenefitPart { id, document }))
    }
}

pub struct BenefitPart {
    id: uuid::Uuid,
    document: BenefitDocument,
}

/// Поля льготы.
#[Object]
impl BenefitPart {
    /// Как льготу видят читатели сейчас; `null`, если не видят или она не для спрашивающего.
    async fn published(&self, context: &Context<'_>) -> Option<Result<Benefit, Error>> {
        let found = load_of(context, BenefitById(self.id)).await.transpose();
        found.map(|found| found.map(Benefit))
    }

    /// Название.
    async fn title(&self) -> Option<&str> {
        self.document.title.as_deref()
    }

    /// Коротко о льготе.
    async fn summary(&self) -> Option<&str> {
        self.document.summary.as_deref()
    }

    /// Вид льготы.
    async fn category(&self, context: &Context<'_>) -> Option<Result<BenefitCategory, Error>> {
        let id = self.document.category_id?;
        let found = load_of(context, BenefitCategoryById(id)).await.transpose();
        found.map(|found| found.map(BenefitCategory))
    }

    /// Кто даёт льготу.
    async fn provider(&self) -> Option<BenefitProvider> {
        self.document.provider.map(Into::into)
    }

    /// Партнёр.
    async fn partner(&self, context: &Context<'_>) -> Option<Result<Partner, Error>> {
        let id = self.document.partner_id?;
        let found = load_of(context, PartnerById(id)).await.transpose();
        found.map(|found| found.map(Partner))
    }

    /// Обложка.
    async fn cover(&self, context: &Context<'_>) -> Option<Result<Image, Error>> {
        picture_of(context, self.document.cover_id).await
    }

    /// В чём выгода.
    async fn value(&self) -> BenefitDraftValue {
        self.document.value.clone().into()
    }

    /// Кому предназначена льгота.
    async fn eligibility(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<BenefitEligibilityRules, Error>> {
        let rules = self.document.eligibility.clone();
        let ids = rules.organisation_ids.into_iter().map(OrganisationById);
        let found = load_many_of(context, ids.clone()).await;
        Some(found.map(|mut organisations| {
            BenefitEligibilityRules {
                organisations: ids
                    .filter_map(|id| organisations.remove(&id))
                    .map(Organisation::from)
                    .collect(),
                okrugs: rules.okrugs.into_iter().map(Okrug::from).collect(),
                min_membership_months: rules.min_membership_months,
                dependents_allowed: rules.dependents_allowed,
                documents: rules.documents,
            }
        }))
    }

    /// Условия: Markdown.
    async fn terms(&self) -> Option<&str> {
        self.document.terms.as_deref()
    }

    /// Условия, как их увидит портал.
    async fn terms_html(&self, context: &Context<'_>) -> Option<Result<Html, Error>> {
        html_of(context, self.document.terms.as_deref()).await
    }

    /// Как воспользоваться: Markdown.
    async fn how_to_use(&self) -> Option<&str> {
        self.document.how_to_use.as_deref()
    }

    /// Как воспользоваться, как это увидит портал.
    async fn how_to_use_html(&self, context: &Context<'_>) -> Option<Result<Html, Error>> {
        html_of(context, self.document.how_to_use.as_deref()).await
    }

    /// Порядок получения.
    async fn redemption(&self) -> BenefitDraftRedemption {
        self.document.redemption.clone().into()
    }

    /// Первый день действия.
    async fn valid_from(&self) -> Option<Date> {
        self.document.valid_from.map(Date)
    }

    /// Последний день действия; нет — бессрочно.
    async fn valid_through(&self) -> Option<Date> {
        self.document.valid_through.map(Date)
    }

    /// Округа, где действует льгота; пусто — во всех.
    async fn okrugs(&self) -> Vec<Okrug> {
        let okrugs = self.document.okrugs.iter().copied();
        okrugs.map(Okrug::from).collect()
    }

    /// Места партнёра, где действует льгота; пусто — везде или в сети.
    async fn outlets(&self, context: &Context<'_>) -> Option<Result<Vec<Outlet>, Error>> {
        let keys = || self.document.outlet_ids.iter().copied().map(OutletById);
        let found = load_many_of(context, keys()).await;
        Some(found.map(|mut outlets| {
            keys()
                .filter_map(|id| outlets.remove(&id))
                .map(Outlet)
                .collect()
        }))
    }

    /// Пометка рекламы; нет — льгота не реклама.
    async fn ad_mark(&self) -> Option<BenefitDraftAdMark> {
        self.document.ad_mark.clone().map(Into::into)
    }
}

/// Выгода, как её пишет редакция.
#[derive(SimpleObject)]
pub struct BenefitDraftValue {
    /// В чём она состоит.
    kind: Option<BenefitValueKind>,
    /// Процент скидки или возврата.
    percent: Option<f64>,
    /// Скидка, особая цена или выплата, рублей.
    amount: Option<Decimal>,
    /// Не больше этой суммы, рублей.
    up_to: Option<Decimal>,
    /// Обычная цена, рублей.
    base_price: Option<Decimal>,
}

impl From<BenefitValueDocument> for BenefitDraftValue {
    fn from(value: BenefitValueDocument) -> Self {
        Self {
            kind: value.kind.map(Into::into),
            percent: value.percent,
            amount: value.amount.map(Decimal),
            up_to: value.up_to.map(Decimal),
            base_price: value.base_price.map(Decimal),
        }
    }
}

/// Порядок получения льготы, как его пишет редакция.
#[derive(SimpleObject)]
pub struct BenefitDraftRedemption {
    /// Как воспользоваться.
    kind: Option<RedemptionKind>,
    /// Адрес для записи, заявления или перехода.
    url: Option<Url>,
    /// Телефон для записи.
    phone: Option<PhoneNumber>,
    /// Общий промокод: его увидят только те, кто получит льготу.
    promo_code: Option<String>,
    /// Сколько раз может воспользоваться один человек за срок.
    limit_per_member: Option<i32>,
    /// Сколько раз могут воспользоваться все.
    limit_total: Option<i32>,
    /// Срок, за который считается ограничение одного человека; нет — за всё время.
    period: Option<LimitPeriod>,
}

impl From<BenefitRedemptionDocument> for BenefitDraftRedemption {
    fn from(redemption: BenefitRedemptionDocument) -> Self {
        Self {
            kind: redemption.kind.map(Into::into),
            url: redemption.url.map(Url),
            phone: redemption.phone.map(PhoneNumber),
            promo_code: redemption.promo_code,
            limit_per_member: redemption.limit_per_member,
            limit_total: redemption.limit_total,
            period: redemption.period.map(Into::into),
        }
    }
}

/// Пометка рекламы, как её пишет редакция.
#[derive(SimpleObject)]
pub struct BenefitDraftAdMark {
    /// Рекламодатель.
    advertiser: Option<String>,
    /// Идентификатор рекламы.
    token: Option<String>,
}

impl From<BenefitAdMarkDocument> for BenefitDraftAdMark {
    fn from(mark: BenefitAdMarkDocument) -> Self {
        Self {
            advertiser: mark.advertiser,
            token: mark.token,
        }
    }
}
