//! Saying what one thinks of a session.

use async_graphql::{Context, ID, InputObject, Object};

use crate::{
    domain::{
        accounts::Accounts,
        training::{
            feedback::{self, Opinion},
            types::{TrainingErrorCode, TrainingRegistration},
            viewing::shown,
        },
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{Done, Now, UserError, UserErrorCode, payloads},
    },
};

const LONGEST_COMMENT: usize = 1000;

/// Отзыв о занятии.
#[derive(InputObject)]
struct TrainingFeedbackSubmitInput {
    /// О какой записи.
    registration: ID,
    /// Оценка, от 1 до 5.
    rating: i32,
    /// Отзыв, до 1000 знаков.
    comment: Option<String>,
}

payloads! {
    /// Итог отзыва.
    TrainingFeedbackSubmitPayload {
        /// Запись с отзывом.
        registration: TrainingRegistration
    }
}

#[derive(Default)]
pub struct TrainingFeedbackMutation;

#[Object]
impl TrainingFeedbackMutation {
    /// Оценить занятие, на котором был спрашивающий: в течение 60 дней после него. Новый отзыв заменяет
    /// прежний. Организаторы видят отзывы без имён.
    async fn training_feedback_submit(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "О чём и какой отзыв.")] input: TrainingFeedbackSubmitInput,
    ) -> Option<Result<TrainingFeedbackSubmitPayload, Error>> {
        Some(submit(context, input).await.map(Into::into))
    }
}

async fn submit(
    context: &Context<'_>,
    input: TrainingFeedbackSubmitInput,
) -> Result<Done<TrainingRegistration>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let id = TrainingRegistration::NODE.decode("input.registration", &input.registration)?;
    let comment = input.comment.map(|text| text.trim().to_owned());
    let comment = comment.filter(|text| !text.is_empty());
    let mut errors = faults_of(comment.as_deref());
    let rating = i16::try_from(input.rating).ok();
    let Some(rating) = rating.filter(|rating| (1..=5).contains(rating)) else {
        errors.push(TrainingErrorCode::OutOfRange.at("rating"));
        return Ok(Err(errors));
    };
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let opinion = Opinion {
        account_id,
        registration_id: id,
        rating,
        comment,
    };
    let vault = &context.data_unchecked::<Accounts>().vault;
    let database = context.data_unchecked::<Database>();
    match feedback::submit(vault, database, opinion, Now::of(context)).await? {
        Ok(row) => Ok(Ok(shown(database.writer(), row).await?)),
        Err(codes) => {
            let errors = codes.into_iter().map(|code| code.at("registration"));
            Ok(Err(errors.collect()))
        }
    }
}

fn faults_of(comment: Option<&str>) -> Vec<UserError> {
    let mut errors = Vec::new();
    if comment.is_some_and(|text| text.chars().count() > LONGEST_COMMENT) {
        errors.push(TrainingErrorCode::CommentTooLong.at("comment"));
    }
    if comment.is_some_and(|text| text.contains('\0')) {
        errors.push(TrainingErrorCode::BadCharacter.at("comment"));
    }
    errors
}
