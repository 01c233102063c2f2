//! The queue of whoever moderates.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    content,
    enums::{Okrug, ReportModeration},
    service_report::{self, Column},
    service_report_escalation,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, QueryTrait, Select, sea_query::Order,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::guides;
use crate::{
    domain::organisations::{covers, within_reach},
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, keyset},
    },
};

/// Where a report stands in the queue: the oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for ReportPosition {
    const LIST: &'static str = "serviceReports";
}

/// Which reports a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct ReportCriteria {
    pub guide_id: Option<Uuid>,
    pub moderation: Option<ReportModeration>,
    pub okrugs: Option<Vec<Okrug>>,
    pub submitted_from: Option<NaiveDate>,
    pub submitted_to: Option<NaiveDate>,
    /// Whether an answer is overdue, on that Moscow day.
    pub overdue: Option<(bool, NaiveDate)>,
}

pub async fn list(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    criteria: &ReportCriteria,
    page: &Page<ReportPosition>,
) -> Result<Slice<service_report::Model>, DbErr> {
    let select = keyset(
        matching(reach, criteria),
        (Column::CreatedAt, Column::Id),
        Order::Asc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    criteria: &ReportCriteria,
) -> Result<u64, DbErr> {
    matching(reach, criteria).count(connection).await
}

/// Whether a report is within a reach: by whoever keeps its guide, or by the okrug that it names.
pub async fn is_within(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    report: &service_report::Model,
) -> Result<bool, DbErr> {
    if report
        .okrug
        .is_some_and(|okrug| reach.okrugs.contains(&okrug))
    {
        return Ok(true);
    }
    match guides::find_organisation(connection, report.guide_id).await? {
        Some(organisation_id) => covers(connection, reach, organisation_id).await,
        None => Ok(reach.is_everywhere),
    }
}

fn within(reach: &Reach) -> Condition {
    if reach.is_everywhere {
        return Condition::all();
    }
    let guides = content::Entity::find()
        .select_only()
        .column(content::Column::Id)
        .filter(within_reach(reach, content::Column::OrganisationId))
        .into_query();
    Condition::any()
        .add(Column::GuideId.in_subquery(guides))
        .add(Column::Okrug.is_in(reach.okrugs.iter().copied()))
}

fn matching(reach: &Reach, criteria: &ReportCriteria) -> Select<service_report::Entity> {
    let mut select = service_report::Entity::find().filter(within(reach));
    if let Some(guide_id) = criteria.guide_id {
        select = select.filter(Column::GuideId.eq(guide_id));
    }
    if let Some(moderation) = criteria.moderation {
        select = select.filter(Column::Moderation.eq(moderation));
    }
    if let Some(okrugs) = &criteria.okrugs {
        select = select.filter(Column::Okrug.is_in(okrugs.iter().copied()));
    }
    if let Some(from) = criteria.submitted_from {
        select = select.filter(Column::SubmittedOn.gte(from));
    }
    if let Some(to) = criteria.submitted_to {
        select = select.filter(Column::SubmittedOn.lte(to));
    }
    if let Some((is_overdue, today)) = criteria.overdue {
        let late = service_report_escalation::Entity::find()
            .select_only()
            .column(service_report_escalation::Column::ReportId)
            .filter(service_report_escalation::Column::AnsweredAt.is_null())
            .filter(service_report_escalation::Column::ResolvedAt.is_null())
            .filter(service_report_escalation::Column::AnswerDueOn.lt(today))
            .into_query();
        select = select.filter(if is_overdue {
            Column::Id.in_subquery(late)
        } else {
            Column::Id.not_in_subquery(late)
        });
    }
    select
}
