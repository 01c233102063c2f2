//! Batched counts of guides.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::{
    measuring,
    rules::{Counts, Edition, Period},
};
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader},
};

/// The counts of a guide that the viewer was already found to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CountsByGuideId {
    pub guide_id: Uuid,
    pub period: Period,
    pub edition: Edition,
}

impl Loader<CountsByGuideId> for Batches {
    type Value = Counts;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CountsByGuideId],
    ) -> Result<HashMap<CountsByGuideId, Counts>, Error> {
        let mut alike: BTreeMap<(Period, Edition), Vec<Uuid>> = BTreeMap::new();
        for key in keys {
            let guide_ids = alike.entry((key.period, key.edition)).or_default();
            guide_ids.push(key.guide_id);
        }
        let mut found = HashMap::new();
        for ((period, edition), guide_ids) in alike {
            let reader = self.database.reader();
            let counts = measuring::of_guides(reader, edition, period, guide_ids).await?;
            found.extend(counts.into_iter().map(|(guide_id, counts)| {
                let key = CountsByGuideId {
                    guide_id,
                    period,
                    edition,
                };
                (key, counts)
            }));
        }
        Ok(found)
    }
}
