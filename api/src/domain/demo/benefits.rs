//! The demo partners, outlets and benefits.

use entities::enums::{BenefitValueKind, ContentKind};
use sea_orm::ConnectionTrait;

use super::{
    Seeding, cover,
    files::{self, BenefitItem, BenefitsFile, PartnerItem},
    identity::id_of,
};
use crate::{
    domain::{
        benefits::{
            NewBenefit, NewOutlet, NewPartner, insert_benefit, insert_outlet, insert_partner,
        },
        content::{Address, Pictures, RenderedText, existing_ids, insert_published},
    },
    infra::{auth::PUBLIC_AUDIENCE_ID, error::Error},
};

pub async fn seed<C: ConnectionTrait>(seeding: &mut Seeding<'_, C>) -> Result<usize, Error> {
    let file: BenefitsFile = files::read(files::BENEFITS)?;
    for partner in &file.partners {
        keep_partner(seeding, partner).await?;
    }
    let existing = existing_ids(seeding.transaction, ContentKind::Benefit).await?;
    let mut written = 0;
    for item in &file.benefits {
        if !existing.contains(&id_of("benefit", &item.slug)) {
            publish(seeding, item).await?;
            written += 1;
        }
    }
    Ok(written)
}

async fn keep_partner<C: ConnectionTrait>(
    seeding: &mut Seeding<'_, C>,
    item: &PartnerItem,
) -> Result<(), Error> {
    let partner_id = id_of("partner", &item.slug);
    let partner = NewPartner {
        id: partner_id,
        slug: item.slug.clone(),
        brand_name: item.brand_name.clone(),
        legal_name: item.legal_name.clone(),
        description: item.description.clone(),
        site: item.site.clone(),
        is_demo: true,
    };
    if insert_partner(seeding.transaction, partner, seeding.now).await? {
        seeding.reference("Partner", partner_id);
    }
    for outlet in &item.outlets {
        let new = NewOutlet {
            id: id_of("outlet", &outlet.slug),
            partner_id,
            slug: outlet.slug.clone(),
            name: outlet.name.clone(),
            address: outlet.address.clone(),
            okrug: outlet.okrug,
            latitude: outlet.latitude,
            longitude: outlet.longitude,
            hours: outlet.hours.clone(),
            phone: outlet.phone.clone(),
            is_demo: true,
        };
        let id = new.id;
        if insert_outlet(seeding.transaction, new, seeding.now).await? {
            seeding.reference("Outlet", id);
        }
    }
    Ok(())
}

async fn publish<C: ConnectionTrait>(
    seeding: &mut Seeding<'_, C>,
    item: &BenefitItem,
) -> Result<(), Error> {
    let address = Address {
        id: id_of("benefit", &item.slug),
        kind: ContentKind::Benefit,
        slug: item.slug.clone(),
        organisation_id: id_of("organisation", &item.organisation),
        audience_id: PUBLIC_AUDIENCE_ID,
        is_demo: true,
        published_at: item.published_at,
        updated_at: item.published_at,
        unpublish_at: None,
    };
    let published = insert_published(seeding.transaction, address, item, seeding.now).await?;
    let cover_id = cover::keep(seeding, &item.category).await?;
    insert_benefit(seeding.transaction, &published, reading_row(item, cover_id)).await?;
    seeding.published(&published);
    Ok(())
}

fn reading_row(item: &BenefitItem, cover_id: uuid::Uuid) -> NewBenefit {
    let text = |source: &str| RenderedText::from_markdown(source, &Pictures::new());
    let is_share = matches!(
        item.value.kind,
        BenefitValueKind::Percent | BenefitValueKind::Cashback
    );
    let (advertiser, token) = item
        .ad_mark
        .as_ref()
        .map(|mark| (mark.advertiser.clone(), mark.token.clone()))
        .unzip();
    NewBenefit {
        category_id: id_of("benefit_category", &item.category),
        partner_id: item.partner.as_deref().map(|slug| id_of("partner", slug)),
        provider: item.provider,
        title: item.title.clone(),
        summary: item.summary.clone(),
        terms: text(&item.terms),
        how_to_use: text(&item.how_to_use),
        cover_id: Some(cover_id),
        value_kind: item.value.kind,
        value_percent_hundredths: item.value.amount.filter(|_| is_share).map(hundredths),
        value_amount_kopecks: item.value.amount.filter(|_| !is_share).map(kopecks),
        value_up_to_kopecks: item.value.up_to.map(kopecks),
        value_base_price_kopecks: item.value.base_price.map(kopecks),
        min_membership_months: item.eligibility.min_membership_months,
        dependents_allowed: item.eligibility.dependents_allowed,
        eligible_organisation_ids: item
            .eligibility
            .organisations
            .iter()
            .map(|slug| id_of("organisation", slug))
            .collect(),
        eligible_okrugs: item.eligibility.okrugs.clone(),
        needs_documents: item.eligibility.documents.clone(),
        redemption_kind: item.redemption.kind,
        redemption_url: item.redemption.url.clone(),
        redemption_phone: item.redemption.phone.clone(),
        promo_code: item.redemption.promo_code.clone(),
        limit_per_member: item.redemption.limit_per_member,
        limit_total: item.redemption.limit_total,
        limit_period: item.redemption.period,
        ad_advertiser: advertiser,
        ad_token: token,
        valid_from: item.valid_from,
        valid_through: item.valid_through,
        okrugs: item.okrugs.clone(),
        outlet_ids: item
            .outlets
            .iter()
            .map(|slug| id_of("outlet", slug))
            .collect(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a demo price is far below 2^53 kopecks"
)]
fn kopecks(roubles: f64) -> i64 {
    (roubles * 100.0).round() as i64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a percentage is at most 100"
)]
fn hundredths(percent: f64) -> i32 {
    (percent * 100.0).round() as i32
}
