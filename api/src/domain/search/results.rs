//! A page of answers: nodes by their own domains' eyes, snippets and counts where they are selected.

use std::collections::HashMap;

use async_graphql::{
    Context, Object, SimpleObject,
    connection::{CursorType, PageInfo},
};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::{
    indexer::in_words,
    meaning::Meaning,
    ranking::{Candidate, Rank},
    retrieval::matching,
    snippet::snippet,
    store,
    types::{SearchCount, SearchResult, SearchSnippet, SearchType},
};
use crate::{
    domain::{
        benefits::{Benefit, BenefitById},
        guides::{GuideById, ServiceGuide},
        news::{ArticleById, NewsArticle},
        organisations::{Organisation, OrganisationById, OrganisationPage, PageById},
        training::{Course, CourseById},
    },
    infra::{
        auth::Audience,
        db::{Database, Page, Position, Slice},
        error::Error,
        graphql::{Cursor, load_many_of},
    },
};

/// Counting stops here: nobody reads further.
const MOST_COUNTED: u64 = 1000;

impl Position for Rank {
    const LIST: &'static str = "search";
}

/// Найденное, с курсором и отрывком текста.
#[derive(SimpleObject)]
pub struct SearchResultEdge {
    /// Место в списке.
    cursor: String,
    /// Что нашлось.
    node: SearchResult,
    /// Отрывок, в котором нашлись слова; для организаций — из описания.
    snippet: Option<SearchSnippet>,
}

/// The answers of one page and the question they answer.
pub struct SearchResultConnection {
    edges: Vec<SearchResultEdge>,
    /// Of the ranked rows, though their nodes may have gone this moment.
    start_cursor: Option<String>,
    end_cursor: Option<String>,
    has_previous: bool,
    has_next: bool,
    meaning: Meaning,
    types: Vec<SearchType>,
    /// Of all answers, not only this page's.
    found: HashMap<SearchType, u64>,
}

/// Страница найденного, от лучшего к худшему. Показывается до нескольких сотен лучших записей.
#[Object]
impl SearchResultConnection {
    /// Найденное с курсорами и отрывками.
    async fn edges(&self) -> &[SearchResultEdge] {
        &self.edges
    }

    /// Найденное.
    async fn nodes(&self) -> Vec<&SearchResult> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Есть ли записи до и после страницы и где они начинаются.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.start_cursor.clone(),
            end_cursor: self.end_cursor.clone(),
        }
    }

    /// Запрос, каким его поняли, если в нём исправлены опечатки или раскладка.
    async fn corrected_query(&self) -> Option<String> {
        self.meaning.corrected()
    }

    /// Сколько нашлось записей каждого типа. Считается только по запросу.
    async fn counts(&self, context: &Context<'_>) -> Result<Vec<SearchCount>, Error> {
        let counting = self.types.iter().map(|of| self.count(context, *of));
        try_join_all(counting).await
    }
}

impl SearchResultConnection {
    /// The page of ranked answers that was asked for.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn of(
        context: &Context<'_>,
        meaning: Meaning,
        types: Vec<SearchType>,
        ranked: Vec<(Rank, Candidate)>,
        page: &Page<Rank>,
    ) -> Result<Self, Error> {
        let mut found = HashMap::new();
        for (_, candidate) in &ranked {
            *found.entry(candidate.of).or_default() += 1;
        }
        let slice = cut(ranked, page);
        let mut nodes = nodes(context, &slice.rows).await?;
        let mut snippets = if is_selected(context, "snippet") {
            snippets(context, &slice.rows, &meaning).await?
        } else {
            HashMap::new()
        };
        let edge = |(rank, candidate): &(Rank, Candidate)| {
            // What was withdrawn this moment is left out.
            let node = nodes.remove(&candidate.object_id)?;
            Some(SearchResultEdge {
                cursor: Cursor(rank.clone()).encode_cursor(),
                node,
                snippet: snippets.remove(&candidate.object_id),
            })
        };
        let cursor = |(rank, _): &(Rank, Candidate)| Cursor(rank.clone()).encode_cursor();
        Ok(Self {
            start_cursor: slice.rows.first().map(cursor),
            end_cursor: slice.rows.last().map(cursor),
            edges: slice.rows.iter().filter_map(edge).collect(),
            has_previous: slice.has_previous,
            has_next: slice.has_next,
            meaning,
            types,
            found,
        })
    }

    async fn count(&self, context: &Context<'_>, of: SearchType) -> Result<SearchCount, Error> {
        let shown = self.found.get(&of).copied().unwrap_or_default();
        let connection = context.data_unchecked::<Database>().reader();
        let audience = context.data_unchecked::<Audience>();
        let counted = if self.meaning.terms.is_empty() {
            0
        } else {
            let lookup = matching(&self.meaning, of);
            store::count_matching(connection, audience, &lookup, MOST_COUNTED + 1).await?
        };
        let count = counted.max(shown);
        Ok(SearchCount {
            of,
            count: i32::try_from(count.min(MOST_COUNTED)).unwrap_or(i32::MAX),
            is_capped: count > MOST_COUNTED,
        })
    }
}

fn is_selected(context: &Context<'_>, field: &str) -> bool {
    context.look_ahead().field("edges").field(field).exists()
}

fn cut(ranked: Vec<(Rank, Candidate)>, page: &Page<Rank>) -> Slice<(Rank, Candidate)> {
    let is_behind =
        |(rank, _): &(Rank, Candidate)| page.after.as_ref().is_none_or(|after| rank < after);
    let probe = usize::try_from(page.probe()).unwrap_or(usize::MAX);
    page.slice(ranked.into_iter().filter(is_behind).take(probe).collect())
}

fn ids_of(rows: &[(Rank, Candidate)], of: SearchType) -> Vec<Uuid> {
    rows.iter()
        .filter(|(_, candidate)| candidate.of == of)
        .map(|(_, candidate)| candidate.object_id)
        .collect()
}

async fn nodes(
    context: &Context<'_>,
    rows: &[(Rank, Candidate)],
) -> Result<HashMap<Uuid, SearchResult>, Error> {
    let ids = |of| ids_of(rows, of).into_iter();
    let (guides, benefits, courses, articles, pages, organisations) = futures_util::try_join!(
        load_many_of(context, ids(SearchType::ServiceGuide).map(GuideById)),
        load_many_of(context, ids(SearchType::Benefit).map(BenefitById)),
        load_many_of(context, ids(SearchType::Course).map(CourseById)),
        load_many_of(context, ids(SearchType::NewsArticle).map(ArticleById)),
        load_many_of(context, ids(SearchType::OrganisationPage).map(PageById)),
        load_many_of(context, ids(SearchType::Organisation).map(OrganisationById)),
    )?;
    let mut nodes = HashMap::new();
    nodes.extend(
        guides
            .into_iter()
            .map(|(key, row)| (key.0, SearchResult::ServiceGuide(ServiceGuide(row)))),
    );
    nodes.extend(
        benefits
            .into_iter()
            .map(|(key, row)| (key.0, SearchResult::Benefit(Benefit(row)))),
    );
    nodes.extend(
        courses
            .into_iter()
            .map(|(key, row)| (key.0, SearchResult::Course(Course(row)))),
    );
    nodes.extend(
        articles
            .into_iter()
            .map(|(key, row)| (key.0, SearchResult::NewsArticle(NewsArticle(row)))),
    );
    nodes.extend(
        pages
            .into_iter()
            .map(|(key, row)| (key.0, SearchResult::OrganisationPage(OrganisationPage(row)))),
    );
    nodes.extend(
        organisations
            .into_iter()
            .map(|(key, row)| (key.0, SearchResult::Organisation(Organisation::from(row)))),
    );
    Ok(nodes)
}

async fn snippets(
    context: &Context<'_>,
    rows: &[(Rank, Candidate)],
    meaning: &Meaning,
) -> Result<HashMap<Uuid, SearchSnippet>, Error> {
    let connection = context.data_unchecked::<Database>().reader();
    let stems = meaning.stems();
    let mut snippets = HashMap::new();
    for of in SearchType::ALL {
        let ids = ids_of(rows, of);
        if ids.is_empty() {
            continue;
        }
        for thing in in_words(connection, of, &ids).await? {
            let text = [thing.lead, thing.body].join("\n");
            let piece = snippet(text.trim_start(), &stems);
            snippets.insert(thing.object_id, piece.into());
        }
    }
    Ok(snippets)
}
