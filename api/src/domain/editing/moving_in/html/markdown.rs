//! Blocks to the Markdown that editors write. What is written reads back as the same words, or the marks
//! around them are given up.

use std::rc::Rc;

use super::spans::{BOLD, Block, CODE, ITALIC, Item, Marks, STRUCK, Span, words as words_of};
use crate::domain::content::plain_text;

/// The longest name of a reference such as `&amp;` is shorter.
const LONGEST_REFERENCE: usize = 40;

/// The Markdown of a block.
#[must_use]
pub fn write(block: &Block) -> String {
    match block {
        Block::Paragraph(spans) => inline(spans),
        Block::Heading(level, spans) => heading(*level, &inline(&one_line(spans))),
        Block::List(items) => list(items),
        Block::Quote(paragraphs) => quote(paragraphs),
        Block::Table(rows) => table(rows),
        Block::Video { page, title } => format!("![{}]({page})", everything_escaped(title)),
    }
}

/// The words of a block, a line a part.
#[must_use]
pub fn words(block: &Block) -> Vec<String> {
    let line = |spans: &Vec<Span>| words_of(&one_line(spans));
    match block {
        Block::Paragraph(spans) | Block::Heading(_, spans) => vec![line(spans)],
        Block::List(items) => items.iter().map(|item| line(&item.spans)).collect(),
        Block::Quote(paragraphs) => paragraphs.iter().map(line).collect(),
        Block::Table(rows) => rows.iter().flatten().map(line).collect(),
        Block::Video { title, .. } => vec![title.clone()],
    }
}

fn one_line(spans: &[Span]) -> Vec<Span> {
    let on_one = |span: &Span| Span {
        text: span.text.replace('\n', " "),
        ..span.clone()
    };
    spans.iter().map(on_one).collect()
}

fn heading(level: usize, text: &str) -> String {
    let marks = "#".repeat(level);
    match text.strip_suffix('#') {
        // It would close the heading, and be gone.
        Some(head) if !head.ends_with('\\') => format!("{marks} {head}\\#"),
        _ => format!("{marks} {text}"),
    }
}

fn quote(paragraphs: &[Vec<Span>]) -> String {
    let quoted = |spans: &Vec<Span>| format!("> {}", inline(spans).replace('\n', "\n> "));
    let paragraphs: Vec<String> = paragraphs.iter().map(quoted).collect();
    paragraphs.join("\n>\n")
}

/// A level of a list: the number of its last item, and how wide its mark is.
#[derive(Default)]
struct Level {
    number: usize,
    width: usize,
}

fn list(items: &[Item]) -> String {
    let mut levels: Vec<Level> = Vec::new();
    let mut lines = Vec::with_capacity(items.len());
    for item in items {
        let depth = item.depth.min(levels.len());
        levels.truncate(depth + 1);
        let indent: usize = levels.iter().take(depth).map(|level| level.width).sum();
        let mut level = match levels.len() > depth {
            true => levels.pop().unwrap_or_default(),
            false => Level::default(),
        };
        level.number += 1;
        let mark = match item.is_numbered {
            true => format!("{}. ", level.number),
            false => "- ".to_owned(),
        };
        level.width = mark.len();
        levels.push(level);
        let text = inline(&one_line(&item.spans));
        lines.push(format!("{}{mark}{text}", " ".repeat(indent)));
    }
    lines.join("\n")
}

fn table(rows: &[Vec<Vec<Span>>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut lines = Vec::with_capacity(rows.len() + 1);
    for (number, row) in rows.iter().enumerate() {
        let mut cells: Vec<String> = row.iter().map(|cell| inline(&one_line(cell))).collect();
        if number == 0 {
            // Cells beyond the header's would not be shown.
            cells.resize(columns, String::new());
        }
        lines.push(format!("| {} |", cells.join(" | ")));
        if number == 0 {
            lines.push(format!("|{}", " --- |".repeat(columns)));
        }
    }
    lines.join("\n")
}

/// How much of the look of a text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Whole,
    Links,
    Bare,
}

/// Spans as Markdown, with as much of their look as reads back as the same words.
fn inline(spans: &[Span]) -> String {
    let expected = words_of(spans);
    [Look::Whole, Look::Links, Look::Bare]
        .into_iter()
        .map(|look| written(spans, look))
        .find(|source| plain_text(source) == expected)
        .unwrap_or_else(|| everything_escaped(&expected))
}

fn written(spans: &[Span], look: Look) -> String {
    let mut source = String::new();
    let groups: Vec<&[Span]> = spans.chunk_by(|one, next| one.href == next.href).collect();
    for (number, group) in groups.iter().enumerate() {
        let behind = groups
            .get(number + 1)
            .and_then(|next| first_sign(next, look));
        match href_of(group).filter(|_| look != Look::Bare) {
            None => write_spans(&mut source, group, look, behind),
            Some(href) => {
                // `!` would make a picture of the link.
                if source.ends_with('!') {
                    source.pop();
                    source.push_str("\\!");
                }
                source.push('[');
                write_spans(&mut source, group, look, Some(']'));
                source.push_str(&format!("]({})", destination(href)));
            }
        }
    }
    source
}

fn href_of(group: &[Span]) -> Option<&Rc<str>> {
    group.first().and_then(|span| span.href.as_ref())
}

/// What a group begins with in the source.
fn first_sign(group: &[Span], look: Look) -> Option<char> {
    match href_of(group) {
        Some(_) if look != Look::Bare => Some('['),
        _ => group.first().and_then(|span| span.text.chars().next()),
    }
}

fn write_spans(source: &mut String, spans: &[Span], look: Look, behind: Option<char>) {
    for (number, span) in spans.iter().enumerate() {
        let next = spans.get(number + 1);
        let next = next.and_then(|span| span.text.chars().next()).or(behind);
        if look == Look::Whole && span.marks != 0 {
            write_marked(source, span, next);
        } else {
            write_escaped(source, &span.text);
        }
    }
}

/// A stretch with its marks, if Markdown can say where they begin and end: blanks stand outside of them.
fn write_marked(source: &mut String, span: &Span, next: Option<char>) {
    let text = span.text.as_str();
    let core = text.trim();
    let (lead, rest) = text.split_at(text.len() - text.trim_start().len());
    let (_, tail) = rest.split_at(core.len());
    write_escaped(source, lead);
    let before = source.chars().last();
    let behind = tail.chars().next().or(next);
    if core.is_empty() || ends_with_mark(source) {
        write_escaped(source, core);
    } else if span.marks & CODE != 0 && !core.contains(['`', '\n', '|']) {
        source.push_str(&format!("`{core}`"));
    } else if opens_and_closes(before, core, behind) {
        let (open, close) = delimiters(span.marks);
        source.push_str(&open);
        write_escaped(source, core);
        source.push_str(&close);
    } else {
        write_escaped(source, core);
    }
    write_escaped(source, tail);
}

/// Whether a mark stands last: another behind it would be one with it.
fn ends_with_mark(source: &str) -> bool {
    ["*", "~", "`"].into_iter().any(|mark| {
        let before = source.strip_suffix(mark);
        before.is_some_and(|before| !before.ends_with('\\'))
    })
}

/// By the rules of CommonMark (0.31.2, §6.2): a mark leans on the word that it is of.
fn opens_and_closes(before: Option<char>, core: &str, behind: Option<char>) -> bool {
    let is_open = |sign: Option<char>| sign.is_none_or(|sign| !sign.is_alphanumeric());
    let is_word = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    let opens = is_word(core.chars().next()) || is_open(before);
    let closes = is_word(core.chars().last()) || is_open(behind);
    opens && closes
}

fn delimiters(marks: Marks) -> (String, String) {
    let open: Vec<&str> = [(STRUCK, "~~"), (BOLD, "**"), (ITALIC, "*")]
        .into_iter()
        .filter(|(mark, _)| marks & mark != 0)
        .map(|(_, delimiter)| delimiter)
        .collect();
    let close: Vec<&str> = open.iter().rev().copied().collect();
    (open.concat(), close.concat())
}

/// Words that are not to be read as markup.
fn write_escaped(source: &mut String, text: &str) {
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            source.push_str("\\\n");
        }
        let is_start = source.is_empty() || source.ends_with('\n');
        let mark = if is_start { block_mark(line) } else { None };
        for (at, sign) in line.char_indices() {
            let is_markup = match sign {
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' | '~' => true,
                '&' => is_reference(line.get(at..).unwrap_or_default()),
                _ => mark == Some(at),
            };
            if is_markup {
                source.push('\\');
            }
            source.push(sign);
        }
    }
}

/// The sign by which a line would begin a heading, a list or a quote.
fn block_mark(line: &str) -> Option<usize> {
    let mut signs = line.chars();
    let (first, second) = (signs.next()?, signs.next());
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match first {
        '>' | '=' => Some(0),
        '#' => matches!(second, None | Some(' ' | '#')).then_some(0),
        '-' => matches!(second, None | Some(' ' | '-')).then_some(0),
        '+' => matches!(second, None | Some(' ')).then_some(0),
        _ if (1..=9).contains(&digits) => {
            let behind = line.as_bytes().get(digits);
            matches!(behind, Some(b'.' | b')')).then_some(digits)
        }
        _ => None,
    }
}

/// Whether a text begins with something like `&amp;`.
fn is_reference(text: &str) -> bool {
    let is_name = |sign: &char| sign.is_ascii_alphanumeric() || *sign == '#';
    let mut behind = text
        .chars()
        .skip(1)
        .take(LONGEST_REFERENCE)
        .skip_while(is_name);
    behind.next() == Some(';')
}

fn everything_escaped(text: &str) -> String {
    let mut source = String::with_capacity(text.len() * 2);
    for sign in text.chars() {
        if sign.is_ascii_punctuation() || sign == '\n' {
            source.push('\\');
        }
        source.push(sign);
    }
    source
}

/// An address as it stands in the brackets of a link.
fn destination(href: &str) -> String {
    let mut written = String::with_capacity(href.len());
    for sign in href.chars() {
        match sign {
            '(' => written.push_str("%28"),
            ')' => written.push_str("%29"),
            '<' => written.push_str("%3C"),
            '>' => written.push_str("%3E"),
            '\\' => written.push_str("%5C"),
            '|' => written.push_str("%7C"),
            ' ' => written.push_str("%20"),
            '&' if href.contains(';') => written.push_str("&amp;"),
            sign => written.push(sign),
        }
    }
    written
}
