//! A code of a benefit's pool, free or taken by a redemption.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "benefit_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub benefit_id: Uuid,
    /// Sealed by the service's key: a free code belongs to nobody.
    pub code: Vec<u8>,
    /// The keyed hash by which a code that comes again is known.
    pub code_lookup: String,
    /// Who took it; the redemption may be erased, and the code stays taken.
    pub redemption_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
