//! What staff do about benefits that are not given: deciding reports, resuming benefits.

use async_graphql::{Context, ID, InputObject, Object};
use entities::{benefit_report, enums::BenefitReportState};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use uuid::Uuid;

use crate::{
    domain::{
        accounts::{Accounts, Permitted, may_change},
        benefit_use::{
            reporting::{self, open_comment},
            store::{reports, terms},
            types::{BenefitReport, BenefitReportForStaff, BenefitUseErrorCode},
        },
        benefits::Benefit,
        organisations::covers,
    },
    infra::{
        audit,
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{Done, Now, UserErrorCode, payloads},
    },
};

/// Какое сообщение решить.
#[derive(InputObject)]
struct BenefitReportDecisionInput {
    /// Какое.
    report_id: ID,
}

/// Какую льготу возобновить.
#[derive(InputObject)]
struct BenefitResumeInput {
    /// Какую.
    benefit_id: ID,
}

payloads! {
    /// Итог решения по сообщению.
    BenefitReportDecisionPayload {
        /// Сообщение.
        report: BenefitReportForStaff
    }
    /// Итог возобновления.
    BenefitResumePayload {
        /// Идентификатор льготы, которую снова можно получить.
        benefit_id: ID
    }
}

#[derive(Default)]
pub struct DecisionMutation;

#[Object]
impl DecisionMutation {
    /// Подтвердить, что льготу не дали. После сообщений трёх человек за 90 дней льгота приостановится.
    async fn benefit_report_confirm(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое сообщение.")] input: BenefitReportDecisionInput,
    ) -> Option<Result<BenefitReportDecisionPayload, Error>> {
        Some(CONFIRMATION.apply(context, input).await.map(Into::into))
    }

    /// Отклонить сообщение о том, что льготу не дали.
    async fn benefit_report_reject(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое сообщение.")] input: BenefitReportDecisionInput,
    ) -> Option<Result<BenefitReportDecisionPayload, Error>> {
        Some(REJECTION.apply(context, input).await.map(Into::into))
    }

    /// Возобновить приостановленную льготу.
    async fn benefit_resume(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую льготу.")] input: BenefitResumeInput,
    ) -> Option<Result<BenefitResumePayload, Error>> {
        Some(resume(context, input).await.map(Into::into))
    }
}

struct Decision {
    action: &'static str,
    to: BenefitReportState,
}

const CONFIRMATION: Decision = Decision {
    action: "benefit_report.confirm",
    to: BenefitReportState::Confirmed,
};
const REJECTION: Decision = Decision {
    action: "benefit_report.reject",
    to: BenefitReportState::Rejected,
};

impl Decision {
    async fn apply(
        &self,
        context: &Context<'_>,
        input: BenefitReportDecisionInput,
    ) -> Result<Done<BenefitReportForStaff>, Error> {
        let officer = may_change(context, Permission::ConfirmBenefitReports).await?;
        let id = BenefitReport::NODE.decode("input.reportId", &input.report_id)?;
        let database = context.data_unchecked::<Database>();
        let transaction = database.writer().begin().await?;
        let refused = |code: BenefitUseErrorCode| Ok(Err(vec![code.at("reportId")]));
        let Some((report, organisation_id)) = locked(&transaction, &officer, id).await? else {
            return refused(BenefitUseErrorCode::ReportNotFound);
        };
        // Asked twice, it is done once.
        if report.state == self.to {
            return Ok(Ok(shown(context, &transaction, &report).await?));
        }
        if report.state != BenefitReportState::New {
            return refused(BenefitUseErrorCode::ReportDecided);
        }
        let report = self
            .carry_out(context, &transaction, &officer, report, organisation_id)
            .await?;
        let shown = shown(context, &transaction, &report).await?;
        transaction.commit().await?;
        Ok(Ok(shown))
    }

    async fn carry_out(
        &self,
        context: &Context<'_>,
        transaction: &impl ConnectionTrait,
        officer: &Permitted,
        report: benefit_report::Model,
        organisation_id: Uuid,
    ) -> Result<benefit_report::Model, Error> {
        let now = Now::of(context);
        let decider = officer.signed_in.account_id;
        let decided = reporting::decide(transaction, report, self.to, decider, now).await?;
        let suspends = self.to == BenefitReportState::Confirmed
            && reporting::suspend_if_proven(transaction, decided.benefit_id, now).await?;
        let entry =
            |action, object| officer.entry(action, Some(organisation_id), object, json!({}));
        let report = ("benefit_report", decided.id);
        audit::record(transaction, entry(self.action, report), now).await?;
        if suspends {
            let benefit = ("benefit", decided.benefit_id);
            audit::record(transaction, entry("benefit.suspended", benefit), now).await?;
            reporting::tell_readers(transaction, decided.benefit_id, now).await?;
        }
        Ok(decided)
    }
}

async fn resume(context: &Context<'_>, input: BenefitResumeInput) -> Result<Done<ID>, Error> {
    let officer = may_change(context, Permission::ConfirmBenefitReports).await?;
    let id = Benefit::NODE.decode("input.benefitId", &input.benefit_id)?;
    let database = context.data_unchecked::<Database>();
    let not_found = || {
        Ok(Err(vec![
            BenefitUseErrorCode::BenefitNotFound.at("benefitId"),
        ]))
    };
    let Some(organisation_id) = terms::find_organisation(database.reader(), id).await? else {
        return not_found();
    };
    if !covers(database.reader(), &officer.reach, organisation_id).await? {
        return not_found();
    }
    let now = Now::of(context);
    let transaction = database.writer().begin().await?;
    // Asked twice, it is done once.
    if reporting::resume(&transaction, id, now).await? {
        let organisation_id = Some(organisation_id);
        let benefit = ("benefit", id);
        let entry = officer.entry("benefit.resume", organisation_id, benefit, json!({}));
        audit::record(&transaction, entry, now).await?;
        reporting::tell_readers(&transaction, id, now).await?;
    }
    transaction.commit().await?;
    Ok(Ok(input.benefit_id))
}

/// A report outside the officer's reach is as unknown as one that is not.
async fn locked(
    transaction: &impl ConnectionTrait,
    officer: &Permitted,
    id: Uuid,
) -> Result<Option<(benefit_report::Model, Uuid)>, Error> {
    let Some(report) = reports::lock(transaction, id).await? else {
        return Ok(None);
    };
    let organisation_id = terms::find_organisation(transaction, report.benefit_id)
        .await?
        .ok_or_else(|| Error::internal("a report on no benefit", id))?;
    let is_theirs = covers(transaction, &officer.reach, organisation_id).await?;
    Ok(is_theirs.then_some((report, organisation_id)))
}

async fn shown(
    context: &Context<'_>,
    connection: &impl ConnectionTrait,
    report: &benefit_report::Model,
) -> Result<BenefitReportForStaff, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let comment = open_comment(&accounts.vault, report)?;
    let mut titles = reports::list_titles(connection, &[report.benefit_id]).await?;
    let title = titles.remove(&report.benefit_id);
    Ok(BenefitReportForStaff::of(report, comment, title))
}
