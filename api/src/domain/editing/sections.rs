//! The parts of a preview that stand under headings of their own. Only the HTML of texts is markup;
//! everything else is plain, for whoever shows it to escape.

use serde::Serialize;

use crate::{
    domain::content::{Pictures, RenderedText},
    infra::graphql::is_web_address,
};

/// A part under its heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// As the schema calls the field.
    pub name: &'static str,
    /// As readers see it.
    pub heading: &'static str,
    #[serde(flatten)]
    pub content: SectionContent,
}

/// What stands under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SectionContent {
    /// Sanitised.
    Text {
        html: String,
    },
    Facts {
        facts: Vec<Fact>,
    },
    List {
        items: Vec<Item>,
    },
    /// In their order.
    Steps {
        items: Vec<Item>,
    },
}

/// A value with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    pub label: &'static str,
    pub value: String,
    /// Where the value leads: `https` or `http`.
    pub link: Option<String>,
}

impl Fact {
    /// A value, if it says anything.
    #[must_use]
    pub fn of(label: &'static str, value: Option<impl Into<String>>) -> Option<Self> {
        let value: String = value?.into();
        (!value.trim().is_empty()).then_some(Self {
            label,
            value,
            link: None,
        })
    }

    /// An address, which leads somewhere if a browser opens it.
    #[must_use]
    pub fn address(label: &'static str, address: Option<&str>) -> Option<Self> {
        let fact = Self::of(label, address)?;
        Some(Self {
            link: web_address(address),
            ..fact
        })
    }

    /// Several values, if there are any.
    #[must_use]
    pub fn several(
        label: &'static str,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Option<Self> {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        Self::of(label, Some(values.join(", ")))
    }
}

/// A thing of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Item {
    pub title: String,
    /// What is said of it, line by line.
    pub lines: Vec<String>,
    /// Where it leads: `https` or `http`.
    pub link: Option<String>,
}

impl Item {
    /// A thing of that name.
    #[must_use]
    pub fn of(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// The same with a line more, if it says anything.
    #[must_use]
    pub fn with(mut self, line: Option<impl Into<String>>) -> Self {
        let line: Option<String> = line.map(Into::into);
        self.lines
            .extend(line.filter(|line| !line.trim().is_empty()));
        self
    }

    /// The same, leading somewhere if a browser opens that.
    #[must_use]
    pub fn leading(mut self, address: Option<&str>) -> Self {
        self.link = web_address(address);
        self
    }
}

fn web_address(address: Option<&str>) -> Option<String> {
    address
        .filter(|address| is_web_address(address))
        .map(str::to_owned)
}

/// Gathers sections; one that says nothing is left out.
#[derive(Debug, Default)]
pub struct Sections(pub Vec<Section>);

impl Sections {
    /// A text in Markdown.
    pub fn text(
        &mut self,
        name: &'static str,
        heading: &'static str,
        source: Option<&str>,
        pictures: &Pictures,
    ) {
        let source = source.unwrap_or_default();
        if !source.trim().is_empty() {
            let html = RenderedText::from_markdown(source, pictures).html;
            self.add(name, heading, SectionContent::Text { html });
        }
    }

    /// Values with their names.
    pub fn facts(
        &mut self,
        name: &'static str,
        heading: &'static str,
        facts: impl IntoIterator<Item = Option<Fact>>,
    ) {
        let facts: Vec<Fact> = facts.into_iter().flatten().collect();
        if !facts.is_empty() {
            self.add(name, heading, SectionContent::Facts { facts });
        }
    }

    /// Things in no order.
    pub fn list(
        &mut self,
        name: &'static str,
        heading: &'static str,
        items: impl IntoIterator<Item = Item>,
    ) {
        let items = items.into_iter().collect();
        self.items(name, heading, items, |items| SectionContent::List { items });
    }

    /// Lines in no order.
    pub fn lines(&mut self, name: &'static str, heading: &'static str, lines: &[String]) {
        self.list(name, heading, lines.iter().map(Item::of));
    }

    /// Things one after another.
    pub fn steps(
        &mut self,
        name: &'static str,
        heading: &'static str,
        items: impl IntoIterator<Item = Item>,
    ) {
        let items = items.into_iter().collect();
        self.items(name, heading, items, |items| SectionContent::Steps {
            items,
        });
    }

    fn items(
        &mut self,
        name: &'static str,
        heading: &'static str,
        items: Vec<Item>,
        content: fn(Vec<Item>) -> SectionContent,
    ) {
        if !items.is_empty() {
            self.add(name, heading, content(items));
        }
    }

    fn add(&mut self, name: &'static str, heading: &'static str, content: SectionContent) {
        self.0.push(Section {
            name,
            heading,
            content,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_left_out() {
        let mut sections = Sections::default();
        sections.text("terms", "Условия", Some(" \n"), &Pictures::new());
        sections.facts("value", "Выгода", [Fact::of("Скидка", Some(" ")), None]);
        sections.lines("documents", "Документы", &[]);
        assert!(sections.0.is_empty(), "{sections:?}");
        assert_eq!(Item::of("Шаг").with(Some("")).lines, Vec::<String>::new());
    }

    #[test]
    fn only_what_a_browser_opens_leads_somewhere() {
        let link = |address| Fact::address("Сайт", Some(address)).unwrap().link;
        assert_eq!(link("https://mtuf.ru"), Some("https://mtuf.ru".into()));
        assert_eq!(link("javascript:alert(1)"), None);
        assert_eq!(Item::of("Шаг").leading(Some("data:,x")).link, None);
    }
}
