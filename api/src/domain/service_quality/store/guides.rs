//! Guides as figures name them.

use entities::{
    enums::ServicePortal,
    service_guide::{self, Column},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::infra::{
    auth::Audience,
    db::{fetch_rows, row},
};

row! {
    /// A published guide as counting goes by it.
    pub struct PublishedGuide of service_guide {
        pub id: Uuid,
        pub audience_id: Uuid,
        pub portal: ServicePortal,
        pub revision: i32,
    }
}

row! {
    /// A published guide as reports name it.
    pub struct GuideHeading of service_guide {
        pub id: Uuid,
        pub slug: String,
        pub title: String,
    }
}

/// All published guides, by their ids. The program's own: nobody is shown them.
pub async fn list_published(
    connection: &impl ConnectionTrait,
) -> Result<Vec<PublishedGuide>, DbErr> {
    fetch_rows(
        connection,
        service_guide::Entity::find().order_by_asc(Column::Id),
    )
    .await
}

/// The guides that this audience sees, by title; of all portals or of one.
pub async fn list_headings(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    portal: Option<ServicePortal>,
) -> Result<Vec<GuideHeading>, DbErr> {
    let mut select = service_guide::Entity::find()
        .filter(audience.admits(Column::AudienceId))
        .order_by_asc(Column::SortKey)
        .order_by_asc(Column::Id);
    if let Some(portal) = portal {
        select = select.filter(Column::Portal.eq(portal));
    }
    fetch_rows(connection, select).await
}
