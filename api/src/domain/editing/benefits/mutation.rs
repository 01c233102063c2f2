//! The editors' mutations of benefits.

use async_graphql::{Context, ID, InputObject, MergedObject, Object};

use super::{BENEFITS, BenefitDocument, BenefitDraft, input::BenefitFields};
use crate::{
    domain::editing::mutation::{Answer, create, draft_payloads, lifecycle_mutations, update},
    infra::error::Error,
};

/// The editors' mutations of benefits.
#[derive(Default, MergedObject)]
pub struct BenefitEditing(BenefitDrafting, BenefitSteps);

/// Новая льгота: хватит и организации, остальное можно дописать.
#[derive(InputObject)]
struct BenefitCreateInput {
    /// Какая организация предлагает льготу.
    organisation: ID,
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт тот же черновик.
    client_mutation_key: ID,
    /// Поля льготы.
    #[graphql(flatten)]
    fields: BenefitFields,
}

/// Правка черновика льготы; рядом с опубликованной начинает черновик.
#[derive(InputObject)]
struct BenefitUpdateInput {
    /// Идентификатор черновика или опубликованной льготы.
    id: ID,
    /// Версия, которую правили.
    version: i32,
    /// Какая организация предлагает льготу, если её передают другой.
    organisation: Option<ID>,
    /// Поля льготы.
    #[graphql(flatten)]
    fields: BenefitFields,
}

draft_payloads! { BenefitDraft: BenefitCreatePayload BenefitUpdatePayload }

#[derive(Default)]
pub struct BenefitDrafting;

#[Object]
impl BenefitDrafting {
    /// Начать льготу. Она может быть неполной: чего недостаёт, скажет `problems`.
    async fn benefit_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Льгота.")] input: BenefitCreateInput,
    ) -> Option<Result<BenefitCreatePayload, Error>> {
        let outcome = async {
            let mut document = BenefitDocument::default();
            document.envelope.move_to(&input.organisation)?;
            input.fields.apply(&mut document)?;
            create(context, &BENEFITS, &input.client_mutation_key, document).await
        };
        Some(Answer::of(outcome.await, BenefitDraft::of).map(Into::into))
    }

    /// Изменить черновик льготы. Опубликованная не меняется: рядом с ней появляется черновик.
    async fn benefit_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что изменить.")] input: BenefitUpdateInput,
    ) -> Option<Result<BenefitUpdatePayload, Error>> {
        let change = |document: &mut BenefitDocument| {
            if let Some(organisation) = &input.organisation {
                document.envelope.move_to(organisation)?;
            }
            input.fields.clone().apply(document)
        };
        let outcome = update(context, &BENEFITS, (&input.id, input.version), change).await;
        Some(Answer::of(outcome, BenefitDraft::of).map(Into::into))
    }
}

lifecycle_mutations! {
    BenefitSteps of BENEFITS, BenefitDraft;
    submit "benefitSubmit" BenefitSubmitPayload;
    send_back "benefitReturn" BenefitReturnPayload;
    discard "benefitDiscard" BenefitDiscardPayload;
    publish "benefitPublish" BenefitPublishPayload;
    unschedule "benefitUnschedule" BenefitUnschedulePayload;
    withdraw "benefitWithdraw" BenefitWithdrawPayload;
    archive "benefitArchive" BenefitArchivePayload;
    restore "benefitRestoreRevision" BenefitRestoreRevisionPayload;
}
