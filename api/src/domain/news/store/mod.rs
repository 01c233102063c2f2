//! All SQL of news.

mod archive;
mod categories;
mod feed;
mod publishing;
mod searchable;

pub(super) use archive::{ArchiveMonth, FreshnessRow, list_archive, list_freshness};
pub use categories::{
    CategoryRow, category_exists, category_slug_is_taken, count_of_category, delete_category,
    find_category, insert_category, list_categories, list_categories_by_ids, update_category,
};
pub(super) use feed::{
    ArticleCriteria, ArticleParts, ArticleText, count, list, list_by_ids, list_okrugs, list_tags,
    list_texts,
};
pub use feed::{ArticlePosition, ArticleSummary, FeedScope, find_article, list_feed};
pub use publishing::{NewArticle, delete_article, insert_article, replace_article};
pub use searchable::{list_ids_of_category, list_ids_of_organisation, list_searchable};
