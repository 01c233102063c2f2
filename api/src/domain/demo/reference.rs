//! Categories, life events, topics of notifications and consent texts of the demo content.

use entities::{benefit_category, guide_category, life_event, news_category, push_topic};
use sea_orm::ConnectionTrait;

use super::{
    Seeding,
    files::{self, GuideReferenceFile, ReferenceFile},
    identity::id_of,
};
use crate::{
    domain::{
        app_config::{NewConsent, insert_consent},
        benefits, guides, news, push,
    },
    infra::error::Error,
};

pub async fn seed<C: ConnectionTrait>(seeding: &mut Seeding<'_, C>) -> Result<(), Error> {
    let file: ReferenceFile = files::read(files::REFERENCE)?;
    for (position, category) in (0..).zip(file.news_categories) {
        let row = news_category::Model {
            id: id_of("news_category", &category.slug),
            slug: category.slug,
            name: category.name,
            description: category.description,
            position,
        };
        let id = row.id;
        let topic = topic_of(&row);
        if news::insert_category(seeding.transaction, row).await? {
            seeding.reference("NewsCategory", id);
        }
        push::insert_topic(seeding.transaction, topic).await?;
    }
    for (position, category) in (0..).zip(file.benefit_categories) {
        let row = benefit_category::Model {
            id: id_of("benefit_category", &category.slug),
            slug: category.slug,
            name: category.name,
            description: category.description,
            position,
        };
        let id = row.id;
        if benefits::insert_category(seeding.transaction, row).await? {
            seeding.reference("BenefitCategory", id);
        }
    }
    for consent in file.consents {
        let new = NewConsent {
            id: id_of(
                "consent",
                &format!("{}-{}", consent.purpose, consent.version),
            ),
            purpose: consent.purpose,
            version: consent.version,
            title: consent.title,
            text: consent.text,
            effective_from: consent.effective_from,
            is_demo: true,
        };
        let id = new.id;
        if insert_consent(seeding.transaction, new).await? {
            seeding.reference("ConsentText", id);
        }
    }
    seed_guide_reference(seeding).await
}

/// Whoever reads a category may be told of its news.
fn topic_of(category: &news_category::Model) -> push_topic::Model {
    push_topic::Model {
        id: id_of("push_topic", &category.slug),
        slug: category.slug.clone(),
        name: category.name.clone(),
        description: category.description.clone(),
        position: category.position,
        is_public: true,
        news_category_id: Some(category.id),
    }
}

async fn seed_guide_reference<C: ConnectionTrait>(
    seeding: &mut Seeding<'_, C>,
) -> Result<(), Error> {
    let file: GuideReferenceFile = files::read(files::GUIDE_REFERENCE)?;
    for (position, category) in (0..).zip(file.categories) {
        let row = guide_category::Model {
            id: id_of("guide_category", &category.slug),
            slug: category.slug,
            name: category.name,
            description: category.description,
            position,
        };
        let id = row.id;
        if guides::insert_category(seeding.transaction, row).await? {
            seeding.reference("GuideCategory", id);
        }
    }
    for (position, event) in (0..).zip(file.life_events) {
        let row = life_event::Model {
            id: id_of("life_event", &event.slug),
            slug: event.slug,
            title: event.title,
            description: event.description,
            position,
        };
        let id = row.id;
        if guides::insert_life_event(seeding.transaction, row).await? {
            seeding.reference("LifeEvent", id);
        }
    }
    Ok(())
}
