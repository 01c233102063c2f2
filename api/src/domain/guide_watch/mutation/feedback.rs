//! Saying whether a guide was of use.

use async_graphql::{Context, ID, InputObject, Object};

use crate::{
    domain::{
        accounts::Accounts,
        guide_watch::{
            opinions::{Author, Opinion, take},
            rules::Saying,
            types::{GuideOpinionReason, GuideWatchErrorCode},
        },
        guides::{GuideById, GuideFeedback, ServiceGuide},
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{
            Caller, Done, Now, UserError, UserErrorCode, client_key, done, load_of, payloads,
        },
    },
};

/// Помогла ли инструкция.
#[derive(InputObject)]
struct GuideFeedbackSubmitInput {
    /// UUID, который придумал клиент: повтор с тем же ключом ничего не меняет.
    client_mutation_key: ID,
    /// Какая инструкция.
    guide: ID,
    /// Помогла ли она.
    is_useful: bool,
    /// Почему не помогла.
    reason: Option<GuideOpinionReason>,
    /// Пояснение, до 500 знаков. Телефоны, почта и номера из него убираются.
    comment: Option<String>,
}

payloads! {
    /// Итог отзыва об инструкции.
    GuideFeedbackSubmitPayload {
        /// Сколько читателей как её оценили, вместе с этим отзывом.
        feedback: GuideFeedback
    }
}

#[derive(Default)]
pub struct OpinionMutation;

#[Object]
impl OpinionMutation {
    /// Сказать, помогла ли инструкция. Доступно всем; кто спрашивает, не сохраняется. Второй отзыв за
    /// день об одной инструкции заменяет первый.
    async fn guide_feedback_submit(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Отзыв.")] input: GuideFeedbackSubmitInput,
    ) -> Option<Result<GuideFeedbackSubmitPayload, Error>> {
        Some(submit(context, input).await.map(Into::into))
    }
}

async fn submit(
    context: &Context<'_>,
    input: GuideFeedbackSubmitInput,
) -> Result<Done<GuideFeedback>, Error> {
    let key = client_key("clientMutationKey", &input.client_mutation_key)?;
    let guide_id = ServiceGuide::NODE.decode("input.guide", &input.guide)?;
    let comment = input.comment.map(|text| text.trim().to_owned());
    let saying = Saying {
        is_useful: input.is_useful,
        reason: input.reason.map(Into::into),
        comment: comment.filter(|text| !text.is_empty()),
    };
    let guide = load_of(context, GuideById(guide_id)).await?;
    let mut errors: Vec<UserError> = saying
        .faults()
        .into_iter()
        .map(|(field, code)| code.at(field))
        .collect();
    let revision = match guide {
        Some(guide) => guide.row.revision,
        None => {
            errors.insert(0, GuideWatchErrorCode::GuideNotFound.at("guide"));
            0
        }
    };
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let now = Now::of(context);
    let viewer = context.data_unchecked::<Viewer>();
    let vault = &context.data_unchecked::<Accounts>().vault;
    let opinion = Opinion {
        key,
        guide_id,
        revision,
        saying,
        author: Author::of(vault, (viewer, Caller::of(context)), guide_id, now),
    };
    let database = context.data_unchecked::<Database>();
    let taken = done(take(database, opinion, now).await)?;
    Ok(taken.map(|sums| GuideFeedback::of(sums.useful, sums.not_useful)))
}
