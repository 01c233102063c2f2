//! Showing a factor again before something dangerous.

use async_graphql::{Context, ID, InputObject, Object};
use entities::enums::SessionKind;
use sea_orm::TransactionTrait;

use crate::{
    domain::accounts::{
        codes,
        service::Accounts,
        staff::accept_totp,
        store::{people, sessions, staff},
        types::{AccountErrorCode, SignInChallenge},
    },
    infra::{
        auth::{SignedIn, Viewer},
        db::Database,
        error::Error,
        graphql::{Caller, DateTime, Done, Now, UserErrorCode, payloads},
    },
};

/// Второй раз показанный фактор.
#[derive(InputObject)]
struct StepUpInput {
    /// Член профсоюза: `challenge.id` из `signInCodeRequest` на свой телефон или почту.
    challenge_id: Option<ID>,
    /// Код из сообщения, а у сотрудника — код приложения.
    code: String,
}

payloads! {
    /// Итог подтверждения.
    StepUpPayload {
        /// Когда подтверждено; опасные действия возможны ещё пять минут.
        confirmed_at: DateTime
    }
}

#[derive(Default)]
pub struct StepUpMutation;

#[Object]
impl StepUpMutation {
    /// Подтвердить, что это вы: перед опасными действиями.
    async fn step_up(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Чем.")] input: StepUpInput,
    ) -> Option<Result<StepUpPayload, Error>> {
        Some(step_up(context, input).await.map(Into::into))
    }
}

async fn step_up(context: &Context<'_>, input: StepUpInput) -> Result<Done<DateTime>, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let now = Now::of(context);
    let viewer = context.data_unchecked::<Viewer>();
    let signed_in = accounts.as_of_now(database, viewer, now).await?;
    let proven = match signed_in.session_kind {
        SessionKind::Staff => by_app(context, &signed_in, &input.code).await?,
        SessionKind::Member => by_code(context, &signed_in, &input).await?,
    };
    if let Err(code) = proven {
        return Ok(Err(vec![code.at("code")]));
    }
    sessions::refresh_authentication(database.writer(), signed_in.session_id, now).await?;
    accounts.forget_session(signed_in.session_id).await;
    Ok(Ok(DateTime(now)))
}

async fn by_app(
    context: &Context<'_>,
    signed_in: &SignedIn,
    code: &str,
) -> Result<Result<(), AccountErrorCode>, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let now = Now::of(context);
    let subject = accounts.vault.pseudonym(signed_in.account_id);
    let transaction = database.writer().begin().await?;
    people::lock_account(&transaction, signed_in.account_id).await?;
    if !codes::may_fail(&transaction, &subject, now).await? {
        return Ok(Err(AccountErrorCode::TooManyAttempts));
    }
    let Some(credential) = staff::find_credential(&transaction, signed_in.account_id).await? else {
        return Ok(Err(AccountErrorCode::CodeInvalid));
    };
    let is_right = accept_totp(accounts, &transaction, &credential, code, now).await?;
    if !is_right {
        codes::note_failure(&transaction, &subject, now).await?;
    }
    transaction.commit().await?;
    Ok(is_right.then_some(()).ok_or(AccountErrorCode::CodeInvalid))
}

async fn by_code(
    context: &Context<'_>,
    signed_in: &SignedIn,
    input: &StepUpInput,
) -> Result<Result<(), AccountErrorCode>, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let (caller, now) = (Caller::of(context), Now::of(context));
    let Some(id) = &input.challenge_id else {
        return Ok(Err(AccountErrorCode::CodeInvalid));
    };
    let id = SignInChallenge::NODE.decode("input.challengeId", id)?;
    let code = input.code.trim();
    let proven = match codes::prove(accounts, database, caller, id, code, now).await? {
        Ok(proven) => proven,
        Err(code) => return Ok(Err(code)),
    };
    // A code to somebody else's telephone proves nothing about this account.
    let account = people::find_account(database.reader(), signed_in.account_id).await?;
    let is_theirs = account.is_some_and(|account| {
        let lookup = Some(&proven.identifier_lookup);
        account.phone_lookup.as_ref() == lookup || account.email_lookup.as_ref() == lookup
    });
    Ok(is_theirs.then_some(()).ok_or(AccountErrorCode::CodeInvalid))
}
