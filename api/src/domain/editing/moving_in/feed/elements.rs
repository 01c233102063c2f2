//! What the elements of an entry mean.

use super::{Entry, Heading, as_html, dates::date_of, shortcodes::without_shortcodes};
use crate::infra::graphql::is_web_address;

/// Whose word an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// RSS itself, which has no namespace.
    Plain,
    Atom,
    Content,
    DublinCore,
    Excerpt,
    WordPress,
    Other,
}

impl Vocabulary {
    /// By the address of its namespace. WordPress has its version in it.
    #[must_use]
    pub fn of_namespace(address: &str) -> Self {
        match address {
            "http://www.w3.org/2005/Atom" => Self::Atom,
            "http://purl.org/rss/1.0/modules/content/" => Self::Content,
            "http://purl.org/dc/elements/1.1/" => Self::DublinCore,
            _ if !address.starts_with("http://wordpress.org/export/") => Self::Other,
            _ if address.ends_with("/excerpt/") => Self::Excerpt,
            _ => Self::WordPress,
        }
    }

    /// By its usual prefix.
    #[must_use]
    pub fn of_prefix(prefix: &str) -> Self {
        match prefix {
            "atom" => Self::Atom,
            "content" => Self::Content,
            "dc" => Self::DublinCore,
            "excerpt" => Self::Excerpt,
            "wp" => Self::WordPress,
            _ => Self::Other,
        }
    }
}

/// How an element's text is to be gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Only what stands in it.
    Text,
    /// With the elements inside of it.
    Markup,
}

/// An element right inside of an entry.
#[derive(Clone, Debug)]
pub struct Field {
    vocabulary: Vocabulary,
    name: String,
    attributes: Vec<(String, String)>,
    pub form: Form,
    pub text: String,
}

impl Field {
    /// One whose text is still to come.
    #[must_use]
    pub fn new(vocabulary: Vocabulary, name: &str, attributes: Vec<(String, String)>) -> Self {
        let field = Self {
            vocabulary,
            name: name.to_owned(),
            attributes,
            form: Form::Text,
            text: String::new(),
        };
        let is_markup = vocabulary == Vocabulary::Atom && field.attribute("type") == Some("xhtml");
        Self {
            form: if is_markup { Form::Markup } else { Form::Text },
            ..field
        }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn text(&self) -> Option<&str> {
        let text = self.text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The text of an element of Atom as HTML, by its type.
    fn html(&self) -> Option<String> {
        let text = self.text()?;
        Some(match self.attribute("type") {
            Some("html" | "xhtml" | "text/html") => text.to_owned(),
            _ => as_html(text),
        })
    }
}

/// Looks elements of an entry up.
struct Fields<'f>(&'f [Field]);

impl<'f> Fields<'f> {
    fn all(&self, vocabulary: Vocabulary, name: &'f str) -> impl Iterator<Item = &'f Field> {
        self.0
            .iter()
            .filter(move |field| field.vocabulary == vocabulary && field.name == name)
    }

    fn text(&self, vocabulary: Vocabulary, name: &'f str) -> Option<&'f str> {
        self.all(vocabulary, name).find_map(Field::text)
    }

    fn owned(&self, vocabulary: Vocabulary, name: &'f str) -> Option<String> {
        self.text(vocabulary, name).map(str::to_owned)
    }

    fn html(&self, vocabulary: Vocabulary, name: &'f str) -> Option<String> {
        self.all(vocabulary, name).find_map(Field::html)
    }
}

/// An item of RSS, or of what WordPress exports.
#[must_use]
pub fn of_rss(fields: &[Field], line: u32) -> Entry {
    use Vocabulary::{Content, DublinCore, Excerpt, Plain, WordPress};
    let fields = Fields(fields);
    let post_type = fields.text(WordPress, "post_type");
    let content = fields.text(Content, "encoded");
    let guid = fields.owned(Plain, "guid");
    let written = [
        fields.text(WordPress, "post_date_gmt"),
        fields.text(Plain, "pubDate"),
        fields.text(DublinCore, "date"),
    ];
    // Drafts of WordPress have dates that are none.
    let was_published = matches!(fields.text(WordPress, "status"), None | Some("publish"));
    let published_at = written
        .into_iter()
        .flatten()
        .find_map(date_of)
        .filter(|_| was_published);
    let (tags, headings) = taxonomy(&fields);
    Entry {
        line: Some(line),
        link: fields.owned(Plain, "link").or_else(|| permalink(&fields)),
        guid,
        title: fields.owned(Plain, "title"),
        summary: fields
            .owned(Excerpt, "encoded")
            .or_else(|| fields.owned(Plain, "description")),
        // Blocks of its newer editor are whole HTML.
        keeps_lines: post_type.is_some() && !content.unwrap_or_default().contains("<!-- wp:"),
        content: match post_type {
            Some(_) => content.map(without_shortcodes),
            None => content.map(str::to_owned),
        },
        has_bad_date: published_at.is_none()
            && was_published
            && written.iter().any(Option::is_some),
        published_at,
        slug: fields.owned(WordPress, "post_name"),
        headings,
        tags,
        is_left_out: post_type.is_some_and(|post_type| !is_news(post_type, &fields)),
    }
}

fn is_news(post_type: &str, fields: &Fields<'_>) -> bool {
    let status = fields.text(Vocabulary::WordPress, "status");
    post_type == "post" && matches!(status, Some("publish" | "draft"))
}

/// A guid is an address, unless it says that it is none.
fn permalink(fields: &Fields<'_>) -> Option<String> {
    let guid = fields.all(Vocabulary::Plain, "guid").next()?;
    let is_address = guid.attribute("isPermaLink") != Some("false");
    let text = guid.text().filter(|text| is_web_address(text))?;
    is_address.then(|| text.to_owned())
}

/// The tags and the headings of an item: only WordPress tells one from the other.
fn taxonomy(fields: &Fields<'_>) -> (Vec<String>, Vec<Heading>) {
    let (mut tags, mut headings) = (Vec::new(), Vec::new());
    for field in fields.all(Vocabulary::Plain, "category") {
        let Some(name) = field.text() else { continue };
        match field.attribute("domain") {
            Some("post_tag") => tags.push(name.to_owned()),
            Some("post_format") => {}
            _ => headings.push(Heading {
                name: name.to_owned(),
                slug: field.attribute("nicename").map(str::to_owned),
            }),
        }
    }
    (tags, headings)
}

/// An entry of Atom.
#[must_use]
pub fn of_atom(fields: &[Field], line: u32) -> Entry {
    use Vocabulary::Atom;
    let fields = Fields(fields);
    let link = fields
        .all(Atom, "link")
        .find(|link| matches!(link.attribute("rel"), None | Some("alternate")))
        .and_then(|link| link.attribute("href"));
    let written = fields
        .text(Atom, "published")
        .or_else(|| fields.text(Atom, "updated"));
    let published_at = written.and_then(date_of);
    let heading = |category: &Field| {
        let term = category.attribute("term")?;
        Some(Heading {
            name: category.attribute("label").unwrap_or(term).to_owned(),
            slug: Some(term.to_owned()),
        })
    };
    Entry {
        line: Some(line),
        guid: fields.owned(Atom, "id"),
        link: link.map(str::to_owned),
        title: fields.html(Atom, "title"),
        summary: fields.html(Atom, "summary"),
        content: fields.html(Atom, "content"),
        has_bad_date: written.is_some() && published_at.is_none(),
        published_at,
        headings: fields.all(Atom, "category").filter_map(heading).collect(),
        ..Entry::default()
    }
}
