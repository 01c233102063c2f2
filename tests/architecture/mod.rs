//! The house's rules, read from the source and from cargo's own graph.

mod dependencies;
mod imports;
