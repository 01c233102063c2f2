//! Categories, life events and consent texts of the demo content.

use entities::{benefit_category, guide_category, life_event, news_category};
use sea_orm::ConnectionTrait;

use super::{
    Seeding,
    files::{self, GuideReferenceFile, ReferenceFile},
    identity::id_of,
};
use crate::{
    domain::{
        app_config::{NewConsent, insert_consent},
        benefits, guides, news,
    },
    infra::error::Error,
};

pub async fn seed<C: ConnectionTrait>(seeding: &Seeding<'_, C>) -> Result<(), Error> {
    let connection = seeding.transaction;
    let file: ReferenceFile = files::read(files::REFERENCE)?;
    for (position, category) in (0..).zip(file.news_categories) {
        let row = news_category::Model {
            id: id_of("news_category", &category.slug),
            slug: category.slug,
            name: category.name,
            description: category.description,
            position,
        };
        news::insert_category(connection, row).await?;
    }
    for (position, category) in (0..).zip(file.benefit_categories) {
        let row = benefit_category::Model {
            id: id_of("benefit_category", &category.slug),
            slug: category.slug,
            name: category.name,
            description: category.description,
            position,
        };
        benefits::insert_category(connection, row).await?;
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
        insert_consent(connection, new).await?;
    }
    seed_guide_reference(connection).await
}

async fn seed_guide_reference(connection: &impl ConnectionTrait) -> Result<(), Error> {
    let file: GuideReferenceFile = files::read(files::GUIDE_REFERENCE)?;
    for (position, category) in (0..).zip(file.categories) {
        let row = guide_category::Model {
            id: id_of("guide_category", &category.slug),
            slug: category.slug,
            name: category.name,
            description: category.description,
            position,
        };
        guides::insert_category(connection, row).await?;
    }
    for (position, event) in (0..).zip(file.life_events) {
        let row = life_event::Model {
            id: id_of("life_event", &event.slug),
            slug: event.slug,
            title: event.title,
            description: event.description,
            position,
        };
        guides::insert_life_event(connection, row).await?;
    }
    Ok(())
}
