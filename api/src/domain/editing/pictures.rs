//! What keeps the pictures of a draft from readers.

use uuid::Uuid;

use super::{problem::Problems, references::Surroundings, types::EditingErrorCode};
use crate::domain::content::named_pictures;

/// Notes the fields that show pictures which are not there, or which nothing describes to those who
/// can't see them. `texts` are fields of Markdown.
pub fn picture_problems(
    problems: &mut Problems,
    there: &Surroundings,
    cover_id: Option<Uuid>,
    texts: &[(&'static str, Option<&str>)],
) {
    let mut shown: Vec<(&'static str, Vec<Uuid>)> = Vec::new();
    shown.extend(cover_id.map(|id| ("cover", vec![id])));
    for (field, text) in texts {
        shown.push((*field, named_pictures(text.unwrap_or_default())));
    }
    for (field, ids) in &shown {
        let found: Vec<bool> = ids
            .iter()
            .filter_map(|id| there.is_described(*id))
            .collect();
        if found.len() < ids.len() {
            problems.add(field, EditingErrorCode::NotThere);
        }
        if found.contains(&false) {
            problems.add(field, EditingErrorCode::AltMissing);
        }
    }
}
