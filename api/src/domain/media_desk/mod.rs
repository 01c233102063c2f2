//! Staff's side of pictures: uploading, finding, describing and deleting them, within quotas; and what
//! tidies up behind it.
//!
//! A picture belongs to the organisation that it was uploaded for. Files are written before their row
//! and taken away after it, and a job stands for each such step, so that no crash leaves files behind
//! for ever.

mod mutation;
mod query;
mod rules;
mod store;
mod sweeping;
mod types;
mod uploading;

pub use mutation::MediaMutation;
pub use query::MediaQuery;
pub use sweeping::{JOB as SWEEP_JOB, expire_unused, sweep_handler};
pub use types::{MediaAsset, MediaErrorCode};
pub use uploading::{Received, UploadedImage, receive_image};
