//! The okrugs an organisation works in.

use sea_orm::entity::prelude::*;

use crate::enums::Okrug;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_okrug")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub okrug: Okrug,
}

impl ActiveModelBehavior for ActiveModel {}
