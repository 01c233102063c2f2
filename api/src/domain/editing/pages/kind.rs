//! What makes an organisation's page fit for readers, and how they get it.

use entities::enums::ContentKind;
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::DatabaseExecutor;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{PageDocument, document::LAST};
use crate::{
    domain::{
        content::{Published, named_pictures},
        editing::{
            kinds::{Editable, title_in},
            pictures::picture_problems,
            problem::{Problem, Problems},
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

impl Editable for Pages {
    fn kind(&self) -> ContentKind {
        ContentKind::OrganisationPage
    }

    fn tag(&self) -> &'static str {
        "organisations"
    }

    fn title(&self, document: &Value) -> Option<String> {
        title_in(document, "title")
    }

    fn pictures(&self, document: &Value) -> Vec<Uuid> {
        let document = PageDocument::deserialize(document).unwrap_or_default();
        named_pictures(document.body.as_deref().unwrap_or_default())
    }

    fn problems<'a>(
        &'a self,
        connection: &'a DatabaseExecutor<'a>,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<Vec<Problem>, Error>> {
        async move { problems_of(connection, &PageDocument::deserialize(document)?).await }.boxed()
    }

    fn show<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        published: &'a Published,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let shown = self.pictures(document);
            let pictures = list_pictures(transaction, &shown).await?;
            let page = PageDocument::deserialize(document)?.for_readers(&pictures)?;
            replace_page(transaction, published, page).await
        }
        .boxed()
    }

    fn hide<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        id: Uuid,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move { Ok(delete_page(transaction, id).await?) }.boxed()
    }
}

async fn problems_of(
    connection: &DatabaseExecutor<'_>,
    document: &PageDocument,
) -> Result<Vec<Problem>, Error> {
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
    picture_problems(&mut problems, connection, None, &texts).await?;
    Ok(problems.0)
}
