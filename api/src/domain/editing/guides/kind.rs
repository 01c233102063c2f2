//! How a guide comes to its readers.

use chrono::{DateTime, Utc};
use entities::enums::ContentKind;
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::DatabaseExecutor;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    GuideDocument,
    problems::{problems_of, untimely},
};
use crate::{
    domain::{
        content::{Published, relate_anew},
        editing::{
            kinds::{Editable, title_in},
            problem::Problem,
        },
        guides::{NewGuide, delete_guide, replace_guide},
    },
    infra::error::Error,
};

/// Characters of a short title that is made of a long one.
const SHORT: usize = 120;

/// Guides.
pub static GUIDES: Guides = Guides;

pub struct Guides;

impl Editable for Guides {
    fn kind(&self) -> ContentKind {
        ContentKind::ServiceGuide
    }

    fn tag(&self) -> &'static str {
        "guides"
    }

    fn title(&self, document: &Value) -> Option<String> {
        title_in(document, "title")
    }

    fn pictures(&self, _document: &Value) -> Vec<Uuid> {
        Vec::new()
    }

    fn problems<'a>(
        &'a self,
        connection: &'a DatabaseExecutor<'a>,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<Vec<Problem>, Error>> {
        async move { problems_of(connection, &GuideDocument::deserialize(document)?).await }.boxed()
    }

    fn untimely(&self, document: &Value, now: DateTime<Utc>) -> Result<Vec<Problem>, Error> {
        Ok(untimely(&GuideDocument::deserialize(document)?, now))
    }

    fn show<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        published: &'a Published,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let document = GuideDocument::deserialize(document)?;
            show(transaction, published, document).await
        }
        .boxed()
    }

    fn hide<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        id: Uuid,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move { Ok(delete_guide(transaction, id).await?) }.boxed()
    }
}

async fn show(
    transaction: &DatabaseExecutor<'_>,
    published: &Published,
    document: GuideDocument,
) -> Result<(), Error> {
    let lacks = |field: &'static str| move || Error::internal("a checked guide lacks", field);
    let title = document.title.ok_or_else(lacks("title"))?;
    let guide = NewGuide {
        category_id: document.category_id.ok_or_else(lacks("category"))?,
        short_title: document
            .short_title
            .unwrap_or_else(|| title.chars().take(SHORT).collect()),
        title,
        summary: document.summary.ok_or_else(lacks("summary"))?,
        portal: document.portal.ok_or_else(lacks("portal"))?,
        level: document.level.ok_or_else(lacks("level"))?,
        authority: document.authority.ok_or_else(lacks("authority"))?,
        official_url: document.official_url.ok_or_else(lacks("officialUrl"))?,
        alert: document.alert.map(|alert| (alert.text, alert.until)),
        checked: document.checked_by.zip(document.checked_at),
        next_review_at: document.next_review_at.ok_or_else(lacks("nextReviewAt"))?,
        passport: document.passport,
        life_event_ids: document.life_event_ids,
    };
    replace_guide(transaction, published, guide).await?;
    let id = published.address.id;
    let related = &document.related_guide_ids;
    relate_anew(transaction, id, ContentKind::ServiceGuide, related).await?;
    Ok(())
}
