//! Asking: what is refused, what is understood, what comes back beside the answers.

use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{App, answer::each, builders},
};
use api::{
    domain::content::AudienceDefinition,
    infra::{
        auth::{PUBLIC_AUDIENCE_ID, Viewer},
        clock::Clock,
        db::{Change, record_change},
    },
};

const SEARCH: &str = "query($text: String!, $first: Int, $after: String, $types: [SearchType!]) {
    search(query: $text, first: $first, after: $after, types: $types) {
        correctedQuery pageInfo { hasNextPage endCursor } counts { type count isCapped }
        edges { cursor snippet { text highlights { start end } } node { type: __typename ... on Node { id } } } } }";

async fn search(app: &App, variables: Value) -> Value {
    app.ask_with(SEARCH, variables).await.data()["search"].clone()
}

fn ids(found: &Value) -> Vec<String> {
    let nodes: Vec<Value> = found["edges"]
        .as_array()
        .expect("edges")
        .iter()
        .map(|edge| edge["node"].clone())
        .collect();
    each(&json!(nodes), "id")
}

on_both_databases! {
    async fn what_makes_no_sense_is_refused_or_finds_nothing(app) {
        let refused = app.ask_with(SEARCH, json!({ "text": "я".repeat(201) })).await;
        assert_eq!(refused.refused("query"), "BAD_USER_INPUT");
        let refused = app.ask_with(SEARCH, json!({ "text": "я\0" })).await;
        assert_eq!(refused.refused("text"), "BAD_USER_INPUT");
        for (argument, value) in [("first", json!(0)), ("first", json!(101)), ("after", json!("мусор"))] {
            let refused = app.ask_with(SEARCH, json!({ "text": "паспорт", argument: value })).await;
            assert_eq!(refused.refused(argument), "BAD_USER_INPUT");
        }
        // The body is too large before anybody looks at the argument.
        let long = app.ask_with(SEARCH, json!({ "text": "я".repeat(10_000) })).await;
        assert_eq!(long.refused("query"), "BAD_USER_INPUT");

        for text in ["", " ", "🙂🙃", "«»", "\"", "'", "* OR *", "& | ! <->", "NEAR(", "%_\\", "--", "';DROP TABLE"] {
            let found = app.ask_with(SEARCH, json!({ "text": text })).await;
            assert!(found.body.get("errors").is_none(), "{text}: {:#}", found.body);
        }
        assert!(ids(&search(&app, json!({ "text": "🙂" })).await).is_empty());
        assert!(ids(&search(&app, json!({ "text": "паспорт", "types": [] })).await).is_empty());
    }

    async fn a_query_of_one_letter_or_of_stop_words_finds_something(app) {
        for text in ["п", "как", "что это", "паspорт нaлог"] {
            assert!(!ids(&search(&app, json!({ "text": text })).await).is_empty(), "{text}");
        }
    }

    async fn operators_are_words_like_others(app) {
        let plain = ids(&search(&app, json!({ "text": "паспорт загранпаспорт" })).await);
        let signs = ids(&search(&app, json!({ "text": "\"паспорт\" & (загранпаспорт) | !*" })).await);
        assert!(!plain.is_empty());
        assert_eq!(signs, plain);
    }

    async fn pages_follow_each_other_without_a_gap(app) {
        let whole = ids(&search(&app, json!({ "text": "профсоюз", "first": 100 })).await);
        assert!(whole.len() > 20, "{}", whole.len());
        let (mut paged, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = search(&app, json!({ "text": "профсоюз", "first": 7, "after": after })).await;
            paged.extend(ids(&page));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == json!(false) || paged.len() >= 100 {
                break;
            }
        }
        paged.truncate(100);
        assert_eq!(paged[..whole.len()], whole);
    }

    async fn a_cursor_of_another_list_is_refused(app) {
        let news = app.ask("{ news(first: 1) { pageInfo { endCursor } } }").await;
        let cursor = news.data()["news"]["pageInfo"]["endCursor"].clone();
        let refused = app.ask_with(SEARCH, json!({ "text": "паспорт", "after": cursor })).await;
        assert_eq!(refused.refused("after"), "BAD_USER_INPUT");
    }

    async fn the_snippet_marks_what_was_found(app) {
        let found = search(&app, json!({ "text": "паспорта", "types": ["SERVICE_GUIDE"], "first": 1 })).await;
        let snippet = &found["edges"][0]["snippet"];
        let units: Vec<u16> = snippet["text"].as_str().expect("text").encode_utf16().collect();
        let range = &snippet["highlights"][0];
        let bound = |at: &str| usize::try_from(range[at].as_u64().expect("a number")).expect("small");
        let word = String::from_utf16(&units[bound("start")..bound("end")]).expect("text");
        assert!(word.to_lowercase().starts_with("паспорт"), "{word} in {snippet}");
    }

    async fn counts_are_by_type_and_cost_nothing_unless_asked(app) {
        let found = search(&app, json!({ "text": "паспорт", "types": ["SERVICE_GUIDE", "NEWS_ARTICLE"] })).await;
        assert_eq!(each(&found["counts"], "type"), ["SERVICE_GUIDE", "NEWS_ARTICLE"]);
        assert!(found["counts"][0]["count"].as_u64() > Some(0));
        let statements = app.statements_of("{ search(query: \"паспорт\", types: [SERVICE_GUIDE]) { nodes { __typename } } }").await;
        // The words, the walks, the guides.
        assert_eq!(statements.len(), 3, "{statements:#?}");
    }

    async fn a_mended_query_is_told(app) {
        let mended = async |text: &str| search(&app, json!({ "text": text })).await["correctedQuery"].clone();
        assert_eq!(mended("загранпасморт").await, json!("загранпаспорт"));
        assert_eq!(mended("pfuhfygfcgjhn").await, json!("загранпаспорт"));
        assert_eq!(mended("загранпаспорт").await, Value::Null);
    }

    async fn suggestions_go_on_from_what_is_typed(app) {
        let refused = app.ask("{ searchSuggestions(prefix: \"п\", first: 21) { text } }").await;
        assert_eq!(refused.refused("first"), "BAD_USER_INPUT");
        for prefix in ["загр", "загранпас", "заграничный пас", "pfuhfyg"] {
            let suggested = app.ask_with("query($p: String!) { searchSuggestions(prefix: $p) { text type nodeId highlights { start end } } }", json!({ "p": prefix })).await;
            let first = &suggested.data()["searchSuggestions"][0];
            assert_eq!(first["type"], "SERVICE_GUIDE", "{prefix}: {:#}", suggested.body);
            let opened = app.ask_with("query($id: ID!) { node(id: $id) { ... on ServiceGuide { title } } }", json!({ "id": first["nodeId"] })).await;
            assert_eq!(opened.data()["node"]["title"], first["text"]);
        }
        // A preposition does not swallow what was typed before it.
        let to = app.ask("{ searchSuggestions(prefix: \"запись к\") { text } }").await;
        let to = each(&to.data()["searchSuggestions"], "text");
        assert!(to[0].starts_with("Запись к врачу"), "{to:?}");
        let nothing = app.ask("{ searchSuggestions(prefix: \"\") { text } }").await;
        assert_eq!(nothing.data()["searchSuggestions"], json!([]));
    }

    async fn what_was_taken_back_is_hidden_before_the_index_hears_of_it(app) {
        let public = AudienceDefinition::default();
        let id = builders::article(&app.database, "vnezapnyj-tapir", &public).await;
        let asked = json!({ "text": "vnezapnyj tapir", "types": ["NEWS_ARTICLE"] });
        let count = |found: &Value| found["counts"][0]["count"].as_u64();
        assert_eq!(count(&search(&app, asked.clone()).await), Some(1));
        let change = Change { object_type: "NewsArticle", object_id: id, audience_before: Some(PUBLIC_AUDIENCE_ID), audience_after: None };
        record_change(app.database.writer(), &[change], &[], Clock::system().now()).await.expect("recorded");
        let found = search(&app, asked).await;
        assert!(ids(&found).is_empty(), "{found:#}");
        assert_eq!(count(&found), Some(0));
        let suggested = app.ask("{ searchSuggestions(prefix: \"vnezapnyj\") { text } }").await;
        assert_eq!(suggested.data()["searchSuggestions"], json!([]));
    }

    async fn a_frequent_word_of_long_ago_is_found_all_the_same(app) {
        use sea_orm::ConnectionTrait;
        builders::article(&app.database, "starodavnij-mamont", &AudienceDefinition::default()).await;
        // As if a third of a million articles held it, spread over weeks to come.
        for statement in [
            "UPDATE search_word SET documents = 1000000 WHERE stem = '#'",
            "UPDATE search_word SET documents = 300000 WHERE stem IN ('mamont', '=mamont')",
            "INSERT INTO search_word (stem, word, documents) VALUES ('@9001', '', 9000), ('@9002', '', 9000), ('@9003', '', 9000), ('@9004', '', 9000), ('@9005', '', 9000)",
        ] {
            app.database.writer().execute_unprepared(statement).await.expect("updated");
        }
        let found = search(&app, json!({ "text": "mamont" })).await;
        assert_eq!(ids(&found).len(), 1, "{found:#}");
    }

    async fn what_was_withdrawn_is_not_found_any_more(app) {
        let public = AudienceDefinition::default();
        let id = builders::article(&app.database, "kvazimodnyj-slonopotam", &public).await;
        let query = json!({ "text": "kvazimodnyj slonopotam" });
        assert_eq!(ids(&search(&app, query.clone()).await).len(), 1);
        builders::withdraw(&app.database, id, "ошибка", None).await;
        assert!(ids(&search(&app, query).await).is_empty());
        let suggested = app.ask("{ searchSuggestions(prefix: \"kvazi\") { text } }").await;
        assert_eq!(suggested.data()["searchSuggestions"], json!([]), "its words are gone, too");
    }

    async fn words_of_members_texts_are_not_in_the_public_vocabulary(app) {
        builders::article(&app.database, "slonopotam", &builders::members()).await;
        let mended = search(&app, json!({ "text": "slonopotan" })).await;
        assert_eq!((mended["correctedQuery"].clone(), ids(&mended).len()), (Value::Null, 0));
        let member = builders::member_of(&app.database, "ppo-primer-shkola").await;
        let found = app.ask_as(member, SEARCH, json!({ "text": "slonopotam" })).await;
        assert_eq!(ids(&found.data()["search"]).len(), 1);
        let stranger = app.ask_as(Viewer::Anonymous, SEARCH, json!({ "text": "slonopotam" })).await;
        assert!(ids(&stranger.data()["search"]).is_empty());
    }

    async fn indexing_twice_changes_nothing(app) {
        use entities::{search_document, search_word};
        use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
        let database = &app.database;
        let words = search_word::Entity::find().all(database.reader()).await.expect("words");
        let documents = search_document::Entity::find().count(database.reader()).await.expect("documents");
        assert!(words.len() > 1000 && documents > 100);
        database.writer().execute_unprepared("UPDATE search_state SET dictionary = 0").await.expect("updated");
        assert!(api::domain::search::catch_up(database).await.expect("an index") > 100);
        assert!(!api::domain::search::is_behind(database).await.expect("an answer"));
        let again = search_word::Entity::find().all(database.reader()).await.expect("words");
        assert_eq!(again.len(), words.len());
        assert_eq!(again, words, "every word is counted as often as before");
        assert_eq!(search_document::Entity::find().count(database.reader()).await.expect("documents"), documents);
    }
}
