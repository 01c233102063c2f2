//! The parameters of a GraphQL request, from a JSON body or a query string.

use async_graphql::Variables;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::problem::Problem;
use crate::infra::error::ErrorCode;

/// What a client asks, well-formed but not yet measured.
#[derive(Debug)]
pub struct RequestParameters {
    pub query: String,
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

    fn new(body: Body) -> Result<Self, Problem> {
        object("extensions", body.extensions)?;
        let query =
            string("query", body.query)?.ok_or_else(|| malformed("Нет параметра «query»."))?;
        let variables = object("variables", body.variables)?;
        Ok(Self {
            query,
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

fn json(name: &str, text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|_| malformed(format!("Параметр «{name}» — не JSON.")))
}

fn malformed(message: impl Into<String>) -> Problem {
    Problem::new(ErrorCode::BadUserInput, message)
}
