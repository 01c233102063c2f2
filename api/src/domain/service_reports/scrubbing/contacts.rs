//! E-mail, links and names in messengers.

use super::Span;

/// Signs around a word that do not belong to it.
const AROUND: [char; 16] = [
    ',', ';', ':', '!', '?', '(', ')', '«', '»', '"', '\'', '<', '>', '[', ']', '.',
];
/// Where people have pages of their own, written without a scheme.
const NETWORKS: [&str; 6] = ["t.me/", "vk.com/", "vk.me/", "ok.ru/", "wa.me/", "max.ru/"];
/// Fewer signs are no name in a messenger.
const SHORTEST_NAME: usize = 4;

pub fn find(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    for chunk in text.split_inclusive(char::is_whitespace) {
        let start = at;
        at += chunk.len();
        let bare = chunk.trim_end().trim_end_matches(AROUND);
        let lead = bare.len() - bare.trim_start_matches(AROUND).len();
        let bare = bare.trim_start_matches(AROUND);
        if let Some(label) = label_of(bare) {
            let start = start + lead;
            spans.push(Span {
                range: start..start + bare.len(),
                label,
            });
        }
    }
    spans
}

fn label_of(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let is_page = NETWORKS.iter().any(|network| lower.contains(network));
    if is_page || lower.contains("://") || lower.starts_with("www.") {
        return Some("[ссылка]");
    }
    let (before, after) = lower.split_once('@')?;
    if !before.is_empty() && after.contains('.') {
        return Some("[почта]");
    }
    (after.chars().count() >= SHORTEST_NAME).then_some("[контакт]")
}
