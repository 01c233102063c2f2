//! Open Graph and schema.org, as the portal prints them.

use serde_json::Value;

use crate::{on_both_databases, support::App};

async fn printed(app: &App, root: &str, fields: &str) -> (Value, Value) {
    let query = format!(
        "{{ found: {root} {{ canonicalUrl structuredData openGraph {{ title description url type siteName locale image {{ url width alt }} publishedTime section }} {fields} }} }}"
    );
    let found = app.ask(&query).await.data()["found"].clone();
    let text = found["structuredData"].as_str().expect("text");
    assert!(!text.contains('<'), "it goes into a script element");
    let thing: Value = serde_json::from_str(text).expect("JSON-LD");
    assert_eq!(thing["@context"], "https://schema.org");
    assert_eq!(thing["url"], found["canonicalUrl"]);
    assert_eq!(found["openGraph"]["url"], found["canonicalUrl"]);
    assert_eq!(found["openGraph"]["locale"], "ru_RU");
    (found, thing)
}

on_both_databases! {
    async fn an_article_is_a_news_article(app) {
        let article = app.ask("{ news(first: 1) { nodes { slug } } }").await.data()["news"]["nodes"][0]["slug"].clone();
        let (found, thing) = printed(&app, &format!("newsArticle(slug: {article})"), "headline path").await;
        assert_eq!(thing["@type"], "NewsArticle");
        assert_eq!(thing["headline"], found["headline"]);
        assert_eq!(found["openGraph"]["type"], "article");
        assert!(found["openGraph"]["image"]["url"].is_string() && thing["image"].is_string());
        for property in ["datePublished", "dateModified", "articleSection", "author", "publisher", "articleBody"] {
            assert!(!thing[property].is_null(), "{property}");
        }
    }

    async fn a_guide_is_a_government_service(app) {
        let (found, thing) = printed(&app, "guide(slug: \"zagranpasport\")", "title").await;
        assert_eq!((&thing["@type"], &thing["name"]), (&"GovernmentService".into(), &found["title"]));
        assert_eq!(thing["availableChannel"][0]["@type"], "ServiceChannel");
        assert_eq!(thing["offers"][0]["priceCurrency"], "RUB");
        assert!(thing["alternateName"].as_array().is_some_and(|names| !names.is_empty()));
    }

    async fn a_benefit_is_an_offer_for_members(app) {
        let (_, thing) = printed(&app, "benefit(slug: \"teatr-primer-30\")", "title").await;
        assert_eq!((&thing["@type"], &thing["offeredBy"]["name"]), (&"Offer".into(), &"Театр «Пример»".into()));
        assert_eq!(thing["validForMemberTier"]["@type"], "MemberProgramTier");
    }

    async fn lists_join_what_is_printed(app) {
        let benefits = app.ask("{ benefits(first: 1) { nodes { structuredData } } }").await;
        let offer = benefits.data()["benefits"]["nodes"][0]["structuredData"].clone();
        assert!(offer.as_str().is_some_and(|text| text.contains("\"category\"")), "{offer}");
        let statements = app.statements_of("{ news(first: 5) { nodes { openGraph { title image { url } } structuredData } } }").await;
        assert_eq!(statements.len(), 2, "the list and its texts: {statements:#?}");
    }

    async fn organisations_and_their_pages_are_printed(app) {
        let (_, thing) = printed(&app, "organisation(slug: \"mfp\")", "path").await;
        assert_eq!(thing["@type"], "Organization");
        let pages = app.ask("{ organisation(slug: \"mfp\") { pages(first: 1) { nodes { structuredData openGraph { description } } } } }").await;
        let page = &pages.data()["organisation"]["pages"]["nodes"][0];
        assert!(page["structuredData"].as_str().is_some_and(|text| text.contains("WebPage")));
        assert!(page["openGraph"]["description"].as_str().is_some_and(|text| text.chars().count() > 20));
    }
}
