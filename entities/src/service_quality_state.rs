//! How far the figures have followed the reports; one row, which whoever counts holds.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_quality_state")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// When reports were last looked for; never yet: none.
    pub counted_at: Option<DateTimeUtc>,
    /// SHA-256 of which guides there are, where they lead and for whom.
    pub guides_digest: String,
}

impl ActiveModelBehavior for ActiveModel {}
