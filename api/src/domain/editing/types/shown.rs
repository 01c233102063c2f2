//! Parts of drafts as readers would see them.

use async_graphql::Context;
use uuid::Uuid;

use crate::{
    domain::{
        content::{RenderedText, named_pictures},
        media::{Image, list_pictures},
    },
    infra::{db::Database, error::Error, graphql::Html},
};

/// What the portal would show of a source of Markdown.
pub async fn html_of(context: &Context<'_>, source: Option<&str>) -> Option<Result<Html, Error>> {
    let source = source?;
    let database = context.data_unchecked::<Database>();
    let found = list_pictures(database.reader(), &named_pictures(source)).await;
    Some(match found {
        Ok(pictures) => Ok(Html(RenderedText::from_markdown(source, &pictures).html)),
        Err(cause) => Err(cause.into()),
    })
}

/// The picture that a draft names, if there is one.
pub async fn picture_of(context: &Context<'_>, id: Option<Uuid>) -> Option<Result<Image, Error>> {
    let id = id?;
    let database = context.data_unchecked::<Database>();
    match list_pictures(database.reader(), &[id]).await {
        Ok(mut pictures) => pictures.remove(&id).map(|picture| Ok(Image(picture))),
        Err(cause) => Some(Err(cause.into())),
    }
}
