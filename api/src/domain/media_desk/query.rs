//! Root fields of staff's side of pictures.

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    store::{self, AssetCriteria, AssetPosition},
    types::MediaAsset,
};
use crate::{
    domain::{accounts::may_read, media::list_shown, organisations::Organisation},
    infra::{
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{List, PageArguments, TotalCount, at_most, connect},
    },
};

/// Characters of a search for a picture.
const LONGEST_WORDS: usize = 100;

type AssetList = List<AssetPosition, MediaAsset>;

/// Какие картинки показать. Пустое поле не сужает список.
#[derive(Default, InputObject)]
struct MediaAssetFilter {
    /// Только этой организации и тех, что ниже неё.
    organisation: Option<ID>,
    /// Часть описания, источника или имени файла, буква в букву; не длиннее 100 знаков.
    query: Option<String>,
    /// Только те, что нигде не показаны.
    unused: Option<bool>,
}

/// Root fields of staff's side of pictures.
#[derive(Default)]
pub struct MediaQuery;

#[Object]
impl MediaQuery {
    /// Картинки, которые вправе использовать спрашивающий: новые впереди.
    async fn media_assets(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие; нет — все.")] filter: Option<MediaAssetFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<AssetList, Error>> {
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
    filter: MediaAssetFilter,
    page: PageArguments,
) -> Result<AssetList, Error> {
    let reach = may_read(context, Permission::DraftContent)?;
    let database = context.data_unchecked::<Database>().clone();
    let criteria = criteria(filter)?;
    let slice = store::list(database.reader(), &reach, &criteria, &page.parse()?).await?;
    let ids: Vec<Uuid> = slice.rows.iter().map(|row| row.id).collect();
    let shown = list_shown(database.reader(), &ids).await?;
    let count = TotalCount::new(move || {
        let (database, reach, criteria) = (database.clone(), reach.clone(), criteria.clone());
        async move { Ok(store::count(database.reader(), &reach, &criteria).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = AssetPosition {
            created_at: row.created_at,
            id: row.id,
        };
        let is_used = shown.contains(&row.id);
        (position, MediaAsset::of(row, is_used), EmptyFields)
    }))
}

fn criteria(filter: MediaAssetFilter) -> Result<AssetCriteria, Error> {
    if let Some(words) = &filter.query {
        at_most(LONGEST_WORDS, "filter.query", words)?;
    }
    let organisation_id = filter
        .organisation
        .map(|id| Organisation::NODE.decode("filter.organisation", &id))
        .transpose()?;
    Ok(AssetCriteria {
        organisation_id,
        words: filter.query.filter(|words| !words.trim().is_empty()),
        unused: filter.unused.unwrap_or_default(),
    })
}
