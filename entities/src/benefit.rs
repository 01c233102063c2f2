//! A published benefit: exactly what readers see.

use sea_orm::entity::prelude::*;

use crate::enums::{BenefitProvider, BenefitValueKind, LimitPeriod, RedemptionKind};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "benefit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub organisation_id: Uuid,
    pub category_id: Uuid,
    pub partner_id: Option<Uuid>,
    pub audience_id: Uuid,
    pub revision: i32,
    pub provider: BenefitProvider,
    pub title: String,
    pub summary: String,
    pub terms: Json,
    pub terms_html: String,
    pub how_to_use: Json,
    pub how_to_use_html: String,
    pub plain_text: String,
    pub cover_id: Option<Uuid>,
    pub value_kind: BenefitValueKind,
    pub value_percent_hundredths: Option<i32>,
    pub value_amount_kopecks: Option<i64>,
    pub value_up_to_kopecks: Option<i64>,
    pub value_base_price_kopecks: Option<i64>,
    pub min_membership_months: i32,
    pub dependents_allowed: bool,
    pub eligible_okrugs: Json,
    pub needs_documents: Json,
    pub redemption_kind: RedemptionKind,
    pub redemption_url: Option<String>,
    pub redemption_phone: Option<String>,
    /// Shown only to members who redeem.
    pub promo_code: Option<String>,
    pub limit_per_member: Option<i32>,
    pub limit_total: Option<i32>,
    pub limit_period: Option<LimitPeriod>,
    pub ad_advertiser: Option<String>,
    pub ad_token: Option<String>,
    pub valid_from: Date,
    pub valid_through: Option<Date>,
    pub is_demo: bool,
    pub published_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "organisation_id", to = "id")]
    pub organisation: BelongsTo<super::organisation::Entity>,
    #[sea_orm(belongs_to, from = "category_id", to = "id")]
    pub category: BelongsTo<super::benefit_category::Entity>,
    #[sea_orm(belongs_to, from = "partner_id", to = "id")]
    pub partner: BelongsTo<Option<super::partner::Entity>>,
    #[sea_orm(belongs_to, from = "cover_id", to = "id")]
    pub cover: BelongsTo<Option<super::media_asset::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
