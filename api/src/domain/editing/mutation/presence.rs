//! Saying that one is at a draft, and that one has left.

use async_graphql::{Context, ID, InputObject, Object};

use super::content_id;
use crate::{
    domain::editing::{
        editor::Editor,
        presence,
        store::Held,
        types::{Draft, EditingErrorCode, draft_of},
    },
    infra::{
        db::Database,
        error::Error,
        graphql::{UserErrorCode, payloads},
    },
};

/// Какой черновик открыт.
#[derive(InputObject)]
struct DraftPresenceTouchInput {
    /// Идентификатор черновика или опубликованного материала.
    id: ID,
}

/// Какой черновик закрыт.
#[derive(InputObject)]
struct DraftPresenceEndInput {
    /// Идентификатор черновика или опубликованного материала.
    id: ID,
}

payloads! {
    /// Итог отметки о том, что черновик открыт.
    DraftPresenceTouchPayload {
        /// Черновик с теми, у кого он открыт.
        draft: Draft
    }

    /// Итог отметки о том, что черновик закрыт.
    DraftPresenceEndPayload {
        /// Черновик с теми, у кого он ещё открыт.
        draft: Draft
    }
}

#[derive(Default)]
pub struct PresenceEditing;

#[Object]
impl PresenceEditing {
    /// Сказать, что черновик открыт у спрашивающего: страница редактора повторяет это каждые 20 секунд.
    /// Кто молчит минуту, того другие больше не видят. Ничего не запирает и не попадает в журнал.
    async fn draft_presence_touch(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой черновик.")] input: DraftPresenceTouchInput,
    ) -> Option<Result<DraftPresenceTouchPayload, Error>> {
        let outcome = async {
            let id = content_id("input.id", &input.id)?;
            let editor = Editor::of(context).await?;
            let database = context.data_unchecked::<Database>();
            shown(presence::touch(database, &editor, id).await?)
        };
        Some(outcome.await.map(Into::into))
    }

    /// Сказать, что спрашивающий закрыл черновик.
    async fn draft_presence_end(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой черновик.")] input: DraftPresenceEndInput,
    ) -> Option<Result<DraftPresenceEndPayload, Error>> {
        let outcome = async {
            let id = content_id("input.id", &input.id)?;
            let editor = Editor::of(context).await?;
            let database = context.data_unchecked::<Database>();
            shown(presence::end(database, &editor, id).await?)
        };
        Some(outcome.await.map(Into::into))
    }
}

fn shown(held: Option<Held>) -> Result<crate::infra::graphql::Done<Draft>, Error> {
    match held {
        Some(held) => draft_of(held).map(Ok),
        None => Ok(Err(vec![EditingErrorCode::NotFound.at("id")])),
    }
}
