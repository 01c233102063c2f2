//! What keeps the pictures of a draft from readers.

use sea_orm::DatabaseExecutor;
use uuid::Uuid;

use super::{problem::Problems, types::EditingErrorCode};
use crate::{
    domain::{content::named_pictures, media::list_pictures},
    infra::error::Error,
};

/// Notes the fields that show pictures which are not there, or which nothing describes to those who
/// can't see them. `texts` are fields of Markdown.
///
/// # Errors
/// Whatever the database reports.
pub async fn picture_problems(
    problems: &mut Problems,
    connection: &DatabaseExecutor<'_>,
    cover_id: Option<Uuid>,
    texts: &[(&'static str, Option<&str>)],
) -> Result<(), Error> {
    let mut shown: Vec<(&'static str, Vec<Uuid>)> = Vec::new();
    shown.extend(cover_id.map(|id| ("cover", vec![id])));
    for (field, text) in texts {
        shown.push((*field, named_pictures(text.unwrap_or_default())));
    }
    let wanted: Vec<Uuid> = shown.iter().flat_map(|(_, ids)| ids.clone()).collect();
    let pictures = list_pictures(connection, &wanted).await?;
    for (field, ids) in &shown {
        let found: Vec<_> = ids.iter().filter_map(|id| pictures.get(id)).collect();
        if found.len() < ids.len() {
            problems.add(field, EditingErrorCode::NotThere);
        }
        if found.iter().any(|picture| picture.alt.trim().is_empty()) {
            problems.add(field, EditingErrorCode::AltMissing);
        }
    }
    Ok(())
}
