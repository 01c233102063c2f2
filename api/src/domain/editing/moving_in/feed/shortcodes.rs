//! WordPress's own marks in a text, by which its pages are put together: `[caption id="1"]…[/caption]`.

const NAMES: [&str; 6] = ["audio", "caption", "embed", "gallery", "playlist", "video"];
/// Bytes of a mark. An open bracket that nothing closes is a bracket.
const LONGEST: usize = 2000;

/// A text without the marks; what stands between them stays.
#[must_use]
pub fn without_shortcodes(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('[') {
        kept.push_str(before);
        rest = match behind_mark(behind) {
            Some(rest) => rest,
            None => {
                kept.push('[');
                behind
            }
        };
    }
    kept.push_str(rest);
    kept
}

/// What follows a mark whose bracket is open.
fn behind_mark(text: &str) -> Option<&str> {
    let name = text.strip_prefix('/').unwrap_or(text);
    let is_mark = NAMES.iter().any(|known| {
        let behind = name.strip_prefix(known);
        behind.is_some_and(|behind| behind.starts_with([']', ' ', '/', '\n']))
    });
    if !is_mark {
        return None;
    }
    let end = text.bytes().take(LONGEST).position(|byte| byte == b']')?;
    text.get(end + 1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_words_stay() {
        for (text, kept) in [
            ("[caption id=\"a\"]Подпись[/caption]!", "Подпись!"),
            ("до [gallery ids=\"1,2\"/] после", "до  после"),
            ("[1] [videos] [видео] [video", "[1] [videos] [видео] [video"),
            (
                "[[embed]https://rutube.ru/video/1/[/embed]]",
                "[https://rutube.ru/video/1/]",
            ),
        ] {
            assert_eq!(without_shortcodes(text), kept);
        }
        let open = "[".repeat(100_000);
        assert_eq!(without_shortcodes(&open), open);
    }
}
