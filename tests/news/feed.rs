use serde_json::{Value, json};

use crate::{on_both_databases, support::answer::each};

/// The node id of what a query finds.
fn id(found: &Value) -> String {
    found["id"].as_str().expect("an id").to_owned()
}

on_both_databases! {
    async fn the_feed_is_newest_first_and_pages_meet(app) {
        let all = app.ask("{ news(first: 100) { totalCount nodes { id publishedAt } } }").await;
        let all = &all.data()["news"];
        let expected = each(all, "id");
        assert_eq!(all["totalCount"], expected.len());
        let mut dates = each(all, "publishedAt");
        dates.reverse();
        assert!(dates.is_sorted());

        let mut forward = Vec::new();
        let mut after = Value::Null;
        loop {
            let page = app.ask_with(
                "query($after: String) { news(first: 13, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }",
                json!({ "after": after }),
            ).await;
            let page = &page.data()["news"];
            forward.extend(each(page, "id"));
            if page["pageInfo"]["hasNextPage"] == false { break; }
            after = page["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(forward, expected);

        let mut backward = Vec::new();
        let mut before = Value::Null;
        loop {
            let page = app.ask_with(
                "query($before: String) { news(last: 17, before: $before) { nodes { id } pageInfo { hasPreviousPage startCursor } } }",
                json!({ "before": before }),
            ).await;
            let page = &page.data()["news"];
            let mut ids = each(page, "id");
            ids.extend(backward);
            backward = ids;
            if page["pageInfo"]["hasPreviousPage"] == false { break; }
            before = page["pageInfo"]["startCursor"].clone();
        }
        assert_eq!(backward, expected);
    }

    async fn a_cursor_outlives_its_row(app) {
        let page = app.ask("{ news(first: 2) { edges { cursor node { slug } } } }").await;
        let edges = page.data()["news"]["edges"].clone();
        let gone = edges[0]["node"]["slug"].as_str().expect("a slug");
        use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
        entities::news_article::Entity::delete_many()
            .filter(entities::news_article::Column::Slug.eq(gone))
            .exec(app.database.writer()).await.expect("deleted");
        let next = app.ask_with(
            "query($after: String) { news(first: 1, after: $after) { nodes { slug } } }",
            json!({ "after": edges[0]["cursor"] }),
        ).await;
        assert_eq!(next.data()["news"]["nodes"][0]["slug"], edges[1]["node"]["slug"]);
    }

    async fn bad_pages_are_refused_by_argument(app) {
        for (arguments, named) in [
            ("first: -1", "first"),
            ("first: 0", "first"),
            ("first: 101", "first"),
            ("last: 101", "last"),
            ("first: 1, last: 1", "last"),
            ("after: \"%%%\"", "after"),
            ("before: \"AAAA\"", "before"),
        ] {
            let answer = app.ask(&format!("{{ news({arguments}) {{ nodes {{ id }} }} }}")).await;
            assert_eq!(answer.refused(named), "BAD_USER_INPUT", "{arguments}");
            assert_eq!(answer.body["data"], json!({ "news": null }));
        }
        let foreign = app.ask("{ guides(first: 1) { pageInfo { endCursor } } }").await;
        let answer = app.ask_with(
            "query($after: String) { news(after: $after) { nodes { id } } }",
            json!({ "after": foreign.data()["guides"]["pageInfo"]["endCursor"] }),
        ).await;
        assert_eq!(answer.refused("after"), "BAD_USER_INPUT");
    }

    async fn bad_filters_are_refused_by_argument(app) {
        for (arguments, named) in [
            ("filter: { kind: GOSSIP }", "kind"),
            ("filter: { okrug: MARS }", "okrug"),
            ("filter: { organisation: \"mfp\" }", "filter.organisation"),
            ("filter: { categories: [\"1\"] }", "filter.categories"),
            ("filter: { publishedFrom: \"yesterday\" }", "publishedFrom"),
        ] {
            let answer = app.ask(&format!("{{ news({arguments}) {{ nodes {{ id }} }} }}")).await;
            assert_eq!(answer.refused(named), "BAD_USER_INPUT", "{arguments}");
        }
        let long = "д".repeat(61);
        let answer = app.ask(&format!("{{ news(filter: {{ tag: \"{long}\" }}) {{ nodes {{ id }} }} }}")).await;
        assert_eq!(answer.refused("tag"), "BAD_USER_INPUT");
        let answer = app.ask(&format!("{{ newsArticle(slug: \"{}\") {{ id }} }}", "x".repeat(81))).await;
        assert_eq!(answer.refused("slug"), "BAD_USER_INPUT");
    }

    async fn what_no_database_can_hold_is_refused(app) {
        for (query, named) in [
            ("{ newsArticle(slug: \"a\\u0000b\") { id } }", "slug"),
            ("{ news(filter: { tag: \"\\u0000\" }) { nodes { id } } }", "filter.tag"),
            ("{ route(host: \"mtuf.ru\", path: \"/news/\\u0000\") { __typename } }", "path"),
            // ["organisations",{"sort_key":"\u0000","id":"…"}]
            ("{ organisations(after: \"WyJvcmdhbmlzYXRpb25zIix7InNvcnRfa2V5IjoiXHUwMDAwIiwiaWQiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAifV0\") { nodes { id } } }", "after"),
        ] {
            assert_eq!(app.ask(query).await.refused(named), "BAD_USER_INPUT", "{query}");
        }
    }

    async fn filters_narrow_the_feed(app) {
        let refs = app.ask("{ newsCategories { id slug } organisation(slug: \"mgo-obrazovaniya\") { id } }").await;
        let refs = refs.data();
        let sport = refs["newsCategories"].as_array().expect("a list").iter()
            .find(|category| category["slug"] == "sport").expect("sport");
        let by_category = app.ask_with(
            "query($ids: [ID!]) { news(filter: { categories: $ids }, first: 100) { nodes { category { slug } } } }",
            json!({ "ids": [id(sport)] }),
        ).await;
        let nodes = by_category.data()["news"]["nodes"].as_array().expect("a list").clone();
        assert!(!nodes.is_empty() && nodes.iter().all(|node| node["category"]["slug"] == "sport"));

        let union = id(&refs["organisation"]);
        let of_union = |descendants: bool| json!({ "id": union, "descendants": descendants });
        let query = "query($id: ID, $descendants: Boolean!) { news(filter: { organisation: $id, includeDescendants: $descendants }, first: 100) { totalCount nodes { organisation { slug } } } }";
        let own = app.ask_with(query, of_union(false)).await;
        let own_count = own.data()["news"]["totalCount"].as_i64().expect("a count");
        assert!(own.data()["news"]["nodes"].as_array().expect("a list").iter().all(|node| node["organisation"]["slug"] == "mgo-obrazovaniya"));
        let tree = app.ask_with(query, of_union(true)).await;
        assert!(tree.data()["news"]["totalCount"].as_i64().expect("a count") >= own_count + 12);

        for (filter, check) in [
            ("hasVideo: true", "hasVideo"),
            ("pinned: true", "isPinned"),
        ] {
            let found = app.ask(&format!("{{ news(filter: {{ {filter} }}) {{ nodes {{ {check} }} }} }}")).await;
            let nodes = found.data()["news"]["nodes"].as_array().expect("a list").clone();
            assert!(!nodes.is_empty() && nodes.iter().all(|node| node[check] == true), "{filter}");
        }
        let practice = app.ask("{ news(filter: { kind: PRACTICE }) { nodes { kind } } }").await;
        assert!(practice.data()["news"]["nodes"].as_array().expect("a list").iter().all(|node| node["kind"] == "PRACTICE"));
        let tinao = app.ask("{ news(filter: { okrug: TINAO }) { nodes { okrugs } } }").await;
        let tinao = tinao.data()["news"]["nodes"].as_array().expect("a list").clone();
        assert!(!tinao.is_empty());
        assert!(tinao.iter().all(|node| { let okrugs = node["okrugs"].to_string(); okrugs.contains("NAO") || okrugs.contains("TAO") }));

        let year = app.ask("{ news(filter: { publishedFrom: \"2026-01-01T00:00:00+03:00\", publishedTo: \"2026-02-01T00:00:00+03:00\" }, first: 100) { totalCount } newsArchive { year month count } }").await;
        let january = year.data()["newsArchive"].as_array().expect("a list").iter()
            .find(|month| month["year"] == 2026 && month["month"] == 1).expect("January")["count"].clone();
        assert_eq!(year.data()["news"]["totalCount"], january);
    }

    async fn ids_that_match_nothing_give_an_empty_list(app) {
        let guide = app.ask("{ guides(first: 1) { nodes { id } } }").await;
        let of_another_kind = &guide.data()["guides"]["nodes"][0]["id"];
        let answer = app.ask_with(
            "query($id: ID!) { a: news(filter: { organisation: $id }) { nodes { id } totalCount } b: news(filter: { categories: [$id] }) { nodes { id } } }",
            json!({ "id": of_another_kind }),
        ).await;
        assert_eq!(answer.data(), &json!({ "a": { "nodes": [], "totalCount": 0 }, "b": { "nodes": [] } }));
    }

    async fn an_article_is_read_whole(app) {
        let answer = app.ask("{ newsArticle(slug: \"no-such-article\") { id } }").await;
        assert_eq!(answer.data(), &json!({ "newsArticle": null }));

        let list = app.ask("{ news(filter: { hasVideo: true }, first: 1) { nodes { slug } } }").await;
        let slug = list.data()["news"]["nodes"][0]["slug"].clone();
        let answer = app.ask_with(
            "query($slug: String!) { newsArticle(slug: $slug) {
                id slug path kind headline lead isUrgent isPinned readingTimeSeconds revision isDemo publishedAt updatedAt tags okrugs
                category { id slug name description } organisation { shortName contacts { phone } socials { network url } }
                cover { url alt width height blurHash credit } video { provider url durationSeconds transcript }
                body { __typename ... on ParagraphBlock { spans { text marks href } } ... on HeadingBlock { level spans { text } } ... on ListBlock { ordered items { depth spans { text } } } ... on CalloutBlock { kind spans { text } } ... on TableBlock { header { spans { text } } rows { cells { spans { text } } } } }
                bodyHtml plainText sourceUrl correction { text at } shareText relatedGuides { title } relatedBenefits { title } } }",
            json!({ "slug": slug }),
        ).await;
        let article = &answer.data()["newsArticle"];
        assert_eq!(article["slug"], slug);
        assert_eq!(article["isDemo"], true);
        assert!(article["bodyHtml"].as_str().expect("html").contains("<p>"));
        assert!(!article["bodyHtml"].as_str().expect("html").contains("**"));
        assert!(article["body"].as_array().expect("blocks").len() >= 3);
        assert!(article["video"]["durationSeconds"].as_i64().expect("seconds") > 0);
        assert!(article["readingTimeSeconds"].as_i64().expect("seconds") > 10);
    }

    async fn articles_from_real_facts_name_their_source(app) {
        let answer = app.ask("{ organisation(slug: \"mfp\") { news(first: 100) { nodes { headline sourceName sourceUrl } } } }").await;
        let articles = answer.data()["organisation"]["news"]["nodes"].as_array().expect("a list").clone();
        assert!(!articles.is_empty());
        for article in articles {
            assert!(article["sourceUrl"].as_str().is_some_and(|url| url.starts_with("https://")), "{article}");
        }
    }
}
