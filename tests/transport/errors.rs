//! The contract's error table: each code with its status, for new clients and for older ones.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;

use crate::support::{Answer, App, Backend};

async fn app() -> App {
    App::start_with(Backend::Sqlite, |settings| {
        settings.client_minimum_versions =
            serde_json::from_value(json!("android=2.1.0")).expect("versions");
    })
    .await
}

fn post(app: &App, body: impl Into<reqwest::Body>) -> RequestBuilder {
    app.client
        .post(app.url("/graphql"))
        .header("content-type", "application/json")
        .header("accept", "application/graphql-response+json")
        .body(body)
}

async fn answered(request: RequestBuilder) -> Answer {
    Answer::of(request.send().await.expect("an answer")).await
}

fn query(text: &str) -> String {
    json!({ "query": text }).to_string()
}

#[actix_web::test]
async fn request_errors_are_400_without_data() {
    let app = app().await;
    for (body, code) in [
        ("{ not json".to_owned(), "BAD_USER_INPUT"),
        ("[]".to_owned(), "BAD_USER_INPUT"),
        (
            json!([{ "query": "{ __typename }" }]).to_string(),
            "BAD_USER_INPUT",
        ),
        (json!({ "query": 1 }).to_string(), "BAD_USER_INPUT"),
        (query("{"), "GRAPHQL_PARSE_FAILED"),
        (query("{ noSuchField }"), "GRAPHQL_VALIDATION_FAILED"),
        (
            query(
                "{ news(first: 5) { nodes { organisation { news(first: 100) { nodes { relatedGuides { id } cover { variants { url } } } } } } } }",
            ),
            "QUERY_TOO_COMPLEX",
        ),
        (
            json!({ "query": "query A { __typename } query B { __typename }" }).to_string(),
            "BAD_USER_INPUT",
        ),
        (
            json!({ "query": "query A { __typename }", "operationName": "B" }).to_string(),
            "BAD_USER_INPUT",
        ),
        (
            json!({ "query": "query($slug: String!) { newsArticle(slug: $slug) { id } }" })
                .to_string(),
            "BAD_USER_INPUT",
        ),
    ] {
        let answer = answered(post(&app, body.clone())).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{body}: {:#}",
            answer.body
        );
        assert_eq!(answer.code(), code, "{body}");
        assert!(answer.body.get("data").is_none(), "{body}");
    }
}

#[actix_web::test]
async fn older_clients_get_200_for_what_is_well_formed() {
    let app = app().await;
    for (body, status) in [
        (query("{"), 200),
        (query("{ noSuchField }"), 200),
        ("{ not json".to_owned(), 400),
    ] {
        let request = app
            .client
            .post(app.url("/graphql"))
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(body.clone());
        let answer = answered(request).await;
        assert_eq!(answer.status.as_u16(), status, "{body}");
        assert!(
            answer
                .header("content-type")
                .starts_with("application/json")
        );
    }
}

#[actix_web::test]
async fn only_json_is_read() {
    let app = app().await;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=cp1251",
    ] {
        let request = app
            .client
            .post(app.url("/graphql"))
            .header("content-type", content_type)
            .body(query("{ __typename }"));
        let answer = answered(request).await;
        assert_eq!(
            answer.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{content_type}"
        );
        assert_eq!(answer.code(), "UNSUPPORTED_MEDIA_TYPE");
    }
    let squeezed = post(&app, query("{ __typename }")).header("content-encoding", "gzip");
    assert_eq!(answered(squeezed).await.code(), "UNSUPPORTED_MEDIA_TYPE");
}

#[actix_web::test]
async fn a_mutation_is_not_run_by_get() {
    let app = app().await;
    let request = app
        .client
        .get(app.url("/graphql?query=mutation%7B__typename%7D"))
        .header("accept", "application/graphql-response+json");
    let answer = answered(request).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.code(), "METHOD_NOT_ALLOWED");
    assert!(answer.header("allow").contains("POST"));
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = answered(app.client.request(method, app.url("/graphql"))).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[actix_web::test]
async fn a_query_by_get_takes_its_operation_name_and_variables() {
    let app = app().await;
    let request = app.client.get(app.url("/graphql")).query(&[
        (
            "query",
            "query A { __typename } query B($slug: String!) { newsArticle(slug: $slug) { id } }",
        ),
        ("operationName", "B"),
        ("variables", r#"{"slug":"none"}"#),
    ]);
    assert_eq!(
        answered(request).await.data(),
        &json!({ "newsArticle": null })
    );
}

#[actix_web::test]
async fn bad_credentials_and_old_clients_are_told_so() {
    let app = app().await;
    let forged = post(&app, query("{ __typename }")).header("authorization", "Bearer forged");
    let answer = answered(forged).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (401, "UNAUTHENTICATED")
    );

    let old = post(&app, query("{ __typename }")).header("x-client", "android/2.0.9");
    let answer = answered(old).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (426, "CLIENT_TOO_OLD")
    );
    assert_eq!(
        answer.body["errors"][0]["extensions"]["minimumVersion"],
        "2.1.0"
    );

    for client in ["android/2.1.0", "ios/1.0", "nonsense"] {
        let served = post(&app, query("{ __typename }")).header("x-client", client);
        answered(served).await.data();
    }
}

#[actix_web::test]
async fn an_answer_in_another_form_is_not_acceptable() {
    let app = app().await;
    let request = app
        .client
        .post(app.url("/graphql"))
        .header("content-type", "application/json")
        .header("accept", "text/html")
        .body(query("{ __typename }"));
    let answer = answered(request).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (406, "NOT_ACCEPTABLE")
    );
}

#[actix_web::test]
async fn errors_are_few_and_short() {
    let app = app().await;
    let fields: String = (0..300)
        .map(|number| format!("noSuchField{number} "))
        .collect();
    let answer = app.ask(&format!("{{ news {{ {fields} }} }}")).await;
    assert!(answer.body["errors"].as_array().expect("errors").len() <= 10);
    assert!(answer.body.to_string().len() < 8_000);

    let unparsable = format!("{{ news {} ", "x".repeat(15_000));
    let answer = app.ask(&unparsable).await;
    assert_eq!(answer.code(), "GRAPHQL_PARSE_FAILED");
    assert!(answer.body.to_string().len() < 1_000);
}
