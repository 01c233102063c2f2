//! The editors' mutations of news.

use async_graphql::{Context, ID, InputObject, MergedObject, Object};

use super::{NEWS, NewsArticleDraft, NewsDocument, input::NewsArticleFields};
use crate::{
    domain::editing::mutation::{Answer, create, draft_payloads, lifecycle_mutations, update},
    infra::error::Error,
};

/// The editors' mutations of news.
#[derive(Default, MergedObject)]
pub struct NewsEditing(NewsDrafting, NewsArticleSteps);

/// Новая новость: хватит и организации, остальное можно дописать.
#[derive(InputObject)]
struct NewsArticleCreateInput {
    /// Чья это новость.
    organisation: ID,
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт тот же черновик.
    client_mutation_key: ID,
    /// Поля новости.
    #[graphql(flatten)]
    fields: NewsArticleFields,
}

/// Правка черновика новости; рядом с опубликованной начинает черновик.
#[derive(InputObject)]
struct NewsArticleUpdateInput {
    /// Идентификатор черновика или опубликованной новости.
    id: ID,
    /// Версия, которую правили.
    version: i32,
    /// Чья это новость, если её передают другой организации.
    organisation: Option<ID>,
    /// Поля новости.
    #[graphql(flatten)]
    fields: NewsArticleFields,
}

draft_payloads! { NewsArticleDraft: NewsArticleCreatePayload NewsArticleUpdatePayload }

#[derive(Default)]
pub struct NewsDrafting;

#[Object]
impl NewsDrafting {
    /// Начать новость. Она может быть неполной: чего недостаёт, скажет `problems`.
    async fn news_article_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Новость.")] input: NewsArticleCreateInput,
    ) -> Option<Result<NewsArticleCreatePayload, Error>> {
        let outcome = async {
            let mut document = NewsDocument::default();
            document.envelope.move_to(&input.organisation)?;
            input.fields.apply(&mut document)?;
            create(context, &NEWS, &input.client_mutation_key, document).await
        };
        Some(Answer::of(outcome.await, NewsArticleDraft::of).map(Into::into))
    }

    /// Изменить черновик новости. Опубликованная не меняется: рядом с ней появляется черновик.
    async fn news_article_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что изменить.")] input: NewsArticleUpdateInput,
    ) -> Option<Result<NewsArticleUpdatePayload, Error>> {
        let change = |document: &mut NewsDocument| {
            if let Some(organisation) = &input.organisation {
                document.envelope.move_to(organisation)?;
            }
            input.fields.clone().apply(document)
        };
        let outcome = update(context, &NEWS, (&input.id, input.version), change).await;
        Some(Answer::of(outcome, NewsArticleDraft::of).map(Into::into))
    }
}

lifecycle_mutations! {
    NewsArticleSteps of NEWS, NewsArticleDraft;
    submit "newsArticleSubmit" NewsArticleSubmitPayload;
    send_back "newsArticleReturn" NewsArticleReturnPayload;
    discard "newsArticleDiscard" NewsArticleDiscardPayload;
    publish "newsArticlePublish" NewsArticlePublishPayload;
    unschedule "newsArticleUnschedule" NewsArticleUnschedulePayload;
    withdraw "newsArticleWithdraw" NewsArticleWithdrawPayload;
    archive "newsArticleArchive" NewsArticleArchivePayload;
    restore "newsArticleRestoreRevision" NewsArticleRestoreRevisionPayload;
}
