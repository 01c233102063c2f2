//! Signs that no text of a client may hold.

/// The first sign of a text that controls a terminal or a printer.
///
/// PostgreSQL can't hold U+0000, and nobody sees the others, neither in a name nor in a password. What
/// parts words and lines is text.
#[must_use]
pub fn control_sign_in(text: &str) -> Option<char> {
    let is_text = |sign: &char| !sign.is_control() || matches!(sign, '\t' | '\n' | '\r');
    text.chars().find(|sign| !is_text(sign))
}
