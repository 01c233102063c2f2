//! A phone that keeps a copy.

use std::collections::BTreeMap;

use api::infra::auth::Viewer;
use serde_json::{Value, json};

use crate::support::{Answer, App};

pub const CHANGES: &str = "query($since: String, $types: [ContentItemType!], $first: Int) {
    changes(since: $since, types: $types, first: $first) { cursor hasMore resetRequired removed { id reason }
        changed { type: __typename ... on Node { id }
            ... on NewsArticle { headline revision } ... on Benefit { title } ... on ServiceGuide { title }
            ... on OrganisationPage { title } ... on Course { title } ... on NewsCategory { name } ... on Organisation { shortName }
            ... on Outlet { name } ... on Partner { brandName } ... on LifeEvent { title } } } }";

/// A copy and its cursor.
pub struct Phone {
    pub viewer: Viewer,
    pub types: Value,
    pub items: BTreeMap<String, Value>,
    pub cursor: Value,
    pub pages: usize,
}

impl Phone {
    pub fn new(viewer: Viewer) -> Self {
        Self {
            viewer,
            types: Value::Null,
            items: BTreeMap::new(),
            cursor: Value::Null,
            pages: 0,
        }
    }

    pub async fn ask(&self, app: &App, first: u32) -> Answer {
        let variables = json!({ "since": self.cursor, "types": self.types, "first": first });
        match &self.viewer {
            Viewer::Anonymous => app.ask_with(CHANGES, variables).await,
            member => app.ask_as(member.clone(), CHANGES, variables).await,
        }
    }

    /// Takes one page into the copy and returns it.
    pub async fn take_page(&mut self, app: &App, first: u32) -> Value {
        let page = self.ask(app, first).await.data()["changes"].clone();
        assert_eq!(page["resetRequired"], json!(false), "{page:#}");
        for item in page["changed"].as_array().expect("a list") {
            let id = item["id"].as_str().expect("an id").to_owned();
            self.items.insert(id, item.clone());
        }
        for gone in page["removed"].as_array().expect("a list") {
            self.items.remove(gone["id"].as_str().expect("an id"));
        }
        self.cursor = page["cursor"].clone();
        self.pages += 1;
        page
    }

    /// Takes pages until there are no more.
    pub async fn catch_up(&mut self, app: &App, first: u32) {
        while self.take_page(app, first).await["hasMore"] == json!(true) {
            assert!(self.pages < 2000, "a copy must come to its end");
        }
    }

    /// What a new phone of the same viewer would have.
    pub async fn fresh(&self, app: &App) -> BTreeMap<String, Value> {
        let mut fresh = Self::new(self.viewer.clone());
        fresh.types = self.types.clone();
        fresh.catch_up(app, 100).await;
        fresh.items
    }
}
