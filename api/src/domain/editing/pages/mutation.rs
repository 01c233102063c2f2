//! The editors' mutations of organisations' pages.

use async_graphql::{Context, ID, InputObject, MergedObject, Object};

use super::{OrganisationPageDraft, PAGES, PageDocument, input::OrganisationPageFields};
use crate::{
    domain::editing::mutation::{Answer, create, draft_payloads, lifecycle_mutations, update},
    infra::error::Error,
};

/// The editors' mutations of organisations' pages.
#[derive(Default, MergedObject)]
pub struct PageEditing(PageDrafting, PageSteps);

/// Новая страница: хватит и организации, остальное можно дописать.
#[derive(InputObject)]
struct OrganisationPageCreateInput {
    /// Чья это страница.
    organisation: ID,
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт тот же черновик.
    client_mutation_key: ID,
    /// Поля страницы.
    #[graphql(flatten)]
    fields: OrganisationPageFields,
}

/// Правка черновика страницы; рядом с опубликованной начинает черновик.
#[derive(InputObject)]
struct OrganisationPageUpdateInput {
    /// Идентификатор черновика или опубликованной страницы.
    id: ID,
    /// Версия, которую правили.
    version: i32,
    /// Чья это страница, если её передают другой организации.
    organisation: Option<ID>,
    /// Поля страницы.
    #[graphql(flatten)]
    fields: OrganisationPageFields,
}

draft_payloads! { OrganisationPageDraft: OrganisationPageCreatePayload OrganisationPageUpdatePayload }

#[derive(Default)]
pub struct PageDrafting;

#[Object]
impl PageDrafting {
    /// Начать страницу. Она может быть неполной: чего недостаёт, скажет `problems`.
    async fn organisation_page_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Страница.")] input: OrganisationPageCreateInput,
    ) -> Option<Result<OrganisationPageCreatePayload, Error>> {
        let outcome = async {
            let mut document = PageDocument::default();
            document.envelope.move_to(&input.organisation)?;
            input.fields.apply(&mut document)?;
            create(context, &PAGES, &input.client_mutation_key, document).await
        };
        Some(Answer::of(outcome.await, OrganisationPageDraft::of).map(Into::into))
    }

    /// Изменить черновик страницы. Опубликованная не меняется: рядом с ней появляется черновик.
    async fn organisation_page_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что изменить.")] input: OrganisationPageUpdateInput,
    ) -> Option<Result<OrganisationPageUpdatePayload, Error>> {
        let change = |document: &mut PageDocument| {
            if let Some(organisation) = &input.organisation {
                document.envelope.move_to(organisation)?;
            }
            input.fields.clone().apply(document)
        };
        let outcome = update(context, &PAGES, (&input.id, input.version), change).await;
        Some(Answer::of(outcome, OrganisationPageDraft::of).map(Into::into))
    }
}

lifecycle_mutations! {
    PageSteps of PAGES, OrganisationPageDraft;
    submit "organisationPageSubmit" OrganisationPageSubmitPayload;
    send_back "organisationPageReturn" OrganisationPageReturnPayload;
    discard "organisationPageDiscard" OrganisationPageDiscardPayload;
    publish "organisationPagePublish" OrganisationPagePublishPayload;
    unschedule "organisationPageUnschedule" OrganisationPageUnschedulePayload;
    withdraw "organisationPageWithdraw" OrganisationPageWithdrawPayload;
    archive "organisationPageArchive" OrganisationPageArchivePayload;
    restore "organisationPageRestoreRevision" OrganisationPageRestoreRevisionPayload;
}
