//! The editors' mutations of courses.

use async_graphql::{Context, ID, InputObject, MergedObject, Object};

use super::{COURSES, CourseDocument, CourseDraft, input::CourseFields};
use crate::{
    domain::editing::mutation::{Answer, create, draft_payloads, lifecycle_mutations, update},
    infra::error::Error,
};

/// The editors' mutations of courses.
#[derive(Default, MergedObject)]
pub struct CourseEditing(CourseDrafting, CourseSteps);

/// Новый курс: хватит и организации, остальное можно дописать.
#[derive(InputObject)]
struct CourseCreateInput {
    /// Чей это курс.
    organisation: ID,
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт тот же черновик.
    client_mutation_key: ID,
    /// Поля курса.
    #[graphql(flatten)]
    fields: CourseFields,
}

/// Правка черновика курса; рядом с опубликованным начинает черновик.
#[derive(InputObject)]
struct CourseUpdateInput {
    /// Идентификатор черновика или опубликованного курса.
    id: ID,
    /// Версия, которую правили.
    version: i32,
    /// Чей это курс, если его передают другой организации.
    organisation: Option<ID>,
    /// Поля курса.
    #[graphql(flatten)]
    fields: CourseFields,
}

draft_payloads! { CourseDraft: CourseCreatePayload CourseUpdatePayload }

#[derive(Default)]
pub struct CourseDrafting;

#[Object]
impl CourseDrafting {
    /// Начать курс. Он может быть неполным: чего недостаёт, скажет `problems`.
    async fn course_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Курс.")] input: CourseCreateInput,
    ) -> Option<Result<CourseCreatePayload, Error>> {
        let outcome = async {
            let mut document = CourseDocument::default();
            document.envelope.move_to(&input.organisation)?;
            input.fields.apply(&mut document)?;
            create(context, &COURSES, &input.client_mutation_key, document).await
        };
        Some(Answer::of(outcome.await, CourseDraft::of).map(Into::into))
    }

    /// Изменить черновик курса. Опубликованный не меняется: рядом с ним появляется черновик.
    async fn course_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что изменить.")] input: CourseUpdateInput,
    ) -> Option<Result<CourseUpdatePayload, Error>> {
        let change = |document: &mut CourseDocument| {
            if let Some(organisation) = &input.organisation {
                document.envelope.move_to(organisation)?;
            }
            input.fields.clone().apply(document)
        };
        let outcome = update(context, &COURSES, (&input.id, input.version), change).await;
        Some(Answer::of(outcome, CourseDraft::of).map(Into::into))
    }
}

lifecycle_mutations! {
    CourseSteps of COURSES, CourseDraft;
    submit "courseSubmit" CourseSubmitPayload;
    send_back "courseReturn" CourseReturnPayload;
    discard "courseDiscard" CourseDiscardPayload;
    publish "coursePublish" CoursePublishPayload;
    unschedule "courseUnschedule" CourseUnschedulePayload;
    withdraw "courseWithdraw" CourseWithdrawPayload;
    archive "courseArchive" CourseArchivePayload;
    restore "courseRestoreRevision" CourseRestoreRevisionPayload;
}
