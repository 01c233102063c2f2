//! Names that others are found by: an article by its category's, a benefit by its partner's.
//!
//! The index remembers by which name it found things last. When the change log brings another, whatever
//! carries it is indexed anew: a batch at a time, and behind everything that has changed itself.

use entities::search_label;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{
    store::{self, FollowedChange},
    types::SearchType,
};
use crate::{
    domain::{benefits, guides, news, organisations},
    infra::{db::Stretch, error::Error},
};

/// What has such a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    NewsCategory,
    BenefitCategory,
    GuideCategory,
    LifeEvent,
    Partner,
    Organisation,
}

impl Label {
    const ALL: [Self; 6] = [
        Self::NewsCategory,
        Self::BenefitCategory,
        Self::GuideCategory,
        Self::LifeEvent,
        Self::Partner,
        Self::Organisation,
    ];

    /// Its name in the change log.
    const fn object_type(self) -> &'static str {
        match self {
            Self::NewsCategory => "NewsCategory",
            Self::BenefitCategory => "BenefitCategory",
            Self::GuideCategory => "GuideCategory",
            Self::LifeEvent => "LifeEvent",
            Self::Partner => "Partner",
            Self::Organisation => "Organisation",
        }
    }

    fn of_object_type(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.object_type() == name)
    }

    /// Their names now, as those that carry them are indexed.
    async fn names(
        self,
        connection: &impl ConnectionTrait,
        ids: &[Uuid],
    ) -> Result<Vec<(Uuid, String)>, DbErr> {
        let mut names = Vec::with_capacity(ids.len());
        match self {
            Self::NewsCategory => {
                let rows = news::list_categories_by_ids(connection, ids).await?;
                names.extend(rows.into_iter().map(|row| (row.id, row.name)));
            }
            Self::BenefitCategory => {
                let rows = benefits::list_categories_by_ids(connection, ids).await?;
                names.extend(rows.into_iter().map(|row| (row.id, row.name)));
            }
            Self::GuideCategory => {
                let rows = guides::list_categories_by_ids(connection, ids).await?;
                names.extend(rows.into_iter().map(|row| (row.id, row.name)));
            }
            Self::LifeEvent => {
                let rows = guides::list_life_events_by_ids(connection, ids).await?;
                names.extend(rows.into_iter().map(|row| (row.id, row.title)));
            }
            Self::Partner => {
                let rows = benefits::list_partners_by_ids(connection, ids).await?;
                names.extend(rows.into_iter().map(|row| (row.id, row.brand_name)));
            }
            Self::Organisation => {
                let rows = organisations::list_organisations_by_ids(connection, ids).await?;
                names.extend(rows.into_iter().map(|row| (row.id, row.short_name)));
            }
        }
        Ok(names)
    }

    /// What carries the name of that one, in the order of ids.
    async fn carriers(
        self,
        connection: &impl ConnectionTrait,
        id: Uuid,
        stretch: Stretch,
    ) -> Result<Vec<Carrier>, DbErr> {
        let (of, ids) = match self {
            Self::NewsCategory => (
                SearchType::NewsArticle,
                news::list_ids_of_category(connection, id, stretch).await?,
            ),
            Self::BenefitCategory => (
                SearchType::Benefit,
                benefits::list_ids_of_category(connection, id, stretch).await?,
            ),
            Self::GuideCategory => (
                SearchType::ServiceGuide,
                guides::list_ids_of_category(connection, id, stretch).await?,
            ),
            Self::LifeEvent => (
                SearchType::ServiceGuide,
                guides::list_ids_of_life_event(connection, id, stretch).await?,
            ),
            Self::Partner => (
                SearchType::Benefit,
                benefits::list_ids_of_partner(connection, id, stretch).await?,
            ),
            Self::Organisation => return carriers_of_organisation(connection, id, stretch).await,
        };
        Ok(carriers(of, ids))
    }
}

/// A thing that is found by the name of another.
pub type Carrier = (&'static str, Uuid);

fn carriers(of: SearchType, ids: Vec<Uuid>) -> Vec<Carrier> {
    ids.into_iter().map(|id| (of.object_type(), id)).collect()
}

/// Of two lists as much of the beginning as one of them may hold.
async fn carriers_of_organisation(
    connection: &impl ConnectionTrait,
    id: Uuid,
    stretch: Stretch,
) -> Result<Vec<Carrier>, DbErr> {
    let articles = news::list_ids_of_organisation(connection, id, stretch).await?;
    let pages = organisations::list_page_ids_of(connection, id, stretch).await?;
    let mut both = carriers(SearchType::NewsArticle, articles);
    both.extend(carriers(SearchType::OrganisationPage, pages));
    both.sort_unstable_by_key(|(_, id)| *id);
    both.truncate(usize::try_from(stretch.limit).unwrap_or(usize::MAX));
    Ok(both)
}

/// Compares the names among these changes, which are those of the numbers `within`, with the names that
/// things were found by.
///
/// **Call it before the texts are read**: a name that changes in between is then a change that is still
/// to come, and not one that was missed.
///
/// # Errors
/// Whatever the database reports.
pub async fn follow(
    transaction: &impl ConnectionTrait,
    changes: &[FollowedChange],
    within: (i64, i64),
) -> Result<(), Error> {
    for label in Label::ALL {
        let ids: Vec<Uuid> = changes
            .iter()
            .filter(|change| change.object_type == label.object_type())
            .map(|change| change.object_id)
            .collect();
        if !ids.is_empty() {
            compare(transaction, label, &ids, within).await?;
        }
    }
    Ok(())
}

async fn compare(
    transaction: &impl ConnectionTrait,
    label: Label,
    ids: &[Uuid],
    within: (i64, i64),
) -> Result<(), DbErr> {
    let names = label.names(transaction, ids).await?;
    let known = store::list_labels(transaction, ids).await?;
    // Nothing can carry the name of what was not there: what does now has changed later than it.
    let new = store::list_new(transaction, ids, within).await?;
    let mut changed = Vec::new();
    let mut gone = ids.to_vec();
    for (id, name) in names {
        gone.retain(|other| *other != id);
        let before = known.get(&id);
        if before.is_some_and(|before| before.name == name) {
            continue;
        }
        changed.push(search_label::Model {
            object_id: id,
            object_type: label.object_type().into(),
            name,
            is_spreading: before.is_some() || !new.contains(&id),
            spread_through_id: None,
        });
    }
    if !gone.is_empty() {
        store::forget_labels(transaction, &gone).await?;
    }
    store::keep_labels(transaction, changed).await
}

/// The next things that carry a changed name, as many as that; they count as done. `None`: no name has
/// changed.
///
/// # Errors
/// Whatever the database reports.
pub async fn take_carriers(
    transaction: &impl ConnectionTrait,
    limit: u64,
) -> Result<Option<Vec<Carrier>>, Error> {
    let Some(mut spreading) = store::find_spreading(transaction).await? else {
        return Ok(None);
    };
    let stretch = Stretch {
        after: spreading.spread_through_id,
        limit,
    };
    let carriers = match Label::of_object_type(&spreading.object_type) {
        Some(label) => {
            let id = spreading.object_id;
            label.carriers(transaction, id, stretch).await?
        }
        None => Vec::new(),
    };
    spreading.is_spreading = carriers.len() as u64 == limit;
    spreading.spread_through_id = match carriers.last() {
        Some((_, last)) if spreading.is_spreading => Some(*last),
        _ => None,
    };
    store::keep_labels(transaction, vec![spreading]).await?;
    Ok(Some(carriers))
}
