//! The database's schema: migrated once however many start, and what the entities say it is.

mod entities_match;
mod house_rules;
mod starting;
