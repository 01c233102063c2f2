//! Tags and words of a page, one after another, to the blocks that are made of them.

use std::rc::Rc;

use html5ever::tokenizer::Tag;
use url::Url;

use super::{
    address::{SOURCES, VIDEO, full, video_page},
    assembly::Assembly,
    spans::{BOLD, Block, CODE, ITALIC, Marks, STRUCK},
};

/// Bytes that a stretch or a cell takes beside its words.
const PART: usize = 8;
/// What a picture is called that nobody has described.
const PICTURE: &str = "Изображение";
const SOUND: &str = "Звук";

/// What is gathered of a page.
pub struct Gathering {
    pub has_lost_embed: bool,
    pub is_cut: bool,
    assembly: Assembly,
    page: Option<Url>,
    keeps_lines: bool,
    /// Bytes that may still be taken.
    room: usize,
    marks: OpenMarks,
    href: Option<Rc<str>>,
    preformatted: u32,
    /// An element that is left out with what stands in it, and how many of its name are open.
    skipped: Option<(String, u32)>,
}

/// How many elements of each look are open.
#[derive(Default)]
struct OpenMarks {
    bold: u32,
    italic: u32,
    struck: u32,
    code: u32,
}

impl OpenMarks {
    fn of(&mut self, name: &str) -> Option<&mut u32> {
        Some(match name {
            "b" | "strong" => &mut self.bold,
            "i" | "em" => &mut self.italic,
            "s" | "strike" | "del" => &mut self.struck,
            "code" | "kbd" | "samp" | "tt" => &mut self.code,
            _ => return None,
        })
    }

    fn now(&self) -> Marks {
        [
            (self.bold, BOLD),
            (self.italic, ITALIC),
            (self.struck, STRUCK),
            (self.code, CODE),
        ]
        .into_iter()
        .filter(|(open, _)| *open > 0)
        .fold(0, |marks, (_, mark)| marks | mark)
    }
}

impl Gathering {
    /// Nothing yet of a page at that address, with so much room.
    #[must_use]
    pub fn new(page: Option<Url>, keeps_lines: bool, room: usize) -> Self {
        Self {
            has_lost_embed: false,
            is_cut: false,
            assembly: Assembly::default(),
            page,
            keeps_lines,
            room,
            marks: OpenMarks::default(),
            href: None,
            preformatted: 0,
            skipped: None,
        }
    }

    /// The blocks, once the page is over.
    #[must_use]
    pub fn into_blocks(self) -> Vec<Block> {
        self.assembly.into_blocks()
    }

    /// Words, as they stand between two tags.
    pub fn text(&mut self, text: &str) {
        if self.skipped.is_some() || !self.takes(text.len()) {
            return;
        }
        if self.preformatted == 0 && !self.keeps_lines {
            self.words(text);
            return;
        }
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.assembly.break_line();
            }
            self.words(line);
        }
    }

    fn words(&mut self, text: &str) {
        let is_new = self
            .assembly
            .add_words(text, self.marks.now(), self.href.as_ref());
        if is_new {
            self.takes(PART);
        }
    }

    /// Whether there is room for so many bytes more. The rest of the page is left out once there is not.
    fn takes(&mut self, bytes: usize) -> bool {
        if self.is_cut {
            return false;
        }
        match self.room.checked_sub(bytes) {
            Some(room) => self.room = room,
            None => self.is_cut = true,
        }
        !self.is_cut
    }

    /// A start tag.
    pub fn open(&mut self, tag: &Tag) {
        let name = &*tag.name;
        if let Some((skipped, open)) = &mut self.skipped {
            if *skipped == *name && !tag.self_closing {
                *open = open.saturating_add(1);
            }
            return;
        }
        if self.is_cut {
            return;
        }
        if let Some(open) = self.marks.of(name) {
            *open = open.saturating_add(1);
            return;
        }
        match name {
            "a" => self.href = self.link(attribute(tag, "href")),
            "img" => self.picture(tag),
            "iframe" | "embed" | "object" => self.frame(tag),
            "video" => self.sound_or_video(tag, VIDEO),
            "audio" => self.sound_or_video(tag, SOUND),
            "br" => self.assembly.break_line(),
            _ => self.open_block(name),
        }
        if is_skipped(name) && !tag.self_closing {
            self.skipped = Some((name.to_owned(), 1));
        }
    }

    fn open_block(&mut self, name: &str) {
        match name {
            "h1" | "h2" => self.assembly.begin_heading(2),
            "h3" => self.assembly.begin_heading(3),
            "h4" | "h5" | "h6" => self.assembly.begin_heading(4),
            "ul" | "menu" => self.assembly.begin_list(false),
            "ol" => self.assembly.begin_list(true),
            "li" => self.assembly.begin_item(),
            "blockquote" => self.assembly.begin_quote(),
            "table" => self.assembly.begin_table(),
            "tr" => self.assembly.begin_row(),
            "td" | "th" => {
                self.takes(PART);
                self.assembly.begin_cell();
            }
            "pre" => {
                self.assembly.part();
                self.preformatted = self.preformatted.saturating_add(1);
            }
            name if parts_paragraphs(name) => self.assembly.part(),
            _ => {}
        }
    }

    /// An end tag.
    pub fn close(&mut self, name: &str) {
        if let Some((skipped, open)) = &mut self.skipped {
            if *skipped == *name {
                *open = open.saturating_sub(1);
                if *open == 0 {
                    self.skipped = None;
                }
            }
            return;
        }
        if let Some(open) = self.marks.of(name) {
            *open = open.saturating_sub(1);
            return;
        }
        match name {
            "a" => self.href = None,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.assembly.end_heading(),
            "ul" | "ol" | "menu" => self.assembly.end_list(),
            "li" => self.assembly.end_item(),
            "blockquote" => self.assembly.end_quote(),
            "table" => self.assembly.end_table(),
            "tr" | "td" | "th" => self.assembly.end_cell(),
            "pre" => {
                self.assembly.part();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            name if parts_paragraphs(name) => self.assembly.part(),
            _ => {}
        }
    }

    fn link(&mut self, written: Option<&str>) -> Option<Rc<str>> {
        let address = full(written?, self.page.as_ref())?;
        self.takes(address.len()).then(|| Rc::from(address))
    }

    /// A picture of another site becomes a link to it: readers' texts show this server's alone.
    fn picture(&mut self, tag: &Tag) {
        let described = attribute(tag, "alt")
            .or_else(|| attribute(tag, "title"))
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let is_sign = attribute(tag, "class").is_some_and(|class| class.contains("emoji"));
        let is_counter = ["width", "height"]
            .into_iter()
            .filter_map(|side| attribute(tag, side))
            .any(|side| matches!(side, "0" | "1"));
        if is_counter {
            return;
        }
        let named: Vec<&str> = SOURCES
            .into_iter()
            .filter_map(|source| attribute(tag, source))
            .collect();
        let address = named.into_iter().find_map(|source| self.link(Some(source)));
        match (address, described) {
            (Some(address), _) if self.href.is_none() && !is_sign => {
                self.words_to(described.unwrap_or(PICTURE), address);
            }
            (Some(_), _) => self.text(described.unwrap_or(PICTURE)),
            (None, Some(described)) => self.text(described),
            (None, None) => {}
        }
    }

    fn words_to(&mut self, words: &str, address: Rc<str>) {
        let around = self.href.replace(address);
        if self.takes(words.len()) {
            self.words(words);
        }
        self.href = around;
    }

    /// What another page frames: a video that texts may show, or nothing.
    fn frame(&mut self, tag: &Tag) {
        let source = attribute(tag, "src").or_else(|| attribute(tag, "data"));
        let page = self.link(source).and_then(|address| video_page(&address));
        match page {
            Some(page) => {
                let title = attribute(tag, "title").map(str::trim).unwrap_or_default();
                let title = if title.is_empty() { VIDEO } else { title };
                self.assembly.add_video(page, title.to_owned());
            }
            None => self.has_lost_embed |= source.is_some(),
        }
    }

    fn sound_or_video(&mut self, tag: &Tag, called: &str) {
        match self.link(attribute(tag, "src")) {
            Some(address) => self.words_to(called, address),
            None => self.has_lost_embed = true,
        }
    }
}

fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs
        .iter()
        .find(|attribute| &*attribute.name.local == name)
        .map(|attribute| &*attribute.value)
}

/// Whether an element is left out with what stands in it.
fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "iframe"
            | "math"
            | "noembed"
            | "noframes"
            | "noscript"
            | "script"
            | "select"
            | "style"
            | "svg"
            | "template"
            | "textarea"
            | "title"
            | "xmp"
    )
}

fn parts_paragraphs(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "header"
            | "hr"
            | "main"
            | "nav"
            | "p"
            | "section"
            | "summary"
    )
}
