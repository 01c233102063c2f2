//! What clients see of the offline copy.

use async_graphql::{Enum, ID, SimpleObject, Union};
use entities::enums::ContentKind;

use crate::{
    domain::{
        benefits::{Benefit, BenefitCategory, Outlet, Partner},
        content::object_type,
        guides::{GuideCategory, LifeEvent, ServiceGuide},
        news::{NewsArticle, NewsCategory},
        organisations::{Organisation, OrganisationPage},
        training::Course,
    },
    infra::graphql::NodeTag,
};

/// Из чего состоит копия. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum ContentItemType {
    /// Рубрики новостей.
    NewsCategory,
    /// Разделы льгот.
    BenefitCategory,
    /// Разделы инструкций.
    GuideCategory,
    /// Жизненные ситуации.
    LifeEvent,
    /// Организации.
    Organisation,
    /// Партнёры.
    Partner,
    /// Точки партнёров.
    Outlet,
    /// Страницы организаций.
    OrganisationPage,
    /// Инструкции.
    ServiceGuide,
    /// Учебные курсы, без занятий.
    Course,
    /// Льготы.
    Benefit,
    /// Новости.
    NewsArticle,
}

impl ContentItemType {
    /// In the order in which a copy is loaded: what others refer to first, the news last.
    pub const ALL: [Self; 12] = [
        Self::NewsCategory,
        Self::BenefitCategory,
        Self::GuideCategory,
        Self::LifeEvent,
        Self::Organisation,
        Self::Partner,
        Self::Outlet,
        Self::OrganisationPage,
        Self::ServiceGuide,
        Self::Course,
        Self::Benefit,
        Self::NewsArticle,
    ];

    /// Its place in the cursors that phones keep: never change one.
    pub const fn bit(self) -> u32 {
        match self {
            Self::NewsCategory => 0,
            Self::BenefitCategory => 1,
            Self::GuideCategory => 2,
            Self::LifeEvent => 3,
            Self::Organisation => 4,
            Self::Partner => 5,
            Self::Outlet => 6,
            Self::OrganisationPage => 7,
            Self::ServiceGuide => 8,
            Self::Benefit => 9,
            Self::NewsArticle => 10,
            Self::Course => 11,
        }
    }

    /// Its name in the change log.
    pub const fn object_type(self) -> &'static str {
        match self {
            Self::NewsCategory => "NewsCategory",
            Self::BenefitCategory => "BenefitCategory",
            Self::GuideCategory => "GuideCategory",
            Self::LifeEvent => "LifeEvent",
            Self::Organisation => "Organisation",
            Self::Partner => "Partner",
            Self::Outlet => "Outlet",
            Self::OrganisationPage => object_type(ContentKind::OrganisationPage),
            Self::ServiceGuide => object_type(ContentKind::ServiceGuide),
            Self::Course => object_type(ContentKind::Course),
            Self::Benefit => object_type(ContentKind::Benefit),
            Self::NewsArticle => object_type(ContentKind::NewsArticle),
        }
    }

    /// The kind of its node ids.
    pub const fn node_tag(self) -> NodeTag {
        match self {
            Self::NewsCategory => NewsCategory::NODE,
            Self::BenefitCategory => BenefitCategory::NODE,
            Self::GuideCategory => GuideCategory::NODE,
            Self::LifeEvent => LifeEvent::NODE,
            Self::Organisation => Organisation::NODE,
            Self::Partner => Partner::NODE,
            Self::Outlet => Outlet::NODE,
            Self::OrganisationPage => OrganisationPage::NODE,
            Self::ServiceGuide => ServiceGuide::NODE,
            Self::Course => Course::NODE,
            Self::Benefit => Benefit::NODE,
            Self::NewsArticle => NewsArticle::NODE,
        }
    }

    /// The type of that name in the change log.
    pub fn of_object_type(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.object_type() == name)
    }
}

/// То, что приложение хранит у себя: записи редакции и справочники к ним. Открытый список типов.
#[derive(Union)]
pub enum ContentItem {
    NewsArticle(NewsArticle),
    NewsCategory(NewsCategory),
    Benefit(Benefit),
    BenefitCategory(BenefitCategory),
    Partner(Partner),
    Outlet(Outlet),
    ServiceGuide(ServiceGuide),
    GuideCategory(GuideCategory),
    LifeEvent(LifeEvent),
    Organisation(Organisation),
    OrganisationPage(OrganisationPage),
    Course(Course),
}

/// Страница изменений.
#[derive(SimpleObject)]
pub struct Changes {
    /// Что появилось или изменилось, в нынешнем виде.
    pub changed: Vec<ContentItem>,
    /// Чего больше нет: удалите из копии. Здесь могут быть и записи, которых в копии не было.
    pub removed: Vec<RemovedItem>,
    /// С чем прийти в следующий раз; `null`, если копию надо загрузить заново.
    pub cursor: Option<String>,
    /// Есть ли ещё: спросите сразу же с новым курсором.
    pub has_more: bool,
    /// Копия не годится: сменились её состав, аудитория или устройство, либо она слишком стара.
    /// Загрузите её заново, без курсора.
    pub reset_required: bool,
}

/// То, что нужно удалить из копии.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct RemovedItem {
    /// Идентификатор записи.
    pub id: ID,
    /// Почему её больше нет.
    pub reason: RemovalReason,
}

/// Почему записи больше нет. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RemovalReason {
    /// Редакция отозвала запись; объяснение даёт `route`.
    Withdrawn,
    /// Вышел срок.
    Expired,
    /// Запись удалена или больше не для вас.
    Unavailable,
}
