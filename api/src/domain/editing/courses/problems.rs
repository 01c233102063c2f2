//! What keeps a course from its readers.

use super::CourseDocument;
use crate::domain::editing::{
    pictures::picture_problems,
    problem::{Problem, Problems},
    references::{Surroundings, Target},
    types::EditingErrorCode,
};

/// Column lengths, in characters.
const LONGEST_TITLE: usize = 200;
const LONGEST_SUMMARY: usize = 300;
const LONGEST_PROVIDER: usize = 200;
/// Of a text in the programme, which is one column: what a phone can still show.
const LONGEST_TEXT: usize = 4000;
const LONGEST_BODY: usize = 100_000;
const MOST_ENTRIES: usize = 50;
const MOST_RELATED: usize = 20;
/// A year of study; a slip of the hand is more.
const MOST_HOURS: i32 = 1000;

/// Everything, whatever the day.
pub fn problems_of(document: &CourseDocument, there: &Surroundings) -> Vec<Problem> {
    let mut problems = Problems::default();
    problems.text("title", document.title.as_deref(), LONGEST_TITLE);
    problems.text("summary", document.summary.as_deref(), LONGEST_SUMMARY);
    problems.length("provider", document.provider.as_deref(), LONGEST_PROVIDER);
    problems.required("format", document.format.as_ref());
    problems.required("hours", document.hours.as_ref());
    hours_problems(&mut problems, "hours", document.hours);
    problems.length("body", document.body.as_deref(), LONGEST_BODY);
    programme_problems(&mut problems, document);
    material_problems(&mut problems, document);
    let texts = [("body", document.body.as_deref())];
    picture_problems(&mut problems, there, None, &texts);
    let related = &document.related_guide_ids;
    if related.len() > MOST_RELATED {
        problems.add("relatedGuides", EditingErrorCode::TooMany);
    }
    if !there.have(Target::Content, related) {
        problems.add("relatedGuides", EditingErrorCode::NotThere);
    }
    problems.0
}

fn programme_problems(problems: &mut Problems, document: &CourseDocument) {
    if document.programme.len() > MOST_ENTRIES {
        problems.add("programme", EditingErrorCode::TooMany);
    }
    for (index, module) in document.programme.iter().enumerate() {
        let field = format!("programme.{index}");
        problems.text(
            &format!("{field}.title"),
            Some(&module.title),
            LONGEST_TITLE,
        );
        problems.length(
            &format!("{field}.text"),
            module.text.as_deref(),
            LONGEST_TEXT,
        );
        hours_problems(problems, &format!("{field}.hours"), module.hours);
    }
}

fn material_problems(problems: &mut Problems, document: &CourseDocument) {
    if document.materials.len() > MOST_ENTRIES {
        problems.add("materials", EditingErrorCode::TooMany);
    }
    for (index, material) in document.materials.iter().enumerate() {
        let field = format!("materials.{index}");
        problems.text(
            &format!("{field}.title"),
            Some(&material.title),
            LONGEST_TITLE,
        );
        problems.url(&format!("{field}.url"), Some(&material.url));
    }
}

fn hours_problems(problems: &mut Problems, field: &str, hours: Option<i32>) {
    let fitting = 1..=MOST_HOURS;
    if hours.is_some_and(|hours| !fitting.contains(&hours)) {
        problems.add(field, EditingErrorCode::OutOfRange);
    }
}
