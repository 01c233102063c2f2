//! Root fields of organisations.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    Okrug, Organisation, OrganisationPage,
    store::{self, OrganisationCriteria, OrganisationPosition, PagePosition},
    stored_okrugs,
    types::OrganisationKind,
};
use crate::infra::{
    auth::Audience,
    db::Database,
    error::Error,
    graphql::{List, PageArguments, TotalCount, connect, recall, slug_length},
};

/// What organisations are made of.
const ORGANISATION_TAGS: &[&str] = &["organisations"];

pub(super) type OrganisationList = List<OrganisationPosition, Organisation>;
pub(super) type PageList = List<PagePosition, OrganisationPage>;

/// Какие организации показать. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrganisationFilter {
    /// Каких видов.
    kinds: Option<Vec<OrganisationKind>>,
    /// Из какого округа.
    okrug: Option<Okrug>,
    /// Подчинённые какой организации непосредственно.
    parent: Option<ID>,
}

impl OrganisationFilter {
    fn criteria(&self) -> Result<OrganisationCriteria, Error> {
        let parent_id = match &self.parent {
            Some(id) => Some(Organisation::NODE.decode("filter.parent", id)?),
            None => None,
        };
        let kinds = self.kinds.as_ref();
        Ok(OrganisationCriteria {
            kinds: kinds.map(|kinds| kinds.iter().map(|kind| (*kind).into()).collect()),
            okrugs: stored_okrugs(self.okrug),
            parent_id,
        })
    }
}

/// Root fields of organisations.
#[derive(Default)]
pub struct OrganisationQuery;

#[Object]
impl OrganisationQuery {
    /// Организации по названию.
    async fn organisations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие организации показать.")] filter: Option<OrganisationFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<OrganisationList, Error>> {
        async {
            let page = PageArguments {
                first,
                after,
                last,
                before,
            };
            let criteria = filter.unwrap_or_default().criteria()?;
            list(context, criteria, &page).await.map(Some)
        }
        .await
        .transpose()
    }

    /// Организация по имени для адресов; `null`, если такой нет.
    async fn organisation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Имя для адресов.")] slug: String,
    ) -> Option<Result<Organisation, Error>> {
        async {
            slug_length(&slug)?;
            let database = context.data_unchecked::<Database>();
            let find = store::find_by_slug(database.reader(), &slug);
            let found = recall(context, ("organisation", &slug), ORGANISATION_TAGS, find).await?;
            Ok(found.map(|row| Organisation::from(Arc::new(row))))
        }
        .await
        .transpose()
    }
}

pub(super) async fn children_of(
    context: &Context<'_>,
    parent_id: Uuid,
    page: &PageArguments,
) -> Result<OrganisationList, Error> {
    let criteria = OrganisationCriteria {
        parent_id: Some(parent_id),
        ..OrganisationCriteria::default()
    };
    list(context, criteria, page).await
}

async fn list(
    context: &Context<'_>,
    criteria: OrganisationCriteria,
    page: &PageArguments,
) -> Result<OrganisationList, Error> {
    let page = page.parse()?;
    let database = context.data_unchecked::<Database>().clone();
    let list = store::list(database.reader(), &criteria, &page);
    let slice = recall(context, (&criteria, &page), ORGANISATION_TAGS, list).await?;
    let count = TotalCount::new(move || {
        let (database, criteria) = (database.clone(), criteria.clone());
        async move { Ok(store::count(database.reader(), &criteria).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = OrganisationPosition {
            sort_key: row.sort_key.clone(),
            id: row.id,
        };
        (position, Organisation::from(Arc::new(row)), EmptyFields)
    }))
}

pub(super) async fn pages_of(
    context: &Context<'_>,
    organisation_id: Uuid,
    page: &PageArguments,
) -> Result<PageList, Error> {
    let page = page.parse()?;
    let database = context.data_unchecked::<Database>().clone();
    let audience = context.data_unchecked::<Audience>().clone();
    let slice = store::list_pages(database.reader(), organisation_id, &audience, &page).await?;
    let count = TotalCount::new(move || {
        let (database, audience) = (database.clone(), audience.clone());
        async move { Ok(store::count_pages(database.reader(), organisation_id, &audience).await?) }
            .boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = PagePosition {
            position: row.position,
            id: row.id,
        };
        (position, OrganisationPage(row), EmptyFields)
    }))
}
