//! A guide as networks and search engines want it.

use entities::enums::{ContentKind, ServiceLevel};
use serde_json::{Value, json};

use super::{
    passport::{Passport, ProcessingTerm, ServiceChannel, ServiceCost, TermUnit},
    store::GuideSummary,
};
use crate::domain::content::{OpenGraph, PortalHost, portal_path, schema_org};

/// Where the portal shows a guide.
#[must_use]
pub fn path(slug: &str) -> String {
    portal_path(ContentKind::ServiceGuide, slug)
}

/// Open Graph of a guide.
pub fn open_graph(guide: &GuideSummary, portal: &PortalHost) -> OpenGraph {
    let row = &guide.row;
    OpenGraph {
        section: guide
            .category
            .as_ref()
            .map(|category| category.name.clone()),
        ..OpenGraph::page(&row.title, &row.summary, portal.url(&path(&row.slug)))
    }
}

/// `GovernmentService` of schema.org.
pub fn government_service(guide: &GuideSummary, passport: &Passport, portal: &PortalHost) -> Value {
    let row = &guide.row;
    let area = match row.level {
        ServiceLevel::Federal => "Россия",
        ServiceLevel::Moscow => "Москва",
    };
    let authority = schema_org("GovernmentOrganization", json!({ "name": row.authority }));
    let audience = passport
        .who_may_apply
        .iter()
        .map(|who| schema_org("Audience", json!({ "audienceType": who })));
    let outputs = passport
        .results
        .iter()
        .map(|result| schema_org("Thing", json!({ "name": result.name })));
    schema_org(
        "GovernmentService",
        json!({
            "name": row.title,
            "alternateName": passport.synonyms,
            "description": row.summary,
            "serviceType": guide.category.as_ref().map(|category| &category.name),
            "serviceOperator": authority,
            "provider": authority,
            "jurisdiction": schema_org("AdministrativeArea", json!({ "name": area })),
            "areaServed": schema_org("AdministrativeArea", json!({ "name": area })),
            "audience": audience.collect::<Vec<_>>(),
            "availableChannel": passport.channels.iter().map(channel).collect::<Vec<_>>(),
            "offers": passport.costs.iter().map(cost).collect::<Vec<_>>(),
            "serviceOutput": outputs.collect::<Vec<_>>(),
            "sameAs": row.official_url,
            "url": portal.url(&path(&row.slug)),
        }),
    )
}

fn channel(channel: &ServiceChannel) -> Value {
    let place = channel
        .address
        .as_ref()
        .map(|address| schema_org("Place", json!({ "address": address })));
    let phone = channel
        .phone
        .as_ref()
        .map(|phone| schema_org("ContactPoint", json!({ "telephone": phone })));
    schema_org(
        "ServiceChannel",
        json!({
            "name": channel.title,
            "serviceUrl": channel.url,
            "serviceLocation": place,
            "servicePhone": phone,
            "processingTime": channel.processing.as_ref().and_then(duration),
        }),
    )
}

/// A term as ISO 8601 has it; a term that no source confirms is not passed on as a fact.
fn duration(term: &ProcessingTerm) -> Option<String> {
    let most = term.max.filter(|_| !term.unverified);
    match (term.unit, most) {
        (TermUnit::WorkingDays | TermUnit::CalendarDays, Some(days)) => Some(format!("P{days}D")),
        (TermUnit::Hours, Some(hours)) => Some(format!("PT{hours}H")),
        (TermUnit::Instant, _) => Some("PT0S".into()),
        _ => None,
    }
}

fn cost(cost: &ServiceCost) -> Value {
    schema_org(
        "Offer",
        json!({
            "name": cost.title,
            "price": cost.amount,
            "priceCurrency": "RUB",
            "validFrom": cost.valid_from,
            "validThrough": cost.valid_to,
        }),
    )
}
