//! HTML of other sites to the house's Markdown.
//!
//! The tokens of the page are read in a row and no tree is built, so that neither a million open
//! elements nor a thousand nested ones cost more than their bytes. What Markdown cannot say is left out;
//! scripts, styles and frames go with what stands in them; no word is lost otherwise.

mod address;
mod assembly;
mod gathering;
mod markdown;
mod spans;

use std::cell::RefCell;

use html5ever::{
    TokenizerResult,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind,
    },
};
use url::Url;

use gathering::Gathering;

/// Bytes that a text may take beside what it was given: `[…](…)` around addresses, made absolute.
const ROOM: usize = 4096;
/// A text grows by its addresses, but not without end.
const MOST_TIMES: usize = 4;

/// What came of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Converted {
    /// The Markdown of each block.
    pub blocks: Vec<String>,
    /// Whether a player or another foreign thing was left out.
    pub has_lost_embed: bool,
    /// Whether its end was left out.
    pub is_cut: bool,
}

/// Converts a text that stood at that address.
///
/// `keeps_lines`: a line is a line and an empty one parts paragraphs, as in what WordPress exports.
#[must_use]
pub fn to_markdown(html: &str, page: Option<&Url>, keeps_lines: bool) -> Converted {
    let gathered = gather(
        html,
        Gathering::new(page.cloned(), keeps_lines, room_of(html)),
    );
    let (has_lost_embed, is_cut) = (gathered.has_lost_embed, gathered.is_cut);
    Converted {
        blocks: gathered.into_blocks().iter().map(markdown::write).collect(),
        has_lost_embed,
        is_cut,
    }
}

/// The bare words of a text, in one line.
#[must_use]
pub fn to_plain(html: &str) -> String {
    let gathered = gather(html, Gathering::new(None, false, room_of(html)));
    let words: Vec<String> = gathered
        .into_blocks()
        .iter()
        .flat_map(markdown::words)
        .collect();
    words.join(" ")
}

const fn room_of(html: &str) -> usize {
    html.len().saturating_mul(MOST_TIMES).saturating_add(ROOM)
}

fn gather(html: &str, gathering: Gathering) -> Gathering {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Sink(RefCell::new(gathering)), TokenizerOpts::default());
    // It stops for scripts that are to be run, which the sink never asks for.
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

struct Sink(RefCell<Gathering>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut gathering = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => gathering.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                gathering.open(&tag);
                return behind(&tag);
            }
            Token::TagToken(tag) => gathering.close(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// How what follows a tag is to be read: in a script, `<b>` is no element. One that closes itself, as
/// no browser would let it, would otherwise swallow the rest of the text.
fn behind(tag: &Tag) -> TokenSinkResult<()> {
    if tag.self_closing {
        return TokenSinkResult::Continue;
    }
    match &*tag.name {
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "iframe" | "noembed" | "noframes" | "noscript" | "xmp" => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::content::{Pictures, RenderedText};

    fn markdown(html: &str) -> String {
        let page = Url::parse("https://old.example.ru/news/1").unwrap();
        to_markdown(html, Some(&page), false).blocks.join("\n\n")
    }

    fn of_wordpress(html: &str) -> String {
        to_markdown(html, None, true).blocks.join("\n\n")
    }

    #[test]
    fn what_blocks_can_say_is_kept() {
        let html = "<h2>Раздел</h2><p>Первый <b>жирный</b> и <em>косой</em><br>с <a href=\"/a?x=1\">ссылкой</a>.</p>
            <ul><li>раз<ol><li>внутри</li></ol></li><li>два</li></ul><blockquote><p>Слова</p><p>Ещё</p></blockquote>
            <table><tr><th>а</th><th>б</th></tr><tr><td>1</td><td>2 | 3</td></tr></table>";
        assert_eq!(
            markdown(html),
            "## Раздел\n\nПервый **жирный** и *косой*\\\nс [ссылкой](https://old.example.ru/a?x=1).\n\n\
             - раз\n  1. внутри\n- два\n\n> Слова\n>\n> Ещё\n\n| а | б |\n| --- | --- |\n| 1 | 2 \\| 3 |"
        );
    }

    #[test]
    fn what_runs_or_loads_is_left_out() {
        let html = "<script>alert('<p>')</script><p onclick=x>Текст<style>p{}</style></p>
            <a href=\"javascript:alert(1)\">жми</a> <a href=\" data:text/html,x\">и сюда</a>
            <svg><script>1</script><text>svg</text></svg><object data=x><embed src=y></object>
            <iframe src=\"https://example.com/x\">внутри</iframe>";
        let converted = to_markdown(html, None, false);
        assert_eq!(converted.blocks.join("\n\n"), "Текст\n\nжми и сюда");
        assert!(converted.has_lost_embed);
    }

    #[test]
    fn words_are_not_read_as_markup() {
        for words in [
            "1. Первое",
            "- раз",
            "+7 900 000-00-00",
            "# нет",
            "a * b * c _d_ `e` ~~f~~",
            "[x](https://a.ru) ![y](https://rutube.ru/video/1/)",
            "<b> & &amp; &#33; \\",
            "> слова",
            "| а | б |",
            "===",
            "---",
            "![",
        ] {
            let html = format!(
                "<p>{}</p>",
                words.replace('&', "&amp;").replace('<', "&lt;")
            );
            let rendered = RenderedText::from_markdown(&markdown(&html), &Pictures::new());
            assert_eq!(rendered.plain, words, "{}", markdown(&html));
            assert!(!rendered.html.contains("<strong>") && !rendered.html.contains("<em>"));
        }
    }

    #[test]
    fn marks_that_markdown_cannot_end_are_dropped_and_words_stay() {
        assert_eq!(
            markdown("<b>«Да»</b>нет <b>да </b>нет"),
            "«Да»нет **да** нет"
        );
        assert_eq!(markdown("<b>а</b><i>б</i>"), "**а**б");
    }

    #[test]
    fn pictures_become_links_and_known_players_videos() {
        let html =
            "<p><img src=\"/i.jpg\" alt=\"Актив\"></p><p><img src=\"data:image/png;base64,AA\"></p>
            <p><a href=\"/big.jpg\"><img src=\"/i.jpg\"></a></p>
            <iframe src=\"//rutube.ru/play/embed/abc/\"></iframe>
            <iframe src=\"https://vk.com/video_ext.php?oid=-1&amp;id=2&amp;hash=3\"></iframe>
            <p>https://rutube.ru/video/def/</p>";
        assert_eq!(
            markdown(html),
            "[Актив](https://old.example.ru/i.jpg)\n\n[Изображение](https://old.example.ru/big.jpg)\n\n\
             ![Видео](https://rutube.ru/video/abc/)\n\n![Видео](https://vk.com/video-1_2)\n\n\
             ![Видео](https://rutube.ru/video/def/)"
        );
    }

    #[test]
    fn lines_of_wordpress_are_lines() {
        assert_eq!(
            of_wordpress("Первый\nабзац\n\nВторой\n<ul>\n<li>раз</li>\n</ul>\n[скобки]"),
            "Первый\\\nабзац\n\nВторой\n\n- раз\n\n\\[скобки\\]"
        );
    }

    #[test]
    fn a_text_that_nests_or_repeats_without_end_is_read_in_time() {
        for part in [
            "<div>",
            "<b>",
            "<ul><li>",
            "<blockquote>",
            "<table>",
            "<a href=x>",
            "</p>",
            "<b>а<i>",
        ] {
            let html = part.repeat(200_000);
            let converted = to_markdown(&html, None, false);
            let bytes: usize = converted.blocks.iter().map(String::len).sum();
            assert!(bytes <= html.len() * 10, "{part}: {bytes}");
        }
    }

    #[test]
    fn plain_words_stand_in_one_line() {
        assert_eq!(
            to_plain("<p>Кто&nbsp;— «мы»?</p>\n<p>А <b>вы</b></p>"),
            "Кто\u{a0}— «мы»? А вы"
        );
    }
}
