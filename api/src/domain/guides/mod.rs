//! Guides to e-government services: the whole service passport, who checked it and when.
//!
//! Others may point to guides ([`related_guides`]), load one by id, and publish through
//! [`insert_guide`]. The passport's parts are described once, in `passport.rs`: what editors
//! write, what is stored and what clients read.

mod loaders;
mod passport;
mod query;
mod sharing;
mod store;
mod types;

pub use loaders::{GuideById, GuideCategoryById, LifeEventById};
pub use passport::Passport;
pub use query::{GuideQuery, related_guides};
pub use store::{
    NewGuide, find_guide, insert_category, insert_guide, insert_life_event, list_searchable,
};
pub use types::{GuideCategory, LifeEvent, ServiceGuide};
