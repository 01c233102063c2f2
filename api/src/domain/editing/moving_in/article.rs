//! From an entry of a file to the draft of an article.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::enums::NewsKind;
use url::{Url, form_urlencoded};
use uuid::Uuid;

use super::{
    feed::{self, Entry, Heading},
    html::{self, Converted},
    report::{EntryFault, EntryProblem, FeedProblem, NewsImport},
};
use crate::{
    domain::{
        content::{OldAddress, is_slug, slug_of, sort_key},
        editing::{
            kinds::Envelope,
            lifecycle::Arriving,
            news::{
                LONGEST_BODY, LONGEST_HEADLINE, LONGEST_LEAD, LONGEST_TAG, MOST_TAGS, NewsDocument,
            },
        },
        news::CategoryRow,
    },
    infra::graphql::is_web_address,
};

const MOST_ENTRIES: usize = 5000;
/// Bytes of a mark: more than any program gives an entry to be known by.
const LONGEST_MARK: usize = 2000;
const LONGEST_ADDRESS: usize = 500;
/// What WordPress puts what its authors have not sorted under.
const UNSORTED: [&str; 3] = [
    "bez-rubriki",
    "uncategorized",
    "%d0%b1%d0%b5%d0%b7-%d1%80%d1%83%d0%b1%d1%80%d0%b8%d0%ba%d0%b8",
];

/// What a file is read with.
pub struct Intake {
    pub organisation_id: Uuid,
    pub categories: Vec<CategoryRow>,
    /// On which its news stood.
    pub hosts: Vec<String>,
    pub now: DateTime<Utc>,
}

/// What a file holds.
pub struct Sheaf {
    pub articles: Vec<Arriving>,
    /// What has become of the rest, so far.
    pub report: NewsImport,
}

/// The faults of an entry, with the fields that they are about.
type Faults = Vec<(Option<&'static str>, EntryFault)>;

impl Intake {
    /// Reads a file to its end.
    ///
    /// # Errors
    /// [`FeedProblem`], after which nothing of it is taken.
    pub fn read(&self, file: &[u8]) -> Result<Sheaf, FeedProblem> {
        let mut articles = Vec::new();
        let mut report = NewsImport::default();
        let mut seen = HashSet::new();
        let (mut number, mut taken) = (0_usize, 0_usize);
        feed::read(file, |entry| {
            number += 1;
            if entry.is_left_out {
                report.skipped += 1;
                return Ok(());
            }
            taken += 1;
            if taken > MOST_ENTRIES {
                return Err(FeedProblem::TooManyEntries);
            }
            let (line, mut faults) = (entry.line, Faults::new());
            articles.extend(self.article(entry, &mut seen, &mut faults));
            for (field, fault) in faults {
                report.note(EntryProblem {
                    entry: number,
                    line,
                    field,
                    code: fault.code(),
                    message: fault.message(),
                });
            }
            Ok(())
        })?;
        match taken {
            0 => Err(FeedProblem::Empty),
            _ => Ok(Sheaf { articles, report }),
        }
    }

    fn article(
        &self,
        entry: Entry,
        seen: &mut HashSet<String>,
        faults: &mut Faults,
    ) -> Option<Arriving> {
        let Some(mark) = mark_of(&entry) else {
            faults.push((None, EntryFault::NoMark));
            return None;
        };
        if !seen.insert(mark.clone()) {
            faults.push((None, EntryFault::Repeated));
            return None;
        }
        let source = source_of(&entry, faults);
        let address = source.as_ref().and_then(|url| self.old_address(url));
        let document = self.document(entry, source, faults);
        if document.headline.is_none() && document.body.is_none() && document.lead.is_none() {
            faults.push((None, EntryFault::Empty));
            return None;
        }
        Some(Arriving {
            mark,
            document: serde_json::to_value(document).ok()?,
            address,
        })
    }

    fn document(&self, entry: Entry, source: Option<Url>, faults: &mut Faults) -> NewsDocument {
        if entry.has_bad_date {
            faults.push((Some("originallyPublishedAt"), EntryFault::NotADate));
        }
        let headline = line_of(entry.title.as_deref(), "headline", LONGEST_HEADLINE, faults);
        let (lead, body) = texts_of(&entry, source.as_ref(), faults);
        let category_id = self.category_of(&entry.headings);
        let tags = self.tags_of(&entry, faults);
        NewsDocument {
            envelope: Envelope {
                organisation_id: self.organisation_id,
                slug: entry.slug.as_deref().and_then(slug_from),
                ..Envelope::default()
            },
            kind: Some(NewsKind::News),
            category_id,
            headline,
            lead,
            body,
            source_url: source.map(String::from),
            originally_published_at: entry.published_at.filter(|at| *at <= self.now),
            tags,
            ..NewsDocument::default()
        }
    }

    /// The house's category of that name or slug; that of the first heading which is one.
    fn category_of(&self, headings: &[Heading]) -> Option<Uuid> {
        headings.iter().find_map(|heading| self.category(heading))
    }

    fn category(&self, heading: &Heading) -> Option<Uuid> {
        let name = sort_key(heading.name.trim());
        let is_it = |category: &&CategoryRow| {
            heading.slug.as_ref() == Some(&category.slug) || sort_key(&category.name) == name
        };
        self.categories
            .iter()
            .find(is_it)
            .map(|category| category.id)
    }

    /// The tags, with the headings that are no category here.
    fn tags_of(&self, entry: &Entry, faults: &mut Faults) -> Vec<String> {
        let is_tag = |heading: &&Heading| {
            let slug = heading.slug.as_deref().unwrap_or_default();
            self.category(heading).is_none() && !UNSORTED.contains(&slug)
        };
        let headings = entry.headings.iter().filter(is_tag);
        let mut tags: Vec<String> = Vec::new();
        for tag in entry
            .tags
            .iter()
            .chain(headings.map(|heading| &heading.name))
        {
            let tag = html::to_plain(tag).to_lowercase();
            if tag.is_empty() || tags.contains(&tag) {
                continue;
            }
            if tag.chars().count() > LONGEST_TAG {
                faults.push((Some("tags"), EntryFault::TooLong));
            } else if tags.len() == MOST_TAGS {
                faults.push((Some("tags"), EntryFault::TooMany));
                break;
            } else {
                tags.push(tag);
            }
        }
        tags
    }

    /// Where the entry stood, if that was a page of its own on a host that is shown here now.
    fn old_address(&self, url: &Url) -> Option<OldAddress> {
        let host = url.host_str()?;
        let segments: Vec<&str> = url
            .path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        // `/?p=123`: the page is named by what follows the path, which nobody is asked for by.
        let is_page = !segments.is_empty() && url.query().is_none();
        let is_theirs = self.hosts.iter().any(|known| known == host);
        (is_page && is_theirs).then(|| OldAddress {
            host: host.to_owned(),
            path: format!("/{}", segments.join("/")),
        })
    }
}

/// By which an entry is known when it comes again: its guid, or else where it stands.
fn mark_of(entry: &Entry) -> Option<String> {
    [&entry.guid, &entry.link]
        .into_iter()
        .flatten()
        .map(|text| text.trim())
        .find(|text| !text.is_empty() && text.len() <= LONGEST_MARK)
        .map(str::to_owned)
}

/// Where the entry stood.
fn source_of(entry: &Entry, faults: &mut Faults) -> Option<Url> {
    let link = entry.link.as_deref().map(str::trim)?;
    if link.is_empty() {
        return None;
    }
    let is_fit = is_web_address(link) && link.chars().count() <= LONGEST_ADDRESS;
    let url = Url::parse(link)
        .ok()
        .filter(|url| is_fit && url.as_str().len() <= LONGEST_ADDRESS);
    if url.is_none() {
        faults.push((Some("sourceUrl"), EntryFault::NotAnAddress));
    }
    url
}

/// The lead and the body. A feed that gives one text gives the beginning of an article if it is short,
/// and all of it if it is long.
fn texts_of(
    entry: &Entry,
    page: Option<&Url>,
    faults: &mut Faults,
) -> (Option<String>, Option<String>) {
    let summary = entry.summary.as_deref();
    let is_short = |html: &str| html::to_plain(html).chars().count() <= LONGEST_LEAD;
    match entry.content.as_deref() {
        Some(content) => {
            let lead = line_of(summary, "lead", LONGEST_LEAD, faults);
            (lead, body_of(content, page, entry.keeps_lines, faults))
        }
        None if summary.is_some_and(|summary| !is_short(summary)) => {
            let whole = summary.unwrap_or_default();
            (None, body_of(whole, page, entry.keeps_lines, faults))
        }
        None => (line_of(summary, "lead", LONGEST_LEAD, faults), None),
    }
}

/// A text of one line, cut to its field.
fn line_of(
    html: Option<&str>,
    field: &'static str,
    longest: usize,
    faults: &mut Faults,
) -> Option<String> {
    let text = html::to_plain(html?);
    // How WordPress ends what it has shortened.
    let text = text.replace("[…]", "…").replace("[...]", "…");
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.chars().count() <= longest {
        return Some(text.to_owned());
    }
    faults.push((Some(field), EntryFault::TooLong));
    let head: String = text.chars().take(longest.saturating_sub(1)).collect();
    let whole = head
        .rsplit_once(' ')
        .map_or(head.as_str(), |(whole, _)| whole);
    Some(format!("{}…", whole.trim_end()))
}

/// The Markdown of a text, as many of its blocks as fit.
fn body_of(
    html: &str,
    page: Option<&Url>,
    keeps_lines: bool,
    faults: &mut Faults,
) -> Option<String> {
    const PARTED_BY: &str = "\n\n";
    let Converted {
        blocks,
        has_lost_embed,
        is_cut,
    } = html::to_markdown(html, page, keeps_lines);
    if has_lost_embed {
        faults.push((Some("body"), EntryFault::EmbedLost));
    }
    let mut body = String::new();
    let mut length = 0_usize;
    let mut is_whole = !is_cut;
    for block in blocks {
        length += block.chars().count() + PARTED_BY.len();
        if length > LONGEST_BODY {
            is_whole = false;
            break;
        }
        if !body.is_empty() {
            body.push_str(PARTED_BY);
        }
        body.push_str(&block);
    }
    if !is_whole {
        faults.push((Some("body"), EntryFault::TooLong));
    }
    (!body.is_empty()).then_some(body)
}

/// The name by which its site knew an entry, if one may be taken here: Russian ones stand there as
/// `%d0%bd%d0%be…`.
fn slug_from(name: &str) -> Option<String> {
    let (decoded, _) = form_urlencoded::parse(name.as_bytes()).next()?;
    if is_slug(&decoded) {
        return Some(decoded.into_owned());
    }
    slug_of(&decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intake() -> Intake {
        Intake {
            organisation_id: Uuid::nil(),
            categories: vec![CategoryRow {
                id: Uuid::max(),
                slug: "sport".into(),
                name: "Спорт и отдых".into(),
                description: String::new(),
            }],
            hosts: vec!["old.example.ru".into()],
            now: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        }
    }

    fn read(items: &str) -> Sheaf {
        let file = format!("<rss><channel>{items}</channel></rss>");
        intake().read(file.as_bytes()).ok().unwrap()
    }

    fn document(item: &str) -> NewsDocument {
        let mut sheaf = read(&format!("<item><guid>1</guid>{item}</item>"));
        serde_json::from_value(sheaf.articles.remove(0).document).unwrap()
    }

    #[test]
    fn headings_are_matched_by_name_and_slug_or_become_tags() {
        for (category, is_known, tags) in [
            ("<category>СПОРТ И ОТДЫХ</category>", true, vec![]),
            (
                "<category domain=\"category\" nicename=\"sport\">Наш спорт</category>",
                true,
                vec![],
            ),
            (
                "<category>Акции</category><category>акции</category>",
                false,
                vec!["акции"],
            ),
            (
                "<category nicename=\"uncategorized\">Без рубрики</category>",
                false,
                vec![],
            ),
            (
                "<category domain=\"post_tag\">Ёлка</category>",
                false,
                vec!["ёлка"],
            ),
        ] {
            let document = document(&format!("<title>А</title>{category}"));
            assert_eq!(document.category_id.is_some(), is_known, "{category}");
            assert_eq!(document.tags, tags, "{category}");
        }
    }

    #[test]
    fn a_short_text_alone_is_the_lead_and_a_long_one_the_body() {
        let short = document("<description>Коротко [&amp;hellip;]</description>");
        assert_eq!(short.lead.as_deref(), Some("Коротко …"));
        assert_eq!(short.body, None);
        let long = document(&format!(
            "<description>{}</description>",
            "слово ".repeat(60)
        ));
        assert_eq!(long.lead, None);
        assert!(long.body.is_some());
    }

    #[test]
    fn a_mark_is_needed_and_stands_once() {
        let sheaf = read(
            "<item><title>А</title></item><item><title>Б</title><link>https://a.ru/1</link></item>
             <item><title>В</title><guid>https://a.ru/1</guid></item><item><guid>2</guid></item>",
        );
        assert_eq!(sheaf.articles.len(), 1);
        let codes: Vec<_> = sheaf
            .report
            .problems
            .iter()
            .map(|one| (one.entry, one.code))
            .collect();
        assert_eq!(codes, [(1, "NO_GUID"), (3, "REPEATED"), (4, "EMPTY")]);
    }

    #[test]
    fn only_a_page_of_its_own_on_a_known_host_has_an_old_address() {
        let address = |link: &str| intake().old_address(&Url::parse(link).unwrap());
        let known = address("https://OLD.example.ru/2020/05//sobranie/").unwrap();
        assert_eq!(
            (known.host.as_str(), known.path.as_str()),
            ("old.example.ru", "/2020/05/sobranie")
        );
        for link in [
            "https://old.example.ru/?p=1",
            "https://old.example.ru/",
            "https://else.ru/a",
            "mailto:a@b.ru",
        ] {
            assert_eq!(address(link), None, "{link}");
        }
    }

    #[test]
    fn names_of_addresses_are_taken_where_they_may_be() {
        assert_eq!(slug_from("sobranie-2020").as_deref(), Some("sobranie-2020"));
        assert_eq!(
            slug_from("%d1%91%d0%bb%d0%ba%d0%b0").as_deref(),
            Some("yolka")
        );
        assert_eq!(slug_from("%e6%bc%a2"), None);
    }
}
