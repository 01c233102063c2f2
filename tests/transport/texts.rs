//! Texts with signs that no database holds, or nobody sees, are refused before anybody reads them.

use serde_json::json;

use crate::{on_both_databases, support::Answer};

on_both_databases! {
    async fn a_control_sign_is_refused_by_the_name_of_what_holds_it(app) {
        for (query, variables, named) in [
            ("query($words: String!) { search(query: $words) { nodes { __typename } } }", json!({ "words": "я\0" }), "words"),
            ("query($filter: NewsFilter) { news(filter: $filter) { nodes { id } } }", json!({ "filter": { "tag": "\u{1b}[31m" } }), "filter.tag"),
            ("query($id: ID!) { node(id: $id) { id } }", json!({ "id": "\u{7f}" }), "id"),
            ("query($slug: String! = \"a\\u0000\") { newsArticle(slug: $slug) { id } }", json!({}), "slug"),
            ("{ news(filter: { tag: \"a\\u0085b\" }) { nodes { id } } }", json!({}), "filter.tag"),
            ("{ organisation(slug: \"a\\u0000b\") { id } }", json!({}), "slug"),
            ("mutation($input: SignInCodeRequestInput!) { signInCodeRequest(input: $input) { userErrors { code } } }", json!({ "input": { "identifier": "+7916\0" } }), "input.identifier"),
            ("mutation($input: StaffSignInInput!) { staffSignIn(input: $input) { userErrors { code } } }", json!({ "input": { "email": "a@example.ru", "password": "\0" } }), "input.password"),
        ] {
            let answer = app.ask_with(query, variables).await;
            assert_eq!(answer.status, 400, "{query}: {:#}", answer.body);
            assert_eq!(answer.refused(&format!("«{named}»")), "BAD_USER_INPUT", "{query}");
            assert_eq!(answer.body["errors"][0]["extensions"]["argument"], named);
        }
    }

    async fn what_parts_words_and_lines_is_text(app) {
        let search = "query($words: String!) { search(query: $words) { nodes { __typename } } }";
        let found = app.ask_with(search, json!({ "words": "паспорт\tгражданина\r\nРоссии" })).await;
        assert!(found.data()["search"]["nodes"].is_array());
        let sign_in = "mutation($password: String!) { staffSignIn(input: { email: \"a@example.ru\", password: $password }) { userErrors { code } } }";
        let refused = app.ask_with(sign_in, json!({ "password": "четыре\tлошади\nжуют" })).await;
        assert!(refused.data()["staffSignIn"]["userErrors"][0]["code"].is_string());
    }

    async fn nor_does_an_address_hold_one(app) {
        let feed = app.client.get(app.url("/feed/news.rss?organisation=%00")).send().await.expect("an answer");
        assert_eq!(feed.status(), 404);
        let officer = app.officer("mgo-obrazovaniya").await;
        let upload = app
            .client
            .post(app.url("/uploads?purpose=roster&organisation=%00"))
            .header("content-type", "text/csv")
            .header("authorization", format!("Bearer {}", officer.access_token))
            .body("a;b");
        let answer = Answer::of(upload.send().await.expect("an answer")).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_USER_INPUT"));
    }
}
