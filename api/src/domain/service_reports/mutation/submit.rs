//! Sending a report.

use async_graphql::{Context, Object, SimpleObject};

use super::input::ServiceReportSubmitInput;
use crate::{
    domain::{
        accounts::Accounts,
        guides::SeenPassports,
        service_reports::{
            author::Author,
            filing::{Filing, ReportLimits},
            moderating::with_escalations,
            stop::Stop,
            types::ServiceReport,
        },
    },
    infra::{
        auth::{Audience, Viewer},
        db::Database,
        error::Error,
        graphql::{Caller, Now, UserError, client_key},
    },
};

/// Итог отправки отчёта.
#[derive(SimpleObject)]
pub struct ServiceReportSubmitPayload {
    /// Отчёт, каким он хранится.
    report: Option<ServiceReport>,
    /// При `ALREADY_REPORTED` — прежний отчёт об этой услуге.
    earlier: Option<ServiceReport>,
    /// Что помешало; пусто — отчёт принят к разбору.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct SubmitMutation;

#[Object]
impl SubmitMutation {
    /// Отчитаться о полученной услуге. Нужно членство или роль активиста и согласие `REPORT_ANALYTICS`.
    /// Об одной услуге — раз в 30 дней; кто отчитался о незаконченном (`IN_PROGRESS`), может прислать
    /// отчёт о том же обращении (с тем же днём), когда оно закончится: считаться будет последний. Всего
    /// не больше 10 отчётов за сутки.
    async fn service_report_submit(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Отчёт.")] input: ServiceReportSubmitInput,
    ) -> Option<Result<ServiceReportSubmitPayload, Error>> {
        Some(submit(context, input).await)
    }
}

async fn submit(
    context: &Context<'_>,
    input: ServiceReportSubmitInput,
) -> Result<ServiceReportSubmitPayload, Error> {
    let signed_in = context.data_unchecked::<Viewer>().require()?;
    let vault = &context.data_unchecked::<Accounts>().vault;
    let database = context.data_unchecked::<Database>();
    let audience = context.data_unchecked::<Audience>();
    let passports = context.data_unchecked::<SeenPassports>();
    let limits = *context.data_unchecked::<ReportLimits>();
    let key = client_key("clientMutationKey", &input.client_mutation_key)?;
    let author = Author::of(vault, signed_in);
    let address = &Caller::of(context).address;
    let filing = Filing::new(vault, author, key, input.facts()?, address)?;
    let taken = filing
        .take((database, passports), audience, limits, Now::of(context))
        .await;
    let (report, earlier, user_errors) = match taken {
        Ok(report) => {
            let held = with_escalations(database.reader(), vec![report]).await?;
            (held.into_iter().next(), None, Vec::new())
        }
        Err(Stop::Standing(error, earlier)) => (None, Some(*earlier), vec![error]),
        Err(Stop::Refused(errors)) => (None, None, errors),
        Err(Stop::Failed(error)) => return Err(error),
    };
    Ok(ServiceReportSubmitPayload {
        report: report.map(Into::into),
        earlier: earlier.map(Into::into),
        user_errors,
    })
}
