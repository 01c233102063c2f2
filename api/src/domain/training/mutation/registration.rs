//! Registering for a session, and giving the place back.

use async_graphql::{Context, ID, InputObject, Object};

use crate::{
    domain::training::{
        loaders::{SessionById, TargetsBySessionId},
        registering::{self, Outcome, Wish},
        rules::refusals,
        types::{TrainingErrorCode, TrainingRegistration, TrainingSession},
        viewing::shown,
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{Done, Now, UserErrorCode, client_key, load_of, payloads},
    },
};

/// На какое занятие записаться.
#[derive(InputObject)]
struct TrainingRegisterInput {
    /// На какое занятие.
    session: ID,
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт ту же запись, когда бы ни пришёл.
    client_mutation_key: ID,
}

/// Какую запись отменить.
#[derive(InputObject)]
struct TrainingCancelInput {
    /// Какую запись.
    registration: ID,
}

payloads! {
    /// Итог записи на занятие.
    TrainingRegisterPayload {
        /// Запись: с местом или в очереди.
        registration: TrainingRegistration
    }
    /// Итог отмены записи.
    TrainingCancelPayload {
        /// Отменённая запись.
        registration: TrainingRegistration
    }
}

#[derive(Default)]
pub struct RegistrationMutation;

#[Object]
impl RegistrationMutation {
    /// Записаться на занятие. Если мест нет, запись ждёт: место получит тот, кто ждёт дольше. Кто уже
    /// записан, получит свою запись.
    async fn training_register(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "На какое занятие.")] input: TrainingRegisterInput,
    ) -> Option<Result<TrainingRegisterPayload, Error>> {
        Some(register(context, input).await.map(Into::into))
    }

    /// Отменить свою запись, пока занятие не началось. Место получит тот, кто ждёт дольше всех. Повтор
    /// ничего не меняет.
    async fn training_cancel(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую запись.")] input: TrainingCancelInput,
    ) -> Option<Result<TrainingCancelPayload, Error>> {
        Some(cancel(context, input).await.map(Into::into))
    }
}

async fn register(
    context: &Context<'_>,
    input: TrainingRegisterInput,
) -> Result<Done<TrainingRegistration>, Error> {
    let viewer = context.data_unchecked::<Viewer>();
    let wish = Wish {
        account_id: viewer.require()?.account_id,
        client_key: client_key("clientMutationKey", &input.client_mutation_key)?,
        session_id: TrainingSession::NODE.decode("input.session", &input.session)?,
        membership: viewer.membership(),
    };
    let outcome = fulfil(context, &wish).await?;
    answer(context, outcome, |code| match code {
        TrainingErrorCode::Conflict => "clientMutationKey",
        _ => "session",
    })
    .await
}

async fn fulfil(context: &Context<'_>, wish: &Wish<'_>) -> Result<Outcome, Error> {
    let database = context.data_unchecked::<Database>();
    // What was registered once is found again, though the course may be for others by now.
    if let Some(before) = registering::recall(database.reader(), wish).await? {
        return Ok(before);
    }
    let Some(session) = load_of(context, SessionById(wish.session_id)).await? else {
        return Ok(Err(vec![TrainingErrorCode::SessionNotFound]));
    };
    let targets = load_of(context, TargetsBySessionId(session.id)).await?;
    let now = Now::of(context);
    // Asked again under the session's lock; here so that a crowd at a closed door waits for nobody.
    let refused = refusals(&session, &targets.unwrap_or_default(), wish.membership, now);
    if !refused.is_empty() && !is_registered(context, wish).await? {
        return Ok(Err(refused));
    }
    registering::register(database, wish, now).await
}

/// Who has registered already keeps what they have, though nobody else may register any more.
async fn is_registered(context: &Context<'_>, wish: &Wish<'_>) -> Result<bool, Error> {
    use crate::domain::training::loaders::StandingBySessionId;
    let key = StandingBySessionId {
        account_id: wish.account_id,
        session_id: wish.session_id,
    };
    Ok(load_of(context, key).await?.is_some())
}

async fn cancel(
    context: &Context<'_>,
    input: TrainingCancelInput,
) -> Result<Done<TrainingRegistration>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let id = TrainingRegistration::NODE.decode("input.registration", &input.registration)?;
    let database = context.data_unchecked::<Database>();
    let outcome = registering::cancel(database, account_id, id, Now::of(context)).await?;
    answer(context, outcome, |_| "registration").await
}

async fn answer(
    context: &Context<'_>,
    outcome: Outcome,
    field: impl Fn(TrainingErrorCode) -> &'static str,
) -> Result<Done<TrainingRegistration>, Error> {
    // What was written a moment ago a replica may not have.
    let writer = context.data_unchecked::<Database>().writer();
    match outcome {
        Ok(row) => Ok(Ok(shown(writer, row).await?)),
        Err(codes) => {
            let errors = codes.into_iter().map(|code| code.at(field(code)));
            Ok(Err(errors.collect()))
        }
    }
}
