//! Organisations: the tree of unions, okrug councils and others, with their pages and contacts.
//!
//! Other domains embed [`Organisation`] from an [`OrganisationCard`] that their lists join.

mod loaders;
mod okrug;
mod query;
mod rules;
mod sharing;
mod store;
mod types;

pub use loaders::{OrganisationById, PageById};
pub use okrug::{Okrug, stored_okrugs};
pub use query::OrganisationQuery;
pub use rules::SocialLink;
pub use sharing::path;
pub use store::list_by_ids as list_organisations_by_ids;
pub use store::{
    NewOrganisation, NewPage, OrganisationCard, covers, exists, find_by_host, find_by_slug,
    find_card, find_issuer, find_page, insert_organisation, insert_page, is_within, list_below,
    list_issuers, list_organisation_addresses, list_organisation_slugs, list_page_ids_of,
    list_searchable_organisations, list_searchable_pages, list_within, requires_review,
    within_reach,
};
pub use store::{all_exist, delete_page, replace_page};
pub use store::{
    count_children, delete_organisation, list_okrugs_of, move_below, replace_okrugs, stands_below,
    update_organisation,
};
pub use types::{
    Organisation, OrganisationContacts, OrganisationKind, OrganisationPage, organisation_of,
};
