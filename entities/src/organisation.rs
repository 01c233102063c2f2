//! A federation, member union, primary organisation, okrug council …

use sea_orm::entity::prelude::*;

use crate::enums::OrganisationKind;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub slug: String,
    pub kind: OrganisationKind,
    pub short_name: String,
    pub full_name: String,
    /// The short name to sort by: lower case, ё as е.
    pub sort_key: String,
    pub about: String,
    pub industry: Option<String>,
    pub website: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub hours: Option<String>,
    pub join_url: Option<String>,
    /// The portal's host that shows this organisation.
    pub host: Option<String>,
    /// `#rrggbb`.
    pub primary_color: Option<String>,
    pub logo_id: Option<Uuid>,
    pub socials: Json,
    /// Whether what one of staff wrote another must publish.
    pub requires_review: bool,
    pub is_demo: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
