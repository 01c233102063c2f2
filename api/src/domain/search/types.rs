//! What clients see of search.

use std::ops::Range;

use async_graphql::{Enum, ID, SimpleObject, Union};
use entities::enums::ContentKind;

use super::snippet::Snippet;
use crate::domain::{
    benefits::Benefit,
    content::object_type,
    guides::ServiceGuide,
    news::NewsArticle,
    organisations::{Organisation, OrganisationPage},
    training::Course,
};

/// Что ищут. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum SearchType {
    /// Инструкции.
    ServiceGuide,
    /// Льготы.
    Benefit,
    /// Учебные курсы.
    Course,
    /// Новости.
    NewsArticle,
    /// Страницы организаций.
    OrganisationPage,
    /// Организации.
    Organisation,
}

impl SearchType {
    /// All of them, in the order in which counts are shown.
    pub const ALL: [Self; 6] = [
        Self::ServiceGuide,
        Self::Benefit,
        Self::Course,
        Self::NewsArticle,
        Self::OrganisationPage,
        Self::Organisation,
    ];

    /// Its name in the change log.
    #[must_use]
    pub const fn object_type(self) -> &'static str {
        match self {
            Self::ServiceGuide => object_type(ContentKind::ServiceGuide),
            Self::Benefit => object_type(ContentKind::Benefit),
            Self::Course => object_type(ContentKind::Course),
            Self::NewsArticle => object_type(ContentKind::NewsArticle),
            Self::OrganisationPage => object_type(ContentKind::OrganisationPage),
            Self::Organisation => "Organisation",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn of_object_type(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.object_type() == name)
    }
}

/// Что нашлось. Открытый список типов.
#[derive(Union)]
pub enum SearchResult {
    ServiceGuide(ServiceGuide),
    Benefit(Benefit),
    Course(Course),
    NewsArticle(NewsArticle),
    OrganisationPage(OrganisationPage),
    Organisation(Organisation),
}

/// Отрывок текста, в котором нашлись слова запроса.
#[derive(SimpleObject)]
pub struct SearchSnippet {
    /// Отрывок, не длиннее 200 знаков; многоточие стоит там, где текст обрезан.
    text: String,
    /// Найденные слова.
    highlights: Vec<TextRange>,
}

/// Часть строки в единицах UTF-16, как их считают Swift (`NSString`), Kotlin и JavaScript.
#[derive(SimpleObject)]
pub struct TextRange {
    /// Начало, от нуля.
    start: i32,
    /// Конец, не включая.
    end: i32,
}

impl From<Range<usize>> for TextRange {
    fn from(range: Range<usize>) -> Self {
        let unit = |unit| i32::try_from(unit).unwrap_or(i32::MAX);
        Self {
            start: unit(range.start),
            end: unit(range.end),
        }
    }
}

impl From<Snippet> for SearchSnippet {
    fn from(snippet: Snippet) -> Self {
        Self {
            text: snippet.text,
            highlights: snippet
                .highlights
                .into_iter()
                .map(TextRange::from)
                .collect(),
        }
    }
}

/// Сколько нашлось записей одного типа.
#[derive(SimpleObject)]
pub struct SearchCount {
    /// Тип.
    #[graphql(name = "type")]
    pub of: SearchType,
    /// Сколько; не больше 1000.
    pub count: i32,
    /// Нашлось больше, чем сосчитано.
    pub is_capped: bool,
}

/// Подсказка: название того, что можно найти.
#[derive(SimpleObject)]
pub struct SearchSuggestion {
    /// Название.
    pub text: String,
    /// Какая часть названия уже набрана.
    pub highlights: Vec<TextRange>,
    /// Что это.
    #[graphql(name = "type")]
    pub of: SearchType,
    /// Идентификатор записи, чтобы открыть её сразу.
    pub node_id: ID,
}
