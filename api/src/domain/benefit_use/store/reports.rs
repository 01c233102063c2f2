//! Reports of benefits that were not given.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{benefit, benefit_report, content, enums::BenefitReportState};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::organisations::within_reach,
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, keyset, lock_row},
    },
};

/// Where a report stands in the queue of staff: oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for ReportPosition {
    const LIST: &'static str = "benefitReports";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    state: Option<BenefitReportState>,
    page: &Page<ReportPosition>,
) -> Result<Slice<benefit_report::Model>, DbErr> {
    use benefit_report::Column;
    let select = keyset(
        matching(reach, state),
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
    state: Option<BenefitReportState>,
) -> Result<u64, DbErr> {
    matching(reach, state).count(connection).await
}

fn matching(reach: &Reach, state: Option<BenefitReportState>) -> Select<benefit_report::Entity> {
    use benefit_report::Column;
    let theirs = content::Entity::find()
        .select_only()
        .column(content::Column::Id)
        .filter(within_reach(reach, content::Column::OrganisationId))
        .into_query();
    let select = benefit_report::Entity::find().filter(Column::BenefitId.in_subquery(theirs));
    match state {
        Some(state) => select.filter(Column::State.eq(state)),
        None => select,
    }
}

/// What the published ones of these benefits are called.
pub async fn list_titles(
    connection: &impl ConnectionTrait,
    benefit_ids: &[Uuid],
) -> Result<HashMap<Uuid, String>, DbErr> {
    let titles: Vec<(Uuid, String)> = benefit::Entity::find()
        .select_only()
        .column(benefit::Column::Id)
        .column(benefit::Column::Title)
        .filter(benefit::Column::Id.is_in(benefit_ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(titles.into_iter().collect())
}

/// What an account's client key reported before.
pub async fn find_by_key(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    client_key: Uuid,
) -> Result<Option<benefit_report::Model>, DbErr> {
    use benefit_report::Column;
    benefit_report::Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::ClientKey.eq(client_key))
        .one(connection)
        .await
}

pub async fn insert(
    transaction: &impl ConnectionTrait,
    report: benefit_report::Model,
) -> Result<(), DbErr> {
    benefit_report::Entity::insert(benefit_report::ActiveModel::from(report))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Holds a report's row until the transaction ends, and reads it.
pub async fn lock(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<benefit_report::Model>, DbErr> {
    lock_row::<benefit_report::Entity>(transaction, id).await
}

/// Writes a decision.
pub async fn decide(
    transaction: &impl ConnectionTrait,
    report: &benefit_report::Model,
) -> Result<(), DbErr> {
    use benefit_report::Column;
    benefit_report::Entity::update_many()
        .col_expr(Column::State, Expr::value(report.state))
        .col_expr(Column::DecidedById, Expr::value(report.decided_by_id))
        .col_expr(Column::DecidedAt, Expr::value(report.decided_at))
        .filter(Column::Id.eq(report.id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// How many members' reports of a benefit since then are confirmed.
pub async fn count_confirmed_members(
    connection: &impl ConnectionTrait,
    benefit_id: Uuid,
    since: DateTime<Utc>,
) -> Result<usize, DbErr> {
    use benefit_report::Column;
    let members: Vec<Uuid> = benefit_report::Entity::find()
        .select_only()
        .column(Column::AccountId)
        .distinct()
        .filter(Column::BenefitId.eq(benefit_id))
        .filter(Column::State.eq(BenefitReportState::Confirmed))
        .filter(Column::CreatedAt.gt(since))
        .filter(Column::AccountId.is_not_null())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(members.len())
}
