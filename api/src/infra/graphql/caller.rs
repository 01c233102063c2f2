//! What is known of a request's sender before anybody asks who they are.

use async_graphql::Context;

/// Where a request came from. Addresses are for limits only: they are never stored in clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The network address; of IPv6 the first 64 bits.
    pub address: String,
    /// `X-Client`, as it was given: `android/2.1.0`.
    pub client: Option<String>,
    /// The id that the answer carries, too.
    pub request_id: String,
}

impl Caller {
    /// The sender of the request behind that context.
    #[must_use]
    pub fn of<'a>(context: &Context<'a>) -> &'a Self {
        context.data_unchecked::<Self>()
    }
}
