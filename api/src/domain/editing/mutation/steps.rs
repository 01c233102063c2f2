//! From a mutation's input to a step of the lifecycle.

use async_graphql::{Context, ID};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    ContentPublishInput, ContentRestoreInput, ContentReturnInput, ContentStepInput,
    ContentWithdrawInput, content_id,
};
use crate::{
    domain::editing::{
        editor::Editor,
        kinds::Editable,
        lifecycle::{self, Amendment, Publishing, Step, Stop, Withdrawing},
        store::Held,
        types::EditingErrorCode,
    },
    infra::{db::Database, error::Error, graphql::client_key},
};

/// Characters.
const LONGEST_COMMENT: usize = 2000;
const LONGEST_NOTE: usize = 500;
const LONGEST_EXPLANATION: usize = 1000;

/// What a step ends with.
pub type Outcome = Result<Held, Stop>;
type Kind = &'static dyn Editable;

macro_rules! step {
    ($context:ident, $kind:ident as $step:ident) => {
        let editor = Editor::of($context).await?;
        let $step = Step {
            database: $context.data_unchecked::<Database>(),
            editor: &editor,
            kind: $kind,
        };
    };
}

/// Begins a draft.
///
/// # Errors
/// [`Stop`].
pub async fn create(
    context: &Context<'_>,
    kind: Kind,
    key: &ID,
    document: impl Serialize,
) -> Outcome {
    let key = client_key("clientMutationKey", key)?;
    let document = serde_json::to_value(document).map_err(Error::from)?;
    step!(context, kind as step);
    lifecycle::create(step, key, document).await
}

/// Changes a draft by what its editor named.
///
/// # Errors
/// [`Stop`].
pub async fn update<D: Serialize + DeserializeOwned>(
    context: &Context<'_>,
    kind: Kind,
    (id, version): (&ID, i32),
    change: impl Fn(&mut D) -> Result<(), Error>,
) -> Outcome {
    let id = content_id("input.id", id)?;
    step!(context, kind as step);
    let rewrite = |document: Value| {
        let mut document: D = serde_json::from_value(document)?;
        change(&mut document)?;
        Ok(serde_json::to_value(document)?)
    };
    lifecycle::save(step, id, version.into(), rewrite).await
}

/// Changes what readers see, without a draft.
///
/// # Errors
/// [`Stop`].
pub async fn amend<A: Amendment>(
    context: &Context<'_>,
    kind: Kind,
    (id, version): (&ID, i32),
    amendment: &A,
) -> Outcome {
    let id = content_id("input.id", id)?;
    step!(context, kind as step);
    lifecycle::amend(step, id, version.into(), amendment).await
}

/// Sends a draft to review.
///
/// # Errors
/// [`Stop`].
pub async fn submit(context: &Context<'_>, kind: Kind, input: ContentStepInput) -> Outcome {
    let id = content_id("input.id", &input.id)?;
    step!(context, kind as step);
    lifecycle::submit(step, id, input.version.into()).await
}

/// Gives a draft back.
///
/// # Errors
/// [`Stop`].
pub async fn send_back(context: &Context<'_>, kind: Kind, input: ContentReturnInput) -> Outcome {
    let id = content_id("input.id", &input.id)?;
    let comment = worded("comment", &input.comment, LONGEST_COMMENT)?;
    step!(context, kind as step);
    lifecycle::send_back(step, id, input.version.into(), comment).await
}

/// Throws a draft away.
///
/// # Errors
/// [`Stop`].
pub async fn discard(context: &Context<'_>, kind: Kind, input: ContentStepInput) -> Outcome {
    let id = content_id("input.id", &input.id)?;
    step!(context, kind as step);
    lifecycle::discard(step, id, input.version.into()).await
}

/// Shows a draft to readers, now or later.
///
/// # Errors
/// [`Stop`].
pub async fn publish(context: &Context<'_>, kind: Kind, input: ContentPublishInput) -> Outcome {
    let id = content_id("input.id", &input.id)?;
    let note = match &input.change_note {
        Some(note) if !note.trim().is_empty() => Some(worded("changeNote", note, LONGEST_NOTE)?),
        _ => None,
    };
    let wish = Publishing {
        at: input.at.map(|at| at.0),
        note,
        notifies: input.notify.unwrap_or_default(),
    };
    step!(context, kind as step);
    lifecycle::publish(step, id, input.version.into(), wish).await
}

/// Takes a draft out of the schedule.
///
/// # Errors
/// [`Stop`].
pub async fn unschedule(context: &Context<'_>, kind: Kind, input: ContentStepInput) -> Outcome {
    let id = content_id("input.id", &input.id)?;
    step!(context, kind as step);
    lifecycle::unschedule(step, id, input.version.into()).await
}

/// Withdraws what is published.
///
/// # Errors
/// [`Stop`].
pub async fn withdraw(context: &Context<'_>, kind: Kind, input: ContentWithdrawInput) -> Outcome {
    let id = content_id("input.id", &input.id)?;
    let replacement_id = input
        .replacement_id
        .as_ref()
        .map(|id| content_id("input.replacementId", id))
        .transpose()?;
    let why = Withdrawing {
        explanation: worded("explanation", &input.explanation, LONGEST_EXPLANATION)?,
        replacement_id,
    };
    step!(context, kind as step);
    lifecycle::withdraw(step, id, input.version.into(), why).await
}

/// Archives what is published.
///
/// # Errors
/// [`Stop`].
pub async fn archive(context: &Context<'_>, kind: Kind, input: ContentStepInput) -> Outcome {
    let id = content_id("input.id", &input.id)?;
    step!(context, kind as step);
    lifecycle::archive(step, id, input.version.into()).await
}

/// Makes an older revision the draft.
///
/// # Errors
/// [`Stop`].
pub async fn restore(context: &Context<'_>, kind: Kind, input: ContentRestoreInput) -> Outcome {
    let id = content_id("input.id", &input.id)?;
    step!(context, kind as step);
    lifecycle::restore(step, id, input.version.into(), input.revision).await
}

/// A text that must say something, within its length.
fn worded(field: &'static str, text: &str, longest: usize) -> Result<String, Stop> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Stop::Refused(
            EditingErrorCode::ExplanationRequired,
            Some(field),
        ));
    }
    if text.chars().count() > longest {
        return Err(Stop::Refused(EditingErrorCode::TooLong, Some(field)));
    }
    Ok(text.to_owned())
}

/// Declares the steps of a kind as mutations; only their names differ.
macro_rules! lifecycle_mutations {
    (
        $steps:ident of $kind:expr, $draft:ident;
        submit $submit:literal $Submit:ident;
        send_back $send_back:literal $SendBack:ident;
        discard $discard:literal $Discard:ident;
        publish $publish:literal $Publish:ident;
        unschedule $unschedule:literal $Unschedule:ident;
        withdraw $withdraw:literal $Withdraw:ident;
        archive $archive:literal $Archive:ident;
        restore $restore:literal $Restore:ident;
    ) => {
        $crate::domain::editing::mutation::draft_payloads! {
            $draft: $Submit $SendBack $Discard $Publish $Unschedule $Withdraw $Archive $Restore
        }

        #[derive(Default)]
        pub struct $steps;

        #[async_graphql::Object]
        impl $steps {
            /// Отправить черновик на проверку.
            #[graphql(name = $submit)]
            async fn submit(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "Какой черновик.")]
                input: $crate::domain::editing::mutation::ContentStepInput,
            ) -> Option<Result<$Submit, $crate::infra::error::Error>> {
                let outcome =
                    $crate::domain::editing::mutation::submit(context, &$kind, input).await;
                Some(
                    $crate::domain::editing::mutation::Answer::of(outcome, $draft::of)
                        .map(Into::into),
                )
            }

            /// Вернуть черновик с проверки, объяснив, что исправить.
            #[graphql(name = $send_back)]
            async fn send_back(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "Какой черновик и почему.")]
                input: $crate::domain::editing::mutation::ContentReturnInput,
            ) -> Option<Result<$SendBack, $crate::infra::error::Error>> {
                let outcome =
                    $crate::domain::editing::mutation::send_back(context, &$kind, input).await;
                Some(
                    $crate::domain::editing::mutation::Answer::of(outcome, $draft::of)
                        .map(Into::into),
                )
            }

            /// Отбросить черновик. Опубликованное остаётся; чего никто не видел — исчезнет совсем.
            #[graphql(name = $discard)]
            async fn discard(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "Какой черновик.")]
                input: $crate::domain::editing::mutation::ContentStepInput,
            ) -> Option<Result<$Discard, $crate::infra::error::Error>> {
                let outcome =
                    $crate::domain::editing::mutation::discard(context, &$kind, input).await;
                Some(
                    $crate::domain::editing::mutation::Answer::of(outcome, $draft::of)
                        .map(Into::into),
                )
            }

            /// Опубликовать сейчас или в назначенное время. Называет сразу всё, чего недостаёт.
            #[graphql(name = $publish)]
            async fn publish(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "Что и когда.")]
                input: $crate::domain::editing::mutation::ContentPublishInput,
            ) -> Option<Result<$Publish, $crate::infra::error::Error>> {
                let outcome =
                    $crate::domain::editing::mutation::publish(context, &$kind, input).await;
                Some(
                    $crate::domain::editing::mutation::Answer::of(outcome, $draft::of)
                        .map(Into::into),
                )
            }

            /// Снять черновик с расписания.
            #[graphql(name = $unschedule)]
            async fn unschedule(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "Какой черновик.")]
                input: $crate::domain::editing::mutation::ContentStepInput,
            ) -> Option<Result<$Unschedule, $crate::infra::error::Error>> {
                let outcome =
                    $crate::domain::editing::mutation::unschedule(context, &$kind, input).await;
                Some(
                    $crate::domain::editing::mutation::Answer::of(outcome, $draft::of)
                        .map(Into::into),
                )
            }

            /// Снять опубликованное с объяснением и, если есть, заменой.
            #[graphql(name = $withdraw)]
            async fn withdraw(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "Что и почему.")]
                input: $crate::domain::editing::mutation::ContentWithdrawInput,
            ) -> Option<Result<$Withdraw, $crate::infra::error::Error>> {
                let outcome =
                    $crate::domain::editing::mutation::withdraw(context, &$kind, input).await;
                Some(
                    $crate::domain::editing::mutation::Answer::of(outcome, $draft::of)
                        .map(Into::into),
                )
            }

            /// Убрать опубликованное в архив: читатели его больше не найдут.
            #[graphql(name = $archive)]
            async fn archive(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "Что убрать.")]
                input: $crate::domain::editing::mutation::ContentStepInput,
            ) -> Option<Result<$Archive, $crate::infra::error::Error>> {
                let outcome =
                    $crate::domain::editing::mutation::archive(context, &$kind, input).await;
                Some(
                    $crate::domain::editing::mutation::Answer::of(outcome, $draft::of)
                        .map(Into::into),
                )
            }

            /// Сделать прежнюю редакцию черновиком.
            #[graphql(name = $restore)]
            async fn restore(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "Какую редакцию.")]
                input: $crate::domain::editing::mutation::ContentRestoreInput,
            ) -> Option<Result<$Restore, $crate::infra::error::Error>> {
                let outcome =
                    $crate::domain::editing::mutation::restore(context, &$kind, input).await;
                Some(
                    $crate::domain::editing::mutation::Answer::of(outcome, $draft::of)
                        .map(Into::into),
                )
            }
        }
    };
}

pub(crate) use lifecycle_mutations;
