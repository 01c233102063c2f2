//! Audiences by what they mean: an archive knows no ids of theirs.

use std::collections::{BTreeMap, HashMap};

use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use crate::{
    domain::content::{AudienceDefinition, intern_audience},
    infra::error::Error,
};

/// The ids of audiences, by what they mean.
pub struct Audiences(HashMap<String, Uuid>);

impl Audiences {
    pub async fn intern<'a>(
        transaction: &DatabaseTransaction,
        definitions: impl Iterator<Item = &'a AudienceDefinition>,
    ) -> Result<Self, Error> {
        // In one order, so that two who intern at once wait for each other and not in a circle.
        let mut distinct: BTreeMap<String, &AudienceDefinition> = BTreeMap::new();
        for definition in definitions {
            distinct.insert(serde_json::to_string(definition)?, definition);
        }
        let mut ids = HashMap::new();
        for (meaning, definition) in distinct {
            ids.insert(meaning, intern_audience(transaction, definition).await?);
        }
        Ok(Self(ids))
    }

    pub fn id_of(&self, definition: &AudienceDefinition) -> Result<Uuid, Error> {
        let meaning = serde_json::to_string(definition)?;
        let id = self.0.get(&meaning).copied();
        id.ok_or_else(|| Error::internal("an audience was not interned", meaning))
    }
}
