//! All SQL of the use of benefits.

pub mod codes;
pub mod limits;
pub mod redemptions;
pub mod reports;
pub mod saved;
pub mod suspensions;
pub mod terms;
