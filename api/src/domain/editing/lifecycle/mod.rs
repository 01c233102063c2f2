//! The one way of all content: drafted, reviewed, scheduled, published, corrected, taken back.
//!
//! Each step is one transaction that holds the content's row first: two who act at once act one after
//! the other, and whoever comes second with an old version meets a conflict. Asked twice, a step is
//! done once.

mod amending;
mod drafting;
mod importing;
mod publishing;
mod retiring;
mod reviewing;
mod scheduling;
mod step;

pub use amending::{Amendment, amend};
pub use drafting::{create, discard, restore, save};
pub use importing::{Arrival, Arriving, bring};
pub use publishing::{Publishing, publish};
pub use retiring::{Withdrawing, archive, withdraw};
pub use reviewing::{send_back, submit};
pub use scheduling::{
    PUBLISH_JOB, UNPUBLISH_JOB, plan_arrived, publish_handler, unpublish_handler, unschedule,
};
pub use step::{Step, Stop};
