//! Words for generated articles: those of the demo content, the frequent ones as often as in life.

use std::collections::HashMap;

use rand::Rng;
use rand_distr::{Distribution, Zipf};

use crate::{
    domain::demo::files::{self, BenefitsFile, GUIDES, NEWS, NewsFile},
    infra::error::Error,
};

/// Of natural texts (Zipf's law).
const EXPONENT: f64 = 1.0;
const SENTENCES_A_PARAGRAPH: usize = 4;

/// Words by rank, the most frequent first.
pub struct Lexicon {
    words: Vec<String>,
    rank: Zipf<f64>,
}

impl Lexicon {
    /// The words of the demo content's own texts.
    ///
    /// # Errors
    /// When a demo file does not read.
    pub fn of_demo_content() -> Result<Self, Error> {
        let mut times: HashMap<String, usize> = HashMap::new();
        for text in texts()? {
            for word in text.split(|letter: char| !letter.is_alphabetic()) {
                if word.chars().any(|letter| matches!(letter, 'а'..='я' | 'ё')) {
                    *times.entry(word.to_lowercase()).or_default() += 1;
                }
            }
        }
        let mut words: Vec<(String, usize)> = times.into_iter().collect();
        words.sort_by(|(one, ones), (other, others)| others.cmp(ones).then(one.cmp(other)));
        let words: Vec<String> = words.into_iter().map(|(word, _)| word).collect();
        #[expect(
            clippy::cast_precision_loss,
            reason = "there are some ten thousand words"
        )]
        let rank = Zipf::new(words.len() as f64, EXPONENT)
            .map_err(|cause| Error::internal("the demo content has no words", cause))?;
        Ok(Self { words, rank })
    }

    fn word(&self, random: &mut impl Rng) -> &str {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank is between one and the number of words"
        )]
        let rank = self.rank.sample(random) as usize;
        self.words.get(rank - 1).map_or("", String::as_str)
    }

    /// So many words with a capital letter at the beginning.
    pub fn phrase(&self, random: &mut impl Rng, words: usize) -> String {
        let mut phrase = String::with_capacity(words * 16);
        for number in 0..words {
            let word = self.word(random);
            if number > 0 {
                phrase.push(' ');
                phrase.push_str(word);
            } else {
                let mut letters = word.chars();
                phrase.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                phrase.push_str(letters.as_str());
            }
        }
        phrase
    }

    /// A paragraph of a few sentences.
    pub fn paragraph(&self, random: &mut impl Rng) -> String {
        use rand::RngExt;
        let sentences = (0..SENTENCES_A_PARAGRAPH).map(|_| {
            let words = random.random_range(6..13);
            self.phrase(random, words) + "."
        });
        sentences.collect::<Vec<_>>().join(" ")
    }
}

fn texts() -> Result<Vec<String>, Error> {
    let mut texts: Vec<String> = GUIDES.iter().map(|text| (*text).to_owned()).collect();
    for text in NEWS {
        for article in files::read::<NewsFile>(text)?.articles {
            texts.extend([article.headline, article.lead, article.body]);
        }
    }
    for benefit in files::read::<BenefitsFile>(files::BENEFITS)?.benefits {
        texts.extend([
            benefit.title,
            benefit.summary,
            benefit.terms,
            benefit.how_to_use,
        ]);
    }
    Ok(texts)
}
