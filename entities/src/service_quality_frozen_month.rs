//! A month of which the figures were frozen.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_quality_frozen_month")]
pub struct Model {
    /// Its first day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: Date,
    pub frozen_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
