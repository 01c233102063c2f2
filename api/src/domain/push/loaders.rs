//! Batched relations of campaigns.

use std::collections::HashMap;

use entities::enums::PushProvider;
use uuid::Uuid;

use super::store::campaigns::{self as store, Tally};
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader},
};

/// What became of a campaign's messages, by provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TalliesByCampaignId(pub Uuid);

impl Loader<TalliesByCampaignId> for Batches {
    type Value = Vec<(PushProvider, Tally)>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[TalliesByCampaignId],
    ) -> Result<HashMap<TalliesByCampaignId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let tallies = store::list_tallies(self.database.reader(), &ids).await?;
        Ok(tallies
            .into_iter()
            .map(|(id, tallies)| (TalliesByCampaignId(id), tallies))
            .collect())
    }
}
