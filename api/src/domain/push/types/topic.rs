//! Topics as everybody sees them.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};
use entities::push_topic;
use uuid::Uuid;

use crate::{
    domain::news::{NewsCategory, NewsCategoryById},
    infra::{
        error::Error,
        graphql::{NodeTag, load_of},
    },
};

/// Тема уведомлений.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct PushTopic {
    /// Идентификатор.
    pub id: ID,
    /// Имя для адресов.
    pub slug: String,
    /// Название.
    pub name: String,
    /// О чём уведомляют.
    pub description: String,
    /// Можно ли выбрать её, не входя.
    pub is_public: bool,
    #[graphql(skip)]
    news_category_id: Option<Uuid>,
}

#[ComplexObject]
impl PushTopic {
    /// О новостях какой рубрики уведомляет; нет — только о том, что рассылают сотрудники.
    async fn news_category(&self, context: &Context<'_>) -> Option<Result<NewsCategory, Error>> {
        load_of(context, NewsCategoryById(self.news_category_id?))
            .await
            .map(|found| found.map(NewsCategory))
            .transpose()
    }
}

impl PushTopic {
    /// Of topics.
    pub const NODE: NodeTag = NodeTag(b't');
}

impl From<push_topic::Model> for PushTopic {
    fn from(row: push_topic::Model) -> Self {
        Self {
            id: Self::NODE.id(row.id),
            slug: row.slug,
            name: row.name,
            description: row.description,
            is_public: row.is_public,
            news_category_id: row.news_category_id,
        }
    }
}
