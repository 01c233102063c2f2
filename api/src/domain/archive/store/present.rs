//! Which of the things that an archive names are here.

use std::collections::HashSet;

use entities::{
    benefit_category, content, content_revision, enums::ContentKind, guide_category, life_event,
    media_asset, news_category, organisation, outlet, partner, recommendation, redirect,
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect, Select,
};
use uuid::Uuid;

use super::IDS_A_STATEMENT;
use crate::domain::archive::format::{Part, Target};

/// Which of these are here.
pub async fn list_present(
    connection: &DatabaseTransaction,
    target: Target,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>, DbErr> {
    let part = match target {
        Target::Content => {
            return present::<content::Entity>(connection, content::Column::Id, ids).await;
        }
        Target::Of(part) => part,
    };
    match part {
        Part::Media => {
            present::<media_asset::Entity>(connection, media_asset::Column::Id, ids).await
        }
        Part::Organisations => {
            present::<organisation::Entity>(connection, organisation::Column::Id, ids).await
        }
        Part::NewsCategories => {
            present::<news_category::Entity>(connection, news_category::Column::Id, ids).await
        }
        Part::BenefitCategories => {
            present::<benefit_category::Entity>(connection, benefit_category::Column::Id, ids).await
        }
        Part::GuideCategories => {
            present::<guide_category::Entity>(connection, guide_category::Column::Id, ids).await
        }
        Part::LifeEvents => {
            present::<life_event::Entity>(connection, life_event::Column::Id, ids).await
        }
        Part::Partners => present::<partner::Entity>(connection, partner::Column::Id, ids).await,
        Part::Outlets => present::<outlet::Entity>(connection, outlet::Column::Id, ids).await,
        Part::Guides => present_guides(connection, ids).await,
        Part::Recommendations => {
            present::<recommendation::Entity>(connection, recommendation::Column::Id, ids).await
        }
        Part::Revisions => {
            present::<content_revision::Entity>(connection, content_revision::Column::Id, ids).await
        }
        Part::Redirects => present::<redirect::Entity>(connection, redirect::Column::Id, ids).await,
        Part::News | Part::Benefits | Part::Pages | Part::Courses | Part::Drafts => {
            present::<content::Entity>(connection, content::Column::Id, ids).await
        }
    }
}

/// Content of another kind is no guide, though it would hold whatever refers to it.
async fn present_guides(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>, DbErr> {
    let guides =
        content::Entity::find().filter(content::Column::Kind.eq(ContentKind::ServiceGuide));
    present_among(connection, guides, content::Column::Id, ids).await
}

async fn present<E: EntityTrait>(
    connection: &DatabaseTransaction,
    id: E::Column,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>, DbErr> {
    present_among(connection, E::find(), id, ids).await
}

async fn present_among<E: EntityTrait>(
    connection: &DatabaseTransaction,
    rows: Select<E>,
    id: E::Column,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>, DbErr> {
    let mut present = HashSet::new();
    for ids in ids.chunks(IDS_A_STATEMENT) {
        let found: Vec<Uuid> = rows
            .clone()
            .select_only()
            .column(id)
            .filter(id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(connection)
            .await?;
        present.extend(found);
    }
    Ok(present)
}
