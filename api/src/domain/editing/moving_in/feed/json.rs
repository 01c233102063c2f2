//! JSON Feed 1.1 (jsonfeed.org).

use serde::Deserialize;
use serde_json::Value;

use super::{Entry, as_html, dates::date_of};
use crate::domain::editing::moving_in::report::FeedProblem;

const VERSIONS: &str = "https://jsonfeed.org/version/";

#[derive(Deserialize)]
struct Feed {
    #[serde(default)]
    version: String,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    /// A string by the letter; older programs write numbers.
    #[serde(default)]
    id: Value,
    url: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    content_html: Option<String>,
    content_text: Option<String>,
    date_published: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
}

/// Reads a feed.
///
/// # Errors
/// [`FeedProblem`]; also one that `take` returns.
pub fn read(
    text: &str,
    take: &mut impl FnMut(Entry) -> Result<(), FeedProblem>,
) -> Result<(), FeedProblem> {
    let broken = |cause: serde_json::Error| match cause.classify() {
        serde_json::error::Category::Data => FeedProblem::NotAFeed,
        _ => FeedProblem::Broken(u32::try_from(cause.line()).unwrap_or(u32::MAX)),
    };
    let feed: Feed = serde_json::from_str(text).map_err(broken)?;
    if !feed.version.starts_with(VERSIONS) {
        return Err(FeedProblem::NotAFeed);
    }
    feed.items
        .into_iter()
        .try_for_each(|item| take(entry(item)))
}

fn entry(item: Item) -> Entry {
    let guid = match item.id {
        Value::String(id) => Some(id),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    };
    let plain = |text: Option<String>| text.map(|text| as_html(&text));
    let published_at = item.date_published.as_deref().and_then(date_of);
    Entry {
        guid,
        link: item.url,
        title: plain(item.title),
        summary: plain(item.summary),
        keeps_lines: item.content_html.is_none(),
        content: item.content_html.or_else(|| plain(item.content_text)),
        has_bad_date: item.date_published.is_some() && published_at.is_none(),
        published_at,
        tags: item.tags,
        ..Entry::default()
    }
}
