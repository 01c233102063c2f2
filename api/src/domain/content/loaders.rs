//! Batched relations of content.

use std::collections::HashMap;

use entities::enums::ContentKind;
use uuid::Uuid;

use super::store;
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader},
};

/// The ids of content of one kind that a piece of content points to, in the editor's order.
///
/// They are not checked against the audience: load the objects through their own domain, which is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RelatedIdsByContentId {
    pub content_id: Uuid,
    pub kind: ContentKind,
}

impl Loader<RelatedIdsByContentId> for Batches {
    type Value = Vec<Uuid>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[RelatedIdsByContentId],
    ) -> Result<HashMap<RelatedIdsByContentId, Vec<Uuid>>, Error> {
        let mut by_kind: HashMap<ContentKind, Vec<Uuid>> = HashMap::new();
        for key in keys {
            by_kind.entry(key.kind).or_default().push(key.content_id);
        }
        let mut related = HashMap::new();
        for (kind, content_ids) in by_kind {
            let found = store::list_related(self.database.reader(), kind, content_ids).await?;
            related.extend(
                found
                    .into_iter()
                    .map(|(content_id, ids)| (RelatedIdsByContentId { content_id, kind }, ids)),
            );
        }
        Ok(related)
    }
}
