//! Somebody's wish to be at a session, and what became of it.

use sea_orm::entity::prelude::*;

use crate::enums::RegistrationState;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_registration")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub session_id: Uuid,
    pub account_id: Uuid,
    /// The client's own key: the same one gets the same registration, for ever.
    pub client_key: Uuid,
    pub state: RegistrationState,
    /// Its number in the order of registering: seats come free to the lowest that waits.
    pub ticket: i64,
    pub registered_at: DateTimeUtc,
    /// When a seat came free for it.
    pub promoted_at: Option<DateTimeUtc>,
    pub cancelled_at: Option<DateTimeUtc>,
    /// When it was noted whether they came.
    pub marked_at: Option<DateTimeUtc>,
    /// 1 to 5.
    pub rating: Option<i16>,
    /// Sealed by the service's key.
    pub comment: Option<Vec<u8>>,
    pub rated_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
