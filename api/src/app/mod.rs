//! The composition root: the only place that constructs things.

mod benefits;
mod command_line;
mod content;
mod demonstration;
mod doctor;
mod identity;
mod keys;
mod members;
mod news;
mod prepare;
mod quality;
mod serve;
mod staff;
mod upkeep;
mod work;

pub use command_line::run;
pub use identity::Identity;
pub use serve::{Application, resolvers};
pub use work::{postman, worker};
