//! The scalars of the contract, each with the document that specifies it.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, SimpleObject, Value};
use chrono::{NaiveDate, SecondsFormat, Utc};

/// Момент времени: RFC 3339, UTC, не точнее микросекунды.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// Момент времени: RFC 3339, UTC, не точнее микросекунды.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => chrono::DateTime::parse_from_rfc3339(text)
                .map(|instant| Self(instant.to_utc()))
                .map_err(|_| InputValueError::custom("ожидается момент времени RFC 3339")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    // Asked before execution, where the complaint still names the argument.
    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// Календарный день в Москве, `ГГГГ-ММ-ДД`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// Календарный день в Москве, `ГГГГ-ММ-ДД`.
#[Scalar(
    name = "Date",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"
)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text
                .parse()
                .map(Self)
                .map_err(|_| InputValueError::custom("ожидается день вида 2026-11-22")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

macro_rules! text_scalar {
    ($(#[$doc:meta])* $name:ident, $graphql:literal, $specification:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub String);

        $(#[$doc])*
        #[Scalar(name = $graphql, specified_by_url = $specification)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }
    };
}

text_scalar! {
    /// Адрес в сети.
    Url, "URL", "https://url.spec.whatwg.org/"
}

text_scalar! {
    /// Очищенная разметка HTML: без сценариев, стилей и внешних рамок.
    Html, "HTML", "https://html.spec.whatwg.org/"
}

text_scalar! {
    /// Телефон в виде E.164.
    PhoneNumber, "PhoneNumber", "https://www.itu.int/rec/T-REC-E.164"
}

text_scalar! {
    /// Десятичная дробь с точкой, без потери точности: `1500.00`.
    Decimal, "Decimal", "https://www.w3.org/TR/xmlschema-2/#decimal"
}

/// Сумма денег.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct Money {
    /// Сумма в единицах валюты.
    pub amount: Decimal,
    /// Валюта по ISO 4217.
    pub currency: &'static str,
}

impl Money {
    /// Roubles, from a whole number of kopecks.
    #[must_use]
    pub fn kopecks(kopecks: i64) -> Self {
        let sign = if kopecks < 0 { "-" } else { "" };
        let kopecks = kopecks.unsigned_abs();
        Self {
            amount: Decimal(format!("{sign}{}.{:02}", kopecks / 100, kopecks % 100)),
            currency: "RUB",
        }
    }
}

/// Whether a browser opens what was written as an address: `http` or `https`, with a host.
#[must_use]
pub fn is_web_address(text: &str) -> bool {
    let is_web = |url: &url::Url| matches!(url.scheme(), "https" | "http") && url.has_host();
    url::Url::parse(text).is_ok_and(|url| is_web(&url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_keeps_its_kopecks() {
        assert_eq!(Money::kopecks(150_005).amount.0, "1500.05");
        assert_eq!(Money::kopecks(-5).amount.0, "-0.05");
    }

    #[test]
    fn instants_are_written_in_utc() {
        let parsed = DateTime::parse(Value::from("2026-11-22T12:00:00+03:00")).unwrap();
        assert_eq!(parsed.to_value(), Value::from("2026-11-22T09:00:00Z"));
        assert!(DateTime::parse(Value::from("yesterday")).is_err());
    }
}
