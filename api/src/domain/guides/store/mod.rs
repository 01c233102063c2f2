//! All SQL of guides.

mod catalogue;
mod publishing;
mod reference;
mod searchable;

pub(super) use catalogue::{
    GuideCriteria, GuideParts, GuidePosition, count, list, list_by_ids, list_life_events_of,
    list_passports,
};
pub use catalogue::{GuideSummary, find_guide};
pub use publishing::{NewGuide, insert_guide};
pub use reference::{CategoryRow, insert_category, insert_life_event};
pub(super) use reference::{
    list_categories, list_categories_by_ids, list_life_events, list_life_events_by_ids,
};
pub use searchable::list_searchable;
