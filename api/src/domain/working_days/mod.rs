//! Working days by Russia's production calendar: by them the terms of most state services run.
//!
//! The calendar is a data file with the decree behind each year. What touches a year that is not in it
//! has no answer, so that whoever asks can say so instead of guessing.

mod calendar;

pub use calendar::{between, calendar_source, covered_years, is_working};
