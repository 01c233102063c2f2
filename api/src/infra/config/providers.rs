//! The addresses of message providers, which carry passwords and so never print whole.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use url::Url;

/// `smtps://user:password@host?from=name@host`.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    server: String,
    from: Option<String>,
}

impl SmtpUrl {
    fn parse(text: &str) -> Result<Self, String> {
        let refusal = || "must be smtps://user:password@host?from=name@host".to_owned();
        let mut url = Url::parse(text).map_err(|_| refusal())?;
        if !matches!(url.scheme(), "smtp" | "smtps") {
            return Err(refusal());
        }
        let (from, rest): (Vec<_>, Vec<_>) = url
            .query_pairs()
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .partition(|(name, _)| name == "from");
        url.set_query(None);
        if !rest.is_empty() {
            url.query_pairs_mut().extend_pairs(rest);
        }
        Ok(Self {
            server: url.into(),
            from: from.into_iter().next().map(|(_, from)| from),
        })
    }

    /// The server with its password, for the mailer only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.server
    }

    /// The sender's address.
    #[must_use]
    pub fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }
}

/// An address with `{phone}` and `{text}` in its query.
#[derive(Clone, PartialEq, Eq)]
pub struct SmsUrl(String);

impl SmsUrl {
    fn parse(text: &str) -> Result<Self, String> {
        let template = Self(text.into());
        let lacks = |place: &str| !text.contains(place);
        let is_secure = text.starts_with("https://") || text.starts_with("http://127.0.0.1");
        if lacks("{phone}") || lacks("{text}") || !is_secure {
            return Err("must be https://… with {phone} and {text} in its query".into());
        }
        Ok(template)
    }

    /// The address of one message.
    #[must_use]
    pub fn filled(&self, phone: &str, text: &str) -> String {
        let encode = |value: &str| {
            url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>()
        };
        self.0
            .replace("{phone}", &encode(phone))
            .replace("{text}", &encode(text))
    }
}

macro_rules! hidden_and_parsed {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

hidden_and_parsed!(SmtpUrl);
hidden_and_parsed!(SmsUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_is_taken_out_of_the_servers_address() {
        let url = SmtpUrl::parse("smtps://u:p@mail.example?from=mfp@example.ru").unwrap();
        assert_eq!(url.reveal(), "smtps://u:p@mail.example");
        assert_eq!(url.from(), Some("mfp@example.ru"));
        assert_eq!(format!("{url:?}"), "SmtpUrl(…)");
    }

    #[test]
    fn the_gateways_address_is_filled_and_escaped() {
        let url = SmsUrl::parse("https://sms.example/send?to={phone}&msg={text}&key=k").unwrap();
        let filled = url.filled("+79161234567", "код 1&2");
        assert!(filled.starts_with("https://sms.example/send?to=%2B79161234567&msg=%D0%BA"));
        assert!(filled.contains("1%262"));
        assert!(SmsUrl::parse("https://sms.example/send?to={phone}").is_err());
    }
}
