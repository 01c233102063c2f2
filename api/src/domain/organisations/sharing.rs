//! Organisations and their pages as networks and search engines want them.

use entities::{enums::ContentKind, organisation};
use serde_json::{Value, json};

use super::{
    rules::{SocialLink, visible_socials},
    store::{PageSummary, PageText},
};
use crate::{
    domain::content::{FEDERATION, OpenGraph, PortalHost, portal_path, schema_org},
    infra::graphql::DateTime,
};

/// Letters of a page's text that stand for a description.
const DESCRIPTION: usize = 200;

/// Where the portal shows an organisation.
#[must_use]
pub fn path(slug: &str) -> String {
    format!("/organisations/{slug}")
}

/// Where the portal shows an organisation's page.
#[must_use]
pub fn page_path(slug: &str) -> String {
    portal_path(ContentKind::OrganisationPage, slug)
}

/// Open Graph of an organisation.
pub fn open_graph(row: &organisation::Model, portal: &PortalHost) -> OpenGraph {
    OpenGraph::page(&row.short_name, &row.about, portal.url(&path(&row.slug)))
}

/// `Organization` of schema.org.
pub fn organization(row: &organisation::Model, portal: &PortalHost) -> Value {
    let links: Vec<SocialLink> = serde_json::from_value(row.socials.clone()).unwrap_or_default();
    let same_as: Vec<String> = visible_socials(links)
        .into_iter()
        .map(|link| link.url)
        .chain(row.website.clone())
        .collect();
    schema_org(
        "Organization",
        json!({
            "name": row.short_name,
            "legalName": row.full_name,
            "description": row.about,
            "address": row.address,
            "telephone": row.phone,
            "email": row.email,
            "sameAs": same_as,
            "url": portal.url(&path(&row.slug)),
        }),
    )
}

/// Open Graph of a page.
pub fn page_open_graph(page: &PageSummary, text: &PageText, portal: &PortalHost) -> OpenGraph {
    OpenGraph {
        published_time: Some(DateTime(page.published_at)),
        modified_time: Some(DateTime(page.updated_at)),
        ..OpenGraph::page(
            &page.title,
            &description(text),
            portal.url(&page_path(&page.slug)),
        )
    }
}

/// `WebPage` of schema.org.
pub fn web_page(page: &PageSummary, text: &PageText, portal: &PortalHost) -> Value {
    schema_org(
        "WebPage",
        json!({
            "name": page.title,
            "description": description(text),
            "datePublished": page.published_at,
            "dateModified": page.updated_at,
            "publisher": schema_org("Organization", json!({ "name": FEDERATION })),
            "inLanguage": "ru",
            "url": portal.url(&page_path(&page.slug)),
        }),
    )
}

fn description(text: &PageText) -> String {
    let line = text.plain_text.split('\n').next().unwrap_or_default();
    match line.char_indices().nth(DESCRIPTION) {
        None => line.to_owned(),
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
    }
}
