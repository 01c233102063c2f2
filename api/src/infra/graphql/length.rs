//! Bounds on texts that clients send.
//!
//! The library's `max_length` counts bytes, so that Russian would get half, and its complaint does
//! not name the argument.

use crate::infra::error::Error;

/// Characters of a slug.
const LONGEST_SLUG: usize = 80;

/// Refuses a text of more than `most` characters.
///
/// # Errors
/// `BAD_USER_INPUT` naming the argument.
pub fn at_most(most: usize, argument: &str, text: &str) -> Result<(), Error> {
    if text.chars().count() > most {
        return Err(Error::bad_input(
            argument,
            format!("не длиннее {most} знаков"),
        ));
    }
    Ok(())
}

/// Refuses a text too long to be a slug.
///
/// # Errors
/// `BAD_USER_INPUT` naming the argument `slug`.
pub fn slug_length(slug: &str) -> Result<(), Error> {
    at_most(LONGEST_SLUG, "slug", slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted_and_not_bytes() {
        assert!(at_most(60, "tag", &"ж".repeat(60)).is_ok());
        assert!(at_most(60, "tag", &"ж".repeat(61)).is_err());
    }
}
