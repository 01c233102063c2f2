//! Staff write, review, publish, correct and take back; readers see what they should at each moment.

mod benefits;
mod courses;
mod dashboard;
pub mod guides;
mod hostile;
mod lifecycle;
mod moving_in;
mod pages;
mod presence;
mod preview;
mod review;
mod schedule;
mod statements;
mod together;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{App, Person};

pub const SCHOOL: &str = "ppo-primer-shkola";
/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";

/// What every draft has.
const META: &str =
    "id state version slug isPublished revision returnComment publishAt problems { field code }";

/// The kinds of content, as the names of their mutations begin, with what else is asked of a draft.
const KINDS: [(&str, &str); 5] = [
    (
        "newsArticle",
        "headline lead bodyHtml published { slug headline }",
    ),
    ("benefit", benefits::DRAFT),
    ("serviceGuide", guides::DRAFT),
    ("organisationPage", pages::DRAFT),
    ("course", courses::DRAFT),
];

/// Sends a mutation of that name and returns its payload.
async fn send(app: &App, person: &Person, name: &str, input: Value) -> Value {
    let kind = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let (step, draft) = KINDS
        .iter()
        .find_map(|(kind, draft)| Some((name.strip_prefix(kind)?, *draft)))
        .expect("a mutation of content");
    let input_type = match step {
        "Create" | "Update" | "ConfirmChecked" => format!("{kind}Input"),
        "Return" => "ContentReturnInput".into(),
        "Publish" => "ContentPublishInput".into(),
        "Withdraw" => "ContentWithdrawInput".into(),
        "RestoreRevision" => "ContentRestoreInput".into(),
        _ => "ContentStepInput".into(),
    };
    let query = format!(
        "mutation($input: {input_type}!) {{ {name}(input: $input) {{
            draft {{ {META} {draft} }} current {{ {META} {draft} }} userErrors {{ code field message }} }} }}"
    );
    let answer = app.ask_by(person, &query, json!({ "input": input })).await;
    answer.data()[name].clone()
}

/// The same, when nothing stands against it: the draft.
pub async fn done(app: &App, person: &Person, name: &str, input: Value) -> Value {
    let payload = send(app, person, name, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{name}: {payload:#}");
    payload["draft"].clone()
}

/// The codes of a payload's user errors.
pub fn codes(payload: &Value) -> Vec<&str> {
    let errors = payload["userErrors"].as_array().expect("user errors");
    errors
        .iter()
        .map(|error| error["code"].as_str().expect("a code"))
        .collect()
}

/// The fields that a payload's user errors are about: `value.percent`.
fn fields(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().expect("user errors");
    let path = |error: &Value| -> Vec<String> {
        let steps = error["field"].as_array().expect("a field").iter();
        steps
            .map(|step| step.as_str().expect("a name").to_owned())
            .collect()
    };
    errors.iter().map(|error| path(error).join(".")).collect()
}

/// Names a draft in the version that was seen.
pub fn seen(draft: &Value) -> Value {
    json!({ "id": draft["id"], "version": draft["version"] })
}

/// The same with something more.
pub fn seen_with(draft: &Value, more: Value) -> Value {
    let mut input = seen(draft);
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    input
}

async fn with_role(app: &App, name: &str, role: &str, organisation: &str) -> Person {
    let scope = json!({ "organisation": app.organisation_node(organisation).await });
    app.staff(&format!("{name}@example.ru"), role, scope)
        .await
        .person
}

pub async fn publisher(app: &App) -> Person {
    with_role(app, "publisher", "PUBLISHER", SCHOOL).await
}

/// Everything that publishing asks for.
pub async fn whole(app: &App) -> Value {
    let categories = app.ask("{ newsCategories { id slug } }").await;
    json!({
        "organisation": app.organisation_node(SCHOOL).await,
        "clientMutationKey": Uuid::new_v4(),
        "kind": "NEWS",
        "category": categories.data()["newsCategories"][0]["id"],
        "headline": "Собрание перенесли на четверг",
        "lead": "Начало в шесть вечера.",
        "body": "Собрание пройдёт в **актовом** зале.",
    })
}

/// Begins a draft that lacks nothing.
pub async fn drafted(app: &App, person: &Person) -> Value {
    done(app, person, "newsArticleCreate", whole(app).await).await
}

/// The article as a stranger sees it.
async fn read(app: &App, slug: &str) -> Value {
    let query =
        "query($slug: String!) { newsArticle(slug: $slug) { slug headline lead bodyHtml revision
        publishedAt updatedAt correction { text } } }";
    app.ask_with(query, json!({ "slug": slug })).await.data()["newsArticle"].clone()
}

/// Where an address leads a stranger.
pub async fn route(app: &App, path: &str) -> Value {
    let query = "query($path: String!) { route(host: \"mtuf.ru\", path: $path) { __typename
        ... on NewsArticle { headline } ... on Moved { to } ... on Withdrawn { explanation replacement { ... on NewsArticle { slug } } } } }";
    app.ask_with(query, json!({ "path": path })).await.data()["route"].clone()
}
