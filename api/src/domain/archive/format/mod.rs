//! The format of an archive, version 3.
//!
//! An archive is a folder:
//!
//! | name | what it holds |
//! | --- | --- |
//! | `manifest.json` | what the archive is of, and the length and SHA-256 of each file below ([`Manifest`]) |
//! | `media.jsonl` | pictures, each with the names, lengths and SHA-256 of its files ([`MediaLine`]) |
//! | `media/<id>-<checksum>/<width>.<ext>` | the files themselves, named as they lie in the library |
//! | `organisations.jsonl` | the tree of unions ([`OrganisationLine`]) |
//! | `news_categories.jsonl`, `benefit_categories.jsonl`, `guide_categories.jsonl`, `life_events.jsonl` | headings ([`HeadingLine`]) |
//! | `partners.jsonl`, `outlets.jsonl` | who gives benefits and where ([`PartnerLine`], [`OutletLine`]) |
//! | `news.jsonl`, `benefits.jsonl`, `guides.jsonl`, `pages.jsonl`, `courses.jsonl` | content in every state ([`ContentLine`]), with what readers see of it in `shown` ([`ShownArticle`] and its like) |
//! | `recommendations.jsonl` | what unions recommend about services, shown or not ([`RecommendationLine`]); since version 3 |
//! | `revisions.jsonl` | every saved text of content ([`RevisionLine`]) |
//! | `drafts.jsonl` | what staff are at ([`DraftLine`]) |
//! | `redirects.jsonl` | addresses of the old portal ([`RedirectLine`]) |
//!
//! JSON Lines in UTF-8: one object a line, none longer than [`LONGEST_LINE`], a line feed behind each.
//! Lines stand in the order of their ids, keys in the order of the fields below; instants are
//! RFC 3339 in UTC with microseconds, days are `2026-11-22`, enumerations are spelt as in the schema.
//! Ids are the product's own and stay what they are, so that links and phones' copies stay good.
//! Archives of version 2 are read as well: they lack the file that came later.
//!
//! **What follows from the rest is not there**: sorting keys, the closure of the tree, HTML and plain
//! text (they are written from the blocks again, or from the Markdown of what has no blocks here, by the
//! program that imports), search, the change log.
//! **Nor is anything of people**: who wrote, edited, submitted or uploaded something, what an uploaded
//! file was called, members, redemptions and their codes, reports, counts of readers, sessions of
//! courses and who has registered for them.

mod content;
mod manifest;
mod media;
mod moment;
mod recommendation;
mod reference;
mod shown;

pub use content::{ContentLine, DraftLine, Related, RetiredSlug, RevisionLine, Shown, Withdrawal};
pub use manifest::{FileEntry, Manifest, MediaEntry};
pub use media::{FileLine, MediaLine};
pub use moment::Moment;
pub use recommendation::RecommendationLine;
pub use reference::{
    BenefitCategory, GuideCategory, HeadingLine, LifeEvent, NewsCategory, OrganisationLine,
    OutletLine, PartnerLine, RedirectLine,
};
use serde::{Serialize, de::DeserializeOwned};
pub use shown::{ShownArticle, ShownBenefit, ShownCourse, ShownGuide, ShownPage};
use uuid::Uuid;

/// By which an archive is told from any other JSON.
pub const FORMAT: &str = "mfp-content-archive";
/// Raised when an older program can't read what is written any more.
pub const VERSION: u32 = 3;
/// The oldest version that is read.
pub const OLDEST: u32 = 2;
/// Bytes. The longest text that editing takes is about a third of it, with each letter marked apart.
pub const LONGEST_LINE: usize = 8 * 1024 * 1024;

/// The files of lines, in the order in which they are imported: what is referred to comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    Media,
    Organisations,
    NewsCategories,
    BenefitCategories,
    GuideCategories,
    LifeEvents,
    Partners,
    Outlets,
    News,
    Benefits,
    Guides,
    Pages,
    Courses,
    Recommendations,
    Revisions,
    Drafts,
    Redirects,
}

impl Part {
    pub const ALL: [Self; 17] = [
        Self::Media,
        Self::Organisations,
        Self::NewsCategories,
        Self::BenefitCategories,
        Self::GuideCategories,
        Self::LifeEvents,
        Self::Partners,
        Self::Outlets,
        Self::News,
        Self::Benefits,
        Self::Guides,
        Self::Pages,
        Self::Courses,
        Self::Recommendations,
        Self::Revisions,
        Self::Drafts,
        Self::Redirects,
    ];

    /// The name of its file.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Media => "media.jsonl",
            Self::Organisations => "organisations.jsonl",
            Self::NewsCategories => "news_categories.jsonl",
            Self::BenefitCategories => "benefit_categories.jsonl",
            Self::GuideCategories => "guide_categories.jsonl",
            Self::LifeEvents => "life_events.jsonl",
            Self::Partners => "partners.jsonl",
            Self::Outlets => "outlets.jsonl",
            Self::News => "news.jsonl",
            Self::Benefits => "benefits.jsonl",
            Self::Guides => "guides.jsonl",
            Self::Pages => "pages.jsonl",
            Self::Courses => "courses.jsonl",
            Self::Recommendations => "recommendations.jsonl",
            Self::Revisions => "revisions.jsonl",
            Self::Drafts => "drafts.jsonl",
            Self::Redirects => "redirects.jsonl",
        }
    }

    /// The first version of the format that has it, of those that are read.
    #[must_use]
    pub const fn since(self) -> u32 {
        match self {
            Self::Recommendations => 3,
            _ => OLDEST,
        }
    }

    /// How a person calls what it holds.
    #[must_use]
    pub fn label(self) -> String {
        self.file_name()
            .trim_end_matches(".jsonl")
            .replace('_', " ")
    }

    /// Whether its lines are content, whose ids are of one kind whatever the file.
    #[must_use]
    pub const fn is_content(self) -> bool {
        matches!(
            self,
            Self::News | Self::Benefits | Self::Guides | Self::Pages | Self::Courses
        )
    }
}

/// Something that a line names by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    pub to: Target,
    pub id: Uuid,
}

/// Of which kind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// In that file.
    Of(Part),
    /// Content of whichever kind.
    Content,
}

impl Reference {
    /// To something in that file.
    #[must_use]
    pub const fn of(part: Part, id: Uuid) -> Self {
        Self {
            to: Target::Of(part),
            id,
        }
    }

    /// To content of whichever kind.
    #[must_use]
    pub const fn content(id: Uuid) -> Self {
        Self {
            to: Target::Content,
            id,
        }
    }
}

/// A line of one of the files.
pub trait Line: Serialize + DeserializeOwned + Clone + PartialEq {
    /// Which file it stands in.
    const PART: Part;

    fn id(&self) -> Uuid;

    /// Everything else that must be there for it.
    fn references(&self) -> Vec<Reference>;

    /// What is wrong with it though it reads well.
    fn fault(&self) -> Option<String> {
        None
    }

    /// Whether there is nothing to change where `here` is.
    fn says_the_same(&self, here: &Self) -> bool {
        self == here
    }
}
