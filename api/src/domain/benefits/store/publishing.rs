//! What publishing and the reference data write.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    benefit, benefit_category, benefit_eligible_organisation, benefit_okrug, benefit_outlet,
    enums::{BenefitProvider, BenefitValueKind, LimitPeriod, Okrug, RedemptionKind},
    outlet, partner,
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    domain::content::{Published, RenderedText, sort_key},
    infra::error::Error,
};

/// The reading row of a benefit to be published.
#[derive(Clone, Debug)]
pub struct NewBenefit {
    pub category_id: Uuid,
    pub partner_id: Option<Uuid>,
    pub provider: BenefitProvider,
    pub title: String,
    pub summary: String,
    pub terms: RenderedText,
    pub how_to_use: RenderedText,
    pub cover_id: Option<Uuid>,
    pub value_kind: BenefitValueKind,
    pub value_percent_hundredths: Option<i32>,
    pub value_amount_kopecks: Option<i64>,
    pub value_up_to_kopecks: Option<i64>,
    pub value_base_price_kopecks: Option<i64>,
    pub min_membership_months: i32,
    pub dependents_allowed: bool,
    pub eligible_organisation_ids: Vec<Uuid>,
    pub eligible_okrugs: Vec<Okrug>,
    pub needs_documents: Vec<String>,
    pub redemption_kind: RedemptionKind,
    pub redemption_url: Option<String>,
    pub redemption_phone: Option<String>,
    pub promo_code: Option<String>,
    pub limit_per_member: Option<i32>,
    pub limit_total: Option<i32>,
    pub limit_period: Option<LimitPeriod>,
    pub ad_advertiser: Option<String>,
    pub ad_token: Option<String>,
    pub valid_from: NaiveDate,
    pub valid_through: Option<NaiveDate>,
    pub okrugs: Vec<Okrug>,
    pub outlet_ids: Vec<Uuid>,
}

/// Writes the reading rows of a published benefit.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_benefit(
    transaction: &impl ConnectionTrait,
    published: &Published,
    new: NewBenefit,
) -> Result<(), Error> {
    let address = &published.address;
    let id = address.id;
    benefit::Entity::insert(benefit::ActiveModel {
        id: Set(id),
        slug: Set(address.slug.clone()),
        organisation_id: Set(address.organisation_id),
        category_id: Set(new.category_id),
        partner_id: Set(new.partner_id),
        audience_id: Set(address.audience_id),
        revision: Set(published.revision),
        provider: Set(new.provider),
        title: Set(new.title),
        summary: Set(new.summary),
        terms: Set(new.terms.stored_blocks()?),
        terms_html: Set(new.terms.html),
        how_to_use: Set(new.how_to_use.stored_blocks()?),
        how_to_use_html: Set(new.how_to_use.html),
        plain_text: Set(format!("{}\n{}", new.terms.plain, new.how_to_use.plain)),
        cover_id: Set(new.cover_id),
        value_kind: Set(new.value_kind),
        value_percent_hundredths: Set(new.value_percent_hundredths),
        value_amount_kopecks: Set(new.value_amount_kopecks),
        value_up_to_kopecks: Set(new.value_up_to_kopecks),
        value_base_price_kopecks: Set(new.value_base_price_kopecks),
        min_membership_months: Set(new.min_membership_months),
        dependents_allowed: Set(new.dependents_allowed),
        eligible_okrugs: Set(serde_json::to_value(new.eligible_okrugs)?),
        needs_documents: Set(serde_json::to_value(new.needs_documents)?),
        redemption_kind: Set(new.redemption_kind),
        redemption_url: Set(new.redemption_url),
        redemption_phone: Set(new.redemption_phone),
        promo_code: Set(new.promo_code),
        limit_per_member: Set(new.limit_per_member),
        limit_total: Set(new.limit_total),
        limit_period: Set(new.limit_period),
        ad_advertiser: Set(new.ad_advertiser),
        ad_token: Set(new.ad_token),
        valid_from: Set(new.valid_from),
        valid_through: Set(new.valid_through),
        is_demo: Set(address.is_demo),
        published_at: Set(address.published_at),
        updated_at: Set(address.published_at),
    })
    .exec_without_returning(transaction)
    .await?;
    if !new.okrugs.is_empty() {
        let rows = new
            .okrugs
            .into_iter()
            .map(|okrug| benefit_okrug::ActiveModel {
                benefit_id: Set(id),
                okrug: Set(okrug),
            });
        benefit_okrug::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    if !new.outlet_ids.is_empty() {
        let rows = new
            .outlet_ids
            .into_iter()
            .map(|outlet_id| benefit_outlet::ActiveModel {
                benefit_id: Set(id),
                outlet_id: Set(outlet_id),
            });
        benefit_outlet::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    if !new.eligible_organisation_ids.is_empty() {
        let rows = new
            .eligible_organisation_ids
            .into_iter()
            .map(
                |organisation_id| benefit_eligible_organisation::ActiveModel {
                    benefit_id: Set(id),
                    organisation_id: Set(organisation_id),
                },
            );
        benefit_eligible_organisation::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

/// A partner to be created.
#[derive(Clone, Debug)]
pub struct NewPartner {
    pub id: Uuid,
    pub slug: String,
    pub brand_name: String,
    pub legal_name: String,
    pub description: String,
    pub site: Option<String>,
    pub is_demo: bool,
}

/// Writes a partner. A second insert of the same one changes nothing; the answer says which.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_partner(
    connection: &impl ConnectionTrait,
    new: NewPartner,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    partner::Entity::insert(partner::ActiveModel {
        id: Set(new.id),
        slug: Set(new.slug),
        sort_key: Set(sort_key(&new.brand_name)),
        brand_name: Set(new.brand_name),
        legal_name: Set(new.legal_name),
        description: Set(new.description),
        site: Set(new.site),
        logo_id: Set(None),
        is_demo: Set(new.is_demo),
        created_at: Set(now),
        updated_at: Set(now),
    })
    .on_conflict(
        OnConflict::column(partner::Column::Id)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(connection)
    .await
    .map(|written| written > 0)
}

/// An outlet to be created.
#[derive(Clone, Debug)]
pub struct NewOutlet {
    pub id: Uuid,
    pub partner_id: Uuid,
    pub slug: String,
    pub name: String,
    pub address: String,
    pub okrug: Option<Okrug>,
    pub latitude: f64,
    pub longitude: f64,
    pub hours: Option<String>,
    pub phone: Option<String>,
    pub is_demo: bool,
}

/// Writes an outlet. A second insert of the same one changes nothing; the answer says which.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_outlet(
    connection: &impl ConnectionTrait,
    new: NewOutlet,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    outlet::Entity::insert(outlet::ActiveModel {
        id: Set(new.id),
        partner_id: Set(new.partner_id),
        slug: Set(new.slug),
        sort_key: Set(sort_key(&new.name)),
        name: Set(new.name),
        address: Set(new.address),
        okrug: Set(new.okrug),
        latitude: Set(new.latitude),
        longitude: Set(new.longitude),
        hours: Set(new.hours),
        phone: Set(new.phone),
        is_demo: Set(new.is_demo),
        created_at: Set(now),
        updated_at: Set(now),
    })
    .on_conflict(
        OnConflict::column(outlet::Column::Id)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(connection)
    .await
    .map(|written| written > 0)
}

/// Writes a category. A second insert of the same one changes nothing; the answer says which.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_category(
    connection: &impl ConnectionTrait,
    category: benefit_category::Model,
) -> Result<bool, DbErr> {
    benefit_category::Entity::insert(category.into_active_model())
        .on_conflict(
            OnConflict::column(benefit_category::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await
        .map(|written| written > 0)
}
