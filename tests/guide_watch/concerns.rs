//! What makes a guide doubtful waits for its editors, who warn of it, check it or dismiss it.

use chrono::{SecondsFormat, TimeDelta};
use entities::{
    content_revision,
    enums::{GuideConcernEnd, GuideConcernKind},
};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    HOSPITAL, SCHOOL, concerns_of, done, doubt, guide, noted, open_kinds, pair, problems, send,
    with_role,
};
use crate::{
    editing::{
        self,
        guides::{confirmation, in_days, published},
    },
    on_both_databases,
    support::{App, Person},
};

const CONCERNS: &str = "query($filter: GuideConcernFilter) { guideConcerns(filter: $filter) { totalCount nodes {
    id kind details proposedAlert isOpen closedAs guideTitle guideVersion guide { slug } organisation { slug } } } }";
pub const CONFIRMED: &str = "concern { isOpen closedAs } draft { version } current { version }";
const SPIKE: &str = "Сайт услуги работает с перебоями.";

pub async fn concerns(app: &App, person: &Person, filter: Value) -> Value {
    let answer = app
        .ask_by(person, CONCERNS, json!({ "filter": filter }))
        .await;
    answer.data()["guideConcerns"].clone()
}

/// A complete guide of the school's: its id, and its draft as staff see it.
async fn of_the_school(app: &App, publisher: &Person) -> (Uuid, Value) {
    of_the_school_with(app, publisher, json!({})).await
}

/// The same with something changed.
async fn of_the_school_with(app: &App, publisher: &Person, change: Value) -> (Uuid, Value) {
    let draft = published(app, publisher, change).await;
    let slug = draft["slug"].as_str().expect("a slug");
    let row = entities::service_guide::Entity::find()
        .filter(entities::service_guide::Column::Slug.eq(slug))
        .one(app.database.reader())
        .await
        .expect("a query")
        .expect("a guide");
    (row.id, draft)
}

pub fn tomorrow(app: &App) -> String {
    (app.now() + TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// What a reader is warned of.
async fn warned(app: &App, slug: &Value) -> Value {
    let query = "query($slug: String!) { guide(slug: $slug) { alert { text until } } }";
    let answer = app.ask_with(query, json!({ "slug": slug })).await;
    answer.data()["guide"]["alert"].clone()
}

async fn revisions(app: &App, guide_id: Uuid) -> u64 {
    content_revision::Entity::find()
        .filter(content_revision::Column::ContentId.eq(guide_id))
        .count(app.database.reader())
        .await
        .expect("a count")
}

on_both_databases! {
    async fn however_many_raise_a_concern_one_is_open(app) {
        let id = guide(&app, "doubted").await;
        let raised = join_all((0..20).map(|_| doubt(&app, id, GuideConcernKind::Spike, Some(SPIKE)))).await;
        assert_eq!(raised.into_iter().filter(|is_new| *is_new).count(), 1);
        let rows = concerns_of(&app, id).await;
        assert_eq!(rows.len(), 1);
        assert!(rows[0].last_seen_at >= rows[0].opened_at);
        // Another kind is another concern.
        assert!(doubt(&app, id, GuideConcernKind::Moved, None).await);
        assert_eq!(open_kinds(&app, id).await.len(), 2);
    }

    async fn editors_see_the_concerns_of_their_own_guides(app) {
        let publisher = editing::publisher(&app).await;
        let (id, draft) = of_the_school(&app, &publisher).await;
        doubt(&app, id, GuideConcernKind::Accuracy, None).await;
        doubt(&app, guide(&app, "of-the-federation").await, GuideConcernKind::Moved, None).await;
        let stranger = with_role(&app, "stranger", "EDITOR", HOSPITAL).await;
        assert_eq!(concerns(&app, &stranger, json!(null)).await["totalCount"], 0);

        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let seen = concerns(&app, &editor, json!(null)).await;
        assert_eq!(seen["totalCount"], 1);
        let concern = &seen["nodes"][0];
        assert_eq!((&concern["kind"], &concern["isOpen"]), (&json!("ACCURACY"), &json!(true)));
        assert_eq!((&concern["guideVersion"], &concern["guide"]["slug"]), (&draft["version"], &draft["slug"]));
        assert_eq!((&concern["guideTitle"], &concern["organisation"]["slug"]), (&draft["title"], &json!(SCHOOL)));
        for (filter, count) in [
            (json!({ "kind": "MOVED" }), 0),
            (json!({ "kind": "ACCURACY", "isOpen": true }), 1),
            (json!({ "isOpen": false }), 0),
            (json!({ "guide": crate::guide_watch::node(id) }), 1),
            (json!({ "organisation": app.organisation_node(SCHOOL).await }), 1),
            (json!({ "organisation": app.organisation_node(HOSPITAL).await }), 0),
        ] {
            assert_eq!(concerns(&app, &editor, filter.clone()).await["totalCount"], count, "{filter}");
        }
    }

    async fn what_has_an_open_concern_waits_for_its_editors(app) {
        let publisher = editing::publisher(&app).await;
        let (id, draft) = of_the_school(&app, &publisher).await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let due = "{ guidesDueForReview { totalCount nodes { guide { slug } openConcerns { kind } } }
            guides(filter: { dueForReview: true }) { nodes { slug } }
            dashboard { openConcerns { totalCount nodes { kind guideTitle } } } }";
        let before = app.ask_by(&editor, due, json!({})).await;
        assert_eq!(before.data()["guidesDueForReview"]["totalCount"], 0);
        assert_eq!(before.data()["dashboard"]["openConcerns"]["totalCount"], 0);
        doubt(&app, id, GuideConcernKind::Feedback, None).await;

        let after = app.ask_by(&editor, due, json!({})).await;
        let queue = &after.data()["guidesDueForReview"];
        assert_eq!(queue["nodes"], json!([{ "guide": { "slug": draft["slug"] }, "openConcerns": [{ "kind": "FEEDBACK" }] }]));
        assert_eq!(after.data()["guides"]["nodes"], json!([{ "slug": draft["slug"] }]));
        let section = &after.data()["dashboard"]["openConcerns"];
        assert_eq!(section["nodes"], json!([{ "kind": "FEEDBACK", "guideTitle": draft["title"] }]));
        // Readers go by the day alone, and others' editors as well.
        let readers = app.ask("{ guides(filter: { dueForReview: true }) { nodes { slug } } }").await;
        assert_eq!(readers.data()["guides"]["nodes"], json!([]));
        let stranger = with_role(&app, "stranger", "EDITOR", HOSPITAL).await;
        let others = app.ask_by(&stranger, due, json!({})).await;
        assert_eq!(others.data()["guidesDueForReview"]["totalCount"], 0);
        assert_eq!(others.data()["guides"]["nodes"], json!([]));
        assert_eq!(others.data()["dashboard"]["openConcerns"]["totalCount"], 0);
        let own = "query($id: ID!) { draft(id: $id) { ... on ServiceGuideDraft { openConcerns { kind } } } }";
        let own = app.ask_by(&editor, own, json!({ "id": draft["id"] })).await;
        assert_eq!(own.data()["draft"]["openConcerns"], json!([{ "kind": "FEEDBACK" }]));
    }

    async fn a_concern_is_dismissed_by_who_edits_the_guide(app) {
        let publisher = editing::publisher(&app).await;
        let (id, _) = of_the_school(&app, &publisher).await;
        doubt(&app, id, GuideConcernKind::PageChanged, None).await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let seen = concerns(&app, &editor, json!(null)).await;
        let input = json!({ "id": seen["nodes"][0]["id"] });
        let stranger = with_role(&app, "stranger", "EDITOR", HOSPITAL).await;
        let refused = send(&app, &stranger, "guideConcernDismiss", "concern { isOpen }", input.clone()).await;
        assert_eq!(problems(&refused), [pair("id", "NOT_FOUND")]);
        assert_eq!(open_kinds(&app, id).await.len(), 1);

        for _ in 0..2 {
            let payload = done(&app, &editor, "guideConcernDismiss", "concern { isOpen closedAs }", input.clone()).await;
            assert_eq!(payload["concern"], json!({ "isOpen": false, "closedAs": "DISMISSED" }));
        }
        assert_eq!(noted(&app, "guide_concern.dismiss").await, 1);
        // The next time it is a new one.
        assert!(doubt(&app, id, GuideConcernKind::PageChanged, None).await);
    }

    async fn confirming_a_concern_warns_readers(app) {
        let publisher = editing::publisher(&app).await;
        let (id, draft) = of_the_school(&app, &publisher).await;
        doubt(&app, id, GuideConcernKind::Spike, Some(SPIKE)).await;
        let seen = concerns(&app, &publisher, json!(null)).await;
        let concern = &seen["nodes"][0];
        let until = tomorrow(&app);
        let input = |alert: Value| json!({ "id": concern["id"], "version": concern["guideVersion"], "alert": alert });

        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let refused = send(&app, &editor, "guideConcernConfirm", CONFIRMED, input(json!({ "until": until }))).await;
        assert_eq!(problems(&refused), [pair("", "MAY_NOT_PUBLISH")]);
        let stranger = with_role(&app, "stranger", "PUBLISHER", HOSPITAL).await;
        let refused = send(&app, &stranger, "guideConcernConfirm", CONFIRMED, input(json!({ "until": until }))).await;
        assert_eq!(problems(&refused), [pair("", "NOT_FOUND")]);
        for (alert, field, code) in [
            (json!({ "until": "2020-01-01T00:00:00Z" }), "alert.until", "IN_THE_PAST"),
            (json!({ "until": until, "text": "я".repeat(501) }), "alert.text", "TOO_LONG"),
        ] {
            let refused = send(&app, &publisher, "guideConcernConfirm", CONFIRMED, input(alert)).await;
            assert_eq!(problems(&refused), [pair(field, code)]);
        }
        let mut old = input(json!({ "until": until }));
        old["version"] = json!(0);
        let conflict = send(&app, &publisher, "guideConcernConfirm", CONFIRMED, old).await;
        assert_eq!(problems(&conflict), [pair("version", "CONFLICT")]);
        assert_eq!(conflict["current"]["version"], concern["guideVersion"]);
        assert!(warned(&app, &draft["slug"]).await.is_null());
        assert_eq!((open_kinds(&app, id).await.len(), revisions(&app, id).await), (1, 1));

        // The second time nothing is left to do, and the answer is the same.
        for _ in 0..2 {
            let payload = done(&app, &publisher, "guideConcernConfirm", CONFIRMED, input(json!({ "until": until }))).await;
            assert_eq!(payload["concern"], json!({ "isOpen": false, "closedAs": "CONFIRMED" }));
        }
        assert_eq!(warned(&app, &draft["slug"]).await, json!({ "text": SPIKE, "until": until }));
        assert_eq!((noted(&app, "guide_concern.confirm").await, revisions(&app, id).await), (1, 2));
    }

    async fn a_warning_needs_words_and_an_open_concern(app) {
        let publisher = editing::publisher(&app).await;
        let (id, draft) = of_the_school(&app, &publisher).await;
        doubt(&app, id, GuideConcernKind::Moved, None).await;
        let seen = concerns(&app, &publisher, json!(null)).await;
        let concern = &seen["nodes"][0];
        let until = tomorrow(&app);
        let input = |alert: Value| json!({ "id": concern["id"], "version": concern["guideVersion"], "alert": alert });
        let refused = send(&app, &publisher, "guideConcernConfirm", CONFIRMED, input(json!({ "until": until }))).await;
        assert_eq!(problems(&refused), [pair("alert.text", "MISSING")]);
        done(&app, &publisher, "guideConcernDismiss", "concern { isOpen }", json!({ "id": concern["id"] })).await;
        let said = json!({ "text": "Страница переехала.", "until": until });
        let refused = send(&app, &publisher, "guideConcernConfirm", CONFIRMED, input(said)).await;
        assert_eq!(problems(&refused), [pair("id", "CONCERN_CLOSED")]);
        assert!(warned(&app, &draft["slug"]).await.is_null(), "nothing is half-done");
        assert_eq!(revisions(&app, id).await, 1);
    }

    async fn readers_are_warned_though_the_guide_is_overdue_and_a_draft_stands_beside_it(app) {
        let publisher = editing::publisher(&app).await;
        let soon = json!({ "nextReviewAt": in_days(&app, 1) });
        let (id, draft) = of_the_school_with(&app, &publisher, soon).await;
        let change = editing::seen_with(&draft, json!({ "summary": "Черновик." }));
        editing::done(&app, &publisher, "serviceGuideUpdate", change).await;
        app.wait(TimeDelta::days(3));
        let publisher = with_role(&app, "later", "PUBLISHER", SCHOOL).await;
        doubt(&app, id, GuideConcernKind::Unreachable, Some(SPIKE)).await;
        let seen = concerns(&app, &publisher, json!(null)).await;
        let concern = &seen["nodes"][0];
        let input = json!({ "id": concern["id"], "version": concern["guideVersion"], "alert": { "until": tomorrow(&app) } });
        done(&app, &publisher, "guideConcernConfirm", CONFIRMED, input).await;
        assert_eq!(warned(&app, &draft["slug"]).await["text"], SPIKE);
        let query = "query($id: ID!) { draft(id: $id) { ... on ServiceGuideDraft { summary alert { text } } } }";
        let beside = app.ask_by(&publisher, query, json!({ "id": draft["id"] })).await;
        assert_eq!(beside.data()["draft"], json!({ "summary": "Черновик.", "alert": { "text": SPIKE } }));
    }

    async fn a_check_answers_what_a_check_can(app) {
        let publisher = editing::publisher(&app).await;
        let (id, draft) = of_the_school(&app, &publisher).await;
        for kind in [
            GuideConcernKind::Accuracy, GuideConcernKind::Feedback, GuideConcernKind::PageChanged,
            GuideConcernKind::Spike, GuideConcernKind::Unreachable,
        ] {
            doubt(&app, id, kind, Some(SPIKE)).await;
        }
        // A correction that nobody has checked anew answers nothing.
        let change = editing::seen_with(&draft, json!({ "summary": "Короче." }));
        let changed = editing::done(&app, &publisher, "serviceGuideUpdate", change).await;
        let corrected = editing::done(&app, &publisher, "serviceGuidePublish", editing::seen(&changed)).await;
        assert_eq!(open_kinds(&app, id).await.len(), 5);

        let checked = confirmation(&corrected, &in_days(&app, 200));
        editing::done(&app, &publisher, "serviceGuideConfirmChecked", checked).await;
        assert_eq!(open_kinds(&app, id).await, [GuideConcernKind::Spike, GuideConcernKind::Unreachable]);
        let closed = concerns_of(&app, id).await;
        let ends = closed.iter().filter_map(|row| row.closed_as);
        assert!(ends.eq([GuideConcernEnd::Confirmed; 3]));
    }
}
