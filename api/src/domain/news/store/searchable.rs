//! What search is told of articles.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{enums::ContentKind, news_article, news_article_tag, news_category, organisation};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::SelectStatement,
};
use uuid::Uuid;

use super::{CategoryRow, feed::list_tags};
use crate::{
    domain::{
        content::{Searchable, object_type},
        organisations::OrganisationCard,
    },
    infra::db::{Row, RowReader, Stretch, fetch, list_referring, row},
};

row! {
    struct ArticleWords of news_article {
        pub id: Uuid,
        pub audience_id: Uuid,
        pub published_at: DateTime<Utc>,
        pub headline: String,
        pub lead: String,
        pub plain_text: String,
    }
}

/// Articles in words, whoever they are for.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_searchable(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<Searchable>, DbErr> {
    let mut tags: HashMap<Uuid, Vec<String>> = HashMap::new();
    for news_article_tag::Model { article_id, tag } in list_tags(connection, ids).await? {
        tags.entry(article_id).or_default().push(tag);
    }
    let select = news_article::Entity::find()
        .inner_join(news_category::Entity)
        .inner_join(organisation::Entity)
        .filter(news_article::Column::Id.is_in(ids.iter().copied()));
    let columns = |query: &mut SelectStatement| {
        ArticleWords::select(query);
        CategoryRow::select(query);
        OrganisationCard::select(query);
    };
    let read = |reader: &mut RowReader<'_>| {
        let article = ArticleWords::read(reader)?;
        let category = CategoryRow::read(reader)?;
        let organisation = OrganisationCard::read(reader)?;
        Ok((article, category, organisation))
    };
    let rows = fetch(connection, select, columns, read).await?;
    let in_words =
        |(article, category, organisation): (ArticleWords, CategoryRow, OrganisationCard)| {
            let mut labels = tags.remove(&article.id).unwrap_or_default();
            labels.extend([category.name, organisation.short_name]);
            Searchable {
                object_type: object_type(ContentKind::NewsArticle),
                object_id: article.id,
                audience_id: article.audience_id,
                published_at: article.published_at,
                title: article.headline,
                names: Vec::new(),
                labels,
                lead: article.lead,
                body: article.plain_text,
            }
        };
    Ok(rows.into_iter().map(in_words).collect())
}

/// The articles that are found by a category's name, whoever they are for.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_ids_of_category(
    connection: &impl ConnectionTrait,
    category_id: Uuid,
    stretch: Stretch,
) -> Result<Vec<Uuid>, DbErr> {
    let column = news_article::Column::CategoryId;
    list_referring::<news_article::Entity>(connection, column, category_id, stretch).await
}

/// The same of an organisation's.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_ids_of_organisation(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
    stretch: Stretch,
) -> Result<Vec<Uuid>, DbErr> {
    let column = news_article::Column::OrganisationId;
    list_referring::<news_article::Entity>(connection, column, organisation_id, stretch).await
}
