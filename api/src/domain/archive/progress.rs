//! How far a command has come, for whoever waits at the terminal.

use std::{
    fmt,
    time::{Duration, Instant},
};

use super::format::Part;

const TELL_EVERY: Duration = Duration::from_secs(1);

/// How far it has come in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What has been done with so many; blank where that is plain.
    pub step: &'static str,
    pub part: String,
    pub done: u64,
    pub of: u64,
}

impl fmt::Display for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (done, of) = (grouped(self.done), grouped(self.of));
        write!(formatter, "{} {done} of {of}", self.part)?;
        if self.step.is_empty() {
            return Ok(());
        }
        write!(formatter, ", {}", self.step)
    }
}

/// Who is told.
pub type Tell<'a> = &'a dyn Fn(&Progress);

/// Tells once a second and at the end of each file.
pub struct Pace<'a> {
    tell: Tell<'a>,
    step: &'static str,
    last: Instant,
}

impl<'a> Pace<'a> {
    pub fn new(tell: Tell<'a>, step: &'static str) -> Self {
        Self {
            tell,
            step,
            last: Instant::now(),
        }
    }

    pub fn at(&mut self, part: Part, done: u64, of: u64) {
        if done < of && self.last.elapsed() < TELL_EVERY {
            return;
        }
        self.now(part, done, of);
    }

    /// Tells, however short a time ago it told last.
    pub fn now(&mut self, part: Part, done: u64, of: u64) {
        self.last = Instant::now();
        (self.tell)(&Progress {
            step: self.step,
            part: part.label(),
            done,
            of,
        });
    }
}

/// A number with a space between thousands.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (12_000, "12 000"),
            (1_234_567, "1 234 567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
