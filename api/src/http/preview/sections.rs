//! The parts of a preview as a page shows them.

use super::escaped;
use crate::domain::editing::{PreviewFact, PreviewItem, PreviewSection, PreviewSectionContent};

/// What readers are told above everything else.
pub fn notices(texts: &[String]) -> String {
    texts
        .iter()
        .map(|text| format!("<p class=\"notice\">{}</p>", escaped(text)))
        .collect()
}

/// The parts, each under its heading.
pub fn sections(sections: &[PreviewSection]) -> String {
    sections.iter().map(section).collect()
}

fn section(section: &PreviewSection) -> String {
    let content = match &section.content {
        PreviewSectionContent::Text { html } => html.clone(),
        PreviewSectionContent::Facts { facts } => {
            let facts: String = facts.iter().map(fact).collect();
            format!("<dl>{facts}</dl>")
        }
        PreviewSectionContent::List { items } => format!("<ul>{}</ul>", list(items)),
        PreviewSectionContent::Steps { items } => format!("<ol>{}</ol>", list(items)),
    };
    format!(
        "<section aria-labelledby=\"{name}\"><h2 id=\"{name}\">{}</h2>{content}</section>\n",
        escaped(section.heading),
        name = section.name,
    )
}

fn fact(fact: &PreviewFact) -> String {
    let value = linked(&fact.value, fact.link.as_deref());
    format!("<dt>{}</dt><dd>{value}</dd>", escaped(fact.label))
}

fn list(items: &[PreviewItem]) -> String {
    items.iter().map(item).collect()
}

fn item(item: &PreviewItem) -> String {
    let lines: String = item
        .lines
        .iter()
        .map(|line| format!("<p>{}</p>", escaped(line)))
        .collect();
    let title = linked(&item.title, item.link.as_deref());
    format!("<li><p>{title}</p>{lines}</li>")
}

/// A text that leads somewhere, if there is where.
fn linked(text: &str, address: Option<&str>) -> String {
    match address {
        Some(address) => format!(
            "<a href=\"{}\" rel=\"noopener nofollow\">{}</a>",
            escaped(address),
            escaped(text)
        ),
        None => escaped(text),
    }
}
