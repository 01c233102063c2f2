//! Nothing reaches those it is not for, by any root field of the live schema.
//!
//! Each kind of hidden thing carries a mark in every text it has. Every root field is asked, and an
//! answer that holds a mark is a leak. A root field that this test does not know fails it.

use std::collections::BTreeSet;

use api::{domain::content::AudienceDefinition, infra::auth::Viewer};
use entities::enums::{ContentKind, ContentState};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{App, builders},
};

const KINDS: [(ContentKind, &str); 4] = [
    (ContentKind::NewsArticle, "news"),
    (ContentKind::Benefit, "benefits"),
    (ContentKind::ServiceGuide, "guides"),
    (ContentKind::OrganisationPage, "pages"),
];

/// What is hidden from somebody, each with the mark in its slug, and the node tags of its kinds.
struct Hidden {
    slugs: Vec<String>,
    ids: Vec<String>,
}

fn node_id(kind: ContentKind, uuid: uuid::Uuid) -> String {
    use api::domain::{
        benefits::Benefit, guides::ServiceGuide, news::NewsArticle, organisations::OrganisationPage,
    };
    match kind {
        ContentKind::NewsArticle => NewsArticle::NODE,
        ContentKind::Benefit => Benefit::NODE,
        ContentKind::ServiceGuide => ServiceGuide::NODE,
        ContentKind::OrganisationPage => OrganisationPage::NODE,
    }
    .id(uuid)
    .to_string()
}

/// One of each kind of content that is not published.
async fn plant_unpublished(app: &App) -> Hidden {
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
            let slug = format!("secret-{name}-{section}");
            let id = builders::unpublished(&app.database, kind, &slug, state).await;
            hidden.slugs.push(slug);
            hidden.ids.push(node_id(kind, id));
        }
    }
    hidden
}

/// One of each kind of content for that audience, and public content that points to it.
async fn plant_for(app: &App, name: &str, audience: &AudienceDefinition) -> Hidden {
    let database = &app.database;
    let slug = |section: &str| format!("secret-{name}-{section}");
    let article = builders::article(database, &slug("news"), audience).await;
    let benefit = builders::benefit(database, &slug("benefits"), audience).await;
    let guide = builders::guide(database, &slug("guides"), audience).await;
    let page = builders::page(database, &slug("pages"), audience).await;
    let pointing = builders::article(
        database,
        &format!("points-to-{name}"),
        &AudienceDefinition::default(),
    )
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
            .chain([format!("secret-{name}-withdrawn")])
            .collect(),
        ids: [
            (ContentKind::NewsArticle, article),
            (ContentKind::Benefit, benefit),
            (ContentKind::ServiceGuide, guide),
            (ContentKind::OrganisationPage, page),
        ]
        .map(|(kind, id)| node_id(kind, id))
        .into(),
    }
}

const CONTENT: &str = "... on NewsArticle { slug headline lead body { __typename } relatedGuides { slug title } relatedBenefits { slug title } }
    ... on Benefit { slug title summary } ... on ServiceGuide { slug title summary } ... on OrganisationPage { slug title }";

/// Every way to ask, as `root field -> queries`. `{slug}` and `{id}` stand for each hidden thing's.
fn ways() -> Vec<(&'static str, Vec<String>)> {
    let list = |field: &str, fields: &str| {
        format!("{{ {field}(first: 100) {{ totalCount nodes {{ {fields} }} }} }}")
    };
    vec![
        ("news", vec![list("news", "slug headline lead plainText"), "{ news(last: 100) { edges { cursor node { slug relatedGuides { slug } relatedBenefits { slug } } } } }".into()]),
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
        ("lifeEvents", vec!["{ lifeEvents { slug guides(first: 100) { totalCount nodes { slug } } } }".into()]),
        ("organisations", vec!["{ organisations(first: 20) { nodes { slug freshness { lastNewsAt newsLast30Days } news(first: 10) { nodes { slug } } benefits(first: 10) { nodes { slug } } pages(first: 10) { nodes { slug } } } } }".into()]),
        ("organisation", vec!["{ organisation(slug: \"mfp\") { news(first: 100) { totalCount nodes { slug } } benefits(first: 100) { totalCount nodes { slug } } pages(first: 100) { totalCount nodes { slug } } freshness { newsLast30Days } } }".into()]),
        ("node", vec![format!("{{ node(id: \"{{id}}\") {{ id {CONTENT} }} }}")]),
        ("nodes", vec![format!("{{ nodes(ids: [\"{{id}}\"]) {{ id {CONTENT} }} }}")]),
        ("route", ["news", "benefits", "guides", "pages", "news/sport"].map(|section| format!("{{ route(host: \"mtuf.ru\", path: \"/{section}/{{slug}}\") {{ __typename {CONTENT} ... on Moved {{ to }} ... on Withdrawn {{ explanation replacement {{ {CONTENT} }} }} }} }}")).into()),
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

async fn assert_hidden(app: &App, viewer: &Viewer, hidden: &Hidden, before: &[(String, Value)]) {
    for (query, data) in ask_every_way(app, viewer, hidden).await {
        assert!(
            !data.to_string().contains("secret-"),
            "{query} leaks {data}"
        );
        if let Some((_, before)) = before.iter().find(|(known, _)| *known == query) {
            let counts = |data: &Value| {
                data.pointer("/newsArchive")
                    .cloned()
                    .or_else(|| data.pointer("/organisation/freshness").cloned())
            };
            assert_eq!(
                counts(&data),
                counts(before),
                "{query} counts what it hides"
            );
        }
    }
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
        let nothing = Hidden { slugs: vec!["x".into()], ids: vec![node_id(ContentKind::NewsArticle, uuid::Uuid::now_v7())] };
        let before = ask_every_way(&app, &Viewer::Anonymous, &nothing).await;
        let hidden = plant_unpublished(&app).await;
        let member = builders::member_of(&app.database, "ppo-primer-shkola").await;
        for viewer in [Viewer::Anonymous, member] {
            assert_hidden(&app, &viewer, &hidden, &before).await;
        }
    }

    async fn what_is_for_members_is_for_members_alone(app) {
        let hidden = plant_for(&app, "members", &builders::members()).await;
        // The public articles that point to it change counts, so they are the state before.
        let before = ask_every_way(&app, &Viewer::Anonymous, &Hidden { slugs: vec!["x".into()], ids: hidden.ids.clone() }).await;
        assert_hidden(&app, &Viewer::Anonymous, &hidden, &before).await;

        let member = builders::member_of(&app.database, "ppo-primer-shkola").await;
        let seen: String = ask_every_way(&app, &member, &hidden).await.into_iter().map(|(_, data)| data.to_string()).collect();
        for slug in &hidden.slugs[..4] {
            assert!(seen.contains(slug), "a member must see {slug}");
        }
        assert!(seen.contains("secret-members-explanation"), "a member may learn of the withdrawal");
    }

    async fn what_is_for_one_union_is_for_that_union_alone(app) {
        let teachers = builders::members_under(&app.database, "mgo-obrazovaniya").await;
        let hidden = plant_for(&app, "teachers", &teachers).await;
        let railwayman = builders::member_of(&app.database, "ppo-primer-depo").await;
        for viewer in [Viewer::Anonymous, railwayman] {
            assert_hidden(&app, &viewer, &hidden, &[]).await;
        }
        let teacher = builders::member_of(&app.database, "ppo-primer-shkola").await;
        let seen: String = ask_every_way(&app, &teacher, &hidden).await.into_iter().map(|(_, data)| data.to_string()).collect();
        for slug in &hidden.slugs[..4] {
            assert!(seen.contains(slug), "a teacher must see {slug}");
        }
    }
}
