//! What publishing and the reference data write.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    benefit, benefit_category, benefit_eligible_organisation, benefit_okrug, benefit_outlet,
    enums::{BenefitProvider, BenefitValueKind, LimitPeriod, Okrug, RedemptionKind},
    outlet, partner,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    domain::content::{Published, RenderedText, sort_key},
    infra::{
        db::{delete_row, overwrite_row},
        error::Error,
    },
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
    let id = published.address.id;
    let places = new.places();
    let row = new.reading_row(published)?;
    benefit::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await?;
    insert_places(transaction, id, places).await?;
    Ok(())
}

/// Writes the reading rows of a benefit that is published again, or for the first time.
///
/// What its use left behind, its counters, codes, reports and suspension, belongs to the content and
/// not to these rows: it stays as it is.
///
/// # Errors
/// Whatever the driver reports.
pub async fn replace_benefit(
    transaction: &impl ConnectionTrait,
    published: &Published,
    new: NewBenefit,
) -> Result<(), Error> {
    let id = published.address.id;
    let shown = benefit::Entity::find_by_id(id).one(transaction).await?;
    if shown.is_none() {
        return insert_benefit(transaction, published, new).await;
    }
    let places = new.places();
    overwrite_row(transaction, new.reading_row(published)?).await?;
    benefit_okrug::Entity::delete_many()
        .filter(benefit_okrug::Column::BenefitId.eq(id))
        .exec(transaction)
        .await?;
    benefit_outlet::Entity::delete_many()
        .filter(benefit_outlet::Column::BenefitId.eq(id))
        .exec(transaction)
        .await?;
    benefit_eligible_organisation::Entity::delete_many()
        .filter(benefit_eligible_organisation::Column::BenefitId.eq(id))
        .exec(transaction)
        .await?;
    insert_places(transaction, id, places).await?;
    Ok(())
}

/// Takes a benefit away from readers. What its use left behind stays with the content.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_benefit(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<benefit::Entity>(transaction, id).await
}

/// Where a benefit is given, and to whose members.
struct Places {
    okrugs: Vec<Okrug>,
    outlet_ids: Vec<Uuid>,
    organisation_ids: Vec<Uuid>,
}

impl NewBenefit {
    fn places(&self) -> Places {
        Places {
            okrugs: self.okrugs.clone(),
            outlet_ids: self.outlet_ids.clone(),
            organisation_ids: self.eligible_organisation_ids.clone(),
        }
    }

    /// The row that readers get, without its places.
    ///
    /// # Errors
    /// Never for texts that this program rendered.
    pub fn reading_row(self, published: &Published) -> Result<benefit::Model, Error> {
        let address = &published.address;
        Ok(benefit::Model {
            id: address.id,
            slug: address.slug.clone(),
            organisation_id: address.organisation_id,
            category_id: self.category_id,
            partner_id: self.partner_id,
            audience_id: address.audience_id,
            revision: published.revision,
            provider: self.provider,
            title: self.title,
            summary: self.summary,
            terms: self.terms.stored_blocks()?,
            terms_html: self.terms.html,
            how_to_use: self.how_to_use.stored_blocks()?,
            how_to_use_html: self.how_to_use.html,
            plain_text: format!("{}\n{}", self.terms.plain, self.how_to_use.plain),
            cover_id: self.cover_id,
            value_kind: self.value_kind,
            value_percent_hundredths: self.value_percent_hundredths,
            value_amount_kopecks: self.value_amount_kopecks,
            value_up_to_kopecks: self.value_up_to_kopecks,
            value_base_price_kopecks: self.value_base_price_kopecks,
            min_membership_months: self.min_membership_months,
            dependents_allowed: self.dependents_allowed,
            eligible_okrugs: serde_json::to_value(self.eligible_okrugs)?,
            needs_documents: serde_json::to_value(self.needs_documents)?,
            redemption_kind: self.redemption_kind,
            redemption_url: self.redemption_url,
            redemption_phone: self.redemption_phone,
            promo_code: self.promo_code,
            limit_per_member: self.limit_per_member,
            limit_total: self.limit_total,
            limit_period: self.limit_period,
            ad_advertiser: self.ad_advertiser,
            ad_token: self.ad_token,
            valid_from: self.valid_from,
            valid_through: self.valid_through,
            is_demo: address.is_demo,
            published_at: address.published_at,
            updated_at: address.updated_at,
        })
    }
}

async fn insert_places(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    places: Places,
) -> Result<(), DbErr> {
    if !places.okrugs.is_empty() {
        let rows = places
            .okrugs
            .into_iter()
            .map(|okrug| benefit_okrug::ActiveModel {
                benefit_id: Set(benefit_id),
                okrug: Set(okrug),
            });
        benefit_okrug::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    if !places.outlet_ids.is_empty() {
        let rows = places
            .outlet_ids
            .into_iter()
            .map(|outlet_id| benefit_outlet::ActiveModel {
                benefit_id: Set(benefit_id),
                outlet_id: Set(outlet_id),
            });
        benefit_outlet::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    if !places.organisation_ids.is_empty() {
        let rows = places.organisation_ids.into_iter().map(|organisation_id| {
            benefit_eligible_organisation::ActiveModel {
                benefit_id: Set(benefit_id),
                organisation_id: Set(organisation_id),
            }
        });
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
    /// Whose staff keep it; `None`: the federation's.
    pub organisation_id: Option<Uuid>,
    pub slug: String,
    pub brand_name: String,
    pub legal_name: String,
    pub description: String,
    pub site: Option<String>,
    pub logo_id: Option<Uuid>,
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
        organisation_id: Set(new.organisation_id),
        slug: Set(new.slug),
        sort_key: Set(sort_key(&new.brand_name)),
        brand_name: Set(new.brand_name),
        legal_name: Set(new.legal_name),
        description: Set(new.description),
        site: Set(new.site),
        logo_id: Set(new.logo_id),
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
    /// By which the partner itself knows it.
    pub external_id: Option<String>,
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
        external_id: Set(new.external_id),
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
