//! Topics of notifications.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entities::push_topic;
use sea_orm::DatabaseTransaction;
use serde::Serialize;
use uuid::Uuid;

use super::ReferenceDeleteInput;
use crate::{
    domain::{
        content::slug_of,
        news::{NewsCategory, category_exists},
        push::{
            PushTopic, count_choices, delete_topic, insert_topic, topic_slug_is_taken, update_topic,
        },
        reference::{
            desk::{
                Clerk, Creation, Deed, Thing, changed_fields, not_found, refuse_in_use, reused,
                tidy,
            },
            problems::Problems,
            types::ReferenceErrorCode,
        },
    },
    infra::{
        db::{Database, lock_row},
        error::Error,
        graphql::{Done, Stop, done, payloads},
    },
};

const OBJECT_TYPE: &str = "PushTopic";
/// Characters, as the table holds them and as screens have room for.
const LONGEST_NAME: usize = 120;
const LONGEST_DESCRIPTION: usize = 2000;
/// Where what nobody has put anywhere stands in menus: at the end.
const AT_THE_END: i32 = 1000;

/// Новая тема уведомлений.
#[derive(InputObject)]
struct PushTopicCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт ту же запись.
    client_mutation_key: ID,
    /// Имя для адресов; без него его даёт название.
    slug: Option<String>,
    /// Название, до 120 знаков.
    name: String,
    /// О чём уведомляют, до 2000 знаков.
    description: Option<String>,
    /// Место в меню: меньшие впереди; без указания в конце.
    position: Option<i32>,
    /// Можно ли выбрать её, не входя; без указания можно.
    is_public: Option<bool>,
    /// О новостях какой рубрики уведомляет; без указания — только о том, что рассылают сотрудники.
    news_category: Option<ID>,
}

/// Правка темы уведомлений. Неназванное остаётся как есть.
#[derive(InputObject)]
struct PushTopicUpdateInput {
    /// Какая тема.
    id: ID,
    /// Имя для адресов.
    slug: Option<String>,
    /// Название, до 120 знаков.
    name: Option<String>,
    /// О чём уведомляют, до 2000 знаков.
    description: Option<String>,
    /// Место в меню: меньшие впереди.
    position: Option<i32>,
    /// Можно ли выбрать её, не входя. Кто уже выбрал, не теряет её.
    is_public: Option<bool>,
    /// О новостях какой рубрики уведомляет; `null` — ни о каких.
    news_category: MaybeUndefined<ID>,
}

payloads! {
    /// Итог создания темы уведомлений.
    PushTopicCreatePayload {
        /// Тема.
        push_topic: PushTopic
    }
    /// Итог правки темы уведомлений.
    PushTopicUpdatePayload {
        /// Тема.
        push_topic: PushTopic
    }
    /// Итог удаления темы уведомлений.
    PushTopicDeletePayload {
        /// Какая удалена.
        deleted_id: ID
    }
}

/// Staff's mutations of topics.
#[derive(Default)]
pub struct PushTopicMutation;

#[Object]
impl PushTopicMutation {
    /// Завести тему уведомлений.
    async fn push_topic_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Тема.")] input: PushTopicCreateInput,
    ) -> Option<Result<PushTopicCreatePayload, Error>> {
        let made = create(context, input).await;
        Some(made.map(|made| made.map(PushTopic::from).into()))
    }

    /// Изменить тему уведомлений.
    async fn push_topic_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую и как.")] input: PushTopicUpdateInput,
    ) -> Option<Result<PushTopicUpdatePayload, Error>> {
        let made = update(context, input).await;
        Some(made.map(|made| made.map(PushTopic::from).into()))
    }

    /// Удалить тему уведомлений, которую никто не выбрал.
    async fn push_topic_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: ReferenceDeleteInput,
    ) -> Option<Result<PushTopicDeletePayload, Error>> {
        Some(delete(context, input.id).await.map(Into::into))
    }
}

/// The fields of a topic, as the digest of a creation and the audit log know them.
#[derive(Serialize)]
struct Fields<'a> {
    slug: &'a str,
    name: &'a str,
    description: &'a str,
    position: i32,
    is_public: bool,
    news_category: Option<Uuid>,
}

impl<'a> From<&'a push_topic::Model> for Fields<'a> {
    fn from(row: &'a push_topic::Model) -> Self {
        Self {
            slug: &row.slug,
            name: &row.name,
            description: &row.description,
            position: row.position,
            is_public: row.is_public,
            news_category: row.news_category_id,
        }
    }
}

/// As the audit log and caches hear of it; phones' copies do not hold topics.
const fn thing(id: Uuid) -> Thing {
    Thing {
        object_type: OBJECT_TYPE,
        id,
        organisation_id: None,
        tags: &["push_topics"],
        is_copied: false,
    }
}

fn category(field: &str, id: &ID) -> Result<Uuid, Error> {
    NewsCategory::NODE.decode(field, id)
}

async fn create(
    context: &Context<'_>,
    input: PushTopicCreateInput,
) -> Result<Done<push_topic::Model>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let database = context.data_unchecked::<Database>();
    done(insert(database, &clerk, input).await)
}

async fn insert(
    database: &Database,
    clerk: &Clerk,
    input: PushTopicCreateInput,
) -> Result<push_topic::Model, Stop> {
    let name = tidy(&input.name);
    let slug = input.slug.as_deref().map(tidy);
    let news_category = input.news_category.as_ref();
    let mut topic = push_topic::Model {
        id: Uuid::nil(),
        slug: slug.or_else(|| slug_of(&name)).unwrap_or_default(),
        name,
        description: tidy(&input.description.unwrap_or_default()),
        position: input.position.unwrap_or(AT_THE_END),
        is_public: input.is_public.unwrap_or(true),
        news_category_id: news_category
            .map(|id| category("input.newsCategory", id))
            .transpose()?,
    };
    let key = &input.client_mutation_key;
    let creation = Creation::of(clerk, OBJECT_TYPE, key, &Fields::from(&topic))?;
    topic.id = creation.id;
    let transaction = clerk.begin(database).await?;
    if creation.is_repeated(&transaction).await? {
        return hold(&transaction, creation.id).await?.ok_or_else(reused);
    }
    check(&transaction, &topic).await?.settle()?;
    insert_topic(&transaction, topic.clone()).await?;
    let deed = Deed::created("push_topic.create", thing(topic.id));
    clerk.finish(transaction, deed).await?;
    Ok(topic)
}

async fn update(
    context: &Context<'_>,
    input: PushTopicUpdateInput,
) -> Result<Done<push_topic::Model>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let database = context.data_unchecked::<Database>();
    done(change(database, &clerk, input).await)
}

async fn change(
    database: &Database,
    clerk: &Clerk,
    input: PushTopicUpdateInput,
) -> Result<push_topic::Model, Stop> {
    let id = PushTopic::NODE.decode("input.id", &input.id)?;
    let transaction = clerk.begin(database).await?;
    let before = hold(&transaction, id).await?.ok_or_else(not_found)?;
    let told = |text: Option<String>, before: &String| {
        text.map_or_else(|| before.clone(), |text| tidy(&text))
    };
    let after = push_topic::Model {
        id,
        slug: told(input.slug, &before.slug),
        name: told(input.name, &before.name),
        description: told(input.description, &before.description),
        position: input.position.unwrap_or(before.position),
        is_public: input.is_public.unwrap_or(before.is_public),
        news_category_id: match &input.news_category {
            MaybeUndefined::Undefined => before.news_category_id,
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(id) => Some(category("input.newsCategory", id)?),
        },
    };
    let fields = changed_fields(&Fields::from(&before), &Fields::from(&after))?;
    if fields.is_empty() {
        return Ok(before);
    }
    check(&transaction, &after).await?.settle()?;
    update_topic(&transaction, after.clone()).await?;
    let deed = Deed::updated("push_topic.update", thing(id), &fields);
    clerk.finish(transaction, deed).await?;
    Ok(after)
}

async fn delete(context: &Context<'_>, id: ID) -> Result<Done<ID>, Error> {
    let clerk = Clerk::of_federation(context).await?;
    let database = context.data_unchecked::<Database>();
    let uuid = PushTopic::NODE.decode("input.id", &id)?;
    done(remove(database, &clerk, uuid).await.map(|()| id))
}

async fn remove(database: &Database, clerk: &Clerk, id: Uuid) -> Result<(), Stop> {
    let transaction = clerk.begin(database).await?;
    if hold(&transaction, id).await?.is_none() {
        return Ok(());
    }
    let choices = count_choices(&transaction, id).await?;
    refuse_in_use(choices, "подписчики")?;
    delete_topic(&transaction, id).await?;
    let deed = Deed::deleted("push_topic.delete", thing(id));
    Ok(clerk.finish(transaction, deed).await?)
}

async fn hold(
    transaction: &DatabaseTransaction,
    id: Uuid,
) -> Result<Option<push_topic::Model>, Error> {
    Ok(lock_row::<push_topic::Entity>(transaction, id).await?)
}

/// What is wrong with a topic.
async fn check(
    transaction: &DatabaseTransaction,
    topic: &push_topic::Model,
) -> Result<Problems, Error> {
    let mut problems = Problems::default();
    problems.text("name", &topic.name, LONGEST_NAME);
    let description = Some(topic.description.as_str());
    problems.length("description", description, LONGEST_DESCRIPTION);
    let is_place = (0..=9999).contains(&topic.position);
    problems.add_if(!is_place, "position", ReferenceErrorCode::OutOfRange);
    if problems.slug(&topic.slug) && topic_slug_is_taken(transaction, &topic.slug, topic.id).await?
    {
        problems.add("slug", ReferenceErrorCode::SlugTaken);
    }
    if let Some(id) = topic.news_category_id {
        let is_there = category_exists(transaction, id).await?;
        problems.add_if(!is_there, "newsCategory", ReferenceErrorCode::NotThere);
    }
    Ok(problems)
}
