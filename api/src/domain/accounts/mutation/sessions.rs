//! Going on with a session, ending sessions.

use async_graphql::{Context, ID, InputObject, Object};

use crate::{
    domain::accounts::{
        service::Accounts,
        sessions,
        store::sessions as store,
        types::{AccountErrorCode, Session, SessionTokens},
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{Caller, Done, Now, UserErrorCode, payloads},
    },
};

/// Чем продолжить сеанс.
#[derive(InputObject)]
struct SessionRefreshInput {
    /// Последний полученный `refreshToken`.
    refresh_token: String,
}

/// Какой сеанс закончить.
#[derive(Default, InputObject)]
struct SessionEndInput {
    /// Какой; без указания — тот, из которого спрашивают.
    id: Option<ID>,
}

payloads! {
    /// Итог продолжения сеанса.
    SessionRefreshPayload {
        /// Чем подтверждать запросы дальше.
        tokens: SessionTokens
    }
    /// Итог окончания сеансов.
    SessionEndPayload {
        /// Какие сеансы закончены.
        ended_session_ids: Vec<ID>
    }
}

#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Продолжить сеанс: новая пара вместо прежней. Запрашивайте по одной: из двух одновременных
    /// продолжений годно последнее.
    async fn session_refresh(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Чем.")] input: SessionRefreshInput,
    ) -> Option<Result<SessionRefreshPayload, Error>> {
        Some(refresh(context, input).await.map(Into::into))
    }

    /// Закончить сеанс: выйти здесь или на другом своём устройстве.
    async fn session_end(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой.")] input: Option<SessionEndInput>,
    ) -> Option<Result<SessionEndPayload, Error>> {
        let id = input.unwrap_or_default().id;
        Some(end_one(context, id).await.map(Into::into))
    }

    /// Закончить все свои сеансы, кроме этого. Нужно недавнее подтверждение: `stepUp`.
    async fn session_end_others(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<SessionEndPayload, Error>> {
        Some(end_others(context).await.map(Into::into))
    }
}

async fn refresh(
    context: &Context<'_>,
    input: SessionRefreshInput,
) -> Result<Done<SessionTokens>, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let request_id = &Caller::of(context).request_id;
    let now = Now::of(context);
    let opened = sessions::go_on(accounts, database, &input.refresh_token, request_id, now).await?;
    Ok(opened
        .map(SessionTokens::from)
        .map_err(|code| vec![code.at("refreshToken")]))
}

async fn end_one(context: &Context<'_>, id: Option<ID>) -> Result<Done<Vec<ID>>, Error> {
    let signed_in = context.data_unchecked::<Viewer>().require()?;
    let id = match &id {
        Some(id) => Session::NODE.decode("input.id", id)?,
        None => signed_in.session_id,
    };
    let ended = end(context, signed_in.account_id, &[id]).await?;
    if ended.is_empty() {
        return Ok(Err(vec![AccountErrorCode::SessionNotFound.at("id")]));
    }
    Ok(Ok(ended))
}

async fn end_others(context: &Context<'_>) -> Result<Done<Vec<ID>>, Error> {
    let signed_in = context.data_unchecked::<Viewer>().require()?;
    let now = Now::of(context);
    if !signed_in.is_fresh(now) {
        return Ok(Err(vec![AccountErrorCode::StepUpRequired.error()]));
    }
    let database = context.data_unchecked::<Database>();
    let live = store::list_live(database.reader(), signed_in.account_id, now).await?;
    let others: Vec<_> = live
        .iter()
        .map(|session| session.id)
        .filter(|id| *id != signed_in.session_id)
        .collect();
    Ok(Ok(end(context, signed_in.account_id, &others).await?))
}

async fn end(
    context: &Context<'_>,
    account_id: uuid::Uuid,
    ids: &[uuid::Uuid],
) -> Result<Vec<ID>, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let ended = sessions::end(accounts, database, account_id, ids, Now::of(context)).await?;
    Ok(ended.into_iter().map(|id| Session::NODE.id(id)).collect())
}
