//! Names that others are found by, when they change.

use api::{
    domain::{
        news::NewsCategory,
        organisations::{Organisation, OrganisationPage},
        search,
    },
    infra::db::insert_rows,
};
use entities::{content, news_article, organisation_page, search_document, search_label};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    on_both_databases,
    support::{App, Person, answer::each},
};

const FOUND: &str = "query($text: String!, $types: [SearchType!]) {
    search(query: $text, types: $types, first: 100) { nodes { ... on Node { id } } } }";

/// The ids of what a word finds, once the index has followed.
async fn found(app: &App, word: &str, of: &str) -> Vec<String> {
    search::catch_up(&app.database).await.expect("an index");
    let variables = json!({ "text": word, "types": [of] });
    let answer = app.ask_with(FOUND, variables).await;
    each(&answer.data()["search"]["nodes"], "id")
}

async fn rename(app: &App, admin: &Person, mutation: &str, input_type: &str, input: Value) {
    let query = format!(
        "mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ userErrors {{ code field }} }} }}"
    );
    let answer = app.ask_by(admin, &query, json!({ "input": input })).await;
    assert_eq!(answer.data()[mutation]["userErrors"], json!([]));
}

/// The first of a list that has what is asked for there.
fn first_with(list: &Value, pointer: &str) -> Value {
    let nodes = list["nodes"].as_array().expect("nodes");
    let one = nodes
        .iter()
        .find(|node| node.pointer(pointer).is_some_and(Value::is_string));
    one.expect("one that has it").clone()
}

/// The numbers that the index has given documents when it last made them, sorted.
async fn numbers(app: &App, of: &str) -> Vec<i64> {
    let documents = search_document::Entity::find()
        .filter(search_document::Column::ObjectType.eq(of))
        .all(app.database.reader())
        .await
        .expect("documents");
    let mut numbers: Vec<i64> = documents.iter().map(|document| document.number).collect();
    numbers.sort_unstable();
    numbers
}

on_both_databases! {
    async fn what_carries_a_name_is_found_by_the_new_one(app) {
        let admin = app.admin().await.person;
        let all = app.ask("{
            news(first: 5) { nodes { id category { id } organisation { id } } }
            benefits(first: 20) { nodes { id category { id } partner { id } } }
            guides(first: 12) { nodes { id category { id } lifeEvents { id } } }
        }").await;
        let all = all.data().clone();
        let article = first_with(&all["news"], "/organisation/id");
        let benefit = first_with(&all["benefits"], "/partner/id");
        let guide = first_with(&all["guides"], "/lifeEvents/0/id");
        let page = organisation_page::Entity::find().one(app.database.reader()).await.expect("a query").expect("a page");
        let owner = json!({ "id": Organisation::NODE.id(page.organisation_id).to_string() });
        let page = json!({ "id": OrganisationPage::NODE.id(page.id).to_string() });
        for (mutation, input_type, id, field, word, of, carrier) in [
            ("newsCategoryUpdate", "CategoryUpdateInput", &article["category"]["id"], "name", "Абырвалгия", "NEWS_ARTICLE", &article["id"]),
            ("organisationUpdate", "OrganisationUpdateInput", &article["organisation"]["id"], "shortName", "Бармаглотство", "NEWS_ARTICLE", &article["id"]),
            ("benefitCategoryUpdate", "CategoryUpdateInput", &benefit["category"]["id"], "name", "Варкалосьность", "BENEFIT", &benefit["id"]),
            ("partnerUpdate", "PartnerUpdateInput", &benefit["partner"]["id"], "brandName", "Хливкошорье", "BENEFIT", &benefit["id"]),
            ("guideCategoryUpdate", "CategoryUpdateInput", &guide["category"]["id"], "name", "Мюмзиковость", "SERVICE_GUIDE", &guide["id"]),
            ("lifeEventUpdate", "LifeEventUpdateInput", &guide["lifeEvents"][0]["id"], "title", "Зелюковщина", "SERVICE_GUIDE", &guide["id"]),
            ("organisationUpdate", "OrganisationUpdateInput", &owner["id"], "shortName", "Граахтание", "ORGANISATION_PAGE", &page["id"]),
        ] {
            let carrier = carrier.as_str().expect("an id").to_owned();
            assert!(!found(&app, word, of).await.contains(&carrier), "{word} before");
            let mut input = json!({ "id": id });
            input[field] = json!(word);
            rename(&app, &admin, mutation, input_type, input).await;
            assert!(search::is_behind(&app.database).await.expect("an answer"), "{word}");
            assert!(found(&app, word, of).await.contains(&carrier), "{word} after");
            assert!(!search::is_behind(&app.database).await.expect("an answer"), "{word}");
        }
    }

    async fn only_a_changed_name_makes_documents_anew_and_only_those_that_carry_it(app) {
        let admin = app.admin().await.person;
        let categories = app.ask("{ newsCategories { id } }").await;
        let category = categories.data()["newsCategories"][0]["id"].clone();
        search::catch_up(&app.database).await.expect("an index");
        let (articles, guides) = (numbers(&app, "NewsArticle").await, numbers(&app, "ServiceGuide").await);
        let described = json!({ "id": category, "description": "Всё о том же" });
        rename(&app, &admin, "newsCategoryUpdate", "CategoryUpdateInput", described).await;
        search::catch_up(&app.database).await.expect("an index");
        assert_eq!(numbers(&app, "NewsArticle").await, articles);
        let renamed = json!({ "id": category, "name": "Абырвалгия" });
        rename(&app, &admin, "newsCategoryUpdate", "CategoryUpdateInput", renamed).await;
        search::catch_up(&app.database).await.expect("an index");
        let now = numbers(&app, "NewsArticle").await;
        let kept = now.iter().filter(|number| articles.contains(number)).count();
        assert!(0 < kept && kept < now.len(), "{kept} of {}", now.len());
        assert_eq!(numbers(&app, "ServiceGuide").await, guides);
    }

    async fn a_name_that_many_carry_is_spread_batch_by_batch(app) {
        let admin = app.admin().await.person;
        let database = &app.database;
        let article = news_article::Entity::find().one(database.reader()).await.expect("a query").expect("an article");
        let edited = content::Entity::find_by_id(article.id).one(database.reader()).await.expect("a query").expect("content");
        // More than two batches, which the index has not heard of yet.
        let ids: Vec<Uuid> = (0..450).map(|_| Uuid::now_v7()).collect();
        let slug = |id: &Uuid| format!("kopiya-{}", id.simple());
        let contents = ids.iter().map(|id| content::Model { id: *id, slug: slug(id), ..edited.clone() });
        insert_rows::<content::Entity>(database.writer(), contents.collect()).await.expect("rows");
        let articles = ids.iter().map(|id| news_article::Model { id: *id, slug: slug(id), ..article.clone() });
        insert_rows::<news_article::Entity>(database.writer(), articles.collect()).await.expect("rows");
        let category = NewsCategory::NODE.id(article.category_id).to_string();
        let renamed = json!({ "id": category, "name": "Абырвалгия" });
        rename(&app, &admin, "newsCategoryUpdate", "CategoryUpdateInput", renamed).await;
        search::catch_up(database).await.expect("an index");
        let made = search_document::Entity::find().filter(search_document::Column::ObjectId.is_in(ids));
        assert_eq!(made.count(database.reader()).await.expect("a count"), 450);
        let spreading = search_label::Entity::find().filter(search_label::Column::IsSpreading.eq(true));
        assert_eq!(spreading.count(database.reader()).await.expect("a count"), 0);
    }
}
