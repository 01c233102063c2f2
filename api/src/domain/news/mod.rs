//! News: published articles, their categories and the archive.
//!
//! Only published articles are in the reading tables, and every read names its
//! [`Audience`](crate::infra::auth::Audience). Others may list an organisation's news, load an
//! article by id, and publish through [`insert_article`].

mod loaders;
mod query;
mod rules;
mod sharing;
mod store;
mod types;

pub use loaders::{ArticleById, NewsCategoryById};
pub use query::{NewsList, NewsQuery, freshness_of, news_of};
pub use rules::Video;
pub use sharing::path;
pub use store::{
    ArticleSummary, CategoryRow, FeedScope, NewArticle, category_exists, category_slug_is_taken,
    count_of_category, delete_article, delete_category, find_article, find_category,
    insert_article, insert_category, list_categories, list_categories_by_ids, list_feed,
    list_ids_of_category, list_ids_of_organisation, list_searchable, replace_article,
    update_category,
};
pub use types::{Freshness, NewsArticle, NewsCategory, NewsKind, NewsVideo};
