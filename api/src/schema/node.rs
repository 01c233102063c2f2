//! `node` and `nodes`: anything a client keeps, by its opaque id, through its own domain's eyes.

use async_graphql::{Context, ID, Interface, Object};
use futures_util::future::try_join_all;
use uuid::Uuid;

use crate::{
    domain::{
        benefits::{
            Benefit, BenefitById, BenefitCategory, BenefitCategoryById, Outlet, OutletById,
            Partner, PartnerById,
        },
        guides::{
            GuideById, GuideCategory, GuideCategoryById, LifeEvent, LifeEventById, Recommendation,
            RecommendationById, ServiceGuide,
        },
        news::{ArticleById, NewsArticle, NewsCategory, NewsCategoryById},
        organisations::{Organisation, OrganisationById, OrganisationPage, PageById},
        training::{Course, CourseById, SessionById, TrainingSession},
    },
    infra::{
        error::Error,
        graphql::{Batches, Loader, NodeId, load_of},
    },
};

/// As many as a page may hold.
const MOST_IDS: usize = 100;

/// То, что клиент может сохранить и спросить снова. Открытый список типов.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Непрозрачный идентификатор."))]
pub enum Node {
    NewsArticle(NewsArticle),
    NewsCategory(NewsCategory),
    Benefit(Benefit),
    BenefitCategory(BenefitCategory),
    Partner(Partner),
    Outlet(Outlet),
    ServiceGuide(ServiceGuide),
    GuideCategory(GuideCategory),
    LifeEvent(LifeEvent),
    Recommendation(Recommendation),
    Organisation(Organisation),
    OrganisationPage(OrganisationPage),
    Course(Course),
    TrainingSession(TrainingSession),
}

/// Root fields by id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Объект по идентификатору; `null`, если его нет или он не для того, кто спрашивает.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Идентификатор.")] id: ID,
    ) -> Option<Result<Node, Error>> {
        async { find(context, NodeId::decode("id", &id)?).await }
            .await
            .transpose()
    }

    /// Объекты по идентификаторам, в том же порядке; на месте недоступных — `null`.
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Идентификаторы, не больше 100.")] ids: Vec<ID>,
    ) -> Option<Result<Vec<Option<Node>>, Error>> {
        async {
            if ids.len() > MOST_IDS {
                return Err(Error::bad_input(
                    "ids",
                    format!("не больше {MOST_IDS} за раз"),
                ));
            }
            let decoded: Vec<NodeId> = ids
                .iter()
                .map(|id| NodeId::decode("ids", id))
                .collect::<Result<_, _>>()?;
            let found = decoded.into_iter().map(|id| find(context, id));
            try_join_all(found).await.map(Some)
        }
        .await
        .transpose()
    }
}

/// The object of an id, for those who may see it.
///
/// # Errors
/// Whatever the database reports.
pub async fn find(context: &Context<'_>, id: NodeId) -> Result<Option<Node>, Error> {
    let uuid = id.uuid;
    Ok(match id.tag {
        NewsArticle::NODE => by(context, ArticleById(uuid), NewsArticle)
            .await?
            .map(Node::NewsArticle),
        NewsCategory::NODE => by(context, NewsCategoryById(uuid), NewsCategory)
            .await?
            .map(Node::NewsCategory),
        Benefit::NODE => by(context, BenefitById(uuid), Benefit)
            .await?
            .map(Node::Benefit),
        BenefitCategory::NODE => by(context, BenefitCategoryById(uuid), BenefitCategory)
            .await?
            .map(Node::BenefitCategory),
        Partner::NODE => by(context, PartnerById(uuid), Partner)
            .await?
            .map(Node::Partner),
        Outlet::NODE => by(context, OutletById(uuid), Outlet)
            .await?
            .map(Node::Outlet),
        ServiceGuide::NODE => by(context, GuideById(uuid), ServiceGuide)
            .await?
            .map(Node::ServiceGuide),
        GuideCategory::NODE => by(context, GuideCategoryById(uuid), GuideCategory)
            .await?
            .map(Node::GuideCategory),
        LifeEvent::NODE => by(context, LifeEventById(uuid), LifeEvent)
            .await?
            .map(Node::LifeEvent),
        Recommendation::NODE => by(context, RecommendationById(uuid), Recommendation)
            .await?
            .map(Node::Recommendation),
        Organisation::NODE => organisation(context, uuid).await?.map(Node::Organisation),
        OrganisationPage::NODE => by(context, PageById(uuid), OrganisationPage)
            .await?
            .map(Node::OrganisationPage),
        Course::NODE => by(context, CourseById(uuid), Course)
            .await?
            .map(Node::Course),
        TrainingSession::NODE => by(context, SessionById(uuid), TrainingSession)
            .await?
            .map(Node::TrainingSession),
        _ => None,
    })
}

async fn organisation(context: &Context<'_>, uuid: Uuid) -> Result<Option<Organisation>, Error> {
    by(context, OrganisationById(uuid), Organisation::from).await
}

async fn by<K, T>(
    context: &Context<'_>,
    key: K,
    wrap: impl FnOnce(<Batches as Loader<K>>::Value) -> T,
) -> Result<Option<T>, Error>
where
    K: Send + Sync + std::hash::Hash + Eq + Clone + 'static,
    Batches: Loader<K, Error = Error>,
{
    Ok(load_of(context, key).await?.map(wrap))
}
