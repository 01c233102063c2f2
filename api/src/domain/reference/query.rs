//! What staff read of reference data beyond what everybody does: redirects.

use async_graphql::{Context, InputObject, Object, connection::EmptyFields};
use futures_util::FutureExt;

use super::types::Redirect;
use crate::{
    domain::{
        accounts::may_read,
        content::{RedirectCriteria, RedirectPosition, count_redirects, list_redirects},
    },
    infra::{
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{List, PageArguments, TotalCount, at_most, connect},
    },
};

/// Characters of a search for a redirect.
const LONGEST_WORDS: usize = 200;

type RedirectList = List<RedirectPosition, Redirect>;

/// Какие перенаправления показать. Пустое поле не сужает список.
#[derive(Clone, Debug, Default, InputObject)]
struct RedirectFilter {
    /// Только с этого хоста.
    host: Option<String>,
    /// Часть старого пути или нового адреса, буква в букву; не длиннее 200 знаков.
    query: Option<String>,
}

/// Root fields of reference data for staff.
#[derive(Default)]
pub struct ReferenceQuery;

#[Object]
impl ReferenceQuery {
    /// Перенаправления со старых адресов: новые впереди.
    async fn redirects(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие; нет — все.")] filter: Option<RedirectFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<RedirectList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list(context, filter.unwrap_or_default(), page).await)
    }
}

async fn list(
    context: &Context<'_>,
    filter: RedirectFilter,
    page: PageArguments,
) -> Result<RedirectList, Error> {
    let reach = may_read(context, Permission::ManageReference)?;
    if !reach.is_everywhere {
        return Err(Error::Forbidden);
    }
    let criteria = criteria(filter)?;
    let database = context.data_unchecked::<Database>().clone();
    let slice = list_redirects(database.reader(), &criteria, &page.parse()?).await?;
    let count = TotalCount::new(move || {
        let (database, criteria) = (database.clone(), criteria.clone());
        async move { Ok(count_redirects(database.reader(), &criteria).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = RedirectPosition {
            created_at: row.created_at,
            id: row.id,
        };
        (position, Redirect::from(row), EmptyFields)
    }))
}

fn criteria(filter: RedirectFilter) -> Result<RedirectCriteria, Error> {
    for (argument, text) in [
        ("filter.host", &filter.host),
        ("filter.query", &filter.query),
    ] {
        if let Some(text) = text {
            at_most(LONGEST_WORDS, argument, text)?;
        }
    }
    Ok(RedirectCriteria {
        host: filter.host.map(|host| host.trim().to_lowercase()),
        words: filter.query.filter(|words| !words.trim().is_empty()),
    })
}
