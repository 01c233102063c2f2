//! Batched relations of concerns.

use std::{collections::HashMap, sync::Arc};

use entities::guide_concern;
use uuid::Uuid;

use super::store::concerns::{self as store, GuideFacts};
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader},
};

/// What staff know a guide by; whoever asks was found to be staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FactsByGuideId(pub Uuid);

impl Loader<FactsByGuideId> for Batches {
    type Value = Arc<GuideFacts>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[FactsByGuideId],
    ) -> Result<HashMap<FactsByGuideId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_facts(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (FactsByGuideId(row.id), Arc::new(row)))
            .collect())
    }
}

/// A guide's open concerns, for staff who were found to see the guide as its editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenConcernsByGuideId(pub Uuid);

impl Loader<OpenConcernsByGuideId> for Batches {
    type Value = Vec<guide_concern::Model>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OpenConcernsByGuideId],
    ) -> Result<HashMap<OpenConcernsByGuideId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut of_guides: HashMap<_, Vec<_>> = HashMap::new();
        for row in store::list_open_of(self.database.reader(), &ids).await? {
            of_guides
                .entry(OpenConcernsByGuideId(row.guide_id))
                .or_default()
                .push(row);
        }
        Ok(of_guides)
    }
}
