//! All SQL of membership.

pub mod cards;
pub mod claims;
pub mod imports;
pub mod roster;
