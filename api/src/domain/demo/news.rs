//! The demo articles.

use entities::enums::ContentKind;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    Seeding, cover,
    files::{self, ArticleItem, NewsFile},
    identity::id_of,
};
use crate::{
    domain::{
        content::{Address, Pictures, existing_ids, insert_published, relate},
        editing::{Envelope, NewsDocument},
        news::insert_article,
    },
    infra::{auth::PUBLIC_AUDIENCE_ID, error::Error},
};

pub async fn seed<C: ConnectionTrait>(seeding: &mut Seeding<'_, C>) -> Result<usize, Error> {
    let existing = existing_ids(seeding.transaction, ContentKind::NewsArticle).await?;
    let mut written = 0;
    for text in files::NEWS {
        let file: NewsFile = files::read(text)?;
        for item in file.articles {
            if !existing.contains(&id_of("news_article", &item.slug)) {
                publish(seeding, &item).await?;
                written += 1;
            }
        }
    }
    Ok(written)
}

async fn publish<C: ConnectionTrait>(
    seeding: &mut Seeding<'_, C>,
    item: &ArticleItem,
) -> Result<(), Error> {
    let id = id_of("news_article", &item.slug);
    let address = Address {
        id,
        kind: ContentKind::NewsArticle,
        slug: item.slug.clone(),
        organisation_id: id_of("organisation", &item.organisation),
        audience_id: PUBLIC_AUDIENCE_ID,
        is_demo: true,
        published_at: item.published_at,
        updated_at: item.published_at,
        unpublish_at: None,
    };
    let cover_id = cover::keep(seeding, &item.category).await?;
    let document = document(item, cover_id);
    let published = insert_published(seeding.transaction, address, &document, seeding.now).await?;
    let guides = document.related_guide_ids.clone();
    let shown = document.for_readers(&Pictures::new())?;
    insert_article(seeding.transaction, &published, shown).await?;
    relate(seeding.transaction, id, ContentKind::ServiceGuide, &guides).await?;
    seeding.published(&published);
    Ok(())
}

/// The article as its editors will find it.
fn document(item: &ArticleItem, cover_id: Uuid) -> NewsDocument {
    NewsDocument {
        envelope: Envelope {
            organisation_id: id_of("organisation", &item.organisation),
            slug: Some(item.slug.clone()),
            ..Envelope::default()
        },
        kind: Some(item.kind),
        category_id: Some(id_of("news_category", &item.category)),
        headline: Some(item.headline.clone()),
        lead: Some(item.lead.clone()),
        body: Some(item.body.clone()),
        cover_id: Some(cover_id),
        video: item.video.clone(),
        source_name: item.source_name.clone(),
        source_url: item.source_url.clone(),
        pinned_until: item.pinned_until,
        is_urgent: item.is_urgent,
        okrugs: item.okrugs.clone(),
        tags: item.tags.clone(),
        related_guide_ids: item
            .related_guides
            .iter()
            .map(|slug| id_of("service_guide", slug))
            .collect(),
        ..NewsDocument::default()
    }
}
