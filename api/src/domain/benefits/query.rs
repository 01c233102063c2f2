//! Root fields of benefits, partners and outlets.

use async_graphql::{Context, Enum, ID, InputObject, Object, connection::EmptyFields};
use entities::enums::ContentKind;
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    Benefit, BenefitCategory, Outlet, Partner,
    loaders::BenefitById,
    near::Circle,
    store::{
        self, BenefitCriteria, BenefitParts, BenefitPosition, BenefitSummary, MapBox,
        OutletCriteria, OutletPosition, PartnerPosition,
    },
    types::{BenefitValueKind, Nearness, RedemptionKind},
};
use crate::{
    domain::{
        content::RelatedIdsByContentId,
        organisations::{Okrug, Organisation, stored_okrugs},
    },
    infra::{
        auth::{Audience, Viewer},
        clock::moscow_date,
        db::{Database, Page, Slice},
        error::Error,
        graphql::{
            List, Now, PageArguments, Selection, Standing, TotalCount, connect, load_many_of,
            load_of, recall, slug_length,
        },
    },
};

/// What a benefit with its category, partner and cover is made of.
const BENEFIT_TAGS: &[&str] = &["benefits", "organisations"];

/// A page of benefits; its edges know how near they are.
pub type BenefitList = List<BenefitPosition, Benefit, Nearness>;
pub(super) type OutletList = List<OutletPosition, Outlet>;
pub(super) type PartnerList = List<PartnerPosition, Partner>;

/// Круг на карте.
#[derive(Clone, Debug, InputObject)]
pub struct NearInput {
    /// Широта центра, градусов.
    latitude: f64,
    /// Долгота центра, градусов.
    longitude: f64,
    /// Радиус, метров: от 1 до 100 000.
    #[graphql(default = 5000)]
    radius_metres: i32,
}

/// Какие льготы показать. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct BenefitFilter {
    /// Каких видов.
    categories: Option<Vec<ID>>,
    /// Какой организации.
    organisation: Option<ID>,
    /// В каком округе действуют.
    okrug: Option<Okrug>,
    /// С какой выгодой.
    value_kind: Option<BenefitValueKind>,
    /// С каким порядком получения.
    redemption_kind: Option<RedemptionKind>,
    /// Только доступные мне; нужно войти.
    #[graphql(default)]
    eligible_for_me: bool,
    /// Только те, которыми я ещё не пользовался; нужно войти.
    #[graphql(default)]
    unused_by_me: bool,
    /// Только те, которые можно получить поблизости.
    near: Option<NearInput>,
}

impl BenefitFilter {
    fn criteria(
        &self,
        viewer: &Viewer,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<BenefitCriteria, Error> {
        if self.eligible_for_me || self.unused_by_me {
            viewer.require()?;
        }
        if self.eligible_for_me && viewer.membership().is_none() {
            return Err(Error::Forbidden);
        }
        let category_ids = match &self.categories {
            Some(ids) => Some(BenefitCategory::NODE.decode_all("filter.categories", ids)?),
            None => None,
        };
        let organisation_id = match &self.organisation {
            Some(id) => Some(Organisation::NODE.decode("filter.organisation", id)?),
            None => None,
        };
        let near = match &self.near {
            Some(near) => Some(Circle::new(
                near.latitude,
                near.longitude,
                f64::from(near.radius_metres),
            )?),
            None => None,
        };
        Ok(BenefitCriteria {
            category_ids,
            organisation_id,
            partner_id: None,
            okrugs: stored_okrugs(self.okrug),
            value_kind: self.value_kind.map(Into::into),
            redemption_kind: self.redemption_kind.map(Into::into),
            near,
            eligible_member: viewer
                .membership()
                .filter(|_| self.eligible_for_me)
                .cloned(),
            unused_by: viewer
                .signed_in()
                .filter(|_| self.unused_by_me)
                .map(|signed_in| signed_in.account_id),
            not_ended_by: Some(moscow_date(now)),
        })
    }
}

/// Порядок льгот.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum BenefitOrder {
    /// От новых к старым.
    #[default]
    Newest,
    /// От ближних к дальним; нужен `filter.near`.
    Nearest,
}

/// Прямоугольник на карте.
#[derive(Clone, Debug, InputObject)]
pub struct BoxInput {
    /// Южная граница, градусов широты.
    south: f64,
    /// Западная граница, градусов долготы.
    west: f64,
    /// Северная граница, градусов широты.
    north: f64,
    /// Восточная граница, градусов долготы.
    east: f64,
}

/// Какие места показать. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OutletFilter {
    /// Какого партнёра.
    partner: Option<ID>,
    /// Где действует эта льгота.
    benefit: Option<ID>,
    /// В каком округе.
    okrug: Option<Okrug>,
    /// Внутри прямоугольника.
    #[graphql(name = "box")]
    map_box: Option<BoxInput>,
}

impl OutletFilter {
    fn criteria(&self) -> Result<OutletCriteria, Error> {
        let partner_id = match &self.partner {
            Some(id) => Some(Partner::NODE.decode("filter.partner", id)?),
            None => None,
        };
        let benefit_id = match &self.benefit {
            Some(id) => Some(Benefit::NODE.decode("filter.benefit", id)?),
            None => None,
        };
        if self
            .map_box
            .as_ref()
            .is_some_and(|map| map.south > map.north || map.west > map.east)
        {
            return Err(Error::bad_input(
                "filter.box",
                "юг должен быть южнее севера, запад — западнее востока",
            ));
        }
        Ok(OutletCriteria {
            partner_id,
            benefit_id,
            okrugs: stored_okrugs(self.okrug),
            map_box: self.map_box.as_ref().map(|map| MapBox {
                south: map.south,
                west: map.west,
                north: map.north,
                east: map.east,
            }),
        })
    }
}

/// Root fields of benefits.
#[derive(Default)]
pub struct BenefitQuery;

#[Object]
impl BenefitQuery {
    /// Льготы, срок которых не истёк.
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    async fn benefits(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие льготы показать.")] filter: Option<BenefitFilter>,
        #[graphql(desc = "В каком порядке.", default)] order_by: BenefitOrder,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<BenefitList, Error>> {
        async {
            let page = PageArguments {
                first,
                after,
                last,
                before,
            };
            let viewer = context.data_unchecked::<Viewer>();
            let filter = filter.unwrap_or_default();
            if filter.eligible_for_me || filter.unused_by_me {
                Standing::of(context).is_personal();
            }
            let criteria = filter.criteria(viewer, Now::of(context))?;
            if order_by == BenefitOrder::Nearest && criteria.near.is_none() {
                return Err(Error::bad_input("filter.near", "нужен для порядка NEAREST"));
            }
            list(context, criteria, order_by, &page).await.map(Some)
        }
        .await
        .transpose()
    }

    /// Льгота по имени для адресов; `null`, если такой нет.
    async fn benefit(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Имя для адресов.")] slug: String,
    ) -> Option<Result<Benefit, Error>> {
        async {
            slug_length(&slug)?;
            let database = context.data_unchecked::<Database>();
            let audience = context.data_unchecked::<Audience>();
            let find = store::find_benefit(database.reader(), &slug, audience);
            let found = recall(context, ("benefit", &slug), BENEFIT_TAGS, find).await?;
            Ok(found.map(Benefit))
        }
        .await
        .transpose()
    }

    /// Виды льгот в порядке меню.
    async fn benefit_categories(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<Vec<BenefitCategory>, Error>> {
        async {
            let database = context.data_unchecked::<Database>();
            let list = store::list_categories(database.reader());
            let rows = recall(context, "categories", BENEFIT_TAGS, list).await?;
            Ok(Some(rows.into_iter().map(BenefitCategory).collect()))
        }
        .await
        .transpose()
    }

    /// Партнёры по названию.
    async fn partners(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<PartnerList, Error>> {
        async {
            let page = PageArguments {
                first,
                after,
                last,
                before,
            }
            .parse()?;
            let database = context.data_unchecked::<Database>().clone();
            let slice = store::list_partners(database.reader(), &page).await?;
            let count = TotalCount::new(move || {
                let database = database.clone();
                async move { Ok(store::count_partners(database.reader()).await?) }.boxed()
            });
            Ok(Some(connect(slice, count, |row| {
                let position = PartnerPosition {
                    sort_key: row.sort_key.clone(),
                    id: row.id,
                };
                (position, Partner(row), EmptyFields)
            })))
        }
        .await
        .transpose()
    }

    /// Места обслуживания, например для карты.
    async fn outlets(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие места показать.")] filter: Option<OutletFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<OutletList, Error>> {
        async {
            let page = PageArguments {
                first,
                after,
                last,
                before,
            };
            let criteria = filter.unwrap_or_default().criteria()?;
            list_outlets(context, criteria, &page).await.map(Some)
        }
        .await
        .transpose()
    }
}

/// The benefits that one organisation offers.
///
/// # Errors
/// `BAD_USER_INPUT` for the page's arguments, or whatever the database reports.
pub async fn benefits_of(
    context: &Context<'_>,
    organisation_id: Uuid,
    page: &PageArguments,
) -> Result<BenefitList, Error> {
    let criteria = BenefitCriteria {
        organisation_id: Some(organisation_id),
        not_ended_by: Some(moscow_date(Now::of(context))),
        ..BenefitCriteria::default()
    };
    list(context, criteria, BenefitOrder::Newest, page).await
}

pub(super) async fn benefits_of_partner(
    context: &Context<'_>,
    partner_id: Uuid,
    page: &PageArguments,
) -> Result<BenefitList, Error> {
    let criteria = BenefitCriteria {
        partner_id: Some(partner_id),
        not_ended_by: Some(moscow_date(Now::of(context))),
        ..BenefitCriteria::default()
    };
    list(context, criteria, BenefitOrder::Newest, page).await
}

/// The benefits that a piece of content points to, without those the viewer may not see.
///
/// # Errors
/// Whatever the database reports.
pub async fn related_benefits(
    context: &Context<'_>,
    content_id: Uuid,
) -> Result<Vec<Benefit>, Error> {
    let key = RelatedIdsByContentId {
        content_id,
        kind: ContentKind::Benefit,
    };
    let ids = load_of(context, key).await?.unwrap_or_default();
    let keys: Vec<BenefitById> = ids.into_iter().map(BenefitById).collect();
    let mut found = load_many_of(context, keys.iter().copied()).await?;
    Ok(keys
        .iter()
        .filter_map(|key| found.remove(key))
        .map(Benefit)
        .collect())
}

pub(super) async fn outlets_of_benefit(
    context: &Context<'_>,
    benefit_id: Uuid,
    page: &PageArguments,
) -> Result<OutletList, Error> {
    let criteria = OutletCriteria {
        benefit_id: Some(benefit_id),
        ..OutletCriteria::default()
    };
    list_outlets(context, criteria, page).await
}

pub(super) async fn outlets_of_partner(
    context: &Context<'_>,
    partner_id: Uuid,
    page: &PageArguments,
) -> Result<OutletList, Error> {
    let criteria = OutletCriteria {
        partner_id: Some(partner_id),
        ..OutletCriteria::default()
    };
    list_outlets(context, criteria, page).await
}

async fn list(
    context: &Context<'_>,
    criteria: BenefitCriteria,
    order: BenefitOrder,
    page: &PageArguments,
) -> Result<BenefitList, Error> {
    let page: Page<BenefitPosition> = page.parse()?;
    let database = context.data_unchecked::<Database>().clone();
    let audience = context.data_unchecked::<Audience>().clone();
    let circle = criteria.near;
    let items = Selection::of_list(context);
    let parts = BenefitParts {
        category: items.has_any(&["category", "openGraph", "structuredData"]),
        partner: items.has_any(&["partner", "openGraph", "structuredData"]),
        cover: items.has_any(&["cover", "openGraph", "structuredData"]),
    };
    let question = (&criteria, order, page.clone(), parts);
    let read = slice(&database, &criteria, &audience, order, page, parts);
    let slice = if criteria.is_personal() {
        read.await?
    } else {
        recall(context, question, BENEFIT_TAGS, read).await?
    };
    let count = TotalCount::new(move || {
        let (database, criteria, audience) = (database.clone(), criteria.clone(), audience.clone());
        async move { Ok(store::count(database.reader(), &criteria, &audience).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let nearness = Nearness {
            benefit_id: row.row.id,
            circle,
            metres: row.squared_metres.map(f64::sqrt),
        };
        (position(&row, order), Benefit(row), nearness)
    }))
}

async fn slice(
    database: &Database,
    criteria: &BenefitCriteria,
    audience: &Audience,
    order: BenefitOrder,
    page: Page<BenefitPosition>,
    parts: BenefitParts,
) -> Result<Slice<BenefitSummary>, Error> {
    let connection = database.reader();
    Ok(match order {
        BenefitOrder::Newest => {
            let page = in_order(page, |position| match position {
                BenefitPosition::Newest { published_at, id } => Some((published_at, id)),
                BenefitPosition::Nearest { .. } => None,
            })?;
            store::list_newest(connection, criteria, audience, &page, parts).await?
        }
        BenefitOrder::Nearest => {
            let page = in_order(page, |position| match position {
                BenefitPosition::Nearest { squared_metres, id } => {
                    Some((f64::from_bits(squared_metres), id))
                }
                BenefitPosition::Newest { .. } => None,
            })?;
            store::list_nearest(connection, criteria, audience, &page, parts).await?
        }
    })
}

/// A cursor of the other order names a place that this list does not have.
fn in_order<P>(
    page: Page<BenefitPosition>,
    convert: impl Fn(BenefitPosition) -> Option<P>,
) -> Result<Page<P>, Error> {
    let bound = |argument: &str, position: Option<BenefitPosition>| {
        position
            .map(|position| {
                convert(position)
                    .ok_or_else(|| Error::bad_input(argument, "это курсор другого порядка"))
            })
            .transpose()
    };
    Ok(Page {
        limit: page.limit,
        direction: page.direction,
        after: bound("after", page.after)?,
        before: bound("before", page.before)?,
    })
}

fn position(row: &BenefitSummary, order: BenefitOrder) -> BenefitPosition {
    let id = row.row.id;
    match (order, row.squared_metres) {
        (BenefitOrder::Nearest, Some(squared_metres)) => BenefitPosition::Nearest {
            squared_metres: squared_metres.to_bits(),
            id,
        },
        _ => BenefitPosition::Newest {
            published_at: row.row.published_at,
            id,
        },
    }
}

async fn list_outlets(
    context: &Context<'_>,
    criteria: OutletCriteria,
    page: &PageArguments,
) -> Result<OutletList, Error> {
    let page = page.parse()?;
    let database = context.data_unchecked::<Database>().clone();
    let audience = context.data_unchecked::<Audience>().clone();
    let slice = store::list_outlets(database.reader(), &criteria, &audience, &page).await?;
    let count = TotalCount::new(move || {
        let (database, criteria, audience) = (database.clone(), criteria.clone(), audience.clone());
        async move { Ok(store::count_outlets(database.reader(), &criteria, &audience).await?) }
            .boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = OutletPosition {
            sort_key: row.sort_key.clone(),
            id: row.id,
        };
        (position, Outlet(row), EmptyFields)
    }))
}
