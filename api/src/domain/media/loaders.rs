//! Batched lookups of pictures.

use std::collections::HashMap;

use uuid::Uuid;

use super::store::{Picture, list_pictures};
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader, Shared},
};

/// A picture that something shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PictureById(pub Uuid);

impl Shared for PictureById {
    const TAGS: &'static [&'static str] =
        &["benefits", "courses", "guides", "news", "organisations"];
}

impl Loader<PictureById> for Batches {
    type Value = Picture;
    type Error = Error;

    async fn load(&self, keys: &[PictureById]) -> Result<HashMap<PictureById, Picture>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let pictures = list_pictures(self.database.reader(), &ids).await?;
        Ok(pictures
            .into_iter()
            .map(|(id, picture)| (PictureById(id), picture))
            .collect())
    }
}
