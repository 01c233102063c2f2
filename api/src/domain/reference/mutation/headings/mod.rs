//! Headings: categories of news, benefits and guides, and life events.

mod changing;
mod heading;
mod kind;

use async_graphql::{Context, ID, InputObject, Object};

use self::{
    changing::{New, Patch, create, delete, update},
    kind::Kind,
};
use super::ReferenceDeleteInput;
use crate::{
    domain::{
        benefits::BenefitCategory,
        guides::{GuideCategory, LifeEvent},
        news::NewsCategory,
    },
    infra::{error::Error, graphql::payloads},
};

/// Новая рубрика или раздел.
#[derive(InputObject)]
struct CategoryCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт ту же запись.
    client_mutation_key: ID,
    /// Имя для адресов; без него его даёт название.
    slug: Option<String>,
    /// Название, до 120 знаков.
    name: String,
    /// Что сюда входит, до 2000 знаков.
    description: Option<String>,
    /// Место в меню: меньшие впереди; без указания в конце.
    position: Option<i32>,
}

/// Правка рубрики или раздела. Неназванное остаётся как есть.
#[derive(InputObject)]
struct CategoryUpdateInput {
    /// Какая рубрика или раздел.
    id: ID,
    /// Имя для адресов.
    slug: Option<String>,
    /// Название, до 120 знаков.
    name: Option<String>,
    /// Что сюда входит, до 2000 знаков.
    description: Option<String>,
    /// Место в меню: меньшие впереди.
    position: Option<i32>,
}

/// Новая жизненная ситуация.
#[derive(InputObject)]
struct LifeEventCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт ту же запись.
    client_mutation_key: ID,
    /// Имя для адресов; без него его даёт название.
    slug: Option<String>,
    /// Название, до 120 знаков.
    title: String,
    /// Что это за ситуация, до 2000 знаков.
    description: Option<String>,
    /// Место в меню: меньшие впереди; без указания в конце.
    position: Option<i32>,
}

/// Правка жизненной ситуации. Неназванное остаётся как есть.
#[derive(InputObject)]
struct LifeEventUpdateInput {
    /// Какая жизненная ситуация.
    id: ID,
    /// Имя для адресов.
    slug: Option<String>,
    /// Название, до 120 знаков.
    title: Option<String>,
    /// Что это за ситуация, до 2000 знаков.
    description: Option<String>,
    /// Место в меню: меньшие впереди.
    position: Option<i32>,
}

payloads! {
    /// Итог создания рубрики новостей.
    NewsCategoryCreatePayload {
        /// Рубрика.
        news_category: NewsCategory
    }
    /// Итог правки рубрики новостей.
    NewsCategoryUpdatePayload {
        /// Рубрика.
        news_category: NewsCategory
    }
    /// Итог удаления рубрики новостей.
    NewsCategoryDeletePayload {
        /// Какая удалена.
        deleted_id: ID
    }
    /// Итог создания вида льгот.
    BenefitCategoryCreatePayload {
        /// Вид льгот.
        benefit_category: BenefitCategory
    }
    /// Итог правки вида льгот.
    BenefitCategoryUpdatePayload {
        /// Вид льгот.
        benefit_category: BenefitCategory
    }
    /// Итог удаления вида льгот.
    BenefitCategoryDeletePayload {
        /// Какой удалён.
        deleted_id: ID
    }
    /// Итог создания раздела инструкций.
    GuideCategoryCreatePayload {
        /// Раздел.
        guide_category: GuideCategory
    }
    /// Итог правки раздела инструкций.
    GuideCategoryUpdatePayload {
        /// Раздел.
        guide_category: GuideCategory
    }
    /// Итог удаления раздела инструкций.
    GuideCategoryDeletePayload {
        /// Какой удалён.
        deleted_id: ID
    }
    /// Итог создания жизненной ситуации.
    LifeEventCreatePayload {
        /// Жизненная ситуация.
        life_event: LifeEvent
    }
    /// Итог правки жизненной ситуации.
    LifeEventUpdatePayload {
        /// Жизненная ситуация.
        life_event: LifeEvent
    }
    /// Итог удаления жизненной ситуации.
    LifeEventDeletePayload {
        /// Какая удалена.
        deleted_id: ID
    }
}

/// Staff's mutations of headings.
#[derive(Default)]
pub struct HeadingMutation;

#[Object]
impl HeadingMutation {
    /// Завести рубрику новостей.
    async fn news_category_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Рубрика.")] input: CategoryCreateInput,
    ) -> Option<Result<NewsCategoryCreatePayload, Error>> {
        let made = create(context, Kind::NewsCategory, input.into()).await;
        Some(made.map(|made| made.map(NewsCategory::from).into()))
    }

    /// Изменить рубрику новостей.
    async fn news_category_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую и как.")] input: CategoryUpdateInput,
    ) -> Option<Result<NewsCategoryUpdatePayload, Error>> {
        let made = update(context, Kind::NewsCategory, input.into()).await;
        Some(made.map(|made| made.map(NewsCategory::from).into()))
    }

    /// Удалить рубрику новостей, в которой ничего нет.
    async fn news_category_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: ReferenceDeleteInput,
    ) -> Option<Result<NewsCategoryDeletePayload, Error>> {
        let gone = delete(context, Kind::NewsCategory, input.id).await;
        Some(gone.map(Into::into))
    }

    /// Завести вид льгот.
    async fn benefit_category_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Вид льгот.")] input: CategoryCreateInput,
    ) -> Option<Result<BenefitCategoryCreatePayload, Error>> {
        let made = create(context, Kind::BenefitCategory, input.into()).await;
        Some(made.map(|made| made.map(BenefitCategory::from).into()))
    }

    /// Изменить вид льгот.
    async fn benefit_category_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой и как.")] input: CategoryUpdateInput,
    ) -> Option<Result<BenefitCategoryUpdatePayload, Error>> {
        let made = update(context, Kind::BenefitCategory, input.into()).await;
        Some(made.map(|made| made.map(BenefitCategory::from).into()))
    }

    /// Удалить вид льгот, к которому ничего не относится.
    async fn benefit_category_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой.")] input: ReferenceDeleteInput,
    ) -> Option<Result<BenefitCategoryDeletePayload, Error>> {
        let gone = delete(context, Kind::BenefitCategory, input.id).await;
        Some(gone.map(Into::into))
    }

    /// Завести раздел инструкций.
    async fn guide_category_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Раздел.")] input: CategoryCreateInput,
    ) -> Option<Result<GuideCategoryCreatePayload, Error>> {
        let made = create(context, Kind::GuideCategory, input.into()).await;
        Some(made.map(|made| made.map(GuideCategory::from).into()))
    }

    /// Изменить раздел инструкций.
    async fn guide_category_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой и как.")] input: CategoryUpdateInput,
    ) -> Option<Result<GuideCategoryUpdatePayload, Error>> {
        let made = update(context, Kind::GuideCategory, input.into()).await;
        Some(made.map(|made| made.map(GuideCategory::from).into()))
    }

    /// Удалить раздел инструкций, в котором ничего нет.
    async fn guide_category_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой.")] input: ReferenceDeleteInput,
    ) -> Option<Result<GuideCategoryDeletePayload, Error>> {
        let gone = delete(context, Kind::GuideCategory, input.id).await;
        Some(gone.map(Into::into))
    }

    /// Завести жизненную ситуацию.
    async fn life_event_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Жизненная ситуация.")] input: LifeEventCreateInput,
    ) -> Option<Result<LifeEventCreatePayload, Error>> {
        let made = create(context, Kind::LifeEvent, input.into()).await;
        Some(made.map(|made| made.map(LifeEvent::from).into()))
    }

    /// Изменить жизненную ситуацию.
    async fn life_event_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую и как.")] input: LifeEventUpdateInput,
    ) -> Option<Result<LifeEventUpdatePayload, Error>> {
        let made = update(context, Kind::LifeEvent, input.into()).await;
        Some(made.map(|made| made.map(LifeEvent::from).into()))
    }

    /// Удалить жизненную ситуацию, к которой не относится ни одна инструкция.
    async fn life_event_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: ReferenceDeleteInput,
    ) -> Option<Result<LifeEventDeletePayload, Error>> {
        let gone = delete(context, Kind::LifeEvent, input.id).await;
        Some(gone.map(Into::into))
    }
}

/// Categories are called by a name, life events by a title.
macro_rules! inputs {
    ($($create:ident $update:ident $name:ident)+) => {$(
        impl From<$create> for New {
            fn from(input: $create) -> Self {
                Self {
                    key: input.client_mutation_key,
                    slug: input.slug,
                    name: input.$name,
                    description: input.description,
                    position: input.position,
                }
            }
        }

        impl From<$update> for Patch {
            fn from(input: $update) -> Self {
                Self {
                    id: input.id,
                    slug: input.slug,
                    name: input.$name,
                    description: input.description,
                    position: input.position,
                }
            }
        }
    )+};
}

inputs! {
    CategoryCreateInput CategoryUpdateInput name
    LifeEventCreateInput LifeEventUpdateInput title
}
