//! A member's word that a benefit was not given.

use sea_orm::entity::prelude::*;

use crate::enums::BenefitReportState;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "benefit_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub benefit_id: Uuid,
    pub outlet_id: Option<Uuid>,
    /// None: the account was erased.
    pub account_id: Option<Uuid>,
    /// The client's own key: the same one gets the same report, for ever.
    pub client_key: Uuid,
    /// Sealed by the service's key.
    pub comment: Option<Vec<u8>>,
    pub state: BenefitReportState,
    pub created_at: DateTimeUtc,
    pub decided_by_id: Option<Uuid>,
    pub decided_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
