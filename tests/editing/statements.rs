//! What a desk full of drafts costs.

use serde_json::json;

use super::{benefits, drafted, guides, pages, publisher};
use crate::{
    on_both_databases,
    support::{App, Person},
};

const PROBLEMS: &str = "{ drafts(first: 50) { totalCount nodes {
    ... on NewsArticleDraft { problems { field code } } ... on BenefitDraft { problems { field code } }
    ... on ServiceGuideDraft { problems { field code } } ... on OrganisationPageDraft { problems { field code } } } } }";

/// Begins a draft of each kind, each pointing to what there is.
async fn begin(app: &App, person: &Person) {
    drafted(app, person).await;
    benefits::drafted(app, person, json!({})).await;
    guides::drafted(app, person, json!({})).await;
    pages::drafted(app, person, "Приём", 1).await;
}

/// How many statements read each of these tables.
async fn reads(app: &App, person: &Person) -> Vec<(&'static str, usize)> {
    let sent = app.statements_of_by(person, PROBLEMS).await;
    let tables = [
        "news_category",
        "benefit_category",
        "guide_category",
        "life_event",
        "partner",
        "outlet",
        "media_asset",
    ];
    let reads = |table: &str| {
        let from = format!("FROM \"{table}\"");
        sent.iter().filter(|sql| sql.contains(&from)).count()
    };
    tables
        .into_iter()
        .map(|table| (table, reads(table)))
        .collect()
}

on_both_databases! {
    async fn a_page_of_drafts_looks_around_once(app) {
        let publisher = publisher(&app).await;
        begin(&app, &publisher).await;
        let of_four = reads(&app, &publisher).await;
        for _ in 0..3 {
            begin(&app, &publisher).await;
        }
        let of_sixteen = reads(&app, &publisher).await;
        let each_once = [("news_category", 1), ("benefit_category", 1), ("guide_category", 1), ("life_event", 1), ("partner", 1), ("outlet", 1), ("media_asset", 0)];
        assert_eq!(of_four, each_once);
        assert_eq!(of_sixteen, each_once);
        let drafts = app.ask_by(&publisher, PROBLEMS, json!({})).await;
        let drafts = &drafts.data()["drafts"];
        assert_eq!(drafts["totalCount"], 16);
        for draft in drafts["nodes"].as_array().expect("drafts") {
            assert_eq!(draft["problems"], json!([]), "{draft:#}");
        }
    }
}
