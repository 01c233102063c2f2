//! What staff send of a benefit: a field that is not named stays as it is, `null` empties it.

use std::collections::BTreeSet;

use async_graphql::{ID, InputObject, MaybeUndefined};
use uuid::Uuid;

use super::{
    BenefitAdMarkDocument, BenefitDocument, BenefitEligibilityDocument, BenefitRedemptionDocument,
    BenefitValueDocument,
};
use crate::{
    domain::{
        benefits::{
            BenefitCategory, BenefitProvider, BenefitValueKind, LimitPeriod, Outlet, Partner,
            RedemptionKind,
        },
        editing::{
            audience::AudienceInput,
            patch::{filled, named, patch, patch_envelope, patch_id},
        },
        media::Image,
        organisations::{Okrug, Organisation},
    },
    infra::{
        error::Error,
        graphql::{Date, DateTime, Decimal, NodeTag, PhoneNumber, Url},
    },
};

/// В чём выгода. Заменяет прежнее целиком.
#[derive(Clone, Debug, InputObject)]
pub struct BenefitValueInput {
    /// В чём она состоит.
    kind: Option<BenefitValueKind>,
    /// Процент скидки или возврата: больше 0 и до 100, до сотых.
    percent: Option<f64>,
    /// Скидка, особая цена или выплата, рублей.
    amount: Option<Decimal>,
    /// Не больше этой суммы, рублей.
    up_to: Option<Decimal>,
    /// Обычная цена, рублей.
    base_price: Option<Decimal>,
}

impl From<BenefitValueInput> for BenefitValueDocument {
    fn from(input: BenefitValueInput) -> Self {
        let sum = |sum: Option<Decimal>| filled(sum.map(|sum| sum.0));
        Self {
            kind: input.kind.map(Into::into),
            percent: input.percent,
            amount: sum(input.amount),
            up_to: sum(input.up_to),
            base_price: sum(input.base_price),
        }
    }
}

/// Кому предназначена льгота. Пустое ничего не требует. Заменяет прежнее целиком.
#[derive(Clone, Debug, InputObject)]
pub struct BenefitEligibilityInput {
    /// Членам этих организаций и нижестоящих.
    #[graphql(default)]
    organisations: Vec<ID>,
    /// Членам организаций этих округов.
    #[graphql(default)]
    okrugs: Vec<Okrug>,
    /// Сколько месяцев нужно состоять в профсоюзе.
    #[graphql(default)]
    min_membership_months: i32,
    /// Распространяется ли на семью.
    #[graphql(default)]
    dependents_allowed: bool,
    /// Какие документы нужны.
    #[graphql(default)]
    documents: Vec<String>,
}

impl BenefitEligibilityInput {
    fn document(self) -> Result<BenefitEligibilityDocument, Error> {
        let organisations = "input.eligibility.organisations";
        Ok(BenefitEligibilityDocument {
            organisation_ids: distinct(Organisation::NODE, organisations, &self.organisations)?,
            okrugs: stored(self.okrugs),
            min_membership_months: self.min_membership_months,
            dependents_allowed: self.dependents_allowed,
            documents: self.documents,
        })
    }
}

/// Порядок получения льготы. Заменяет прежний целиком.
#[derive(Clone, Debug, InputObject)]
pub struct BenefitRedemptionInput {
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

impl From<BenefitRedemptionInput> for BenefitRedemptionDocument {
    fn from(input: BenefitRedemptionInput) -> Self {
        Self {
            kind: input.kind.map(Into::into),
            url: filled(input.url.map(|url| url.0)),
            phone: filled(input.phone.map(|phone| phone.0)),
            promo_code: filled(input.promo_code),
            limit_per_member: input.limit_per_member,
            limit_total: input.limit_total,
            period: input.period.map(Into::into),
        }
    }
}

/// Пометка рекламы по закону «О рекламе»: нужна, если льгота — реклама, и тогда целиком.
#[derive(Clone, Debug, InputObject)]
pub struct BenefitAdMarkInput {
    /// Рекламодатель.
    advertiser: Option<String>,
    /// Идентификатор рекламы.
    token: Option<String>,
}

impl From<BenefitAdMarkInput> for BenefitAdMarkDocument {
    fn from(input: BenefitAdMarkInput) -> Self {
        Self {
            advertiser: filled(input.advertiser),
            token: filled(input.token),
        }
    }
}

/// Поля льготы. Неназванное остаётся как есть, `null` очищает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct BenefitFields {
    /// Имя для адресов; без него его даёт название.
    #[graphql(default)]
    slug: MaybeUndefined<String>,
    /// Для кого: остальные её не увидят. Кто вправе воспользоваться, говорит `eligibility`.
    #[graphql(default)]
    audience: MaybeUndefined<AudienceInput>,
    /// Когда снять с публикации.
    #[graphql(default)]
    unpublish_at: MaybeUndefined<DateTime>,
    /// Название, не длиннее 200 знаков.
    #[graphql(default)]
    title: MaybeUndefined<String>,
    /// Коротко о льготе, не длиннее 300 знаков.
    #[graphql(default)]
    summary: MaybeUndefined<String>,
    /// Вид льготы.
    #[graphql(default)]
    category: MaybeUndefined<ID>,
    /// Кто даёт льготу.
    #[graphql(default)]
    provider: MaybeUndefined<BenefitProvider>,
    /// Партнёр; не нужен, когда льготу даёт сам профсоюз или государство.
    #[graphql(default)]
    partner: MaybeUndefined<ID>,
    /// Обложка.
    #[graphql(default)]
    cover: MaybeUndefined<ID>,
    /// В чём выгода.
    #[graphql(default)]
    value: MaybeUndefined<BenefitValueInput>,
    /// Кому предназначена льгота.
    #[graphql(default)]
    eligibility: MaybeUndefined<BenefitEligibilityInput>,
    /// Условия: Markdown, картинки — `![описание](media:<идентификатор>)`.
    #[graphql(default)]
    terms: MaybeUndefined<String>,
    /// Как воспользоваться: Markdown.
    #[graphql(default)]
    how_to_use: MaybeUndefined<String>,
    /// Порядок получения.
    #[graphql(default)]
    redemption: MaybeUndefined<BenefitRedemptionInput>,
    /// Первый день действия.
    #[graphql(default)]
    valid_from: MaybeUndefined<Date>,
    /// Последний день действия; нет — бессрочно.
    #[graphql(default)]
    valid_through: MaybeUndefined<Date>,
    /// Округа, где действует льгота; пусто — во всех.
    #[graphql(default)]
    okrugs: MaybeUndefined<Vec<Okrug>>,
    /// Места партнёра, где действует льгота; пусто — везде или в сети.
    #[graphql(default)]
    outlets: MaybeUndefined<Vec<ID>>,
    /// Пометка рекламы; нет — льгота не реклама.
    #[graphql(default)]
    ad_mark: MaybeUndefined<BenefitAdMarkInput>,
}

impl BenefitFields {
    /// Puts what was named into a document.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for what is not an id.
    pub fn apply(self, document: &mut BenefitDocument) -> Result<(), Error> {
        let envelope = &mut document.envelope;
        patch_envelope(envelope, self.slug, self.audience, self.unpublish_at)?;
        patch(&mut document.title, self.title);
        patch(&mut document.summary, self.summary);
        patch_id(
            &mut document.category_id,
            BenefitCategory::NODE,
            "category",
            self.category,
        )?;
        patch(&mut document.provider, self.provider.map_value(Into::into));
        patch_id(
            &mut document.partner_id,
            Partner::NODE,
            "partner",
            self.partner,
        )?;
        patch_id(&mut document.cover_id, Image::NODE, "cover", self.cover)?;
        if let Some(value) = named(self.value.map_value(Into::into)) {
            document.value = value;
        }
        match self.eligibility {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => document.eligibility = Default::default(),
            MaybeUndefined::Value(eligibility) => document.eligibility = eligibility.document()?,
        }
        patch(&mut document.terms, self.terms);
        patch(&mut document.how_to_use, self.how_to_use);
        if let Some(redemption) = named(self.redemption.map_value(Into::into)) {
            document.redemption = redemption;
        }
        patch(
            &mut document.valid_from,
            self.valid_from.map_value(|day| day.0),
        );
        patch(
            &mut document.valid_through,
            self.valid_through.map_value(|day| day.0),
        );
        if let Some(okrugs) = named(self.okrugs) {
            document.okrugs = stored(okrugs);
        }
        if let Some(ids) = named(self.outlets) {
            document.outlet_ids = distinct(Outlet::NODE, "input.outlets", &ids)?;
        }
        patch(&mut document.ad_mark, self.ad_mark.map_value(Into::into));
        Ok(())
    }
}

fn stored(okrugs: Vec<Okrug>) -> Vec<entities::enums::Okrug> {
    let stored: BTreeSet<_> = okrugs.into_iter().flat_map(Okrug::stored).collect();
    stored.into_iter().collect()
}

fn distinct(tag: NodeTag, argument: &str, ids: &[ID]) -> Result<Vec<Uuid>, Error> {
    let ids: BTreeSet<Uuid> = tag.decode_all(argument, ids)?.into_iter().collect();
    Ok(ids.into_iter().collect())
}
