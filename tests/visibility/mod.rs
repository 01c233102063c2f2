//! Nothing reaches those it is not for, by any root field of the live schema.
//!
//! Each kind of hidden thing carries a mark in every text it has. Every root field is asked, and an
//! answer that holds a mark is a leak. A root field that this test does not know fails it.

use std::collections::BTreeSet;

use api::{
    domain::{content::AudienceDefinition, training::TrainingSession},
    infra::auth::Viewer,
};
use entities::enums::{ContentKind, ContentState};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{App, builders},
};

const KINDS: [(ContentKind, &str); 5] = [
    (ContentKind::NewsArticle, "news"),
    (ContentKind::Benefit, "benefits"),
    (ContentKind::ServiceGuide, "guides"),
    (ContentKind::OrganisationPage, "pages"),
    (ContentKind::Course, "courses"),
];

/// What is hidden from somebody, each with the mark in its slug, and the node tags of its kinds.
struct Hidden {
    slugs: Vec<String>,
    ids: Vec<String>,
}

fn node_id(kind: ContentKind, uuid: uuid::Uuid) -> String {
    use api::domain::{
        benefits::Benefit, guides::ServiceGuide, news::NewsArticle,
        organisations::OrganisationPage, training::Course,
    };
    match kind {
        ContentKind::NewsArticle => NewsArticle::NODE,
        ContentKind::Benefit => Benefit::NODE,
        ContentKind::ServiceGuide => ServiceGuide::NODE,
        ContentKind::OrganisationPage => OrganisationPage::NODE,
        ContentKind::Course => Course::NODE,
    }
    .id(uuid)
    .to_string()
}

/// One of each kind of content that is not published.
async fn plant_unpublished(app: &App, again: bool) -> Hidden {
    let mut hidden = Hidden {
        slugs: vec![],
        ids: vec![],
    };
    for (state, name) in [
        (ContentState::Draft, "draft"),
        (ContentState::InReview, "in-review"),
        (ContentState::Scheduled, "scheduled"),
        (ContentState::Archived, "archived"),
    ] {
        for (kind, section) in KINDS {
            let slug = format!("secret-{name}-{section}{}", if again { "-2" } else { "" });
            let id = builders::unpublished(&app.database, kind, &slug, state).await;
            hidden.slugs.push(slug);
            hidden.ids.push(node_id(kind, id));
        }
    }
    hidden
}

/// One of each kind of content for that audience, and public content that points to it.
async fn plant_for(
    app: &App,
    pointing: uuid::Uuid,
    name: &str,
    audience: &AudienceDefinition,
) -> Hidden {
    let database = &app.database;
    let slug = |section: &str| format!("secret-{name}-{section}");
    let article = builders::article(database, &slug("news"), audience).await;
    let benefit = builders::benefit(database, &slug("benefits"), audience).await;
    let guide = builders::guide(database, &slug("guides"), audience).await;
    let page = builders::page(database, &slug("pages"), audience).await;
    let course = builders::course(database, &slug("courses"), audience).await;
    let session = builders::session(database, "mfp", |row| {
        row.course_id = sea_orm::Set(course);
        row.place = sea_orm::Set(Some(slug("session")));
    })
    .await;
    builders::point(database, pointing, ContentKind::ServiceGuide, guide).await;
    builders::point(database, pointing, ContentKind::Benefit, benefit).await;
    let withdrawn =
        builders::article(database, &format!("secret-{name}-withdrawn"), audience).await;
    builders::withdraw(
        database,
        withdrawn,
        &format!("secret-{name}-explanation"),
        Some(article),
    )
    .await;
    Hidden {
        slugs: KINDS
            .map(|(_, section)| slug(section))
            .into_iter()
            .chain([slug("session"), format!("secret-{name}-withdrawn")])
            .collect(),
        ids: [
            (ContentKind::NewsArticle, article),
            (ContentKind::Benefit, benefit),
            (ContentKind::ServiceGuide, guide),
            (ContentKind::OrganisationPage, page),
            (ContentKind::Course, course),
        ]
        .map(|(kind, id)| node_id(kind, id))
        .into_iter()
        .chain([TrainingSession::NODE.id(session).to_string()])
        .collect(),
    }
}

const CONTENT: &str = "... on NewsArticle { slug headline lead body { __typename } relatedGuides { slug title } relatedBenefits { slug title } }
    ... on Benefit { slug title summary } ... on ServiceGuide { slug title summary } ... on OrganisationPage { slug title }
    ... on Course { slug title summary }";
/// What is no content of its own, and stands or falls with some.
const PART: &str = "... on TrainingSession { place course { slug } }";

/// Every way to ask, as `root field -> queries`. `{slug}` and `{id}` stand for each hidden thing's.
fn ways() -> Vec<(&'static str, Vec<String>)> {
    let list = |field: &str, fields: &str| {
        format!("{{ {field}(first: 100) {{ totalCount nodes {{ {fields} }} }} }}")
    };
    vec![
        ("news", vec![list("news", "slug headline lead plainText"), "{ news(last: 40) { edges { cursor node { slug relatedGuides { slug } relatedBenefits { slug } } } } }".into()]),
        ("newsArticle", vec!["{ newsArticle(slug: \"{slug}\") { slug } }".into()]),
        ("newsCategories", vec!["{ newsCategories { slug name description } }".into()]),
        ("newsArchive", vec!["{ newsArchive { year month count } }".into()]),
        ("benefits", vec![list("benefits", "slug title plainText"), "{ benefits(filter: { near: { latitude: 55.75, longitude: 37.62, radiusMetres: 100000 } }, orderBy: NEAREST, first: 100) { totalCount nodes { slug } } }".into()]),
        ("benefit", vec!["{ benefit(slug: \"{slug}\") { slug } }".into()]),
        ("benefitCategories", vec!["{ benefitCategories { slug } }".into()]),
        ("partners", vec![list("partners", "slug benefits(first: 9) { totalCount nodes { slug } }").replace("100", "50")]),
        ("outlets", vec![list("outlets", "name partner { benefits(first: 5) { nodes { slug } } }").replace("100", "50"), "{ outlets(filter: { benefit: \"{id}\" }) { totalCount nodes { name } } }".into()]),
        ("guides", vec![list("guides", "slug title plainText authority"), "{ guides(filter: { authority: \"{slug}\" }) { totalCount } }".into()]),
        ("guide", vec!["{ guide(slug: \"{slug}\") { slug } }".into()]),
        ("guideCategories", vec!["{ guideCategories { slug } }".into()]),
        ("lifeEvents", vec!["{ lifeEvents { slug guides(first: 60) { totalCount nodes { slug } } } }".into()]),
        ("organisations", vec!["{ organisations(first: 20) { nodes { slug freshness { lastNewsAt newsLast30Days } news(first: 10) { nodes { slug } } benefits(first: 10) { nodes { slug } } pages(first: 10) { nodes { slug } } } } }".into()]),
        ("organisation", vec!["{ organisation(slug: \"mfp\") { news(first: 100) { totalCount nodes { slug } } benefits(first: 100) { totalCount nodes { slug } } pages(first: 100) { totalCount nodes { slug } } freshness { newsLast30Days } } }".into()]),
        ("courses", vec![list("courses", "slug title plainText structuredData relatedGuides { slug } sessions(first: 1) { nodes { place } }").replace("100", "10"), list("courses", "slug")]),
        ("course", vec!["{ course(slug: \"{slug}\") { slug sessions(first: 5) { nodes { place } } } }".into()]),
        ("trainingSessions", vec![list("trainingSessions", "place course { slug }"), "{ trainingSessions(filter: { course: \"{id}\" }) { totalCount nodes { place } } }".into()]),
        ("trainingCertificateCheck", vec!["{ trainingCertificateCheck(code: \"{slug}\") { valid } }".into()]),
        ("trainingFeedback", vec![]),
        ("trainingParticipants", vec![]),
        ("node", vec![format!("{{ node(id: \"{{id}}\") {{ id {CONTENT} {PART} }} }}")]),
        ("nodes", vec![format!("{{ nodes(ids: [\"{{id}}\"]) {{ id {CONTENT} {PART} }} }}")]),
        ("route", ["news", "benefits", "guides", "pages", "courses", "news/sport"].map(|section| format!("{{ route(host: \"mtuf.ru\", path: \"/{section}/{{slug}}\") {{ __typename {CONTENT} ... on Moved {{ to }} ... on Withdrawn {{ explanation replacement {{ {CONTENT} }} }} }} }}")).into()),
        ("search", vec![
            "{ search(query: \"{slug}\", first: 30) { counts { type count } correctedQuery edges { snippet { text } node { __typename CONTENT } } } }".replace("CONTENT", CONTENT),
            "{ search(query: \"secret\") { counts { type count } correctedQuery nodes { __typename } } }".into(),
            "{ search(query: \"sekret\") { correctedQuery } }".into(),
        ]),
        ("serviceQuality", vec![
            "{ serviceQuality { missingReports figures { reports } okrugs { figures { reports } } channels { figures { reports } } } }".into(),
            "{ serviceQuality(filter: { guide: \"{id}\" }) { missingReports guide { slug title } figures { reports } } }".into(),
        ]),
        ("serviceQualityRanking", vec!["{ serviceQualityRanking(first: 100) { totalCount nodes { guide { slug title } } } }".into()]),
        // What is one person's, or for staff: nothing of content is in it.
        ("viewer", vec![]),
        ("auditLog", vec![]),
        ("benefitCodePools", vec![]),
        ("benefitReports", vec![]),
        ("mediaAssets", vec![]),
        ("memberImport", vec![]),
        ("members", vec![]),
        ("membershipCardCheck", vec!["{ membershipCardCheck(code: \"{slug}\") { valid } }".into()]),
        ("membershipClaims", vec![]),
        ("contentReach", vec![]),
        ("contentRevisions", vec![]),
        ("dashboard", vec![]),
        ("draft", vec![]),
        ("drafts", vec![]),
        ("guideConcerns", vec![]),
        ("guideOpinions", vec![]),
        ("guidesDueForReview", vec![]),
        ("previewLink", vec![]),
        ("pushCampaigns", vec![]),
        ("pushOutcome", vec![]),
        ("recommendationDrafts", vec![]),
        ("recommendations", vec![list("recommendations", "title guide { slug }"), "{ recommendations(filter: { guide: \"{id}\" }) { totalCount nodes { title } } }".into()]),
        ("redirects", vec![]),
        ("reviewQueue", vec![]),
        ("serviceReports", vec![]),
        ("staff", vec![]),
        ("webPushPublicKey", vec![]),
        ("webhookDeliveries", vec![]),
        ("webhooks", vec![]),
        ("roles", vec![]),
        ("pushTopics", vec!["{ pushTopics { slug name newsCategory { slug } } }".into()]),
        ("searchSuggestions", vec!["{ searchSuggestions(prefix: \"{slug}\") { text } }".into(), "{ searchSuggestions(prefix: \"secr\", first: 20) { text } }".into()]),
        ("changes", ["NEWS_ARTICLE", "BENEFIT", "SERVICE_GUIDE", "ORGANISATION_PAGE", "COURSE"].map(|of| format!("{{ changes(types: [{of}], first: 40) {{ changed {{ __typename {CONTENT} }} removed {{ id reason }} cursor hasMore }} }}")).into()),
        ("appConfig", vec!["{ appConfig(platform: WEB, version: \"1\") { isSupported federation { news(first: 100) { nodes { slug } } } } }".into()]),
    ]
}

async fn ask_every_way(app: &App, viewer: &Viewer, hidden: &Hidden) -> Vec<(String, Value)> {
    let mut answers = Vec::new();
    for (_, queries) in ways() {
        for query in queries {
            let filled: BTreeSet<String> = hidden
                .slugs
                .iter()
                .flat_map(|slug| {
                    hidden
                        .ids
                        .iter()
                        .map(|id| query.replace("{slug}", slug).replace("{id}", id))
                })
                .collect();
            for query in filled {
                let answer = match viewer {
                    Viewer::Anonymous => app.ask(&query).await,
                    member => app.ask_as(member.clone(), &query, json!({})).await,
                };
                answers.push((query, answer.data().clone()));
            }
        }
    }
    answers
}

/// Every number that could tell how much there is, at any depth.
fn counts(data: &Value, found: &mut Vec<Value>) {
    match data {
        Value::Object(fields) => {
            for (name, value) in fields {
                if ["totalCount", "count", "newsLast30Days", "lastNewsAt"].contains(&name.as_str())
                {
                    found.push(value.clone());
                }
                counts(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| counts(item, found)),
        _ => {}
    }
}

async fn assert_hidden(app: &App, viewer: &Viewer, hidden: &Hidden, before: &[(String, Value)]) {
    for (query, data) in ask_every_way(app, viewer, hidden).await {
        assert!(
            !data.to_string().contains("secret-"),
            "{query} leaks {data}"
        );
        if let Some((_, before)) = before.iter().find(|(known, _)| *known == query) {
            let (mut then, mut now) = (Vec::new(), Vec::new());
            counts(before, &mut then);
            counts(&data, &mut now);
            assert_eq!(now, then, "{query} counts what it hides");
        }
    }
}

async fn everything_seen(app: &App, viewer: &Viewer, hidden: &Hidden) -> String {
    let answers = ask_every_way(app, viewer, hidden).await;
    answers
        .into_iter()
        .map(|(_, data)| data.to_string())
        .collect()
}

/// The same questions do find it for those it is for: else they would prove nothing.
async fn assert_seen(app: &App, viewer: &Viewer, hidden: &Hidden) {
    let seen = everything_seen(app, viewer, hidden).await;
    for slug in hidden
        .slugs
        .iter()
        .filter(|slug| !slug.ends_with("withdrawn"))
    {
        assert!(seen.contains(slug.as_str()), "{slug} must be seen");
    }
}

/// What that viewer is told while nothing is hidden yet.
async fn asked_before(app: &App, viewer: &Viewer) -> Vec<(String, Value)> {
    let nothing = Hidden {
        slugs: vec!["x".into()],
        ids: vec![node_id(ContentKind::NewsArticle, uuid::Uuid::now_v7())],
    };
    let before = ask_every_way(app, viewer, &nothing).await;
    let mut numbers = Vec::new();
    before
        .iter()
        .for_each(|(_, data)| counts(data, &mut numbers));
    assert!(numbers.len() > 50, "there must be something to compare");
    before
}

#[test]
fn every_root_field_is_asked() {
    let known: BTreeSet<&str> = ways().into_iter().map(|(field, _)| field).collect();
    let live = crate::schema::fields_of("Query");
    assert_eq!(
        live.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        known
    );
}

on_both_databases! {
    async fn what_is_not_published_is_nowhere(app) {
        let member = builders::member_of(&app.database, "ppo-primer-shkola").await;
        for viewer in [Viewer::Anonymous, member] {
            let before = asked_before(&app, &viewer).await;
            let hidden = plant_unpublished(&app, viewer.membership().is_some()).await;
            assert_hidden(&app, &viewer, &hidden, &before).await;
        }
    }

    async fn what_is_for_members_is_for_members_alone(app) {
        let public = AudienceDefinition::default();
        let pointing = builders::article(&app.database, "points-to-members", &public).await;
        let before = asked_before(&app, &Viewer::Anonymous).await;
        let hidden = plant_for(&app, pointing, "members", &builders::members()).await;
        assert_hidden(&app, &Viewer::Anonymous, &hidden, &before).await;

        let member = builders::member_of(&app.database, "ppo-primer-shkola").await;
        assert_seen(&app, &member, &hidden).await;
        let seen = everything_seen(&app, &member, &hidden).await;
        assert!(seen.contains("secret-members-explanation"), "a member may learn of the withdrawal");
    }

    async fn what_is_for_one_union_is_for_that_union_alone(app) {
        let public = AudienceDefinition::default();
        let pointing = builders::article(&app.database, "points-to-teachers", &public).await;
        let railwayman = builders::member_of(&app.database, "ppo-primer-depo").await;
        let strangers = [Viewer::Anonymous, railwayman];
        let mut before = Vec::new();
        for viewer in &strangers {
            before.push(asked_before(&app, viewer).await);
        }
        let teachers = builders::members_under(&app.database, "mgo-obrazovaniya").await;
        let hidden = plant_for(&app, pointing, "teachers", &teachers).await;
        for (viewer, before) in strangers.iter().zip(&before) {
            assert_hidden(&app, viewer, &hidden, before).await;
        }
        let teacher = builders::member_of(&app.database, "ppo-primer-shkola").await;
        assert_seen(&app, &teacher, &hidden).await;
    }
}
