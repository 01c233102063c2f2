//! Who gets a campaign, as conditions of SQL: on devices for the bell, on accounts for the inbox.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    account,
    enums::{AccountState, MembershipStatus, PushCampaignKind, PushProvider, RegistrationState},
    inbox_item, membership, organisation_closure, organisation_okrug, push_device,
    push_device_topic, push_followed_organisation, push_preference, push_preference_topic,
    saved_item, training_registration,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{ColumnRef, Expr, IntoColumnRef, OnConflict, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    domain::{
        content::AudienceScope,
        push::audience::{PushAudience, Recipients, Registrants},
    },
    infra::clock::moscow_date,
};

/// A stretch of device numbers: behind `after`, up to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub after: i64,
    pub to: i64,
}

/// The devices of a stretch that ring for a campaign, in their order.
pub async fn list_window(
    connection: &impl ConnectionTrait,
    recipients: &Recipients,
    window: Window,
    now: DateTime<Utc>,
) -> Result<Vec<(i64, PushProvider)>, DbErr> {
    push_device::Entity::find()
        .select_only()
        .column(push_device::Column::Id)
        .column(push_device::Column::Provider)
        .filter(push_device::Column::Id.gt(window.after))
        .filter(push_device::Column::Id.lte(window.to))
        .filter(on_devices(recipients, Some(window), moscow_date(now)))
        .order_by_asc(push_device::Column::Id)
        .into_tuple()
        .all(connection)
        .await
}

/// How many devices ring for a campaign, by provider.
pub async fn count_devices(
    connection: &impl ConnectionTrait,
    recipients: &Recipients,
    now: DateTime<Utc>,
) -> Result<Vec<(PushProvider, i64)>, DbErr> {
    push_device::Entity::find()
        .select_only()
        .column(push_device::Column::Provider)
        .column_as(push_device::Column::Id.count(), "devices")
        .filter(on_devices(recipients, None, moscow_date(now)))
        .group_by(push_device::Column::Provider)
        .order_by_asc(push_device::Column::Provider)
        .into_tuple()
        .all(connection)
        .await
}

/// How many people find a campaign in their inboxes.
pub async fn count_accounts(
    connection: &impl ConnectionTrait,
    recipients: &Recipients,
    now: DateTime<Utc>,
) -> Result<i64, DbErr> {
    let count: Option<i64> = account::Entity::find()
        .select_only()
        .column_as(account::Column::Id.count(), "accounts")
        .filter(on_accounts(recipients, moscow_date(now)))
        .into_tuple()
        .one(connection)
        .await?;
    Ok(count.unwrap_or_default())
}

/// Puts a campaign into the inboxes of everybody whom it concerns, in one statement; whoever has it
/// already keeps it as it is.
pub async fn fill_inboxes(
    transaction: &impl ConnectionTrait,
    campaign_id: Uuid,
    recipients: &Recipients,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let whom = Query::select()
        .column((account::Entity, account::Column::Id))
        .expr(Expr::value(campaign_id))
        .expr(Expr::value(now))
        .from(account::Entity)
        .cond_where(on_accounts(recipients, moscow_date(now)))
        .to_owned();
    let mut filling = Query::insert();
    filling
        .into_table(inbox_item::Entity)
        .columns([
            inbox_item::Column::AccountId,
            inbox_item::Column::CampaignId,
            inbox_item::Column::CreatedAt,
        ])
        .select_from(whom)
        .map_err(|cause| DbErr::Custom(cause.to_string()))?
        .on_conflict(
            OnConflict::columns([
                inbox_item::Column::AccountId,
                inbox_item::Column::CampaignId,
            ])
            .do_nothing()
            .to_owned(),
        );
    let filled = transaction.execute(&filling).await?;
    Ok(filled.rows_affected())
}

/// Which devices ring. Within a window, what stands about topics, preferences and organisations is asked
/// of that window alone.
fn on_devices(recipients: &Recipients, window: Option<Window>, today: NaiveDate) -> Condition {
    use push_device::Column;
    let mut condition = Condition::all().add(Column::IsRinging.eq(true));
    if let Some(account_id) = recipients.only_account_id {
        return condition.add(Column::AccountId.eq(account_id));
    }
    let audience = &recipients.audience;
    let holder = || (push_device::Entity, Column::AccountId).into_column_ref();
    condition = condition
        .add(Column::PreferenceId.in_subquery(allowing(recipients.kind, window)))
        .add_option(narrowed_to_apps(audience))
        .add_option(narrowed_to_members(audience, holder(), today))
        .add_option(narrowed_to_savers(audience, holder()))
        .add_option(narrowed_to_registrants(audience, holder()));
    if !audience.asks_for_a_choice() {
        return condition;
    }
    let mut chosen = Condition::any();
    if !audience.topic_ids.is_empty() {
        let mut by_topic = Query::select();
        by_topic
            .column(push_device_topic::Column::DeviceId)
            .from(push_device_topic::Entity)
            .and_where(
                push_device_topic::Column::TopicId.is_in(audience.topic_ids.iter().copied()),
            );
        if let Some(window) = window {
            by_topic
                .and_where(push_device_topic::Column::DeviceId.gt(window.after))
                .and_where(push_device_topic::Column::DeviceId.lte(window.to));
        }
        chosen = chosen.add(Column::Id.in_subquery(by_topic));
    }
    if !audience.followed_ids.is_empty() {
        let following = following(&audience.followed_ids, window);
        chosen = chosen.add(Column::PreferenceId.in_subquery(following));
    }
    condition.add(chosen)
}

/// The preferences that allow a kind; within a window, those of its devices.
fn allowing(kind: PushCampaignKind, window: Option<Window>) -> SelectStatement {
    let allows = match kind {
        PushCampaignKind::Service => push_preference::Column::AllowsService,
        PushCampaignKind::Promotional => push_preference::Column::AllowsPromotional,
    };
    let mut allowing = Query::select();
    allowing
        .column((push_preference::Entity, push_preference::Column::Id))
        .from(push_preference::Entity)
        .and_where(Expr::col((push_preference::Entity, allows)).eq(true));
    if let Some(window) = window {
        allowing.and_where(
            Expr::col((push_preference::Entity, push_preference::Column::Id))
                .in_subquery(preferences_of(window)),
        );
    }
    allowing
}

/// The preferences that devices of a window go by.
fn preferences_of(window: Window) -> SelectStatement {
    Query::select()
        .column(push_device::Column::PreferenceId)
        .from(push_device::Entity)
        .and_where(Expr::col(push_device::Column::Id).gt(window.after))
        .and_where(Expr::col(push_device::Column::Id).lte(window.to))
        .to_owned()
}

/// The preferences that follow one of these; within a window, those of its devices. The federation has as
/// many followers as devices, and every chunk would read them all.
fn following(organisation_ids: &[Uuid], window: Option<Window>) -> SelectStatement {
    use push_followed_organisation::Column;
    let mut following = Query::select();
    following
        .column(Column::PreferenceId)
        .from(push_followed_organisation::Entity)
        .and_where(Column::OrganisationId.is_in(organisation_ids.iter().copied()));
    if let Some(window) = window {
        following.and_where(Column::PreferenceId.in_subquery(preferences_of(window)));
    }
    following
}

fn narrowed_to_apps(audience: &PushAudience) -> Option<Condition> {
    use push_device::Column;
    let narrows = !audience.platforms.is_empty()
        || audience.version_from.is_some()
        || audience.version_before.is_some();
    narrows.then(|| {
        let platforms = (!audience.platforms.is_empty())
            .then(|| Column::Platform.is_in(audience.platforms.iter().copied()));
        let from = audience
            .version_from
            .map(|version| Column::AppVersionNumber.gte(version));
        let before = audience
            .version_before
            .map(|version| Column::AppVersionNumber.lt(version));
        Condition::all()
            .add_option(platforms)
            .add_option(from)
            .add_option(before)
    })
}

/// Members whose membership holds, of the organisations and okrugs that are named.
fn narrowed_to_members(
    audience: &PushAudience,
    account: ColumnRef,
    today: NaiveDate,
) -> Option<Expr> {
    use membership::Column;
    let circle = &audience.circle;
    if circle.scope == AudienceScope::Public {
        return None;
    }
    let column = |column: Column| Expr::col((membership::Entity, column));
    let mut held = Query::select();
    held.expr(Expr::value(1))
        .from(membership::Entity)
        .and_where(column(Column::AccountId).equals(account))
        .and_where(Column::Status.eq(MembershipStatus::Active))
        .cond_where(
            Condition::any()
                .add(column(Column::ValidThrough).is_null())
                .add(column(Column::ValidThrough).gte(today)),
        );
    if !circle.organisation_ids.is_empty() {
        let named = || circle.organisation_ids.iter().copied();
        let within = match circle.inherit_down {
            true => column(Column::OrganisationId).in_subquery(
                Query::select()
                    .column(organisation_closure::Column::DescendantId)
                    .from(organisation_closure::Entity)
                    .and_where(organisation_closure::Column::AncestorId.is_in(named()))
                    .to_owned(),
            ),
            false => column(Column::OrganisationId).is_in(named()),
        };
        held.and_where(within);
    }
    if !circle.okrugs.is_empty() {
        let there = Query::select()
            .column(organisation_okrug::Column::OrganisationId)
            .from(organisation_okrug::Entity)
            .and_where(organisation_okrug::Column::Okrug.is_in(circle.okrugs.iter().copied()))
            .to_owned();
        held.and_where(column(Column::OrganisationId).in_subquery(there));
    }
    if circle.youth_only {
        held.and_where(column(Column::IsYouth).eq(true));
    }
    Some(Expr::exists(held))
}

fn narrowed_to_savers(audience: &PushAudience, account: ColumnRef) -> Option<Expr> {
    use saved_item::Column;
    let object_id = audience.saved_id?;
    let saved = Query::select()
        .expr(Expr::value(1))
        .from(saved_item::Entity)
        .and_where(Expr::col((saved_item::Entity, Column::AccountId)).equals(account))
        .and_where(Expr::col((saved_item::Entity, Column::ObjectId)).eq(object_id))
        .to_owned();
    Some(Expr::exists(saved))
}

fn narrowed_to_registrants(audience: &PushAudience, account: ColumnRef) -> Option<Expr> {
    use training_registration::Column;
    let column = |column: Column| Expr::col((training_registration::Entity, column));
    let (of, has_waiting) = match audience.registrants? {
        Registrants::Holding(id) => (column(Column::Id).eq(id), true),
        Registrants::SeatedIn(id) => (column(Column::SessionId).eq(id), false),
        Registrants::OfSession(id) => (column(Column::SessionId).eq(id), true),
    };
    let waiting = has_waiting.then_some(RegistrationState::Waitlisted);
    let states = [RegistrationState::Registered].into_iter().chain(waiting);
    let registered = Query::select()
        .expr(Expr::value(1))
        .from(training_registration::Entity)
        .and_where(column(Column::AccountId).equals(account))
        .and_where(of)
        .and_where(Column::State.is_in(states))
        .to_owned();
    Some(Expr::exists(registered))
}

/// Which people find it in their inboxes: the same, whether they have a device or not. What is
/// advertising comes there by consent only; what is service needs none to be read in the app.
fn on_accounts(recipients: &Recipients, today: NaiveDate) -> Condition {
    use push_preference::Column;
    let audience = &recipients.audience;
    let own = || (account::Entity, account::Column::Id).into_column_ref();
    if let Some(account_id) = recipients.only_account_id {
        return Condition::all().add(Expr::col(own()).eq(account_id));
    }
    let preference = || {
        let mut preference = Query::select();
        preference
            .expr(Expr::value(1))
            .from(push_preference::Entity)
            .and_where(Expr::col((push_preference::Entity, Column::AccountId)).equals(own()));
        preference
    };
    let mut condition = Condition::all()
        .add(account::Column::State.eq(AccountState::Active))
        .add_option(narrowed_to_members(audience, own(), today))
        .add_option(narrowed_to_savers(audience, own()))
        .add_option(narrowed_to_registrants(audience, own()));
    if recipients.kind == PushCampaignKind::Promotional {
        let allowing = preference()
            .and_where(Expr::col((push_preference::Entity, Column::AllowsPromotional)).eq(true))
            .to_owned();
        condition = condition.add(Expr::exists(allowing));
    }
    if let Some(apps) = narrowed_to_apps(audience) {
        let device = Query::select()
            .expr(Expr::value(1))
            .from(push_device::Entity)
            .and_where(
                Expr::col((push_device::Entity, push_device::Column::AccountId)).equals(own()),
            )
            .cond_where(apps)
            .to_owned();
        condition = condition.add(Expr::exists(device));
    }
    if !audience.asks_for_a_choice() {
        return condition;
    }
    let mut chosen = Condition::any();
    let id = || Expr::col((push_preference::Entity, Column::Id));
    if !audience.topic_ids.is_empty() {
        let choosing = Query::select()
            .column(push_preference_topic::Column::PreferenceId)
            .from(push_preference_topic::Entity)
            .and_where(
                push_preference_topic::Column::TopicId.is_in(audience.topic_ids.iter().copied()),
            )
            .to_owned();
        let by_topic = preference()
            .and_where(id().in_subquery(choosing))
            .to_owned();
        chosen = chosen.add(Expr::exists(by_topic));
    }
    if !audience.followed_ids.is_empty() {
        let by_organisation = preference()
            .and_where(id().in_subquery(following(&audience.followed_ids, None)))
            .to_owned();
        chosen = chosen.add(Expr::exists(by_organisation));
    }
    condition.add(chosen)
}
