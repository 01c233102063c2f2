//! Things that the demo content does not have: content for few, and content that is not published.

use std::sync::Arc;

use api::{
    domain::{
        benefits::{NewBenefit, insert_benefit},
        content::{
            Address, AudienceDefinition, AudienceScope, Pictures, Published, RenderedText,
            insert_published, intern_audience, object_type, relate,
        },
        guides::{NewGuide, Passport, insert_guide},
        news::{NewArticle, insert_article},
        organisations::{NewPage, insert_page},
        search,
        training::{NewCourse, insert_course, insert_session},
    },
    infra::{
        auth::{Membership, SignedIn, Viewer},
        clock::Clock,
        db::{Change, Database, record_change},
    },
};
use chrono::TimeDelta;
use entities::{
    benefit_category, content,
    enums::{
        BenefitProvider, BenefitValueKind, CertificateKind, ContentKind, ContentState,
        CourseFormat, NewsKind, Okrug, RedemptionKind, ServiceLevel, ServicePortal, SessionKind,
        TrainingSessionState,
    },
    guide_category, news_category, organisation, organisation_closure, organisation_okrug,
    training_session,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value, json};
use uuid::Uuid;

/// The id of a demo organisation.
pub async fn organisation_id(database: &Database, slug: &str) -> Uuid {
    organisation::Entity::find()
        .filter(organisation::Column::Slug.eq(slug))
        .one(database.reader())
        .await
        .expect("a query")
        .expect("an organisation")
        .id
}

/// A member of that organisation.
pub async fn member_of(database: &Database, slug: &str) -> Viewer {
    let id = organisation_id(database, slug).await;
    let above = organisation_closure::Entity::find()
        .filter(organisation_closure::Column::DescendantId.eq(id))
        .all(database.reader())
        .await
        .expect("a query");
    let okrugs = organisation_okrug::Entity::find()
        .filter(organisation_okrug::Column::OrganisationId.eq(id))
        .all(database.reader())
        .await
        .expect("a query");
    let membership = Membership {
        organisation_ids: vec![id],
        organisation_and_ancestor_ids: above.into_iter().map(|row| row.ancestor_id).collect(),
        okrugs: okrugs
            .into_iter()
            .map(|row| row.okrug)
            .collect::<Vec<Okrug>>(),
        is_youth: false,
        member_since: "2020-01-01".parse().expect("a day"),
    };
    Viewer::SignedIn(Arc::new(SignedIn {
        account_id: Uuid::nil(),
        session_id: Uuid::nil(),
        session_kind: SessionKind::Member,
        authenticated_at: Clock::system().now(),
        membership: Some(membership),
        grants: vec![],
    }))
}

/// Only members, of any organisation.
pub fn members() -> AudienceDefinition {
    AudienceDefinition {
        scope: AudienceScope::Members,
        ..AudienceDefinition::default()
    }
}

/// Only members of that organisation and of those below it.
pub async fn members_under(database: &Database, slug: &str) -> AudienceDefinition {
    AudienceDefinition {
        organisation_ids: [organisation_id(database, slug).await].into(),
        inherit_down: true,
        ..members()
    }
}

/// Publishes content whose revision holds those fields, as its kind's documents do.
async fn publish(
    database: &Database,
    kind: ContentKind,
    slug: &str,
    audience: &AudienceDefinition,
    mut document: Value,
) -> Published {
    let audience_id = intern_audience(database.writer(), audience)
        .await
        .expect("an audience");
    let now = Clock::system().now();
    let address = Address {
        id: Uuid::now_v7(),
        kind,
        slug: slug.into(),
        organisation_id: organisation_id(database, "mfp").await,
        audience_id,
        is_demo: false,
        published_at: now,
        updated_at: now,
        unpublish_at: None,
    };
    document["organisation_id"] = json!(address.organisation_id);
    document["slug"] = json!(slug);
    document["audience"] = json!(audience);
    insert_published(database.writer(), address, &document, now)
        .await
        .expect("published")
}

/// Writes a change to the log and lets the search index follow it, as publishing and a server do.
pub async fn tell(database: &Database, change: Change) {
    let tags = ["benefits", "courses", "guides", "news", "organisations"];
    record_change(database.writer(), &[change], &tags, Clock::system().now())
        .await
        .expect("a change");
    search::catch_up(database).await.expect("an index");
}

fn source(slug: &str) -> String {
    format!("Текст {slug}")
}

fn text(slug: &str) -> RenderedText {
    RenderedText::from_markdown(&source(slug), &Pictures::new())
}

/// A published article.
pub async fn article(database: &Database, slug: &str, audience: &AudienceDefinition) -> Uuid {
    let category = news_category::Entity::find().one(database.reader()).await;
    let category_id = category.expect("a query").expect("a category").id;
    let document = json!({ "kind": "NEWS", "category_id": category_id, "headline": slug,
        "lead": slug, "body": source(slug) });
    let published = publish(database, ContentKind::NewsArticle, slug, audience, document).await;
    let new = NewArticle {
        category_id,
        kind: NewsKind::News,
        headline: slug.into(),
        lead: slug.into(),
        text: text(slug),
        cover_id: None,
        video: None,
        source_name: None,
        source_url: None,
        share_text: None,
        correction: None,
        pinned_until_at: None,
        is_urgent: false,
        okrugs: vec![],
        tags: vec![],
    };
    insert_article(database.writer(), &published, new)
        .await
        .expect("an article");
    tell(database, published.change()).await;
    published.address.id
}

/// A published benefit.
pub async fn benefit(database: &Database, slug: &str, audience: &AudienceDefinition) -> Uuid {
    let category = benefit_category::Entity::find()
        .one(database.reader())
        .await;
    let outlet = entities::outlet::Entity::find()
        .one(database.reader())
        .await;
    let outlet = outlet.expect("a query").expect("an outlet");
    let category_id = category.expect("a query").expect("a category").id;
    let document = json!({ "category_id": category_id, "provider": "PARTNER",
        "partner_id": outlet.partner_id, "title": slug, "summary": slug, "terms": source(slug),
        "how_to_use": source(slug), "value": { "kind": "FREE" },
        "redemption": { "kind": "SHOW_CARD" }, "valid_from": "2026-01-01",
        "outlet_ids": [outlet.id] });
    let published = publish(database, ContentKind::Benefit, slug, audience, document).await;
    let new = NewBenefit {
        category_id,
        partner_id: Some(outlet.partner_id),
        provider: BenefitProvider::Partner,
        title: slug.into(),
        summary: slug.into(),
        terms: text(slug),
        how_to_use: text(slug),
        cover_id: None,
        value_kind: BenefitValueKind::Free,
        value_percent_hundredths: None,
        value_amount_kopecks: None,
        value_up_to_kopecks: None,
        value_base_price_kopecks: None,
        min_membership_months: 0,
        dependents_allowed: false,
        eligible_organisation_ids: vec![],
        eligible_okrugs: vec![],
        needs_documents: vec![],
        redemption_kind: RedemptionKind::ShowCard,
        redemption_url: None,
        redemption_phone: None,
        promo_code: None,
        limit_per_member: None,
        limit_total: None,
        limit_period: None,
        ad_advertiser: None,
        ad_token: None,
        valid_from: "2026-01-01".parse().expect("a day"),
        valid_through: None,
        okrugs: vec![],
        outlet_ids: vec![outlet.id],
    };
    insert_benefit(database.writer(), &published, new)
        .await
        .expect("a benefit");
    tell(database, published.change()).await;
    published.address.id
}

/// Lets a published benefit give everybody a code of their own.
pub async fn give_codes(database: &Database, benefit: Uuid) {
    let published = entities::benefit::Entity::find_by_id(benefit)
        .one(database.writer())
        .await;
    let published = published.expect("a query").expect("a benefit");
    let mut published = published.into_active_model();
    published.redemption_kind = Set(RedemptionKind::UniqueCode);
    published.update(database.writer()).await.expect("updated");
}

/// A published guide.
pub async fn guide(database: &Database, slug: &str, audience: &AudienceDefinition) -> Uuid {
    let category = guide_category::Entity::find().one(database.reader()).await;
    let category_id = category.expect("a query").expect("a category").id;
    let event = entities::life_event::Entity::find()
        .one(database.reader())
        .await;
    let event_id = event.expect("a query").expect("an event").id;
    let document = json!({ "category_id": category_id, "title": slug, "short_title": slug,
        "summary": slug, "portal": "OTHER", "level": "MOSCOW", "authority": slug,
        "official_url": "https://mos.ru/", "next_review_at": "2030-01-01",
        "life_event_ids": [event_id] });
    let kind = ContentKind::ServiceGuide;
    let published = publish(database, kind, slug, audience, document).await;
    let new = NewGuide {
        category_id,
        title: slug.into(),
        short_title: slug.into(),
        summary: slug.into(),
        portal: ServicePortal::Other,
        level: ServiceLevel::Moscow,
        authority: slug.into(),
        official_url: "https://mos.ru/".into(),
        alert: None,
        checked: None,
        next_review_at: "2030-01-01".parse().expect("a day"),
        passport: Passport::default(),
        life_event_ids: vec![event_id],
    };
    insert_guide(database.writer(), &published, new)
        .await
        .expect("a guide");
    tell(database, published.change()).await;
    published.address.id
}

/// A published page of the federation.
pub async fn page(database: &Database, slug: &str, audience: &AudienceDefinition) -> Uuid {
    let document = json!({ "title": slug, "body": source(slug), "position": 50 });
    let kind = ContentKind::OrganisationPage;
    let published = publish(database, kind, slug, audience, document).await;
    let new = NewPage {
        title: slug.into(),
        position: 50,
        text: text(slug),
    };
    insert_page(database.writer(), &published, new)
        .await
        .expect("a page");
    tell(database, published.change()).await;
    published.address.id
}

/// A published course of the federation, which gives those who came a certificate.
pub async fn course(database: &Database, slug: &str, audience: &AudienceDefinition) -> Uuid {
    let document = json!({ "title": slug, "summary": slug, "body": source(slug),
        "format": "ONSITE", "hours": 8, "certificate_kind": "PARTICIPATION" });
    let published = publish(database, ContentKind::Course, slug, audience, document).await;
    let new = NewCourse {
        title: slug.into(),
        summary: slug.into(),
        provider: None,
        format: CourseFormat::Onsite,
        level: None,
        hours: 8,
        programme: vec![],
        materials: vec![],
        certificate_kind: CertificateKind::Participation,
        text: text(slug),
    };
    insert_course(database.writer(), &published, new)
        .await
        .expect("a course");
    tell(database, published.change()).await;
    published.address.id
}

/// A session of a demo course, held by that organisation in two days, for members, with twenty seats;
/// with something changed.
pub async fn session(
    database: &Database,
    slug: &str,
    change: impl FnOnce(&mut training_session::ActiveModel),
) -> Uuid {
    let course = entities::course::Entity::find()
        .filter(entities::course::Column::Slug.eq("gosuslugi-dlya-profaktiva"))
        .one(database.reader())
        .await;
    let now = Clock::system().now();
    let starts_at = now + TimeDelta::days(2);
    let session = training_session::Model {
        id: Uuid::now_v7(),
        course_id: course.expect("a query").expect("a course").id,
        organisation_id: organisation_id(database, slug).await,
        starts_at,
        ends_at: starts_at + TimeDelta::hours(3),
        place: Some("Актовый зал".into()),
        online_url: Some("https://meet.example/room".into()),
        trainers: json!(["Мария Учителева"]),
        seats: 20,
        seated: 0,
        waiting: 0,
        last_ticket: 0,
        registration_opens_at: now - TimeDelta::days(1),
        registration_closes_at: starts_at,
        is_for_members: true,
        state: TrainingSessionState::Planned,
        cancel_reason: None,
        sequence: 0,
        is_demo: false,
        created_at: now,
        updated_at: now,
    };
    let id = session.id;
    insert_session(database.writer(), session, &[])
        .await
        .expect("a session");
    edit_session(database, id, change).await;
    id
}

/// Changes a session.
pub async fn edit_session(
    database: &Database,
    id: Uuid,
    change: impl FnOnce(&mut training_session::ActiveModel),
) {
    let row = training_session::Entity::find_by_id(id)
        .one(database.writer())
        .await;
    let row = row.expect("a query").expect("a session");
    let mut row = row.into_active_model();
    change(&mut row);
    row.reset_all()
        .update(database.writer())
        .await
        .expect("updated");
}

/// Lets a session have begun an hour ago.
pub async fn begin_session(database: &Database, id: Uuid) {
    let hour = TimeDelta::hours(1);
    let now = Clock::system().now();
    edit_session(database, id, |row| {
        row.starts_at = Set(now - hour);
        row.ends_at = Set(now + hour);
        row.registration_closes_at = Set(now - hour);
    })
    .await;
}

/// Points an article to other content.
pub async fn point(database: &Database, from: Uuid, kind: ContentKind, to: Uuid) {
    relate(database.writer(), from, kind, &[to])
        .await
        .expect("a relation");
}

/// Content that is edited and not published: the editors' row alone, in that state.
pub async fn unpublished(
    database: &Database,
    kind: ContentKind,
    slug: &str,
    state: ContentState,
) -> Uuid {
    let public = AudienceDefinition::default();
    let published = publish(database, kind, slug, &public, json!({})).await;
    let id = published.address.id;
    set_state(database, id, state).await;
    id
}

/// Takes published content back, as withdrawing does: the reading row goes, the editors' row stays.
pub async fn withdraw(database: &Database, id: Uuid, explanation: &str, replacement: Option<Uuid>) {
    entities::news_article::Entity::delete_by_id(id)
        .exec(database.writer())
        .await
        .expect("deleted");
    let row = set_state(database, id, ContentState::Withdrawn).await;
    let mut row = row.into_active_model();
    row.withdrawal_explanation = Set(Some(explanation.into()));
    row.withdrawal_replacement_id = Set(replacement);
    let row = row.update(database.writer()).await.expect("updated");
    let change = Change {
        object_type: object_type(row.kind),
        object_id: id,
        audience_before: Some(row.audience_id),
        audience_after: None,
    };
    tell(database, change).await;
}

/// Makes a published article one for others.
pub async fn change_audience(database: &Database, id: Uuid, audience: &AudienceDefinition) {
    let audience_id = intern_audience(database.writer(), audience)
        .await
        .expect("an audience");
    let edited = content::Entity::find_by_id(id).one(database.writer()).await;
    let edited = edited.expect("a query").expect("content");
    let before = edited.audience_id;
    let mut edited = edited.into_active_model();
    edited.audience_id = Set(audience_id);
    edited.update(database.writer()).await.expect("updated");
    let read = entities::news_article::Entity::find_by_id(id)
        .one(database.writer())
        .await;
    let mut read = read
        .expect("a query")
        .expect("an article")
        .into_active_model();
    read.audience_id = Set(audience_id);
    read.update(database.writer()).await.expect("updated");
    let change = Change {
        object_type: "NewsArticle",
        object_id: id,
        audience_before: Some(before),
        audience_after: Some(audience_id),
    };
    tell(database, change).await;
}

/// Makes a published guide one that an organisation should have checked long ago.
pub async fn let_lapse(database: &Database, guide: Uuid, slug: &str) {
    let organisation_id = organisation_id(database, slug).await;
    let read = entities::service_guide::Entity::find_by_id(guide)
        .one(database.writer())
        .await;
    let mut read = read.expect("a query").expect("a guide").into_active_model();
    read.organisation_id = Set(organisation_id);
    read.next_review_at = Set("2026-01-01".parse().expect("a day"));
    read.update(database.writer()).await.expect("updated");
}

/// Makes a published benefit one that another organisation offers.
pub async fn hand_over(database: &Database, benefit: Uuid, slug: &str) {
    let organisation_id = organisation_id(database, slug).await;
    let edited = content::Entity::find_by_id(benefit)
        .one(database.writer())
        .await;
    let mut edited = edited
        .expect("a query")
        .expect("content")
        .into_active_model();
    edited.organisation_id = Set(organisation_id);
    edited.update(database.writer()).await.expect("updated");
    let read = entities::benefit::Entity::find_by_id(benefit)
        .one(database.writer())
        .await;
    let mut read = read
        .expect("a query")
        .expect("a benefit")
        .into_active_model();
    read.organisation_id = Set(organisation_id);
    read.update(database.writer()).await.expect("updated");
}

async fn set_state(database: &Database, id: Uuid, state: ContentState) -> content::Model {
    let row = content::Entity::find_by_id(id)
        .one(database.writer())
        .await
        .expect("a query")
        .expect("content");
    let mut row = row.into_active_model();
    row.state = Set(state);
    row.update(database.writer()).await.expect("updated")
}

/// Notes for the only campaign that some device's message was refused.
pub async fn note_refusal(database: &Database) {
    let campaign = entities::push_campaign::Entity::find()
        .one(database.reader())
        .await
        .expect("a query")
        .expect("a campaign");
    let result = entities::push_result::Model {
        campaign_id: campaign.id,
        device_id: 0,
        kind: entities::enums::PushResultKind::Refused,
        reason: "GAVE_UP".into(),
        happened_at: Clock::system().now(),
    };
    entities::push_result::Entity::insert(result.into_active_model())
        .exec_without_returning(database.writer())
        .await
        .expect("a result");
}
