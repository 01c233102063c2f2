//! The report to the Council: all services of a period side by side, and all of them together.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::enums::ServicePortal;
use sea_orm::ActiveEnum;
use uuid::Uuid;

use super::{
    measuring::{self, Overview, Scope},
    rules::{Counts, Edition, Figures, Period, Share, ShareCode, missing, ranked},
    store::{self, GuideHeading},
};
use crate::{
    domain::content::portal_path,
    infra::{auth::Audience, clock::moscow_date, db::Database, error::Error},
};

/// What a report is asked of, as it stands in an address.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReportRequest<'q> {
    pub from: Option<&'q str>,
    pub to: Option<&'q str>,
    /// As clients write it: `MOS_RU`.
    pub portal: Option<&'q str>,
    /// `live` or `frozen`.
    pub edition: Option<&'q str>,
}

/// What a report says.
#[derive(Clone, Debug)]
pub struct QualityReport {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub edition: Edition,
    /// Whether all months are frozen.
    pub is_frozen: bool,
    /// Of all services together.
    pub whole: Option<Figures>,
    /// How many reports are missing for that.
    pub missing: i64,
    /// By their first days.
    pub months: Vec<(NaiveDate, Option<Figures>)>,
    /// The ranked ones first, then the others by title.
    pub services: Vec<ServiceLine>,
}

/// What a report says of one service.
#[derive(Clone, Debug)]
pub struct ServiceLine {
    /// In the ranking by the first share of the methodology.
    pub place: Option<i32>,
    pub title: String,
    /// Its guide on the portal.
    pub path: String,
    pub figures: Option<Figures>,
    /// How many reports are missing.
    pub missing: i64,
}

/// The report that is asked for, of the services that this audience sees.
///
/// # Errors
/// `BAD_USER_INPUT` naming the parameter, or whatever the database reports.
pub async fn report(
    database: &Database,
    audience: &Audience,
    request: &ReportRequest<'_>,
    now: DateTime<Utc>,
) -> Result<QualityReport, Error> {
    let scope = request.scope(moscow_date(now))?;
    let reader = database.reader();
    let overview = measuring::overview(reader, audience, &scope).await?;
    let headings = store::list_headings(reader, audience, scope.portal).await?;
    let ids: Vec<Uuid> = headings.iter().map(|heading| heading.id).collect();
    let counts = measuring::of_guides(reader, scope.edition, scope.period, ids).await?;
    Ok(written(&scope, overview, headings, &counts))
}

fn written(
    scope: &Scope,
    overview: Overview,
    headings: Vec<GuideHeading>,
    counts: &BTreeMap<Uuid, Counts>,
) -> QualityReport {
    let Overview { whole, months } = overview;
    let is_frozen = months.iter().all(|month| month.is_frozen);
    let month = |month: measuring::MonthMeasured| (month.month, month.measured.figures());
    QualityReport {
        from: scope.period.first_day(),
        to: scope.period.last_day(),
        edition: scope.edition,
        is_frozen,
        missing: whole.missing().unwrap_or_default(),
        whole: whole.figures(),
        months: months.into_iter().map(month).collect(),
        services: lines(headings, counts),
    }
}

fn lines(headings: Vec<GuideHeading>, counts: &BTreeMap<Uuid, Counts>) -> Vec<ServiceLine> {
    let completion = counts.iter().map(|(guide_id, counts)| {
        let share = Share::of(ShareCode::Completion, counts);
        (*guide_id, counts.reports, share)
    });
    let places: BTreeMap<Uuid, i32> = ranked(completion)
        .into_iter()
        .map(|rank| (rank.guide_id, rank.place))
        .collect();
    let none = Counts::default();
    let line = |heading: GuideHeading| {
        let counts = counts.get(&heading.id).unwrap_or(&none);
        ServiceLine {
            place: places.get(&heading.id).copied(),
            title: heading.title,
            path: portal_path(entities::enums::ContentKind::ServiceGuide, &heading.slug),
            figures: Figures::of(counts),
            missing: missing(counts.reports),
        }
    };
    let mut lines: Vec<ServiceLine> = headings.into_iter().map(line).collect();
    // Stable: they came by title.
    lines.sort_by_key(|line| line.place.unwrap_or(i32::MAX));
    lines
}

impl ReportRequest<'_> {
    fn scope(&self, today: NaiveDate) -> Result<Scope, Error> {
        let (from, to) = (day("from", self.from)?, day("to", self.to)?);
        let period = Period::of(from, to, today)
            .map_err(|fault| Error::bad_input("from", fault.message()))?;
        Ok(Scope {
            guide_id: None,
            portal: self.portal.map(portal).transpose()?,
            okrugs: Vec::new(),
            period,
            edition: self.edition.map_or(Ok(Edition::default()), edition)?,
        })
    }
}

fn day(parameter: &str, text: Option<&str>) -> Result<Option<NaiveDate>, Error> {
    let parse = |text: &str| {
        text.parse()
            .map_err(|_| Error::bad_input(parameter, "ожидается день вида 2026-11-22"))
    };
    text.map(parse).transpose()
}

fn portal(text: &str) -> Result<ServicePortal, Error> {
    ServicePortal::try_from_value(&text.to_owned())
        .map_err(|_| Error::bad_input("portal", "такого портала нет"))
}

fn edition(text: &str) -> Result<Edition, Error> {
    match text {
        "live" => Ok(Edition::Live),
        "frozen" => Ok(Edition::Frozen),
        _ => Err(Error::bad_input("edition", "ожидается live или frozen")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_asks_for_nothing_that_is_there_is_named() {
        let today = "2026-11-23".parse().unwrap();
        let fault = |request: ReportRequest<'_>| match request.scope(today) {
            Err(Error::BadUserInput { argument, .. }) => argument,
            other => panic!("{other:?}"),
        };
        let none = ReportRequest::default();
        let with = |from, portal, edition| ReportRequest {
            from,
            portal,
            edition,
            ..none
        };
        assert_eq!(fault(with(Some("yesterday"), None, None)), "from");
        assert_eq!(fault(with(Some("2027-01-01"), None, None)), "from");
        assert_eq!(fault(with(None, Some("mos.ru"), None)), "portal");
        assert_eq!(fault(with(None, None, Some("old"))), "edition");
        let scope = with(Some("2026-03-05"), Some("MOS_RU"), Some("frozen")).scope(today);
        let scope = scope.unwrap();
        assert_eq!(scope.portal, Some(ServicePortal::MosRu));
        assert_eq!(scope.period.first_day().to_string(), "2026-03-01");
    }
}
