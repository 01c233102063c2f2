//! What a revision of a benefit holds.

use chrono::NaiveDate;
use entities::enums::{BenefitProvider, BenefitValueKind, LimitPeriod, Okrug, RedemptionKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rules::{hundredths, kopecks, phone};
use crate::{
    domain::{
        benefits::NewBenefit,
        content::{Pictures, RenderedText},
        editing::kinds::Envelope,
    },
    infra::error::Error,
};

/// A benefit as its editors write it; anything may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BenefitDocument {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub category_id: Option<Uuid>,
    pub provider: Option<BenefitProvider>,
    pub partner_id: Option<Uuid>,
    pub cover_id: Option<Uuid>,
    pub value: BenefitValueDocument,
    pub eligibility: BenefitEligibilityDocument,
    /// Markdown.
    pub terms: Option<String>,
    /// Markdown.
    pub how_to_use: Option<String>,
    pub redemption: BenefitRedemptionDocument,
    pub valid_from: Option<NaiveDate>,
    pub valid_through: Option<NaiveDate>,
    /// Where it is offered; none: everywhere.
    pub okrugs: Vec<Okrug>,
    pub outlet_ids: Vec<Uuid>,
    pub ad_mark: Option<BenefitAdMarkDocument>,
}

/// What is gained. Sums are in roubles as their editors write them: `1500.00`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BenefitValueDocument {
    pub kind: Option<BenefitValueKind>,
    pub percent: Option<f64>,
    pub amount: Option<String>,
    pub up_to: Option<String>,
    pub base_price: Option<String>,
}

/// Whom it is for. Empty lists ask nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BenefitEligibilityDocument {
    pub organisation_ids: Vec<Uuid>,
    pub okrugs: Vec<Okrug>,
    pub min_membership_months: i32,
    pub dependents_allowed: bool,
    pub documents: Vec<String>,
}

/// How it is had, and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BenefitRedemptionDocument {
    pub kind: Option<RedemptionKind>,
    pub url: Option<String>,
    pub phone: Option<String>,
    pub promo_code: Option<String>,
    pub limit_per_member: Option<i32>,
    pub limit_total: Option<i32>,
    pub period: Option<LimitPeriod>,
}

/// What the law on advertising asks for; a benefit that is no advertisement has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BenefitAdMarkDocument {
    pub advertiser: Option<String>,
    pub token: Option<String>,
}

impl BenefitDocument {
    /// What readers get of it.
    ///
    /// # Errors
    /// `Internal`, for a document that has problems.
    pub fn for_readers(self, pictures: &Pictures) -> Result<NewBenefit, Error> {
        let lacks = |field: &'static str| move || Error::internal("a checked benefit lacks", field);
        let text = |source: Option<String>| {
            RenderedText::from_markdown(&source.unwrap_or_default(), pictures)
        };
        let sum = |text: Option<String>| text.as_deref().and_then(kopecks);
        let (value, eligibility, redemption) = (self.value, self.eligibility, self.redemption);
        let ad_mark = self.ad_mark.unwrap_or_default();
        Ok(NewBenefit {
            category_id: self.category_id.ok_or_else(lacks("category"))?,
            partner_id: self.partner_id,
            provider: self.provider.ok_or_else(lacks("provider"))?,
            title: self.title.ok_or_else(lacks("title"))?,
            summary: self.summary.ok_or_else(lacks("summary"))?,
            terms: text(self.terms),
            how_to_use: text(self.how_to_use),
            cover_id: self.cover_id,
            value_kind: value.kind.ok_or_else(lacks("value.kind"))?,
            value_percent_hundredths: value.percent.and_then(hundredths),
            value_amount_kopecks: sum(value.amount),
            value_up_to_kopecks: sum(value.up_to),
            value_base_price_kopecks: sum(value.base_price),
            min_membership_months: eligibility.min_membership_months,
            dependents_allowed: eligibility.dependents_allowed,
            eligible_organisation_ids: eligibility.organisation_ids,
            eligible_okrugs: eligibility.okrugs,
            needs_documents: eligibility.documents,
            redemption_kind: redemption.kind.ok_or_else(lacks("redemption.kind"))?,
            redemption_url: redemption.url,
            redemption_phone: redemption.phone.as_deref().and_then(phone),
            promo_code: redemption.promo_code,
            limit_per_member: redemption.limit_per_member,
            limit_total: redemption.limit_total,
            limit_period: redemption.period,
            ad_advertiser: ad_mark.advertiser,
            ad_token: ad_mark.token,
            valid_from: self.valid_from.ok_or_else(lacks("validFrom"))?,
            valid_through: self.valid_through,
            okrugs: self.okrugs,
            outlet_ids: self.outlet_ids,
        })
    }
}
