//! `/sitemap.xml`: the public addresses of the portal (sitemaps.org), split where there are many.

use std::io::Cursor;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use chrono::{DateTime, SecondsFormat, Utc};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::Failure;
use crate::{
    domain::{
        content::{
            AddressedContent, PortalHost, count_addresses, list_addresses, list_stretches,
            portal_path,
        },
        organisations::{self, list_organisation_addresses},
    },
    http::{headers, representation::Representation, server::HttpServices},
    infra::{auth::Audience, error::Error},
};

/// As many addresses as one file may have.
const LARGEST_FILE: u64 = 50_000;
/// The file of the organisations where there are several.
const ORGANISATIONS: &str = "organisations.xml";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// An address and when what stands there changed.
struct Entry {
    location: String,
    modified_at: DateTime<Utc>,
}

/// Serves the whole sitemap, or the list of its parts.
pub async fn whole(request: HttpRequest, services: Data<HttpServices>) -> HttpResponse {
    let answer = async {
        let organisations = organisations(&services).await?;
        let connection = services.resolvers.database.reader();
        let room = LARGEST_FILE.saturating_sub(organisations.len() as u64);
        let audience = Audience::public();
        if count_addresses(connection, &audience, room + 1).await? > room {
            return parts(&services).await;
        }
        let mut entries = content(&services, (0, i64::MAX)).await?;
        entries.extend(organisations);
        written("urlset", "url", &entries)
    };
    let answer = services.answer_by(services.deadline(), answer).await;
    finish(answer.map_err(Failure::from).flatten(), &request)
}

/// Serves one part: the organisations, or the content with numbers of one stretch.
pub async fn part(
    request: HttpRequest,
    path: Path<String>,
    services: Data<HttpServices>,
) -> HttpResponse {
    let answer = async {
        let entries = if path.as_str() == ORGANISATIONS {
            organisations(&services).await?
        } else {
            content(&services, stretch(&path).ok_or(Failure::NotFound)?).await?
        };
        if entries.is_empty() {
            return Err(Failure::NotFound);
        }
        written("urlset", "url", &entries)
    };
    let answer = services.answer_by(services.deadline(), answer).await;
    finish(answer.map_err(Failure::from).flatten(), &request)
}

fn finish(answer: Result<Representation, Failure>, request: &HttpRequest) -> HttpResponse {
    match answer {
        Ok(sitemap) => sitemap.answer(request),
        Err(failure) => failure.answer(),
    }
}

/// Things are numbered by their last change; a part holds one stretch of the numbers, so that an old
/// part changes only by losing what was edited.
#[expect(clippy::cast_possible_wrap, reason = "a file has 50,000 addresses")]
fn stretch(file: &str) -> Option<(i64, i64)> {
    let number: i64 = file.strip_suffix(".xml")?.parse().ok()?;
    let length = LARGEST_FILE as i64;
    let begin = number.checked_mul(length)?;
    (number >= 0).then_some((begin, begin.checked_add(length)?))
}

async fn parts(services: &HttpServices) -> Result<Representation, Failure> {
    let connection = services.resolvers.database.reader();
    let base = &services.resolvers.media_base.0;
    let parts = list_stretches(connection, &Audience::public(), LARGEST_FILE).await?;
    let mut entries: Vec<Entry> = parts
        .into_iter()
        .map(|part| Entry {
            location: format!("{base}/sitemap/{}.xml", part.number),
            modified_at: part.modified_at,
        })
        .collect();
    let organisations = organisations(services).await?;
    if let Some(modified_at) = organisations.iter().map(|entry| entry.modified_at).max() {
        entries.push(Entry {
            location: format!("{base}/sitemap/{ORGANISATIONS}"),
            modified_at,
        });
    }
    written("sitemapindex", "sitemap", &entries)
}

async fn content(services: &HttpServices, between: (i64, i64)) -> Result<Vec<Entry>, Failure> {
    let connection = services.resolvers.database.reader();
    let portal = &services.resolvers.portal_host;
    let found = list_addresses(connection, &Audience::public(), between).await?;
    Ok(found
        .into_iter()
        .map(|content| entry(portal, &content))
        .collect())
}

fn entry(portal: &PortalHost, content: &AddressedContent) -> Entry {
    Entry {
        location: portal.url(&portal_path(content.kind, &content.slug)),
        modified_at: content.updated_at,
    }
}

async fn organisations(services: &HttpServices) -> Result<Vec<Entry>, Failure> {
    let found = list_organisation_addresses(services.resolvers.database.reader()).await?;
    let portal = &services.resolvers.portal_host;
    let entry = |(slug, modified_at): (String, DateTime<Utc>)| Entry {
        location: portal.url(&organisations::path(&slug)),
        modified_at,
    };
    Ok(found.into_iter().map(entry).collect())
}

fn written(root: &str, item: &str, entries: &[Entry]) -> Result<Representation, Failure> {
    let body = write(root, item, entries)
        .map_err(|cause| Error::internal("a sitemap can't be written", cause))?;
    Ok(Representation {
        content_type: "application/xml; charset=utf-8",
        body,
        keep: headers::KEEP_BRIEFLY,
    })
}

fn write(root: &str, item: &str, entries: &[Entry]) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new(Cursor::new(Vec::with_capacity(entries.len() * 120)));
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element(root)
        .with_attribute(("xmlns", NAMESPACE))
        .write_inner_content(|writer| {
            for entry in entries {
                writer.create_element(item).write_inner_content(|writer| {
                    let modified = entry.modified_at.to_rfc3339_opts(SecondsFormat::Secs, true);
                    writer
                        .create_element("loc")
                        .write_text_content(BytesText::new(&entry.location))?;
                    writer
                        .create_element("lastmod")
                        .write_text_content(BytesText::new(&modified))?;
                    Ok(())
                })?;
            }
            Ok(())
        })?;
    Ok(writer.into_inner().into_inner())
}
