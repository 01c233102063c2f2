//! Pure decisions about reference data: what a host, a phone, a redirect may be, and where one ends.

use url::Url;

use crate::infra::graphql::is_web_address;

/// Characters of a path that redirects.
pub const LONGEST_PATH: usize = 500;
/// Characters of what a redirect leads to.
pub const LONGEST_TARGET: usize = 1000;
/// Redirects that lead on from one another; more are a circle, or as bad as one.
const MOST_HOPS: usize = 20;

/// Whether it is a colour as `#1a2b3c`.
#[must_use]
pub fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// A phone as E.164 where it can be written so: spaces, brackets and hyphens go, a leading 8 of eleven
/// digits is Russia's own way to write +7. Anything else stays as it is.
#[must_use]
pub fn phone_of(text: &str) -> String {
    let bare: String = text
        .chars()
        .filter(|sign| !matches!(sign, ' ' | '\u{a0}' | '(' | ')' | '-' | '–'))
        .collect();
    match bare.strip_prefix('8') {
        Some(rest) if rest.len() == 10 => format!("+7{rest}"),
        _ => bare,
    }
}

/// Whether it is a phone as E.164.
#[must_use]
pub fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (8..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// Whether it is a name of a host in lower case, with a dot in it.
#[must_use]
pub fn is_host(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(is_sign)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_number = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.len() <= 253 && text.contains('.') && !is_number && text.split('.').all(is_label)
}

/// A path as `route` looks it up: `/news/sport/zagolovok` for `/news//sport/zagolovok/`.
#[must_use]
pub fn path_of(text: &str) -> Option<String> {
    let is_sign = |sign: char| !sign.is_whitespace() && !sign.is_control();
    let is_path = text.starts_with('/')
        && !text.contains(['?', '#'])
        && text.chars().all(is_sign)
        && text.chars().count() <= LONGEST_PATH;
    is_path.then(|| canonical(text))
}

fn canonical(path: &str) -> String {
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    format!("/{}", segments.join("/"))
}

/// What a redirect may lead to, in one spelling: a path on its host, or the full address of another
/// place.
#[must_use]
pub fn target_of(host: &str, text: &str) -> Option<String> {
    let is_sign = |sign: char| !sign.is_whitespace() && !sign.is_control();
    if !text.chars().all(is_sign) || text.chars().count() > LONGEST_TARGET {
        return None;
    }
    if text.starts_with('/') && !text.starts_with("//") {
        return Some(canonical_target(text));
    }
    if !is_web_address(text) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    if url.host_str() != Some(host) {
        return Some(text.to_owned());
    }
    let after = |sign: &str, part: Option<&str>| {
        part.map_or_else(String::new, |part| format!("{sign}{part}"))
    };
    let (query, fragment) = (after("?", url.query()), after("#", url.fragment()));
    Some(format!("{}{query}{fragment}", canonical(url.path())))
}

/// A path with what may follow it: `/a/b/?c` becomes `/a/b?c`.
fn canonical_target(text: &str) -> String {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (path, rest) = text.split_at(end);
    format!("{}{rest}", canonical(path))
}

/// An address that may redirect.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    pub host: String,
    pub path: String,
}

impl Address {
    /// Where a target of a redirect on that host lands, unless a query or a fragment keeps it from
    /// being the address of another redirect.
    #[must_use]
    pub fn landing(host: &str, target: &str) -> Option<Self> {
        if target.contains(['?', '#']) {
            return None;
        }
        if target.starts_with('/') {
            return Some(Self {
                host: host.to_owned(),
                path: canonical(target),
            });
        }
        let url = Url::parse(target).ok()?;
        Some(Self {
            host: url.host_str()?.to_owned(),
            path: canonical(url.path()),
        })
    }

    /// Where a target leads in the end, when other redirects lead on; `None`: in a circle.
    #[must_use]
    pub fn destination<'n>(
        &self,
        target: &'n str,
        next: impl Fn(&Self) -> Option<&'n str>,
    ) -> Option<String> {
        let (mut host, mut target) = (self.host.clone(), target);
        for _ in 0..MOST_HOPS {
            let Some(landing) = Self::landing(&host, target) else {
                return Some(self.seen(&host, target));
            };
            if landing == *self {
                return None;
            }
            let Some(further) = next(&landing) else {
                return Some(self.seen(&host, target));
            };
            (host, target) = (landing.host, further);
        }
        None
    }

    /// A path on another host is written with that host.
    fn seen(&self, host: &str, target: &str) -> String {
        if target.starts_with('/') && host != self.host {
            format!("https://{host}{target}")
        } else {
            target.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn at(path: &str) -> Address {
        Address {
            host: "mtuf.ru".into(),
            path: path.into(),
        }
    }

    #[test]
    fn hosts_are_names_with_a_dot() {
        for host in ["mtuf.ru", "a.b-c.ru", "xn--80a.xn--p1ai"] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "",
            "localhost",
            "Mtuf.ru",
            "-a.ru",
            "a..ru",
            "10.0.0.1",
            "мой.рф",
            "a.ru/b",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }

    #[test]
    fn phones_are_written_one_way() {
        assert_eq!(phone_of("8 (495) 938-70-07"), "+74959387007");
        assert!(is_phone("+74959387007") && !is_phone("12345") && !is_phone("+7495a"));
    }

    #[test]
    fn paths_are_written_one_way() {
        assert_eq!(
            path_of("/news/sport/turnir/").as_deref(),
            Some("/news/sport/turnir")
        );
        assert_eq!(path_of("//").as_deref(), Some("/"));
        for text in ["", "news", "/a?b", "/a b", "https://mtuf.ru/a"] {
            assert_eq!(path_of(text), None, "{text}");
        }
    }

    #[test]
    fn targets_on_the_same_host_are_paths() {
        let target = |text| target_of("mtuf.ru", text);
        assert_eq!(target("/a/b/?c=1").as_deref(), Some("/a/b?c=1"));
        assert_eq!(target("https://mtuf.ru/a/").as_deref(), Some("/a"));
        assert_eq!(
            target("https://other.ru/a/").as_deref(),
            Some("https://other.ru/a/")
        );
        for text in ["//other.ru/a", "javascript:alert(1)", "a", ""] {
            assert_eq!(target(text), None, "{text}");
        }
    }

    #[test]
    fn chains_end_where_they_end_and_circles_nowhere() {
        let known: HashMap<Address, &str> = HashMap::from([
            (at("/b"), "/c"),
            (at("/c"), "https://other.ru/x"),
            (at("/y"), "/z"),
            (at("/z"), "/y"),
        ]);
        let next = |address: &Address| known.get(address).copied();
        assert_eq!(
            at("/a").destination("/b", next).as_deref(),
            Some("https://other.ru/x")
        );
        assert_eq!(at("/a").destination("/b?q", next).as_deref(), Some("/b?q"));
        assert_eq!(at("/a").destination("/a", next), None);
        assert_eq!(at("/c").destination("/b", next), None);
        assert_eq!(at("/a").destination("/y", next), None);
    }
}
