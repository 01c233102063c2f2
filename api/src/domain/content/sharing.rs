//! What the portal prints into a page's head, so that networks and search engines show it well.

use async_graphql::{Context, SimpleObject};
use entities::enums::ContentKind;
use serde_json::{Value, json};

use crate::{
    domain::media::Image,
    infra::graphql::{DateTime, Url},
};

/// Who stands behind everything that is published.
pub const FEDERATION: &str = "Московская Федерация профсоюзов";
/// What a member is, in words of offers.
pub const UNION_MEMBER: &str = "Член профсоюза";

/// The portal's own host, where paths begin with the kind of content.
#[derive(Clone, Debug)]
pub struct PortalHost(pub String);

impl PortalHost {
    /// The portal of the request behind that context.
    #[must_use]
    pub fn of<'a>(context: &Context<'a>) -> &'a Self {
        context.data_unchecked::<Self>()
    }

    /// The full address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.0)
    }
}

/// Where the portal shows content of that kind.
#[must_use]
pub fn portal_path(kind: ContentKind, slug: &str) -> String {
    let section = match kind {
        ContentKind::NewsArticle => "news",
        ContentKind::Benefit => "benefits",
        ContentKind::ServiceGuide => "guides",
        ContentKind::OrganisationPage => "pages",
        ContentKind::Course => "courses",
    };
    format!("/{section}/{slug}")
}

/// Разметка Open Graph (ogp.me) для соцсетей и мессенджеров.
#[derive(SimpleObject)]
pub struct OpenGraph {
    /// `og:title`.
    pub title: String,
    /// `og:description`.
    pub description: String,
    /// `og:url`.
    pub url: Url,
    /// `og:type`: `article` или `website`.
    #[graphql(name = "type")]
    pub kind: &'static str,
    /// `og:image` с размерами и описанием.
    pub image: Option<Image>,
    /// `og:site_name`.
    pub site_name: &'static str,
    /// `og:locale`.
    pub locale: &'static str,
    /// `article:published_time`.
    pub published_time: Option<DateTime>,
    /// `article:modified_time`.
    pub modified_time: Option<DateTime>,
    /// `article:section`.
    pub section: Option<String>,
}

impl OpenGraph {
    /// A page of the portal that is no article.
    #[must_use]
    pub fn page(title: &str, description: &str, url: String) -> Self {
        Self {
            title: title.into(),
            description: description.into(),
            url: Url(url),
            kind: "website",
            image: None,
            site_name: FEDERATION,
            locale: "ru_RU",
            published_time: None,
            modified_time: None,
            section: None,
        }
    }
}

/// A thing of schema.org, without the properties that are null.
#[must_use]
pub fn schema_org(kind: &str, properties: Value) -> Value {
    let mut thing = json!({ "@type": kind });
    if let (Value::Object(thing), Value::Object(properties)) = (&mut thing, properties) {
        let given = properties
            .into_iter()
            .filter(|(_, value)| !is_missing(value));
        thing.extend(given);
    }
    thing
}

fn is_missing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// The text for `<script type="application/ld+json">`.
///
/// Signs that could end the script element are written as escapes: headlines come from people.
#[must_use]
pub fn json_ld(mut thing: Value) -> String {
    if let Value::Object(properties) = &mut thing {
        properties.insert("@context".into(), "https://schema.org".into());
    }
    thing
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_can_not_leave_its_script() {
        let text = json_ld(schema_org(
            "Thing",
            json!({ "name": "</script><b>", "url": null }),
        ));
        assert!(!text.contains('<') && !text.contains("url"));
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["name"], "</script><b>");
        assert_eq!(read["@context"], "https://schema.org");
    }
}
