//! Sessions of courses. They are changed under their own lock, too, which whoever registers takes.

mod changing;
mod fields;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

use super::ReferenceDeleteInput;
use crate::{
    domain::training::TrainingSession,
    infra::{
        error::Error,
        graphql::{DateTime, payloads},
    },
};

/// Сведения о занятии. Неназванное остаётся как есть, `null` очищает.
#[derive(Clone, Debug, InputObject)]
struct TrainingSessionDetails {
    /// Начало: в будущем, не дальше двух лет.
    #[graphql(default)]
    starts_at: MaybeUndefined<DateTime>,
    /// Конец: не дольше 31 дня после начала.
    #[graphql(default)]
    ends_at: MaybeUndefined<DateTime>,
    /// Где проходит, до 300 знаков. Нужно место или адрес для участия через интернет.
    #[graphql(default)]
    place: MaybeUndefined<String>,
    /// Адрес для участия через интернет: его увидят те, у кого есть место.
    #[graphql(default)]
    online_url: MaybeUndefined<String>,
    /// Кто ведёт: до 20 имён, каждое до 200 знаков.
    #[graphql(default)]
    trainers: MaybeUndefined<Vec<String>>,
    /// Сколько мест: от 1 до 10 000 и не меньше, чем уже записалось.
    #[graphql(default)]
    seats: MaybeUndefined<i32>,
    /// Когда открывается запись; без указания — сразу.
    #[graphql(default)]
    registration_opens_at: MaybeUndefined<DateTime>,
    /// Когда закрывается запись: не позже начала; без указания — с началом.
    #[graphql(default)]
    registration_closes_at: MaybeUndefined<DateTime>,
    /// Только ли для тех, чьё членство в профсоюзе действует; без указания — только.
    #[graphql(default)]
    members_only: MaybeUndefined<bool>,
    /// Для членов каких организаций и нижестоящих: до 100; пусто — любых.
    #[graphql(default)]
    target_organisations: MaybeUndefined<Vec<ID>>,
}

/// Новое занятие.
#[derive(InputObject)]
struct TrainingSessionCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт то же занятие.
    client_mutation_key: ID,
    /// Какого опубликованного курса, хотя бы и чужого.
    course: ID,
    /// Какая организация проводит.
    organisation: ID,
    /// Сведения.
    #[graphql(flatten)]
    details: TrainingSessionDetails,
}

/// Правка занятия. Неназванное остаётся как есть, `null` очищает.
#[derive(InputObject)]
struct TrainingSessionUpdateInput {
    /// Какое занятие.
    id: ID,
    /// Сведения.
    #[graphql(flatten)]
    details: TrainingSessionDetails,
}

/// Какое занятие отменить и почему.
#[derive(InputObject)]
struct TrainingSessionCancelInput {
    /// Какое занятие.
    id: ID,
    /// Почему: это прочтут записавшиеся. До 500 знаков.
    reason: String,
}

payloads! {
    /// Итог назначения занятия.
    TrainingSessionCreatePayload {
        /// Занятие.
        training_session: TrainingSession
    }
    /// Итог правки занятия.
    TrainingSessionUpdatePayload {
        /// Занятие.
        training_session: TrainingSession
    }
    /// Итог отмены занятия.
    TrainingSessionCancelPayload {
        /// Занятие.
        training_session: TrainingSession
    }
    /// Итог удаления занятия.
    TrainingSessionDeletePayload {
        /// Какое удалено.
        deleted_id: ID
    }
}

/// Staff's mutations of sessions.
#[derive(Default)]
pub struct TrainingSessionMutation;

#[Object]
impl TrainingSessionMutation {
    /// Назначить занятие курса.
    async fn training_session_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Занятие.")] input: TrainingSessionCreateInput,
    ) -> Option<Result<TrainingSessionCreatePayload, Error>> {
        Some(changing::create(context, input).await.map(Into::into))
    }

    /// Изменить занятие. Если изменились время или место, записавшиеся узнают об этом; если мест стало
    /// больше, их получат те, кто ждёт дольше.
    async fn training_session_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое и как.")] input: TrainingSessionUpdateInput,
    ) -> Option<Result<TrainingSessionUpdatePayload, Error>> {
        Some(changing::update(context, input).await.map(Into::into))
    }

    /// Отменить занятие, которое ещё не закончилось: записавшиеся узнают об этом. Повтор ничего не меняет.
    async fn training_session_cancel(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое и почему.")] input: TrainingSessionCancelInput,
    ) -> Option<Result<TrainingSessionCancelPayload, Error>> {
        Some(changing::cancel(context, input).await.map(Into::into))
    }

    /// Удалить занятие, на которое никто не записывался. Остальные отменяют.
    async fn training_session_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое.")] input: ReferenceDeleteInput,
    ) -> Option<Result<TrainingSessionDeletePayload, Error>> {
        Some(changing::delete(context, input.id).await.map(Into::into))
    }
}
