//! A published page of an organisation.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_page")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub organisation_id: Uuid,
    pub audience_id: Uuid,
    pub revision: i32,
    pub title: String,
    pub body: Json,
    pub body_html: String,
    pub plain_text: String,
    pub position: i32,
    pub is_demo: bool,
    pub published_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
