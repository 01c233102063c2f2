//! What authors read of their own reports, and moderators of all within their reach.

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use chrono::{Datelike, NaiveDate};
use futures_util::FutureExt;

use super::{
    moderating::with_escalations,
    store::{
        queue::{self, ReportCriteria, ReportPosition},
        reports::{self, OwnReportPosition},
    },
    types::{ServiceReport, ServiceReportForStaff, ServiceReportModeration},
};
use crate::{
    domain::{
        accounts::{Accounts, may_read},
        guides::ServiceGuide,
        organisations::{Okrug, stored_okrugs},
    },
    infra::{
        auth::{Permission, Viewer},
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{Date, List, Now, PageArguments, TotalCount, connect},
    },
};

type OwnReports = List<OwnReportPosition, ServiceReport>;
type Queue = List<ReportPosition, ServiceReportForStaff>;

/// Какие отчёты показать. Пустое поле не сужает список.
#[derive(Clone, Debug, Default, InputObject)]
struct ServiceReportFilter {
    /// Об услуге этой инструкции.
    guide: Option<ID>,
    /// В этом состоянии.
    moderation: Option<ServiceReportModeration>,
    /// Из этого округа.
    okrug: Option<Okrug>,
    /// Об обращениях не раньше этого дня.
    from: Option<Date>,
    /// Об обращениях не позже этого дня.
    to: Option<Date>,
    /// Переданные, на которые не ответили в срок, — или все, кроме них.
    is_overdue: Option<bool>,
}

impl ServiceReportFilter {
    fn criteria(self, today: NaiveDate) -> Result<ReportCriteria, Error> {
        let guide = self.guide.as_ref();
        Ok(ReportCriteria {
            guide_id: guide
                .map(|id| ServiceGuide::NODE.decode("filter.guide", id))
                .transpose()?,
            moderation: self.moderation.map(Into::into),
            okrugs: stored_okrugs(self.okrug),
            submitted_from: day("filter.from", self.from)?,
            submitted_to: day("filter.to", self.to)?,
            overdue: self.is_overdue.map(|is_overdue| (is_overdue, today)),
        })
    }
}

/// A day that both databases know.
fn day(argument: &str, date: Option<Date>) -> Result<Option<NaiveDate>, Error> {
    let day = date.map(|Date(day)| day);
    if day.is_some_and(|day| !(1..=9999).contains(&day.year())) {
        return Err(Error::bad_input(argument, "такого дня нет"));
    }
    Ok(day)
}

/// The part of `viewer` that reports of services give.
#[derive(Default)]
pub struct ViewerServiceReports;

#[Object]
impl ViewerServiceReports {
    /// Свои отчёты об услугах, последние впереди. Они найдены по псевдониму, который вычислен для этого
    /// ответа: в самих отчётах автора нет.
    async fn service_reports(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<OwnReports, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_own(context, page).await)
    }
}

async fn list_own(context: &Context<'_>, page: PageArguments) -> Result<OwnReports, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let author = context
        .data_unchecked::<Accounts>()
        .vault
        .reporter(account_id);
    let database = context.data_unchecked::<Database>().clone();
    let mut slice = reports::list_own(database.reader(), &author, &page.parse()?).await?;
    let rows = std::mem::take(&mut slice.rows);
    let slice = slice.with_rows(with_escalations(database.reader(), rows).await?);
    let count = TotalCount::new(move || {
        let (database, author) = (database.clone(), author.clone());
        async move { Ok(reports::count_own(database.reader(), &author).await?) }.boxed()
    });
    Ok(connect(slice, count, |held| {
        let position = OwnReportPosition {
            created_at: held.report.created_at,
            id: held.report.id,
        };
        (position, ServiceReport::from(held), EmptyFields)
    }))
}

/// Root fields of reports of services.
#[derive(Default)]
pub struct ServiceReportQuery;

#[Object]
impl ServiceReportQuery {
    /// Отчёты об услугах, которые вправе разбирать спрашивающий: старые впереди. Кто их прислал, не
    /// говорится.
    async fn service_reports(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие; нет — все.")] filter: Option<ServiceReportFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<Queue, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_queue(context, filter.unwrap_or_default(), page).await)
    }
}

async fn list_queue(
    context: &Context<'_>,
    filter: ServiceReportFilter,
    page: PageArguments,
) -> Result<Queue, Error> {
    let reach = may_read(context, Permission::ModerateServiceReports)?;
    let criteria = filter.criteria(moscow_date(Now::of(context)))?;
    let database = context.data_unchecked::<Database>().clone();
    let mut slice = queue::list(database.reader(), &reach, &criteria, &page.parse()?).await?;
    let rows = std::mem::take(&mut slice.rows);
    let slice = slice.with_rows(with_escalations(database.reader(), rows).await?);
    let count = TotalCount::new(move || {
        let (database, reach) = (database.clone(), reach.clone());
        let criteria = criteria.clone();
        async move { Ok(queue::count(database.reader(), &reach, &criteria).await?) }.boxed()
    });
    Ok(connect(slice, count, |held| {
        let position = ReportPosition {
            created_at: held.report.created_at,
            id: held.report.id,
        };
        (position, ServiceReportForStaff::from(held), EmptyFields)
    }))
}
