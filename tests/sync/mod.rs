//! The offline copy: what a phone is given, what it is told to delete, when it has to begin anew.

mod following;
mod interleaving;
pub mod phone;
