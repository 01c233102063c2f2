//! Addresses of the old portal lead on.

use serde_json::{Value, json};

use super::{SCHOOL, audited, counts, done, faults, key, pairs, problems, send, upload, with_role};
use crate::{
    on_both_databases,
    support::{App, Person, answer::each},
};

const FIELDS: &str = "redirect { id host path target permanent }";
const FILE: [(&str, &str); 1] = [("purpose", "redirects")];

fn redirect(path: &str, target: &str) -> Value {
    json!({ "clientMutationKey": key(), "host": "mtuf.ru", "path": path, "target": target })
}

async fn lead(app: &App, person: &Person, path: &str, target: &str) -> Value {
    let input = redirect(path, target);
    done(app, person, "redirectCreate", FIELDS, input).await["redirect"].clone()
}

/// Where an address of the portal leads a stranger.
async fn route(app: &App, path: &str) -> Value {
    let query = "query($path: String!) { route(host: \"mtuf.ru\", path: $path) { ... on Moved { to permanent } } }";
    app.ask_with(query, json!({ "path": path })).await.data()["route"].clone()
}

on_both_databases! {
    async fn only_the_federation_redirects(app) {
        let admin = with_role(&app, "ORGANISATION_ADMIN", SCHOOL).await;
        let query = "mutation { redirectCreate(input: { clientMutationKey: \"00000000-0000-4000-8000-000000000000\", host: \"mtuf.ru\", path: \"/a\", target: \"/b\" }) { userErrors { code } } }";
        assert_eq!(app.ask_by(&admin, query, json!({})).await.code(), "FORBIDDEN");
        assert_eq!(app.ask_by(&admin, "{ redirects { nodes { id } } }", json!({})).await.code(), "FORBIDDEN");
        let refused = upload(&app, &admin, &FILE, "host;path;target\nmtuf.ru;/a;/b\n").await;
        assert_eq!(refused.code(), "FORBIDDEN");
    }

    async fn an_old_address_leads_on(app) {
        let admin = app.admin().await.person;
        let wrong = json!({ "clientMutationKey": key(), "host": "mtuf", "path": "news", "target": "javascript:alert(1)" });
        let refused = send(&app, &admin, "redirectCreate", FIELDS, wrong).await;
        assert_eq!(problems(&refused), pairs(&[("host", "NOT_A_HOST"), ("path", "NOT_A_PATH"), ("target", "NOT_A_URL")]));
        let made = lead(&app, &admin, "/news/sport/staryj-turnir/", "https://mtuf.ru/guides/otpusk/").await;
        assert_eq!((&made["path"], &made["target"]), (&json!("/news/sport/staryj-turnir"), &json!("/guides/otpusk")));
        assert_eq!(route(&app, "/news/sport/staryj-turnir/").await, json!({ "to": "/guides/otpusk", "permanent": true }));
        let refused = send(&app, &admin, "redirectCreate", FIELDS, redirect("/news/sport/staryj-turnir", "/x")).await;
        assert_eq!(problems(&refused), pairs(&[("path", "ADDRESS_TAKEN")]));

        let change = json!({ "id": made["id"], "target": "/benefits", "permanent": false });
        done(&app, &admin, "redirectUpdate", FIELDS, change.clone()).await;
        done(&app, &admin, "redirectUpdate", FIELDS, change).await;
        assert_eq!(audited(&app, "redirect.update").await, 1);
        assert_eq!(route(&app, "/news/sport/staryj-turnir").await, json!({ "to": "/benefits", "permanent": false }));
        for _ in 0..2 {
            done(&app, &admin, "redirectDelete", "deletedId", json!({ "id": made["id"] })).await;
        }
        assert!(route(&app, "/news/sport/staryj-turnir").await.is_null());
    }

    async fn chains_are_shortened_and_circles_refused(app) {
        let admin = app.admin().await.person;
        let refused = send(&app, &admin, "redirectCreate", FIELDS, redirect("/a", "https://mtuf.ru/a/")).await;
        assert_eq!(problems(&refused), pairs(&[("target", "LOOP")]));
        lead(&app, &admin, "/b", "/c").await;
        assert_eq!(lead(&app, &admin, "/a", "/b/").await["target"], "/c", "straight to the end");
        lead(&app, &admin, "/c", "https://example.ru/d").await;
        for path in ["/a", "/b", "/c"] {
            assert_eq!(route(&app, path).await["to"], "https://example.ru/d", "{path}");
        }
        let other = json!({ "clientMutationKey": key(), "host": "example.ru", "path": "/d", "target": "https://mtuf.ru/a" });
        let refused = send(&app, &admin, "redirectCreate", FIELDS, other).await;
        assert_eq!(problems(&refused), pairs(&[("target", "LOOP")]));
    }

    async fn redirects_are_listed_newest_first(app) {
        let admin = app.admin().await.person;
        for path in ["/one", "/two", "/three"] {
            lead(&app, &admin, path, "/news").await;
        }
        let query = "query($filter: RedirectFilter, $first: Int, $after: String) { redirects(filter: $filter, first: $first, after: $after) { totalCount nodes { path } pageInfo { endCursor } } }";
        let page = app.ask_by(&admin, query, json!({ "first": 2 })).await;
        let page = &page.data()["redirects"];
        assert_eq!(each(page, "path"), ["/three", "/two"]);
        let rest = json!({ "first": 2, "after": page["pageInfo"]["endCursor"] });
        let rest = app.ask_by(&admin, query, rest).await;
        assert_eq!(each(&rest.data()["redirects"], "path"), ["/one"]);
        let found = app.ask_by(&admin, query, json!({ "filter": { "host": "MTUF.ru", "query": "/tw" } })).await;
        assert_eq!(each(&found.data()["redirects"], "path"), ["/two"]);
        let none = app.ask_by(&admin, query, json!({ "filter": { "host": "example.ru" } })).await;
        assert_eq!(none.data()["redirects"]["totalCount"], 0);
    }

    async fn a_file_of_redirects_is_taken_whole_or_not_at_all(app) {
        let admin = app.admin().await.person;
        let bad = "host;path;target;permanent\nmtuf.ru;/ok;/news;да\nmtuf.ru;/ok/;/x;\nmtuf;path;;perhaps\n";
        let refused = upload(&app, &admin, &FILE, bad).await;
        assert_eq!(refused.status, 422);
        let found = faults(&refused);
        let fault = |line, column: &str, code: &str| (line, column.to_owned(), code.to_owned());
        for expected in [fault(3, "path", "REPEATED"), fault(4, "host", "NOT_A_HOST"), fault(4, "path", "NOT_A_PATH"), fault(4, "target", "NOT_A_URL"), fault(4, "permanent", "OUT_OF_RANGE")] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
        let circle = "host;path;target\nmtuf.ru;/x;/y\nmtuf.ru;/y;/x\nmtuf.ru;/z;/news\n";
        let refused = upload(&app, &admin, &FILE, circle).await;
        assert_eq!(faults(&refused), [fault(2, "target", "LOOP"), fault(3, "target", "LOOP")]);
        assert!(route(&app, "/ok").await.is_null() && route(&app, "/z").await.is_null());
        assert_eq!(audited(&app, "redirect.import").await, 0);

        let good = "host,path,target,permanent\nmtuf.ru,/news/sport/a/,/news/sport/b/,\nmtuf.ru,/news/sport/b/,/guides,302\n";
        assert_eq!(counts(&upload(&app, &admin, &FILE, good).await), [2, 0, 0]);
        assert_eq!(counts(&upload(&app, &admin, &FILE, good).await), [0, 0, 2]);
        assert_eq!(audited(&app, "redirect.import").await, 1);
        assert_eq!(route(&app, "/news/sport/a").await, json!({ "to": "/guides", "permanent": true }));
        assert_eq!(route(&app, "/news/sport/b").await, json!({ "to": "/guides", "permanent": false }));
    }
}
