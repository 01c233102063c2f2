//! Killed in the middle of a publication, a server leaves all of it or nothing; asked again, its successor
//! publishes once.

use std::time::{Duration, Instant};

use api::infra::graphql::NodeId;
use chrono::{SecondsFormat, TimeDelta};
use entities::{
    audit_entry, cache_generation, change_log, content, content_draft, content_revision,
    enums::ContentState, job, news_article, published_object,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::{assert_sound, beside, server_of_several};
use crate::{
    editing::{SCHOOL, done, drafted, publisher, seen, seen_with},
    support::{Answer, App, Backend, Cut, Person, Served, Wire, builders},
};

const PUBLISH: &str = "mutation($input: ContentPublishInput!) { newsArticlePublish(input: $input) {
    draft { state published { headline } } userErrors { code } } }";
const READ: &str = "query($slug: String!) { newsArticle(slug: $slug) { headline } }";
const SEARCH: &str = "{ search(query: \"собрание перенесли\", types: [NEWS_ARTICLE], first: 100) {
    nodes { ... on NewsArticle { slug } } } }";
/// What a publication begins with: it holds the content's row.
const FIRST_STATEMENT: &str = "UPDATE \"content\" SET \"id\"";
/// On SQLite nothing stands between the server and its file: it is killed at so many moments.
const MOMENTS: u32 = 30;

/// The test's own server, which looks at what the killed one leaves, and somebody who publishes.
struct Desk {
    app: App,
    publisher: Person,
    school: Uuid,
    _media: TempDir,
}

/// A draft that is published while the server is killed.
struct Attempt {
    id: Uuid,
    draft: Value,
    /// How often caches had been told before.
    told: i64,
}

/// What stands of a publication, in each table that it writes.
#[derive(Debug, PartialEq, Eq)]
struct Traces {
    version: i64,
    is_published: bool,
    drafts: u64,
    revisions: u64,
    published_revisions: u64,
    articles: u64,
    in_line: u64,
    changes: u64,
    planned_ends: u64,
    audited: u64,
    told: i64,
}

impl Attempt {
    fn nothing(&self) -> Traces {
        Traces {
            version: self.draft["version"].as_i64().expect("a version"),
            is_published: false,
            drafts: 1,
            revisions: 1,
            published_revisions: 0,
            articles: 0,
            in_line: 0,
            changes: 0,
            planned_ends: 0,
            audited: 0,
            told: self.told,
        }
    }

    fn all(&self) -> Traces {
        let nothing = self.nothing();
        Traces {
            version: nothing.version + 1,
            is_published: true,
            drafts: 0,
            revisions: 1,
            published_revisions: 1,
            articles: 1,
            in_line: 1,
            changes: 1,
            planned_ends: 1,
            audited: 1,
            // The news, and the organisation's.
            told: nothing.told + 2,
        }
    }
}

impl Desk {
    async fn open(backend: Backend) -> Self {
        let media = tempfile::tempdir().expect("a temporary folder");
        let app = server_of_several(backend, media.path()).await;
        Self {
            publisher: publisher(&app).await,
            school: builders::organisation_id(&app.database, SCHOOL).await,
            app,
            _media: media,
        }
    }

    /// Writes a draft that lacks nothing, and that is to end.
    async fn begin(&self) -> Attempt {
        let draft = drafted(&self.app, &self.publisher).await;
        let end = self.app.now() + TimeDelta::days(30);
        let end = json!({ "unpublishAt": end.to_rfc3339_opts(SecondsFormat::Secs, true) });
        let input = seen_with(&draft, end);
        let draft = done(&self.app, &self.publisher, "newsArticleUpdate", input).await;
        let id = async_graphql::ID(draft["id"].as_str().expect("an id").into());
        Attempt {
            id: NodeId::decode("id", &id).expect("an id").uuid,
            told: self.told().await,
            draft,
        }
    }

    fn publish(
        &self,
        server: &Served,
        attempt: &Attempt,
    ) -> impl Future<Output = Option<Answer>> + use<> {
        let input = json!({ "input": seen(&attempt.draft) });
        server.ask(Some(&self.publisher), PUBLISH, input)
    }

    /// What somebody does who got no answer: asks again, and again. Then it is done, and done once.
    async fn finish(&self, server: &Served, attempt: &Attempt) {
        for _ in 0..2 {
            let answer = self.publish(server, attempt).await.expect("an answer");
            let payload = &answer.data()["newsArticlePublish"];
            assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
            assert_eq!(payload["draft"]["state"], "PUBLISHED");
        }
        assert_eq!(self.traces(attempt).await, attempt.all());
        let slug = json!({ "slug": attempt.draft["slug"] });
        let seen = server.ask(None, READ, slug).await.expect("an answer");
        let article = &seen.data()["newsArticle"];
        assert_eq!(article["headline"], attempt.draft["headline"]);
    }

    /// Whether it is published.
    async fn assert_all_or_nothing(&self, attempt: &Attempt) -> bool {
        let traces = self.traces(attempt).await;
        assert!(
            traces == attempt.nothing() || traces == attempt.all(),
            "half of a publication: {traces:#?}"
        );
        let slug = json!({ "slug": attempt.draft["slug"] });
        let seen = self.app.ask_with(READ, slug).await;
        let is_seen = !seen.data()["newsArticle"].is_null();
        assert_eq!(is_seen, traces.is_published);
        traces.is_published
    }

    async fn traces(&self, attempt: &Attempt) -> Traces {
        let id = attempt.id;
        let content = content::Entity::find_by_id(id)
            .one(self.app.database.reader())
            .await
            .expect("a read")
            .expect("the content");
        let revisions =
            || content_revision::Entity::find().filter(content_revision::Column::ContentId.eq(id));
        let published = revisions().filter(content_revision::Column::PublishedAt.is_not_null());
        let changes = change_log::Entity::find().filter(change_log::Column::ObjectId.eq(id));
        let ends = job::Entity::find()
            .filter(job::Column::UniqueKey.starts_with(format!("content.unpublish:{id}:")));
        let audited = audit_entry::Entity::find()
            .filter(audit_entry::Column::Action.eq("content.publish"))
            .filter(audit_entry::Column::ObjectId.eq(id.to_string()));
        Traces {
            version: content.version,
            is_published: content.state == ContentState::Published,
            drafts: self.count(content_draft::Entity::find_by_id(id)).await,
            revisions: self.count(revisions()).await,
            published_revisions: self.count(published).await,
            articles: self.count(news_article::Entity::find_by_id(id)).await,
            in_line: self.count(published_object::Entity::find_by_id(id)).await,
            changes: self.count(changes).await,
            planned_ends: self.count(ends).await,
            audited: self.count(audited).await,
            told: self.told().await,
        }
    }

    async fn count<E>(&self, rows: Select<E>) -> u64
    where
        E: EntityTrait,
        E::Model: Send + Sync + 'static,
    {
        rows.count(self.app.database.reader())
            .await
            .expect("a count")
    }

    /// How often caches have been told of the news and of the school's.
    async fn told(&self) -> i64 {
        let tags = ["news".to_owned(), format!("organisation:{}", self.school)];
        let rows = cache_generation::Entity::find()
            .filter(cache_generation::Column::Tag.is_in(tags))
            .all(self.app.database.reader())
            .await
            .expect("a read");
        rows.iter().map(|row| row.generation).sum()
    }

    /// Publishes a draft through a wire that is cut there, and kills the server when it is. The last
    /// attempt is finished first: the server that is killed now is the one that follows the last.
    /// Whether there was an answer before.
    async fn is_answered(&self, cut: Cut, attempts: &mut Vec<Attempt>) -> bool {
        let database = self.app.settings.database_url();
        let wire = Wire::to(database.reveal(), FIRST_STATEMENT).await;
        let mut server = Served::start(&self.app, wire.url()).await;
        if let Some(last) = attempts.last() {
            self.finish(&server, last).await;
        }
        let attempt = self.begin().await;
        wire.cut(cut);
        let publishing = self.publish(&server, &attempt);
        tokio::pin!(publishing);
        let is_answered = tokio::select! {
            () = wire.is_cut() => false,
            answer = &mut publishing => {
                answer.expect("an answer").data();
                true
            }
        };
        server.kill();
        let is_published = self.assert_all_or_nothing(&attempt).await;
        if is_answered || cut == Cut::AfterCommit {
            assert!(is_published, "what is committed stays");
        }
        attempts.push(attempt);
        is_answered
    }

    /// Waits until search finds each of them, once.
    async fn until_found(&self, server: &Served, attempts: &[Attempt]) {
        let mut wanted: Vec<&Value> = attempts.iter().map(|one| &one.draft["slug"]).collect();
        wanted.sort_by_key(|slug| slug.to_string());
        let mut count = 0;
        for _ in 0..100 {
            let answer = server.ask(None, SEARCH, json!({})).await;
            let answer = answer.expect("an answer");
            let nodes = answer.data()["search"]["nodes"].as_array().expect("nodes");
            let mut found: Vec<&Value> = nodes.iter().map(|node| &node["slug"]).collect();
            found.retain(|slug| wanted.contains(slug));
            found.sort_by_key(|slug| slug.to_string());
            if found == wanted {
                return;
            }
            count = found.len();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("search finds {count} of {}", wanted.len());
    }
}

#[actix_web::test]
async fn killed_between_any_two_statements_it_has_published_all_or_nothing() {
    let desk = Desk::open(Backend::Postgres).await;
    let ending = desk.app.ending();
    let mut attempts = Vec::new();
    let mut statement = 1;
    while !desk
        .is_answered(Cut::Before(statement), &mut attempts)
        .await
    {
        statement += 1;
        assert!(statement < 100, "a publication has an end");
    }
    assert!(statement > 15, "only {statement} statements were seen");
    let is_answered = desk.is_answered(Cut::AfterCommit, &mut attempts).await;
    assert!(!is_answered, "the answer to COMMIT was not lost");
    let server = beside(&desk.app).await;
    desk.finish(&server, attempts.last().expect("an attempt"))
        .await;
    desk.until_found(&server, &attempts).await;
    ending.await;
}

#[actix_web::test]
async fn killed_at_any_moment_with_sqlite_it_has_published_all_or_nothing() {
    let desk = Desk::open(Backend::Sqlite).await;
    let ending = desk.app.ending();
    let mut server = beside(&desk.app).await;
    let mut attempts = Vec::new();
    let mut took = Duration::ZERO;
    // The first publication of a process is its slowest; the second tells how long one takes.
    for _ in 0..2 {
        let attempt = desk.begin().await;
        let began = Instant::now();
        let answer = desk.publish(&server, &attempt).await;
        answer.expect("an answer").data();
        took = began.elapsed();
        attempts.push(attempt);
    }
    for moment in 0..MOMENTS {
        let attempt = desk.begin().await;
        let publishing = desk.publish(&server, &attempt);
        tokio::pin!(publishing);
        // The last moments come after the answer.
        let delay = took * moment * 5 / (MOMENTS * 4);
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            _ = &mut publishing => {}
        }
        server.kill();
        desk.assert_all_or_nothing(&attempt).await;
        assert_sound(&desk.app).await;
        server = beside(&desk.app).await;
        desk.finish(&server, &attempt).await;
        attempts.push(attempt);
    }
    desk.until_found(&server, &attempts).await;
    ending.await;
}
