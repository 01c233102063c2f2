//! SQL over addresses of the old portal and where they lead now.

use chrono::{DateTime, Utc};
use entities::redirect;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, Select,
    sea_query::{LikeExpr, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::db::{Page, Position, Slice, keyset, overwrite_row};

/// Rows in one INSERT, well below what either database binds at most.
const LARGEST_INSERT: usize = 1000;

/// Which redirects a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct RedirectCriteria {
    pub host: Option<String>,
    /// Part of an address or of what it leads to.
    pub words: Option<String>,
}

/// Where a redirect stands in lists: the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RedirectPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for RedirectPosition {
    const LIST: &'static str = "redirects";
}

/// A page of redirects.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_redirects(
    connection: &impl ConnectionTrait,
    criteria: &RedirectCriteria,
    page: &Page<RedirectPosition>,
) -> Result<Slice<redirect::Model>, DbErr> {
    let select = keyset(
        matching(criteria),
        (redirect::Column::CreatedAt, redirect::Column::Id),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

/// How many redirects there are.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_redirects(
    connection: &impl ConnectionTrait,
    criteria: &RedirectCriteria,
) -> Result<u64, DbErr> {
    matching(criteria).count(connection).await
}

fn matching(criteria: &RedirectCriteria) -> Select<redirect::Entity> {
    use redirect::Column;
    let mut select = redirect::Entity::find();
    if let Some(host) = &criteria.host {
        select = select.filter(Column::Host.eq(host));
    }
    if let Some(words) = &criteria.words {
        let holds = || LikeExpr::new(format!("%{}%", escaped(words))).escape('!');
        select = select.filter(Column::Path.like(holds()).or(Column::Target.like(holds())));
    }
    select
}

/// What a pattern would read as its own signs.
fn escaped(words: &str) -> String {
    words
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_")
}

/// Every redirect: a new one may lead on from any, and any to it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_all_redirects(
    connection: &impl ConnectionTrait,
) -> Result<Vec<redirect::Model>, DbErr> {
    redirect::Entity::find().all(connection).await
}

/// Writes new redirects.
///
/// # Errors
/// Whatever the driver reports, a taken address included.
pub async fn insert_redirects(
    transaction: &impl ConnectionTrait,
    rows: Vec<redirect::Model>,
) -> Result<(), DbErr> {
    let rows: Vec<redirect::ActiveModel> = rows
        .into_iter()
        .map(IntoActiveModel::into_active_model)
        .collect();
    for batch in rows.chunks(LARGEST_INSERT) {
        redirect::Entity::insert_many(batch.to_vec())
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

/// Writes a redirect that is there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_redirect(
    transaction: &impl ConnectionTrait,
    row: redirect::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}

/// Takes a redirect away; says whether it was there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_redirect(transaction: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let gone = redirect::Entity::delete_by_id(id).exec(transaction).await?;
    Ok(gone.rows_affected > 0)
}
