//! News as readers see it: published articles, their categories, okrugs and tags.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, owned_by, refers_to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("news_category")
                    .col(pk_uuid("id"))
                    .col(string_len("slug", 80))
                    .col(string_len("name", 120))
                    .col(text("description"))
                    .col(integer("position"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("news_article")
                    .col(pk_uuid("id"))
                    .col(string_len("slug", 80))
                    .col(uuid("organisation_id"))
                    .col(uuid("category_id"))
                    .col(uuid("audience_id"))
                    .col(integer("revision"))
                    .col(string_len("kind", 32))
                    .col(string_len("headline", 200))
                    .col(string_len("lead", 300))
                    .col(json("body"))
                    .col(text("body_html"))
                    .col(text("plain_text"))
                    .col(uuid_null("cover_id"))
                    .col(json_null("video"))
                    .col(boolean("has_video"))
                    .col(string_len_null("source_name", 200))
                    .col(string_len_null("source_url", 500))
                    .col(string_len_null("share_text", 300))
                    .col(string_len_null("correction_text", 1000))
                    .col(timestamp_with_time_zone_null("corrected_at"))
                    .col(timestamp_with_time_zone_null("pinned_until_at"))
                    .col(boolean("is_urgent"))
                    .col(integer("reading_time_seconds"))
                    .col(boolean("is_demo").default(false))
                    .col(timestamp_with_time_zone("published_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .col(timestamp_with_time_zone_null("unpublish_at"))
                    .foreign_key(&mut owned_by("news_article", "id", "content"))
                    .foreign_key(&mut refers_to(
                        "news_article",
                        "organisation_id",
                        "organisation",
                    ))
                    .foreign_key(&mut refers_to(
                        "news_article",
                        "category_id",
                        "news_category",
                    ))
                    .foreign_key(&mut refers_to("news_article", "audience_id", "audience"))
                    .foreign_key(&mut refers_to("news_article", "cover_id", "media_asset"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("news_article_okrug")
                    .col(uuid("article_id"))
                    .col(string_len("okrug", 8))
                    .primary_key(Index::create().col("article_id").col("okrug"))
                    .foreign_key(&mut owned_by(
                        "news_article_okrug",
                        "article_id",
                        "news_article",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("news_article_tag")
                    .col(uuid("article_id"))
                    .col(string_len("tag", 60))
                    .primary_key(Index::create().col("article_id").col("tag"))
                    .foreign_key(&mut owned_by(
                        "news_article_tag",
                        "article_id",
                        "news_article",
                    ))
                    .to_owned(),
            )
            .await?;
        create_indexes(
            manager,
            vec![
                unique("news_category", &["slug"]),
                unique("news_article", &["slug"]),
                // The feed of one audience, and the feed of a viewer who is in several.
                index(
                    "news_article",
                    &["audience_id", "published_at desc", "id desc"],
                ),
                index("news_article", &["published_at desc", "id desc"]),
                index(
                    "news_article",
                    &["category_id", "published_at desc", "id desc"],
                ),
                index(
                    "news_article",
                    &["organisation_id", "published_at desc", "id desc"],
                ),
                index("news_article", &["cover_id"]),
                index("news_article", &["pinned_until_at"]),
                index("news_article_okrug", &["okrug", "article_id"]),
                index("news_article_tag", &["tag", "article_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "news_article_tag",
                "news_article_okrug",
                "news_article",
                "news_category",
            ],
        )
        .await
    }
}
