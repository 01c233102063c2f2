//! Batched relations of guides.

use std::{collections::HashMap, sync::Arc};

use entities::{guide_opinion_sum, life_event};
use uuid::Uuid;

use super::{
    passport::Passport,
    store::{self, CategoryRow, GuideSummary, RecommendationRow, RecommendationText},
};
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader, Shared},
};

/// A published guide, for those who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GuideById(pub Uuid);

impl Loader<GuideById> for Batches {
    type Value = GuideSummary;
    type Error = Error;

    async fn load(&self, keys: &[GuideById]) -> Result<HashMap<GuideById, GuideSummary>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_by_ids(self.database.reader(), &ids, &self.audience).await?;
        Ok(rows
            .into_iter()
            .map(|row| (GuideById(row.row.id), row))
            .collect())
    }
}

/// The passport of a guide, decoded once, for those who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PassportByGuideId(pub Uuid);

/// A decoded passport and its words.
#[derive(Debug)]
pub struct DecodedPassport {
    pub passport: Passport,
    pub plain_text: String,
}

impl Shared for PassportByGuideId {
    const TAGS: &'static [&'static str] = &["guides"];
}

impl Loader<PassportByGuideId> for Batches {
    type Value = Arc<DecodedPassport>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[PassportByGuideId],
    ) -> Result<HashMap<PassportByGuideId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_passports(self.database.reader(), &ids, &self.audience).await?;
        rows.into_iter()
            .map(|row| {
                let decoded = DecodedPassport {
                    passport: serde_json::from_value(row.passport)?,
                    plain_text: row.plain_text,
                };
                Ok((PassportByGuideId(row.id), Arc::new(decoded)))
            })
            .collect()
    }
}

/// The life events a guide serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LifeEventsByGuideId(pub Uuid);

impl Shared for LifeEventsByGuideId {
    const TAGS: &'static [&'static str] = &["guides"];
}

impl Loader<LifeEventsByGuideId> for Batches {
    type Value = Vec<life_event::Model>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[LifeEventsByGuideId],
    ) -> Result<HashMap<LifeEventsByGuideId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut events: HashMap<_, Vec<_>> = HashMap::new();
        for (guide_id, event) in store::list_life_events_of(self.database.reader(), &ids).await? {
            events
                .entry(LifeEventsByGuideId(guide_id))
                .or_default()
                .push(event);
        }
        Ok(events)
    }
}

/// A guide category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GuideCategoryById(pub Uuid);

impl Loader<GuideCategoryById> for Batches {
    type Value = CategoryRow;
    type Error = Error;

    async fn load(
        &self,
        keys: &[GuideCategoryById],
    ) -> Result<HashMap<GuideCategoryById, CategoryRow>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_categories_by_ids(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (GuideCategoryById(row.id), row))
            .collect())
    }
}

/// A life event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LifeEventById(pub Uuid);

impl Loader<LifeEventById> for Batches {
    type Value = life_event::Model;
    type Error = Error;

    async fn load(
        &self,
        keys: &[LifeEventById],
    ) -> Result<HashMap<LifeEventById, life_event::Model>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_life_events_by_ids(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (LifeEventById(row.id), row))
            .collect())
    }
}

/// What readers think of a guide; none where nobody has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpinionsByGuideId(pub Uuid);

impl Loader<OpinionsByGuideId> for Batches {
    type Value = guide_opinion_sum::Model;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OpinionsByGuideId],
    ) -> Result<HashMap<OpinionsByGuideId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_opinion_sums(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (OpinionsByGuideId(row.guide_id), row))
            .collect())
    }
}

/// A published recommendation, for those whom it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecommendationById(pub Uuid);

impl Loader<RecommendationById> for Batches {
    type Value = RecommendationRow;
    type Error = Error;

    async fn load(
        &self,
        keys: &[RecommendationById],
    ) -> Result<HashMap<RecommendationById, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let (reader, audience) = (self.database.reader(), &self.audience);
        let rows = store::list_recommendations_by_ids(reader, &ids, audience).await?;
        Ok(rows
            .into_iter()
            .map(|row| (RecommendationById(row.id), row))
            .collect())
    }
}

/// The text of a recommendation that the viewer was already found to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecommendationTextById(pub Uuid);

impl Loader<RecommendationTextById> for Batches {
    type Value = Arc<RecommendationText>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[RecommendationTextById],
    ) -> Result<HashMap<RecommendationTextById, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_recommendation_texts(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (RecommendationTextById(row.id), Arc::new(row)))
            .collect())
    }
}

/// What is recommended about a guide, the last published first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecommendationsByGuideId(pub Uuid);

/// Recommendations that a guide shows; the rest are in the list of all.
const MOST_RECOMMENDATIONS: usize = 20;

impl Loader<RecommendationsByGuideId> for Batches {
    type Value = Vec<RecommendationRow>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[RecommendationsByGuideId],
    ) -> Result<HashMap<RecommendationsByGuideId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let (reader, audience) = (self.database.reader(), &self.audience);
        let mut of_guides: HashMap<_, Vec<_>> = HashMap::new();
        for row in store::list_recommendations_of(reader, &ids, audience).await? {
            let Some(guide_id) = row.guide_id else {
                continue;
            };
            let rows = of_guides
                .entry(RecommendationsByGuideId(guide_id))
                .or_default();
            if rows.len() < MOST_RECOMMENDATIONS {
                rows.push(row);
            }
        }
        Ok(of_guides)
    }
}
