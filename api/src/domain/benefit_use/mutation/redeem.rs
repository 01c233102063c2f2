//! Redeeming benefits.

use async_graphql::{Context, ID, InputObject, Object};

use crate::{
    domain::{
        accounts::Accounts,
        benefit_use::{
            offer,
            redeeming::{self, Outcome, Wish},
            types::{BenefitUseErrorCode, Redemption},
        },
        benefits::Benefit,
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{Caller, Done, Now, UserErrorCode, client_key, payloads},
    },
};

/// Какую льготу получить.
#[derive(InputObject)]
struct BenefitRedeemInput {
    /// Какую льготу.
    benefit_id: ID,
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт то же самое, когда бы ни пришёл.
    client_mutation_key: ID,
}

payloads! {
    /// Итог получения льготы.
    BenefitRedeemPayload {
        /// Полученная льгота.
        redemption: Redemption
    }
}

#[derive(Default)]
pub struct RedeemMutation;

#[Object]
impl RedeemMutation {
    /// Получить льготу: код, адрес, телефон или указание показать билет.
    async fn benefit_redeem(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую льготу.")] input: BenefitRedeemInput,
    ) -> Option<Result<BenefitRedeemPayload, Error>> {
        Some(redeem(context, input).await.map(Into::into))
    }
}

async fn redeem(
    context: &Context<'_>,
    input: BenefitRedeemInput,
) -> Result<Done<Redemption>, Error> {
    let wish = Wish {
        account_id: context.data_unchecked::<Viewer>().require()?.account_id,
        client_key: client_key("clientMutationKey", &input.client_mutation_key)?,
        benefit_id: Benefit::NODE.decode("input.benefitId", &input.benefit_id)?,
    };
    let outcome = fulfil(context, &wish).await?;
    Ok(outcome.map(Into::into).map_err(|code| match code {
        BenefitUseErrorCode::Conflict => vec![code.at("clientMutationKey")],
        code => vec![code.at("benefitId")],
    }))
}

async fn fulfil(context: &Context<'_>, wish: &Wish) -> Result<Outcome, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    // What was given once is found again, though the benefit may be over by now.
    if let Some(before) = redeeming::recall(accounts, database.reader(), wish).await? {
        return Ok(before);
    }
    let terms = match offer::find_open(context, wish.benefit_id).await? {
        Ok(terms) => terms,
        Err(code) => return Ok(Err(code)),
    };
    let request_id = &Caller::of(context).request_id;
    let now = Now::of(context);
    redeeming::redeem(accounts, database, wish, &terms, request_id, now).await
}
