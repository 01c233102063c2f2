//! The tables as they are, one file each, without behaviour: rules live in `api`.
//!
//! The truth about the schema is the `migration` crate; a test compares the two.

pub mod enums;

pub mod audience;
pub mod benefit;
pub mod benefit_category;
pub mod benefit_eligible_organisation;
pub mod benefit_okrug;
pub mod benefit_outlet;
pub mod cache_generation;
pub mod change_head;
pub mod change_log;
pub mod consent_document;
pub mod content;
pub mod content_relation;
pub mod content_revision;
pub mod guide_category;
pub mod job;
pub mod life_event;
pub mod media_asset;
pub mod news_article;
pub mod news_article_okrug;
pub mod news_article_tag;
pub mod news_category;
pub mod organisation;
pub mod organisation_closure;
pub mod organisation_okrug;
pub mod organisation_page;
pub mod outlet;
pub mod partner;
pub mod published_object;
pub mod redirect;
pub mod search_deletion;
pub mod search_document;
pub mod search_state;
pub mod search_word;
pub mod service_guide;
pub mod service_guide_life_event;
pub mod slug_history;
