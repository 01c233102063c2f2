//! How a step is answered: the draft as it is now, or what stands against it.

use crate::{
    domain::editing::{lifecycle::Stop, problem::Problem, store::Held, types::EditingErrorCode},
    infra::{
        error::Error,
        graphql::{UserError, UserErrorCode},
    },
};

/// What a payload is made of.
pub struct Answer<D> {
    pub draft: Option<D>,
    /// What somebody else made of it meanwhile.
    pub current: Option<D>,
    pub user_errors: Vec<UserError>,
}

impl<D> Answer<D> {
    /// Puts the outcome of a step into words.
    ///
    /// # Errors
    /// What is nobody's fault but ours.
    pub fn of(
        outcome: Result<Held, Stop>,
        draft: impl Fn(Held) -> Result<D, Error>,
    ) -> Result<Self, Error> {
        match outcome {
            Ok(held) => {
                // What no reader ever saw is gone with its draft.
                let is_gone = held.draft.is_none() && held.content.first_published_at.is_none();
                let shown = if is_gone { None } else { Some(draft(held)?) };
                Ok(Self::with(shown, None, Vec::new()))
            }
            Err(Stop::Refused(code, field)) => {
                let error = match field {
                    Some(field) => code.at(field),
                    None => code.error(),
                };
                Ok(Self::with(None, None, vec![error]))
            }
            Err(Stop::Conflict(held)) => {
                let error = EditingErrorCode::Conflict.at("version");
                Ok(Self::with(None, Some(draft(*held)?), vec![error]))
            }
            Err(Stop::Unfit(problems)) => {
                let errors = problems.iter().map(Problem::as_error).collect();
                Ok(Self::with(None, None, errors))
            }
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    const fn with(draft: Option<D>, current: Option<D>, user_errors: Vec<UserError>) -> Self {
        Self {
            draft,
            current,
            user_errors,
        }
    }
}

/// Declares the payloads of a kind's mutations.
macro_rules! draft_payloads {
    ($draft:ident: $($name:ident)+) => {
        $(
            /// Итог действия редакции.
            #[derive(async_graphql::SimpleObject)]
            pub struct $name {
                /// Черновик после действия; `null`, если оно не сделано или черновика больше нет.
                draft: Option<$draft>,
                /// При конфликте — каким материал стал за это время.
                current: Option<$draft>,
                /// Что помешало; пусто — всё сделано.
                user_errors: Vec<$crate::infra::graphql::UserError>,
            }

            impl From<$crate::domain::editing::mutation::Answer<$draft>> for $name {
                fn from(answer: $crate::domain::editing::mutation::Answer<$draft>) -> Self {
                    Self {
                        draft: answer.draft,
                        current: answer.current,
                        user_errors: answer.user_errors,
                    }
                }
            }
        )+
    };
}

pub(crate) use draft_payloads;
