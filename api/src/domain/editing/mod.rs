//! Editing: staff write, review, schedule, correct and withdraw; readers see only what is published.
//!
//! What is published is read-only. Staff work on a draft beside it, which may be incomplete; publishing
//! checks all of it and answers with every problem at once. The lifecycle is written once, in
//! [`lifecycle`]; a kind of content tells it, through [`Editable`], what its document is and how
//! readers get it. Readers' domains know nothing of drafts.

mod audience;
mod benefits;
mod courses;
mod editor;
mod guides;
mod kinds;
mod lifecycle;
mod loaders;
mod moving_in;
mod mutation;
mod news;
mod pages;
mod patch;
mod pictures;
mod presence;
mod previewing;
mod problem;
mod query;
mod references;
mod revisions;
mod rules;
mod sections;
mod store;
mod types;
mod words;

pub use benefits::{
    BenefitAdMarkDocument, BenefitDocument, BenefitEligibilityDocument, BenefitRedemptionDocument,
    BenefitValueDocument,
};
pub use courses::CourseDocument;
pub use editor::desk_of;
pub use guides::{Alert, GuideDocument, REMIND_JOB, remind_handler, remind_of_overdue};
pub use kinds::{DraftPreview, Envelope};
pub use lifecycle::{PUBLISH_JOB, UNPUBLISH_JOB, plan_arrived, publish_handler, unpublish_handler};
pub use moving_in::{FeedProblem, NewsImport, NewsUpload, import_news, receive_news};
pub use mutation::{EditingMutation, content_id};
pub use news::NewsDocument;
pub use pages::PageDocument;
pub use presence::forget_presence;
pub use previewing::{Preview, find_preview};
pub use query::{ContentKind, EditingQuery};
pub use rules::state_of;
pub use sections::{
    Fact as PreviewFact, Item as PreviewItem, Section as PreviewSection,
    SectionContent as PreviewSectionContent,
};
pub use store::{Desk, forget_author};
pub use types::{ContentState, DraftMeta, EditingErrorCode};
