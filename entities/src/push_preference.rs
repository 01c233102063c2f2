//! What somebody, or an installation that nobody has signed in on, wants to be notified of.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_preference")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Option<Uuid>,
    /// Keyed hash of the installation's own id, where nobody has signed in.
    pub installation_lookup: Option<String>,
    /// Minutes of the device's day at which quiet hours begin and end; none: it may always ring.
    pub quiet_from: Option<i32>,
    pub quiet_to: Option<i32>,
    /// How often a device may ring within 24 hours.
    pub daily_cap: i32,
    /// As the consents say.
    pub allows_service: bool,
    pub allows_promotional: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
