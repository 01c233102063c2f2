//! An answer, and what a test looks for in it.

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body");
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Self {
            status,
            headers,
            body,
        }
    }

    pub fn executed(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body,
        }
    }

    /// The data of an answer without errors.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.body.get("errors").is_none(), "{:#}", self.body);
        assert_eq!(self.status, StatusCode::OK);
        &self.body["data"]
    }

    /// The code of the only error.
    #[track_caller]
    pub fn code(&self) -> &str {
        let errors = self.body["errors"].as_array().expect("errors");
        assert_eq!(errors.len(), 1, "{:#}", self.body);
        let extensions = &errors[0]["extensions"];
        assert!(
            extensions["requestId"].is_string() || self.headers.is_empty(),
            "{extensions}"
        );
        extensions["code"].as_str().expect("a code")
    }

    /// The code of the only error, which must name that argument.
    #[track_caller]
    pub fn refused(&self, argument: &str) -> &str {
        let message = self.body["errors"][0]["message"]
            .as_str()
            .unwrap_or_default();
        assert!(
            message.contains(argument),
            "{argument} is not named in {message}"
        );
        self.code()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }
}

/// The strings at that key of every node of a list.
#[track_caller]
pub fn each(list: &Value, key: &str) -> Vec<String> {
    let nodes = list.get("nodes").unwrap_or(list);
    nodes
        .as_array()
        .unwrap_or_else(|| panic!("no list in {list:#}"))
        .iter()
        .map(|node| {
            node[key]
                .as_str()
                .unwrap_or_else(|| panic!("no {key} in {node}"))
                .to_owned()
        })
        .collect()
}
