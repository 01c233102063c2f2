//! The composition root: the only place that constructs things.

mod command_line;
mod doctor;
mod prepare;
mod serve;
mod upkeep;

pub use command_line::run;
pub use serve::{Application, resolvers};
