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
        body: channel.to_string().into_bytes(),
        keep: headers::KEEP_BRIEFLY,
    }
}

/// A text without the characters that XML 1.0 forbids; one pasted by an editor would break the feed
/// for all its readers.
fn allowed(text: &str) -> String {
    let is_allowed = |letter: &char| {
        !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}')
            || matches!(letter, '\t' | '\n' | '\r')
    };
    text.chars().filter(is_allowed).collect()
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
        title: Some(allowed(&row.headline)),
        link: Some(article.url.clone()),
        description: Some(allowed(&row.lead)),
        guid: Some(Guid {
            value: NewsArticle::NODE.id(row.id).to_string(),
            permalink: false,
        }),
        pub_date: Some(row.published_at.to_rfc2822()),
        content: Some(allowed(&article.html)),
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
