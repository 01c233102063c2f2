//! The way to PostgreSQL fails as ways do: nobody there, no answer, answers that come late, a hole. Readers
//! keep what is kept, whoever needs the database is told in time, and when it is over it is over.
//!
//! The deadline of a request is shorter here than in production, so that the tests are, too.

use std::time::{Duration, Instant};

use api::infra::config::DatabaseUrl;
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    cache::{NEWS, until_kept},
    support::{Answer, App, Backend, Line, Person},
};

const DEADLINE: Duration = Duration::from_millis(1_500);
/// In production 0.2 s; machines that run many tests at once stop and think.
const SLACK: Duration = Duration::from_millis(2_500);
/// In production 2 s.
const RECOVERS_WITHIN: Duration = Duration::from_secs(8);

const UNKNOWN: &str = "{ guides(first: 3) { nodes { title } } }";
const OWN: &str = "{ viewer { account { id } } }";
const RECORD: &str = "mutation($input: ContentEventsRecordInput!) {
    contentEventsRecord(input: $input) { accepted userErrors { code } } }";

/// A server whose way to its database can fail, and somebody who has signed in.
struct Far {
    app: App,
    line: Line,
    /// Not seen by the server until the way fails: who it is, it must look up.
    member: Person,
    article: Value,
}

impl Far {
    async fn begin() -> Self {
        let mut line = None;
        let app = App::start_with(Backend::Postgres, |settings| {
            let (way, url) = Line::to_database(settings.database_url().reveal());
            settings.database_url = Some(DatabaseUrl::parse(&url).expect("an address"));
            settings.cache_megabytes = 16;
            settings.request_deadline_ms = u64::try_from(DEADLINE.as_millis()).expect("a number");
            line = Some(way);
        })
        .await;
        let member = app.sign_in("+79161234567").await;
        let first = app.ask("{ news(first: 1) { nodes { id } } }").await;
        let article = first.data()["news"]["nodes"][0]["id"].clone();
        until_kept(&app).await;
        Self {
            line: line.expect("a line"),
            app,
            member,
            article,
        }
    }

    /// Writes something that does no harm when it is written twice.
    async fn write(&self) -> Answer {
        let events = json!([{ "content": self.article, "kind": "OPENED" }]);
        let input = json!({ "batchKey": Uuid::new_v4(), "events": events });
        self.app.ask_with(RECORD, json!({ "input": input })).await
    }

    /// Asks until what is kept is given for want of better. Nobody sees a failure meanwhile.
    async fn until_stale(&self) {
        let began = Instant::now();
        loop {
            let answer = self.app.ask(NEWS).await;
            assert_eq!(answer.status, 200);
            assert!(answer.body["data"]["news"]["nodes"][0]["headline"].is_string());
            if is_stale(&answer) {
                return;
            }
            assert!(began.elapsed() < DEADLINE + SLACK, "never stale");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Whoever needs the database hears in time that it is not there; readers hear nothing of it.
    async fn assert_told_in_time(&self) {
        let asking = async {
            tokio::join!(
                self.timed(self.app.ask(UNKNOWN)),
                self.timed(self.write()),
                self.timed(self.app.ask_by(&self.member, OWN, json!({}))),
                self.readers(),
            )
        };
        let (unknown, written, own, ()) = asking.await;
        for refused in [&unknown, &written, &own] {
            assert_eq!(
                (refused.status.as_u16(), refused.code()),
                (503, "UNAVAILABLE")
            );
            assert_eq!(refused.header("retry-after"), "2");
        }
        for path in ["/feed/news.rss", "/sitemap.xml", "/readyz"] {
            let asking = self.app.client.get(self.app.url(path)).send();
            let answer = self.timed(asking).await.expect("an answer");
            assert!(answer.status().is_server_error(), "{path}");
        }
        let live = self.app.client.get(self.app.url("/livez")).send().await;
        assert_eq!(live.expect("an answer").status(), 200);
    }

    /// Many who want what is kept: each gets it.
    async fn readers(&self) {
        let answers = join_all((0..50).map(|_| self.timed(self.app.ask(NEWS)))).await;
        for answer in answers {
            assert_eq!(answer.status, 200);
            assert!(is_stale(&answer), "{:#}", answer.body);
        }
    }

    async fn timed<T>(&self, asking: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let answer = asking.await;
        let took = began.elapsed();
        assert!(took < DEADLINE + SLACK, "{took:?}");
        answer
    }

    /// Mends the way; soon everything is as before.
    async fn recover(&self) {
        self.line.mend();
        let began = Instant::now();
        loop {
            let (read, written) = (self.app.ask(NEWS).await, self.write().await);
            let own = self.app.ask_by(&self.member, OWN, json!({})).await;
            let is_well = |answer: &Answer| answer.body.get("errors").is_none();
            if !is_stale(&read) && is_well(&written) && is_well(&own) {
                break;
            }
            assert_eq!(read.status, 200);
            assert!(began.elapsed() < RECOVERS_WITHIN, "{written:?} {own:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.app.ask(UNKNOWN).await.data();
    }
}

fn is_stale(answer: &Answer) -> bool {
    answer.body["extensions"] == json!({ "stale": true })
}

async fn is_survived(fail: fn(&Line)) {
    let far = Far::begin().await;
    let ending = far.app.ending();
    fail(&far.line);
    far.until_stale().await;
    far.assert_told_in_time().await;
    far.recover().await;
    // And again: what the first time left behind is in nobody's way.
    fail(&far.line);
    far.until_stale().await;
    far.recover().await;
    ending.await;
}

#[actix_web::test]
async fn a_database_that_nobody_reaches_is_survived() {
    is_survived(Line::refuse).await;
}

#[actix_web::test]
async fn a_database_that_hangs_is_survived() {
    is_survived(Line::hang).await;
}

/// The connections of that time never learn that they are dead: the pool must not wait for them.
#[actix_web::test]
async fn a_hole_on_the_way_to_the_database_is_survived() {
    is_survived(Line::swallow).await;
}

#[actix_web::test]
async fn a_database_that_is_somewhat_slow_serves_everybody() {
    let far = Far::begin().await;
    let ending = far.app.ending();
    far.line.delay(Duration::from_millis(30));
    for _ in 0..5 {
        let read = far.timed(far.app.ask(NEWS)).await;
        assert_eq!(read.status, 200);
    }
    let (unknown, own) = tokio::join!(
        far.timed(far.app.ask(UNKNOWN)),
        far.timed(far.app.ask_by(&far.member, OWN, json!({})))
    );
    unknown.data();
    own.data();
    far.recover().await;
    ending.await;
}

#[actix_web::test]
async fn a_database_that_is_very_slow_keeps_nobody_waiting() {
    let far = Far::begin().await;
    let ending = far.app.ending();
    far.line.delay(Duration::from_millis(900));
    far.until_stale().await;
    let crowd = join_all((0..20).map(|_| far.timed(far.write())));
    let (answers, ()) = tokio::join!(crowd, far.readers());
    for answer in answers {
        if answer.body.get("errors").is_some() {
            assert_eq!(answer.code(), "UNAVAILABLE");
        }
    }
    far.recover().await;
    ending.await;
}
