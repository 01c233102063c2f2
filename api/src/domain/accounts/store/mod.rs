//! All SQL of accounts.

pub mod challenges;
pub mod people;
pub mod sessions;
pub mod staff;
pub mod viewing;
