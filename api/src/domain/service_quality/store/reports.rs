//! Reports as counting reads them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    enums::{Okrug, ReportModeration, ServiceOutcome, ServiceReportChannel, TermMeasure},
    service_report::{self, Column},
    service_report_escalation,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    QueryTrait,
};
use uuid::Uuid;

use super::super::rules::{Escalation, Report, Term, next_month};
use crate::infra::{
    clock::moscow_date,
    db::{fetch_rows, row},
};

/// What counts: a report that was taken further was accepted before.
const COUNTED: [ReportModeration; 2] = [ReportModeration::Accepted, ReportModeration::Escalated];

row! {
    /// The columns that figures go by.
    pub struct ReportRow of service_report {
        pub id: Uuid,
        pub guide_id: Uuid,
        pub channel: ServiceReportChannel,
        pub submitted_on: NaiveDate,
        pub outcome: ServiceOutcome,
        pub is_online_first: bool,
        pub is_fully_online: bool,
        pub visits: i32,
        pub queue_minutes: Option<i32>,
        pub has_extra_documents: bool,
        pub problems: i32,
        pub is_refusal_explained: Option<bool>,
        pub rating_overall: Option<i16>,
        pub is_guide_matched: Option<bool>,
        pub okrug: Option<Okrug>,
        pub term_norm: Option<i32>,
        pub term_unit: Option<TermMeasure>,
        pub term_taken: Option<i32>,
    }
}

/// Guides and days of the reports that were written since that instant, whatever became of them. Who
/// answers an escalation touches its report.
pub async fn list_changed(
    connection: &impl ConnectionTrait,
    since: Option<DateTime<Utc>>,
) -> Result<Vec<(Uuid, NaiveDate)>, DbErr> {
    let mut select = service_report::Entity::find()
        .select_only()
        .column(Column::GuideId)
        .column(Column::SubmittedOn)
        .distinct();
    if let Some(since) = since {
        select = select.filter(Column::UpdatedAt.gte(since));
    }
    select.into_tuple().all(connection).await
}

/// The reports of a month on these guides.
pub async fn list_reports(
    connection: &impl ConnectionTrait,
    month: NaiveDate,
    guide_ids: &[Uuid],
) -> Result<Vec<Report>, DbErr> {
    let of_month = counted(guide_ids)
        .add(Column::SubmittedOn.gte(month))
        .add(Column::SubmittedOn.lt(next_month(month)));
    list(connection, of_month).await
}

/// The reports of a day and later ones on these guides.
pub async fn list_since(
    connection: &impl ConnectionTrait,
    day: NaiveDate,
    guide_ids: &[Uuid],
) -> Result<Vec<Report>, DbErr> {
    list(
        connection,
        counted(guide_ids).add(Column::SubmittedOn.gte(day)),
    )
    .await
}

fn counted(guide_ids: &[Uuid]) -> Condition {
    Condition::all()
        .add(Column::GuideId.is_in(guide_ids.iter().copied()))
        .add(Column::Moderation.is_in(COUNTED))
}

async fn list(
    connection: &impl ConnectionTrait,
    condition: Condition,
) -> Result<Vec<Report>, DbErr> {
    let rows: Vec<ReportRow> = fetch_rows(
        connection,
        service_report::Entity::find().filter(condition.clone()),
    )
    .await?;
    let mut escalations = list_escalations(connection, condition).await?;
    let report = |row: ReportRow| {
        let escalation = escalations.remove(&row.id);
        report_of(row, escalation)
    };
    Ok(rows.into_iter().map(report).collect())
}

async fn list_escalations(
    connection: &impl ConnectionTrait,
    condition: Condition,
) -> Result<HashMap<Uuid, Escalation>, DbErr> {
    let of_these = service_report::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(condition)
        .into_query();
    let rows = service_report_escalation::Entity::find()
        .filter(service_report_escalation::Column::ReportId.in_subquery(of_these))
        .all(connection)
        .await?;
    let escalation = |row: service_report_escalation::Model| {
        let days = |at| (moscow_date(at) - moscow_date(row.escalated_at)).num_days();
        let answered_after = row.answered_at.map(days);
        let escalation = Escalation {
            is_resolved: row.resolved_at.is_some(),
            answered_after: answered_after.map(|days| i32::try_from(days).unwrap_or(i32::MAX)),
        };
        (row.report_id, escalation)
    };
    Ok(rows.into_iter().map(escalation).collect())
}

fn report_of(row: ReportRow, escalation: Option<Escalation>) -> Report {
    let term = row.term_unit.zip(row.term_taken);
    Report {
        guide_id: row.guide_id,
        submitted_on: row.submitted_on,
        channel: row.channel,
        okrug: row.okrug,
        outcome: row.outcome,
        is_online_first: row.is_online_first,
        is_fully_online: row.is_fully_online,
        visits: row.visits,
        queue_minutes: row.queue_minutes,
        has_extra_documents: row.has_extra_documents,
        problems: row.problems,
        is_refusal_explained: row.is_refusal_explained,
        rating: row.rating_overall,
        is_guide_matched: row.is_guide_matched,
        term: term.map(|(unit, taken)| Term {
            unit,
            taken,
            norm: row.term_norm,
        }),
        escalation,
    }
}

/// How many reports on a revision of a guide say that it was right, or that it was not.
#[derive(Clone, Copy, Debug)]
pub struct AnswerCount {
    pub guide_id: Uuid,
    pub revision: i32,
    pub is_matched: bool,
    pub reports: i64,
}

/// What readers say of these guides, by revision.
pub async fn count_answers(
    connection: &impl ConnectionTrait,
    guide_ids: &[Uuid],
) -> Result<Vec<AnswerCount>, DbErr> {
    let rows: Vec<(Uuid, i32, bool, i64)> = service_report::Entity::find()
        .select_only()
        .column(Column::GuideId)
        .column(Column::GuideRevision)
        .column(Column::IsGuideMatched)
        .column_as(Column::Id.count(), "reports")
        .filter(counted(guide_ids))
        .filter(Column::IsGuideMatched.is_not_null())
        .group_by(Column::GuideId)
        .group_by(Column::GuideRevision)
        .group_by(Column::IsGuideMatched)
        .into_tuple()
        .all(connection)
        .await?;
    let count = |(guide_id, revision, is_matched, reports)| AnswerCount {
        guide_id,
        revision,
        is_matched,
        reports,
    };
    Ok(rows.into_iter().map(count).collect())
}
