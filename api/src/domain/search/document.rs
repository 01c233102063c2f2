//! What a searchable thing becomes in the index: lexemes to find it by, headwords to rank it by.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::{dictionary::Dictionary, words::StemmedText};
use crate::domain::content::Searchable;

/// A stem is what a text is about when the text says it so often …
const SALIENT_TIMES: usize = 3;
/// … but no text is about more than this many things.
const MOST_SALIENT: usize = 24;
/// Stems that one document is found by; a longer text has said what it is about.
const MOST_STEMS: usize = 2000;

/// Marks a lexeme of the title, of another name or of what the thing is filed under.
const IN_TITLE: char = '=';

/// The lexeme of a stem that stands in a title, another name or a label.
pub fn in_title(stem: &str) -> String {
    format!("{IN_TITLE}{stem}")
}

/// Marks the lexeme of a document's type.
pub const OF_TYPE: char = '#';
/// Marks the lexeme of the week a document is of, so that frequent words are looked for newest first.
pub const OF_WEEK: char = '@';

/// A thing as the index keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Every mark and stem it is found by, once, sorted.
    pub lexemes: BTreeSet<String>,
    pub headwords: Headwords,
    /// The words behind its stems, for the vocabulary.
    pub words: HashMap<String, String>,
}

/// The stems a document is ranked by, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headwords {
    /// In the order of the title.
    pub title: Vec<String>,
    /// Of the names it is known by besides.
    pub names: Vec<String>,
    /// Of the lead and of what it is filed under.
    pub lead: Vec<String>,
    /// What the body says again and again, and what leads here by the dictionary.
    pub salient: Vec<String>,
}

impl Headwords {
    /// A line a field.
    pub fn store(&self) -> String {
        [&self.title, &self.names, &self.lead, &self.salient]
            .map(|stems| stems.join(" "))
            .join("\n")
    }

    /// Reads what `store` wrote.
    pub fn read(stored: &str) -> Self {
        let mut lines = stored
            .split('\n')
            .map(|line| line.split(' ').map(str::to_owned).collect());
        let mut next = || lines.next().unwrap_or_default();
        Self {
            title: next(),
            names: next(),
            lead: next(),
            salient: next(),
        }
    }
}

/// Makes a document of a thing.
pub fn document(thing: &Searchable, dictionary: &Dictionary) -> Document {
    let mut words = HashMap::new();
    let fields = Fields::of(thing, dictionary, &mut words);
    let named: Vec<String> = [&fields.title, &fields.names, &fields.labels]
        .into_iter()
        .flatten()
        .map(|stem| in_title(stem))
        .collect();
    let marks = [
        format!("{OF_TYPE}{}", thing.object_type),
        week_lexeme(thing.published_at),
    ];
    let headwords = fields.headwords();
    let mut seen = HashSet::new();
    let mut body = fields.body;
    body.retain(|stem| seen.insert(stem.clone()));
    body.truncate(MOST_STEMS);
    let said = [
        fields.title,
        fields.names,
        fields.labels,
        fields.lead,
        fields.leading,
        body,
    ];
    let stems = said.into_iter().flatten();
    Document {
        lexemes: stems.chain(named).chain(marks).collect(),
        headwords,
        words,
    }
}

/// The stems of a thing, by where they stand, with those it is found by besides.
struct Fields {
    title: Vec<String>,
    names: Vec<String>,
    labels: Vec<String>,
    lead: Vec<String>,
    /// Of what leads here by the dictionary: near, but not said.
    leading: Vec<String>,
    body: Vec<String>,
}

impl Fields {
    /// Reads each text once, and notes the first word behind each stem: the title's before the body's.
    fn of(
        thing: &Searchable,
        dictionary: &Dictionary,
        words: &mut HashMap<String, String>,
    ) -> Self {
        let mut read = |text: &str, says_nothing: &dyn Fn(&str) -> bool| {
            let read = StemmedText::of(text);
            let expansion = dictionary.expand(&read.stems);
            let stems = read.searchable(says_nothing);
            // The dictionary has words in their first form; texts have them in any.
            for (stem, word) in read.stems.into_iter().zip(read.words) {
                let known = dictionary.word_of(&stem).cloned();
                words.entry(stem).or_insert_with(|| known.unwrap_or(word));
            }
            for stem in expansion.equal.iter().chain(&expansion.leading) {
                if let Some(word) = dictionary.word_of(stem) {
                    words.entry(stem.clone()).or_insert_with(|| word.clone());
                }
            }
            (stems, expansion)
        };
        // A title keeps its stop words: they may be all that a query has.
        let (title, expansion) = read(&thing.title, &|_| false);
        let mut read = |text: &str| read(text, &|word| dictionary.is_stop_word(word));
        let mut fields = Self {
            title,
            names: expansion.equal,
            labels: Vec::new(),
            lead: Vec::new(),
            leading: expansion.leading,
            body: Vec::new(),
        };
        for name in &thing.names {
            let (stems, expansion) = read(name);
            fields.names.extend(stems);
            fields.names.extend(expansion.equal);
            fields.leading.extend(expansion.leading);
        }
        for label in &thing.labels {
            let (stems, expansion) = read(label);
            fields.labels.extend(stems);
            fields.labels.extend(expansion.equal);
        }
        let (stems, expansion) = read(&thing.lead);
        fields.lead.extend(stems);
        fields.lead.extend(expansion.equal);
        fields.leading.extend(expansion.leading);
        // Synonyms first: a long text is cut at its end.
        let (stems, expansion) = read(&thing.body);
        fields.body.extend(expansion.equal);
        fields.body.extend(stems);
        fields
    }

    /// Each stem where it is worth most, once.
    fn headwords(&self) -> Headwords {
        let mut seen: HashSet<String> = self.title.iter().cloned().collect();
        let mut unseen = |stems: Vec<&String>| -> Vec<String> {
            let new = stems
                .into_iter()
                .filter(|stem| seen.insert((*stem).clone()));
            new.cloned().collect()
        };
        Headwords {
            title: self.title.clone(),
            names: unseen(self.names.iter().collect()),
            lead: unseen(self.labels.iter().chain(&self.lead).collect()),
            salient: unseen(self.leading.iter().chain(salient(&self.body)).collect()),
        }
    }
}

/// The lexeme of the week of an instant.
pub fn week_lexeme(instant: DateTime<Utc>) -> String {
    const WEEK_SECONDS: i64 = 7 * 24 * 60 * 60;
    format!("{OF_WEEK}{}", instant.timestamp().div_euclid(WEEK_SECONDS))
}

fn salient(body: &[String]) -> Vec<&String> {
    let mut times: HashMap<&String, usize> = HashMap::new();
    for stem in body {
        *times.entry(stem).or_default() += 1;
    }
    let mut often: Vec<(&String, usize)> = times
        .into_iter()
        .filter(|(_, times)| *times >= SALIENT_TIMES)
        .collect();
    often.sort_by(|(one, ones), (other, others)| others.cmp(ones).then(one.cmp(other)));
    often
        .into_iter()
        .take(MOST_SALIENT)
        .map(|(stem, _)| stem)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::auth::PUBLIC_AUDIENCE_ID;

    fn thing() -> Searchable {
        Searchable {
            object_type: "ServiceGuide",
            object_id: uuid::Uuid::nil(),
            audience_id: PUBLIC_AUDIENCE_ID,
            published_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
            title: "Справка 3-НДФЛ".into(),
            names: vec!["Декларация".into()],
            labels: vec!["Налоги".into()],
            lead: "Как подать её в срок".into(),
            body: "Инспекция. Инспекции! В инспекцию за справкой.".into(),
        }
    }

    #[test]
    fn each_field_gives_its_lexemes() {
        let document = document(&thing(), Dictionary::get());
        for lexeme in [
            "=3ндфл",
            "3ндфл",
            "ндфл",
            "=справк",
            "=налог",
            "=декларац",
            "срок",
            "инспекц",
        ] {
            assert!(
                document.lexemes.contains(lexeme),
                "{lexeme}: {:?}",
                document.lexemes
            );
        }
        assert!(!document.lexemes.contains("=срок"));
        assert!(document.lexemes.contains("#ServiceGuide"));
        assert!(document.headwords.salient.contains(&"инспекц".to_owned()));
        assert!(
            !document.headwords.lead.contains(&"как".to_owned()),
            "a stop word"
        );
    }

    #[test]
    fn headwords_come_back_as_they_were_stored() {
        let headwords = document(&thing(), Dictionary::get()).headwords;
        let read = Headwords::read(&headwords.store());
        assert_eq!(read.title, headwords.title);
        assert_eq!(read.salient, headwords.salient);
    }
}
