//! A benefit that nobody can redeem until staff resume it; its row stays and says when they last did.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "benefit_suspension")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub benefit_id: Uuid,
    pub reason: String,
    pub since_at: DateTimeUtc,
    /// None: nobody can redeem it yet.
    pub resumed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
