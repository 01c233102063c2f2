//! All SQL of benefits, partners and outlets.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    benefit, benefit_category, benefit_eligible_organisation, benefit_okrug, benefit_outlet,
    enums::{BenefitProvider, BenefitValueKind, LimitPeriod, Okrug, RedemptionKind},
    media_asset, outlet, partner,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, DerivePartialModel, EntityTrait, ExprTrait,
    FromQueryResult, IntoActiveModel, JoinType, PaginatorTrait, PartialModelTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, OnConflict, Order, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::near::Circle;
use crate::{
    domain::{
        content::{Published, RenderedText, sort_key},
        media::Picture,
    },
    infra::{
        auth::{Audience, Membership},
        db::{Direction, Page, Slice, keyset},
        error::Error,
        graphql::Position,
    },
};

/// A category as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, DerivePartialModel)]
#[sea_orm(entity = "benefit_category::Entity")]
pub struct CategoryRow {
    pub id: Uuid,
    pub slug: String,
    pub name: String,
    pub description: String,
}

/// A partner as readers see it.
#[derive(Clone, Debug, PartialEq, Eq, DerivePartialModel)]
#[sea_orm(entity = "partner::Entity")]
pub struct PartnerRow {
    pub id: Uuid,
    pub slug: String,
    pub brand_name: String,
    pub legal_name: String,
    pub sort_key: String,
    pub description: String,
    pub site: Option<String>,
    pub is_demo: bool,
}

/// A benefit without its texts, with the one-to-one relations that lists always show.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "benefit::Entity")]
pub struct BenefitSummary {
    pub id: Uuid,
    pub slug: String,
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
    pub organisation_id: Uuid,
    pub is_demo: bool,
    pub published_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[sea_orm(nested)]
    pub category: CategoryRow,
    #[sea_orm(nested)]
    pub partner: Option<PartnerRow>,
    #[sea_orm(nested)]
    pub cover: Option<Picture>,
}

/// What only the page of one benefit shows.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "benefit::Entity")]
pub struct BenefitDetail {
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
    /// Only benefits whose term has not ended before that Moscow day.
    pub not_ended_by: Option<NaiveDate>,
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

/// A benefit in a list, with the squared distance where a circle was asked for.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ListedBenefit {
    #[sea_orm(nested)]
    pub benefit: BenefitSummary,
    pub squared_metres: Option<f64>,
}

pub(super) async fn list_newest(
    connection: &impl ConnectionTrait,
    criteria: &BenefitCriteria,
    audience: &Audience,
    page: &Page<(DateTime<Utc>, Uuid)>,
) -> Result<Slice<ListedBenefit>, DbErr> {
    let select = keyset(
        listed(criteria, audience),
        (benefit::Column::PublishedAt, benefit::Column::Id),
        Order::Desc,
        page,
        |(published_at, id)| ((*published_at).into(), (*id).into()),
    );
    let rows = select.into_model().all(connection).await?;
    Ok(page.slice(rows))
}

pub(super) async fn list_nearest(
    connection: &impl ConnectionTrait,
    criteria: &BenefitCriteria,
    audience: &Audience,
    page: &Page<(f64, Uuid)>,
) -> Result<Slice<ListedBenefit>, DbErr> {
    let mut select = listed(criteria, audience);
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
    let rows = select
        .order_by(Expr::col(("nearest", "squared_metres")), walk.clone())
        .order_by(benefit::Column::Id, walk)
        .limit(page.probe())
        .into_model()
        .all(connection)
        .await?;
    Ok(page.slice(rows))
}

pub(super) async fn count(
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
    with_relations(visible(audience))
        .filter(benefit::Column::Slug.eq(slug))
        .into_partial_model()
        .one(connection)
        .await
}

pub(super) async fn list_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<BenefitSummary>, DbErr> {
    with_relations(visible(audience))
        .filter(benefit::Column::Id.is_in(ids.iter().copied()))
        .into_partial_model()
        .all(connection)
        .await
}

pub(super) async fn list_details(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<BenefitDetail>, DbErr> {
    benefit::Entity::find()
        .filter(benefit::Column::Id.is_in(ids.iter().copied()))
        .into_partial_model()
        .all(connection)
        .await
}

pub(super) async fn list_okrugs(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<benefit_okrug::Model>, DbErr> {
    benefit_okrug::Entity::find()
        .filter(benefit_okrug::Column::BenefitId.is_in(ids.iter().copied()))
        .order_by_asc(benefit_okrug::Column::Okrug)
        .all(connection)
        .await
}

pub(super) async fn list_eligible_organisations(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<benefit_eligible_organisation::Model>, DbErr> {
    benefit_eligible_organisation::Entity::find()
        .filter(benefit_eligible_organisation::Column::BenefitId.is_in(ids.iter().copied()))
        .order_by_asc(benefit_eligible_organisation::Column::OrganisationId)
        .all(connection)
        .await
}

fn visible(audience: &Audience) -> Select<benefit::Entity> {
    benefit::Entity::find().filter(audience.admits(benefit::Column::AudienceId))
}

fn with_relations(select: Select<benefit::Entity>) -> Select<benefit::Entity> {
    select
        .inner_join(benefit_category::Entity)
        .left_join(partner::Entity)
        .left_join(media_asset::Entity)
}

/// The select of [`ListedBenefit`] rows.
fn listed(criteria: &BenefitCriteria, audience: &Audience) -> Select<benefit::Entity> {
    let select = with_relations(matching(criteria, audience)).select_only();
    let mut select = BenefitSummary::select_cols(select);
    let distance = match criteria.near {
        Some(_) => Expr::col(("nearest", "squared_metres")),
        None => Expr::val(Option::<f64>::None).cast_as("double precision"),
    };
    QuerySelect::query(&mut select).expr_as(distance, "squared_metres");
    select
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

/// The same rules as `rules::eligibility`, for a whole list.
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

/// An outlet as readers see it.
#[derive(Clone, Debug, PartialEq, DerivePartialModel)]
#[sea_orm(entity = "outlet::Entity")]
pub struct OutletRow {
    pub id: Uuid,
    pub partner_id: Uuid,
    pub slug: String,
    pub name: String,
    pub address: String,
    pub okrug: Option<Okrug>,
    pub latitude: f64,
    pub longitude: f64,
    pub hours: Option<String>,
    pub phone: Option<String>,
    pub is_demo: bool,
}

/// A rectangle on the map, in degrees.
#[derive(Clone, Copy, Debug)]
pub struct MapBox {
    pub south: f64,
    pub west: f64,
    pub north: f64,
    pub east: f64,
}

/// Which outlets a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct OutletCriteria {
    pub partner_id: Option<Uuid>,
    /// Only outlets of this benefit, and only for those who may see the benefit.
    pub benefit_id: Option<Uuid>,
    pub okrugs: Option<Vec<Okrug>>,
    pub map_box: Option<MapBox>,
}

/// Where an outlet stands in lists.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OutletPosition {
    pub slug: String,
    pub id: Uuid,
}

impl Position for OutletPosition {
    const LIST: &'static str = "outlets";
}

pub(super) async fn list_outlets(
    connection: &impl ConnectionTrait,
    criteria: &OutletCriteria,
    audience: &Audience,
    page: &Page<OutletPosition>,
) -> Result<Slice<OutletRow>, DbErr> {
    let select = keyset(
        matching_outlets(criteria, audience),
        (outlet::Column::Slug, outlet::Column::Id),
        Order::Asc,
        page,
        |position| (position.slug.clone().into(), position.id.into()),
    );
    let rows = select.into_partial_model().all(connection).await?;
    Ok(page.slice(rows))
}

pub(super) async fn count_outlets(
    connection: &impl ConnectionTrait,
    criteria: &OutletCriteria,
    audience: &Audience,
) -> Result<u64, DbErr> {
    matching_outlets(criteria, audience).count(connection).await
}

fn matching_outlets(criteria: &OutletCriteria, audience: &Audience) -> Select<outlet::Entity> {
    use outlet::Column;
    let mut select = outlet::Entity::find();
    if let Some(partner_id) = criteria.partner_id {
        select = select.filter(Column::PartnerId.eq(partner_id));
    }
    if let Some(benefit_id) = criteria.benefit_id {
        let visible_benefit = visible(audience)
            .select_only()
            .column(benefit::Column::Id)
            .filter(benefit::Column::Id.eq(benefit_id))
            .into_query();
        let giving = Query::select()
            .column(benefit_outlet::Column::OutletId)
            .from(benefit_outlet::Entity)
            .and_where(benefit_outlet::Column::BenefitId.in_subquery(visible_benefit))
            .to_owned();
        select = select.filter(Column::Id.in_subquery(giving));
    }
    if let Some(okrugs) = &criteria.okrugs {
        select = select.filter(Column::Okrug.is_in(okrugs.iter().copied()));
    }
    if let Some(map_box) = &criteria.map_box {
        select = select
            .filter(Column::Latitude.between(map_box.south, map_box.north))
            .filter(Column::Longitude.between(map_box.west, map_box.east));
    }
    select
}

pub(super) async fn list_outlets_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<OutletRow>, DbErr> {
    outlet::Entity::find()
        .filter(outlet::Column::Id.is_in(ids.iter().copied()))
        .into_partial_model()
        .all(connection)
        .await
}

/// An outlet inside a circle, with the benefit that is given there.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OutletOfBenefit {
    pub benefit_id: Uuid,
    #[sea_orm(nested)]
    pub outlet: OutletRow,
}

pub(super) async fn list_outlets_near(
    connection: &impl ConnectionTrait,
    benefit_ids: &[Uuid],
    circle: &Circle,
) -> Result<Vec<OutletOfBenefit>, DbErr> {
    let mut select = OutletRow::select_cols(outlet::Entity::find().select_only());
    QuerySelect::query(&mut select)
        .column((benefit_outlet::Entity, benefit_outlet::Column::BenefitId))
        .inner_join(
            benefit_outlet::Entity,
            Expr::col((outlet::Entity, outlet::Column::Id))
                .equals((benefit_outlet::Entity, benefit_outlet::Column::OutletId)),
        )
        .and_where(benefit_outlet::Column::BenefitId.is_in(benefit_ids.iter().copied()))
        .and_where(circle.contains());
    select.into_model().all(connection).await
}

/// Where a partner stands in lists: by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PartnerPosition {
    pub sort_key: String,
    pub id: Uuid,
}

impl Position for PartnerPosition {
    const LIST: &'static str = "partners";
}

pub(super) async fn list_partners(
    connection: &impl ConnectionTrait,
    page: &Page<PartnerPosition>,
) -> Result<Slice<PartnerRow>, DbErr> {
    let select = keyset(
        partner::Entity::find(),
        (partner::Column::SortKey, partner::Column::Id),
        Order::Asc,
        page,
        |position| (position.sort_key.clone().into(), position.id.into()),
    );
    let rows = select.into_partial_model().all(connection).await?;
    Ok(page.slice(rows))
}

pub(super) async fn count_partners(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    partner::Entity::find().count(connection).await
}

pub(super) async fn list_partners_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<PartnerRow>, DbErr> {
    partner::Entity::find()
        .filter(partner::Column::Id.is_in(ids.iter().copied()))
        .into_partial_model()
        .all(connection)
        .await
}

pub(super) async fn list_categories(
    connection: &impl ConnectionTrait,
) -> Result<Vec<CategoryRow>, DbErr> {
    benefit_category::Entity::find()
        .order_by_asc(benefit_category::Column::Position)
        .order_by_asc(benefit_category::Column::Id)
        .into_partial_model()
        .all(connection)
        .await
}

pub(super) async fn list_categories_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<CategoryRow>, DbErr> {
    benefit_category::Entity::find()
        .filter(benefit_category::Column::Id.is_in(ids.iter().copied()))
        .into_partial_model()
        .all(connection)
        .await
}

/// The reading row of a benefit to be published.
#[derive(Clone, Debug)]
pub struct NewBenefit {
    pub category_id: Uuid,
    pub partner_id: Option<Uuid>,
    pub provider: BenefitProvider,
    pub title: String,
    pub summary: String,
    pub terms: RenderedText,
    pub how_to_use: RenderedText,
    pub cover_id: Option<Uuid>,
    pub value_kind: BenefitValueKind,
    pub value_percent_hundredths: Option<i32>,
    pub value_amount_kopecks: Option<i64>,
    pub value_up_to_kopecks: Option<i64>,
    pub value_base_price_kopecks: Option<i64>,
    pub min_membership_months: i32,
    pub dependents_allowed: bool,
    pub eligible_organisation_ids: Vec<Uuid>,
    pub eligible_okrugs: Vec<Okrug>,
    pub needs_documents: Vec<String>,
    pub redemption_kind: RedemptionKind,
    pub redemption_url: Option<String>,
    pub redemption_phone: Option<String>,
    pub promo_code: Option<String>,
    pub limit_per_member: Option<i32>,
    pub limit_total: Option<i32>,
    pub limit_period: Option<LimitPeriod>,
    pub ad_advertiser: Option<String>,
    pub ad_token: Option<String>,
    pub valid_from: NaiveDate,
    pub valid_through: Option<NaiveDate>,
    pub okrugs: Vec<Okrug>,
    pub outlet_ids: Vec<Uuid>,
}

/// Writes the reading rows of a published benefit.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_benefit(
    transaction: &impl ConnectionTrait,
    published: &Published,
    new: NewBenefit,
) -> Result<(), Error> {
    let address = &published.address;
    let id = address.id;
    benefit::Entity::insert(benefit::ActiveModel {
        id: Set(id),
        slug: Set(address.slug.clone()),
        organisation_id: Set(address.organisation_id),
        category_id: Set(new.category_id),
        partner_id: Set(new.partner_id),
        audience_id: Set(address.audience_id),
        revision: Set(published.revision),
        provider: Set(new.provider),
        title: Set(new.title),
        summary: Set(new.summary),
        terms: Set(new.terms.stored_blocks()?),
        terms_html: Set(new.terms.html),
        how_to_use: Set(new.how_to_use.stored_blocks()?),
        how_to_use_html: Set(new.how_to_use.html),
        plain_text: Set(format!("{}\n{}", new.terms.plain, new.how_to_use.plain)),
        cover_id: Set(new.cover_id),
        value_kind: Set(new.value_kind),
        value_percent_hundredths: Set(new.value_percent_hundredths),
        value_amount_kopecks: Set(new.value_amount_kopecks),
        value_up_to_kopecks: Set(new.value_up_to_kopecks),
        value_base_price_kopecks: Set(new.value_base_price_kopecks),
        min_membership_months: Set(new.min_membership_months),
        dependents_allowed: Set(new.dependents_allowed),
        eligible_okrugs: Set(serde_json::to_value(new.eligible_okrugs)?),
        needs_documents: Set(serde_json::to_value(new.needs_documents)?),
        redemption_kind: Set(new.redemption_kind),
        redemption_url: Set(new.redemption_url),
        redemption_phone: Set(new.redemption_phone),
        promo_code: Set(new.promo_code),
        limit_per_member: Set(new.limit_per_member),
        limit_total: Set(new.limit_total),
        limit_period: Set(new.limit_period),
        ad_advertiser: Set(new.ad_advertiser),
        ad_token: Set(new.ad_token),
        valid_from: Set(new.valid_from),
        valid_through: Set(new.valid_through),
        is_demo: Set(address.is_demo),
        published_at: Set(address.published_at),
        updated_at: Set(address.published_at),
    })
    .exec_without_returning(transaction)
    .await?;
    if !new.okrugs.is_empty() {
        let rows = new
            .okrugs
            .into_iter()
            .map(|okrug| benefit_okrug::ActiveModel {
                benefit_id: Set(id),
                okrug: Set(okrug),
            });
        benefit_okrug::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    if !new.outlet_ids.is_empty() {
        let rows = new
            .outlet_ids
            .into_iter()
            .map(|outlet_id| benefit_outlet::ActiveModel {
                benefit_id: Set(id),
                outlet_id: Set(outlet_id),
            });
        benefit_outlet::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    if !new.eligible_organisation_ids.is_empty() {
        let rows = new
            .eligible_organisation_ids
            .into_iter()
            .map(
                |organisation_id| benefit_eligible_organisation::ActiveModel {
                    benefit_id: Set(id),
                    organisation_id: Set(organisation_id),
                },
            );
        benefit_eligible_organisation::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

/// A partner to be created.
#[derive(Clone, Debug)]
pub struct NewPartner {
    pub id: Uuid,
    pub slug: String,
    pub brand_name: String,
    pub legal_name: String,
    pub description: String,
    pub site: Option<String>,
    pub is_demo: bool,
}

/// Writes a partner. A second insert of the same one changes nothing.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_partner(
    connection: &impl ConnectionTrait,
    new: NewPartner,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    partner::Entity::insert(partner::ActiveModel {
        id: Set(new.id),
        slug: Set(new.slug),
        sort_key: Set(sort_key(&new.brand_name)),
        brand_name: Set(new.brand_name),
        legal_name: Set(new.legal_name),
        description: Set(new.description),
        site: Set(new.site),
        logo_id: Set(None),
        is_demo: Set(new.is_demo),
        created_at: Set(now),
        updated_at: Set(now),
    })
    .on_conflict(
        OnConflict::column(partner::Column::Id)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(connection)
    .await
    .map(|_| ())
}

/// An outlet to be created.
#[derive(Clone, Debug)]
pub struct NewOutlet {
    pub id: Uuid,
    pub partner_id: Uuid,
    pub slug: String,
    pub name: String,
    pub address: String,
    pub okrug: Option<Okrug>,
    pub latitude: f64,
    pub longitude: f64,
    pub hours: Option<String>,
    pub phone: Option<String>,
    pub is_demo: bool,
}

/// Writes an outlet. A second insert of the same one changes nothing.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_outlet(
    connection: &impl ConnectionTrait,
    new: NewOutlet,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    outlet::Entity::insert(outlet::ActiveModel {
        id: Set(new.id),
        partner_id: Set(new.partner_id),
        slug: Set(new.slug),
        name: Set(new.name),
        address: Set(new.address),
        okrug: Set(new.okrug),
        latitude: Set(new.latitude),
        longitude: Set(new.longitude),
        hours: Set(new.hours),
        phone: Set(new.phone),
        is_demo: Set(new.is_demo),
        created_at: Set(now),
        updated_at: Set(now),
    })
    .on_conflict(
        OnConflict::column(outlet::Column::Id)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(connection)
    .await
    .map(|_| ())
}

/// Writes a category. A second insert of the same one changes nothing.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_category(
    connection: &impl ConnectionTrait,
    category: benefit_category::Model,
) -> Result<(), DbErr> {
    benefit_category::Entity::insert(category.into_active_model())
        .on_conflict(
            OnConflict::column(benefit_category::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await
        .map(|_| ())
}
