//! Why a guide has to be looked at by its editors; one open row a guide and kind.

use sea_orm::entity::prelude::*;

use crate::enums::{GuideConcernEnd, GuideConcernKind};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guide_concern")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub guide_id: Uuid,
    pub kind: GuideConcernKind,
    /// In Russian, for the editors.
    pub details: String,
    /// What readers could be warned of, if an editor confirms it.
    pub proposed_alert: Option<String>,
    pub opened_at: DateTimeUtc,
    pub last_seen_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
    pub closed_as: Option<GuideConcernEnd>,
}

impl ActiveModelBehavior for ActiveModel {}
