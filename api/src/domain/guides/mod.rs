//! Guides to e-government services: the whole service passport, who checked it and when.
//!
//! Beside a guide stand what a union recommends about its service and how many found it of use.
//!
//! Others may point to guides ([`related_guides`]), load one by id, publish through
//! [`insert_guide`], and ask which are to be checked again. The passport's parts are described once, in `passport.rs`: what editors
//! write, what is stored and what clients read.

mod loaders;
mod passport;
mod query;
mod recommendations;
mod sharing;
mod store;
mod types;

pub use loaders::{GuideById, GuideCategoryById, LifeEventById, RecommendationById};
pub use passport::{
    Appeal, ChannelKind, DocumentGroup, DocumentItem, DocumentPick, GuideStep, LegalAct, Passport,
    Prerequisite, PrerequisiteKind, ProcessingTerm, ResultForm, ServiceChannel, ServiceCost,
    ServiceResult, StepLogic, TermUnit, UnionHelp,
};
pub use query::{GuideQuery, related_guides};
pub use recommendations::{
    Recommendation, RecommendationAudience, RecommendationMetric, RecommendationQuery,
};
pub use store::{
    CategoryRow, category_slug_is_taken, count_of_category, count_of_life_event, delete_category,
    delete_life_event, life_event_slug_is_taken, update_category, update_life_event,
};
pub use store::{
    NewGuide, OverdueGuide, ReviewPosition, SeenPassport, SeenPassports, count_due, delete_guide,
    find_guide, insert_category, insert_guide, insert_life_event, list_categories_by_ids, list_due,
    list_ids_of_category, list_ids_of_life_event, list_life_events_by_ids, list_negligent,
    list_overdue, list_searchable, replace_guide,
};
pub use types::{
    GuideAlert, GuideCategory, GuideFeedback, LifeEvent, RefusalGrounds, ServiceGuide,
    ServiceLevel, ServicePortal, warnings_of,
};
