//! Staff's mutations of recommendations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

use crate::{
    domain::{
        guide_watch::{
            recommending::{Advice, Adviser},
            types::RecommendationDraft,
        },
        guides::{Recommendation, RecommendationAudience, RecommendationMetric, ServiceGuide},
        organisations::Organisation,
    },
    infra::{
        db::Database,
        error::Error,
        graphql::{Done, client_key, done, payloads},
    },
};

/// Новая рекомендация. Читатели увидят её после публикации.
#[derive(InputObject)]
struct RecommendationCreateInput {
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт ту же рекомендацию.
    client_mutation_key: ID,
    /// Кто рекомендует.
    organisation: ID,
    /// К какой инструкции относится; без указания — ко всем услугам.
    guide: Option<ID>,
    /// Какой показатель услуги она должна улучшить.
    metric: Option<RecommendationMetric>,
    /// Для кого.
    audience: RecommendationAudience,
    /// О чём она, до 200 знаков.
    title: String,
    /// Текст в Markdown без картинок, до 20 000 знаков.
    body: String,
}

/// Правка рекомендации. Неназванное остаётся как есть; опубликованную читатели сразу увидят новой.
#[derive(InputObject)]
struct RecommendationUpdateInput {
    /// Какая.
    id: ID,
    /// К какой инструкции относится; `null` — ко всем услугам.
    guide: MaybeUndefined<ID>,
    /// Какой показатель услуги она должна улучшить; `null` — никакой.
    metric: MaybeUndefined<RecommendationMetric>,
    /// Для кого.
    audience: Option<RecommendationAudience>,
    /// О чём она, до 200 знаков.
    title: Option<String>,
    /// Текст в Markdown без картинок, до 20 000 знаков.
    body: Option<String>,
}

/// Какая рекомендация.
#[derive(InputObject)]
struct RecommendationStepInput {
    /// Какая.
    id: ID,
}

payloads! {
    /// Итог создания рекомендации.
    RecommendationCreatePayload {
        /// Рекомендация.
        recommendation: RecommendationDraft
    }
    /// Итог правки рекомендации.
    RecommendationUpdatePayload {
        /// Рекомендация.
        recommendation: RecommendationDraft
    }
    /// Итог публикации рекомендации.
    RecommendationPublishPayload {
        /// Рекомендация.
        recommendation: RecommendationDraft
    }
    /// Итог снятия рекомендации.
    RecommendationWithdrawPayload {
        /// Рекомендация.
        recommendation: RecommendationDraft
    }
}

#[derive(Default)]
pub struct RecommendationMutation;

#[Object]
impl RecommendationMutation {
    /// Начать рекомендацию.
    async fn recommendation_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Рекомендация.")] input: RecommendationCreateInput,
    ) -> Option<Result<RecommendationCreatePayload, Error>> {
        Some(create(context, input).await.map(Into::into))
    }

    /// Изменить рекомендацию.
    async fn recommendation_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую и как.")] input: RecommendationUpdateInput,
    ) -> Option<Result<RecommendationUpdatePayload, Error>> {
        Some(update(context, input).await.map(Into::into))
    }

    /// Опубликовать рекомендацию.
    async fn recommendation_publish(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: RecommendationStepInput,
    ) -> Option<Result<RecommendationPublishPayload, Error>> {
        Some(publish(context, input).await.map(Into::into))
    }

    /// Снять рекомендацию с публикации. Её можно опубликовать снова.
    async fn recommendation_withdraw(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: RecommendationStepInput,
    ) -> Option<Result<RecommendationWithdrawPayload, Error>> {
        Some(withdraw(context, input).await.map(Into::into))
    }
}

async fn create(
    context: &Context<'_>,
    input: RecommendationCreateInput,
) -> Result<Done<RecommendationDraft>, Error> {
    let adviser = Adviser::of(context).await?;
    let key = client_key("clientMutationKey", &input.client_mutation_key)?;
    let organisation_id = Organisation::NODE.decode("input.organisation", &input.organisation)?;
    let guide = input.guide.as_ref();
    let advice = Advice {
        guide: guide
            .map(|id| ServiceGuide::NODE.decode("input.guide", id))
            .transpose()?,
        metric: input.metric.map(Into::into),
        audience: input.audience.into(),
        title: tidy(&input.title),
        body: tidy(&input.body),
    };
    let database = context.data_unchecked::<Database>();
    let made = adviser
        .create(database, (key, organisation_id), advice)
        .await;
    done(made.map(RecommendationDraft))
}

async fn update(
    context: &Context<'_>,
    input: RecommendationUpdateInput,
) -> Result<Done<RecommendationDraft>, Error> {
    let adviser = Adviser::of(context).await?;
    let id = Recommendation::NODE.decode("input.id", &input.id)?;
    let guide = match &input.guide {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(id) => Some(Some(ServiceGuide::NODE.decode("input.guide", id)?)),
    };
    let change = |advice: &mut Advice| {
        advice.guide = guide.unwrap_or(advice.guide);
        advice.metric = match input.metric {
            MaybeUndefined::Undefined => advice.metric,
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(metric) => Some(metric.into()),
        };
        if let Some(audience) = input.audience {
            advice.audience = audience.into();
        }
        if let Some(title) = &input.title {
            advice.title = tidy(title);
        }
        if let Some(body) = &input.body {
            advice.body = tidy(body);
        }
    };
    let database = context.data_unchecked::<Database>();
    done(
        adviser
            .change(database, id, change)
            .await
            .map(RecommendationDraft),
    )
}

async fn publish(
    context: &Context<'_>,
    input: RecommendationStepInput,
) -> Result<Done<RecommendationDraft>, Error> {
    let adviser = Adviser::of(context).await?;
    let id = Recommendation::NODE.decode("input.id", &input.id)?;
    let database = context.data_unchecked::<Database>();
    done(adviser.publish(database, id).await.map(RecommendationDraft))
}

async fn withdraw(
    context: &Context<'_>,
    input: RecommendationStepInput,
) -> Result<Done<RecommendationDraft>, Error> {
    let adviser = Adviser::of(context).await?;
    let id = Recommendation::NODE.decode("input.id", &input.id)?;
    let database = context.data_unchecked::<Database>();
    done(
        adviser
            .withdraw(database, id)
            .await
            .map(RecommendationDraft),
    )
}

/// A text as it is kept: without blanks around it.
fn tidy(text: &str) -> String {
    text.trim().to_owned()
}
