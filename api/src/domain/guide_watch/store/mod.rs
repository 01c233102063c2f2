//! All SQL of watching over guides.

pub mod concerns;
pub mod opinions;
pub mod probes;
pub mod recommendations;
