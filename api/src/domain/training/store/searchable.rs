//! What search is told of courses.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{course, enums::ContentKind};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    domain::{
        content::{Searchable, object_type},
        organisations::list_organisations_by_ids,
    },
    infra::db::{fetch_rows, row},
};

row! {
    struct CourseWords of course {
        pub id: Uuid,
        pub organisation_id: Uuid,
        pub audience_id: Uuid,
        pub published_at: DateTime<Utc>,
        pub title: String,
        pub summary: String,
        pub provider: Option<String>,
        pub plain_text: String,
    }
}

/// Courses in words, whoever they are for.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_searchable(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<Searchable>, DbErr> {
    let select = course::Entity::find().filter(course::Column::Id.is_in(ids.iter().copied()));
    let courses: Vec<CourseWords> = fetch_rows(connection, select).await?;
    let organisation_ids: Vec<Uuid> = courses.iter().map(|row| row.organisation_id).collect();
    let names: HashMap<Uuid, String> = list_organisations_by_ids(connection, &organisation_ids)
        .await?
        .into_iter()
        .map(|organisation| (organisation.id, organisation.short_name))
        .collect();
    let in_words = |row: CourseWords| Searchable {
        object_type: object_type(ContentKind::Course),
        object_id: row.id,
        audience_id: row.audience_id,
        published_at: row.published_at,
        names: Vec::new(),
        labels: names
            .get(&row.organisation_id)
            .cloned()
            .into_iter()
            .chain(row.provider)
            .collect(),
        lead: row.summary,
        body: behind_the_head(&row.title, row.plain_text),
        title: row.title,
    };
    Ok(courses.into_iter().map(in_words).collect())
}

/// A course's words begin with its title and summary, which search is told apart.
fn behind_the_head(title: &str, plain_text: String) -> String {
    let rest = plain_text.strip_prefix(title).map(str::trim_start);
    let rest = rest.and_then(|rest| Some(rest.split_once('\n')?.1.to_owned()));
    rest.unwrap_or(plain_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_not_counted_twice() {
        let text = "Курс\nКоротко о нём\nВход\nТекст".to_owned();
        assert_eq!(behind_the_head("Курс", text), "Вход\nТекст");
        assert_eq!(behind_the_head("Иное", "Текст".into()), "Текст");
    }
}
