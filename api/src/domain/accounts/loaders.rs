//! Batched relations of accounts, still sealed.

use std::collections::HashMap;

use entities::{account, person};
use uuid::Uuid;

use super::store::people;
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader},
};

/// An account with the person whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HolderByAccountId(pub Uuid);

impl Loader<HolderByAccountId> for Batches {
    type Value = (account::Model, person::Model);
    type Error = Error;

    async fn load(
        &self,
        keys: &[HolderByAccountId],
    ) -> Result<HashMap<HolderByAccountId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let holders = people::list_holders(self.database.reader(), &ids).await?;
        Ok(holders
            .into_iter()
            .map(|(account, person)| (HolderByAccountId(account.id), (account, person)))
            .collect())
    }
}
