//! The demo organisations and their pages.

use entities::enums::ContentKind;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    Seeding,
    files::{self, OrganisationItem, OrganisationsFile, PageItem},
    identity::id_of,
};
use crate::{
    domain::{
        content::{Address, Pictures, existing_ids, insert_published},
        editing::{Envelope, PageDocument},
        organisations::{NewOrganisation, SocialLink, find_card, insert_organisation, insert_page},
    },
    infra::{auth::PUBLIC_AUDIENCE_ID, error::Error},
};

/// Pages appear on one day: their organisations have had them all along.
const PAGES_PUBLISHED_AT: &str = "2026-01-12T09:00:00Z";

pub async fn seed<C: ConnectionTrait>(
    seeding: &mut Seeding<'_, C>,
) -> Result<(usize, usize), Error> {
    let file: OrganisationsFile = files::read(files::ORGANISATIONS)?;
    let existing = existing_ids(seeding.transaction, ContentKind::OrganisationPage).await?;
    let (mut organisations, mut pages) = (0, 0);
    for item in file.organisations {
        let id = id_of("organisation", &item.slug);
        if find_card(seeding.transaction, &item.slug).await?.is_none() {
            insert_organisation(seeding.transaction, organisation(id, &item), seeding.now).await?;
            seeding.reference("Organisation", id);
            organisations += 1;
        }
        for (position, page) in (0..).zip(&item.pages) {
            if !existing.contains(&id_of("organisation_page", &page.slug)) {
                publish_page(seeding, id, position, page).await?;
                pages += 1;
            }
        }
    }
    Ok((organisations, pages))
}

fn organisation(id: Uuid, item: &OrganisationItem) -> NewOrganisation {
    let social = |social: &files::Social| SocialLink {
        network: social.network.clone(),
        url: social.url.clone(),
        enabled: true,
    };
    NewOrganisation {
        id,
        parent_id: item
            .parent
            .as_deref()
            .map(|slug| id_of("organisation", slug)),
        slug: item.slug.clone(),
        kind: item.kind,
        short_name: item.short_name.clone(),
        full_name: item.full_name.clone(),
        about: item.about.clone(),
        industry: item.industry.clone(),
        website: item.website.clone(),
        address: item.address.clone(),
        phone: item.phone.clone(),
        email: item.email.clone(),
        hours: item.hours.clone(),
        join_url: item.join_url.clone(),
        host: item.host.clone(),
        primary_color: item.primary_color.clone(),
        logo_id: None,
        socials: item.socials.iter().map(social).collect(),
        okrugs: item.okrugs.clone(),
        requires_review: false,
        is_demo: true,
    }
}

async fn publish_page<C: ConnectionTrait>(
    seeding: &mut Seeding<'_, C>,
    organisation_id: Uuid,
    position: i32,
    page: &PageItem,
) -> Result<(), Error> {
    let published_at = PAGES_PUBLISHED_AT
        .parse()
        .map_err(|cause| Error::internal("a demo date does not read", cause))?;
    let address = Address {
        id: id_of("organisation_page", &page.slug),
        kind: ContentKind::OrganisationPage,
        slug: page.slug.clone(),
        organisation_id,
        audience_id: PUBLIC_AUDIENCE_ID,
        is_demo: true,
        published_at,
        updated_at: published_at,
        unpublish_at: None,
    };
    let document = PageDocument {
        envelope: Envelope {
            organisation_id,
            slug: Some(page.slug.clone()),
            ..Envelope::default()
        },
        title: Some(page.title.clone()),
        body: Some(page.body.clone()),
        position: Some(position),
    };
    let published = insert_published(seeding.transaction, address, &document, seeding.now).await?;
    let shown = document.for_readers(&Pictures::new())?;
    insert_page(seeding.transaction, &published, shown).await?;
    seeding.published(&published);
    Ok(())
}
