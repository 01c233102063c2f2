//! What creating an organisation and publishing its page write.

use chrono::{DateTime, Utc};
use entities::{
    enums::{Okrug, OrganisationKind},
    organisation, organisation_closure, organisation_okrug, organisation_page,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use uuid::Uuid;

use crate::domain::organisations::rules::SocialLink;
use crate::{
    domain::content::{Published, RenderedText, sort_key},
    infra::{
        db::{delete_row, overwrite_row},
        error::Error,
    },
};

/// An organisation to be created.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub slug: String,
    pub kind: OrganisationKind,
    pub short_name: String,
    pub full_name: String,
    pub about: String,
    pub industry: Option<String>,
    pub website: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub hours: Option<String>,
    pub join_url: Option<String>,
    pub host: Option<String>,
    pub primary_color: Option<String>,
    pub logo_id: Option<Uuid>,
    pub socials: Vec<SocialLink>,
    pub okrugs: Vec<Okrug>,
    pub requires_review: bool,
    pub is_demo: bool,
}

/// Writes an organisation, its okrugs and its place in the tree.
///
/// # Errors
/// Whatever the driver reports, a taken slug or host included.
pub async fn insert_organisation(
    transaction: &impl ConnectionTrait,
    new: NewOrganisation,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (id, parent_id, okrugs) = (new.id, new.parent_id, new.okrugs);
    organisation::Entity::insert(organisation::ActiveModel {
        id: Set(id),
        parent_id: Set(parent_id),
        slug: Set(new.slug),
        kind: Set(new.kind),
        sort_key: Set(sort_key(&new.short_name)),
        short_name: Set(new.short_name),
        full_name: Set(new.full_name),
        about: Set(new.about),
        industry: Set(new.industry),
        website: Set(new.website),
        address: Set(new.address),
        phone: Set(new.phone),
        email: Set(new.email),
        hours: Set(new.hours),
        join_url: Set(new.join_url),
        host: Set(new.host),
        primary_color: Set(new.primary_color),
        logo_id: Set(new.logo_id),
        socials: Set(serde_json::to_value(new.socials)?),
        requires_review: Set(new.requires_review),
        is_demo: Set(new.is_demo),
        created_at: Set(now),
        updated_at: Set(now),
    })
    .exec_without_returning(transaction)
    .await?;
    if !okrugs.is_empty() {
        let rows = okrugs
            .into_iter()
            .map(|okrug| organisation_okrug::ActiveModel {
                organisation_id: Set(id),
                okrug: Set(okrug),
            });
        organisation_okrug::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    insert_into_tree(transaction, id, parent_id).await?;
    Ok(())
}

async fn insert_into_tree(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    parent_id: Option<Uuid>,
) -> Result<(), DbErr> {
    let ancestors = match parent_id {
        Some(parent_id) => {
            organisation_closure::Entity::find()
                .filter(organisation_closure::Column::DescendantId.eq(parent_id))
                .all(transaction)
                .await?
        }
        None => Vec::new(),
    };
    let itself = (id, 0);
    let above = ancestors
        .into_iter()
        .map(|row| (row.ancestor_id, row.depth + 1));
    let rows =
        above
            .chain([itself])
            .map(|(ancestor_id, depth)| organisation_closure::ActiveModel {
                ancestor_id: Set(ancestor_id),
                descendant_id: Set(id),
                depth: Set(depth),
            });
    organisation_closure::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// The reading row of a page to be published.
#[derive(Clone, Debug)]
pub struct NewPage {
    pub title: String,
    pub position: i32,
    pub text: RenderedText,
}

/// Writes the reading row of a published page.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_page(
    transaction: &impl ConnectionTrait,
    published: &Published,
    page: NewPage,
) -> Result<(), Error> {
    let row = page.reading_row(published)?;
    organisation_page::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Writes the reading row of a page that is published again, or for the first time.
///
/// # Errors
/// Whatever the driver reports.
pub async fn replace_page(
    transaction: &impl ConnectionTrait,
    published: &Published,
    page: NewPage,
) -> Result<(), Error> {
    let shown = organisation_page::Entity::find_by_id(published.address.id)
        .one(transaction)
        .await?;
    if shown.is_none() {
        return insert_page(transaction, published, page).await;
    }
    overwrite_row(transaction, page.reading_row(published)?).await?;
    Ok(())
}

/// Takes a page away from readers.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_page(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<organisation_page::Entity>(transaction, id).await
}

impl NewPage {
    /// The row that readers get.
    ///
    /// # Errors
    /// Never for texts that this program rendered.
    pub fn reading_row(self, published: &Published) -> Result<organisation_page::Model, Error> {
        let address = &published.address;
        Ok(organisation_page::Model {
            id: address.id,
            slug: address.slug.clone(),
            organisation_id: address.organisation_id,
            audience_id: address.audience_id,
            revision: published.revision,
            title: self.title,
            body: self.text.stored_blocks()?,
            body_html: self.text.html,
            plain_text: self.text.plain,
            position: self.position,
            is_demo: address.is_demo,
            published_at: address.published_at,
            updated_at: address.updated_at,
        })
    }
}
