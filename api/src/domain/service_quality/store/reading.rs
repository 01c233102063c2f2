//! Cells as figures are made of them: those of the present, or as they were frozen.

use entities::{
    enums::ServicePortal, service_guide, service_quality_month, service_quality_snapshot,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QuerySelect, QueryTrait, SelectGetableTuple, Selector,
    sea_query::{Expr, SelectStatement},
};
use uuid::Uuid;

use super::{
    super::rules::{Cell, Edition, Period, RANKED_FROM, Section, ShareCode, Slice},
    keys::{cell_of, section_name, slice_name},
};
use crate::infra::auth::Audience;

/// Which cells are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub subject_ids: Vec<Uuid>,
    pub section: Section,
    pub slices: Vec<Slice>,
    pub period: Period,
}

/// Those cells, in no order.
pub async fn list_cells(
    connection: &impl ConnectionTrait,
    edition: Edition,
    wanted: &Wanted,
) -> Result<Vec<Cell>, DbErr> {
    let slices = wanted.slices.iter().copied().map(slice_name);
    let condition = within(wanted.section, wanted.period)
        .add(Expr::col("subject_id").is_in(wanted.subject_ids.iter().copied()))
        .add(Expr::col("slice").is_in(slices));
    let rows = match edition {
        Edition::Live => {
            let select = service_quality_month::Entity::find().filter(condition);
            select.all(connection).await?
        }
        Edition::Frozen => {
            // A row of the one table has the columns of the other.
            let select = service_quality_snapshot::Entity::find().filter(condition);
            select
                .into_model::<service_quality_month::Model>()
                .all(connection)
                .await?
        }
    };
    rows.into_iter().map(cell_of).collect()
}

fn within(section: Section, period: Period) -> Condition {
    Condition::all()
        .add(Expr::col("section").eq(section_name(section)))
        .add(Expr::col("month").gte(period.first_day()))
        .add(Expr::col("month").lte(period.last_month()))
}

/// A guide's reports, and how many of how many the share in question is.
pub type ShareSums = (Uuid, i64, i64, i64);

/// The sums of guides with reports enough to be ranked, of all that this audience sees or of those that
/// lead to a portal.
pub async fn list_sums(
    connection: &impl ConnectionTrait,
    edition: Edition,
    guides: (&Audience, Option<ServicePortal>),
    period: Period,
    code: ShareCode,
) -> Result<Vec<ShareSums>, DbErr> {
    let condition = within(Section::Guide, period)
        .add(Expr::col("slice").eq(slice_name(Slice::All)))
        .add(Expr::col("subject_id").in_subquery(seen(guides)));
    match edition {
        Edition::Live => sums::<service_quality_month::Entity>(condition, code),
        Edition::Frozen => sums::<service_quality_snapshot::Entity>(condition, code),
    }
    .all(connection)
    .await
}

fn seen((audience, portal): (&Audience, Option<ServicePortal>)) -> SelectStatement {
    use service_guide::Column;
    let mut select = service_guide::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(audience.admits(Column::AudienceId));
    if let Some(portal) = portal {
        select = select.filter(Column::Portal.eq(portal));
    }
    select.into_query()
}

fn sums<E: EntityTrait>(
    condition: Condition,
    code: ShareCode,
) -> Selector<SelectGetableTuple<ShareSums>> {
    // PostgreSQL adds integers up to a bigint, SQLite to an integer: both read as one.
    let sum = |column: &'static str| Expr::col(column).sum();
    let (numerator, denominator) = columns_of(code);
    E::find()
        .select_only()
        .expr(Expr::col("subject_id"))
        .expr_as(sum("reports"), "sum_of_reports")
        .expr_as(sum(numerator), "sum_of_numerators")
        .expr_as(sum(denominator), "sum_of_denominators")
        .filter(condition)
        .group_by(Expr::col("subject_id"))
        .having(sum("reports").gte(RANKED_FROM))
        .into_tuple()
}

/// The columns that a share is made of, as `Share::of` makes it of counts.
const fn columns_of(code: ShareCode) -> (&'static str, &'static str) {
    match code {
        ShareCode::Completion => ("online_completed", "online_closed"),
        ShareCode::DigitalTakeUp => ("online", "reports"),
        ShareCode::FullyOnline => ("fully_online", "completed"),
        ShareCode::Satisfaction => ("satisfied", "rated"),
        ShareCode::TermCompliance => ("in_time", "timed"),
        ShareCode::Refusal => ("refused", "closed"),
        ShareCode::UnexplainedRefusal => ("unexplained", "refused"),
        ShareCode::TechnicalFailure => ("failed", "closed"),
        ShareCode::ExtraDocuments => ("extra_documents", "closed"),
        ShareCode::NoVisits => ("unvisited", "reports"),
        ShareCode::ShortQueue => ("short_queue", "queued"),
        ShareCode::GuideAccuracy => ("matched", "answered"),
        ShareCode::Resolution => ("resolved", "escalated"),
    }
}
