//! All SQL of guides.

mod catalogue;
mod headings;
mod opinions;
mod publishing;
mod recommendations;
mod reference;
mod reviews;
mod searchable;
mod seen;

pub(super) use catalogue::{
    DueForReview, GuideCriteria, GuideParts, GuidePosition, count, list, list_by_ids,
    list_life_events_of, list_passports,
};
pub use catalogue::{GuideSummary, find_guide};
pub use headings::{
    category_slug_is_taken, count_of_category, count_of_life_event, delete_category,
    delete_life_event, life_event_slug_is_taken, update_category, update_life_event,
};
pub(super) use opinions::list_opinion_sums;
pub use publishing::{NewGuide, delete_guide, insert_guide, replace_guide};
pub(super) use recommendations::{
    RecommendationCriteria, count_recommendations, list_recommendation_texts, list_recommendations,
    list_recommendations_by_ids, list_recommendations_of,
};
pub use recommendations::{RecommendationPosition, RecommendationRow, RecommendationText};
pub use reference::{
    CategoryRow, insert_category, insert_life_event, list_categories_by_ids,
    list_life_events_by_ids,
};
pub(super) use reference::{list_categories, list_life_events};
pub use reviews::{
    OverdueGuide, ReviewPosition, count_due, list_due, list_negligent, list_overdue,
};
pub use searchable::{list_ids_of_category, list_ids_of_life_event, list_searchable};
pub use seen::{SeenPassport, SeenPassports};
