//! The pages of an organisation, from its editors' desk to its place on the portal.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{SCHOOL, codes, done, fields, publisher, route, seen, seen_with, send};
use crate::{
    on_both_databases,
    support::{App, Person, answer::each},
};

/// What is asked of a page's draft.
pub const DRAFT: &str = "title body bodyHtml position published { title }";

/// Begins a page that lacks nothing.
pub async fn drafted(app: &App, person: &Person, title: &str, position: i32) -> Value {
    let input = json!({
        "organisation": app.organisation_node(SCHOOL).await,
        "clientMutationKey": Uuid::new_v4(),
        "title": title,
        "body": "Приём по **средам**.",
        "position": position,
    });
    done(app, person, "organisationPageCreate", input).await
}

/// The school's pages as a stranger sees them, in the order of its menu.
async fn menu(app: &App) -> Value {
    let query = "query($slug: String!) { organisation(slug: $slug) { pages(first: 50) {
        nodes { id slug title bodyHtml plainText body { __typename } publishedAt } } } }";
    let answer = app.ask_with(query, json!({ "slug": SCHOOL })).await;
    answer.data()["organisation"]["pages"].clone()
}

on_both_databases! {
    async fn a_page_names_all_it_lacks(app) {
        let publisher = publisher(&app).await;
        let input = json!({
            "organisation": app.organisation_node(SCHOOL).await,
            "clientMutationKey": Uuid::new_v4(),
            "title": " ",
            "position": -1,
        });
        let draft = done(&app, &publisher, "organisationPageCreate", input).await;
        let refused = send(&app, &publisher, "organisationPagePublish", seen(&draft)).await;
        assert_eq!(fields(&refused), ["title", "body", "position"]);
        assert_eq!(codes(&refused), ["MISSING", "MISSING", "OUT_OF_RANGE"]);

        let long = json!({ "title": "т".repeat(201), "body": "![схема](media:00000000-0000-4000-8000-000000000000)", "position": null });
        let draft = done(&app, &publisher, "organisationPageUpdate", seen_with(&draft, long)).await;
        let refused = send(&app, &publisher, "organisationPagePublish", seen(&draft)).await;
        assert_eq!(fields(&refused), ["title", "body"]);
        assert_eq!(codes(&refused), ["TOO_LONG", "NOT_THERE"]);
    }

    async fn a_page_is_shown_under_its_organisation(app) {
        let publisher = publisher(&app).await;
        let before = each(&menu(&app).await, "title");
        let draft = drafted(&app, &publisher, "Приём председателя", 900).await;
        assert_eq!(draft["bodyHtml"], "<p>Приём по <strong>средам</strong>.</p>\n");
        assert_eq!(each(&menu(&app).await, "title"), before);
        let last = done(&app, &publisher, "organisationPagePublish", seen(&draft)).await;
        assert_eq!((&last["state"], &last["slug"]), (&json!("PUBLISHED"), &json!("priyom-predsedatelya")));
        let draft = drafted(&app, &publisher, "Касса", 800).await;
        done(&app, &publisher, "organisationPagePublish", seen(&draft)).await;
        let mut expected = before.clone();
        expected.extend(["Касса".to_owned(), "Приём председателя".to_owned()]);
        assert_eq!(each(&menu(&app).await, "title"), expected);
        assert_eq!(route(&app, "/pages/priyom-predsedatelya").await["__typename"], "OrganisationPage");

        // It can be moved in the menu, and readers see the rest of it as it was.
        let moved = seen_with(&last, json!({ "position": 700, "title": "Приём" }));
        let moved = done(&app, &publisher, "organisationPageUpdate", moved).await;
        assert_eq!(moved["published"]["title"], "Приём председателя");
        let moved = done(&app, &publisher, "organisationPagePublish", seen(&moved)).await;
        assert_eq!(moved["slug"], "priyom-predsedatelya");
        let mut expected = before.clone();
        expected.extend(["Приём".to_owned(), "Касса".to_owned()]);
        assert_eq!(each(&menu(&app).await, "title"), expected);

        let archived = done(&app, &publisher, "organisationPageArchive", seen(&moved)).await;
        assert_eq!(archived["state"], "ARCHIVED");
        expected.retain(|title| title != "Приём");
        assert_eq!(each(&menu(&app).await, "title"), expected);
        assert!(route(&app, "/pages/priyom-predsedatelya").await.is_null());
    }

    async fn a_demo_page_can_be_published_again_as_it_was(app) {
        let publisher = publisher(&app).await;
        let before = menu(&app).await;
        let page = &before["nodes"][0];
        let query = "query($id: ID!) { draft(id: $id) { ... on OrganisationPageDraft { id version title body problems { code } } } }";
        let opened = app.ask_by(&publisher, query, json!({ "id": page["id"] })).await;
        let opened = &opened.data()["draft"];
        assert_eq!(opened["title"], page["title"]);
        assert_eq!(opened["problems"], json!([]));
        let again = seen_with(opened, json!({ "revision": 1 }));
        let draft = done(&app, &publisher, "organisationPageRestoreRevision", again).await;
        done(&app, &publisher, "organisationPagePublish", seen(&draft)).await;
        assert_eq!(menu(&app).await, before);
    }
}
