//! Statement budgets: a list costs one SELECT, and one more for each batched relation.

use crate::{on_both_databases, support::App};

async fn budget(app: &App, query: &str, statements: usize) {
    let sent = app.statements_of(query).await;
    assert_eq!(sent.len(), statements, "{query}\n{}", sent.join("\n"));
    for sql in sent {
        assert!(!sql.to_uppercase().contains("OFFSET"), "{sql}");
    }
}

on_both_databases! {
    async fn the_home_screen_is_three_statements(app) {
        budget(&app, "{
            news(first: 20) { nodes { headline lead category { name } organisation { shortName } cover { url } } }
            benefits(first: 10) { nodes { title partner { brandName } category { name } cover { url } } }
            guides(first: 10) { nodes { title category { name } organisation { shortName } } }
        }", 3).await;
    }

    async fn a_batched_relation_is_one_more(app) {
        budget(&app, "{ news(first: 20) { nodes { tags } } }", 2).await;
        budget(&app, "{ news(first: 20) { nodes { tags okrugs } } }", 3).await;
        budget(&app, "{ news(first: 20) { nodes { organisation { about contacts { phone } brand { primaryColor } } } } }", 2).await;
        budget(&app, "{ benefits(first: 20) { nodes { termsHtml redemption { url } organisation { shortName } } } }", 3).await;
        budget(&app, "{ guides(first: 12) { nodes { steps { title } costs { title } legalBasis { act } } } }", 2).await;
        budget(&app, "{ organisations(first: 50) { nodes { about okrugs parent { shortName } freshness { newsLast30Days } } } }", 4).await;
    }

    async fn a_count_is_taken_only_when_selected(app) {
        budget(&app, "{ news(first: 1) { nodes { slug } pageInfo { hasNextPage } } }", 1).await;
        budget(&app, "{ news(first: 1) { totalCount } }", 2).await;
    }

    async fn only_what_is_selected_is_joined_by_whatever_way(app) {
        for (items, joined) in [
            ("nodes { slug }", vec![]),
            ("nodes { c: category { name } }", vec!["news_category"]),
            ("edges { node { ...more } }", vec!["organisation", "media_asset"]),
        ] {
            let query = format!("query {{ news(first: 1) {{ {items} }} }} fragment more on NewsArticle {{ organisation {{ slug }} ... {{ cover {{ url }} }} }}");
            let query = if items.contains("...more") { query } else { query.split(" fragment").next().expect("a query").to_owned() };
            let sent = app.statements_of(&query).await;
            for table in ["news_category", "organisation", "media_asset"] {
                let is_joined = sent[0].contains(&format!("JOIN \"{table}\""));
                assert_eq!(is_joined, joined.contains(&table), "{table} for {items}");
            }
            assert!(!app.ask(&query).await.data().to_string().contains(":null"), "{items}");
        }
    }

    async fn lists_carry_no_bodies(app) {
        let sent = app.statements_of("{ news { nodes { headline } } benefits { nodes { title } } guides { nodes { title } } }").await;
        for sql in sent {
            for column in ["\"body\"", "body_html", "plain_text", "\"terms\"", "\"passport\""] {
                assert!(!sql.contains(column), "{column} in {sql}");
            }
        }
    }
}
