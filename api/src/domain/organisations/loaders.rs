//! Batched relations of organisations.

use std::{collections::HashMap, sync::Arc};

use entities::{enums, organisation};
use uuid::Uuid;

use super::store::{self, PageSummary, PageText};
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader, Shared},
};

/// An organisation with all its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrganisationById(pub Uuid);

impl Shared for OrganisationById {
    const TAGS: &'static [&'static str] = &["organisations"];
}

impl Loader<OrganisationById> for Batches {
    type Value = Arc<organisation::Model>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OrganisationById],
    ) -> Result<HashMap<OrganisationById, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_by_ids(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (OrganisationById(row.id), Arc::new(row)))
            .collect())
    }
}

/// The okrugs an organisation works in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OkrugsByOrganisationId(pub Uuid);

impl Shared for OkrugsByOrganisationId {
    const TAGS: &'static [&'static str] = &["organisations"];
}

impl Loader<OkrugsByOrganisationId> for Batches {
    type Value = Vec<enums::Okrug>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OkrugsByOrganisationId],
    ) -> Result<HashMap<OkrugsByOrganisationId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut okrugs: HashMap<_, Vec<_>> = HashMap::new();
        for row in store::list_okrugs(self.database.reader(), &ids).await? {
            let key = OkrugsByOrganisationId(row.organisation_id);
            okrugs.entry(key).or_default().push(row.okrug);
        }
        Ok(okrugs)
    }
}

/// A published page, for those who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageById(pub Uuid);

impl Loader<PageById> for Batches {
    type Value = PageSummary;
    type Error = Error;

    async fn load(&self, keys: &[PageById]) -> Result<HashMap<PageById, PageSummary>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_pages_by_ids(self.database.reader(), &ids, &self.audience).await?;
        Ok(rows
            .into_iter()
            .map(|row| (PageById(row.id), row))
            .collect())
    }
}

/// The text of a page, for those who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextByPageId(pub Uuid);

impl Shared for TextByPageId {
    const TAGS: &'static [&'static str] = &["organisations"];
}

impl Loader<TextByPageId> for Batches {
    type Value = Arc<PageText>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[TextByPageId],
    ) -> Result<HashMap<TextByPageId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_page_texts(self.database.reader(), &ids, &self.audience).await?;
        Ok(rows
            .into_iter()
            .map(|row| (TextByPageId(row.id), Arc::new(row)))
            .collect())
    }
}
