//! How a course comes to its readers.

use chrono::{DateTime, Utc};
use entities::enums::ContentKind;
use sea_orm::{DatabaseExecutor, DbErr};
use uuid::Uuid;

use super::{CourseDocument, preview::preview, problems::problems_of};
use crate::{
    domain::{
        content::{Published, named_pictures, relate_anew},
        editing::{
            kinds::{DraftPreview, Kind},
            problem::Problem,
            references::{Reference, Surroundings, Target},
        },
        media::list_pictures,
        training::{delete_course, replace_course},
    },
    infra::error::Error,
};

/// Courses.
pub static COURSES: Courses = Courses;

pub struct Courses;

impl Kind for Courses {
    type Document = CourseDocument;

    const KIND: ContentKind = ContentKind::Course;
    const TAG: &'static str = "courses";
    const TITLE: &'static str = "title";

    fn pictures(document: &CourseDocument) -> Vec<Uuid> {
        named_pictures(document.body.as_deref().unwrap_or_default())
    }

    fn references(document: &CourseDocument) -> Vec<Reference> {
        [
            Target::Content.each(&document.related_guide_ids),
            Target::Picture.each(&Self::pictures(document)),
        ]
        .concat()
    }

    fn problems(document: &CourseDocument, there: &Surroundings) -> Vec<Problem> {
        problems_of(document, there)
    }

    async fn preview(
        connection: &DatabaseExecutor<'_>,
        document: CourseDocument,
        _now: DateTime<Utc>,
    ) -> Result<DraftPreview, Error> {
        let pictures = list_pictures(connection, &Self::pictures(&document)).await?;
        Ok(preview(document, &pictures))
    }

    async fn show(
        transaction: &DatabaseExecutor<'_>,
        published: &Published,
        document: CourseDocument,
    ) -> Result<(), Error> {
        let pictures = list_pictures(transaction, &Self::pictures(&document)).await?;
        let related = document.related_guide_ids.clone();
        let course = document.for_readers(&pictures)?;
        replace_course(transaction, published, course).await?;
        let id = published.address.id;
        Ok(relate_anew(transaction, id, ContentKind::ServiceGuide, &related).await?)
    }

    async fn hide(transaction: &DatabaseExecutor<'_>, id: Uuid) -> Result<(), DbErr> {
        delete_course(transaction, id).await
    }
}
