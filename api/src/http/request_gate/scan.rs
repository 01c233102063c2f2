//! A look at the bare text before any parser sees it: how many tokens, how deep the brackets.
//!
//! The parser recurses once a bracket and overflows its stack at some 1,500; this scan does not
//! recurse, so that no text can hurt it.

use super::{Limits, refusal::Refusal};

/// Counts tokens and nesting, stopping at the first limit passed.
pub fn scan(source: &str, limits: &Limits) -> Result<(), Refusal> {
    let mut rest = source.as_bytes();
    let mut tokens = 0;
    let mut nesting: usize = 0;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                rest = behind;
                continue;
            }
            b'#' => {
                rest = behind_line(behind);
                continue;
            }
            b'"' => behind_string(rest),
            b'{' | b'[' | b'(' => {
                nesting += 1;
                if nesting > limits.nesting {
                    return Err(too_many("nesting", nesting, limits.nesting));
                }
                behind
            }
            b'}' | b']' | b')' => {
                nesting = nesting.saturating_sub(1);
                behind
            }
            // Apart from words, or `...a...a...a` would pass as one.
            b'.' => behind.strip_prefix(b"..").unwrap_or(behind),
            byte if is_word(byte) => behind_word(behind),
            _ => behind,
        };
        tokens += 1;
        if tokens > limits.tokens {
            return Err(too_many("tokens", tokens, limits.tokens));
        }
    }
    Ok(())
}

fn too_many(what: &'static str, actual: usize, limit: usize) -> Refusal {
    Refusal::too_complex(what, actual as u64, limit as u64)
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+') || byte >= 0x80
}

fn behind_word(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| !is_word(*byte));
    bytes.split_at(end.unwrap_or(bytes.len())).1
}

fn behind_line(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    bytes.split_at(end.unwrap_or(bytes.len())).1
}

fn behind_string(bytes: &[u8]) -> &[u8] {
    match bytes.strip_prefix(b"\"\"\"") {
        Some(block) => behind_block(block),
        None => behind_quoted(bytes.split_first().map_or(bytes, |(_, inside)| inside)),
    }
}

fn behind_quoted(mut bytes: &[u8]) -> &[u8] {
    while let Some((&byte, behind)) = bytes.split_first() {
        bytes = match byte {
            b'"' | b'\n' | b'\r' => return behind,
            b'\\' => behind.split_first().map_or(behind, |(_, behind)| behind),
            _ => behind,
        };
    }
    bytes
}

fn behind_block(mut bytes: &[u8]) -> &[u8] {
    loop {
        if let Some(behind) = bytes.strip_prefix(b"\"\"\"") {
            return behind;
        }
        bytes = match bytes.strip_prefix(b"\\\"\"\"") {
            Some(behind) => behind,
            None => match bytes.split_first() {
                Some((_, behind)) => behind,
                None => return bytes,
            },
        };
    }
}
