//! What clients see of organisations and their pages.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entities::organisation::Model;

use super::{
    Okrug,
    loaders::{OkrugsByOrganisationId, OrganisationById, TextByPageId},
    query::{OrganisationList, PageList, children_of, pages_of},
    rules::{SocialLink, visible_socials},
    sharing,
    store::{OrganisationCard, PageSummary, PageText},
};
use crate::{
    domain::{
        benefits::{BenefitList, benefits_of},
        content::{ContentBlock, OpenGraph, PortalHost, json_ld, read_blocks},
        media::{Image, PictureById},
        news::{Freshness, NewsList, freshness_of, news_of},
    },
    infra::{
        error::Error,
        graphql::{DateTime, Html, NodeTag, PageArguments, PhoneNumber, Url, recall_of},
    },
};

/// Что это за организация. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::OrganisationKind")]
pub enum OrganisationKind {
    /// Объединение профсоюзов.
    Federation,
    /// Членская организация федерации.
    MemberOrg,
    /// Территориальная организация профсоюза.
    Territorial,
    /// Первичная профсоюзная организация.
    Primary,
    /// Окружной совет.
    OkrugCouncil,
    /// Молодёжный совет.
    YouthCouncil,
    /// Учебный центр.
    TrainingCentre,
    /// Спортивная база.
    SportBase,
}

/// Профсоюзная организация.
pub struct Organisation {
    card: OrganisationCard,
    row: Option<Arc<Model>>,
}

/// The organisation of that id, for a field that may be null.
pub async fn organisation_of(
    context: &Context<'_>,
    id: uuid::Uuid,
) -> Option<Result<Organisation, Error>> {
    recall_of(context, OrganisationById(id))
        .await
        .map(|row| row.map(Organisation::from))
        .transpose()
}

impl From<OrganisationCard> for Organisation {
    fn from(card: OrganisationCard) -> Self {
        Self { card, row: None }
    }
}

impl From<Arc<Model>> for Organisation {
    fn from(row: Arc<Model>) -> Self {
        Self {
            card: OrganisationCard::from(row.as_ref()),
            row: Some(row),
        }
    }
}

impl Organisation {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'o');

    async fn row(&self, context: &Context<'_>) -> Result<Arc<Model>, Error> {
        if let Some(row) = &self.row {
            return Ok(Arc::clone(row));
        }
        recall_of(context, OrganisationById(self.card.id))
            .await?
            .ok_or_else(|| {
                Error::internal("an organisation vanished during a request", self.card.id)
            })
    }
}

/// Профсоюзная организация.
#[Object]
impl Organisation {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.card.id)
    }

    /// Имя для адресов.
    async fn slug(&self) -> &str {
        &self.card.slug
    }

    /// Путь на портале.
    async fn path(&self) -> String {
        sharing::path(&self.card.slug)
    }

    /// Полный адрес на портале.
    async fn canonical_url(&self, context: &Context<'_>) -> Url {
        Url(PortalHost::of(context).url(&sharing::path(&self.card.slug)))
    }

    /// Разметка Open Graph для соцсетей и мессенджеров.
    async fn open_graph(&self, context: &Context<'_>) -> Result<OpenGraph, Error> {
        let row = self.row(context).await?;
        Ok(sharing::open_graph(&row, PortalHost::of(context)))
    }

    /// Разметка schema.org: текст JSON-LD, готовый для `<script type="application/ld+json">`.
    async fn structured_data(&self, context: &Context<'_>) -> Result<String, Error> {
        let row = self.row(context).await?;
        Ok(json_ld(sharing::organization(
            &row,
            PortalHost::of(context),
        )))
    }

    /// Что это за организация.
    async fn kind(&self) -> OrganisationKind {
        self.card.kind.into()
    }

    /// Короткое название.
    async fn short_name(&self) -> &str {
        &self.card.short_name
    }

    /// Полное название.
    async fn full_name(&self) -> &str {
        &self.card.full_name
    }

    /// Коротко об организации.
    async fn about(&self, context: &Context<'_>) -> Result<String, Error> {
        Ok(self.row(context).await?.about.clone())
    }

    /// Отрасль.
    async fn industry(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        self.row(context)
            .await
            .map(|whole| whole.industry.clone())
            .transpose()
    }

    /// Вышестоящая организация.
    async fn parent(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        async {
            let Some(parent_id) = self.row(context).await?.parent_id else {
                return Ok(None);
            };
            let parent = recall_of(context, OrganisationById(parent_id)).await?;
            Ok(parent.map(Organisation::from))
        }
        .await
        .transpose()
    }

    /// Нижестоящие организации, по названию.
    async fn children(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Result<OrganisationList, Error> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        children_of(context, self.card.id, &page).await
    }

    /// Округа, где организация работает.
    async fn okrugs(&self, context: &Context<'_>) -> Result<Vec<Okrug>, Error> {
        let okrugs = recall_of(context, OkrugsByOrganisationId(self.card.id)).await?;
        Ok(okrugs
            .unwrap_or_default()
            .into_iter()
            .map(Okrug::from)
            .collect())
    }

    /// Как связаться.
    async fn contacts(&self, context: &Context<'_>) -> Result<OrganisationContacts, Error> {
        Ok(OrganisationContacts::of(self.row(context).await?.as_ref()))
    }

    /// Страницы в социальных сетях.
    async fn socials(&self, context: &Context<'_>) -> Result<Vec<OrganisationSocial>, Error> {
        let row = self.row(context).await?;
        let links: Vec<SocialLink> = serde_json::from_value(row.socials.clone())?;
        let social = |link: SocialLink| OrganisationSocial {
            network: link.network,
            url: Url(link.url),
        };
        Ok(visible_socials(links).into_iter().map(social).collect())
    }

    /// Фирменный стиль.
    async fn brand(&self, context: &Context<'_>) -> Result<OrganisationBrand, Error> {
        let row = self.row(context).await?;
        let logo = match row.logo_id {
            Some(id) => recall_of(context, PictureById(id)).await?,
            None => None,
        };
        Ok(OrganisationBrand {
            primary_color: row.primary_color.clone(),
            logo: logo.map(Image),
        })
    }

    /// Хост портала, на котором показана организация.
    async fn host(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        self.row(context)
            .await
            .map(|whole| whole.host.clone())
            .transpose()
    }

    /// Где вступить.
    async fn join_url(&self, context: &Context<'_>) -> Option<Result<Url, Error>> {
        self.row(context)
            .await
            .map(|whole| whole.join_url.clone().map(Url))
            .transpose()
    }

    /// Показательные данные: организация или её контакты вымышлены.
    async fn is_demo(&self, context: &Context<'_>) -> Result<bool, Error> {
        Ok(self.row(context).await?.is_demo)
    }

    /// Насколько свежи новости организации.
    async fn freshness(&self, context: &Context<'_>) -> Result<Freshness, Error> {
        freshness_of(context, self.card.id).await
    }

    /// Страницы организации в порядке меню.
    async fn pages(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Result<PageList, Error> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        pages_of(context, self.card.id, &page).await
    }

    /// Новости организации, от новых к старым.
    async fn news(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Вместе с новостями нижестоящих организаций.", default)]
        include_descendants: bool,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Result<NewsList, Error> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        news_of(context, self.card.id, include_descendants, &page).await
    }

    /// Льготы организации, от новых к старым.
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
        benefits_of(context, self.card.id, &page).await
    }
}

/// Контакты организации.
#[derive(SimpleObject)]
pub struct OrganisationContacts {
    /// Почтовый адрес.
    address: Option<String>,
    /// Телефон.
    phone: Option<PhoneNumber>,
    /// Электронная почта.
    email: Option<String>,
    /// Часы работы.
    hours: Option<String>,
    /// Сайт.
    website: Option<Url>,
}

impl OrganisationContacts {
    /// The contacts that an organisation's row holds.
    #[must_use]
    pub fn of(row: &Model) -> Self {
        Self {
            address: row.address.clone(),
            phone: row.phone.clone().map(PhoneNumber),
            email: row.email.clone(),
            hours: row.hours.clone(),
            website: row.website.clone().map(Url),
        }
    }
}

/// Страница организации в социальной сети.
#[derive(SimpleObject)]
pub struct OrganisationSocial {
    /// Сеть: `VK`, `TELEGRAM`, `OK`, `DZEN`, `RUTUBE`, `MAX` … Открытый список.
    network: String,
    /// Адрес страницы.
    url: Url,
}

/// Фирменный стиль организации.
#[derive(SimpleObject)]
pub struct OrganisationBrand {
    /// Основной цвет, `#rrggbb`.
    primary_color: Option<String>,
    /// Логотип.
    logo: Option<Image>,
}

/// Страница организации.
pub struct OrganisationPage(pub PageSummary);

impl OrganisationPage {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'p');

    async fn text(&self, context: &Context<'_>) -> Result<Arc<PageText>, Error> {
        recall_of(context, TextByPageId(self.0.id))
            .await?
            .ok_or(Error::Gone)
    }
}

/// Страница организации.
#[Object]
impl OrganisationPage {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.id)
    }

    /// Имя для адресов.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Путь на портале.
    async fn path(&self) -> String {
        sharing::page_path(&self.0.slug)
    }

    /// Полный адрес на портале.
    async fn canonical_url(&self, context: &Context<'_>) -> Url {
        Url(PortalHost::of(context).url(&sharing::page_path(&self.0.slug)))
    }

    /// Разметка Open Graph для соцсетей и мессенджеров.
    async fn open_graph(&self, context: &Context<'_>) -> Result<OpenGraph, Error> {
        let text = self.text(context).await?;
        Ok(sharing::page_open_graph(
            &self.0,
            &text,
            PortalHost::of(context),
        ))
    }

    /// Разметка schema.org: текст JSON-LD, готовый для `<script type="application/ld+json">`.
    async fn structured_data(&self, context: &Context<'_>) -> Result<String, Error> {
        let text = self.text(context).await?;
        Ok(json_ld(sharing::web_page(
            &self.0,
            &text,
            PortalHost::of(context),
        )))
    }

    /// Чья это страница.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.0.organisation_id).await
    }

    /// Заголовок.
    async fn title(&self) -> &str {
        &self.0.title
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

    /// Номер опубликованной редакции.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// Показательные данные.
    async fn is_demo(&self) -> bool {
        self.0.is_demo
    }

    /// Когда опубликована впервые.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at)
    }

    /// Когда изменена.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}
