//! What makes a benefit fit for readers, and how they get it.

use chrono::{DateTime, Utc};
use entities::enums::{BenefitProvider, BenefitValueKind, ContentKind, RedemptionKind};
use sea_orm::{DatabaseExecutor, DbErr};
use uuid::Uuid;

use super::{
    BenefitDocument, BenefitEligibilityDocument, BenefitRedemptionDocument, BenefitValueDocument,
    preview::preview,
    rules::{Measure, hundredths, kopecks, measure_of, phone},
};
use crate::{
    domain::{
        benefits::{delete_benefit, replace_benefit},
        content::{Published, named_pictures},
        editing::{
            kinds::{DraftPreview, Kind},
            pictures::picture_problems,
            problem::{Problem, Problems},
            references::{Reference, Surroundings, Target},
            types::EditingErrorCode,
        },
        media::list_pictures,
    },
    infra::error::Error,
};

/// Column lengths, in characters.
const LONGEST_TITLE: usize = 200;
const LONGEST_SUMMARY: usize = 300;
const LONGEST_PROMO_CODE: usize = 60;
const LONGEST_ADVERTISER: usize = 200;
const LONGEST_AD_TOKEN: usize = 100;
const LONGEST_TEXT: usize = 50_000;
const LONGEST_DOCUMENT: usize = 300;
const MOST_DOCUMENTS: usize = 20;
const MOST_ORGANISATIONS: usize = 100;
/// The largest pharmacy chains of Moscow have fewer.
const MOST_OUTLETS: usize = 2000;
/// A hundred years: whoever asks for more means something else.
const MOST_MONTHS: i32 = 1200;

/// Benefits.
pub static BENEFITS: Benefits = Benefits;

pub struct Benefits;

impl Kind for Benefits {
    type Document = BenefitDocument;

    const KIND: ContentKind = ContentKind::Benefit;
    const TAG: &'static str = "benefits";
    const TITLE: &'static str = "title";

    fn pictures(document: &BenefitDocument) -> Vec<Uuid> {
        let mut pictures = pictures_in_texts(document);
        pictures.extend(document.cover_id);
        pictures
    }

    fn references(document: &BenefitDocument) -> Vec<Reference> {
        let organisations = &document.eligibility.organisation_ids;
        [
            Target::BenefitCategory.each(&document.category_id),
            Target::Partner.each(&document.partner_id),
            Target::Organisation.each(if_few(organisations, MOST_ORGANISATIONS)),
            Target::Outlet.each(if_few(&document.outlet_ids, MOST_OUTLETS)),
            Target::Picture.each(&Self::pictures(document)),
        ]
        .concat()
    }

    fn problems(document: &BenefitDocument, there: &Surroundings) -> Vec<Problem> {
        problems_of(document, there)
    }

    async fn preview(
        connection: &DatabaseExecutor<'_>,
        document: BenefitDocument,
        _now: DateTime<Utc>,
    ) -> Result<DraftPreview, Error> {
        let pictures = list_pictures(connection, &Self::pictures(&document)).await?;
        preview(connection, document, &pictures).await
    }

    async fn show(
        transaction: &DatabaseExecutor<'_>,
        published: &Published,
        document: BenefitDocument,
    ) -> Result<(), Error> {
        let pictures = list_pictures(transaction, &pictures_in_texts(&document)).await?;
        replace_benefit(transaction, published, document.for_readers(&pictures)?).await
    }

    async fn hide(transaction: &DatabaseExecutor<'_>, id: Uuid) -> Result<(), DbErr> {
        delete_benefit(transaction, id).await
    }
}

fn pictures_in_texts(document: &BenefitDocument) -> Vec<Uuid> {
    [&document.terms, &document.how_to_use]
        .into_iter()
        .flatten()
        .flat_map(|text| named_pictures(text))
        .collect()
}

/// Nobody looks for more than there may be.
fn if_few(ids: &[Uuid], most: usize) -> &[Uuid] {
    if ids.len() > most { &[] } else { ids }
}

fn problems_of(document: &BenefitDocument, there: &Surroundings) -> Vec<Problem> {
    let mut problems = Problems::default();
    problems.text("title", document.title.as_deref(), LONGEST_TITLE);
    problems.text("summary", document.summary.as_deref(), LONGEST_SUMMARY);
    problems.required("category", document.category_id.as_ref());
    problems.required("provider", document.provider.as_ref());
    let is_own = matches!(
        document.provider,
        Some(BenefitProvider::Union | BenefitProvider::State)
    );
    if !is_own {
        problems.required("partner", document.partner_id.as_ref());
    }
    value_problems(&mut problems, &document.value);
    problems.text("terms", document.terms.as_deref(), LONGEST_TEXT);
    problems.text("howToUse", document.how_to_use.as_deref(), LONGEST_TEXT);
    redemption_problems(&mut problems, &document.redemption);
    term_problems(&mut problems, document);
    if let Some(mark) = &document.ad_mark {
        let advertiser = mark.advertiser.as_deref();
        problems.text("adMark.advertiser", advertiser, LONGEST_ADVERTISER);
        problems.text("adMark.token", mark.token.as_deref(), LONGEST_AD_TOKEN);
    }
    eligibility_problems(&mut problems, &document.eligibility);
    reference_problems(&mut problems, document, there);
    problems.0
}

fn value_problems(problems: &mut Problems, value: &BenefitValueDocument) {
    let Some(kind) = value.kind else {
        problems.add("value.kind", EditingErrorCode::Missing);
        return;
    };
    let measure = measure_of(kind);
    match value.percent {
        None if measure == Measure::Percent => {
            problems.add("value.percent", EditingErrorCode::Missing);
        }
        Some(_) if measure != Measure::Percent => {
            problems.add("value.percent", EditingErrorCode::OutOfPlace);
        }
        Some(percent) if hundredths(percent).is_none() => {
            problems.add("value.percent", EditingErrorCode::OutOfRange);
        }
        _ => {}
    }
    let lacks_sum = match measure {
        Measure::Amount => value.amount.is_none(),
        Measure::AmountOrMost => value.amount.is_none() && value.up_to.is_none(),
        Measure::Percent | Measure::Words => false,
    };
    if lacks_sum {
        problems.add("value.amount", EditingErrorCode::Missing);
    }
    if value.amount.is_some() && matches!(measure, Measure::Percent | Measure::Words) {
        problems.add("value.amount", EditingErrorCode::OutOfPlace);
    }
    for (field, sum) in [
        ("value.amount", &value.amount),
        ("value.upTo", &value.up_to),
        ("value.basePrice", &value.base_price),
    ] {
        if sum.as_deref().is_some_and(|sum| kopecks(sum).is_none()) {
            problems.add(field, EditingErrorCode::OutOfRange);
        }
    }
    let sum = |sum: &Option<String>| sum.as_deref().and_then(kopecks);
    if kind == BenefitValueKind::SpecialPrice
        && let (Some(special), Some(usual)) = (sum(&value.amount), sum(&value.base_price))
        && special >= usual
    {
        problems.add("value.basePrice", EditingErrorCode::OutOfRange);
    }
}

fn redemption_problems(problems: &mut Problems, redemption: &BenefitRedemptionDocument) {
    problems.required("redemption.kind", redemption.kind.as_ref());
    match redemption.kind {
        Some(RedemptionKind::AffiliateLink | RedemptionKind::Booking) => {
            problems.required("redemption.url", redemption.url.as_ref());
        }
        Some(RedemptionKind::PromoCode) => {
            problems.required("redemption.promoCode", redemption.promo_code.as_ref());
        }
        Some(RedemptionKind::Phone) => {
            problems.required("redemption.phone", redemption.phone.as_ref());
        }
        // A pool of codes may be filled later; the rest is told by `howToUse`.
        _ => {}
    }
    problems.url("redemption.url", redemption.url.as_deref());
    let is_no_phone = |text: &str| phone(text).is_none();
    if redemption.phone.as_deref().is_some_and(is_no_phone) {
        problems.add("redemption.phone", EditingErrorCode::NotAPhoneNumber);
    }
    problems.length(
        "redemption.promoCode",
        redemption.promo_code.as_deref(),
        LONGEST_PROMO_CODE,
    );
    for (field, limit) in [
        ("redemption.limitPerMember", redemption.limit_per_member),
        ("redemption.limitTotal", redemption.limit_total),
    ] {
        if limit.is_some_and(|limit| limit < 1) {
            problems.add(field, EditingErrorCode::OutOfRange);
        }
    }
}

fn term_problems(problems: &mut Problems, document: &BenefitDocument) {
    problems.required("validFrom", document.valid_from.as_ref());
    if let (Some(from), Some(through)) = (document.valid_from, document.valid_through)
        && through < from
    {
        problems.add("validThrough", EditingErrorCode::OutOfRange);
    }
}

fn eligibility_problems(problems: &mut Problems, eligibility: &BenefitEligibilityDocument) {
    if !(0..=MOST_MONTHS).contains(&eligibility.min_membership_months) {
        problems.add(
            "eligibility.minMembershipMonths",
            EditingErrorCode::OutOfRange,
        );
    }
    if eligibility.documents.len() > MOST_DOCUMENTS {
        problems.add("eligibility.documents", EditingErrorCode::TooMany);
    }
    for document in &eligibility.documents {
        problems.text("eligibility.documents", Some(document), LONGEST_DOCUMENT);
    }
}

fn reference_problems(problems: &mut Problems, document: &BenefitDocument, there: &Surroundings) {
    if !there.have(Target::BenefitCategory, &document.category_id) {
        problems.add("category", EditingErrorCode::NotThere);
    }
    if !there.have(Target::Partner, &document.partner_id) {
        problems.add("partner", EditingErrorCode::NotThere);
    }
    let organisations = &document.eligibility.organisation_ids;
    if organisations.len() > MOST_ORGANISATIONS {
        problems.add("eligibility.organisations", EditingErrorCode::TooMany);
    } else if !there.have(Target::Organisation, organisations) {
        problems.add("eligibility.organisations", EditingErrorCode::NotThere);
    }
    let is_theirs = |id: &Uuid| {
        let partner = there.partner_of(*id);
        partner.is_some() && partner == document.partner_id
    };
    if document.outlet_ids.len() > MOST_OUTLETS {
        problems.add("outlets", EditingErrorCode::TooMany);
    } else if !document.outlet_ids.iter().all(is_theirs) {
        problems.add("outlets", EditingErrorCode::NotThere);
    }
    let texts = [
        ("terms", document.terms.as_deref()),
        ("howToUse", document.how_to_use.as_deref()),
    ];
    picture_problems(problems, there, document.cover_id, &texts);
}
