//! What makes an organisation's page fit for readers, and how they get it.

use chrono::{DateTime, Utc};
use entities::enums::ContentKind;
use sea_orm::{DatabaseExecutor, DbErr};
use uuid::Uuid;

use super::{PageDocument, document::LAST};
use crate::{
    domain::{
        content::{Published, RenderedText, named_pictures},
        editing::{
            kinds::{DraftPreview, Kind},
            pictures::picture_problems,
            problem::{Problem, Problems},
            references::{Reference, Surroundings, Target},
            types::EditingErrorCode,
        },
        media::list_pictures,
        organisations::{delete_page, replace_page},
    },
    infra::error::Error,
};

/// Characters; the first is a column's length.
const LONGEST_TITLE: usize = 200;
const LONGEST_BODY: usize = 100_000;

/// Organisations' pages.
pub static PAGES: Pages = Pages;

pub struct Pages;

impl Kind for Pages {
    type Document = PageDocument;

    const KIND: ContentKind = ContentKind::OrganisationPage;
    const TAG: &'static str = "organisations";
    const TITLE: &'static str = "title";

    fn pictures(document: &PageDocument) -> Vec<Uuid> {
        named_pictures(document.body.as_deref().unwrap_or_default())
    }

    fn references(document: &PageDocument) -> Vec<Reference> {
        Target::Picture.each(&Self::pictures(document))
    }

    fn problems(document: &PageDocument, there: &Surroundings) -> Vec<Problem> {
        problems_of(document, there)
    }

    async fn preview(
        connection: &DatabaseExecutor<'_>,
        document: PageDocument,
        _now: DateTime<Utc>,
    ) -> Result<DraftPreview, Error> {
        let pictures = list_pictures(connection, &Self::pictures(&document)).await?;
        let body = document.body.unwrap_or_default();
        Ok(DraftPreview {
            title: document.title,
            html: RenderedText::from_markdown(&body, &pictures).html,
            ..DraftPreview::default()
        })
    }

    async fn show(
        transaction: &DatabaseExecutor<'_>,
        published: &Published,
        document: PageDocument,
    ) -> Result<(), Error> {
        let pictures = list_pictures(transaction, &Self::pictures(&document)).await?;
        replace_page(transaction, published, document.for_readers(&pictures)?).await
    }

    async fn hide(transaction: &DatabaseExecutor<'_>, id: Uuid) -> Result<(), DbErr> {
        delete_page(transaction, id).await
    }
}

fn problems_of(document: &PageDocument, there: &Surroundings) -> Vec<Problem> {
    let mut problems = Problems::default();
    problems.text("title", document.title.as_deref(), LONGEST_TITLE);
    problems.text("body", document.body.as_deref(), LONGEST_BODY);
    let places = 0..LAST;
    if document
        .position
        .is_some_and(|place| !places.contains(&place))
    {
        problems.add("position", EditingErrorCode::OutOfRange);
    }
    let texts = [("body", document.body.as_deref())];
    picture_problems(&mut problems, there, None, &texts);
    problems.0
}
