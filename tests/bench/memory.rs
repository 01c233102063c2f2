//! The home screen by the stock GraphQL library over data that lie in memory: what a product that keeps rows
//! can reach when it executes a question.

use actix_web::{HttpResponse, web};
use async_graphql::{EmptyMutation, EmptySubscription, ID, Object, Schema, SimpleObject};
use serde::Deserialize;

/// The stock library with nothing set.
pub type Memory = Schema<Query, EmptyMutation, EmptySubscription>;

#[derive(Deserialize)]
struct Answer {
    data: Query,
}

/// All of the answer that the product gave.
#[derive(Deserialize)]
pub struct Query {
    news: Articles,
    benefits: Benefits,
    guides: Guides,
}

#[derive(Deserialize, SimpleObject)]
struct Articles {
    nodes: Vec<Article>,
}

#[derive(Deserialize, SimpleObject)]
#[serde(rename_all = "camelCase")]
struct Article {
    id: ID,
    slug: String,
    headline: String,
    lead: String,
    published_at: String,
    category: Category,
    organisation: Organisation,
}

#[derive(Deserialize, SimpleObject)]
struct Category {
    id: ID,
    name: String,
}

#[derive(Deserialize, SimpleObject)]
#[serde(rename_all = "camelCase")]
struct Organisation {
    id: ID,
    short_name: String,
}

#[derive(Deserialize, SimpleObject)]
struct Benefits {
    nodes: Vec<Benefit>,
}

#[derive(Deserialize, SimpleObject)]
#[serde(rename_all = "camelCase")]
struct Benefit {
    id: ID,
    slug: String,
    title: String,
    summary: String,
    valid_through: Option<String>,
    partner: Option<Partner>,
}

#[derive(Deserialize, SimpleObject)]
#[serde(rename_all = "camelCase")]
struct Partner {
    id: ID,
    brand_name: String,
}

#[derive(Deserialize, SimpleObject)]
struct Guides {
    nodes: Vec<Guide>,
}

#[derive(Deserialize, SimpleObject)]
struct Guide {
    id: ID,
    slug: String,
    title: String,
    summary: String,
    category: Category,
}

#[Object]
impl Query {
    async fn news(&self, #[graphql(name = "first")] _first: i32) -> &Articles {
        &self.news
    }

    async fn benefits(&self, #[graphql(name = "first")] _first: i32) -> &Benefits {
        &self.benefits
    }

    async fn guides(&self, #[graphql(name = "first")] _first: i32) -> &Guides {
        &self.guides
    }
}

/// The schema over the answer in those bytes.
pub fn open(answer: &[u8]) -> Result<Memory, serde_json::Error> {
    let answer: Answer = serde_json::from_slice(answer)?;
    Ok(Schema::new(answer.data, EmptyMutation, EmptySubscription))
}

/// Reads, executes and answers.
pub async fn answer(
    request: web::Json<async_graphql::Request>,
    memory: web::Data<Memory>,
) -> HttpResponse {
    HttpResponse::Ok().json(memory.execute(request.into_inner()).await)
}
