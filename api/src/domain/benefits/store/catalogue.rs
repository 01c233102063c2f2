//! Lists of benefits: which, in which order, with which relations.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    benefit, benefit_category, benefit_eligible_organisation, benefit_okrug, benefit_outlet,
    benefit_redemption, benefit_suspension,
    enums::{BenefitProvider, BenefitValueKind, LimitPeriod, Okrug, RedemptionKind},
    media_asset, outlet, partner,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Order, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CategoryRow, PartnerRow};
use crate::{
    domain::{benefits::near::Circle, media::Picture},
    infra::{
        auth::{Audience, Membership},
        db::{Direction, Page, Position, Row, RowReader, Slice, fetch, fetch_rows, keyset, row},
    },
};

row! {
    /// A benefit without its texts.
    pub struct BenefitRow of benefit {
        pub id: Uuid,
        pub slug: String,
        pub category_id: Uuid,
        pub partner_id: Option<Uuid>,
        pub cover_id: Option<Uuid>,
        pub organisation_id: Uuid,
        pub revision: i32,
        pub provider: BenefitProvider,
        pub title: String,
        pub summary: String,
        pub value_kind: BenefitValueKind,
        pub value_percent_hundredths: Option<i32>,
        pub value_amount_kopecks: Option<i64>,
        pub value_up_to_kopecks: Option<i64>,
        pub value_base_price_kopecks: Option<i64>,
        pub redemption_kind: RedemptionKind,
        pub valid_from: NaiveDate,
        pub valid_through: Option<NaiveDate>,
        pub is_demo: bool,
        pub published_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }
}

/// Which one-to-one relations a list joins.
#[derive(Clone, Copy, Debug)]
pub struct BenefitParts {
    pub category: bool,
    pub partner: bool,
    pub cover: bool,
}

impl BenefitParts {
    /// For where nobody can look ahead.
    pub const ALL: Self = Self {
        category: true,
        partner: true,
        cover: true,
    };
}

/// A benefit with the relations that were joined.
#[derive(Clone, Debug)]
pub struct BenefitSummary {
    pub row: BenefitRow,
    pub category: Option<CategoryRow>,
    pub partner: Option<PartnerRow>,
    pub cover: Option<Picture>,
    /// Where a circle was asked for: how far the nearest outlet is from its centre, squared.
    pub squared_metres: Option<f64>,
}

row! {
    /// What only the page of one benefit shows.
    pub struct BenefitDetail of benefit {
        pub id: Uuid,
        pub terms: serde_json::Value,
        pub terms_html: String,
        pub how_to_use: serde_json::Value,
        pub how_to_use_html: String,
        pub plain_text: String,
        pub min_membership_months: i32,
        pub dependents_allowed: bool,
        pub eligible_okrugs: serde_json::Value,
        pub needs_documents: serde_json::Value,
        pub redemption_url: Option<String>,
        pub redemption_phone: Option<String>,
        pub limit_per_member: Option<i32>,
        pub limit_total: Option<i32>,
        pub limit_period: Option<LimitPeriod>,
        pub ad_advertiser: Option<String>,
        pub ad_token: Option<String>,
    }
}

/// Which benefits a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct BenefitCriteria {
    pub category_ids: Option<Vec<Uuid>>,
    pub organisation_id: Option<Uuid>,
    pub partner_id: Option<Uuid>,
    pub okrugs: Option<Vec<Okrug>>,
    pub value_kind: Option<BenefitValueKind>,
    pub redemption_kind: Option<RedemptionKind>,
    pub near: Option<Circle>,
    /// Only what this member may use on the day of `not_ended_by`.
    pub eligible_member: Option<Membership>,
    /// Only what this account has not redeemed.
    pub unused_by: Option<Uuid>,
    /// Only benefits whose term has not ended before that Moscow day.
    pub not_ended_by: Option<NaiveDate>,
}

impl BenefitCriteria {
    /// Whether they go by one person rather than by their audience.
    pub const fn is_personal(&self) -> bool {
        self.eligible_member.is_some() || self.unused_by.is_some()
    }
}

/// Where a benefit stands in lists: by publication, or by distance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum BenefitPosition {
    Newest {
        published_at: DateTime<Utc>,
        id: Uuid,
    },
    /// The squared distance by its bits, so that no digit is lost on the way.
    Nearest { squared_metres: u64, id: Uuid },
}

impl Position for BenefitPosition {
    const LIST: &'static str = "benefits";
}

pub async fn list_newest(
    connection: &impl ConnectionTrait,
    criteria: &BenefitCriteria,
    audience: &Audience,
    page: &Page<(DateTime<Utc>, Uuid)>,
    parts: BenefitParts,
) -> Result<Slice<BenefitSummary>, DbErr> {
    let select = keyset(
        matching(criteria, audience),
        (benefit::Column::PublishedAt, benefit::Column::Id),
        Order::Desc,
        page,
        |(published_at, id)| ((*published_at).into(), (*id).into()),
    );
    let is_near = criteria.near.is_some();
    let rows = fetch_near(connection, select, parts, is_near).await?;
    Ok(page.slice(rows))
}

pub async fn list_nearest(
    connection: &impl ConnectionTrait,
    criteria: &BenefitCriteria,
    audience: &Audience,
    page: &Page<(f64, Uuid)>,
    parts: BenefitParts,
) -> Result<Slice<BenefitSummary>, DbErr> {
    let mut select = matching(criteria, audience);
    let pair = || {
        Expr::tuple([
            Expr::col(("nearest", "squared_metres")),
            Expr::col((benefit::Entity, benefit::Column::Id)),
        ])
    };
    let bound = |(distance, id): &(f64, Uuid)| Expr::tuple([Expr::val(*distance), Expr::val(*id)]);
    if let Some(after) = &page.after {
        select = select.filter(pair().gt(bound(after)));
    }
    if let Some(before) = &page.before {
        select = select.filter(pair().lt(bound(before)));
    }
    let walk = match page.direction {
        Direction::Forward => Order::Asc,
        Direction::Backward => Order::Desc,
    };
    let select = select
        .order_by(Expr::col(("nearest", "squared_metres")), walk.clone())
        .order_by(benefit::Column::Id, walk)
        .limit(page.probe());
    let rows = fetch_near(connection, select, parts, true).await?;
    Ok(page.slice(rows))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    criteria: &BenefitCriteria,
    audience: &Audience,
) -> Result<u64, DbErr> {
    matching(criteria, audience).count(connection).await
}

/// The benefit of a slug, for those who may see it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_benefit(
    connection: &impl ConnectionTrait,
    slug: &str,
    audience: &Audience,
) -> Result<Option<BenefitSummary>, DbErr> {
    let select = visible(audience).filter(benefit::Column::Slug.eq(slug));
    Ok(fetch_summaries(connection, select, BenefitParts::ALL)
        .await?
        .pop())
}

pub async fn list_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<BenefitSummary>, DbErr> {
    let select = visible(audience).filter(benefit::Column::Id.is_in(ids.iter().copied()));
    fetch_summaries(connection, select, BenefitParts::ALL).await
}

pub async fn list_details(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<BenefitDetail>, DbErr> {
    let select = visible(audience).filter(benefit::Column::Id.is_in(ids.iter().copied()));
    fetch_rows(connection, select).await
}

pub async fn list_okrugs(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<benefit_okrug::Model>, DbErr> {
    benefit_okrug::Entity::find()
        .filter(benefit_okrug::Column::BenefitId.is_in(ids.iter().copied()))
        .order_by_asc(benefit_okrug::Column::Okrug)
        .all(connection)
        .await
}

pub async fn list_eligible_organisations(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<benefit_eligible_organisation::Model>, DbErr> {
    benefit_eligible_organisation::Entity::find()
        .filter(benefit_eligible_organisation::Column::BenefitId.is_in(ids.iter().copied()))
        .order_by_asc(benefit_eligible_organisation::Column::OrganisationId)
        .all(connection)
        .await
}

/// Which of these benefits are suspended.
pub async fn list_suspensions(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<benefit_suspension::Model>, DbErr> {
    benefit_suspension::Entity::find()
        .filter(benefit_suspension::Column::BenefitId.is_in(ids.iter().copied()))
        .filter(benefit_suspension::Column::ResumedAt.is_null())
        .all(connection)
        .await
}

pub(super) fn visible(audience: &Audience) -> Select<benefit::Entity> {
    benefit::Entity::find().filter(audience.admits(benefit::Column::AudienceId))
}

async fn fetch_summaries(
    connection: &impl ConnectionTrait,
    select: Select<benefit::Entity>,
    parts: BenefitParts,
) -> Result<Vec<BenefitSummary>, DbErr> {
    fetch_near(connection, select, parts, false).await
}

/// `is_near`: the select has joined [`nearest_outlets`].
async fn fetch_near(
    connection: &impl ConnectionTrait,
    mut select: Select<benefit::Entity>,
    parts: BenefitParts,
    is_near: bool,
) -> Result<Vec<BenefitSummary>, DbErr> {
    if parts.category {
        select = select.inner_join(benefit_category::Entity);
    }
    if parts.partner {
        select = select.left_join(partner::Entity);
    }
    if parts.cover {
        select = select.left_join(media_asset::Entity);
    }
    let columns = |query: &mut SelectStatement| {
        BenefitRow::select(query);
        if parts.category {
            CategoryRow::select(query);
        }
        if parts.partner {
            PartnerRow::select(query);
        }
        if parts.cover {
            Picture::select(query);
        }
        if is_near {
            query.column(("nearest", "squared_metres"));
        }
    };
    let read = |reader: &mut RowReader<'_>| {
        Ok(BenefitSummary {
            row: BenefitRow::read(reader)?,
            category: reader.selected(parts.category)?,
            partner: reader.selected_if_any(parts.partner)?,
            cover: reader.selected_if_any(parts.cover)?,
            squared_metres: if is_near { Some(reader.value()?) } else { None },
        })
    };
    fetch(connection, select, columns, read).await
}

fn matching(criteria: &BenefitCriteria, audience: &Audience) -> Select<benefit::Entity> {
    use benefit::Column;
    let mut select = visible(audience);
    if let Some(category_ids) = &criteria.category_ids {
        select = select.filter(Column::CategoryId.is_in(category_ids.iter().copied()));
    }
    if let Some(organisation_id) = criteria.organisation_id {
        select = select.filter(Column::OrganisationId.eq(organisation_id));
    }
    if let Some(partner_id) = criteria.partner_id {
        select = select.filter(Column::PartnerId.eq(partner_id));
    }
    if let Some(kind) = criteria.value_kind {
        select = select.filter(Column::ValueKind.eq(kind));
    }
    if let Some(kind) = criteria.redemption_kind {
        select = select.filter(Column::RedemptionKind.eq(kind));
    }
    if let Some(day) = criteria.not_ended_by {
        select = select.filter(
            Condition::any()
                .add(Column::ValidThrough.is_null())
                .add(Column::ValidThrough.gte(day)),
        );
    }
    if let Some(okrugs) = &criteria.okrugs {
        select = select.filter(offered_in(okrugs));
    }
    if let Some(member) = &criteria.eligible_member {
        select = select.filter(open_to(member, criteria.not_ended_by));
    }
    if let Some(account_id) = criteria.unused_by {
        let redeemed = benefit_redemption::Entity::find()
            .select_only()
            .column(benefit_redemption::Column::BenefitId)
            .filter(benefit_redemption::Column::AccountId.eq(account_id))
            .into_query();
        select = select.filter(Column::Id.not_in_subquery(redeemed));
    }
    if let Some(circle) = &criteria.near {
        QuerySelect::query(&mut select).join_subquery(
            JoinType::InnerJoin,
            nearest_outlets(circle),
            "nearest",
            Expr::col(("nearest", "benefit_id")).equals((benefit::Entity, Column::Id)),
        );
    }
    select
}

/// A benefit without okrugs is offered in all of them.
fn offered_in(okrugs: &[Okrug]) -> Condition {
    let anywhere = Query::select()
        .column(benefit_okrug::Column::BenefitId)
        .from(benefit_okrug::Entity)
        .to_owned();
    let here = anywhere
        .clone()
        .and_where(benefit_okrug::Column::Okrug.is_in(okrugs.iter().copied()))
        .to_owned();
    Condition::any()
        .add(benefit::Column::Id.not_in_subquery(anywhere))
        .add(benefit::Column::Id.in_subquery(here))
}

/// The same rules as `rules::eligibility`, for a whole list, and nothing that is suspended.
fn open_to(member: &Membership, today: Option<NaiveDate>) -> Condition {
    let limited = Query::select()
        .column(benefit_eligible_organisation::Column::BenefitId)
        .from(benefit_eligible_organisation::Entity)
        .to_owned();
    let to_theirs = limited
        .clone()
        .and_where(
            benefit_eligible_organisation::Column::OrganisationId
                .is_in(member.organisation_and_ancestor_ids.iter().copied()),
        )
        .to_owned();
    let suspended = Query::select()
        .column(benefit_suspension::Column::BenefitId)
        .from(benefit_suspension::Entity)
        .and_where(benefit_suspension::Column::ResumedAt.is_null())
        .to_owned();
    let months = today.map_or(0, |today| whole_months(member.member_since, today));
    let mut okrugs = Condition::any().add(Expr::cust("CAST(eligible_okrugs AS text) = '[]'"));
    for okrug in &member.okrugs {
        // A JSON array of short codes in quotes: a substring is a whole code.
        let code = serde_json::to_string(okrug).unwrap_or_default();
        okrugs = okrugs.add(Expr::cust("CAST(eligible_okrugs AS text)").like(format!("%{code}%")));
    }
    Condition::all()
        .add(
            Condition::any()
                .add(benefit::Column::Id.not_in_subquery(limited))
                .add(benefit::Column::Id.in_subquery(to_theirs)),
        )
        .add(benefit::Column::Id.not_in_subquery(suspended))
        .add(benefit::Column::MinMembershipMonths.lte(months))
        .add(okrugs)
}

fn whole_months(since: NaiveDate, today: NaiveDate) -> i32 {
    let years = today.years_since(since).unwrap_or_default();
    let mut months = years * 12;
    while since
        .checked_add_months(chrono::Months::new(months + 1))
        .is_some_and(|day| day <= today)
    {
        months += 1;
    }
    i32::try_from(months).unwrap_or(i32::MAX)
}

/// `(benefit_id, squared_metres)` of the nearest outlet inside the circle.
fn nearest_outlets(circle: &Circle) -> SelectStatement {
    Query::select()
        .column((benefit_outlet::Entity, benefit_outlet::Column::BenefitId))
        .expr_as(circle.squared_distance().min(), "squared_metres")
        .from(benefit_outlet::Entity)
        .inner_join(
            outlet::Entity,
            Expr::col((outlet::Entity, outlet::Column::Id))
                .equals((benefit_outlet::Entity, benefit_outlet::Column::OutletId)),
        )
        .and_where(circle.contains())
        .group_by_col((benefit_outlet::Entity, benefit_outlet::Column::BenefitId))
        .to_owned()
}
