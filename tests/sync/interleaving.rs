//! Whatever writers and a reading phone do at the same time, the copy ends as a full load would.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use api::{
    domain::{
        content::{AudienceDefinition, intern_audience},
        search,
    },
    infra::{
        auth::{PUBLIC_AUDIENCE_ID, Viewer},
        db::{Change, Database, record_change},
    },
};
use entities::{content, enums::ContentState, news_article, published_object, search_document};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, EntityTrait, IntoActiveModel, QuerySelect,
    Set, TransactionTrait,
};
use serde_json::json;
use uuid::Uuid;

use super::phone::Phone;
use crate::{
    on_both_databases,
    support::{App, builders},
};

const WRITERS: u64 = 4;
const DEEDS: usize = 12;

/// Somebody who edits articles at random, each deed in a transaction of its own.
struct Writer {
    database: Database,
    random: StdRng,
    articles: Arc<Vec<Uuid>>,
    audiences: [Uuid; 2],
}

impl Writer {
    async fn work(mut self) {
        for _ in 0..DEEDS {
            let article = *self.articles.choose(&mut self.random).expect("an article");
            self.edit(article).await;
            self.pause().await;
        }
    }

    /// Edits, hides, shows, withdraws or republishes one article.
    async fn edit(&mut self, id: Uuid) {
        let transaction = self.database.writer().begin().await.expect("a transaction");
        let mut select = content::Entity::find_by_id(id);
        if transaction.get_database_backend() == DatabaseBackend::Postgres {
            select = select.lock_exclusive();
        }
        let row = select
            .one(&transaction)
            .await
            .expect("a query")
            .expect("content");
        let was_published = row.state == ContentState::Published;
        let before = was_published.then_some(row.audience_id);
        let is_published = self.random.random_ratio(3, 4);
        let audience = *self
            .audiences
            .choose(&mut self.random)
            .expect("an audience");
        let mut editing = row.into_active_model();
        editing.audience_id = Set(audience);
        editing.state = Set(if is_published {
            ContentState::Published
        } else {
            ContentState::Withdrawn
        });
        editing.update(&transaction).await.expect("edited");
        set_reading_row(
            &transaction,
            id,
            is_published.then_some(audience),
            self.random.random(),
        )
        .await;
        // Others get in between the edit and the change log.
        self.pause().await;
        let change = Change {
            object_type: "NewsArticle",
            object_id: id,
            audience_before: before,
            audience_after: is_published.then_some(audience),
        };
        let now = api::infra::clock::Clock::system().now();
        record_change(&transaction, &[change], &[], now)
            .await
            .expect("recorded");
        self.pause().await;
        transaction.commit().await.expect("committed");
    }

    async fn pause(&mut self) {
        let pause = Duration::from_millis(self.random.random_range(0..4));
        tokio::time::sleep(pause).await;
    }
}

/// A withdrawn article has no reading row; this test hides it with an audience that nobody is in.
async fn set_reading_row(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    audience: Option<Uuid>,
    revision: u16,
) {
    let row = news_article::Entity::find_by_id(id)
        .one(transaction)
        .await
        .expect("a query");
    let mut row = row.expect("a row").into_active_model();
    row.audience_id = Set(audience.unwrap_or(NOBODY));
    row.revision = Set(i32::from(revision));
    row.update(transaction).await.expect("updated");
}

/// An audience that no viewer resolves to.
const NOBODY: Uuid = uuid::uuid!("00000000-0000-7000-8000-0000000000ff");

/// What the search index has, and for whom.
async fn indexed(database: &Database) -> BTreeSet<(Uuid, Uuid)> {
    let rows = search_document::Entity::find()
        .all(database.reader())
        .await
        .expect("a query");
    // Of what is withdrawn here, the reading row stays for nobody to see.
    rows.into_iter()
        .filter(|row| row.audience_id != NOBODY)
        .map(|row| (row.object_id, row.audience_id))
        .collect()
}

/// What it should have.
async fn published(database: &Database) -> BTreeSet<(Uuid, Uuid)> {
    let searchable = [
        "NewsArticle",
        "Benefit",
        "ServiceGuide",
        "OrganisationPage",
        "Course",
        "Organisation",
    ];
    let rows = published_object::Entity::find()
        .all(database.reader())
        .await
        .expect("a query");
    rows.into_iter()
        .filter(|row| searchable.contains(&row.object_type.as_str()))
        .map(|row| (row.object_id, row.audience_id))
        .collect()
}

async fn interleave(app: &App, seed: u64) {
    let database = &app.database;
    let members = intern_audience(database.writer(), &builders::members())
        .await
        .expect("an audience");
    database.writer().execute_unprepared(&format!(
        "INSERT INTO audience (id, canonical_hash, definition) VALUES ({}, 'nobody-{seed}', '{{\"scope\":\"MEMBERS\",\"okrugs\":[],\"organisation_ids\":[\"{NOBODY}\"]}}')",
        match database.writer().get_database_backend() {
            DatabaseBackend::Postgres => format!("'{NOBODY}'"),
            _ => format!("X'{}'", NOBODY.simple()),
        })).await.expect("nobody");
    let mut articles = Vec::new();
    for number in 0..8 {
        let slug = format!("interleaved-{seed}-{number}");
        articles.push(builders::article(database, &slug, &AudienceDefinition::default()).await);
    }
    let articles = Arc::new(articles);
    let member = builders::member_of(database, "ppo-primer-shkola").await;
    let mut random = StdRng::seed_from_u64(seed);
    let mut phones = [Phone::new(Viewer::Anonymous), Phone::new(member)];
    for phone in &mut phones {
        phone.types = json!(["NEWS_ARTICLE", "NEWS_CATEGORY"]);
    }
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| Writer {
            database: database.clone(),
            random: StdRng::seed_from_u64(seed * 1000 + number),
            articles: Arc::clone(&articles),
            audiences: [PUBLIC_AUDIENCE_ID, members],
        })
        .map(|writer| tokio::spawn(writer.work()))
        .collect();
    while writers.iter().any(|writer| !writer.is_finished()) {
        search::catch_up(database).await.expect("followed");
        for phone in &mut phones {
            phone.take_page(app, random.random_range(1..9)).await;
        }
    }
    for writer in writers {
        writer.await.expect("a writer");
    }
    search::catch_up(database).await.expect("followed");
    let (indexed, published) = (indexed(database).await, published(database).await);
    let differing: Vec<_> = indexed.symmetric_difference(&published).collect();
    assert!(differing.is_empty(), "seed {seed}: {differing:?}");
    for mut phone in phones {
        phone.catch_up(app, 7).await;
        let fresh = phone.fresh(app).await;
        assert!(fresh.len() > 90, "{}", fresh.len());
        assert_eq!(phone.items, fresh, "seed {seed}");
    }
}

on_both_databases! {
    async fn a_copy_ends_as_a_full_load_would(app) {
        interleave(&app, 1).await;
    }

    async fn however_the_writers_come_between(app) {
        interleave(&app, 2).await;
    }
}
