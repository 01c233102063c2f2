//! All SQL of reading the audit log.

use chrono::{DateTime, Utc};
use entities::audit_entry;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    Select, sea_query::Order,
};
use serde::{Deserialize, Serialize};

use crate::infra::db::{Page, Position, Slice, keyset};

/// Which entries a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct AuditCriteria {
    /// `None`: of every chain.
    pub chains: Option<Vec<String>>,
    pub action: Option<String>,
    pub object_id: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// Where an entry stands: newest first. Hashes are unique.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuditPosition {
    pub happened_at: DateTime<Utc>,
    pub hash: String,
}

impl Position for AuditPosition {
    const LIST: &'static str = "auditLog";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    criteria: &AuditCriteria,
    page: &Page<AuditPosition>,
) -> Result<Slice<audit_entry::Model>, DbErr> {
    let select = keyset(
        matching(criteria),
        (audit_entry::Column::HappenedAt, audit_entry::Column::Hash),
        Order::Desc,
        page,
        |position| (position.happened_at.into(), position.hash.clone().into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    criteria: &AuditCriteria,
) -> Result<u64, DbErr> {
    matching(criteria).count(connection).await
}

fn matching(criteria: &AuditCriteria) -> Select<audit_entry::Entity> {
    use audit_entry::Column;
    let condition = Condition::all()
        .add_option(
            criteria
                .chains
                .as_ref()
                .map(|chains| Column::Chain.is_in(chains)),
        )
        .add_option(
            criteria
                .action
                .as_ref()
                .map(|action| Column::Action.eq(action)),
        )
        .add_option(
            criteria
                .object_id
                .as_ref()
                .map(|id| Column::ObjectId.eq(id)),
        )
        .add_option(criteria.from.map(|from| Column::HappenedAt.gte(from)))
        .add_option(criteria.to.map(|to| Column::HappenedAt.lt(to)));
    audit_entry::Entity::find().filter(condition)
}
