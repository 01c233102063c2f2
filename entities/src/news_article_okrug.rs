//! The okrugs an article is about.

use sea_orm::entity::prelude::*;

use crate::enums::Okrug;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "news_article_okrug")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub article_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub okrug: Okrug,
}

impl ActiveModelBehavior for ActiveModel {}
