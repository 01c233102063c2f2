//! The editors' mutations of guides.

use async_graphql::{Context, ID, InputObject, MergedObject, Object};

use super::{
    GUIDES, GuideDocument, ServiceGuideDraft, concerns::ConcernEditing, confirmation::Confirmation,
    input::ServiceGuideFields,
};
use crate::{
    domain::editing::mutation::{
        Answer, amend, create, draft_payloads, lifecycle_mutations, update,
    },
    infra::{
        error::Error,
        graphql::{Date, Now},
    },
};

/// The editors' mutations of guides.
#[derive(Default, MergedObject)]
pub struct GuideEditing(GuideDrafting, ServiceGuideSteps, ConcernEditing);

/// Новая инструкция: хватит и организации, остальное можно дописать.
#[derive(InputObject)]
struct ServiceGuideCreateInput {
    /// Кто отвечает за инструкцию.
    organisation: ID,
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт тот же черновик.
    client_mutation_key: ID,
    /// Поля инструкции.
    #[graphql(flatten)]
    fields: ServiceGuideFields,
}

/// Правка черновика инструкции; рядом с опубликованной начинает черновик.
#[derive(InputObject)]
struct ServiceGuideUpdateInput {
    /// Идентификатор черновика или опубликованной инструкции.
    id: ID,
    /// Версия, которую правили.
    version: i32,
    /// Кто отвечает за инструкцию, если её передают другой организации.
    organisation: Option<ID>,
    /// Поля инструкции.
    #[graphql(flatten)]
    fields: ServiceGuideFields,
}

/// Какая опубликованная инструкция проверена.
#[derive(InputObject)]
struct ServiceGuideConfirmCheckedInput {
    /// Идентификатор черновика или опубликованной инструкции.
    id: ID,
    /// Версия, которую видел спрашивающий. Повтор с той же версией ничего не изменит.
    version: i32,
    /// Кем проверена: имя и должность, как их увидят читатели. До 200 знаков.
    checked_by: String,
    /// Когда проверить снова.
    next_review_at: Date,
}

draft_payloads! {
    ServiceGuideDraft:
    ServiceGuideCreatePayload ServiceGuideUpdatePayload ServiceGuideConfirmCheckedPayload
}

#[derive(Default)]
pub struct GuideDrafting;

#[Object]
impl GuideDrafting {
    /// Начать инструкцию. Она может быть неполной: чего недостаёт, скажет `problems`.
    async fn service_guide_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Инструкция.")] input: ServiceGuideCreateInput,
    ) -> Option<Result<ServiceGuideCreatePayload, Error>> {
        let outcome = async {
            let mut document = GuideDocument::default();
            document.envelope.move_to(&input.organisation)?;
            input.fields.apply(&mut document)?;
            create(context, &GUIDES, &input.client_mutation_key, document).await
        };
        Some(Answer::of(outcome.await, ServiceGuideDraft::of).map(Into::into))
    }

    /// Изменить черновик инструкции. Опубликованная не меняется: рядом с ней появляется черновик.
    async fn service_guide_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что изменить.")] input: ServiceGuideUpdateInput,
    ) -> Option<Result<ServiceGuideUpdatePayload, Error>> {
        let change = |document: &mut GuideDocument| {
            if let Some(organisation) = &input.organisation {
                document.envelope.move_to(organisation)?;
            }
            input.fields.clone().apply(document)
        };
        let outcome = update(context, &GUIDES, (&input.id, input.version), change).await;
        Some(Answer::of(outcome, ServiceGuideDraft::of).map(Into::into))
    }

    /// Подтвердить, что опубликованная инструкция верна: предупреждение читателям исчезнет до
    /// следующего срока, а замечания, на которые отвечает проверка, закроются. Черновик рядом с ней останется и будет знать о проверке.
    async fn service_guide_confirm_checked(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что проверено, кем и до какого дня.")]
        input: ServiceGuideConfirmCheckedInput,
    ) -> Option<Result<ServiceGuideConfirmCheckedPayload, Error>> {
        let confirmation = Confirmation {
            checked_by: input.checked_by.trim().to_owned(),
            checked_at: Now::of(context),
            next_review_at: input.next_review_at.0,
        };
        let seen = (&input.id, input.version);
        let outcome = amend(context, &GUIDES, seen, &confirmation).await;
        Some(Answer::of(outcome, ServiceGuideDraft::of).map(Into::into))
    }
}

lifecycle_mutations! {
    ServiceGuideSteps of GUIDES, ServiceGuideDraft;
    submit "serviceGuideSubmit" ServiceGuideSubmitPayload;
    send_back "serviceGuideReturn" ServiceGuideReturnPayload;
    discard "serviceGuideDiscard" ServiceGuideDiscardPayload;
    publish "serviceGuidePublish" ServiceGuidePublishPayload;
    unschedule "serviceGuideUnschedule" ServiceGuideUnschedulePayload;
    withdraw "serviceGuideWithdraw" ServiceGuideWithdrawPayload;
    archive "serviceGuideArchive" ServiceGuideArchivePayload;
    restore "serviceGuideRestoreRevision" ServiceGuideRestoreRevisionPayload;
}
