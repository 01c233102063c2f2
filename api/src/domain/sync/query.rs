//! The root field of the offline copy.

use async_graphql::{Context, Object};
use uuid::Uuid;

use super::{
    cursor::{Cursor, Place},
    items::{changed, removed},
    rules::{Step, StepKind, fitting, resume},
    store::{self, Head},
    types::{Changes, ContentItemType},
};
use crate::{
    domain::content::list_weights,
    infra::{auth::Audience, db::Database, error::Error, graphql::page_length},
};

/// The root field of the offline copy.
#[derive(Default)]
pub struct SyncQuery;

#[Object]
impl SyncQuery {
    /// Копия для чтения без сети: без курсора — всё, что вам видно, страницами; с курсором — только
    /// то, что изменилось с тех пор. Страница бывает короче, чем просили: она не тяжелее 256 КиБ текста.
    async fn changes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Курсор прошлой страницы; без него копия загружается с начала.")]
        since: Option<String>,
        #[graphql(
            desc = "Из чего состоит копия; без указания — из всего. Меняется только с новой копией."
        )]
        types: Option<Vec<ContentItemType>>,
        #[graphql(desc = "Сколько записей взять: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
    ) -> Option<Result<Changes, Error>> {
        async {
            let limit = page_length(first)?;
            let cursor = match since.as_deref().map(Cursor::decode) {
                None => None,
                Some(Ok(cursor)) => Some(cursor),
                Some(Err(_)) => return Err(Error::bad_input("since", "это не курсор изменений")),
            };
            let copy = Copy {
                database: context.data_unchecked::<Database>(),
                audience: context.data_unchecked::<Audience>(),
                types: asked_types(types),
                limit,
            };
            copy.page(context, cursor.as_ref()).await.map(Some)
        }
        .await
        .transpose()
    }
}

fn asked_types(types: Option<Vec<ContentItemType>>) -> Vec<ContentItemType> {
    let asked = |of: &ContentItemType| types.as_ref().is_none_or(|types| types.contains(of));
    ContentItemType::ALL.into_iter().filter(asked).collect()
}

/// A copy that somebody keeps, for the length of one request.
struct Copy<'a> {
    database: &'a Database,
    audience: &'a Audience,
    types: Vec<ContentItemType>,
    limit: u64,
}

/// The steps of a page, and where the copy is after them.
struct Reached {
    steps: Vec<Step>,
    place: Place,
    has_more: bool,
}

impl Copy<'_> {
    async fn page(&self, context: &Context<'_>, cursor: Option<&Cursor>) -> Result<Changes, Error> {
        // The head before anything else: whatever it numbers is committed and will be seen.
        let head = store::find_head(self.database.reader()).await?;
        let reached = match resume(cursor, &head, self.audience, &self.types) {
            None => return Ok(reset_required()),
            Some(Place::Following { since }) => {
                let followed = self.follow(since, &head).await?;
                // Rows that were thrown away meanwhile may have told of something gone.
                if store::find_head(self.database.reader()).await?.pruned_seq > since {
                    return Ok(reset_required());
                }
                followed
            }
            Some(Place::Loading {
                head: began,
                of,
                below,
            }) => self.load(&head, began, (of, below)).await?,
        };
        let cursor = Cursor::at(reached.place, self.audience, &self.types);
        Ok(Changes {
            changed: changed(context, &reached.steps).await?,
            removed: removed(context, &reached.steps).await?,
            cursor: Some(cursor.encode()),
            has_more: reached.has_more,
            reset_required: false,
        })
    }

    async fn follow(&self, since: i64, head: &Head) -> Result<Reached, Error> {
        let connection = self.database.reader();
        let range = (since, head.seq);
        let mut steps = store::list_steps(
            connection,
            self.audience,
            &self.types,
            range,
            self.limit + 1,
        )
        .await?;
        let has_more = self.cut(&mut steps).await?;
        let since = match steps.last() {
            Some(last) if has_more => last.seq,
            _ => head.seq,
        };
        Ok(Reached {
            steps,
            place: Place::Following { since },
            has_more,
        })
    }

    async fn load(&self, head: &Head, began: i64, from: (usize, i64)) -> Result<Reached, Error> {
        let mut steps: Vec<Step> = Vec::new();
        let (first_type, mut below) = from;
        for of in self.types.iter().skip(first_type) {
            let missing = (self.limit + 1).saturating_sub(steps.len() as u64);
            if missing == 0 {
                break;
            }
            let connection = self.database.reader();
            steps
                .extend(store::list_present(connection, self.audience, *of, below, missing).await?);
            below = i64::MAX;
        }
        let goes_on = self.cut(&mut steps).await?;
        let place = match steps.last() {
            Some(last) if goes_on => Place::Loading {
                head: began,
                of: self
                    .types
                    .iter()
                    .position(|of| *of == last.of)
                    .unwrap_or_default(),
                below: last.seq,
            },
            _ => Place::Following { since: began },
        };
        Ok(Reached {
            steps,
            place,
            has_more: goes_on || began < head.seq,
        })
    }

    /// Cuts a page to its length and weight, and tells whether anything was cut off.
    async fn cut(&self, steps: &mut Vec<Step>) -> Result<bool, Error> {
        let whole = steps.len();
        steps.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        let ids: Vec<Uuid> = steps
            .iter()
            .filter(|step| step.kind == StepKind::Present)
            .map(|step| step.object_id)
            .collect();
        let weights = list_weights(self.database.reader(), &ids).await?;
        let weight = |step: &Step| weights.get(&step.object_id).copied().unwrap_or_default();
        steps.truncate(fitting(steps.iter().map(weight)));
        Ok(steps.len() < whole)
    }
}

const fn reset_required() -> Changes {
    Changes {
        changed: Vec::new(),
        removed: Vec::new(),
        cursor: None,
        has_more: false,
        reset_required: true,
    }
}
