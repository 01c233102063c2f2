//! RSS and Atom: a walk over the file that keeps what stands right inside of each entry.

use quick_xml::{
    NsReader, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesRef, BytesStart, Event},
    name::{Namespace, ResolveResult},
};

use super::{
    Entry, as_html,
    elements::{Field, Form, Vocabulary, of_atom, of_rss},
};
use crate::domain::editing::moving_in::report::FeedProblem;

/// Elements within elements. Feeds have six or seven; markup inside of Atom's texts has more.
const DEEPEST: usize = 64;
/// Attributes of an element that are looked at.
const MOST_ATTRIBUTES: usize = 32;

/// Reads a feed.
///
/// # Errors
/// [`FeedProblem`]; also one that `take` returns.
pub fn read(
    text: &str,
    take: &mut impl FnMut(Entry) -> Result<(), FeedProblem>,
) -> Result<(), FeedProblem> {
    let mut reader = NsReader::from_str(text);
    // `R&D` stands in many a feed that a program has glued together.
    reader.config_mut().allow_dangling_amp = true;
    let mut lines = Lines::of(text);
    let mut walk = Walk::default();
    loop {
        let begins_at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|_| FeedProblem::Broken(lines.line_of(begins_at)))?;
        match event {
            Event::Start(tag) => {
                let vocabulary = vocabulary_of(&reader, &tag);
                walk.open(vocabulary, &tag, || lines.line_of(begins_at))?;
            }
            Event::Empty(tag) => {
                let vocabulary = vocabulary_of(&reader, &tag);
                walk.open(vocabulary, &tag, || lines.line_of(begins_at))?;
                close(&mut walk, take)?;
            }
            Event::End(_) => close(&mut walk, take)?,
            Event::Text(text) => walk.text(&text.xml10_content()),
            Event::CData(text) => walk.text(&text.xml10_content()),
            Event::GeneralRef(reference) => walk.text(&meant_by(&reference)),
            // Entities are declared there: a few lines of them would fill any memory.
            Event::DocType(_) => return Err(FeedProblem::DoctypeRefused),
            Event::Eof if walk.is_over() => return Ok(()),
            Event::Eof => return Err(FeedProblem::Broken(lines.line_of(begins_at))),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn close(
    walk: &mut Walk,
    take: &mut impl FnMut(Entry) -> Result<(), FeedProblem>,
) -> Result<(), FeedProblem> {
    walk.close().map_or(Ok(()), take)
}

fn vocabulary_of(reader: &NsReader<&[u8]>, tag: &BytesStart<'_>) -> Vocabulary {
    let (resolved, _) = reader.resolver().resolve_element(tag.name());
    match resolved {
        ResolveResult::Unbound => Vocabulary::Plain,
        ResolveResult::Bound(Namespace(address)) => Vocabulary::of_namespace(address),
        // A prefix that nobody has declared means what it always means.
        ResolveResult::Unknown(prefix) => Vocabulary::of_prefix(&prefix),
    }
}

/// What a reference stands for: a sign, one of the five entities of XML, or itself. HTML's own
/// (`&nbsp;`) are read with the markup that they stand in.
fn meant_by(reference: &BytesRef<'_>) -> String {
    match reference.resolve_char_ref() {
        Ok(Some(sign)) => sign.to_string(),
        Ok(None) => match resolve_xml_entity(reference) {
            Some(text) => text.to_owned(),
            None => format!("&{};", &**reference),
        },
        Err(_) => char::REPLACEMENT_CHARACTER.to_string(),
    }
}

/// What kind of feed it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rss,
    Atom,
}

/// Where in the file the walk is.
#[derive(Default)]
struct Walk {
    kind: Option<Kind>,
    /// The local names of the elements that are open, for markup to be written again.
    around: Vec<String>,
    entry: Option<OpenEntry>,
}

struct OpenEntry {
    line: u32,
    /// How many elements are open around its fields.
    depth: usize,
    fields: Vec<Field>,
    field: Option<Field>,
}

impl Walk {
    fn open(
        &mut self,
        vocabulary: Vocabulary,
        tag: &BytesStart<'_>,
        line: impl FnOnce() -> u32,
    ) -> Result<(), FeedProblem> {
        let name = tag.local_name().into_inner().to_owned();
        if self.around.len() >= DEEPEST {
            return Err(FeedProblem::TooDeep);
        }
        let depth = self.around.len();
        match (self.kind, &mut self.entry) {
            (None, _) => self.kind = Some(kind_of(vocabulary, &name)?),
            (Some(kind), None) if is_entry(kind, vocabulary, &name) => {
                self.entry = Some(OpenEntry {
                    line: line(),
                    depth: depth + 1,
                    fields: Vec::new(),
                    field: None,
                });
            }
            (Some(_), Some(entry)) => entry.open(depth, vocabulary, &name, tag),
            (Some(_), None) => {}
        }
        self.around.push(name);
        Ok(())
    }

    /// Whether the file was a feed, and is closed.
    fn is_over(&self) -> bool {
        self.around.is_empty() && self.kind.is_some()
    }

    /// Closes the innermost element; an entry is whole by then.
    fn close(&mut self) -> Option<Entry> {
        let name = self.around.pop()?;
        let depth = self.around.len();
        let entry = self.entry.as_mut()?;
        if depth + 1 == entry.depth {
            let entry = self.entry.take()?;
            return Some(match self.kind? {
                Kind::Rss => of_rss(&entry.fields, entry.line),
                Kind::Atom => of_atom(&entry.fields, entry.line),
            });
        }
        entry.close(depth, &name);
        None
    }

    fn text(&mut self, text: &str) {
        let depth = self.around.len();
        let Some(entry) = &mut self.entry else { return };
        let within = depth.saturating_sub(entry.depth);
        if let Some(field) = &mut entry.field {
            match field.form {
                Form::Markup => field.text.push_str(&as_html(text)),
                // What stands deeper is something else: the name of an author, a value of a plugin.
                Form::Text if within == 1 => field.text.push_str(text),
                Form::Text => {}
            }
        }
    }
}

impl OpenEntry {
    fn open(&mut self, depth: usize, vocabulary: Vocabulary, name: &str, tag: &BytesStart<'_>) {
        if depth == self.depth {
            let attributes = attributes_of(tag);
            self.field = Some(Field::new(vocabulary, name, attributes));
            return;
        }
        if let Some(field) = self
            .field
            .as_mut()
            .filter(|field| field.form == Form::Markup)
        {
            field.text.push('<');
            field.text.push_str(name);
            for (name, value) in attributes_of(tag) {
                field
                    .text
                    .push_str(&format!(" {name}=\"{}\"", quoted(&value)));
            }
            field.text.push('>');
        }
    }

    fn close(&mut self, depth: usize, name: &str) {
        if depth == self.depth {
            self.fields.extend(self.field.take());
        } else if let Some(field) = self
            .field
            .as_mut()
            .filter(|field| field.form == Form::Markup)
        {
            field.text.push_str(&format!("</{name}>"));
        }
    }
}

fn quoted(value: &str) -> String {
    as_html(value).replace('"', "&quot;")
}

fn kind_of(vocabulary: Vocabulary, root: &str) -> Result<Kind, FeedProblem> {
    match (vocabulary, root) {
        (Vocabulary::Plain, "rss") => Ok(Kind::Rss),
        (Vocabulary::Atom, "feed") => Ok(Kind::Atom),
        _ => Err(FeedProblem::NotAFeed),
    }
}

fn is_entry(kind: Kind, vocabulary: Vocabulary, name: &str) -> bool {
    match kind {
        Kind::Rss => (vocabulary, name) == (Vocabulary::Plain, "item"),
        Kind::Atom => (vocabulary, name) == (Vocabulary::Atom, "entry"),
    }
}

/// The attributes without a prefix. A faulty one is passed over.
fn attributes_of(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    attributes
        .flatten()
        .take(MOST_ATTRIBUTES)
        .filter(|attribute| attribute.key.prefix().is_none())
        .map(|attribute| {
            let name = attribute.key.local_name().into_inner().to_owned();
            let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => value.into_owned(),
                Err(_) => attribute.value.into_owned(),
            };
            (name, value)
        })
        .collect()
}

/// Counts lines as the walk goes on: each sign is looked at once.
struct Lines<'t> {
    text: &'t str,
    counted: usize,
    line: u32,
}

impl<'t> Lines<'t> {
    const fn of(text: &'t str) -> Self {
        Self {
            text,
            counted: 0,
            line: 1,
        }
    }

    /// The line of a place that is not before the last one asked for.
    fn line_of(&mut self, place: u64) -> u32 {
        let place = usize::try_from(place)
            .unwrap_or(usize::MAX)
            .min(self.text.len());
        let stretch = self.text.as_bytes().get(self.counted..place);
        let breaks = stretch
            .unwrap_or_default()
            .iter()
            .filter(|byte| **byte == b'\n');
        self.line = self
            .line
            .saturating_add(u32::try_from(breaks.count()).unwrap_or(u32::MAX));
        self.counted = self.counted.max(place);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Result<Vec<Entry>, FeedProblem> {
        let mut entries = Vec::new();
        read(text, &mut |entry| {
            entries.push(entry);
            Ok(())
        })?;
        Ok(entries)
    }

    fn only(text: &str) -> Entry {
        let mut entries = entries(text).unwrap();
        assert_eq!(entries.len(), 1);
        entries.remove(0)
    }

    fn rss(item: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<rss version=\"2.0\" xmlns:c=\"http://purl.org/rss/1.0/modules/content/\">\n<channel><title>Сайт</title>\n<item>{item}</item></channel></rss>"
        )
    }

    #[test]
    fn an_item_of_rss_is_known_by_its_namespaces() {
        let entry = only(&rss(
            "<title>А &amp; Б&nbsp;В</title><guid isPermaLink=\"true\">https://a.ru/1</guid>
             <description>Коротко</description><c:encoded><![CDATA[<p>Целиком</p>]]></c:encoded>
             <author><name>Иванов</name></author><category>Спорт</category>",
        ));
        assert_eq!(entry.line, Some(4));
        assert_eq!(entry.title.as_deref(), Some("А & Б&nbsp;В"));
        assert_eq!(entry.link.as_deref(), Some("https://a.ru/1"));
        assert_eq!(entry.summary.as_deref(), Some("Коротко"));
        assert_eq!(entry.content.as_deref(), Some("<p>Целиком</p>"));
        assert_eq!(entry.headings.len(), 1);
    }

    #[test]
    fn texts_of_atom_are_what_their_type_says() {
        let entry = only(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>1</id>
             <title>2 &lt; 3</title><link rel=\"self\" href=\"https://a.ru/self\"/>
             <link href=\"https://a.ru/1\"/><summary type=\"html\">&lt;b&gt;Да&lt;/b&gt;</summary>
             <content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"/x?a=1&amp;b=2\">сюда</a><br/>1 &lt; 2</div></content>
             <published>2021-03-08T12:00:00+03:00</published></entry></feed>",
        );
        assert_eq!(entry.title.as_deref(), Some("2 &lt; 3"));
        assert_eq!(entry.link.as_deref(), Some("https://a.ru/1"));
        assert_eq!(entry.summary.as_deref(), Some("<b>Да</b>"));
        let content = entry.content.unwrap();
        assert!(
            content.contains("<a href=\"/x?a=1&amp;b=2\">сюда</a><br></br>1 &lt; 2"),
            "{content}"
        );
        assert!(entry.published_at.is_some());
    }

    #[test]
    fn a_bomb_of_entities_is_refused_where_it_is_declared() {
        let bomb = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"ха\"><!ENTITY b \"&a;&a;&a;\">]><rss><channel><item><title>&b;</title></item></channel></rss>";
        assert_eq!(entries(bomb), Err(FeedProblem::DoctypeRefused));
        let outside = "<!DOCTYPE rss SYSTEM \"file:///etc/passwd\"><rss></rss>";
        assert_eq!(entries(outside), Err(FeedProblem::DoctypeRefused));
    }

    #[test]
    fn a_file_that_breaks_off_is_refused() {
        let whole = rss("<title>А</title>");
        assert_eq!(entries(&whole).map(|all| all.len()), Ok(1));
        for end in [
            "</rss>",
            "</channel></rss>",
            "</item></channel></rss>",
            "itle></item></channel></rss>",
        ] {
            let cut = whole.strip_suffix(end).unwrap();
            let refused = entries(cut);
            assert!(
                matches!(refused, Err(FeedProblem::Broken(4))),
                "{end}: {refused:?}"
            );
        }
    }

    #[test]
    fn what_nests_without_end_is_refused() {
        let deep = rss(&format!("<a>{}", "<b>".repeat(100_000)));
        assert_eq!(entries(&deep), Err(FeedProblem::TooDeep));
    }
}
