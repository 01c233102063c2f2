//! What all content shares: audiences, the edited object and its revisions, texts, addresses.
//!
//! Readers see only what publishing copied into a domain's own reading table; the tables here are
//! the editors'. Domains that hold content call [`insert_published`] in their transaction; anyone
//! may render texts and resolve an [`Audience`](crate::infra::auth::Audience).

mod audience;
mod loaders;
mod old_addresses;
mod publication;
mod redirects;
mod rules;
mod searchable;
mod sharing;
mod slug;
mod store;
mod text;

pub use audience::{AudienceDefinition, AudienceScope, Audiences, intern_audience};
pub use loaders::RelatedIdsByContentId;
pub use old_addresses::{OldAddress, find_moved_in, remember_address};
pub use publication::{Address, Published, insert_published, object_type, published_rows};
pub use redirects::{
    RedirectCriteria, RedirectPosition, count_redirects, delete_redirect, insert_redirects,
    list_all_redirects, list_redirects, update_redirect,
};
pub use rules::sort_key;
pub use searchable::Searchable;
pub use sharing::{
    FEDERATION, OpenGraph, PortalHost, UNION_MEMBER, json_ld, portal_path, schema_org,
};
pub use slug::{is_slug, slug_of};
pub use store::{
    AddressedContent, Redirected, Withdrawal, count_addresses, count_content_of, existing_ids,
    find_redirect, find_retired, find_withdrawal, list_addresses, list_slugs, list_states,
    list_stretches, list_weights, relate, relate_anew,
};
pub use text::{
    ContentBlock, Pictures, RenderedText, named_pictures, plain_text, read_blocks, video_address,
};
