//! What a page says, as far as that is worth comparing from day to day.

use std::cell::RefCell;

use html5ever::{
    TokenizerResult,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind,
    },
};

use crate::infra::{digest::sha256_hex, text_encoding};

/// A page with fewer letters is an empty frame that a script fills.
const FEWEST_LETTERS: usize = 200;
/// Elements whose words nobody reads, or that differ from one reading to the next.
const UNREAD: [&str; 11] = [
    "script", "style", "noscript", "template", "svg", "iframe", "noembed", "noframes", "textarea",
    "title", "time",
];
/// Words that go with the calendar.
const OF_THE_DAY: [&str; 23] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
    "понедельник",
    "вторник",
    "среда",
    "четверг",
    "пятница",
    "суббота",
    "воскресенье",
    "сегодня",
    "вчера",
    "завтра",
    "назад",
];

/// The SHA-256 of the words that readers of a page see: no scripts, no numbers, no names of days and
/// months. `None`: it says too little, or cannot be read.
#[must_use]
pub fn fingerprint(body: &[u8]) -> Option<String> {
    let html = text_encoding::decode(body).ok()?;
    let words = words_of(&visible(&html));
    let letters: usize = words.iter().map(|word| word.chars().count()).sum();
    (letters >= FEWEST_LETTERS).then(|| sha256_hex(words.join(" ")))
}

fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|sign: char| !sign.is_alphabetic());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .filter(|word| !OF_THE_DAY.contains(&word.as_str()))
        .collect()
}

/// The words of a page with blanks for its tags. Tokens are read in a row and no tree is built.
fn visible(html: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let sink = Sink(RefCell::new(Seen::default()));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    // It stops for scripts that are to be run, which the sink never asks for.
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.0.into_inner().text
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    text: String,
    /// An element that nobody reads, and how many of its name are open.
    unread: Option<(String, u32)>,
}

impl Seen {
    fn open(&mut self, tag: &Tag) {
        self.text.push(' ');
        if tag.self_closing {
            return;
        }
        let name: &str = &tag.name;
        match &mut self.unread {
            Some((unread, depth)) if unread.as_str() == name => *depth += 1,
            Some(_) => {}
            None if UNREAD.contains(&name) => self.unread = Some((name.to_owned(), 1)),
            None => {}
        }
    }

    fn close(&mut self, tag: &Tag) {
        self.text.push(' ');
        let name: &str = &tag.name;
        let left = match &mut self.unread {
            Some((unread, depth)) if unread.as_str() == name => {
                *depth -= 1;
                *depth
            }
            _ => return,
        };
        if left == 0 {
            self.unread = None;
        }
    }
}

struct Sink(RefCell<Seen>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut seen = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) if seen.unread.is_none() => seen.text.push_str(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                seen.open(&tag);
                return behind(&tag);
            }
            Token::TagToken(tag) => seen.close(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// How what follows a tag is to be read: in a script, `<b>` is no element.
fn behind(tag: &Tag) -> TokenSinkResult<()> {
    if tag.self_closing {
        return TokenSinkResult::Continue;
    }
    match &*tag.name {
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "iframe" | "noembed" | "noframes" | "noscript" => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(head: &str, words: &str) -> String {
        let filler = "Подайте заявление через портал и дождитесь решения ведомства. ".repeat(6);
        format!(
            "<!doctype html><html><head>{head}</head><body><p>{filler}</p><p>{words}</p></body></html>"
        )
    }

    fn seen(head: &str, words: &str) -> String {
        fingerprint(page(head, words).as_bytes()).expect("a page that says something")
    }

    #[test]
    fn what_changes_by_itself_changes_nothing() {
        let plain = seen("", "Срок: 5 рабочих дней");
        for (head, words) in [
            (
                "<script>var token = 'abc<b>';</script>",
                "Срок: 5 рабочих дней",
            ),
            (
                "<style>p { color: red }</style><title>22:15</title>",
                "Срок: <b>7</b> рабочих  дней",
            ),
            ("", "Срок: 5 рабочих дней, 23 ноября<!-- build 17 -->"),
            (
                "",
                "срок:<br>5 РАБОЧИХ дней <time>вчера вечером</time>, понедельник",
            ),
        ] {
            assert_eq!(seen(head, words), plain, "{head} {words}");
        }
    }

    #[test]
    fn other_words_are_another_page() {
        let plain = seen("", "Срок: 5 рабочих дней");
        assert_ne!(seen("", "Срок: 5 календарных дней"), plain);
    }

    #[test]
    fn a_page_that_says_nothing_is_not_compared() {
        assert_eq!(
            fingerprint(b"<div id=app></div><script>run()</script>"),
            None
        );
        assert_eq!(fingerprint(b""), None);
        let (encoded, _, _) = encoding_rs::WINDOWS_1251.encode("Подайте заявление через портал");
        assert_eq!(fingerprint(&encoded), None);
    }

    #[test]
    fn an_old_encoding_reads_the_same() {
        let text = page("", "Срок подачи заявления");
        let (encoded, _, _) = encoding_rs::WINDOWS_1251.encode(&text);
        assert_eq!(fingerprint(&encoded), fingerprint(text.as_bytes()));
    }
}
