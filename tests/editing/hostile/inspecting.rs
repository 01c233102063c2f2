//! What a browser's parser finds in readers' HTML, and which of it may not be there.
//!
//! The lists are written apart from the renderer's own, so that a slip in those shows here.

use std::{borrow::Cow, cell::RefCell, collections::HashSet, rc::Rc};

use ammonia::UrlRelative;
use html5ever::{
    Attribute, ExpandedName, LocalName, Namespace, ParseOpts, QualName, parse_fragment,
    tendril::{StrTendril, TendrilSink},
    tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink},
};
use reqwest::Url;
use serde_json::Value;

const HTML: &str = "http://www.w3.org/1999/xhtml";
/// Elements that readers' HTML may hold, with their attributes.
const MAY_STAND: [(&str, &[&str]); 23] = [
    ("a", &["href", "rel"]),
    ("aside", &["data-kind"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &[]),
    ("del", &[]),
    ("em", &[]),
    ("figure", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("img", &["src", "width", "height", "loading", "alt"]),
    ("li", &[]),
    ("ol", &[]),
    ("p", &[]),
    ("strong", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &[]),
    ("th", &[]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];
/// Elements whose content is letters to a parser until their end tag: HTML that may hold that tag gets out.
const LETTERS_ONLY: [&str; 7] = [
    "iframe", "noembed", "noscript", "style", "textarea", "title", "xmp",
];
const VIDEO_HOSTS: [&str; 3] = ["rutube.ru", "vk.com", "vkvideo.ru"];

/// One element as a parser made it.
#[derive(Debug)]
struct Element {
    namespace: String,
    name: String,
    attributes: Vec<(String, String)>,
}

/// What is wrong with a piece of readers' HTML; nothing, if all is well.
pub fn faults_of_html(html: &str) -> Vec<String> {
    let (elements, others) = parsed(html);
    let mut faults: Vec<String> = elements.iter().filter_map(fault_of).collect();
    faults.extend(others);
    for name in LETTERS_ONLY {
        let (elements, _) = parsed(&format!("<{name}>{html}</{name}>"));
        if elements.len() != 1 {
            faults.push(format!("gets out of <{name}>"));
        }
    }
    if sanitised(html) != html {
        faults.push("another sanitising changes it".into());
    }
    faults
}

/// What is wrong with the addresses of stored or answered blocks.
pub fn faults_of_blocks(blocks: &Value) -> Vec<String> {
    match blocks {
        Value::Array(values) => values.iter().flat_map(faults_of_blocks).collect(),
        Value::Object(fields) => {
            let within = fields.values().flat_map(faults_of_blocks);
            let own = fields
                .iter()
                .filter_map(|(name, value)| fault_of_field(name, value.as_str()?));
            within.chain(own).collect()
        }
        _ => Vec::new(),
    }
}

fn fault_of_field(name: &str, value: &str) -> Option<String> {
    let is_well = match name {
        "href" => is_safe(value) && is_normal(value),
        "url" => is_safe(value) && is_normal(value) && is_video(value),
        _ => true,
    };
    (!is_well).then(|| format!("the address {value:?} in {name}"))
}

fn fault_of(element: &Element) -> Option<String> {
    let may_have = MAY_STAND
        .iter()
        .find(|(name, _)| *name == element.name && element.namespace == HTML);
    let Some((_, may_have)) = may_have else {
        return Some(format!("the element {element:?}"));
    };
    let is_well = |(name, value): &(String, String)| {
        may_have.contains(&name.as_str()) && is_value(name, value)
    };
    let is_marked = element.name != "a"
        || element
            .attributes
            .contains(&("rel".into(), "noopener nofollow".into()));
    let is_well = is_marked && element.attributes.iter().all(is_well);
    (!is_well).then(|| format!("the attributes of {element:?}"))
}

fn is_value(name: &str, value: &str) -> bool {
    match name {
        "href" => is_safe(value),
        "rel" => value == "noopener nofollow",
        "data-kind" => ["note", "tip", "important", "warning"].contains(&value),
        "loading" => value == "lazy",
        "width" | "height" => value.bytes().all(|sign| sign.is_ascii_digit()),
        "src" => value
            .strip_prefix("/media/")
            .is_some_and(|path| path.bytes().all(is_of_a_path) && !path.contains("..")),
        "alt" => true,
        _ => false,
    }
}

const fn is_of_a_path(sign: u8) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, b'/' | b'-' | b'_' | b'.')
}

/// An absolute address, of a scheme that runs nothing, in which no sign is hidden.
fn is_safe(address: &str) -> bool {
    address
        .bytes()
        .all(|sign| sign == b' ' || sign.is_ascii_graphic())
        && Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "mailto" | "tel"))
}

/// Written as every client would read it, so that none can read it otherwise.
fn is_normal(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| url.as_str() == address)
}

fn is_video(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        url.scheme() == "https"
            && url
                .host_str()
                .is_some_and(|host| VIDEO_HOSTS.contains(&host))
    })
}

fn sanitised(html: &str) -> String {
    let attributes = |name: &str| -> HashSet<&'static str> {
        let found = MAY_STAND.iter().find(|(element, _)| *element == name);
        let names = found.map_or(&[][..], |(_, names)| *names);
        names
            .iter()
            .copied()
            .filter(|name| *name != "rel")
            .collect()
    };
    ammonia::Builder::new()
        .tags(MAY_STAND.iter().map(|(name, _)| *name).collect())
        .tag_attributes(
            ["a", "aside", "img"]
                .map(|name| (name, attributes(name)))
                .into(),
        )
        .generic_attributes(HashSet::new())
        .url_schemes(["https", "mailto", "tel"].into())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener nofollow"))
        .clean(html)
        .to_string()
}

/// Every element that a browser's parser makes of a fragment, and whatever else it finds but letters.
fn parsed(html: &str) -> (Vec<Element>, Vec<String>) {
    let place = QualName::new(None, Namespace::from(HTML), LocalName::from("div"));
    let parser = parse_fragment(
        Found::default(),
        ParseOpts::default(),
        place,
        Vec::new(),
        true,
    );
    let found = parser.one(html);
    let mut elements = found.elements.into_inner();
    // The first two are the parser's own: the place, and a root.
    let own: Vec<Element> = elements.drain(..2).collect();
    assert_eq!((&*own[0].name, &*own[1].name), ("div", "html"));
    (elements, found.others.into_inner())
}

/// Where a parser puts what it makes: nothing is built of it, everything is written down.
#[derive(Default)]
struct Found {
    elements: RefCell<Vec<Element>>,
    others: RefCell<Vec<String>>,
    document: Node,
}

/// A node that knows nothing but its name; what is no element has none.
type Node = Rc<Option<QualName>>;

impl Found {
    fn note(&self, what: &str) -> Node {
        self.others.borrow_mut().push(what.into());
        Rc::new(None)
    }
}

impl TreeSink for Found {
    type Handle = Node;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Node {
        Rc::clone(&self.document)
    }

    fn elem_name<'a>(&'a self, target: &'a Node) -> ExpandedName<'a> {
        let name = (**target).as_ref();
        name.expect("an element").expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Node {
        let attributes = attributes.iter().map(|attribute| {
            (
                attribute.name.local.to_string(),
                attribute.value.to_string(),
            )
        });
        self.elements.borrow_mut().push(Element {
            namespace: name.ns.to_string(),
            name: name.local.to_string(),
            attributes: attributes.collect(),
        });
        Rc::new(Some(name))
    }

    fn create_comment(&self, _: StrTendril) -> Node {
        self.note("a comment")
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Node {
        self.note("a processing instruction")
    }

    fn append(&self, _: &Node, _: NodeOrText<Node>) {}

    fn append_based_on_parent_node(&self, _: &Node, _: &Node, _: NodeOrText<Node>) {}

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {
        self.note("a document type");
    }

    fn get_template_contents(&self, target: &Node) -> Node {
        Rc::clone(target)
    }

    fn same_node(&self, one: &Node, other: &Node) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, _: &Node, _: NodeOrText<Node>) {}

    fn add_attrs_if_missing(&self, _: &Node, attributes: Vec<Attribute>) {
        if !attributes.is_empty() {
            self.note("attributes for the document");
        }
    }

    fn remove_from_parent(&self, _: &Node) {}

    fn reparent_children(&self, _: &Node, _: &Node) {}
}
