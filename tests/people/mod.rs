//! People: signing in, going on with a session, showing a union card, and what staff may do.

mod access;
mod cards;
mod codes;
mod privacy;
mod profile;
mod rosters;
mod sessions;
mod staff;
mod verify_page;
