//! A guide's passport for whoever goes by what it promises.

use std::{sync::Arc, time::Duration};

use entities::service_guide;
use moka::sync::Cache;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    domain::guides::passport::Passport,
    infra::{
        auth::Audience,
        db::{fetch_row, row},
        error::Error,
    },
};

/// Passports that are kept: more than there are services that anybody asks for.
const MOST_KEPT: u64 = 1000;
/// A revision never changes; what an import has put in its place is seen after so long.
const KEPT_FOR: Duration = Duration::from_secs(60);

row! {
    struct StoredPassport of service_guide {
        pub revision: i32,
        pub passport: serde_json::Value,
    }
}

/// The passport of a published guide, and which revision of it readers have before them.
#[derive(Clone, Debug)]
pub struct SeenPassport {
    pub revision: i32,
    pub passport: Arc<Passport>,
}

/// What this process has read of passports, by guide and revision: reports come in by the thousand, of
/// few services. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SeenPassports(Cache<(Uuid, i32), Arc<Passport>>);

impl Default for SeenPassports {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(MOST_KEPT)
            .time_to_live(KEPT_FOR)
            .build();
        Self(cache)
    }
}

impl SeenPassports {
    /// The passport of a guide, for those who may see it. Whether they may, and which revision readers
    /// have, is asked each time.
    ///
    /// # Errors
    /// Whatever the driver reports.
    pub async fn find(
        &self,
        connection: &impl ConnectionTrait,
        id: Uuid,
        audience: &Audience,
    ) -> Result<Option<SeenPassport>, Error> {
        let select = service_guide::Entity::find()
            .filter(service_guide::Column::Id.eq(id))
            .filter(audience.admits(service_guide::Column::AudienceId));
        let shown: Option<i32> = select
            .clone()
            .select_only()
            .column(service_guide::Column::Revision)
            .into_tuple()
            .one(connection)
            .await?;
        let Some(revision) = shown else {
            return Ok(None);
        };
        if let Some(passport) = self.0.get(&(id, revision)) {
            return Ok(Some(SeenPassport { revision, passport }));
        }
        // It may have been published anew or withdrawn since.
        let Some(row) = fetch_row::<StoredPassport>(connection, select).await? else {
            return Ok(None);
        };
        let passport: Passport = serde_json::from_value(row.passport)?;
        let passport = Arc::new(passport);
        self.0.insert((id, row.revision), Arc::clone(&passport));
        Ok(Some(SeenPassport {
            revision: row.revision,
            passport,
        }))
    }
}
