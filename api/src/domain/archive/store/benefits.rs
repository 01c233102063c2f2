//! Benefits as readers see them. What their use left behind hangs on the content and is not touched.

use std::collections::HashMap;

use entities::{
    benefit, benefit_eligible_organisation, benefit_okrug, benefit_outlet, enums::Okrug,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::ShownTable;
use crate::{
    domain::{
        archive::format::ShownBenefit,
        benefits::NewBenefit,
        content::{Address, Published, RenderedText},
    },
    infra::{db::insert_rows, error::Error},
};

/// The reading tables of benefits.
pub struct BenefitTexts;

impl ShownTable for BenefitTexts {
    type Shown = ShownBenefit;

    const TAG: &'static str = "benefits";

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, ShownBenefit>, Error> {
        let rows = benefit::Entity::find()
            .filter(benefit::Column::Id.is_in(ids.iter().copied()))
            .all(connection)
            .await?;
        let mut places = list_places(connection, ids).await?;
        let mut shown = HashMap::new();
        for row in rows {
            let id = row.id;
            let places = places.remove(&id).unwrap_or_default();
            shown.insert(id, shown_of(row, places)?);
        }
        Ok(shown)
    }

    async fn show(
        transaction: &DatabaseTransaction,
        shown: Vec<(Address, ShownBenefit)>,
    ) -> Result<(), Error> {
        let mut rows = Vec::new();
        let mut okrugs = Vec::new();
        let mut outlets = Vec::new();
        let mut organisations = Vec::new();
        for (address, one) in shown {
            let benefit_id = address.id;
            okrugs.extend(one.okrugs.iter().map(|okrug| benefit_okrug::Model {
                benefit_id,
                okrug: *okrug,
            }));
            outlets.extend(
                one.outlet_ids
                    .iter()
                    .map(|outlet_id| benefit_outlet::Model {
                        benefit_id,
                        outlet_id: *outlet_id,
                    }),
            );
            organisations.extend(one.eligible_organisation_ids.iter().map(|organisation_id| {
                benefit_eligible_organisation::Model {
                    benefit_id,
                    organisation_id: *organisation_id,
                }
            }));
            rows.push(row_of(address, one)?);
        }
        insert_rows::<benefit::Entity>(transaction, rows).await?;
        insert_rows::<benefit_okrug::Entity>(transaction, okrugs).await?;
        insert_rows::<benefit_outlet::Entity>(transaction, outlets).await?;
        insert_rows::<benefit_eligible_organisation::Entity>(transaction, organisations).await?;
        Ok(())
    }

    async fn hide(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<(), DbErr> {
        benefit::Entity::delete_many()
            .filter(benefit::Column::Id.is_in(ids.iter().copied()))
            .exec(transaction)
            .await
            .map(|_| ())
    }
}

/// Where a benefit is given, and to whose members.
#[derive(Default)]
struct Places {
    okrugs: Vec<Okrug>,
    outlet_ids: Vec<Uuid>,
    organisation_ids: Vec<Uuid>,
}

async fn list_places(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Places>, DbErr> {
    let mut places: HashMap<Uuid, Places> = HashMap::new();
    let mut okrugs = benefit_okrug::Entity::find()
        .filter(benefit_okrug::Column::BenefitId.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    okrugs.sort_by_key(|row| row.okrug);
    for row in okrugs {
        let place = places.entry(row.benefit_id).or_default();
        place.okrugs.push(row.okrug);
    }
    let outlets = benefit_outlet::Entity::find()
        .filter(benefit_outlet::Column::BenefitId.is_in(ids.iter().copied()))
        .order_by_asc(benefit_outlet::Column::OutletId)
        .all(connection)
        .await?;
    for row in outlets {
        let place = places.entry(row.benefit_id).or_default();
        place.outlet_ids.push(row.outlet_id);
    }
    let organisations = benefit_eligible_organisation::Entity::find()
        .filter(benefit_eligible_organisation::Column::BenefitId.is_in(ids.iter().copied()))
        .order_by_asc(benefit_eligible_organisation::Column::OrganisationId)
        .all(connection)
        .await?;
    for row in organisations {
        let place = places.entry(row.benefit_id).or_default();
        place.organisation_ids.push(row.organisation_id);
    }
    Ok(places)
}

fn shown_of(row: benefit::Model, places: Places) -> Result<ShownBenefit, Error> {
    Ok(ShownBenefit {
        revision: row.revision,
        category_id: row.category_id,
        partner_id: row.partner_id,
        provider: row.provider,
        title: row.title,
        summary: row.summary,
        terms: row.terms,
        how_to_use: row.how_to_use,
        cover_id: row.cover_id,
        value_kind: row.value_kind,
        value_percent_hundredths: row.value_percent_hundredths,
        value_amount_kopecks: row.value_amount_kopecks,
        value_up_to_kopecks: row.value_up_to_kopecks,
        value_base_price_kopecks: row.value_base_price_kopecks,
        min_membership_months: row.min_membership_months,
        dependents_allowed: row.dependents_allowed,
        eligible_organisation_ids: places.organisation_ids,
        eligible_okrugs: serde_json::from_value(row.eligible_okrugs)?,
        needs_documents: serde_json::from_value(row.needs_documents)?,
        redemption_kind: row.redemption_kind,
        redemption_url: row.redemption_url,
        redemption_phone: row.redemption_phone,
        promo_code: row.promo_code,
        limit_per_member: row.limit_per_member,
        limit_total: row.limit_total,
        limit_period: row.limit_period,
        ad_advertiser: row.ad_advertiser,
        ad_token: row.ad_token,
        valid_from: row.valid_from,
        valid_through: row.valid_through,
        okrugs: places.okrugs,
        outlet_ids: places.outlet_ids,
        published_at: row.published_at.into(),
        updated_at: row.updated_at.into(),
    })
}

fn row_of(address: Address, shown: ShownBenefit) -> Result<benefit::Model, Error> {
    let new = NewBenefit {
        category_id: shown.category_id,
        partner_id: shown.partner_id,
        provider: shown.provider,
        title: shown.title,
        summary: shown.summary,
        terms: RenderedText::from_blocks(&shown.terms)?,
        how_to_use: RenderedText::from_blocks(&shown.how_to_use)?,
        cover_id: shown.cover_id,
        value_kind: shown.value_kind,
        value_percent_hundredths: shown.value_percent_hundredths,
        value_amount_kopecks: shown.value_amount_kopecks,
        value_up_to_kopecks: shown.value_up_to_kopecks,
        value_base_price_kopecks: shown.value_base_price_kopecks,
        min_membership_months: shown.min_membership_months,
        dependents_allowed: shown.dependents_allowed,
        eligible_organisation_ids: shown.eligible_organisation_ids,
        eligible_okrugs: shown.eligible_okrugs,
        needs_documents: shown.needs_documents,
        redemption_kind: shown.redemption_kind,
        redemption_url: shown.redemption_url,
        redemption_phone: shown.redemption_phone,
        promo_code: shown.promo_code,
        limit_per_member: shown.limit_per_member,
        limit_total: shown.limit_total,
        limit_period: shown.limit_period,
        ad_advertiser: shown.ad_advertiser,
        ad_token: shown.ad_token,
        valid_from: shown.valid_from,
        valid_through: shown.valid_through,
        okrugs: shown.okrugs,
        outlet_ids: shown.outlet_ids,
    };
    let published = Published {
        address,
        revision: shown.revision,
    };
    Ok(benefit::Model {
        terms: shown.terms,
        how_to_use: shown.how_to_use,
        ..new.reading_row(&published)?
    })
}
