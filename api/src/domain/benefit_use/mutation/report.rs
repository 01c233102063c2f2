//! Reporting a benefit that was not given.

use async_graphql::{Context, ID, InputObject, Object};

use crate::{
    domain::{
        accounts::Accounts,
        benefit_use::{
            offer::{find_seen, is_eligible},
            reporting::{self, Complaint, Outcome},
            rules::REDEEMED_LATELY,
            store::redemptions,
            types::{BenefitReport, BenefitUseErrorCode},
        },
        benefits::{Benefit, Outlet, OutletById},
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{Done, Now, UserErrorCode, client_key, load_of, payloads},
    },
};

const LONGEST_COMMENT: usize = 500;

/// Какую льготу не дали.
#[derive(InputObject)]
struct BenefitNotHonouredReportInput {
    /// Какую льготу.
    benefit_id: ID,
    /// Где; нет — не в одном месте партнёра или неизвестно.
    outlet_id: Option<ID>,
    /// Пояснение, до 500 знаков.
    comment: Option<String>,
    /// UUID, который придумал клиент: повтор с тем же ключом вернёт то же самое, когда бы ни пришёл.
    client_mutation_key: ID,
}

payloads! {
    /// Итог сообщения.
    BenefitNotHonouredReportPayload {
        /// Отправленное сообщение.
        report: BenefitReport
    }
}

#[derive(Default)]
pub struct ReportMutation;

#[Object]
impl ReportMutation {
    /// Сообщить, что льготу не дали. Нужно получить её за последние 30 дней или иметь на неё право.
    async fn benefit_not_honoured_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую льготу и где.")] input: BenefitNotHonouredReportInput,
    ) -> Option<Result<BenefitNotHonouredReportPayload, Error>> {
        Some(report(context, input).await.map(Into::into))
    }
}

async fn report(
    context: &Context<'_>,
    input: BenefitNotHonouredReportInput,
) -> Result<Done<BenefitReport>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let comment = input.comment.map(|text| text.trim().to_owned());
    let comment = comment.filter(|text| !text.is_empty());
    let is_too_long = |text: &String| text.chars().count() > LONGEST_COMMENT;
    if comment.as_ref().is_some_and(is_too_long) {
        return Ok(Err(vec![BenefitUseErrorCode::CommentTooLong.at("comment")]));
    }
    let outlet = input.outlet_id.as_ref();
    let complaint = Complaint {
        account_id,
        client_key: client_key("clientMutationKey", &input.client_mutation_key)?,
        benefit_id: Benefit::NODE.decode("input.benefitId", &input.benefit_id)?,
        outlet_id: outlet
            .map(|id| Outlet::NODE.decode("input.outletId", id))
            .transpose()?,
        comment,
    };
    let outcome = take(context, &complaint).await?;
    Ok(outcome.map(Into::into).map_err(|code| match code {
        BenefitUseErrorCode::Conflict => vec![code.at("clientMutationKey")],
        BenefitUseErrorCode::OutletNotFound => vec![code.at("outletId")],
        BenefitUseErrorCode::TooManyReports => vec![code.error()],
        code => vec![code.at("benefitId")],
    }))
}

async fn take(context: &Context<'_>, complaint: &Complaint) -> Result<Outcome, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    // What was reported once is found again, though the benefit may be over by now.
    if let Some(before) = reporting::recall(accounts, database.reader(), complaint).await? {
        return Ok(before);
    }
    let Some(benefit) = find_seen(context, complaint.benefit_id).await? else {
        return Ok(Err(BenefitUseErrorCode::BenefitNotFound));
    };
    if !may_report(context, &benefit, complaint).await? {
        return Ok(Err(BenefitUseErrorCode::NotEligible));
    }
    if !is_place_of(context, &benefit, complaint).await? {
        return Ok(Err(BenefitUseErrorCode::OutletNotFound));
    }
    reporting::report(accounts, database, complaint, Now::of(context)).await
}

async fn may_report(
    context: &Context<'_>,
    benefit: &Benefit,
    complaint: &Complaint,
) -> Result<bool, Error> {
    if is_eligible(context, benefit).await? {
        return Ok(true);
    }
    let reader = context.data_unchecked::<Database>().reader();
    let since = Now::of(context) - REDEEMED_LATELY;
    let (account_id, benefit_id) = (complaint.account_id, complaint.benefit_id);
    Ok(redemptions::is_redeemed_since(reader, account_id, benefit_id, since).await?)
}

/// Whether the place that the complaint names, if it does, is one of the benefit's partner.
async fn is_place_of(
    context: &Context<'_>,
    benefit: &Benefit,
    complaint: &Complaint,
) -> Result<bool, Error> {
    let Some(outlet_id) = complaint.outlet_id else {
        return Ok(true);
    };
    let outlet = load_of(context, OutletById(outlet_id)).await?;
    Ok(outlet.is_some_and(|outlet| Some(outlet.partner_id) == benefit.0.row.partner_id))
}
