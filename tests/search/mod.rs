//! The search box: what members type, and what they must find.

mod asking;
mod labels;
mod quality;
