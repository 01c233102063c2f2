//! The composition root: the only place that constructs things.

mod command_line;
mod doctor;
mod prepare;
mod serve;

pub use command_line::run;
pub use serve::{Application, resolvers};
