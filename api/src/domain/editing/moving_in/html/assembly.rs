//! Blocks as they come about: what is open, and what stands in it so far.

use std::{mem, rc::Rc};

use super::{
    address::{VIDEO, video_page},
    spans::{Block, Item, Marks, Span, trimmed, words},
};

/// Levels of a list below its first.
const DEEPEST: usize = 5;
/// A table of more is a page that was laid out by it.
const MOST_COLUMNS: usize = 20;

/// The blocks so far, and what is open.
#[derive(Default)]
pub struct Assembly {
    blocks: Vec<Block>,
    /// What the innermost paragraph, item or cell holds.
    spans: Vec<Span>,
    heading: Option<usize>,
    quotes: usize,
    /// Whether the last block is the quote that is open.
    goes_on: bool,
    /// Of each list that is open, whether its items are numbered.
    lists: Vec<bool>,
    items: Vec<Item>,
    is_in_item: bool,
    tables: usize,
    rows: Vec<Vec<Vec<Span>>>,
    is_in_cell: bool,
}

impl Assembly {
    /// The blocks, with what is open still in them.
    #[must_use]
    pub fn into_blocks(mut self) -> Vec<Block> {
        if self.tables > 0 {
            self.tables = 1;
            self.end_table();
        }
        self.end_paragraph_or_item();
        self.finish_list();
        self.blocks
    }

    /// Adds words; blanks in a row are one. Says whether they are a stretch of their own.
    pub fn add_words(&mut self, text: &str, marks: Marks, href: Option<&Rc<str>>) -> bool {
        let mut is_after_blank = matches!(self.last_sign(), None | Some(' ' | '\n'));
        let fits = |span: &mut Span| span.marks == marks && span.href.as_ref() == href;
        let last = self.spans.pop_if(fits);
        let is_new = last.is_none();
        let mut span = last.unwrap_or_else(|| Span {
            text: String::new(),
            marks,
            href: href.cloned(),
        });
        for sign in text.chars() {
            if sign.is_ascii_whitespace() {
                if !is_after_blank {
                    span.text.push(' ');
                }
                is_after_blank = true;
            } else if !sign.is_control() {
                span.text.push(sign);
                is_after_blank = false;
            }
        }
        let is_there = !span.text.is_empty();
        if is_there {
            self.spans.push(span);
        }
        is_new && is_there
    }

    fn last_sign(&self) -> Option<char> {
        self.spans.last().and_then(|span| span.text.chars().last())
    }

    /// Ends a line. Two in a row end the paragraph.
    pub fn break_line(&mut self) {
        match self.last_sign() {
            None => {}
            Some('\n') => self.part(),
            Some(_) if self.heading.is_some() => {
                self.add_words(" ", 0, None);
            }
            Some(_) => self.end_line(),
        }
    }

    fn end_line(&mut self) {
        if let Some(last) = self.spans.last_mut() {
            last.text.truncate(last.text.trim_end_matches(' ').len());
            last.text.push('\n');
        }
    }

    /// Ends a paragraph; within an item or a cell, its line.
    pub fn part(&mut self) {
        if !self.is_in_line() {
            self.end_paragraph();
        } else if !matches!(self.last_sign(), None | Some('\n')) {
            self.end_line();
        }
    }

    const fn is_in_line(&self) -> bool {
        self.is_in_item || self.is_in_cell
    }

    fn end_paragraph(&mut self) {
        let spans = trimmed(mem::take(&mut self.spans));
        if spans.is_empty() {
            return;
        }
        self.finish_list();
        if let Some(page) = lone_video(&spans) {
            let title = VIDEO.to_owned();
            self.blocks.push(Block::Video { page, title });
        } else if let Some(level) = self.heading {
            self.blocks.push(Block::Heading(level, spans));
        } else if self.quotes == 0 {
            self.blocks.push(Block::Paragraph(spans));
        } else {
            self.quote(spans);
        }
    }

    fn quote(&mut self, spans: Vec<Span>) {
        match self.blocks.last_mut() {
            Some(Block::Quote(paragraphs)) if self.goes_on => paragraphs.push(spans),
            _ => {
                self.blocks.push(Block::Quote(vec![spans]));
                self.goes_on = true;
            }
        }
    }

    /// Adds a video behind what is open.
    pub fn add_video(&mut self, page: String, title: String) {
        self.part();
        self.blocks.push(Block::Video { page, title });
    }

    pub fn begin_heading(&mut self, level: usize) {
        self.part();
        if !self.is_in_line() {
            self.heading = Some(level);
        }
    }

    pub fn end_heading(&mut self) {
        self.part();
        self.heading = None;
    }

    pub fn begin_quote(&mut self) {
        self.part();
        if self.quotes == 0 {
            self.goes_on = false;
        }
        self.quotes += 1;
    }

    pub fn end_quote(&mut self) {
        self.part();
        self.quotes = self.quotes.saturating_sub(1);
    }

    pub fn begin_list(&mut self, is_numbered: bool) {
        if self.is_in_cell {
            self.part();
            return;
        }
        self.end_paragraph_or_item();
        self.lists.push(is_numbered);
    }

    pub fn end_list(&mut self) {
        if self.is_in_cell {
            self.part();
            return;
        }
        self.end_paragraph_or_item();
        self.lists.pop();
        // What follows an inner list stands in the item around it.
        self.is_in_item = !self.lists.is_empty();
        if self.lists.is_empty() {
            self.finish_list();
        }
    }

    pub fn begin_item(&mut self) {
        if self.is_in_cell {
            self.part();
            return;
        }
        self.end_paragraph_or_item();
        self.is_in_item = true;
    }

    pub fn end_item(&mut self) {
        if self.is_in_cell {
            self.part();
        } else {
            self.end_paragraph_or_item();
        }
    }

    fn end_paragraph_or_item(&mut self) {
        if !self.is_in_item {
            self.end_paragraph();
            return;
        }
        self.is_in_item = false;
        let spans = trimmed(mem::take(&mut self.spans));
        if !spans.is_empty() {
            self.items.push(Item {
                depth: self.lists.len().saturating_sub(1).min(DEEPEST),
                is_numbered: self.lists.last().copied().unwrap_or(false),
                spans,
            });
        }
    }

    fn finish_list(&mut self) {
        if !self.items.is_empty() {
            self.blocks.push(Block::List(mem::take(&mut self.items)));
        }
    }

    /// A table within a table is the words of its cell.
    pub fn begin_table(&mut self) {
        self.tables += 1;
        if self.tables > 1 {
            self.part();
            return;
        }
        self.end_paragraph_or_item();
        self.finish_list();
    }

    pub fn begin_row(&mut self) {
        if self.tables == 1 {
            self.end_cell();
            self.rows.push(Vec::new());
        } else {
            self.part();
        }
    }

    pub fn begin_cell(&mut self) {
        if self.tables != 1 {
            self.part();
            return;
        }
        self.end_cell();
        // Words between cells stand before the table.
        self.end_paragraph_or_item();
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        self.is_in_cell = true;
    }

    pub fn end_cell(&mut self) {
        if self.tables > 1 {
            self.part();
        } else if self.is_in_cell {
            self.is_in_cell = false;
            let spans = trimmed(mem::take(&mut self.spans));
            if let Some(row) = self.rows.last_mut() {
                row.push(spans);
            }
        }
    }

    pub fn end_table(&mut self) {
        if self.tables == 1 {
            self.end_cell();
            self.end_paragraph_or_item();
            self.finish_list();
            self.finish_table();
        } else {
            self.part();
        }
        self.tables = self.tables.saturating_sub(1);
    }

    fn finish_table(&mut self) {
        let mut rows = mem::take(&mut self.rows);
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        match rows.iter().map(Vec::len).max() {
            None => {}
            Some(2..=MOST_COLUMNS) => self.blocks.push(Block::Table(rows)),
            Some(_) => {
                let cells = rows.into_iter().flatten().filter(|cell| !cell.is_empty());
                self.blocks.extend(cells.map(Block::Paragraph));
            }
        }
    }
}

/// The page of a video whose address is all that a paragraph says: WordPress shows a player there.
fn lone_video(spans: &[Span]) -> Option<String> {
    let said = words(spans);
    if said.contains(char::is_whitespace) {
        return None;
    }
    video_page(&said)
}
