//! A benefit, what it gives and how it is had.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entities::enums;

use super::{
    BenefitEligibility, BenefitEligibilityRules, BenefitProvider, BenefitValueKind, LimitPeriod,
    Outlet, Partner, RedemptionKind,
};
use crate::domain::benefits::{
    loaders::{
        DetailByBenefitId, EligibleOrganisationIdsByBenefitId, NearestOutletByBenefitId,
        OkrugsByBenefitId, SuspendedSinceByBenefitId,
    },
    near::Circle,
    query::{OutletList, outlets_of_benefit},
    rules::{self, Eligibility, EligibilityRules},
    sharing,
    store::{BenefitDetail, BenefitSummary, CategoryRow},
};
use crate::{
    domain::{
        content::{ContentBlock, OpenGraph, PortalHost, json_ld, read_blocks},
        media::{Image, MediaBase},
        organisations::{Okrug, Organisation, OrganisationById, organisation_of},
    },
    infra::{
        auth::Viewer,
        clock::moscow_date,
        error::Error,
        graphql::{
            Date, DateTime, Html, Money, NodeTag, Now, PageArguments, PhoneNumber, Url,
            load_many_of, load_of, recall_of,
        },
    },
};

/// Вид льгот.
pub struct BenefitCategory(pub CategoryRow);

impl BenefitCategory {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'B');
}

/// Вид льгот.
#[Object]
impl BenefitCategory {
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

/// Льгота для членов профсоюза.
pub struct Benefit(pub BenefitSummary);

impl Benefit {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'b');

    async fn detail(&self, context: &Context<'_>) -> Result<Arc<BenefitDetail>, Error> {
        recall_of(context, DetailByBenefitId(self.0.row.id))
            .await?
            .ok_or(Error::Gone)
    }
}

/// Льгота для членов профсоюза.
#[Object]
impl Benefit {
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
    async fn structured_data(&self, context: &Context<'_>) -> String {
        let media = context.data_unchecked::<MediaBase>();
        json_ld(sharing::offer(&self.0, PortalHost::of(context), media))
    }

    /// Название.
    async fn title(&self) -> &str {
        &self.0.row.title
    }

    /// Коротко о льготе.
    async fn summary(&self) -> &str {
        &self.0.row.summary
    }

    /// Кто даёт льготу.
    async fn provider(&self) -> BenefitProvider {
        self.0.row.provider.into()
    }

    /// Вид льготы.
    async fn category(&self) -> Option<BenefitCategory> {
        self.0.category.clone().map(BenefitCategory)
    }

    /// Партнёр; нет, когда льготу даёт сам профсоюз или государство.
    async fn partner(&self) -> Option<Partner> {
        self.0.partner.clone().map(Partner)
    }

    /// Какая организация предлагает льготу.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.0.row.organisation_id).await
    }

    /// Обложка.
    async fn cover(&self) -> Option<Image> {
        self.0.cover.clone().map(Image)
    }

    /// В чём выгода.
    async fn value(&self) -> BenefitValue {
        let benefit = &self.0.row;
        BenefitValue {
            kind: benefit.value_kind.into(),
            percent: benefit
                .value_percent_hundredths
                .map(|hundredths| f64::from(hundredths) / 100.0),
            amount: benefit.value_amount_kopecks.map(Money::kopecks),
            up_to: benefit.value_up_to_kopecks.map(Money::kopecks),
            base_price: benefit.value_base_price_kopecks.map(Money::kopecks),
        }
    }

    /// Может ли воспользоваться тот, кто спрашивает, и почему нет.
    async fn eligibility(&self, context: &Context<'_>) -> Result<BenefitEligibility, Error> {
        let viewer = context.data_unchecked::<Viewer>();
        if viewer.signed_in().is_none() {
            return Ok(BenefitEligibility::from(Eligibility::SignInRequired));
        }
        let rules = self.rules(context).await?;
        let today = moscow_date(Now::of(context));
        let eligibility = rules::eligibility(&rules, viewer, today);
        let suspended = recall_of(context, SuspendedSinceByBenefitId(self.0.row.id)).await?;
        Ok(match suspended {
            Some(_) => eligibility.while_suspended().into(),
            None => eligibility.into(),
        })
    }

    /// С какого момента льгота приостановлена: её не дали нескольким членам профсоюза, федерация
    /// разбирается; нет — не приостановлена.
    async fn suspended_since(&self, context: &Context<'_>) -> Option<Result<DateTime, Error>> {
        recall_of(context, SuspendedSinceByBenefitId(self.0.row.id))
            .await
            .map(|since| since.map(DateTime))
            .transpose()
    }

    /// Кому предназначена льгота.
    async fn eligibility_rules(
        &self,
        context: &Context<'_>,
    ) -> Result<BenefitEligibilityRules, Error> {
        let rules = self.rules(context).await?;
        let detail = self.detail(context).await?;
        let organisation_ids = rules.organisation_ids.iter().copied().map(OrganisationById);
        let mut organisations = load_many_of(context, organisation_ids.clone()).await?;
        Ok(BenefitEligibilityRules {
            organisations: organisation_ids
                .filter_map(|id| organisations.remove(&id))
                .map(Organisation::from)
                .collect(),
            okrugs: rules.okrugs.into_iter().map(Okrug::from).collect(),
            min_membership_months: detail.min_membership_months,
            dependents_allowed: detail.dependents_allowed,
            documents: serde_json::from_value(detail.needs_documents.clone())?,
        })
    }

    /// Условия для приложений.
    async fn terms(&self, context: &Context<'_>) -> Result<Vec<ContentBlock>, Error> {
        Ok(read_blocks(&self.detail(context).await?.terms)?)
    }

    /// Условия для портала.
    async fn terms_html(&self, context: &Context<'_>) -> Result<Html, Error> {
        Ok(Html(self.detail(context).await?.terms_html.clone()))
    }

    /// Как воспользоваться, для приложений.
    async fn how_to_use(&self, context: &Context<'_>) -> Result<Vec<ContentBlock>, Error> {
        Ok(read_blocks(&self.detail(context).await?.how_to_use)?)
    }

    /// Как воспользоваться, для портала.
    async fn how_to_use_html(&self, context: &Context<'_>) -> Result<Html, Error> {
        Ok(Html(self.detail(context).await?.how_to_use_html.clone()))
    }

    /// Условия и порядок без разметки.
    async fn plain_text(&self, context: &Context<'_>) -> Result<String, Error> {
        Ok(self.detail(context).await?.plain_text.clone())
    }

    /// Порядок получения.
    async fn redemption(&self, context: &Context<'_>) -> Result<BenefitRedemption, Error> {
        let detail = self.detail(context).await?;
        Ok(BenefitRedemption {
            kind: self.0.row.redemption_kind.into(),
            url: detail.redemption_url.clone().map(Url),
            phone: detail.redemption_phone.clone().map(PhoneNumber),
            limit_per_member: detail.limit_per_member,
            limit_total: detail.limit_total,
            period: detail.limit_period.map(LimitPeriod::from),
        })
    }

    /// Пометка рекламы.
    async fn ad_mark(&self, context: &Context<'_>) -> Option<Result<BenefitAdMark, Error>> {
        async {
            let detail = self.detail(context).await?;
            let token = detail.ad_token.clone();
            let advertiser = detail.ad_advertiser.clone();
            Ok(advertiser.map(|advertiser| BenefitAdMark { advertiser, token }))
        }
        .await
        .transpose()
    }

    /// Округа, где действует льгота; пусто — во всех.
    async fn okrugs(&self, context: &Context<'_>) -> Result<Vec<Okrug>, Error> {
        let okrugs = recall_of(context, OkrugsByBenefitId(self.0.row.id)).await?;
        Ok(okrugs
            .unwrap_or_default()
            .into_iter()
            .map(Okrug::from)
            .collect())
    }

    /// Места, где действует льгота; пусто — везде или в сети.
    async fn outlets(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Result<OutletList, Error> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        outlets_of_benefit(context, self.0.row.id, &page).await
    }

    /// Первый день действия.
    async fn valid_from(&self) -> Date {
        Date(self.0.row.valid_from)
    }

    /// Последний день действия; нет — бессрочно.
    async fn valid_through(&self) -> Option<Date> {
        self.0.row.valid_through.map(Date)
    }

    /// Действует ли льгота сегодня.
    async fn is_running(&self, context: &Context<'_>) -> bool {
        let today = moscow_date(Now::of(context));
        rules::is_running(self.0.row.valid_from, self.0.row.valid_through, today)
    }

    /// Номер опубликованной редакции.
    async fn revision(&self) -> i32 {
        self.0.row.revision
    }

    /// Показательные данные: партнёр и условия вымышлены.
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

impl Benefit {
    /// Whom it is for.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn rules(&self, context: &Context<'_>) -> Result<EligibilityRules, Error> {
        let detail = self.detail(context).await?;
        let organisation_ids =
            recall_of(context, EligibleOrganisationIdsByBenefitId(self.0.row.id)).await?;
        let okrugs: Vec<enums::Okrug> = serde_json::from_value(detail.eligible_okrugs.clone())?;
        Ok(EligibilityRules {
            organisation_ids: organisation_ids.unwrap_or_default(),
            okrugs,
            min_membership_months: u32::try_from(detail.min_membership_months).unwrap_or_default(),
        })
    }
}

/// Выгода.
#[derive(SimpleObject)]
pub struct BenefitValue {
    /// В чём она состоит.
    kind: BenefitValueKind,
    /// Процент скидки или возврата.
    percent: Option<f64>,
    /// Скидка, особая цена или выплата.
    amount: Option<Money>,
    /// Не больше этой суммы.
    up_to: Option<Money>,
    /// Обычная цена.
    base_price: Option<Money>,
}

/// Порядок получения льготы.
#[derive(SimpleObject)]
pub struct BenefitRedemption {
    /// Как воспользоваться.
    kind: RedemptionKind,
    /// Адрес для записи, заявления или перехода.
    url: Option<Url>,
    /// Телефон для записи.
    phone: Option<PhoneNumber>,
    /// Сколько раз может воспользоваться один человек за срок.
    limit_per_member: Option<i32>,
    /// Сколько раз могут воспользоваться все.
    limit_total: Option<i32>,
    /// Срок, за который считается ограничение; нет — за всё время.
    period: Option<LimitPeriod>,
}

/// Пометка рекламы по закону «О рекламе».
#[derive(SimpleObject)]
pub struct BenefitAdMark {
    /// Рекламодатель.
    advertiser: String,
    /// Идентификатор рекламы.
    token: Option<String>,
}

/// Что известно о близости льготы, если в фильтре указано `near`.
pub struct Nearness {
    pub benefit_id: uuid::Uuid,
    pub circle: Option<Circle>,
    pub metres: Option<f64>,
}

#[Object]
impl Nearness {
    /// Расстояние до ближайшего места, метров; нет, если в фильтре не указано `near`.
    async fn distance_metres(&self) -> Option<i32> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "at most 100 km by the filter"
        )]
        self.metres.map(|metres| metres.round() as i32)
    }

    /// Ближайшее место; нет, если в фильтре не указано `near`.
    async fn nearest_outlet(&self, context: &Context<'_>) -> Option<Result<Outlet, Error>> {
        async {
            let Some(circle) = self.circle else {
                return Ok(None);
            };
            let key = NearestOutletByBenefitId {
                benefit_id: self.benefit_id,
                circle_bits: circle.bits(),
            };
            Ok(load_of(context, key).await?.map(Outlet))
        }
        .await
        .transpose()
    }
}
