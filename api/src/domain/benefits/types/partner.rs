//! Partners and their outlets.

use async_graphql::{Context, ID, Object};

use crate::domain::benefits::{
    loaders::PartnerById,
    query::{BenefitList, OutletList, benefits_of_partner, outlets_of_partner},
    store::{OutletRow, PartnerRow},
};
use crate::{
    domain::{
        media::{Image, PictureById},
        organisations::{Okrug, Organisation, organisation_of},
    },
    infra::{
        error::Error,
        graphql::{NodeTag, PageArguments, PhoneNumber, Url, recall_of},
    },
};

/// Партнёр.
pub struct Partner(pub PartnerRow);

impl Partner {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'r');
}

/// Партнёр.
#[Object]
impl Partner {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.id)
    }

    /// Имя для адресов.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Название, под которым партнёра знают.
    async fn brand_name(&self) -> &str {
        &self.0.brand_name
    }

    /// Юридическое название.
    async fn legal_name(&self) -> &str {
        &self.0.legal_name
    }

    /// О партнёре.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Сайт.
    async fn site(&self) -> Option<Url> {
        self.0.site.clone().map(Url)
    }

    /// Логотип.
    async fn logo(&self, context: &Context<'_>) -> Option<Result<Image, Error>> {
        let picture = recall_of(context, PictureById(self.0.logo_id?)).await;
        picture.map(|picture| picture.map(Image)).transpose()
    }

    /// Чьи сотрудники ведут партнёра; нет — сотрудники федерации.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.0.organisation_id?).await
    }

    /// Показательные данные: партнёр вымышлен.
    async fn is_demo(&self) -> bool {
        self.0.is_demo
    }

    /// Места обслуживания.
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
        outlets_of_partner(context, self.0.id, &page).await
    }

    /// Льготы партнёра, от новых к старым.
    async fn benefits(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Result<BenefitList, Error> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        benefits_of_partner(context, self.0.id, &page).await
    }
}

/// Место обслуживания.
pub struct Outlet(pub OutletRow);

impl Outlet {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'u');
}

/// Место обслуживания.
#[Object]
impl Outlet {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.id)
    }

    /// Чьё это место.
    async fn partner(&self, context: &Context<'_>) -> Option<Result<Partner, Error>> {
        async {
            let partner = recall_of(context, PartnerById(self.0.partner_id)).await?;
            Ok(partner.map(Partner))
        }
        .await
        .transpose()
    }

    /// Название.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Адрес.
    async fn address(&self) -> &str {
        &self.0.address
    }

    /// Округ; нет — за пределами Москвы.
    async fn okrug(&self) -> Option<Okrug> {
        self.0.okrug.map(Okrug::from)
    }

    /// Широта, градусов.
    async fn latitude(&self) -> f64 {
        self.0.latitude
    }

    /// Долгота, градусов.
    async fn longitude(&self) -> f64 {
        self.0.longitude
    }

    /// Часы работы.
    async fn hours(&self) -> Option<&str> {
        self.0.hours.as_deref()
    }

    /// Телефон.
    async fn phone(&self) -> Option<PhoneNumber> {
        self.0.phone.clone().map(PhoneNumber)
    }

    /// Показательные данные: место вымышлено.
    async fn is_demo(&self) -> bool {
        self.0.is_demo
    }
}
