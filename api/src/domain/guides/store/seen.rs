//! A guide's passport for whoever goes by what it promises.

use entities::service_guide;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    domain::guides::passport::Passport,
    infra::{
        auth::Audience,
        db::{fetch_row, row},
        error::Error,
    },
};

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
    pub passport: Passport,
}

/// The passport of a guide, for those who may see it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_seen_passport(
    connection: &impl ConnectionTrait,
    id: Uuid,
    audience: &Audience,
) -> Result<Option<SeenPassport>, Error> {
    let select = service_guide::Entity::find()
        .filter(service_guide::Column::Id.eq(id))
        .filter(audience.admits(service_guide::Column::AudienceId));
    let Some(row) = fetch_row::<StoredPassport>(connection, select).await? else {
        return Ok(None);
    };
    Ok(Some(SeenPassport {
        revision: row.revision,
        passport: serde_json::from_value(row.passport)?,
    }))
}
