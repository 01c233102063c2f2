//! The demo partners, outlets and benefits.

use entities::enums::{BenefitValueKind, ContentKind};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    Seeding, cover,
    files::{self, BenefitItem, BenefitsFile, PartnerItem, ValueItem},
    identity::id_of,
};
use crate::{
    domain::{
        benefits::{NewOutlet, NewPartner, insert_benefit, insert_outlet, insert_partner},
        content::{Address, Pictures, existing_ids, insert_published},
        editing::{
            BenefitAdMarkDocument, BenefitDocument, BenefitEligibilityDocument,
            BenefitRedemptionDocument, BenefitValueDocument, Envelope,
        },
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
        organisation_id: None,
        slug: item.slug.clone(),
        brand_name: item.brand_name.clone(),
        legal_name: item.legal_name.clone(),
        description: item.description.clone(),
        site: item.site.clone(),
        logo_id: None,
        is_demo: true,
    };
    if insert_partner(seeding.transaction, partner, seeding.now).await? {
        seeding.reference("Partner", partner_id);
    }
    for outlet in &item.outlets {
        let new = NewOutlet {
            id: id_of("outlet", &outlet.slug),
            partner_id,
            external_id: None,
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
    let cover_id = cover::keep(seeding, &item.category).await?;
    let document = document(item, cover_id);
    let published = insert_published(seeding.transaction, address, &document, seeding.now).await?;
    let benefit = document.for_readers(&Pictures::new())?;
    insert_benefit(seeding.transaction, &published, benefit).await?;
    seeding.published(&published);
    Ok(())
}

/// The benefit as its editors will find it.
fn document(item: &BenefitItem, cover_id: Uuid) -> BenefitDocument {
    let ids = |kind: &str, slugs: &[String]| -> Vec<Uuid> {
        slugs.iter().map(|slug| id_of(kind, slug)).collect()
    };
    BenefitDocument {
        envelope: Envelope {
            organisation_id: id_of("organisation", &item.organisation),
            slug: Some(item.slug.clone()),
            ..Envelope::default()
        },
        title: Some(item.title.clone()),
        summary: Some(item.summary.clone()),
        category_id: Some(id_of("benefit_category", &item.category)),
        provider: Some(item.provider),
        partner_id: item.partner.as_deref().map(|slug| id_of("partner", slug)),
        cover_id: Some(cover_id),
        value: value(&item.value),
        eligibility: BenefitEligibilityDocument {
            organisation_ids: ids("organisation", &item.eligibility.organisations),
            okrugs: item.eligibility.okrugs.clone(),
            min_membership_months: item.eligibility.min_membership_months,
            dependents_allowed: item.eligibility.dependents_allowed,
            documents: item.eligibility.documents.clone(),
        },
        terms: Some(item.terms.clone()),
        how_to_use: Some(item.how_to_use.clone()),
        redemption: BenefitRedemptionDocument {
            kind: Some(item.redemption.kind),
            url: item.redemption.url.clone(),
            phone: item.redemption.phone.clone(),
            promo_code: item.redemption.promo_code.clone(),
            limit_per_member: item.redemption.limit_per_member,
            limit_total: item.redemption.limit_total,
            period: item.redemption.period,
        },
        valid_from: Some(item.valid_from),
        valid_through: item.valid_through,
        okrugs: item.okrugs.clone(),
        outlet_ids: ids("outlet", &item.outlets),
        ad_mark: item.ad_mark.as_ref().map(|mark| BenefitAdMarkDocument {
            advertiser: Some(mark.advertiser.clone()),
            token: Some(mark.token.clone()),
        }),
    }
}

fn value(item: &ValueItem) -> BenefitValueDocument {
    let is_share = matches!(
        item.kind,
        BenefitValueKind::Percent | BenefitValueKind::Cashback
    );
    BenefitValueDocument {
        kind: Some(item.kind),
        percent: item.amount.filter(|_| is_share),
        amount: item.amount.filter(|_| !is_share).map(roubles),
        up_to: item.up_to.map(roubles),
        base_price: item.base_price.map(roubles),
    }
}

fn roubles(sum: f64) -> String {
    format!("{sum:.2}")
}
