//! How good the search is, measured: queries as members type them, with the right answers.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    on_both_databases,
    support::{App, answer::each},
};

/// The least share of queries whose right answer is first, and among the first three (percent).
const FIRST: usize = 75;
const AMONG_THREE: usize = 90;
/// The most queries that may find nothing at all (percent).
const EMPTY: usize = 3;

#[derive(Deserialize)]
struct File {
    query: Vec<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    text: String,
    manner: String,
    right: Vec<String>,
}

#[derive(Default)]
struct Hits {
    asked: usize,
    first: usize,
    among_three: usize,
    empty: usize,
}

impl Hits {
    fn count(&mut self, asked: &Asked, found: &[String]) {
        let is_right = |one: &String| asked.right.contains(one);
        self.asked += 1;
        self.first += usize::from(found.first().is_some_and(is_right));
        self.among_three += usize::from(found.iter().take(3).any(is_right));
        self.empty += usize::from(found.is_empty());
    }

    fn percent(&self, hits: usize) -> usize {
        100 * hits / self.asked.max(1)
    }
}

fn read(text: &str) -> Vec<Asked> {
    toml::from_str::<File>(text)
        .expect("a file of queries")
        .query
}

async fn first_three(app: &App, text: &str) -> Vec<String> {
    let query = "query($text: String!) { search(query: $text, first: 3) { nodes { kind: __typename
        ... on ServiceGuide { slug } ... on Benefit { slug } ... on NewsArticle { slug }
        ... on OrganisationPage { slug } ... on Course { slug } ... on Organisation { slug } } } }";
    let answer = app
        .ask_with(query, serde_json::json!({ "text": text }))
        .await;
    let found = &answer.data()["search"];
    each(found, "kind")
        .iter()
        .zip(each(found, "slug"))
        .map(|(kind, slug)| {
            let kind = match kind.as_str() {
                "ServiceGuide" => "guide",
                "Benefit" => "benefit",
                "NewsArticle" => "news",
                "OrganisationPage" => "page",
                "Course" => "course",
                _ => "organisation",
            };
            format!("{kind}:{slug}")
        })
        .collect()
}

async fn measure(app: &App, queries: &str) {
    let mut all = Hits::default();
    let mut by_manner: BTreeMap<String, Hits> = BTreeMap::new();
    for asked in read(queries) {
        let found = first_three(app, &asked.text).await;
        all.count(&asked, &found);
        let hits = by_manner.entry(asked.manner.clone()).or_default();
        hits.count(&asked, &found);
        if !found
            .first()
            .is_some_and(|first| asked.right.contains(first))
        {
            println!("{:<12} {:<40} {found:?}", asked.manner, asked.text);
        }
    }
    println!("{:<12} asked first three empty", "");
    by_manner.insert("all".into(), all);
    for (manner, hits) in &by_manner {
        let percent = |count| hits.percent(count);
        let (first, three, empty) = (hits.first, hits.among_three, hits.empty);
        println!(
            "{manner:<12} {:>5} {:>4}% {:>4}% {:>4}%",
            hits.asked,
            percent(first),
            percent(three),
            percent(empty)
        );
    }
    let all = &by_manner["all"];
    assert!(all.asked >= 150);
    assert!(
        all.percent(all.first) >= FIRST,
        "right at the first place: {} %",
        all.percent(all.first)
    );
    assert!(
        all.percent(all.among_three) >= AMONG_THREE,
        "right among the first three"
    );
    assert!(all.percent(all.empty) <= EMPTY, "nothing found");
}

on_both_databases! {
    async fn most_queries_find_the_right_answer_first(app) {
        measure(&app, include_str!("queries.toml")).await;
    }

    async fn most_queries_that_nothing_was_tuned_on_do_too(app) {
        measure(&app, include_str!("control.toml")).await;
    }
}
