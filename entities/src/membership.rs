//! Somebody's place in a union's roster, whether they have an account or not.

use sea_orm::entity::prelude::*;

use crate::enums::{MembershipSource, MembershipStatus};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub account_id: Option<Uuid>,
    /// The city union that issued the card.
    pub issuer_id: Uuid,
    pub organisation_id: Uuid,
    /// Keyed hash of the comparable card number; unique within an issuer.
    pub number_lookup: String,
    pub phone_lookup: Option<String>,
    /// Name, card number, phone and e-mail, sealed under the person's key.
    pub holder: Vec<u8>,
    /// Keyed hash of everything imported: an equal row is left alone.
    pub content_mac: String,
    pub status: MembershipStatus,
    /// Why an officer changed the status, sealed under the person's key.
    pub sealed_status_reason: Option<Vec<u8>>,
    pub source: MembershipSource,
    pub member_since: Date,
    pub valid_through: Option<Date>,
    pub is_youth: bool,
    /// Random, for passes: says nothing and changes when the card is revoked.
    pub card_serial: i64,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
