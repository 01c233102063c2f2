//! What keeps a draft from being published.

use async_graphql::SimpleObject;

use super::types::EditingErrorCode;
use crate::infra::graphql::{UserError, UserErrorCode, is_web_address};

/// Чего недостаёт черновику, чтобы его можно было опубликовать.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(name = "DraftProblem")]
pub struct Problem {
    /// Поле черновика.
    field: Vec<String>,
    /// Постоянный код.
    code: EditingErrorCode,
    /// Что не так, по-русски.
    message: String,
}

impl Problem {
    /// A problem with a field: `video.url`.
    #[must_use]
    pub fn at(field: &str, code: EditingErrorCode) -> Self {
        Self {
            field: field.split('.').map(str::to_owned).collect(),
            message: code.message(),
            code,
        }
    }

    /// Whether it is about that field of the draft, or about something within it.
    #[must_use]
    pub fn is_within(&self, field: &str) -> bool {
        self.field.first().is_some_and(|first| first == field)
    }

    /// The same as an answer to a mutation.
    #[must_use]
    pub fn as_error(&self) -> UserError {
        self.code.about(Some(self.field.clone()))
    }
}

/// Gathers the problems of a draft, field by field.
#[derive(Debug, Default)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Notes a problem.
    pub fn add(&mut self, field: &str, code: EditingErrorCode) {
        self.0.push(Problem::at(field, code));
    }

    /// A text that must be there and fit its column, in characters.
    pub fn text(&mut self, field: &str, value: Option<&str>, longest: usize) {
        match value.map(str::trim) {
            None | Some("") => self.add(field, EditingErrorCode::Missing),
            Some(text) => self.length(field, Some(text), longest),
        }
    }

    /// A text that need not be there, but must fit.
    pub fn length(&mut self, field: &str, value: Option<&str>, longest: usize) {
        if value.is_some_and(|text| text.chars().count() > longest) {
            self.add(field, EditingErrorCode::TooLong);
        }
    }

    /// An address that need not be there, but must be one that a browser opens.
    pub fn url(&mut self, field: &str, value: Option<&str>) {
        let Some(text) = value else { return };
        if !is_web_address(text) {
            self.add(field, EditingErrorCode::NotAnAddress);
        }
        self.length(field, value, 500);
    }

    /// Something that must be there.
    pub fn required<T>(&mut self, field: &str, value: Option<&T>) {
        if value.is_none() {
            self.add(field, EditingErrorCode::Missing);
        }
    }
}
