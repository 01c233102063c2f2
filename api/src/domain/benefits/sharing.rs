//! A benefit as networks and search engines want it.

use entities::enums::ContentKind;
use serde_json::{Value, json};

use super::store::BenefitSummary;
use crate::{
    domain::{
        content::{FEDERATION, OpenGraph, PortalHost, UNION_MEMBER, portal_path, schema_org},
        media::{Image, MediaBase},
    },
    infra::graphql::Money,
};

/// Where the portal shows a benefit.
#[must_use]
pub fn path(slug: &str) -> String {
    portal_path(ContentKind::Benefit, slug)
}

/// Open Graph of a benefit.
pub fn open_graph(benefit: &BenefitSummary, portal: &PortalHost) -> OpenGraph {
    let row = &benefit.row;
    OpenGraph {
        image: benefit.cover.clone().map(Image),
        section: benefit
            .category
            .as_ref()
            .map(|category| category.name.clone()),
        ..OpenGraph::page(&row.title, &row.summary, portal.url(&path(&row.slug)))
    }
}

/// `Offer` of schema.org. What is hidden from strangers, such as a promo code, is not in it.
pub fn offer(benefit: &BenefitSummary, portal: &PortalHost, media: &MediaBase) -> Value {
    use entities::enums::BenefitValueKind as Kind;
    let row = &benefit.row;
    let partner = benefit.partner.as_ref();
    let name = partner.map_or(FEDERATION, |partner| &partner.brand_name);
    let site = partner.and_then(|partner| partner.site.as_ref());
    let price = match row.value_kind {
        Kind::Free => Some(0),
        Kind::SpecialPrice => row.value_amount_kopecks,
        _ => None,
    };
    let money = price.map(Money::kopecks);
    schema_org(
        "Offer",
        json!({
            "name": row.title,
            "description": row.summary,
            "category": benefit.category.as_ref().map(|category| &category.name),
            "itemOffered": schema_org("Service", json!({ "name": row.title })),
            "offeredBy": schema_org("Organization", json!({ "name": name, "url": site })),
            "eligibleCustomerType": UNION_MEMBER,
            "validForMemberTier": schema_org("MemberProgramTier", json!({ "name": UNION_MEMBER })),
            "price": money.as_ref().map(|money| &money.amount.0),
            "priceCurrency": money.as_ref().map(|money| money.currency),
            "validFrom": row.valid_from,
            "validThrough": row.valid_through,
            "image": benefit.cover.as_ref().map(|cover| cover.url(media, cover.width)),
            "url": portal.url(&path(&row.slug)),
        }),
    )
}
