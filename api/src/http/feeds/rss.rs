//! `/feed/news.rss`: RSS 2.0 with whole texts.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use rss::{
    Category, Channel, Guid, Item,
    extension::{Extension, ExtensionMap, dublincore::DublinCoreExtension},
};

use super::news::{FeedArticle, FeedImage, FeedQuery, NewsFeed};
use crate::{
    domain::news::NewsArticle,
    http::{headers, representation::Representation, server::HttpServices},
};

/// Minutes between two looks of a reader.
const TTL_MINUTES: &str = "15";

/// Serves the feed.
pub async fn feed(
    request: HttpRequest,
    query: Query<FeedQuery>,
    services: Data<HttpServices>,
) -> HttpResponse {
    match NewsFeed::read(&services, &query, "news.rss").await {
        Ok(feed) => write(&feed).answer(&request),
        Err(failure) => failure.answer(),
    }
}

fn write(feed: &NewsFeed) -> Representation {
    // Of the articles, not of this moment: the same feed has the same bytes.
    let updated = feed
        .articles
        .iter()
        .map(|article| article.summary.row.updated_at)
        .max();
    let namespaces = [
        ("atom", "http://www.w3.org/2005/Atom"),
        ("content", "http://purl.org/rss/1.0/modules/content/"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("media", "http://search.yahoo.com/mrss/"),
    ];
    let channel = Channel {
        title: feed.title.clone(),
        link: feed.home.clone(),
        description: feed.title.clone(),
        language: Some("ru".into()),
        last_build_date: updated.map(|updated| updated.to_rfc2822()),
        ttl: Some(TTL_MINUTES.into()),
        items: feed.articles.iter().map(item).collect(),
        namespaces: namespaces
            .into_iter()
            .map(|(name, address)| (name.to_owned(), address.to_owned()))
            .collect(),
        extensions: extensions(
            "atom",
            "link",
            element(
                "atom:link",
                &[
                    ("href", &feed.address),
                    ("rel", "self"),
                    ("type", "application/rss+xml"),
                ],
            ),
        ),
        ..Channel::default()
    };
    Representation {
        content_type: "application/rss+xml; charset=utf-8",
        body: allowed(&channel.to_string()).into_bytes(),
        keep: headers::KEEP_BRIEFLY,
    }
}

/// A document without the characters that XML 1.0 forbids, even escaped; one pasted by an editor into
/// any name or text would break the feed for all its readers.
fn allowed(document: &str) -> String {
    let is_allowed = |letter: &char| {
        !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}')
            || matches!(letter, '\t' | '\n' | '\r')
    };
    document.chars().filter(is_allowed).collect()
}

fn item(article: &FeedArticle) -> Item {
    let row = &article.summary.row;
    let category = article.summary.category.as_ref().map(|category| Category {
        name: category.name.clone(),
        domain: None,
    });
    let creator = article
        .summary
        .organisation
        .as_ref()
        .map(|organisation| DublinCoreExtension {
            creators: vec![organisation.short_name.clone()],
            ..DublinCoreExtension::default()
        });
    Item {
        title: Some(row.headline.clone()),
        link: Some(article.url.clone()),
        description: Some(row.lead.clone()),
        guid: Some(Guid {
            value: NewsArticle::NODE.id(row.id).to_string(),
            permalink: false,
        }),
        pub_date: Some(row.published_at.to_rfc2822()),
        content: Some(article.html.clone()),
        categories: category.into_iter().collect(),
        dublin_core_ext: creator,
        extensions: article.image.as_ref().map(picture).unwrap_or_default(),
        ..Item::default()
    }
}

fn picture(image: &FeedImage) -> ExtensionMap {
    extensions(
        "media",
        "content",
        element(
            "media:content",
            &[
                ("url", &image.url),
                ("medium", "image"),
                ("type", image.mime_type),
                ("width", &image.width.to_string()),
                ("height", &image.height.to_string()),
            ],
        ),
    )
}

fn element(name: &str, attributes: &[(&str, &str)]) -> Extension {
    let attributes = attributes
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Extension {
        name: name.to_owned(),
        attrs: attributes.collect(),
        ..Extension::default()
    }
}

fn extensions(namespace: &str, name: &str, element: Extension) -> ExtensionMap {
    let named = BTreeMap::from([(name.to_owned(), vec![element])]);
    ExtensionMap::from([(namespace.to_owned(), named)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_control_character_does_not_break_the_feed() {
        let feed = NewsFeed {
            title: "Спорт\u{b} и\tотдых".into(),
            address: "http://127.0.0.1/feed/news.rss".into(),
            home: "https://mtuf.ru/".into(),
            articles: Vec::new(),
        };
        let written = String::from_utf8(write(&feed).body).unwrap();
        assert!(!written.contains('\u{b}'));
        let read = Channel::read_from(written.as_bytes()).unwrap();
        assert_eq!(read.title, "Спорт и\tотдых");
    }
}
