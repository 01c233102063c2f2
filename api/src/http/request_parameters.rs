//! The parameters of a GraphQL request, from a JSON body or a query string.

use std::sync::Arc;

use async_graphql::Variables;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::problem::Problem;
use crate::infra::{
    digest::{parse_sha256, sha256},
    error::ErrorCode,
};

/// The only version of Apollo's protocol.
const PERSISTED_QUERY_VERSION: u64 = 1;

/// What a client asks, well-formed but not yet measured.
#[derive(Clone, Debug)]
pub struct RequestParameters {
    /// The document's text; none where it is only named.
    pub query: Option<Arc<str>>,
    /// The document's SHA-256, where the client names it (`extensions.persistedQuery.sha256Hash`).
    pub named_document: Option<[u8; 32]>,
    pub operation_name: Option<String>,
    pub variables: Variables,
}

#[derive(Deserialize)]
struct Body {
    query: Option<Value>,
    #[serde(rename = "operationName")]
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

impl RequestParameters {
    /// Reads a JSON body.
    pub fn from_body(bytes: &[u8]) -> Result<Self, Problem> {
        let body: Body = serde_json::from_slice(bytes)
            .map_err(|_| malformed("Тело запроса — не JSON с параметрами GraphQL."))?;
        Self::new(body)
    }

    /// Reads the query string of a GET request; `variables` and `extensions` are JSON in it.
    pub fn from_query_string(query_string: &str) -> Result<Self, Problem> {
        let mut body = Body {
            query: None,
            operation_name: None,
            variables: None,
            extensions: None,
        };
        for (name, value) in url::form_urlencoded::parse(query_string.as_bytes()) {
            let value = value.into_owned();
            match name.as_ref() {
                "query" => body.query = Some(Value::String(value)),
                "operationName" => body.operation_name = Some(Value::String(value)),
                "variables" => body.variables = Some(json("variables", &value)?),
                "extensions" => body.extensions = Some(json("extensions", &value)?),
                _ => {}
            }
        }
        Self::new(body)
    }

    /// The SHA-256 of the document that is asked.
    ///
    /// # Errors
    /// When the text is not the one that its name means: nothing must be kept under it.
    pub fn document(&self) -> Result<[u8; 32], Problem> {
        let of_text = self.query.as_ref().map(|text| sha256([text.as_bytes()]));
        match (of_text, self.named_document) {
            (Some(of_text), Some(named)) if of_text != named => Err(malformed(
                "SHA-256 документа не совпадает с «extensions.persistedQuery.sha256Hash».",
            )),
            (Some(document), _) | (None, Some(document)) => Ok(document),
            (None, None) => Err(malformed("Нет параметра «query».")),
        }
    }

    fn new(body: Body) -> Result<Self, Problem> {
        let extensions = object("extensions", body.extensions)?;
        let named_document = extensions.get("persistedQuery").map(named_document);
        let variables = object("variables", body.variables)?;
        // Apollo's clients send an empty text beside the name.
        let is_named = named_document.is_some();
        let query = string("query", body.query)?.filter(|text| !(is_named && text.is_empty()));
        Ok(Self {
            query: query.map(Into::into),
            named_document: named_document.transpose()?,
            operation_name: string("operationName", body.operation_name)?,
            variables: Variables::from_json(Value::Object(variables)),
        })
    }
}

fn string(name: &str, value: Option<Value>) -> Result<Option<String>, Problem> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed(format!("Параметр «{name}» должен быть строкой."))),
    }
}

fn object(name: &str, value: Option<Value>) -> Result<Map<String, Value>, Problem> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(fields)) => Ok(fields),
        Some(_) => Err(malformed(format!(
            "Параметр «{name}» должен быть объектом."
        ))),
    }
}

fn named_document(extension: &Value) -> Result<[u8; 32], Problem> {
    if extension["version"].as_u64() != Some(PERSISTED_QUERY_VERSION) {
        return Err(malformed(
            "Поддерживается только «extensions.persistedQuery» версии 1.",
        ));
    }
    extension["sha256Hash"]
        .as_str()
        .and_then(parse_sha256)
        .ok_or_else(|| {
            malformed("«extensions.persistedQuery.sha256Hash» — не 64 шестнадцатеричные цифры.")
        })
}

fn json(name: &str, text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|_| malformed(format!("Параметр «{name}» — не JSON.")))
}

fn malformed(message: impl Into<String>) -> Problem {
    Problem::new(ErrorCode::BadUserInput, message)
}
