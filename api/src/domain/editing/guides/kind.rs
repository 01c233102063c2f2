//! How a guide comes to its readers.

use chrono::{DateTime, Utc};
use entities::enums::ContentKind;
use sea_orm::{DatabaseExecutor, DbErr};
use uuid::Uuid;

use super::{
    GuideDocument,
    preview::preview,
    problems::{problems_of, untimely},
};
use crate::{
    domain::{
        content::{Published, relate_anew},
        editing::{
            kinds::{DraftPreview, Kind},
            problem::Problem,
            references::{Reference, Surroundings, Target},
        },
        guide_watch::answer_by_check,
        guides::{delete_guide, replace_guide},
    },
    infra::error::Error,
};

/// Guides.
pub static GUIDES: Guides = Guides;

pub struct Guides;

impl Kind for Guides {
    type Document = GuideDocument;

    const KIND: ContentKind = ContentKind::ServiceGuide;
    const TAG: &'static str = "guides";
    const TITLE: &'static str = "title";

    fn pictures(_document: &GuideDocument) -> Vec<Uuid> {
        Vec::new()
    }

    fn references(document: &GuideDocument) -> Vec<Reference> {
        [
            Target::GuideCategory.each(&document.category_id),
            Target::LifeEvent.each(&document.life_event_ids),
            Target::Content.each(&document.related_guide_ids),
        ]
        .concat()
    }

    fn problems(document: &GuideDocument, there: &Surroundings) -> Vec<Problem> {
        problems_of(document, there)
    }

    fn untimely(document: &GuideDocument, now: DateTime<Utc>) -> Vec<Problem> {
        untimely(document, now)
    }

    async fn preview(
        connection: &DatabaseExecutor<'_>,
        document: GuideDocument,
        now: DateTime<Utc>,
    ) -> Result<DraftPreview, Error> {
        preview(connection, document, now).await
    }

    async fn show(
        transaction: &DatabaseExecutor<'_>,
        published: &Published,
        document: GuideDocument,
    ) -> Result<(), Error> {
        let related = document.related_guide_ids.clone();
        let checked_at = document.checked_at;
        replace_guide(transaction, published, document.for_readers()?).await?;
        let id = published.address.id;
        if let Some(checked_at) = checked_at {
            let now = published.address.updated_at;
            answer_by_check(transaction, id, checked_at, now).await?;
        }
        Ok(relate_anew(transaction, id, ContentKind::ServiceGuide, &related).await?)
    }

    async fn hide(transaction: &DatabaseExecutor<'_>, id: Uuid) -> Result<(), DbErr> {
        delete_guide(transaction, id).await
    }
}
