//! Who may import whom: rooms fall straight down, and domains use each other's front doors.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Every arrow from one domain to another. A new one is a decision.
const ARROWS: &[(&str, &str)] = &[
    // Roles hold within organisations; links lead to the portal.
    ("accounts", "content"),
    ("accounts", "organisations"),
    ("app_config", "organisations"),
    // Archives carry everybody's content; the editors' desk plans what waits for its time.
    ("archive", "benefits"),
    ("archive", "content"),
    ("archive", "editing"),
    ("archive", "guide_watch"),
    ("archive", "guides"),
    ("archive", "media"),
    ("archive", "news"),
    ("archive", "organisations"),
    ("archive", "search"),
    ("archive", "sync"),
    ("archive", "training"),
    ("audit_log", "accounts"),
    ("audit_log", "organisations"),
    ("benefit_use", "accounts"),
    ("benefit_use", "benefits"),
    ("benefit_use", "content"),
    ("benefit_use", "guides"),
    ("benefit_use", "news"),
    ("benefit_use", "organisations"),
    ("benefits", "content"),
    ("benefits", "media"),
    ("benefits", "organisations"),
    ("content", "media"),
    ("dashboard", "editing"),
    ("dashboard", "guide_watch"),
    ("dashboard", "guides"),
    ("dashboard", "organisations"),
    ("dashboard", "push"),
    ("dashboard", "reach"),
    ("demo", "accounts"),
    ("demo", "app_config"),
    ("demo", "benefits"),
    ("demo", "content"),
    ("demo", "editing"),
    ("demo", "guides"),
    ("demo", "media"),
    ("demo", "membership"),
    ("demo", "news"),
    ("demo", "organisations"),
    ("demo", "push"),
    ("demo", "search"),
    ("demo", "training"),
    // Staff's room: readers' domains know nothing of drafts.
    ("editing", "accounts"),
    ("editing", "benefits"),
    ("editing", "content"),
    // A check of a guide answers concerns; confirming one publishes.
    ("editing", "guide_watch"),
    ("editing", "guides"),
    ("editing", "media"),
    ("editing", "news"),
    ("editing", "organisations"),
    // What is published may ring, in the same transaction.
    ("editing", "push"),
    ("editing", "training"),
    ("guide_watch", "accounts"),
    ("guide_watch", "content"),
    ("guide_watch", "guides"),
    ("guide_watch", "organisations"),
    // What readers write loses whatever could say who they are, in one way.
    ("guide_watch", "service_reports"),
    ("guides", "content"),
    ("guides", "organisations"),
    // A guide shows its service's quality, and that leads to its guide: at the GraphQL types.
    ("guides", "service_quality"),
    ("media_desk", "accounts"),
    ("media_desk", "content"),
    ("media_desk", "media"),
    ("media_desk", "organisations"),
    ("membership", "accounts"),
    ("membership", "organisations"),
    ("news", "benefits"),
    ("news", "content"),
    ("news", "guides"),
    ("news", "media"),
    ("news", "organisations"),
    // An organisation gives its news and benefits: the one circle, at the GraphQL types.
    ("organisations", "benefits"),
    ("organisations", "content"),
    ("organisations", "media"),
    ("organisations", "news"),
    ("privacy", "accounts"),
    ("privacy", "app_config"),
    ("privacy", "benefit_use"),
    ("privacy", "editing"),
    ("privacy", "media"),
    ("privacy", "membership"),
    ("privacy", "push"),
    ("privacy", "service_reports"),
    ("privacy", "training"),
    ("push", "accounts"),
    ("push", "content"),
    ("push", "news"),
    ("push", "organisations"),
    // Who asks for counts, and what an id names; readers' domains know nothing of them.
    ("reach", "accounts"),
    ("reach", "content"),
    ("reach", "editing"),
    ("reach", "organisations"),
    // Staff's desk for what all content refers to; a union's members keep it where it is.
    ("reference", "accounts"),
    ("reference", "benefits"),
    ("reference", "content"),
    ("reference", "guides"),
    ("reference", "media"),
    ("reference", "membership"),
    ("reference", "news"),
    ("reference", "organisations"),
    ("reference", "push"),
    ("reference", "training"),
    ("search", "benefits"),
    ("search", "content"),
    ("search", "guides"),
    ("search", "news"),
    ("search", "organisations"),
    // What a guide promises, whose it is, and letters to pseudonyms.
    ("service_reports", "accounts"),
    ("service_reports", "content"),
    ("service_reports", "guides"),
    ("service_reports", "organisations"),
    ("service_reports", "push"),
    ("service_reports", "working_days"),
    ("search", "training"),
    ("service_quality", "content"),
    ("service_quality", "guide_watch"),
    ("service_quality", "guides"),
    ("service_quality", "organisations"),
    ("sync", "benefits"),
    ("sync", "content"),
    ("sync", "guides"),
    ("sync", "news"),
    ("sync", "organisations"),
    ("sync", "training"),
    // A course points to guides; who has registered is told, and called by their name where they come.
    ("training", "accounts"),
    ("training", "content"),
    ("training", "guides"),
    ("training", "media"),
    ("training", "membership"),
    ("training", "organisations"),
    ("training", "push"),
    // What a change is called outside, and where the portal shows it.
    ("webhooks", "accounts"),
    ("webhooks", "content"),
    ("webhooks", "organisations"),
    ("webhooks", "sync"),
];

/// Words that a file of that kind must not hold.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("/types.rs", &["sea_orm::", "actix", "redis"]),
    ("/types/", &["sea_orm::", "actix", "redis"]),
    ("/query.rs", &["sea_orm::", "actix", "redis", "Statement"]),
    ("/mutation.rs", &["sea_orm::", "actix", "redis"]),
    ("/rules.rs", &["sea_orm::", "async fn", "actix", ".await"]),
    ("/store.rs", &["async_graphql", "actix"]),
    ("/store/", &["async_graphql", "actix"]),
    ("/loaders.rs", &["sea_orm::", "actix"]),
];

struct Source {
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src");
    let mut found = Vec::new();
    gather(&root, &root, &mut found);
    found
}

fn gather(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            gather(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a file");
            let code = text.split("#[cfg(test)]").next().expect("text").to_owned();
            let path = format!("/{}", path.strip_prefix(root).expect("inside").display());
            found.push(Source { path, text: code });
        }
    }
}

/// What follows `crate::` anywhere in the text, with groups taken apart: `domain::news`, `infra::db`.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        expand("", &text[at + "crate::".len()..], &mut found);
    }
    found
}

/// Reads `a::b`, `a::{b, c::d}` … and returns what stands behind it.
fn expand<'a>(prefix: &str, text: &'a str, found: &mut BTreeSet<String>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(behind) = rest.strip_prefix('}') {
                return behind;
            }
            let before = rest.len();
            rest = expand(prefix, rest, found).trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest);
            assert!(rest.len() < before, "unreadable import near {rest:.60}");
        }
    }
    let end = text
        .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path = if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}::{name}")
    };
    match rest.strip_prefix("::") {
        Some(inner) => expand(&path, inner, found),
        None => {
            found.insert(path);
            rest
        }
    }
}

fn room(path: &str) -> &str {
    path.trim_start_matches('/')
        .split(['/', '.'])
        .next()
        .expect("a room")
}

fn domain(path: &str) -> Option<&str> {
    path.strip_prefix("/domain/")?
        .split_once('/')
        .map(|(domain, _)| domain)
}

#[test]
fn rooms_fall_straight_down() {
    let below = |room: &str| -> &[&str] {
        match room {
            "infra" => &["infra"],
            "domain" => &["domain", "infra"],
            "schema" => &["schema", "domain", "infra"],
            "http" => &["http", "schema", "domain", "infra"],
            _ => &["app", "http", "schema", "domain", "infra"],
        }
    };
    for source in sources() {
        for import in imports(&source.text) {
            let to = import.split("::").next().expect("a room");
            assert!(
                below(room(&source.path)).contains(&to),
                "{} imports crate::{import}",
                source.path
            );
        }
    }
}

#[test]
fn domains_use_each_other_by_listed_arrows_and_front_doors() {
    let mut seen = BTreeSet::new();
    for source in sources() {
        for import in imports(&source.text) {
            let mut parts = import.split("::");
            let (Some("domain"), Some(to)) = (parts.next(), parts.next()) else {
                continue;
            };
            let from = domain(&source.path);
            if from == Some(to) {
                continue;
            }
            // A name in lower case behind a domain would be a private module; functions are called with `(`.
            let inner = parts.next().unwrap_or_default();
            let modules = [
                "store", "types", "query", "loaders", "rules", "near", "passport", "text",
                "address", "library",
            ];
            assert!(
                !modules.contains(&inner),
                "{} goes past the front door of {to}",
                source.path
            );
            if let Some(from) = from {
                assert!(
                    ARROWS.contains(&(from, to)),
                    "{} makes a new arrow {from} -> {to}",
                    source.path
                );
                seen.insert((from.to_owned(), to.to_owned()));
            }
        }
    }
    for (from, to) in ARROWS {
        assert!(
            seen.contains(&((*from).to_owned(), (*to).to_owned())),
            "the arrow {from} -> {to} is not used any more"
        );
    }
}

#[test]
fn files_hold_what_their_names_say() {
    for source in sources() {
        for (kind, words) in FORBIDDEN {
            let applies = source.path.starts_with("/domain/") && source.path.contains(kind);
            for word in words.iter().filter(|_| applies) {
                assert!(!source.text.contains(word), "{} holds {word}", source.path);
            }
        }
        if source.path.starts_with("/http/") {
            assert!(
                !source.text.contains("entities::"),
                "{} knows a table",
                source.path
            );
        }
    }
}

#[test]
fn addresses_that_others_gave_are_reached_one_way() {
    let clients = [
        "/infra/outbound/",
        "/domain/accounts/sending/sms.rs",
        // Its addresses are an operator's settings; browsers' endpoints pass its own allow-list.
        "/domain/push/gateway/",
    ];
    for source in sources() {
        let is_one = clients.iter().any(|place| source.path.starts_with(place));
        assert!(
            is_one || !source.text.contains("reqwest"),
            "{} has a client of its own",
            source.path
        );
    }
}

#[test]
fn the_program_is_short() {
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src/main.rs"))
        .expect("main.rs");
    assert!(main.lines().count() <= 50);
}
