//! From steps to what a phone keeps: each thing through its own domain's eyes.

use std::{collections::HashMap, hash::Hash};

use async_graphql::Context;
use entities::enums::ContentState;
use uuid::Uuid;

use super::{
    rules::{Step, StepKind},
    types::{ContentItem, ContentItemType, RemovalReason, RemovedItem},
};
use crate::{
    domain::{
        benefits::{
            Benefit, BenefitById, BenefitCategory, BenefitCategoryById, Outlet, OutletById,
            Partner, PartnerById,
        },
        content::list_states,
        guides::{
            GuideById, GuideCategory, GuideCategoryById, LifeEvent, LifeEventById, ServiceGuide,
        },
        news::{ArticleById, NewsArticle, NewsCategory, NewsCategoryById},
        organisations::{Organisation, OrganisationById, OrganisationPage, PageById},
        training::{Course, CourseById},
    },
    infra::{
        db::Database,
        error::Error,
        graphql::{Batches, Loader, load_many_of},
    },
};

/// The things that are present, in the order of the steps. What has gone this moment is left out:
/// its removal has a number of its own.
///
/// # Errors
/// Whatever the database reports.
pub async fn changed(context: &Context<'_>, steps: &[Step]) -> Result<Vec<ContentItem>, Error> {
    let mut items = HashMap::new();
    for of in ContentItemType::ALL {
        let ids: Vec<Uuid> = present(steps)
            .filter(|step| step.of == of)
            .map(|step| step.object_id)
            .collect();
        if !ids.is_empty() {
            items.extend(load(context, of, ids).await?);
        }
    }
    Ok(present(steps)
        .filter_map(|step| items.remove(&step.object_id))
        .collect())
}

/// The things that are to be deleted, each once.
///
/// # Errors
/// Whatever the database reports.
pub async fn removed(context: &Context<'_>, steps: &[Step]) -> Result<Vec<RemovedItem>, Error> {
    // A thing that was taken back twice is told once, as it was at last.
    let last: HashMap<Uuid, &Step> = steps
        .iter()
        .filter(|step| step.kind != StepKind::Present)
        .map(|step| (step.object_id, step))
        .collect();
    if last.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = last.keys().copied().collect();
    let connection = context.data_unchecked::<Database>().reader();
    let states = list_states(connection, &ids).await?;
    let mut steps: Vec<&Step> = last.into_values().collect();
    steps.sort_by_key(|step| step.seq);
    let item = |step: &Step| RemovedItem {
        id: step.of.node_tag().id(step.object_id),
        reason: reason(step, states.get(&step.object_id).copied()),
    };
    Ok(steps.into_iter().map(item).collect())
}

/// Only those who saw a thing to its end are told how it ended.
fn reason(step: &Step, state: Option<ContentState>) -> RemovalReason {
    match (step.kind, state) {
        (StepKind::Gone, Some(ContentState::Withdrawn)) => RemovalReason::Withdrawn,
        (StepKind::Gone, Some(ContentState::Archived)) => RemovalReason::Expired,
        _ => RemovalReason::Unavailable,
    }
}

fn present(steps: &[Step]) -> impl Iterator<Item = &Step> {
    steps.iter().filter(|step| step.kind == StepKind::Present)
}

async fn load(
    context: &Context<'_>,
    of: ContentItemType,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, ContentItem>, Error> {
    use ContentItemType as Of;
    match of {
        Of::NewsArticle => {
            by(context, ids, ArticleById, |row| {
                ContentItem::NewsArticle(NewsArticle(row))
            })
            .await
        }
        Of::NewsCategory => {
            by(context, ids, NewsCategoryById, |row| {
                ContentItem::NewsCategory(NewsCategory(row))
            })
            .await
        }
        Of::Benefit => {
            by(context, ids, BenefitById, |row| {
                ContentItem::Benefit(Benefit(row))
            })
            .await
        }
        Of::BenefitCategory => {
            by(context, ids, BenefitCategoryById, |row| {
                ContentItem::BenefitCategory(BenefitCategory(row))
            })
            .await
        }
        Of::Partner => {
            by(context, ids, PartnerById, |row| {
                ContentItem::Partner(Partner(row))
            })
            .await
        }
        Of::Outlet => {
            by(context, ids, OutletById, |row| {
                ContentItem::Outlet(Outlet(row))
            })
            .await
        }
        Of::ServiceGuide => {
            by(context, ids, GuideById, |row| {
                ContentItem::ServiceGuide(ServiceGuide(row))
            })
            .await
        }
        Of::Course => {
            by(context, ids, CourseById, |row| {
                ContentItem::Course(Course(row))
            })
            .await
        }
        Of::GuideCategory => {
            by(context, ids, GuideCategoryById, |row| {
                ContentItem::GuideCategory(GuideCategory(row))
            })
            .await
        }
        Of::LifeEvent => {
            by(context, ids, LifeEventById, |row| {
                ContentItem::LifeEvent(LifeEvent(row))
            })
            .await
        }
        Of::Organisation => {
            by(context, ids, OrganisationById, |row| {
                ContentItem::Organisation(Organisation::from(row))
            })
            .await
        }
        Of::OrganisationPage => {
            by(context, ids, PageById, |row| {
                ContentItem::OrganisationPage(OrganisationPage(row))
            })
            .await
        }
    }
}

async fn by<K>(
    context: &Context<'_>,
    ids: Vec<Uuid>,
    key: impl Fn(Uuid) -> K,
    item: impl Fn(<Batches as Loader<K>>::Value) -> ContentItem,
) -> Result<HashMap<Uuid, ContentItem>, Error>
where
    K: Copy + Send + Sync + Hash + Eq + 'static,
    Batches: Loader<K, Error = Error>,
{
    let mut rows = load_many_of(context, ids.iter().copied().map(&key)).await?;
    let found = ids
        .into_iter()
        .filter_map(|id| Some((id, item(rows.remove(&key(id))?))));
    Ok(found.collect())
}
