//! Markdown to blocks: a walk over the parser's events that keeps only what blocks can say.

use std::{collections::HashMap, mem};

use async_graphql::ID;
use pulldown_cmark::{BlockQuoteKind, Event, Options, Parser, Tag, TagEnd};
use uuid::Uuid;

use super::block::{
    Block, CalloutBlock, CalloutKind, HeadingBlock, ListBlock, ListItem, ParagraphBlock,
    QuoteBlock, TableBlock, TableCell, TableRow, TextMark, TextSpan, VideoBlock,
};
use crate::{
    domain::media::Picture,
    infra::graphql::{NodeId, Url},
};

/// The pictures a text may show, by the id that its source names: `![…](media:<id>)`.
pub type Pictures = HashMap<Uuid, Picture>;

const PICTURE_SCHEME: &str = "media:";
/// Where an `![…](https://…)` is a video and not a picture.
const VIDEO_HOSTS: [&str; 3] = ["rutube.ru", "vk.com", "vkvideo.ru"];

/// Reads a source. Nothing is an error: what is not a block becomes text.
pub fn parse(source: &str, pictures: &Pictures) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    let mut reader = Reader::new(pictures);
    for event in Parser::new_ext(source, options) {
        reader.take(event);
    }
    reader.blocks
}

/// The media asset of an address: by the id that clients know it by, or by its bare UUID.
fn picture_id(address: &str) -> Option<Uuid> {
    let id = address.strip_prefix(PICTURE_SCHEME)?;
    let known = || NodeId::decode("id", &ID(id.to_owned())).map(|id| id.uuid);
    id.parse().ok().or_else(|| known().ok())
}

/// The media assets that a source names, in its order.
#[must_use]
pub fn named_pictures(source: &str) -> Vec<Uuid> {
    let named = Parser::new(source).filter_map(|event| match event {
        Event::Start(Tag::Image { dest_url, .. }) => picture_id(&dest_url),
        _ => None,
    });
    named.collect()
}

struct Reader<'a> {
    pictures: &'a Pictures,
    blocks: Vec<Block>,
    spans: Vec<TextSpan>,
    marks: Vec<TextMark>,
    /// Of each mark that is open, whether it is the one that stands in `marks`.
    openings: Vec<bool>,
    href: Option<Url>,
    list: Option<OpenList>,
    quote: Option<Option<CalloutKind>>,
    table: Option<TableBlock>,
    row: Vec<TableCell>,
    picture: Option<OpenPicture>,
}

#[derive(Default)]
struct OpenList {
    ordered: bool,
    items: Vec<ListItem>,
    depth: i32,
}

struct OpenPicture {
    address: String,
    description: String,
}

impl<'a> Reader<'a> {
    fn new(pictures: &'a Pictures) -> Self {
        Self {
            pictures,
            blocks: Vec::new(),
            spans: Vec::new(),
            marks: Vec::new(),
            openings: Vec::new(),
            href: None,
            list: None,
            quote: None,
            table: None,
            row: Vec::new(),
            picture: None,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Code(text) => {
                self.open_mark(TextMark::Code);
                self.text(&text);
                self.close_mark();
            }
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.text("\n"),
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        let begins_a_block = matches!(
            tag,
            Tag::List(_) | Tag::Heading { .. } | Tag::Table(_) | Tag::BlockQuote(_)
        );
        // What a quote has gathered stands before the block inside it. A list keeps its own pace.
        if begins_a_block && self.list.is_none() {
            self.flush();
        }
        match tag {
            Tag::Strong => self.open_mark(TextMark::Bold),
            Tag::Emphasis => self.open_mark(TextMark::Italic),
            Tag::Strikethrough => self.open_mark(TextMark::Strikethrough),
            Tag::Link { dest_url, .. } => self.href = safe_link(&dest_url),
            Tag::Image { dest_url, .. } => {
                self.picture = Some(OpenPicture {
                    address: dest_url.to_string(),
                    description: String::new(),
                });
            }
            Tag::BlockQuote(kind) => self.quote = Some(kind.map(callout_kind)),
            Tag::List(start) => self.open_list(start.is_some()),
            Tag::Table(_) => self.table = Some(TableBlock::default()),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough => self.close_mark(),
            TagEnd::Link => self.href = None,
            TagEnd::Image => self.close_picture(),
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock => self.close_paragraph(),
            TagEnd::Heading(level) => {
                let level = (level as i32).clamp(2, 4);
                let spans = mem::take(&mut self.spans);
                self.blocks
                    .push(Block::Heading(HeadingBlock { level, spans }));
            }
            TagEnd::BlockQuote(_) => self.close_quote(),
            TagEnd::Item => self.close_item(),
            TagEnd::List(_) => self.close_list(),
            TagEnd::TableCell => {
                let spans = mem::take(&mut self.spans);
                self.row.push(TableCell { spans });
            }
            TagEnd::TableHead => {
                let header = mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.header = header;
                }
            }
            TagEnd::TableRow => {
                let cells = mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.rows.push(TableRow { cells });
                }
            }
            TagEnd::Table => self.blocks.extend(self.table.take().map(Block::Table)),
            _ => {}
        }
    }

    /// A mark within itself says nothing more. Kept once: marks are written around every span, and a
    /// text that nests them by the thousand would fill the memory.
    fn open_mark(&mut self, mark: TextMark) {
        let is_new = !self.marks.contains(&mark);
        if is_new {
            self.marks.push(mark);
        }
        self.openings.push(is_new);
    }

    fn close_mark(&mut self) {
        if self.openings.pop() == Some(true) {
            self.marks.pop();
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(picture) = &mut self.picture {
            picture.description.push_str(text);
            return;
        }
        match self.spans.last_mut() {
            Some(last) if last.marks == self.marks && last.href == self.href => {
                last.text.push_str(text);
            }
            _ => self.spans.push(TextSpan {
                text: text.into(),
                marks: self.marks.clone(),
                href: self.href.clone(),
            }),
        }
    }

    fn close_paragraph(&mut self) {
        if self.list.is_some() || self.quote.is_some() {
            self.text("\n");
        } else {
            self.flush();
        }
    }

    fn close_quote(&mut self) {
        self.flush();
        self.quote = None;
    }

    /// Makes a block of the text gathered so far, if there is any.
    fn flush(&mut self) {
        let spans = finished(&mut self.spans);
        if spans.is_empty() {
            return;
        }
        self.blocks.push(match self.quote {
            Some(Some(kind)) => Block::Callout(CalloutBlock { kind, spans }),
            Some(None) => Block::Quote(QuoteBlock { spans }),
            None => Block::Paragraph(ParagraphBlock { spans }),
        });
    }

    fn open_list(&mut self, ordered: bool) {
        match &mut self.list {
            Some(list) => {
                let spans = finished(&mut self.spans);
                if !spans.is_empty() {
                    let depth = list.depth;
                    list.items.push(ListItem { depth, spans });
                }
                list.depth += 1;
            }
            None => {
                self.list = Some(OpenList {
                    ordered,
                    ..OpenList::default()
                });
            }
        }
    }

    fn close_item(&mut self) {
        let spans = finished(&mut self.spans);
        if let Some(list) = &mut self.list
            && !spans.is_empty()
        {
            let depth = list.depth;
            list.items.push(ListItem { depth, spans });
        }
    }

    fn close_list(&mut self) {
        if let Some(list) = &mut self.list
            && list.depth > 0
        {
            list.depth -= 1;
        } else if let Some(OpenList { ordered, items, .. }) = self.list.take() {
            self.blocks.push(Block::List(ListBlock { ordered, items }));
        }
    }

    fn close_picture(&mut self) {
        let Some(OpenPicture {
            address,
            description,
        }) = self.picture.take()
        else {
            return;
        };
        let shown = picture_id(&address).and_then(|id| self.pictures.get(&id));
        if let Some(picture) = shown {
            let mut picture = picture.clone();
            if !description.is_empty() {
                picture.alt = description;
            }
            self.blocks.push(Block::Image { picture });
        } else if let Some(url) = video_address(&address) {
            self.blocks.push(Block::Video(VideoBlock {
                url,
                title: description,
            }));
        } else {
            self.text(&description);
        }
    }
}

/// Takes the gathered spans without the line breaks that only separated paragraphs.
fn finished(spans: &mut Vec<TextSpan>) -> Vec<TextSpan> {
    let mut spans = mem::take(spans);
    while let Some(last) = spans.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if last.text.is_empty() {
            spans.pop();
        } else {
            break;
        }
    }
    spans
}

fn safe_link(address: &str) -> Option<Url> {
    let parsed = url::Url::parse(address).ok()?;
    matches!(parsed.scheme(), "https" | "mailto" | "tel").then(|| Url(parsed.into()))
}

/// The address of a video that a text may show; `None`: it is none.
///
/// As it was understood, not as it was written: `https:rutube.ru` is relative to a browser, and signs
/// that parsing passes over stay out.
#[must_use]
pub fn video_address(address: &str) -> Option<Url> {
    let parsed = url::Url::parse(address).ok()?;
    let is_video = parsed.scheme() == "https"
        && parsed
            .host_str()
            .is_some_and(|host| VIDEO_HOSTS.contains(&host));
    is_video.then(|| Url(parsed.into()))
}

const fn callout_kind(kind: BlockQuoteKind) -> CalloutKind {
    match kind {
        BlockQuoteKind::Note => CalloutKind::Note,
        BlockQuoteKind::Tip => CalloutKind::Tip,
        BlockQuoteKind::Important => CalloutKind::Important,
        BlockQuoteKind::Warning | BlockQuoteKind::Caution => CalloutKind::Warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(source: &str) -> Vec<Block> {
        parse(source, &Pictures::new())
    }

    fn span(text: &str) -> TextSpan {
        TextSpan {
            text: text.into(),
            ..TextSpan::default()
        }
    }

    #[test]
    fn each_kind_of_block_is_recognised() {
        let source = "Абзац\n\n## Раздел\n\n- раз\n- два\n\n> Слова\n\n> [!WARNING]\n> Осторожно\n\n\
                      | а | б |\n|---|---|\n| 1 | 2 |\n\n![Ролик](https://rutube.ru/video/1/)";
        let kinds: Vec<String> = blocks(source)
            .iter()
            .map(|block| serde_json::to_value(block).unwrap()["block"].to_string())
            .collect();
        assert_eq!(
            kinds.join(" "),
            "\"paragraph\" \"heading\" \"list\" \"quote\" \"callout\" \"table\" \"video\""
        );
    }

    #[test]
    fn nested_items_keep_their_depth_and_order() {
        let blocks = blocks("1. раз\n   - внутри\n2. два");
        let [Block::List(list)] = blocks.as_slice() else {
            panic!("one list expected");
        };
        assert!(list.ordered);
        let items: Vec<_> = list
            .items
            .iter()
            .map(|item| (item.depth, item.spans.clone()))
            .collect();
        assert_eq!(
            items,
            [
                (0, vec![span("раз")]),
                (1, vec![span("внутри")]),
                (0, vec![span("два")])
            ]
        );
    }

    #[test]
    fn a_list_in_a_quote_loses_no_words() {
        let blocks = blocks("> Вступление\n>\n> - пункт\n>\n> Итог");
        let [Block::Quote(before), Block::List(list), Block::Quote(after)] = blocks.as_slice()
        else {
            panic!("quote, list, quote expected: {blocks:?}");
        };
        assert_eq!(before.spans, [span("Вступление")]);
        assert_eq!(list.items.len(), 1);
        assert_eq!(after.spans, [span("Итог")]);
    }

    #[test]
    fn links_that_could_run_are_only_text() {
        assert_eq!(
            blocks("[жми](javascript:alert(1))"),
            [Block::Paragraph(ParagraphBlock {
                spans: vec![span("жми")]
            })]
        );
    }

    #[test]
    fn a_video_is_kept_by_the_address_that_was_understood() {
        for written in ["https:rutube.ru/1", "ht&Tab;tps://rutube.ru/1"] {
            let blocks = blocks(&format!("![Ролик](<{written}>)"));
            let [Block::Video(video)] = blocks.as_slice() else {
                panic!("one video expected: {blocks:?}");
            };
            assert_eq!(video.url.0, "https://rutube.ru/1");
        }
    }

    #[test]
    fn a_mark_within_itself_stands_once() {
        let blocks = blocks("*а *б **в*** г*");
        let [Block::Paragraph(paragraph)] = blocks.as_slice() else {
            panic!("one paragraph expected: {blocks:?}");
        };
        let marks: Vec<_> = paragraph
            .spans
            .iter()
            .map(|span| (span.text.as_str(), span.marks.as_slice()))
            .collect();
        assert_eq!(
            marks,
            [
                ("а б ", &[TextMark::Italic][..]),
                ("в", &[TextMark::Italic, TextMark::Bold][..]),
                (" г", &[TextMark::Italic][..]),
            ]
        );
    }

    #[test]
    fn raw_markup_is_shown_as_characters() {
        let blocks = blocks("до <script>x</script> после");
        let [Block::Paragraph(paragraph)] = blocks.as_slice() else {
            panic!("one paragraph expected");
        };
        assert_eq!(paragraph.spans, [span("до <script>x</script> после")]);
    }
}
