//! Making claims and deciding them.

use async_graphql::{Context, ID, InputObject, Object};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use crate::{
    domain::{
        accounts::{Accounts, Permitted, may_change},
        membership::{
            card_number::CardNumber,
            claims::{self, Approval, Claim},
            store::claims as store,
            types::{MembershipClaim, MembershipErrorCode},
        },
        organisations::{Organisation, covers},
    },
    infra::{
        audit,
        auth::{Permission, Viewer},
        db::Database,
        error::Error,
        graphql::{Date, Done, Now, UserErrorCode, payloads},
    },
};

const LONGEST_NAME: usize = 100;
const LONGEST_REASON: usize = 300;

/// Чей билет и где он выдан.
#[derive(InputObject)]
struct MembershipClaimInput {
    /// Первичная организация, в которой человек состоит; если её нет в списке — городской профсоюз.
    organisation: ID,
    /// Номер билета, в любой записи.
    card_number: String,
    /// Фамилия.
    surname: String,
    /// Имя.
    given_name: String,
    /// Отчество, если есть.
    patronymic: Option<String>,
}

/// Решение принять.
#[derive(InputObject)]
struct MembershipApproveInput {
    /// Какое заявление.
    claim_id: ID,
    /// С какого дня человек состоит в профсоюзе; обязательно, если билета нет в списках.
    member_since: Option<Date>,
    /// По какой день действует билет; нет — бессрочно.
    valid_through: Option<Date>,
}

/// Решение отклонить.
#[derive(InputObject)]
struct MembershipRejectInput {
    /// Какое заявление.
    claim_id: ID,
    /// Почему; увидит заявитель.
    reason: String,
}

payloads! {
    /// Итог заявления.
    MembershipClaimPayload {
        /// Заявление: подтверждено сразу или ждёт решения.
        claim: MembershipClaim
    }
    /// Итог решения.
    MembershipDecisionPayload {
        /// Заявление.
        claim: MembershipClaim
    }
}

#[derive(Default)]
pub struct ClaimMutation;

#[Object]
impl ClaimMutation {
    /// Заявить: «этот билет мой». Повторное заявление на тот же билет вернёт прежнее.
    async fn membership_claim(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какой билет.")] input: MembershipClaimInput,
    ) -> Option<Result<MembershipClaimPayload, Error>> {
        Some(claim(context, input).await.map(Into::into))
    }

    /// Подтвердить заявление.
    async fn membership_approve(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Решение.")] input: MembershipApproveInput,
    ) -> Option<Result<MembershipDecisionPayload, Error>> {
        Some(approve(context, input).await.map(Into::into))
    }

    /// Отклонить заявление.
    async fn membership_reject(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Решение.")] input: MembershipRejectInput,
    ) -> Option<Result<MembershipDecisionPayload, Error>> {
        Some(reject(context, input).await.map(Into::into))
    }
}

async fn claim(
    context: &Context<'_>,
    input: MembershipClaimInput,
) -> Result<Done<MembershipClaim>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let claim = match read(input)? {
        Ok(claim) => claim,
        Err(errors) => return Ok(Err(errors)),
    };
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let now = Now::of(context);
    let made = claims::make(accounts, database, account_id, claim, now).await?;
    // It may be approved already.
    accounts
        .forget_account(database.reader(), account_id, now)
        .await;
    // Nobody has rejected it yet.
    Ok(made
        .map(|claim| MembershipClaim::of(&claim, None))
        .map_err(|code| match code {
            MembershipErrorCode::OrganisationNotFound => vec![code.at("organisation")],
            code => vec![code.error()],
        }))
}

fn read(input: MembershipClaimInput) -> Result<Done<Claim>, Error> {
    let organisation_id = Organisation::NODE.decode("input.organisation", &input.organisation)?;
    let mut errors = Vec::new();
    let card_number = CardNumber::parse(&input.card_number);
    if card_number.is_err() {
        errors.push(MembershipErrorCode::InvalidCardNumber.at("cardNumber"));
    }
    let mut name = |field: &str, text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() || text.chars().count() > LONGEST_NAME {
            errors.push(MembershipErrorCode::InvalidName.at(field));
        }
        text
    };
    let surname = name("surname", &input.surname);
    let given_name = name("givenName", &input.given_name);
    let patronymic = input.patronymic.map(|text| name("patronymic", &text));
    Ok(match card_number {
        Ok(card_number) if errors.is_empty() => Ok(Claim {
            organisation_id,
            card_number,
            surname,
            given_name,
            patronymic,
        }),
        _ => Err(errors),
    })
}

async fn approve(
    context: &Context<'_>,
    input: MembershipApproveInput,
) -> Result<Done<MembershipClaim>, Error> {
    let officer = may_change(context, Permission::DecideClaims).await?;
    let (since, through) = (input.member_since, input.valid_through);
    if since
        .zip(through)
        .is_some_and(|(since, through)| since > through)
    {
        return Ok(Err(vec![
            MembershipErrorCode::InvalidTerm.at("validThrough"),
        ]));
    }
    let claim_id = MembershipClaim::NODE.decode("input.claimId", &input.claim_id)?;
    let accounts = context.data_unchecked::<Accounts>();
    let now = Now::of(context);
    let transaction = context
        .data_unchecked::<Database>()
        .writer()
        .begin()
        .await?;
    let Some(claim) = locked(&transaction, &officer, claim_id).await? else {
        return Ok(Err(vec![MembershipErrorCode::ClaimNotFound.at("claimId")]));
    };
    let approval = Approval {
        member_since: since.map(|day| day.0),
        valid_through: through.map(|day| day.0),
        decided_by_id: officer.signed_in.account_id,
    };
    let organisation_id = claim.organisation_id;
    let decided = claims::approve(accounts, &transaction, claim, approval, now).await?;
    let claim = match decided {
        Ok(claim) => claim,
        Err(code) => return Ok(Err(vec![code.error()])),
    };
    let entry = officer.entry(
        "membership.approve",
        Some(organisation_id),
        ("membership_claim", claim_id),
        json!({}),
    );
    audit::record(&transaction, entry, now).await?;
    transaction.commit().await?;
    let reader = context.data_unchecked::<Database>().reader();
    accounts.forget_account(reader, claim.account_id, now).await;
    Ok(Ok(MembershipClaim::of(&claim, None)))
}

async fn reject(
    context: &Context<'_>,
    input: MembershipRejectInput,
) -> Result<Done<MembershipClaim>, Error> {
    let officer = may_change(context, Permission::DecideClaims).await?;
    let Some(reason) = reason(&input.reason) else {
        return Ok(Err(vec![MembershipErrorCode::ReasonRequired.at("reason")]));
    };
    let claim_id = MembershipClaim::NODE.decode("input.claimId", &input.claim_id)?;
    let now = Now::of(context);
    let transaction = context
        .data_unchecked::<Database>()
        .writer()
        .begin()
        .await?;
    let Some(claim) = locked(&transaction, &officer, claim_id).await? else {
        return Ok(Err(vec![MembershipErrorCode::ClaimNotFound.at("claimId")]));
    };
    let organisation_id = claim.organisation_id;
    let decider = officer.signed_in.account_id;
    let accounts = context.data_unchecked::<Accounts>();
    let decided = claims::reject(accounts, &transaction, claim, &reason, decider, now).await?;
    let claim = match decided {
        Ok(claim) => claim,
        Err(code) => return Ok(Err(vec![code.error()])),
    };
    let entry = officer.entry(
        "membership.reject",
        Some(organisation_id),
        ("membership_claim", claim_id),
        json!({}),
    );
    audit::record(&transaction, entry, now).await?;
    transaction.commit().await?;
    Ok(Ok(MembershipClaim::of(&claim, Some(reason))))
}

/// A claim outside the officer's reach is as unknown as one that is not.
async fn locked(
    transaction: &impl ConnectionTrait,
    officer: &Permitted,
    claim_id: uuid::Uuid,
) -> Result<Option<entities::membership_claim::Model>, Error> {
    let Some(claim) = store::lock(transaction, claim_id).await? else {
        return Ok(None);
    };
    let is_theirs = covers(transaction, &officer.reach, claim.organisation_id).await?;
    Ok(is_theirs.then_some(claim))
}

/// A reason that somebody will read.
pub fn reason(text: &str) -> Option<String> {
    let text = text.trim();
    let is_one = !text.is_empty() && text.chars().count() <= LONGEST_REASON;
    is_one.then(|| text.to_owned())
}
