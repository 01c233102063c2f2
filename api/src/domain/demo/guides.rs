//! The twelve demo guides. Nobody of the federation has checked them, and they say so.

use entities::enums::ContentKind;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    Seeding,
    files::{self, GuideItem},
    identity::id_of,
};
use crate::{
    domain::{
        content::{Address, existing_ids, insert_published, relate},
        editing::{Alert, Envelope, GuideDocument},
        guides::insert_guide,
    },
    infra::{auth::PUBLIC_AUDIENCE_ID, error::Error},
};

pub async fn seed<C: ConnectionTrait>(seeding: &mut Seeding<'_, C>) -> Result<usize, Error> {
    let existing = existing_ids(seeding.transaction, ContentKind::ServiceGuide).await?;
    let mut written: Vec<GuideItem> = Vec::new();
    for text in files::GUIDES {
        let item: GuideItem = files::read(text)?;
        if !existing.contains(&id_of("service_guide", &item.slug)) {
            publish(seeding, &item).await?;
            written.push(item);
        }
    }
    // Guides point to each other, so the links come when all are there.
    for item in &written {
        let related = related_ids(item);
        let id = id_of("service_guide", &item.slug);
        relate(seeding.transaction, id, ContentKind::ServiceGuide, &related).await?;
    }
    Ok(written.len())
}

async fn publish<C: ConnectionTrait>(
    seeding: &mut Seeding<'_, C>,
    item: &GuideItem,
) -> Result<(), Error> {
    let address = Address {
        id: id_of("service_guide", &item.slug),
        kind: ContentKind::ServiceGuide,
        slug: item.slug.clone(),
        organisation_id: id_of("organisation", &item.organisation),
        audience_id: PUBLIC_AUDIENCE_ID,
        is_demo: true,
        published_at: item.published_at,
        updated_at: item.published_at,
        unpublish_at: None,
    };
    let document = document(item);
    let published = insert_published(seeding.transaction, address, &document, seeding.now).await?;
    insert_guide(seeding.transaction, &published, document.for_readers()?).await?;
    seeding.published(&published);
    Ok(())
}

/// The guide as its editors will find it: whole but for somebody who has checked it.
fn document(item: &GuideItem) -> GuideDocument {
    GuideDocument {
        envelope: Envelope {
            organisation_id: id_of("organisation", &item.organisation),
            slug: Some(item.slug.clone()),
            ..Envelope::default()
        },
        category_id: Some(id_of("guide_category", &item.category)),
        title: Some(item.title.clone()),
        short_title: Some(item.short_title.clone()),
        summary: Some(item.summary.clone()),
        portal: Some(item.portal),
        level: Some(item.level),
        authority: Some(item.authority.clone()),
        official_url: Some(item.official_url.clone()),
        life_event_ids: item
            .life_events
            .iter()
            .map(|slug| id_of("life_event", slug))
            .collect(),
        alert: item.alert.as_ref().map(|alert| Alert {
            text: alert.text.clone(),
            until: alert.until,
        }),
        checked_by: None,
        checked_at: None,
        next_review_at: Some(item.next_review_at),
        related_guide_ids: related_ids(item),
        passport: item.passport.clone(),
    }
}

fn related_ids(item: &GuideItem) -> Vec<Uuid> {
    item.related_guides
        .iter()
        .map(|slug| id_of("service_guide", slug))
        .collect()
}
