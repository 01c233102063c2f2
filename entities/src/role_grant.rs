//! A role within a scope, until it ends or is taken back.

use sea_orm::entity::prelude::*;

use crate::enums::{Okrug, Role, ScopeKind};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_grant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub role: Role,
    pub scope_kind: ScopeKind,
    pub organisation_id: Option<Uuid>,
    pub okrug: Option<Okrug>,
    pub granted_by_id: Option<Uuid>,
    pub granted_at: DateTimeUtc,
    pub ends_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
