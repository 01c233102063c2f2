//! What a site lets programs ask for: `robots.txt` as RFC 9309 has it.

use serde::{Deserialize, Serialize};

/// Bytes of a pattern; addresses of pages have 500 characters, so that none fits a longer one.
const LONGEST_PATTERN: usize = 2000;
/// The group of every program that is not named.
const ANYBODY: &str = "*";

/// How a site wants to be asked, as it is kept for the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manners {
    /// It has no `robots.txt`, or one that cannot be had: nothing is forbidden.
    Open,
    /// Its `robots.txt` fails: everything is forbidden until it answers.
    Closed,
    /// It does not answer at all.
    Silent,
    Rules(Vec<Rule>),
}

/// One line about this program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub allows: bool,
    /// Percent-encoded one way; `*` stands for anything, `$` at the end for the end.
    pub pattern: String,
}

impl Manners {
    /// Reads the lines that are meant for a program of that name.
    #[must_use]
    pub fn read(text: &str, program: &str) -> Self {
        let groups = groups_of(text);
        let of = |name: &str| -> Vec<Rule> {
            let named = groups.iter().filter(|group| group.names(name));
            named.flat_map(|group| group.rules.clone()).collect()
        };
        let is_named = groups.iter().any(|group| group.names(program));
        Self::Rules(of(if is_named { program } else { ANYBODY }))
    }

    /// Whether a path with its query may be asked for. The longest pattern decides; of two as long the
    /// one that allows.
    #[must_use]
    pub fn allow(&self, path: &str) -> bool {
        let rules = match self {
            Self::Open => return true,
            Self::Closed | Self::Silent => return false,
            Self::Rules(rules) => rules,
        };
        let path = in_one_spelling(path);
        let matching = rules
            .iter()
            .filter(|rule| fits(rule.pattern.as_bytes(), path.as_bytes()));
        let deciding = matching.max_by_key(|rule| (rule.pattern.len(), rule.allows));
        deciding.is_none_or(|rule| rule.allows)
    }
}

/// The programs that a group names, in lower case, and its rules.
#[derive(Default)]
struct Group {
    programs: Vec<String>,
    rules: Vec<Rule>,
}

impl Group {
    fn names(&self, program: &str) -> bool {
        self.programs
            .iter()
            .any(|named| named.eq_ignore_ascii_case(program))
    }
}

fn groups_of(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut is_naming = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "user-agent" => {
                if !is_naming {
                    groups.push(Group::default());
                }
                is_naming = true;
                if let Some(group) = groups.last_mut() {
                    group.programs.push(product_of(value));
                }
            }
            key @ ("allow" | "disallow") => {
                is_naming = false;
                // Rules before any group are nobody's.
                if let (Some(group), Some(pattern)) = (groups.last_mut(), pattern_of(value)) {
                    let allows = key == "allow";
                    group.rules.push(Rule { allows, pattern });
                }
            }
            // Sitemaps and what else there may be interrupt nothing.
            _ => {}
        }
    }
    groups
}

/// The name of a program without its version.
fn product_of(value: &str) -> String {
    let is_part = |sign: char| sign.is_ascii_alphabetic() || matches!(sign, '-' | '_' | '*');
    value.chars().take_while(|sign| is_part(*sign)).collect()
}

/// A pattern in its one spelling; an empty one forbids nothing, and one that begins elsewhere than at the
/// root fits nothing.
fn pattern_of(value: &str) -> Option<String> {
    let begins = value.starts_with('/') || value.starts_with('*');
    (begins && value.len() <= LONGEST_PATTERN).then(|| in_one_spelling(value))
}

/// Letters beyond ASCII are percent-encoded, and what need not be encoded is not.
fn in_one_spelling(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut spelled = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let encoded = (byte == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match encoded {
            Some(decoded) => {
                at += 3;
                if is_unreserved(decoded) {
                    spelled.push(char::from(decoded));
                } else {
                    spelled.push_str(&format!("%{decoded:02X}"));
                }
            }
            None => {
                at += 1;
                if byte.is_ascii() {
                    spelled.push(char::from(byte));
                } else {
                    spelled.push_str(&format!("%{byte:02X}"));
                }
            }
        }
    }
    spelled
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Whether a pattern fits the beginning of a path. No recursion: at a mismatch the last `*` takes one
/// sign more.
fn fits(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, to_the_end) = match pattern.split_last() {
        Some((b'$', rest)) => (rest, true),
        _ => (pattern, false),
    };
    let (mut at, mut matched) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(matched), path.get(at)) {
            (None, _) if !to_the_end => return true,
            (None, None) => return true,
            (Some(b'*'), _) => {
                star = Some((matched, at));
                matched += 1;
                continue;
            }
            (Some(wanted), Some(found)) if wanted == found => {
                matched += 1;
                at += 1;
                continue;
            }
            _ => {}
        }
        let Some((place, taken)) = star.filter(|(_, taken)| *taken < path.len()) else {
            return false;
        };
        star = Some((place, taken + 1));
        matched = place + 1;
        at = taken + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(text: &str, path: &str) -> bool {
        Manners::read(text, "mfp-api").allow(path)
    }

    #[test]
    fn a_program_keeps_to_its_own_group() {
        let text = "User-agent: *\nDisallow: /\n\nUser-Agent: other\nUSER-AGENT: MFP-API/2.0 # us\nDisallow: /private\n";
        assert!(allows(text, "/service"));
        assert!(!allows(text, "/private/1"));
        let for_all = "User-agent: *\nDisallow: /\n\nUser-agent: other\nAllow: /\n";
        assert!(!allows(for_all, "/service"));
        assert!(allows("User-agent: other\nDisallow: /\n", "/service"));
        assert!(allows("", "/service"));
    }

    #[test]
    fn groups_of_one_program_count_together() {
        let text = "user-agent: mfp-api\ndisallow: /a\nuser-agent: x\ndisallow: /b\nuser-agent: mfp-api\ndisallow: /c\n";
        assert!(!allows(text, "/a") && allows(text, "/b") && !allows(text, "/c"));
    }

    #[test]
    fn what_is_no_rule_interrupts_nothing() {
        let text = "Disallow: /nobodys\nUser-agent: a\nSitemap: https://x/s.xml\nUser-agent: *\nCrawl-delay: 5\nnonsense\nDisallow: /b";
        assert!(!allows(text, "/b"));
        assert!(allows(text, "/nobodys"));
        assert!(allows("User-agent: *\nDisallow:\n", "/anything"));
    }

    #[test]
    fn the_longest_pattern_decides_and_of_two_the_one_that_allows() {
        let text = "User-agent: *\nAllow: /p\nDisallow: /\nDisallow: /page\nAllow: /page\nDisallow: /p/secret\n";
        assert!(allows(text, "/page"));
        assert!(allows(text, "/p/open"));
        assert!(!allows(text, "/p/secret/1"));
        assert!(!allows(text, "/other"));
    }

    #[test]
    fn stars_and_ends_are_understood() {
        let text = "User-agent: *\nDisallow: /*.php$\nDisallow: /a*b*c\nDisallow: /exact$\n";
        assert!(!allows(text, "/x/index.php"));
        assert!(allows(text, "/x/index.php?a=1"));
        assert!(!allows(text, "/a--b--c--d"));
        assert!(allows(text, "/a--c--b"));
        assert!(!allows(text, "/exact"));
        assert!(allows(text, "/exactly"));
    }

    #[test]
    fn a_path_is_one_however_it_is_encoded() {
        let text = "User-agent: *\nDisallow: /услуги\nDisallow: /a%2fb\nDisallow: /%7ejoe\n";
        assert!(!allows(text, "/%D1%83%D1%81%D0%BB%D1%83%D0%B3%D0%B8/1"));
        assert!(!allows(text, "/%d1%83слуги"));
        assert!(!allows(text, "/a%2Fb"));
        assert!(allows(text, "/a/b"));
        assert!(!allows(text, "/~joe/"));
        assert!(allows("User-agent: *\nDisallow: /100%\n", "/10"));
    }

    #[test]
    fn many_stars_are_no_trap() {
        let text = format!("User-agent: *\nDisallow: /{}b\n", "*a".repeat(900));
        assert!(allows(&text, &format!("/{}", "a".repeat(500))));
    }

    #[test]
    fn a_site_without_rules_is_open_and_one_that_fails_is_closed() {
        assert!(Manners::Open.allow("/"));
        assert!(!Manners::Closed.allow("/"));
        assert!(!Manners::Silent.allow("/"));
    }
}
