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
        content::{Address, Pictures, RenderedText, existing_ids, insert_published, relate},
        news::{NewArticle, insert_article},
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
    };
    let published = insert_published(seeding.transaction, address, item, seeding.now).await?;
    let new = NewArticle {
        category_id: id_of("news_category", &item.category),
        kind: item.kind,
        headline: item.headline.clone(),
        lead: item.lead.clone(),
        text: RenderedText::from_markdown(&item.body, &Pictures::new()),
        cover_id: Some(cover::keep(seeding, &item.category).await?),
        video: item.video.clone(),
        source_name: item.source_name.clone(),
        source_url: item.source_url.clone(),
        pinned_until_at: item.pinned_until,
        is_urgent: item.is_urgent,
        okrugs: item.okrugs.clone(),
        tags: item.tags.clone(),
    };
    insert_article(seeding.transaction, &published, new).await?;
    let guides: Vec<Uuid> = item
        .related_guides
        .iter()
        .map(|slug| id_of("service_guide", slug))
        .collect();
    relate(seeding.transaction, id, ContentKind::ServiceGuide, &guides).await?;
    seeding.published(&published);
    Ok(())
}
