//! Text: Markdown with a small set of blocks becomes what readers get, once, at publication.
//!
//! The blocks are the truth; HTML and plain text are written from them. Raw HTML in the source is
//! shown as the characters it is made of.

mod block;
mod html;
mod markdown;
mod plain;

use block::Block;
pub use block::ContentBlock;
pub use markdown::{Pictures, named_pictures, video_address};

/// Silent reading of Russian: 184 words a minute (Trauzettel-Klosinski and others, IOVS 2012).
const WORDS_A_MINUTE: usize = 184;

/// A published text in its three forms.
#[derive(Clone, Debug)]
pub struct RenderedText {
    /// For native clients; stored as JSON.
    pub blocks: Vec<Block>,
    /// For the portal: sanitised.
    pub html: String,
    /// For search and previews.
    pub plain: String,
}

impl RenderedText {
    /// Renders a Markdown source. `pictures` are the media assets that the source may show.
    #[must_use]
    pub fn from_markdown(source: &str, pictures: &Pictures) -> Self {
        let blocks = markdown::parse(source, pictures);
        Self {
            html: html::render(&blocks),
            plain: plain::render(&blocks),
            blocks,
        }
    }

    /// Renders paragraphs without any markup.
    #[must_use]
    pub fn from_paragraphs(paragraphs: &[String]) -> Self {
        let blocks: Vec<Block> = paragraphs
            .iter()
            .map(|text| Block::paragraph(text))
            .collect();
        Self {
            html: html::render_paragraphs(paragraphs),
            plain: plain::render(&blocks),
            blocks,
        }
    }

    /// A text whose blocks are known: its HTML and its plain words are written from them anew.
    ///
    /// # Errors
    /// When these are no blocks.
    pub fn from_blocks(stored: &serde_json::Value) -> Result<Self, serde_json::Error> {
        use serde::Deserialize;
        let blocks = Vec::<Block>::deserialize(stored)?;
        Ok(Self {
            html: html::render(&blocks),
            plain: plain::render(&blocks),
            blocks,
        })
    }

    /// How long a member needs to read it, in seconds, at least one.
    #[must_use]
    pub fn reading_time_seconds(&self) -> i32 {
        let words = self.plain.split_whitespace().count();
        i32::try_from(words * 60 / WORDS_A_MINUTE).map_or(i32::MAX, |seconds| seconds.max(1))
    }

    /// The blocks as they are stored.
    ///
    /// # Errors
    /// Never for blocks that this module made.
    pub fn stored_blocks(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::to_value(&self.blocks)
    }
}

/// The bare words of a Markdown source that shows no pictures.
#[must_use]
pub fn plain_text(source: &str) -> String {
    plain::render(&markdown::parse(source, &Pictures::new()))
}

/// Reads stored blocks back for clients.
///
/// # Errors
/// When the column holds something else.
pub fn read_blocks(stored: &serde_json::Value) -> Result<Vec<ContentBlock>, serde_json::Error> {
    use serde::Deserialize;
    let blocks = Vec::<Block>::deserialize(stored)?;
    Ok(blocks.into_iter().map(ContentBlock::from).collect())
}
