//! The root field `auditLog`.

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use futures_util::FutureExt;

use super::{
    store::{self, AuditCriteria, AuditPosition},
    types::AuditEntry,
};
use crate::{
    domain::{
        accounts::may_read,
        organisations::{Organisation, list_within},
    },
    infra::{
        auth::{Permission, Reach},
        db::Database,
        error::Error,
        graphql::{DateTime, List, PageArguments, TotalCount, at_most, connect},
    },
};

const LONGEST_TEXT: usize = 64;

type AuditList = List<AuditPosition, AuditEntry>;

/// Какие записи журнала показать. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
struct AuditFilter {
    /// Этой организации и нижестоящих.
    organisation: Option<ID>,
    /// Об этом действии, например `membership.suspend`.
    action: Option<String>,
    /// Об этом предмете, по его `objectId`.
    object_id: Option<String>,
    /// Не раньше.
    from: Option<DateTime>,
    /// Раньше этого момента.
    to: Option<DateTime>,
}

/// Root fields of the audit log.
#[derive(Default)]
pub struct AuditLogQuery;

#[Object]
impl AuditLogQuery {
    /// Журнал действий в пределах прав спрашивающего, новые записи впереди.
    async fn audit_log(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие записи.")] filter: Option<AuditFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<AuditList, Error>> {
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
    filter: AuditFilter,
    page: PageArguments,
) -> Result<AuditList, Error> {
    let reach = may_read(context, Permission::ViewAudit)?;
    let database = context.data_unchecked::<Database>().clone();
    for (argument, text) in [("action", &filter.action), ("objectId", &filter.object_id)] {
        if let Some(text) = text {
            at_most(LONGEST_TEXT, &format!("filter.{argument}"), text)?;
        }
    }
    let criteria = AuditCriteria {
        chains: chains(&database, &reach, filter.organisation).await?,
        action: filter.action,
        object_id: filter.object_id,
        from: filter.from.map(|from| from.0),
        to: filter.to.map(|to| to.0),
    };
    let slice = store::list(database.reader(), &criteria, &page.parse()?).await?;
    let count = TotalCount::new(move || {
        let (database, criteria) = (database.clone(), criteria.clone());
        async move { Ok(store::count(database.reader(), &criteria).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = AuditPosition {
            happened_at: row.happened_at,
            hash: row.hash.clone(),
        };
        (position, row.into(), EmptyFields)
    }))
}

/// The chains within a reach and, if one is asked for, an organisation.
async fn chains(
    database: &Database,
    reach: &Reach,
    organisation: Option<ID>,
) -> Result<Option<Vec<String>>, Error> {
    let asked = organisation
        .map(|id| Organisation::NODE.decode("filter.organisation", &id))
        .transpose()?;
    if reach.is_everywhere && asked.is_none() {
        return Ok(None);
    }
    let ids = list_within(database.reader(), reach, asked).await?;
    Ok(Some(ids.iter().map(ToString::to_string).collect()))
}
