//! Publishing rings where its editors want it to, once for ever.

use api::{
    domain::{benefits::Benefit, content::AudienceDefinition, push::remind_of_ending},
    infra::clock::moscow_date,
};
use entities::{benefit, enums::PushCampaignState, push_campaign};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{PHONE, SCHOOL, done, inbox, topic, wait_until};
use crate::{
    on_both_databases,
    support::{App, Person, builders},
};

async fn category(app: &App) -> Value {
    let categories = app.ask("{ newsCategories { id } }").await;
    categories.data()["newsCategories"][0]["id"].clone()
}

async fn publisher(app: &App) -> Person {
    let scope = json!({ "organisation": app.organisation_node(SCHOOL).await });
    app.staff("publisher@example.ru", "PUBLISHER", scope)
        .await
        .person
}

async fn step(app: &App, person: &Person, name: &str, kind: &str, input: Value) -> Value {
    let query = format!(
        "mutation($input: {kind}!) {{ {name}(input: $input) {{ draft {{ id version }} userErrors {{ code field }} }} }}"
    );
    let answer = app.ask_by(person, &query, json!({ "input": input })).await;
    let payload = answer.data()[name].clone();
    assert_eq!(payload["userErrors"], json!([]), "{name}: {payload:#}");
    payload["draft"].clone()
}

async fn drafted(app: &App, person: &Person) -> Value {
    let input = json!({
        "organisation": app.organisation_node(SCHOOL).await,
        "clientMutationKey": Uuid::new_v4(),
        "kind": "NEWS",
        "category": category(app).await,
        "headline": "Собрание перенесли на четверг",
        "lead": "Начало в шесть вечера.",
        "body": "Собрание пройдёт в актовом зале.",
    });
    step(
        app,
        person,
        "newsArticleCreate",
        "NewsArticleCreateInput",
        input,
    )
    .await
}

async fn publish(app: &App, person: &Person, draft: &Value, more: Value) -> Value {
    let mut input = json!({ "id": draft["id"], "version": draft["version"] });
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    step(
        app,
        person,
        "newsArticlePublish",
        "ContentPublishInput",
        input,
    )
    .await
}

async fn campaigns(app: &App) -> Vec<push_campaign::Model> {
    push_campaign::Entity::find()
        .all(app.database.reader())
        .await
        .expect("campaigns")
}

on_both_databases! {
    async fn nobody_is_told_unless_editors_want_it(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        publish(&app, &publisher, &draft, json!({})).await;
        assert_eq!(campaigns(&app).await.len(), 0);
    }

    async fn those_who_chose_its_topic_or_follow_its_organisation_are_told(app) {
        let (admin, publisher) = (app.admin().await.person, publisher(&app).await);
        let topic = topic(&app, &admin, json!({ "newsCategory": category(&app).await })).await;
        let (reader, follower, other) = (app.sign_in(PHONE).await, app.sign_in("+79267654321").await, app.sign_in("+79031112233").await);
        let fields = "preferences { dailyCap }";
        done(&app, Some(&reader), "pushPreferencesUpdate", fields, json!({ "topics": [topic["id"]] })).await;
        let school = app.organisation_node(SCHOOL).await;
        done(&app, Some(&follower), "pushPreferencesUpdate", fields, json!({ "followedOrganisations": [school] })).await;
        let draft = drafted(&app, &publisher).await;
        publish(&app, &publisher, &draft, json!({ "notify": true })).await;
        wait_until(async || inbox(&app, &reader).await["totalCount"] == 1 && inbox(&app, &follower).await["totalCount"] == 1).await;
        let item = inbox(&app, &reader).await["nodes"][0].clone();
        assert_eq!(item["title"], "Собрание перенесли на четверг");
        assert_eq!(item["body"], "Начало в шесть вечера.");
        assert_eq!(item["link"], "/news/sobranie-perenesli-na-chetverg");
        assert_eq!(inbox(&app, &other).await["totalCount"], 0);
    }

    async fn an_article_rings_once_however_often_it_is_published(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let published = publish(&app, &publisher, &draft, json!({ "notify": true })).await;
        let input = json!({ "id": published["id"], "version": published["version"], "correction": "День верен." });
        let changed = step(&app, &publisher, "newsArticleUpdate", "NewsArticleUpdateInput", input).await;
        publish(&app, &publisher, &changed, json!({ "notify": true })).await;
        let made = campaigns(&app).await;
        assert_eq!(made.len(), 1);
        assert!(made[0].campaign_key.starts_with("article:") && made[0].campaign_key.ends_with(":v1"));
    }

    async fn what_is_taken_away_rings_for_nobody_any_more(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let published = publish(&app, &publisher, &draft, json!({ "notify": true })).await;
        let soon = app.now() + chrono::TimeDelta::hours(1);
        push_campaign::Entity::update_many()
            .col_expr(push_campaign::Column::State, Expr::value(PushCampaignState::Scheduled))
            .col_expr(push_campaign::Column::NotBeforeAt, Expr::value(soon))
            .col_expr(push_campaign::Column::FinishedAt, Expr::value(Option::<chrono::DateTime<chrono::Utc>>::None))
            .exec(app.database.writer())
            .await
            .expect("a campaign");
        let input = json!({ "id": published["id"], "version": published["version"] });
        step(&app, &publisher, "newsArticleArchive", "ContentStepInput", input).await;
        let campaign = campaigns(&app).await.remove(0);
        assert_eq!(campaign.state, PushCampaignState::Cancelled);
        assert!(campaign.finished_at.is_some());
    }

    async fn whoever_keeps_a_benefit_hears_once_that_it_ends(app) {
        let (keeper, other) = (app.sign_in(PHONE).await, app.sign_in("+79267654321").await);
        let public = AudienceDefinition::default();
        let id = builders::benefit(&app.database, "ending", &public).await;
        let last_day = moscow_date(app.now()) + chrono::Days::new(3);
        benefit::Entity::update_many()
            .col_expr(benefit::Column::ValidThrough, Expr::value(last_day))
            .filter(benefit::Column::Id.eq(id))
            .exec(app.database.writer())
            .await
            .expect("a benefit");
        remind_of_ending(&app.database, app.now()).await.expect("a reminder");
        assert_eq!(campaigns(&app).await.len(), 0, "nobody keeps it");
        let input = json!({ "id": Benefit::NODE.id(id) });
        done(&app, Some(&keeper), "savedItemAdd", "savedItemId", input).await;
        for _ in 0..2 {
            remind_of_ending(&app.database, app.now()).await.expect("a reminder");
        }
        assert_eq!(campaigns(&app).await.len(), 1);
        wait_until(async || inbox(&app, &keeper).await["totalCount"] == 1).await;
        assert_eq!(inbox(&app, &other).await["totalCount"], 0);
    }

    async fn what_is_published_later_rings_then(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let at = app.now() + chrono::TimeDelta::minutes(10);
        publish(&app, &publisher, &draft, json!({ "notify": true, "at": at })).await;
        assert_eq!(campaigns(&app).await.len(), 0);
        app.wait(chrono::TimeDelta::minutes(11));
        wait_until(async || campaigns(&app).await.len() == 1).await;
        let made = campaigns(&app).await.remove(0);
        assert_eq!(made.created_by_id, None);
        assert_ne!(made.state, PushCampaignState::Draft);
    }
}
