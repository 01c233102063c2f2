//! A decision about one purpose of processing. A later one replaces it, none is changed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Keyed hash of the account's id.
    pub subject: String,
    pub purpose: String,
    pub is_granted: bool,
    pub document_id: Uuid,
    pub document_version: i32,
    pub text_hash: String,
    /// By which kind of client it was given, of a closed set: `android`, `ios`, `portal`, `web`,
    /// `other`.
    pub channel: String,
    pub decided_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
