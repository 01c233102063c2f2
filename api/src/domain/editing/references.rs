//! What documents point to, and what of it is there. Asked for a page of drafts at once, it costs one
//! statement for each kind of thing.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::{
        benefits::{self, list_partners_by_ids, list_partners_of_outlets},
        content::list_states,
        guides::{self, list_life_events_by_ids},
        media::list_pictures,
        news,
        organisations::list_organisations_by_ids,
    },
    infra::error::Error,
};

/// What kind of thing a document points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    NewsCategory,
    BenefitCategory,
    GuideCategory,
    LifeEvent,
    Partner,
    Organisation,
    Outlet,
    /// Of any kind, wherever it is on its way.
    Content,
    Picture,
}

/// Something that a document points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    pub to: Target,
    pub id: Uuid,
}

/// What was found: that it is there, and what else a draft's problems depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    There,
    /// An outlet, of that partner.
    OutletOf(Uuid),
    /// A picture, which those who can't see it are told of or not.
    Picture {
        is_described: bool,
    },
}

impl Target {
    const ALL: [Self; 9] = [
        Self::NewsCategory,
        Self::BenefitCategory,
        Self::GuideCategory,
        Self::LifeEvent,
        Self::Partner,
        Self::Organisation,
        Self::Outlet,
        Self::Content,
        Self::Picture,
    ];

    /// The thing of this kind with that id.
    #[must_use]
    pub const fn at(self, id: Uuid) -> Reference {
        Reference { to: self, id }
    }

    /// The things of this kind with those ids.
    pub fn each<'i>(self, ids: impl IntoIterator<Item = &'i Uuid>) -> Vec<Reference> {
        ids.into_iter().map(|id| self.at(*id)).collect()
    }

    async fn find(
        self,
        connection: &impl ConnectionTrait,
        ids: &[Uuid],
    ) -> Result<Vec<(Uuid, Found)>, Error> {
        Ok(match self {
            Self::NewsCategory => {
                let rows = news::list_categories_by_ids(connection, ids).await?;
                there(rows.into_iter().map(|row| row.id))
            }
            Self::BenefitCategory => {
                let rows = benefits::list_categories_by_ids(connection, ids).await?;
                there(rows.into_iter().map(|row| row.id))
            }
            Self::GuideCategory => {
                let rows = guides::list_categories_by_ids(connection, ids).await?;
                there(rows.into_iter().map(|row| row.id))
            }
            Self::LifeEvent => {
                let rows = list_life_events_by_ids(connection, ids).await?;
                there(rows.into_iter().map(|row| row.id))
            }
            Self::Partner => {
                let rows = list_partners_by_ids(connection, ids).await?;
                there(rows.into_iter().map(|row| row.id))
            }
            Self::Organisation => {
                let rows = list_organisations_by_ids(connection, ids).await?;
                there(rows.into_iter().map(|row| row.id))
            }
            Self::Outlet => {
                let partners = list_partners_of_outlets(connection, ids).await?;
                let of = |(id, partner_id)| (id, Found::OutletOf(partner_id));
                partners.into_iter().map(of).collect()
            }
            Self::Content => there(list_states(connection, ids).await?.into_keys()),
            Self::Picture => {
                let pictures = list_pictures(connection, ids).await?.into_values();
                let described = |alt: &str| Found::Picture {
                    is_described: !alt.trim().is_empty(),
                };
                pictures
                    .map(|picture| (picture.id, described(&picture.alt)))
                    .collect()
            }
        })
    }
}

fn there(ids: impl Iterator<Item = Uuid>) -> Vec<(Uuid, Found)> {
    ids.map(|id| (id, Found::There)).collect()
}

/// Those of some references that lead somewhere.
///
/// # Errors
/// Whatever the database reports.
pub async fn find(
    connection: &impl ConnectionTrait,
    references: &[Reference],
) -> Result<HashMap<Reference, Found>, Error> {
    let mut found = HashMap::new();
    for target in Target::ALL {
        let ids: Vec<Uuid> = references
            .iter()
            .filter(|reference| reference.to == target)
            .map(|reference| reference.id)
            .collect();
        if !ids.is_empty() {
            let of_target = target.find(connection, &ids).await?;
            found.extend(of_target.into_iter().map(|(id, one)| (target.at(id), one)));
        }
    }
    Ok(found)
}

/// What there is of what documents point to.
#[derive(Clone, Debug, Default)]
pub struct Surroundings(pub HashMap<Reference, Found>);

impl Surroundings {
    /// Whether all of these are there.
    pub fn have<'i>(&self, target: Target, ids: impl IntoIterator<Item = &'i Uuid>) -> bool {
        ids.into_iter()
            .all(|id| self.0.contains_key(&target.at(*id)))
    }

    /// Whose an outlet is; `None`: there is no such.
    #[must_use]
    pub fn partner_of(&self, outlet_id: Uuid) -> Option<Uuid> {
        match self.0.get(&Target::Outlet.at(outlet_id))? {
            Found::OutletOf(partner_id) => Some(*partner_id),
            Found::There | Found::Picture { .. } => None,
        }
    }

    /// Whether a picture is described; `None`: there is no such.
    #[must_use]
    pub fn is_described(&self, picture_id: Uuid) -> Option<bool> {
        match self.0.get(&Target::Picture.at(picture_id))? {
            Found::Picture { is_described } => Some(*is_described),
            Found::There | Found::OutletOf(_) => None,
        }
    }
}
