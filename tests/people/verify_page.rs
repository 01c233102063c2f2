//! The cashier's page in a real browser: by keyboard, for a screen reader, without a connection.

use std::process::Command;

use serde_json::json;

use crate::support::{App, Backend};

const CARD: &str = "{ viewer { primaryMembership { card { pass liveCode { code } } } } }";

#[actix_web::test]
async fn a_cashier_checks_cards_with_and_without_a_connection() {
    let app = App::start(Backend::Sqlite).await;
    let (member, _) = super::cards::join(&app).await;
    let shown = app.ask_by(&member, CARD, json!({})).await;
    let card = &shown.data()["viewer"]["primaryMembership"]["card"];
    let pass = card["pass"].as_str().expect("a pass").to_owned();
    let code = card["liveCode"]["code"]
        .as_str()
        .expect("a code")
        .to_owned();
    let altered = altered(&pass);
    let base = app.url("");
    let output = tokio::task::spawn_blocking(move || {
        Command::new("node")
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/verify_page/check.mjs"
            ))
            .args([&base, &code, &pass, &altered])
            .output()
            .expect("node")
    })
    .await
    .expect("a run");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    println!("{}", told.lines().last().unwrap_or_default());
}

/// The pass with one sign in the middle of it changed.
fn altered(pass: &str) -> String {
    let mut signs: Vec<char> = pass.chars().collect();
    let middle = signs.len() / 2;
    signs[middle] = if signs[middle] == 'A' { 'B' } else { 'A' };
    signs.into_iter().collect()
}
