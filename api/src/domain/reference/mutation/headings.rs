//! Headings: categories of news, benefits and guides, and life events.

use async_graphql::{Context, ID, InputObject, Object};
use entities::{benefit_category, guide_category, life_event, news_category};
use sea_orm::{DatabaseTransaction, DbErr};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::ReferenceDeleteInput;
use crate::{
    domain::{
        benefits::{self, BenefitCategory},
        content::{is_slug, slug_of},
        guides::{self, GuideCategory, LifeEvent},
        news::{self, NewsCategory},
        reference::{
            desk::{
                Clerk, Creation, Deed, Stop, appeared, changed, changed_fields, done,
                fields_changed, gone, not_found, refuse_in_use, reused, tidy,
            },
            problems::Problems,
            types::ReferenceErrorCode,
        },
    },
    infra::{
        db::{Database, lock_row},
        error::Error,
        graphql::{Done, NodeTag, payloads},
    },
};

/// Characters, as the tables hold them and as screens have room for.
const LONGEST_NAME: usize = 120;
const LONGEST_DESCRIPTION: usize = 2000;
/// Where what nobody has put anywhere stands in menus: at the end.
const AT_THE_END: i32 = 1000;

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

/// A heading, whatever stands under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Heading {
    #[serde(skip)]
    id: Uuid,
    slug: String,
    name: String,
    description: String,
    position: i32,
}

/// The rows of headings are alike but for one name.
macro_rules! headings {
    ($($table:ident $name:ident)+) => {$(
        impl From<$table::Model> for Heading {
            fn from(row: $table::Model) -> Self {
                Self {
                    id: row.id,
                    slug: row.slug,
                    name: row.$name,
                    description: row.description,
                    position: row.position,
                }
            }
        }

        impl From<Heading> for $table::Model {
            fn from(heading: Heading) -> Self {
                Self {
                    id: heading.id,
                    slug: heading.slug,
                    $name: heading.name,
                    description: heading.description,
                    position: heading.position,
                }
            }
        }
    )+};
}

headings! { news_category name benefit_category name guide_category name life_event title }

/// What readers see of the headings of one kind.
macro_rules! categories {
    ($($type:ident of $domain:ident)+) => {$(
        impl From<Heading> for $type {
            fn from(heading: Heading) -> Self {
                Self($domain::CategoryRow {
                    id: heading.id,
                    slug: heading.slug,
                    name: heading.name,
                    description: heading.description,
                })
            }
        }
    )+};
}

categories! { NewsCategory of news BenefitCategory of benefits GuideCategory of guides }

impl From<Heading> for LifeEvent {
    fn from(heading: Heading) -> Self {
        Self(heading.into())
    }
}

/// What stands under a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    NewsCategory,
    BenefitCategory,
    GuideCategory,
    LifeEvent,
}

/// The audit log's words for what was done to headings of a kind.
struct Actions {
    create: &'static str,
    update: &'static str,
    delete: &'static str,
}

impl Kind {
    /// Its name in the change log.
    const fn object_type(self) -> &'static str {
        match self {
            Self::NewsCategory => "NewsCategory",
            Self::BenefitCategory => "BenefitCategory",
            Self::GuideCategory => "GuideCategory",
            Self::LifeEvent => "LifeEvent",
        }
    }

    const fn actions(self) -> Actions {
        match self {
            Self::NewsCategory => Actions {
                create: "news_category.create",
                update: "news_category.update",
                delete: "news_category.delete",
            },
            Self::BenefitCategory => Actions {
                create: "benefit_category.create",
                update: "benefit_category.update",
                delete: "benefit_category.delete",
            },
            Self::GuideCategory => Actions {
                create: "guide_category.create",
                update: "guide_category.update",
                delete: "guide_category.delete",
            },
            Self::LifeEvent => Actions {
                create: "life_event.create",
                update: "life_event.update",
                delete: "life_event.delete",
            },
        }
    }

    const fn tags(self) -> &'static [&'static str] {
        match self {
            Self::NewsCategory => &["news"],
            Self::BenefitCategory => &["benefits"],
            Self::GuideCategory | Self::LifeEvent => &["guides"],
        }
    }

    const fn node(self) -> NodeTag {
        match self {
            Self::NewsCategory => NewsCategory::NODE,
            Self::BenefitCategory => BenefitCategory::NODE,
            Self::GuideCategory => GuideCategory::NODE,
            Self::LifeEvent => LifeEvent::NODE,
        }
    }

    /// What clients call the name.
    const fn name_field(self) -> &'static str {
        match self {
            Self::LifeEvent => "title",
            _ => "name",
        }
    }

    async fn hold(
        self,
        transaction: &DatabaseTransaction,
        id: Uuid,
    ) -> Result<Option<Heading>, DbErr> {
        Ok(match self {
            Self::NewsCategory => {
                let row = lock_row::<news_category::Entity>(transaction, id).await?;
                row.map(Heading::from)
            }
            Self::BenefitCategory => {
                let row = lock_row::<benefit_category::Entity>(transaction, id).await?;
                row.map(Heading::from)
            }
            Self::GuideCategory => {
                let row = lock_row::<guide_category::Entity>(transaction, id).await?;
                row.map(Heading::from)
            }
            Self::LifeEvent => {
                let row = lock_row::<life_event::Entity>(transaction, id).await?;
                row.map(Heading::from)
            }
        })
    }

    async fn is_taken(
        self,
        transaction: &DatabaseTransaction,
        heading: &Heading,
    ) -> Result<bool, DbErr> {
        let (slug, id) = (&heading.slug, heading.id);
        match self {
            Self::NewsCategory => news::category_slug_is_taken(transaction, slug, id).await,
            Self::BenefitCategory => benefits::category_slug_is_taken(transaction, slug, id).await,
            Self::GuideCategory => guides::category_slug_is_taken(transaction, slug, id).await,
            Self::LifeEvent => guides::life_event_slug_is_taken(transaction, slug, id).await,
        }
    }

    async fn insert(
        self,
        transaction: &DatabaseTransaction,
        heading: Heading,
    ) -> Result<bool, DbErr> {
        match self {
            Self::NewsCategory => news::insert_category(transaction, heading.into()).await,
            Self::BenefitCategory => benefits::insert_category(transaction, heading.into()).await,
            Self::GuideCategory => guides::insert_category(transaction, heading.into()).await,
            Self::LifeEvent => guides::insert_life_event(transaction, heading.into()).await,
        }
    }

    async fn update(
        self,
        transaction: &DatabaseTransaction,
        heading: Heading,
    ) -> Result<(), DbErr> {
        match self {
            Self::NewsCategory => news::update_category(transaction, heading.into()).await,
            Self::BenefitCategory => benefits::update_category(transaction, heading.into()).await,
            Self::GuideCategory => guides::update_category(transaction, heading.into()).await,
            Self::LifeEvent => guides::update_life_event(transaction, heading.into()).await,
        }
    }

    async fn count_uses(self, transaction: &DatabaseTransaction, id: Uuid) -> Result<u64, DbErr> {
        match self {
            Self::NewsCategory => news::count_of_category(transaction, id).await,
            Self::BenefitCategory => benefits::count_of_category(transaction, id).await,
            Self::GuideCategory => guides::count_of_category(transaction, id).await,
            Self::LifeEvent => guides::count_of_life_event(transaction, id).await,
        }
    }

    /// Of what there are uses.
    const fn uses(self) -> &'static str {
        match self {
            Self::NewsCategory => "новости",
            Self::BenefitCategory => "льготы",
            Self::GuideCategory | Self::LifeEvent => "инструкции",
        }
    }

    async fn delete(self, transaction: &DatabaseTransaction, id: Uuid) -> Result<(), DbErr> {
        match self {
            Self::NewsCategory => news::delete_category(transaction, id).await,
            Self::BenefitCategory => benefits::delete_category(transaction, id).await,
            Self::GuideCategory => guides::delete_category(transaction, id).await,
            Self::LifeEvent => guides::delete_life_event(transaction, id).await,
        }
    }

    /// What is wrong with a heading.
    async fn check(
        self,
        transaction: &DatabaseTransaction,
        heading: &Heading,
    ) -> Result<Problems, Error> {
        let mut problems = Problems::default();
        problems.text(self.name_field(), &heading.name, LONGEST_NAME);
        problems.length(
            "description",
            Some(&heading.description),
            LONGEST_DESCRIPTION,
        );
        let is_place = (0..=9999).contains(&heading.position);
        problems.add_if(!is_place, "position", ReferenceErrorCode::OutOfRange);
        if !is_slug(&heading.slug) {
            // A name without a letter gives no slug, and is told by itself.
            let code = match heading.slug.is_empty() {
                true => ReferenceErrorCode::Missing,
                false => ReferenceErrorCode::NotASlug,
            };
            problems.add("slug", code);
        } else if self.is_taken(transaction, heading).await? {
            problems.add("slug", ReferenceErrorCode::SlugTaken);
        }
        Ok(problems)
    }
}

/// What is sent of a new heading.
struct New {
    key: ID,
    slug: Option<String>,
    name: String,
    description: Option<String>,
    position: Option<i32>,
}

/// What is sent of one that is there.
struct Patch {
    id: ID,
    slug: Option<String>,
    name: Option<String>,
    description: Option<String>,
    position: Option<i32>,
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

async fn create(context: &Context<'_>, kind: Kind, new: New) -> Result<Done<Heading>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let database = context.data_unchecked::<Database>();
    done(insert(database, &clerk, kind, new).await)
}

async fn insert(database: &Database, clerk: &Clerk, kind: Kind, new: New) -> Result<Heading, Stop> {
    let name = tidy(&new.name);
    let slug = new.slug.as_deref().map(tidy);
    let mut heading = Heading {
        id: Uuid::nil(),
        slug: slug.or_else(|| slug_of(&name)).unwrap_or_default(),
        name,
        description: tidy(&new.description.unwrap_or_default()),
        position: new.position.unwrap_or(AT_THE_END),
    };
    let creation = Creation::of(clerk, kind.object_type(), &new.key, &heading)?;
    heading.id = creation.id;
    let transaction = clerk.begin(database).await?;
    if creation.is_repeated(&transaction).await? {
        let made = kind.hold(&transaction, creation.id).await?;
        return made.ok_or_else(reused);
    }
    kind.check(&transaction, &heading).await?.settle()?;
    kind.insert(&transaction, heading.clone()).await?;
    let deed = Deed {
        action: kind.actions().create,
        organisation_id: None,
        object_type: kind.object_type(),
        object_id: heading.id,
        details: json!({}),
        changes: vec![appeared(kind.object_type(), heading.id)],
        tags: kind.tags(),
    };
    clerk.finish(transaction, deed).await?;
    Ok(heading)
}

async fn update(context: &Context<'_>, kind: Kind, patch: Patch) -> Result<Done<Heading>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let database = context.data_unchecked::<Database>();
    done(change(database, &clerk, kind, patch).await)
}

async fn change(
    database: &Database,
    clerk: &Clerk,
    kind: Kind,
    patch: Patch,
) -> Result<Heading, Stop> {
    let id = kind.node().decode("input.id", &patch.id)?;
    let transaction = clerk.begin(database).await?;
    let before = kind.hold(&transaction, id).await?.ok_or_else(not_found)?;
    let told = |text: Option<String>, before: &String| {
        text.map_or_else(|| before.clone(), |text| tidy(&text))
    };
    let after = Heading {
        id,
        slug: told(patch.slug, &before.slug),
        name: told(patch.name, &before.name),
        description: told(patch.description, &before.description),
        position: patch.position.unwrap_or(before.position),
    };
    let fields = changed_fields(&before, &after)?;
    if fields.is_empty() {
        return Ok(before);
    }
    kind.check(&transaction, &after).await?.settle()?;
    kind.update(&transaction, after.clone()).await?;
    let deed = Deed {
        action: kind.actions().update,
        organisation_id: None,
        object_type: kind.object_type(),
        object_id: id,
        details: fields_changed(&fields),
        changes: vec![changed(kind.object_type(), id)],
        tags: kind.tags(),
    };
    clerk.finish(transaction, deed).await?;
    Ok(after)
}

async fn delete(context: &Context<'_>, kind: Kind, id: ID) -> Result<Done<ID>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let database = context.data_unchecked::<Database>();
    let uuid = kind.node().decode("input.id", &id)?;
    done(remove(database, &clerk, kind, uuid).await.map(|()| id))
}

async fn remove(database: &Database, clerk: &Clerk, kind: Kind, id: Uuid) -> Result<(), Stop> {
    let transaction = clerk.begin(database).await?;
    if kind.hold(&transaction, id).await?.is_none() {
        return Ok(());
    }
    let uses = kind.count_uses(&transaction, id).await?;
    refuse_in_use(uses, kind.uses())?;
    kind.delete(&transaction, id).await?;
    let deed = Deed {
        action: kind.actions().delete,
        organisation_id: None,
        object_type: kind.object_type(),
        object_id: id,
        details: json!({}),
        changes: vec![gone(kind.object_type(), id)],
        tags: kind.tags(),
    };
    Ok(clerk.finish(transaction, deed).await?)
}
