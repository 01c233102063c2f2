//! A version of the text a person consents to, one purpose each.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent_document")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub purpose: String,
    pub version: i32,
    pub title: String,
    pub text: String,
    /// SHA-256 of the text, in hex.
    pub text_hash: String,
    pub effective_from: Date,
    pub is_demo: bool,
}

impl ActiveModelBehavior for ActiveModel {}
