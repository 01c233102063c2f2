//! What staff see of opinions.

use async_graphql::{ComplexObject, Context, Enum, SimpleObject};
use entities::guide_opinion::Model;
use uuid::Uuid;

use crate::{
    domain::guides::{GuideById, ServiceGuide},
    infra::{
        clock::moscow_date,
        error::Error,
        graphql::{Date, load_of},
    },
};

/// Почему инструкция не помогла. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::GuideOpinionReason")]
pub enum GuideOpinionReason {
    /// Непонятно написано.
    Unclear,
    /// Сведения устарели.
    Outdated,
    /// Пропущен шаг.
    MissingStep,
    /// Ссылка ведёт не туда.
    WrongLink,
    /// Другое.
    Other,
}

/// Отзыв об инструкции. Чей он, не известно никому.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct GuideOpinion {
    /// Помогла ли инструкция.
    is_useful: bool,
    /// Почему не помогла.
    reason: Option<GuideOpinionReason>,
    /// Пояснение без личных данных.
    comment: Option<String>,
    /// О какой редакции отзыв.
    revision: i32,
    /// В какой день по Москве он оставлен.
    day: Date,
    #[graphql(skip)]
    guide_id: Uuid,
}

#[ComplexObject]
impl GuideOpinion {
    /// Об инструкции; `null`, если читатели её не видят или она не для спрашивающего.
    async fn guide(&self, context: &Context<'_>) -> Option<Result<ServiceGuide, Error>> {
        let found = load_of(context, GuideById(self.guide_id)).await;
        found.transpose().map(|found| found.map(ServiceGuide))
    }
}

impl From<Model> for GuideOpinion {
    fn from(row: Model) -> Self {
        Self {
            is_useful: row.is_useful,
            reason: row.reason.map(Into::into),
            comment: row.comment,
            revision: row.revision,
            day: Date(moscow_date(row.created_at)),
            guide_id: row.guide_id,
        }
    }
}
