//! People: signing in by a code, going on with a session, and showing a union card.

mod cards;
mod codes;
mod sessions;
