//! All SQL of organisations and their pages.

mod changing;
mod pages;
mod scope;
mod searchable;
mod tree;
mod writing;

pub use changing::{
    count_children, delete_organisation, list_okrugs_of, move_below, replace_okrugs, stands_below,
    update_organisation,
};
pub use pages::find_page;
pub(super) use pages::{
    PagePosition, PageSummary, PageText, count_pages, list_page_texts, list_pages,
    list_pages_by_ids,
};
pub use scope::all_exist;
pub use scope::{
    covers, exists, find_issuer, list_below, list_issuers, list_within, requires_review,
    within_reach,
};
pub use searchable::{list_page_ids_of, list_searchable_organisations, list_searchable_pages};
pub use tree::{
    OrganisationCard, find_by_host, find_by_slug, find_card, is_within, list_by_ids,
    list_organisation_addresses, list_organisation_slugs,
};
pub(super) use tree::{OrganisationCriteria, OrganisationPosition, count, list, list_okrugs};
pub use writing::{
    NewOrganisation, NewPage, delete_page, insert_organisation, insert_page, replace_page,
};
