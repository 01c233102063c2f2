//! All SQL of consents, exports and erasures.

pub mod consents;
pub mod erasures;
pub mod exports;
