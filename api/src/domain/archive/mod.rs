//! All content as a folder of JSON Lines and pictures, and back: `mfp-api content export` and `import`.
//!
//! An export is what stood at one moment; it is written beside what was there before and takes its place
//! at the end. An import reads the whole archive before it writes anything, then goes batch by batch,
//! each a transaction of its own with its entry in the audit log, so that one that was broken off goes
//! on when it is run again. What an archive holds is written down in [`format`], field by field.
//!
//! This domain stands above those whose content it carries. It writes their rows itself, because it
//! brings rows as they were; how a reading row follows from a text, only they know. It runs at
//! somebody's terminal and for nobody else, so that it reads and writes files where it stands. An
//! archive is trusted as the database is that it came from: its checksums tell damage, not forgery.

mod exporting;
mod files;
mod format;
mod importing;
mod pictures;
mod problem;
mod progress;
mod store;
mod tree;

pub use exporting::{Exported, export};
pub use importing::{Imported, Place, import};
pub use problem::{Failure, Problem, Problems};
pub use progress::{Progress, grouped};
