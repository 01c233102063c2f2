//! Mutations of consents, copies and erasure.

use async_graphql::{Context, InputObject, Object};

use super::{
    consents::{self, Decider, channel_of},
    erasing::{self, CoolingOff},
    exporting,
    types::{AccountErasure, Consent, PersonalDataExport, PrivacyErrorCode},
};
use crate::{
    domain::{accounts::Accounts, media::MediaBase, service_reports},
    infra::{
        auth::Viewer,
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{Caller, Done, Now, UserError, UserErrorCode, payloads},
    },
};

/// На что согласиться.
#[derive(InputObject)]
struct ConsentGrantInput {
    /// Цель, как в `appConfig.consents`.
    purpose: String,
    /// `textHash` прочитанного текста.
    text_hash: String,
}

/// От чего отказаться.
#[derive(InputObject)]
struct ConsentWithdrawInput {
    /// Цель.
    purpose: String,
}

payloads! {
    /// Итог решения о согласии.
    ConsentPayload {
        /// Решение.
        consent: Consent
    }
    /// Итог запроса выгрузки.
    PersonalDataExportPayload {
        /// Выгрузка: готовится или готова.
        export: PersonalDataExport
    }
    /// Итог заявления об удалении.
    AccountErasePayload {
        /// Заявление.
        erasure: AccountErasure
    }
}

/// Mutations of one's own data.
#[derive(Default)]
pub struct PrivacyMutation;

#[Object]
impl PrivacyMutation {
    /// Дать согласие с одной целью обработки.
    async fn consent_grant(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "На что.")] input: ConsentGrantInput,
    ) -> Option<Result<ConsentPayload, Error>> {
        let decided = decide(context, &input.purpose, Some(&input.text_hash)).await;
        Some(decided.map(Into::into))
    }

    /// Отозвать согласие. Остальные цели это не затрагивает.
    async fn consent_withdraw(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "От чего.")] input: ConsentWithdrawInput,
    ) -> Option<Result<ConsentPayload, Error>> {
        Some(decide(context, &input.purpose, None).await.map(Into::into))
    }

    /// Выгрузить всё, что о вас хранится. Нужно недавнее подтверждение: `stepUp`.
    async fn personal_data_export(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<PersonalDataExportPayload, Error>> {
        Some(export(context).await.map(Into::into))
    }

    /// Удалить учётную запись и всё, что о вас хранится, по истечении срока на раздумье. Нужно недавнее
    /// подтверждение: `stepUp`.
    async fn account_erase(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<AccountErasePayload, Error>> {
        Some(erase(context).await.map(Into::into))
    }

    /// Передумать удалять учётную запись.
    async fn account_erase_cancel(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<AccountErasePayload, Error>> {
        Some(cancel(context).await.map(Into::into))
    }
}

async fn decide(
    context: &Context<'_>,
    purpose: &str,
    granted_text_hash: Option<&str>,
) -> Result<Done<Consent>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let accounts = context.data_unchecked::<Accounts>();
    let decider = Decider {
        account_id,
        subject: accounts.vault.pseudonym(account_id),
        channel: channel_of(Caller::of(context).client.as_deref()),
    };
    let now = Now::of(context);
    let database = context.data_unchecked::<Database>();
    let instant = (moscow_date(now), now);
    let decided = consents::decide(database, decider, purpose, granted_text_hash, instant).await?;
    let is_withdrawn = granted_text_hash.is_none() && decided.is_ok();
    if is_withdrawn && purpose == service_reports::CONSENT {
        // Whoever is not answered asks again, and then it goes on.
        service_reports::unlink(database, &accounts.vault, account_id).await?;
    }
    Ok(decided.map(Into::into).map_err(|code| {
        vec![match code {
            PrivacyErrorCode::TextChanged => code.at("textHash"),
            code => code.at("purpose"),
        }]
    }))
}

/// Who asks for something dangerous has shown a factor a short while ago.
fn fresh(context: &Context<'_>) -> Result<Result<uuid::Uuid, Vec<UserError>>, Error> {
    let signed_in = context.data_unchecked::<Viewer>().require()?;
    Ok(if signed_in.is_fresh(Now::of(context)) {
        Ok(signed_in.account_id)
    } else {
        Err(vec![PrivacyErrorCode::StepUpRequired.error()])
    })
}

async fn export(context: &Context<'_>) -> Result<Done<PersonalDataExport>, Error> {
    let account_id = match fresh(context)? {
        Ok(account_id) => account_id,
        Err(errors) => return Ok(Err(errors)),
    };
    let database = context.data_unchecked::<Database>();
    let MediaBase(base) = context.data_unchecked::<MediaBase>();
    let export = exporting::ask(database, account_id, Now::of(context)).await?;
    Ok(Ok(PersonalDataExport::of(&export, base)))
}

async fn erase(context: &Context<'_>) -> Result<Done<AccountErasure>, Error> {
    let account_id = match fresh(context)? {
        Ok(account_id) => account_id,
        Err(errors) => return Ok(Err(errors)),
    };
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let time = *context.data_unchecked::<CoolingOff>();
    let wish = erasing::ask(accounts, database, account_id, time, Now::of(context)).await?;
    Ok(Ok((&wish).into()))
}

async fn cancel(context: &Context<'_>) -> Result<Done<AccountErasure>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let database = context.data_unchecked::<Database>();
    let cancelled = erasing::cancel(database, account_id, Now::of(context)).await?;
    Ok(match &cancelled {
        Some(wish) => Ok(wish.into()),
        None => Err(vec![PrivacyErrorCode::NothingToCancel.error()]),
    })
}
