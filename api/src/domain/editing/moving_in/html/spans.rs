//! Stretches of a text that look the same.

use std::rc::Rc;

/// How a stretch looks: a set of the marks below.
pub type Marks = u8;

pub const BOLD: Marks = 1;
pub const ITALIC: Marks = 2;
pub const STRUCK: Marks = 4;
pub const CODE: Marks = 8;

/// A stretch of text with one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// A line break is `\n`.
    pub text: String,
    pub marks: Marks,
    /// Where it leads. Shared: thousands of stretches may stand in one link.
    pub href: Option<Rc<str>>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Paragraph(Vec<Span>),
    Heading(usize, Vec<Span>),
    List(Vec<Item>),
    /// Paragraph by paragraph.
    Quote(Vec<Vec<Span>>),
    /// Row by row, the first is the header.
    Table(Vec<Vec<Vec<Span>>>),
    Video {
        page: String,
        title: String,
    },
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub depth: usize,
    pub is_numbered: bool,
    pub spans: Vec<Span>,
}

/// The words of spans.
#[must_use]
pub fn words(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

/// Takes spans without blanks around them.
#[must_use]
pub fn trimmed(mut spans: Vec<Span>) -> Vec<Span> {
    while let Some(last) = spans.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if !last.text.is_empty() {
            break;
        }
        spans.pop();
    }
    let mut begins = false;
    spans.retain_mut(|span| {
        if !begins {
            span.text = span.text.trim_start().to_owned();
            begins = !span.text.is_empty();
        }
        !span.text.is_empty()
    });
    spans
}
