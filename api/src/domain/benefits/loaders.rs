//! Batched relations of benefits.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use entities::enums::Okrug;
use uuid::Uuid;

use super::{
    near::Circle,
    store::{self, BenefitDetail, BenefitSummary, CategoryRow, OutletRow, PartnerRow},
};
use crate::infra::{
    error::Error,
    graphql::{Batches, Loader, Shared},
};

/// A published benefit, for those who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BenefitById(pub Uuid);

impl Loader<BenefitById> for Batches {
    type Value = BenefitSummary;
    type Error = Error;

    async fn load(&self, keys: &[BenefitById]) -> Result<HashMap<BenefitById, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_by_ids(self.database.reader(), &ids, &self.audience).await?;
        Ok(rows
            .into_iter()
            .map(|row| (BenefitById(row.row.id), row))
            .collect())
    }
}

/// The texts and terms of a benefit, for those who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DetailByBenefitId(pub Uuid);

impl Shared for DetailByBenefitId {
    const TAGS: &'static [&'static str] = &["benefits"];
}

impl Loader<DetailByBenefitId> for Batches {
    type Value = Arc<BenefitDetail>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[DetailByBenefitId],
    ) -> Result<HashMap<DetailByBenefitId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_details(self.database.reader(), &ids, &self.audience).await?;
        Ok(rows
            .into_iter()
            .map(|row| (DetailByBenefitId(row.id), Arc::new(row)))
            .collect())
    }
}

/// The okrugs a benefit is offered in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OkrugsByBenefitId(pub Uuid);

impl Shared for OkrugsByBenefitId {
    const TAGS: &'static [&'static str] = &["benefits"];
}

impl Loader<OkrugsByBenefitId> for Batches {
    type Value = Vec<Okrug>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OkrugsByBenefitId],
    ) -> Result<HashMap<OkrugsByBenefitId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut okrugs: HashMap<_, Vec<_>> = HashMap::new();
        for row in store::list_okrugs(self.database.reader(), &ids).await? {
            okrugs
                .entry(OkrugsByBenefitId(row.benefit_id))
                .or_default()
                .push(row.okrug);
        }
        Ok(okrugs)
    }
}

/// The organisations whose members may use a benefit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EligibleOrganisationIdsByBenefitId(pub Uuid);

impl Shared for EligibleOrganisationIdsByBenefitId {
    const TAGS: &'static [&'static str] = &["benefits"];
}

impl Loader<EligibleOrganisationIdsByBenefitId> for Batches {
    type Value = Vec<Uuid>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[EligibleOrganisationIdsByBenefitId],
    ) -> Result<HashMap<EligibleOrganisationIdsByBenefitId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut organisations: HashMap<_, Vec<_>> = HashMap::new();
        for row in store::list_eligible_organisations(self.database.reader(), &ids).await? {
            let key = EligibleOrganisationIdsByBenefitId(row.benefit_id);
            organisations
                .entry(key)
                .or_default()
                .push(row.organisation_id);
        }
        Ok(organisations)
    }
}

/// Since when nobody is given a benefit; none: it is not suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SuspendedSinceByBenefitId(pub Uuid);

impl Shared for SuspendedSinceByBenefitId {
    const TAGS: &'static [&'static str] = &["benefits"];
}

impl Loader<SuspendedSinceByBenefitId> for Batches {
    type Value = DateTime<Utc>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[SuspendedSinceByBenefitId],
    ) -> Result<HashMap<SuspendedSinceByBenefitId, Self::Value>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_suspensions(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (SuspendedSinceByBenefitId(row.benefit_id), row.since_at))
            .collect())
    }
}

/// The outlet of a benefit nearest to a circle's centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NearestOutletByBenefitId {
    pub benefit_id: Uuid,
    pub circle_bits: [u64; 3],
}

impl Loader<NearestOutletByBenefitId> for Batches {
    type Value = OutletRow;
    type Error = Error;

    async fn load(
        &self,
        keys: &[NearestOutletByBenefitId],
    ) -> Result<HashMap<NearestOutletByBenefitId, OutletRow>, Error> {
        let mut by_circle: HashMap<[u64; 3], Vec<Uuid>> = HashMap::new();
        for key in keys {
            by_circle
                .entry(key.circle_bits)
                .or_default()
                .push(key.benefit_id);
        }
        let mut nearest: HashMap<NearestOutletByBenefitId, OutletRow> = HashMap::new();
        for (circle_bits, benefit_ids) in by_circle {
            let circle = Circle::from_bits(circle_bits);
            let metres =
                |outlet: &OutletRow| circle.distance_metres(outlet.latitude, outlet.longitude);
            let found =
                store::list_outlets_near(self.database.reader(), &benefit_ids, &circle).await?;
            for (benefit_id, outlet) in found {
                let key = NearestOutletByBenefitId {
                    benefit_id,
                    circle_bits,
                };
                let is_nearer = nearest
                    .get(&key)
                    .is_none_or(|best| metres(&outlet) < metres(best));
                if is_nearer {
                    nearest.insert(key, outlet);
                }
            }
        }
        Ok(nearest)
    }
}

/// A partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartnerById(pub Uuid);

impl Shared for PartnerById {
    const TAGS: &'static [&'static str] = &["benefits"];
}

impl Loader<PartnerById> for Batches {
    type Value = PartnerRow;
    type Error = Error;

    async fn load(&self, keys: &[PartnerById]) -> Result<HashMap<PartnerById, PartnerRow>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_partners_by_ids(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (PartnerById(row.id), row))
            .collect())
    }
}

/// An outlet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OutletById(pub Uuid);

impl Loader<OutletById> for Batches {
    type Value = OutletRow;
    type Error = Error;

    async fn load(&self, keys: &[OutletById]) -> Result<HashMap<OutletById, OutletRow>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_outlets_by_ids(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (OutletById(row.id), row))
            .collect())
    }
}

/// A benefit category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BenefitCategoryById(pub Uuid);

impl Loader<BenefitCategoryById> for Batches {
    type Value = CategoryRow;
    type Error = Error;

    async fn load(
        &self,
        keys: &[BenefitCategoryById],
    ) -> Result<HashMap<BenefitCategoryById, CategoryRow>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let rows = store::list_categories_by_ids(self.database.reader(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (BenefitCategoryById(row.id), row))
            .collect())
    }
}
