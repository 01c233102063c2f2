//! The history of a piece of content, and what each revision changed, field by field.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{Object, SimpleObject, connection::EmptyFields};
use entities::content_revision;
use futures_util::FutureExt;
use serde_json::Value;
use uuid::Uuid;

use super::{
    kinds::editable,
    store::{self, Held, RevisionPosition},
};
use crate::infra::{
    db::Database,
    error::Error,
    graphql::{DateTime, List, PageArguments, TotalCount, connect},
};

/// Characters of a value that a difference shows.
const SHOWN: usize = 2000;

pub type RevisionList = List<RevisionPosition, ContentRevision>;

/// Редакция материала.
pub struct ContentRevision {
    row: content_revision::Model,
    /// What it was changed from.
    previous: Option<Value>,
    title: Option<String>,
    is_shown: bool,
}

impl ContentRevision {
    /// A page of the history of what is held.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn list(
        database: Database,
        held: &Held,
        page: PageArguments,
    ) -> Result<RevisionList, Error> {
        let content_id = held.content.id;
        let kind = editable(held.content.kind)?;
        let page = page.parse()?;
        let slice = store::list_revisions(database.reader(), content_id, &page).await?;
        let oldest = slice.rows.last().map(|row| row.number).unwrap_or_default();
        let beyond = store::find_revision(database.reader(), content_id, oldest - 1).await?;
        let documents: Vec<Value> = slice
            .rows
            .iter()
            .skip(1)
            .chain(beyond.as_ref())
            .map(|row| row.document.clone())
            .collect();
        let mut previous = documents.into_iter();
        let published = held.content.published_revision_id;
        let is_shown = move |id: Uuid| published == Some(id);
        let revisions = slice.try_map(|row| {
            let position = RevisionPosition {
                number: row.number,
                id: row.id,
            };
            let revision = Self {
                previous: previous.next(),
                title: kind.title(&row.document),
                is_shown: is_shown(row.id),
                row,
            };
            Ok::<_, Error>((position, revision))
        })?;
        let count = TotalCount::new(move || {
            let database = database.clone();
            async move { Ok(store::count_revisions(database.reader(), content_id).await?) }.boxed()
        });
        Ok(connect(revisions, count, |(position, revision)| {
            (position, revision, EmptyFields)
        }))
    }
}

/// Редакция материала.
#[Object]
impl ContentRevision {
    /// Номер: больше — новее.
    async fn number(&self) -> i32 {
        self.row.number
    }

    /// Заголовок, каким он был.
    async fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Эту ли редакцию видят читатели сейчас.
    async fn is_current(&self) -> bool {
        self.is_shown
    }

    /// Когда её увидели читатели; `null` — не видели.
    async fn published_at(&self) -> Option<DateTime> {
        self.row.published_at.map(DateTime)
    }

    /// Что изменилось, словами редакции.
    async fn change_note(&self) -> Option<&str> {
        self.row.change_note.as_deref()
    }

    /// Когда сохранена.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// Что изменилось по сравнению с предыдущей редакцией, по полям.
    async fn differences(&self) -> Vec<FieldDifference> {
        differences(self.previous.as_ref(), &self.row.document)
    }
}

/// Что изменилось в поле.
#[derive(Debug, PartialEq, Eq, SimpleObject)]
pub struct FieldDifference {
    /// Поле черновика; внутри поля — через точку: `value.percent`.
    field: String,
    /// Что было; `null` — ничего. Не длиннее 2000 знаков.
    before: Option<String>,
    /// Что стало; `null` — ничего. Не длиннее 2000 знаков.
    after: Option<String>,
}

fn differences(before: Option<&Value>, after: &Value) -> Vec<FieldDifference> {
    let before = before.map(fields_of).unwrap_or_default();
    let after = fields_of(after);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| FieldDifference {
            field: as_clients_write(name),
            before: before.get(name).copied().and_then(shown),
            after: after.get(name).copied().and_then(shown),
        })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

/// The fields of a document by the paths to them: `value.percent`.
fn fields_of(document: &Value) -> BTreeMap<String, &Value> {
    let mut fields = BTreeMap::new();
    gather(document, String::new(), &mut fields);
    fields
}

fn gather<'a>(value: &'a Value, path: String, fields: &mut BTreeMap<String, &'a Value>) {
    let Value::Object(inner) = value else {
        fields.insert(path, value);
        return;
    };
    for (name, value) in inner {
        let path = match path.as_str() {
            "" => name.clone(),
            outer => format!("{outer}.{name}"),
        };
        gather(value, path, fields);
    }
}

/// `source_name` is `sourceName`, `category_id` is `category`.
fn as_clients_write(name: &str) -> String {
    let name = match name.strip_suffix("_ids") {
        Some(list) => format!("{list}s"),
        None => name.strip_suffix("_id").unwrap_or(name).to_owned(),
    };
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut whole, word| {
        let mut letters = word.chars();
        whole.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        whole.push_str(letters.as_str());
        whole
    })
}

fn shown(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Bool(is_so) => if *is_so { "да" } else { "нет" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) if items.is_empty() => return None,
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(shown).collect();
            items.join(", ")
        }
        Value::Object(_) => value.to_string(),
    };
    Some(text.chars().take(SHOWN).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_names_fields_as_clients_do() {
        let before =
            json!({ "headline": "Было", "category_id": null, "tags": [], "lead": "То же" });
        let after =
            json!({ "headline": "Стало", "category_id": "c", "tags": ["а", "б"], "lead": "То же" });
        let found = differences(Some(&before), &after);
        let fields: Vec<&str> = found.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["category", "headline", "tags"]);
        assert_eq!(found[1].before.as_deref(), Some("Было"));
        assert_eq!(found[2].after.as_deref(), Some("а, б"));
        assert_eq!(as_clients_write("related_guide_ids"), "relatedGuides");
        assert_eq!(as_clients_write("is_urgent"), "isUrgent");
    }

    #[test]
    fn a_difference_inside_of_a_field_is_named_by_its_path() {
        let before = json!({ "value": { "kind": "PERCENT", "percent": 20.0, "up_to": null } });
        let after = json!({ "value": { "kind": "PERCENT", "percent": 20.0, "up_to": "500" } });
        let found = differences(Some(&before), &after);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].field, "value.upTo");
        assert_eq!(found[0].after.as_deref(), Some("500"));
    }

    #[test]
    fn the_first_revision_differs_from_nothing() {
        let found = differences(None, &json!({ "headline": "Есть", "lead": null }));
        assert_eq!(found.len(), 1);
    }
}
