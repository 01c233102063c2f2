//! Watching over guides: what makes one doubtful, and what a union recommends about its service.
//!
//! A guide has at most one open concern of a kind. Others raise them ([`raise`]); here they are raised by
//! readers who found a guide of no use, and by a daily look at its official page ([`Prober`]). Editors see
//! them, confirm them by an alert (in `editing`, which publishes) or dismiss them; a check of the guide
//! answers those that a check can answer ([`answer_by_check`]).
//!
//! Nobody stands behind an opinion: it keeps a keyed hash that is good for one guide and one day, and is
//! forgotten with that day. Recommendations are a small thing of staff's: written, published, withdrawn.

mod concerns;
mod loaders;
mod mutation;
mod opinions;
mod probing;
mod query;
mod recommending;
mod rules;
mod store;
mod types;

pub use concerns::{Concern, answer_by_check, confirm, raise};
pub use loaders::OpenConcernsByGuideId;
pub use mutation::GuideWatchMutation;
pub use opinions::forget_old;
pub use probing::{Asked, Prober};
pub use query::GuideWatchQuery;
pub use recommending::render_advice;
pub use rules::{fault_of_advice, fault_of_advice_title};
pub use store::concerns::{
    count_open, find_concern, find_last_dismissal, find_last_end, list_open,
};
pub use types::{GuideConcern, GuideWatchErrorCode};
