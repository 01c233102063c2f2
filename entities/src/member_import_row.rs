//! A line of a roster, ready to be applied.

use sea_orm::entity::prelude::*;

use crate::enums::MembershipStatus;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_import_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i32,
    pub membership_id: Uuid,
    pub person_id: Uuid,
    pub person_key: Vec<u8>,
    pub is_new: bool,
    pub organisation_id: Uuid,
    pub number_lookup: String,
    pub phone_lookup: Option<String>,
    pub holder: Vec<u8>,
    pub content_mac: String,
    pub status: MembershipStatus,
    pub member_since: Date,
    pub valid_through: Option<Date>,
    pub is_youth: bool,
    pub card_serial: i64,
}

impl ActiveModelBehavior for ActiveModel {}
