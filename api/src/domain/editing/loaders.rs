//! Batched relations of drafts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::draft_presence;
use uuid::Uuid;

use super::{
    references::{self, Found, Reference},
    rules::{GONE_AFTER, MOST_EDITORS},
    store,
};
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader},
};

/// Who is at a draft at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EditorsByContentId {
    pub content_id: Uuid,
    pub now: DateTime<Utc>,
}

impl Loader<EditorsByContentId> for Batches {
    type Value = Vec<draft_presence::Model>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[EditorsByContentId],
    ) -> Result<HashMap<EditorsByContentId, Self::Value>, Error> {
        let Some(now) = keys.first().map(|key| key.now) else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.content_id).collect();
        let connection = self.database.reader();
        let rows = store::list_presence_at(connection, &ids, now - GONE_AFTER).await?;
        let mut editors: HashMap<EditorsByContentId, Self::Value> = HashMap::new();
        for row in rows {
            let content_id = row.content_id;
            let at_it = editors
                .entry(EditorsByContentId { content_id, now })
                .or_default();
            if at_it.len() < MOST_EDITORS {
                at_it.push(row);
            }
        }
        Ok(editors)
    }
}

impl Loader<Reference> for Batches {
    type Value = Found;
    type Error = Error;

    async fn load(&self, references: &[Reference]) -> Result<HashMap<Reference, Found>, Error> {
        references::find(self.database.reader(), references).await
    }
}
