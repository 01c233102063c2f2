//! What a course is made of, described once for storage and clients.
//!
//! Stored documents are read for years: only ever add fields, with a default.

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};

use crate::infra::graphql::Url;

/// Часть программы курса.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct CourseModule {
    /// О чём она.
    pub title: String,
    /// Сколько в ней академических часов.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<i32>,
    /// Что в ней разбирают.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Материал к курсу.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseMaterial {
    pub title: String,
    pub url: String,
}

/// Материал к курсу.
#[async_graphql::Object]
impl CourseMaterial {
    /// Что это.
    async fn title(&self) -> &str {
        &self.title
    }

    /// Где его взять.
    async fn url(&self) -> Url {
        Url(self.url.clone())
    }
}

/// The words of a programme, for search and for copies without markup.
#[must_use]
pub fn words(programme: &[CourseModule]) -> String {
    let lines: Vec<&str> = programme
        .iter()
        .flat_map(|module| [Some(module.title.as_str()), module.text.as_deref()])
        .flatten()
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programme_is_found_by_all_its_words() {
        let module = |title: &str, text: Option<&str>| CourseModule {
            title: title.into(),
            hours: None,
            text: text.map(Into::into),
        };
        let programme = [
            module("Вход", Some("Подтверждённая запись")),
            module("Заявления", None),
        ];
        assert_eq!(words(&programme), "Вход\nПодтверждённая запись\nЗаявления");
    }

    #[test]
    fn an_older_document_reads() {
        let module: CourseModule = serde_json::from_str(r#"{ "title": "Вход" }"#).unwrap();
        assert_eq!(module.hours, None);
    }
}
