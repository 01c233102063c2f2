//! Root fields of search.

use async_graphql::{Context, Object};

use super::{
    answering::{answers, titled, understand},
    results::SearchResultConnection,
    snippet::snippet,
    types::{SearchSuggestion, SearchType},
    understanding::Typing,
};
use crate::{
    domain::{
        benefits::Benefit,
        guides::ServiceGuide,
        news::NewsArticle,
        organisations::{Organisation, OrganisationPage},
        training::Course,
    },
    infra::{
        auth::Audience,
        db::Database,
        error::Error,
        graphql::{NodeTag, PageArguments, at_most},
    },
};

/// Letters of a query; a longer one was pasted by mistake.
const LONGEST_QUERY: usize = 200;
const MOST_SUGGESTIONS: i32 = 20;

/// Root fields of search.
#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// Поиск по всему, что можно читать: инструкции, льготы, новости, страницы и организации.
    ///
    /// Понимает формы слов, синонимы, опечатки, неоконченное последнее слово и чужую раскладку.
    async fn search(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что ищут, до 200 знаков.")] query: String,
        #[graphql(desc = "Записи каких типов; без указания — всех.")] types: Option<
            Vec<SearchType>,
        >,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
    ) -> Option<Result<SearchResultConnection, Error>> {
        async {
            at_most(LONGEST_QUERY, "query", &query)?;
            let page = PageArguments {
                first,
                after,
                ..PageArguments::default()
            };
            let page = page.parse()?;
            let types = asked_types(types);
            let database = context.data_unchecked::<Database>();
            let audience = context.data_unchecked::<Audience>();
            let meaning = understand(database, &query, Typing::Finished).await?;
            let ranked = answers(database, audience, &meaning, &types).await?;
            SearchResultConnection::of(context, meaning, types, ranked, &page)
                .await
                .map(Some)
        }
        .await
        .transpose()
    }

    /// Подсказки, пока набирают запрос: названия, в которых есть набранное.
    async fn search_suggestions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что набрано, до 200 знаков.")] prefix: String,
        #[graphql(desc = "Сколько подсказок: от 1 до 20.", default = 8)] first: i32,
    ) -> Option<Result<Vec<SearchSuggestion>, Error>> {
        async {
            at_most(LONGEST_QUERY, "prefix", &prefix)?;
            if !(1..=MOST_SUGGESTIONS).contains(&first) {
                let expected = format!("ожидается число от 1 до {MOST_SUGGESTIONS}");
                return Err(Error::bad_input("first", expected));
            }
            let database = context.data_unchecked::<Database>();
            let audience = context.data_unchecked::<Audience>();
            let meaning = understand(database, &prefix, Typing::Ongoing).await?;
            let stems = meaning.stems();
            let first = usize::try_from(first).unwrap_or_default();
            let ranked = titled(database, audience, &meaning, first).await?;
            let suggestions = ranked.into_iter().map(|(_, candidate)| {
                let highlights = snippet(&candidate.title, &stems).highlights;
                SearchSuggestion {
                    highlights: highlights.into_iter().map(Into::into).collect(),
                    node_id: node_tag(candidate.of).id(candidate.object_id),
                    of: candidate.of,
                    text: candidate.title,
                }
            });
            Ok(Some(suggestions.take(first).collect()))
        }
        .await
        .transpose()
    }
}

fn asked_types(types: Option<Vec<SearchType>>) -> Vec<SearchType> {
    match types {
        None => SearchType::ALL.into(),
        Some(asked) => SearchType::ALL
            .into_iter()
            .filter(|of| asked.contains(of))
            .collect(),
    }
}

const fn node_tag(of: SearchType) -> NodeTag {
    match of {
        SearchType::ServiceGuide => ServiceGuide::NODE,
        SearchType::Benefit => Benefit::NODE,
        SearchType::Course => Course::NODE,
        SearchType::NewsArticle => NewsArticle::NODE,
        SearchType::OrganisationPage => OrganisationPage::NODE,
        SearchType::Organisation => Organisation::NODE,
    }
}
