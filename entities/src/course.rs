//! A published course: exactly what readers see.

use sea_orm::entity::prelude::*;

use crate::enums::{CertificateKind, CourseFormat, CourseLevel};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "course")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub organisation_id: Uuid,
    pub audience_id: Uuid,
    pub revision: i32,
    pub title: String,
    /// The title to sort by: lower case, ё as е.
    pub sort_key: String,
    pub summary: String,
    /// Who teaches it, where that is not the organisation.
    pub provider: Option<String>,
    pub format: CourseFormat,
    pub level: Option<CourseLevel>,
    /// Academic hours, of 45 minutes.
    pub hours: i32,
    /// Modules in their order, as `api` writes and reads them whole.
    pub programme: Json,
    /// What to read and watch, as `api` writes and reads it whole.
    pub materials: Json,
    pub certificate_kind: CertificateKind,
    pub body: Json,
    pub body_html: String,
    pub plain_text: String,
    pub is_demo: bool,
    pub published_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "organisation_id", to = "id")]
    pub organisation: BelongsTo<super::organisation::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
