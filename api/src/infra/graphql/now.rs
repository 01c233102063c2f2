//! The instant of a request: read once, so that all its fields agree.

use async_graphql::Context;
use chrono::{DateTime, Utc};

/// When the request began.
#[derive(Clone, Copy, Debug)]
pub struct Now(pub DateTime<Utc>);

impl Now {
    /// The instant of the request behind that context.
    #[must_use]
    pub fn of(context: &Context<'_>) -> DateTime<Utc> {
        context.data_unchecked::<Self>().0
    }
}
