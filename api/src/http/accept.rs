//! Which of the two answer types a client takes.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// The two media types of GraphQL over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerType {
    /// `application/graphql-response+json`: statuses tell what happened.
    GraphqlResponse,
    /// `application/json` and nothing else: 200 for every well-formed request, for older clients.
    Json,
    /// JSON for who takes anything: 200 where the request was at fault, 5xx where the server was.
    Any,
}

impl AnswerType {
    /// The header of an answer.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json | Self::Any => "application/json; charset=utf-8",
        }
    }

    /// Reads `Accept`; `None`: the client takes neither. Without the header it takes JSON.
    pub fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut ranges = headers
            .get_all(ACCEPT)
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(Range::parse)
            .peekable();
        if ranges.peek().is_none() {
            return Some(Self::Any);
        }
        let mut best: Option<(Self, f32)> = None;
        for range in ranges {
            let better = best.is_none_or(|(_, quality)| range.quality > quality);
            if range.quality > 0.0
                && better
                && let Some(answer) = range.answer()
            {
                best = Some((answer, range.quality));
            }
        }
        best.map(|(answer, _)| answer)
    }
}

struct Range<'a> {
    name: &'a str,
    quality: f32,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let quality = parts
            .filter_map(|part| part.strip_prefix("q="))
            .find_map(|quality| quality.parse().ok())
            .unwrap_or(1.0);
        Self { name, quality }
    }

    fn answer(&self) -> Option<AnswerType> {
        match self.name.to_ascii_lowercase().as_str() {
            "application/graphql-response+json" => Some(AnswerType::GraphqlResponse),
            "application/json" => Some(AnswerType::Json),
            "application/*" | "*/*" => Some(AnswerType::Any),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn negotiated(accept: &'static str) -> Option<AnswerType> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        AnswerType::negotiate(&headers)
    }

    #[test]
    fn the_client_gets_what_it_asks_for() {
        assert_eq!(
            AnswerType::negotiate(&HeaderMap::new()),
            Some(AnswerType::Any)
        );
        assert_eq!(negotiated("*/*"), Some(AnswerType::Any));
        assert_eq!(
            negotiated("application/graphql-response+json, application/json;q=0.9"),
            Some(AnswerType::GraphqlResponse)
        );
        assert_eq!(
            negotiated("application/graphql-response+json;q=0.5, application/json"),
            Some(AnswerType::Json)
        );
        assert_eq!(negotiated("text/html"), None);
        assert_eq!(negotiated("application/json;q=0"), None);
    }
}
